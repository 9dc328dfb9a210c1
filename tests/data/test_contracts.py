from __future__ import annotations

import copy
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from wusong.contract.examples import run_examples
from wusong.contract.page import Page, load
from wusong.crypto import canonical
from wusong.data.domain import DOMAIN, ORDER

CONTRACTS = files("wusong.data") / "contracts"


def page(name: str) -> Page:
    return load((CONTRACTS / f"{name}.yaml").read_text("utf-8"))


def model(name: str) -> dict[str, Any]:
    """The model as the ledger would hand it back."""
    plain = canonical.decode(canonical.encode(page(name).model))
    assert isinstance(plain, dict)
    return plain


def fails(changed: dict[str, Any]) -> bool:
    return not all(result.ok for result in run_examples(changed))


GUARDS = [
    pytest.param(name, action["name"], guard["name"], id=f"{name}.{action['name']}.{guard['name']}")
    for name in ORDER
    for action in page(name).model["actions"]
    for guard in action.get("when", [])
]
REFUSED_BY = {name: page(name).model for name in ORDER}


def test_the_library_is_what_lies_in_the_folder() -> None:
    assert sorted(ORDER) == sorted(f.name.removesuffix(".yaml") for f in CONTRACTS.iterdir())
    assert [file.name for file in DOMAIN.pages()] == [f"{name}.yaml" for name in ORDER]


@pytest.mark.parametrize("name", ORDER)
def test_page_is_sound(name: str) -> None:
    assert [str(finding) for finding in page(name).findings] == []


@pytest.mark.parametrize("name", ORDER)
def test_examples_come_true(name: str) -> None:
    assert [result for result in run_examples(model(name)) if not result.ok] == []


@pytest.mark.parametrize("name", ORDER)
def test_page_names_its_legal_basis_and_speaks_both_languages(name: str) -> None:
    text = model(name)
    assert text["basis"]
    assert all(set(text[key]) == {"en", "zh"} for key in ("title", "kind", "summary"))
    for part in ("roles", "fields", "states", "actions"):
        for entry in text.get(part, []):
            assert set(entry["title"]) == {"en", "zh"}, entry["name"]


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
    acts = [act for example in REFUSED_BY[name]["examples"] for act in example["acts"]]
    assert any(act["action"] == action and act.get("refused") == guard for act in acts)


@pytest.mark.parametrize("name", ORDER)
def test_every_action_is_accepted_in_an_example(name: str) -> None:
    text = model(name)
    played = {
        act["action"] for example in text["examples"] for act in example["acts"] if "refused" not in act
    }
    assert played - {"lapse"} == {
        action["name"] for action in text["actions"]
    }  # any page may be said to lapse


def _action(changed: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [action for action in changed["actions"] if action["name"] == name]
    assert isinstance(found, dict)
    return found


def without(clause: str) -> Callable[[dict[str, Any]], Any]:
    """The mistake of forgetting a guard."""

    def forget(action: dict[str, Any]) -> None:
        action["when"] = [guard for guard in action["when"] if guard["name"] != clause]

    return forget


MISTAKES: list[tuple[str, str, str, Callable[[dict[str, Any]], Any]]] = [
    ("data-use", "calls-accounted-for", "meter", lambda action: action["set"].pop("metered")),
    ("data-use", "calls-accounted-for", "approve", lambda action: action.update(mint="self.calls - 1")),
    (
        "data-resource",
        "objection-has-objector",
        "dismiss-objection",
        lambda action: action["set"].pop("objector"),
    ),
    ("data-resource", "code-with-validity", "assign-code", lambda action: action["set"].pop("valid_until")),
    ("revenue-share", "one-share-each", "propose", without("share-for-each")),
    ("revenue-share", "shares-stay-whole", "propose", without("shares-make-the-whole")),
    ("revenue-share", "nothing-lost", "allot", lambda action: action["set"].update(amount="args.amount + 1")),
    ("revenue-share", "dispute-by-somebody", "withdraw-dispute", lambda a: a["set"].pop("disputant")),
    ("proposal", "carried-as-agreed", "approve", without("not-yet-enough")),
    (
        "proposal",
        "votes-counted-once",
        "reject",
        lambda a: a["set"].update(noes="self.noes + self.total + 1"),
    ),
    ("proposal", "one-entry-each", "abstain", lambda a: a["set"].update(voted="self.members + [as.voter]")),
    ("registration-certificate", "states-a-right", "change", without("some-right")),
    (
        "registration-certificate",
        "pledge-secures-a-claim",
        "discharge-pledge",
        lambda a: a["set"].pop("claim"),
    ),
    ("registration-certificate", "objection-by-somebody", "dismiss", lambda a: a["set"].pop("objector")),
    ("stage-gate", "completed-through-the-gate", "complete", without("last-stage")),
    ("stage-gate", "team-stays-out-of-the-panel", "replace-panel", without("team-does-not-review")),
    (
        "stage-gate",
        "one-opinion-from-each",
        "endorse",
        lambda a: a["set"].update(endorsed="self.panel + [as.reviewer]"),
    ),
    ("stage-gate", "conditions-written-down", "advance-on-conditions", lambda a: a["set"].pop("conditions")),
]


@pytest.mark.parametrize(("name", "clause", "action", "mistake"), MISTAKES)
def test_an_invariant_finds_a_mistaken_page(
    name: str, clause: str, action: str, mistake: Callable[[dict[str, Any]], Any]
) -> None:
    changed = copy.deepcopy(model(name))
    mistake(_action(changed, action))
    assert clause in {result.found for result in run_examples(changed) if not result.ok}


@pytest.mark.parametrize("name", ORDER)
def test_without_its_accreditation_a_role_is_open_to_anyone_and_an_example_fails(name: str) -> None:
    held = [role["name"] for role in model(name).get("roles", []) if "accredited" in role]
    survivors = []
    for role in held:
        changed = model(name)
        for entry in changed["roles"]:
            if entry["name"] == role:
                del entry["accredited"]
        if not fails(changed):
            survivors.append(role)
    assert survivors == []
