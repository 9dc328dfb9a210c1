"""A page names the second profile exactly when it uses something of it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contract.test_bad_pages import GOOD
from contract.worlds import PAGES
from wusong.contract import check, compile_page, digest, load, run_examples
from wusong.contract.expr import PROFILE
from wusong.contract.profile import FIRST, SECOND, parts
from wusong.crypto.suites import GM, INTL
from wusong.errors import ContractError

ORDER = load((PAGES / "order.yaml").read_text())


def test_names() -> None:
    assert (FIRST, SECOND) == (PROFILE, "wusong-cel/2")


def test_a_page_of_the_first_profile_keeps_its_address() -> None:
    page = load(GOOD.replace(" memo: text(64)?,", ""))
    assert page.model["profile"] == FIRST
    assert page.digest(INTL) == "01c3e19a9a3242cb9979f417a430995f0bb017ac17919d87cc0d70a5072296a2"
    assert page.digest(GM) == "6abfd076a40c5454a7a7be4fefd5d2e3716fa7cf5cfe4e5b36dd345c0bae28b4"


USES = [
    ("calendars: [cn-work]", "version: 1\n", "version: 1\ncalendars: [cn-work]\n"),
    ("zone", "version: 1\n", 'version: 1\nzone: "+00:00"\n'),
    ("upgrade", "version: 1\n", "version: 1\nupgrade: owner\n"),
    ("follows", "version: 1\n", "version: 1\nfollows: {page: bill@1}\n"),
    ("text", "version: 1\n", "version: 1\ntext: {en: Pay., zh: 付款。, prevails: zh}\n"),
    ("races", "version: 1\n", "version: 1\nraces: [[issue, pay]]\n"),
    ("duty", "burn: all", "burn: all\n    duty: owner"),
    ("a function", "today >= self.due", "today >= months(self.due, 1)"),
    ("a function in an invariant", "has(self.owner)", "day_end(self.due) > 0"),
    ("a function in an effect", "due: args.due", "due: 'months(args.due, 1)'"),
    ("anyone", "by: [owner, issuer]\n", "by: anyone\n    set: {memo: \"has(as.anyone) ? 'a' : 'b'\"}\n"),
    ("at", "always:", "examples:\n  - {name: e, given: {parties: [a]}, acts: [{do: pay, at: 1}]}\nalways:"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "replacement"), [row[1:] for row in USES], ids=[row[0] for row in USES])
def test_whatever_is_new_makes_it_the_second(found: str, replacement: str) -> None:
    page = load(GOOD.replace(found, replacement, 1))
    assert [str(finding) for finding in page.findings] == []
    assert page.model["profile"] == SECOND
    assert compile_page(page.model).page.profile == SECOND
    assert refused({**page.model, "profile": FIRST}) == ["page-profile"]


def test_the_usual_zone_is_not_said() -> None:
    assert load(GOOD.replace("version: 1\n", 'version: 1\nzone: "+08:00"\n')).model == load(GOOD).model


@pytest.mark.parametrize("profile", [SECOND, "wusong-cel/3", ""])
def test_a_model_that_names_another_profile_is_refused(profile: str) -> None:
    assert refused({**load(GOOD).model, "profile": profile}) == ["page-profile"]


def refused(model: dict[str, Any]) -> list[Any]:
    with pytest.raises(ContractError) as caught:
        compile_page(model)
    findings = caught.value.data["findings"]
    assert isinstance(findings, list)
    return [finding["code"] for finding in findings if isinstance(finding, dict)]


def test_the_report_names_the_profile() -> None:
    assert check(ORDER, INTL)["profile"] == SECOND


def test_parts_are_found_wherever_they_stand() -> None:
    assert ORDER.compiled is not None
    assert parts(ORDER.compiled.page) == {
        "calendars", "deadlines", "upgrade", "text", "races", "among", "due", "until", "after", "duty", "at",
        "deadline",
    }  # fmt: skip


@pytest.mark.parametrize("member", ["calendars", "deadlines", "upgrade", "races"])
def test_an_empty_member_is_not_canonical(member: str) -> None:
    model = copy.deepcopy(load(GOOD).model)
    model[member] = []
    assert refused(model) == ["page-bad-shape"]


def test_the_address_is_that_of_the_canonical_model() -> None:
    assert ORDER.digest(INTL) == digest(ORDER.model, INTL)


def test_time_does_not_run_backwards_in_an_example() -> None:
    text = (PAGES / "order.yaml").read_text().replace('at: "2026-03-13 23:59"', 'at: "2026-03-01"')
    (failed,) = [result for result in run_examples(load(text).model) if not result.ok]
    assert (failed.act, failed.found) == (6, "an earlier one")


WRONG_YEARS = [
    ('cn-work: {2026: "00"}', "page-bad-shape"),
    ("cn-work: {2026: holidays}", "page-bad-shape"),
    ("cn-work: {20260: weekdays}", "yaml-key"),
]


@pytest.mark.parametrize(("written", "code"), WRONG_YEARS)
def test_years_of_an_example(written: str, code: str) -> None:
    text = (PAGES / "order.yaml").read_text().replace("cn-work: {2026: weekdays}", written, 1)
    assert code in {finding.code for finding in load(text).findings}
