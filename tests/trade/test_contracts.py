"""Each page: sound, bilingual, founded in law, and without a guard that no example would miss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from trade.kit import CONTRACTS, text
from wusong.contract.examples import run_examples
from wusong.contract.page import Page, load
from wusong.crypto import canonical
from wusong.ledger.genesis import DEFAULTS
from wusong.trade.domain import DOMAIN, ORDER

OURS: tuple[str, ...] = ORDER
PAGES: dict[str, Page] = {name: load(text(name)) for name in OURS}


def model(name: str) -> dict[str, Any]:
    """The model as the ledger would hand it back."""
    plain = canonical.decode(canonical.encode(PAGES[name].model))
    assert isinstance(plain, dict)
    return plain


def fails(changed: dict[str, Any]) -> bool:
    return not all(result.ok for result in run_examples(changed))


MODELS = {name: model(name) for name in OURS if PAGES[name].ok}
GUARDS = [
    pytest.param(name, action["name"], guard["name"], id=f"{name}.{action['name']}.{guard['name']}")
    for name in MODELS
    for action in MODELS[name]["actions"]
    for guard in action.get("when", [])
]


def test_the_library_is_what_lies_in_the_folder() -> None:
    assert set(ORDER) <= {file.name.removesuffix(".yaml") for file in CONTRACTS.iterdir()}
    assert [file.name for file in DOMAIN.pages()] == [f"{name}.yaml" for name in ORDER]


@pytest.mark.parametrize("name", OURS)
def test_page_is_sound(name: str) -> None:
    assert [str(finding) for finding in PAGES[name].findings] == []


@pytest.mark.parametrize("name", OURS)
def test_examples_come_true_within_what_a_ledger_spends_on_them(name: str) -> None:
    results = run_examples(model(name), DEFAULTS["page_steps"])
    assert [result for result in results if not result.ok] == []
    assert len(results) >= 8


@pytest.mark.parametrize("name", OURS)
def test_page_names_its_legal_basis_and_speaks_both_languages(name: str) -> None:
    page = model(name)
    assert page["basis"]
    assert all(set(page[key]) == {"en", "zh"} for key in ("title", "kind", "summary"))
    for part in ("roles", "fields", "states", "actions", "deadlines"):
        for entry in page.get(part, []):
            assert set(entry["title"]) == {"en", "zh"}, entry["name"]
    for action in page["actions"]:
        for argument in action.get("args", []):
            assert set(argument["title"]) == {"en", "zh"}, (action["name"], argument["name"])


@pytest.mark.parametrize(("name", "action", "guard"), GUARDS)
def test_without_a_guard_an_example_fails(name: str, action: str, guard: str) -> None:
    changed = model(name)
    (step,) = [step for step in changed["actions"] if step["name"] == action]
    step["when"] = [clause for clause in step["when"] if clause["name"] != guard]
    if not step["when"]:
        del step["when"]
    assert fails(changed)


@pytest.mark.parametrize(("name", "action", "guard"), GUARDS)
def test_each_guard_refuses_by_name_in_an_example(name: str, action: str, guard: str) -> None:
    acts = [act for example in MODELS[name]["examples"] for act in example["acts"]]
    assert any(act["action"] == action and act.get("refused") == guard for act in acts)


@pytest.mark.parametrize("name", OURS)
def test_every_action_is_accepted_in_an_example(name: str) -> None:
    page = model(name)
    played = {
        act["action"] for example in page["examples"] for act in example["acts"] if "refused" not in act
    }
    assert {action["name"] for action in page["actions"]} <= played


@pytest.mark.parametrize("name", OURS)
def test_without_its_accreditation_a_role_is_open_to_anyone_and_an_example_fails(name: str) -> None:
    survivors = []
    for role in [role["name"] for role in model(name)["roles"] if "accredited" in role]:
        changed = model(name)
        for entry in changed["roles"]:
            if entry["name"] == role:
                del entry["accredited"]
        if not fails(changed):
            survivors.append(role)
    assert survivors == []


def _action(changed: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [action for action in changed["actions"] if action["name"] == name]
    assert isinstance(found, dict)
    return found


def _without_set(*targets: str) -> Callable[[dict[str, Any]], None]:
    def mistake(action: dict[str, Any]) -> None:
        for target in targets:
            action["set"].pop(target)
        if not action["set"]:
            del action["set"]

    return mistake


def _setting(**values: str) -> Callable[[dict[str, Any]], None]:
    def mistake(action: dict[str, Any]) -> None:
        action["set"].update(values)

    return mistake


def _unsigned_and_without(role: str) -> Callable[[dict[str, Any]], None]:
    def mistake(action: dict[str, Any]) -> None:
        action["by"] = [signer for signer in action["by"] if signer["role"] != role]
        _without_set(role)(action)

    return mistake


MISTAKES: list[tuple[str, str, str, Callable[[dict[str, Any]], Any]]] = [
    ("bill-of-lading", "held", "transfer-possession", lambda action: action["set"].update(holder=None)),
    ("bill-of-lading", "title-fits-form", "endorse-in-blank", _without_set("form")),
    ("bill-of-lading", "nominee-on-order-bill", "endorse-in-full", _without_set("nominee")),
    ("bill-of-lading", "pledge-is-whole", "discharge", _without_set("claim")),
    ("bill-of-lading", "fresh-came-from-somebody", "reject-title", _without_set("title_new")),
    ("bill-of-lading", "surrendered-for-somebody", "ask-delivery", _without_set("receiver")),
    ("goods-lot", "receipts-within-weighed", "cover", _without_set("covered")),
    ("warehouse-receipt", "pledges-are-whole", "discharge-first", _without_set("first_share")),
    ("warehouse-receipt", "moving-to-somebody", "move-out", _without_set("next_place")),
    ("warehouse-receipt", "lost-has-claimant", "report-lost", _unsigned_and_without("claimant")),
    ("delivery-order", "offered-to-somebody", "offer", _without_set("offeree")),
    ("delivery-order", "appointed-to-somebody", "appoint", _without_set("vehicle")),
    ("payment", "owed-to-another", "assign", _setting(creditor="self.debtor")),
    ("letter-of-credit", "confirmer-is-bound", "confirm", _without_set("obliged")),
    ("letter-of-credit", "amendment-is-whole", "amend", _without_set("new_expiry")),
    ("letter-of-credit", "drawn-within-amount", "present", _setting(drawn="self.amount + 1")),
    ("letter-of-credit", "honoured-is-paid", "honour", _without_set("payment")),
    ("domestic-letter-of-credit", "payee-by-title", "forfait", _setting(payee="self.applicant")),
    ("domestic-letter-of-credit", "paid-by-a-payment", "pay", _without_set("payment")),
    ("credit-voucher", "within-one-year", "pass-on", _setting(due_day="self.due_day + 366")),
    ("credit-voucher", "hops-within-bound", "pass-on", _setting(hops="self.hops + 3")),
    ("credit-voucher", "financed-by-one", "finance", _without_set("holder")),
    ("guarantee", "demand-states-amount", "demand", _without_set("documents")),
    ("guarantee", "demanded-within-guarantee", "demand", _setting(demanded="self.quantity + 1")),
    ("escrow", "disputed-with-reason", "dispute", _without_set("reason")),
    ("use-mark", "never-beyond-value", "give-back", _setting(used="self.used - args.mark.value - 1")),
    ("use-mark", "mark-on-document", "mark", _without_set("of")),
]


@pytest.mark.parametrize(("name", "clause", "action", "mistake"), MISTAKES)
def test_an_invariant_finds_a_mistaken_page(
    name: str, clause: str, action: str, mistake: Callable[[dict[str, Any]], Any]
) -> None:
    changed = model(name)
    mistake(_action(changed, action))
    assert clause in {result.found for result in run_examples(changed) if not result.ok}
