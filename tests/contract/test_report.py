"""Examples, the check report, the schema, the codes."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from contract.worlds import PAGES
from wusong.contract import check, compile_page, digest, load, run_examples
from wusong.contract.checker.codes import LIFECYCLE
from wusong.contract.examples import run_compiled
from wusong.contract.model import Page, parse
from wusong.contract.schema import schema
from wusong.crypto.suites import GM, INTL
from wusong.errors import ContractError

TEXT = (PAGES / "warehouse-receipt.yaml").read_text()
ALL = sorted(PAGES.glob("*.yaml"))


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_pages_pass(path: Path) -> None:
    report = check(load(path.read_bytes()), INTL)
    wrong = [found for found in report["findings"] if found["code"] not in LIFECYCLE]
    assert wrong == []  # what their lives are worth, tests/contract/checker judges
    json.dumps(report)


def test_the_report_says_what_was_checked() -> None:
    page = load(TEXT)
    report = check(page, INTL)
    assert report["contract"] == page.digest(INTL) == digest(page.model, INTL)
    assert report["checks"] == ["schema", "types", "cost", "examples", "lifecycle"]
    assert report["profile"] == page.model["profile"] == "wusong-cel/1"
    assert [example["ok"] for example in report["examples"]] == [True, True]
    assert page.digest(INTL) != page.digest(GM)


def test_a_bad_page_has_a_report_without_address() -> None:
    report = check(load(TEXT.replace("to: issued", "to: isued")), INTL)
    assert report["passed"] is False
    assert "contract" not in report
    assert report["findings"][0]["code"] == "page-unknown-state"


FALSE = [
    ("refused: already-pledged", "refused: conservation", 3, "conservation", "already-pledged"),
    ("        refused: already-pledged\n", "", 3, "accepted", "already-pledged"),
    ("[400, 601]", "[400, 600]", 2, "conservation", "accepted"),
    ("1000, pledgee: bank}", "1000, pledgee: owner}", 0, "receipt.pledgee = owner", "did:example:bank"),
    ("new: [small, large]", "new: [small]", 3, "1 new", "2 new"),
    ("asset: small", "asset: tiny", 4, "an asset called tiny", "none"),
    ("{holder: owner, goods: copper", "{holder: x, goods: copper", 1, "a party called x", "none"),
    ("{store: warehouse, owner: , bank", "{store: harbour, owner: , bank", 1, "accepted", "not-accredited"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "replacement", "act", "expected", "got"), FALSE)
def test_examples_that_do_not_come_true(
    found: str, replacement: str, act: int, expected: str, got: str
) -> None:
    assert found in TEXT
    page = load(TEXT.replace(found, replacement, 1))
    assert page.findings == []
    (failed,) = [result for result in run_examples(page.model) if not result.ok]
    assert (failed.act, failed.expected, failed.found) == (act, expected, got)
    (finding,) = check(page, INTL)["findings"]
    assert finding["code"] == "page-example-fails"


def test_the_budget_is_for_all_examples() -> None:
    compiled = load(TEXT).compiled
    assert compiled is not None
    spent = sum(result.steps for result in run_compiled(compiled))
    assert all(result.ok for result in run_compiled(compiled, spent))
    assert [result.ok for result in run_compiled(compiled, spent - 1)] == [True, False]


def test_the_model_is_canonical() -> None:
    model = load(TEXT).model
    assert msgspec.to_builtins(parse(model)) == model
    written_out = {**model, "actions": [{**action, "public": False} for action in model["actions"]]}
    with pytest.raises(ContractError):
        compile_page(written_out)
    with pytest.raises(ContractError):
        compile_page({**model, "surprise": 1})
    with pytest.raises(ContractError):
        compile_page([])


def test_a_model_is_checked_again_without_its_page() -> None:
    model = json.loads(json.dumps(load(TEXT).model))
    model["actions"][0]["mint"] = "args.lot"
    with pytest.raises(ContractError) as caught:
        compile_page(model)
    assert caught.value.code == "bad-page"


def test_spelling_does_not_change_the_address() -> None:
    spelled = TEXT.replace("by: keeper", "by: [keeper]").replace("# issued it, holds the goods", "").replace(
        "en: This receipt is already pledged.", 'en: "This receipt is already pledged."'
    )  # fmt: skip
    assert spelled != TEXT
    assert load(spelled).digest(INTL) == load(TEXT).digest(INTL)


def test_the_schema_is_fresh(root: Path) -> None:
    assert (root / "docs" / "contract.schema.json").read_text() == schema(), (
        "run: python -m wusong.contract.schema > docs/contract.schema.json"
    )


def test_the_schema_describes_every_part() -> None:
    definitions = json.loads(schema())["$defs"]
    assert {"Page", "Action", "Field", "Role"} <= definitions.keys() | {Page.__name__}
    assert all("description" in definition for definition in definitions.values())
