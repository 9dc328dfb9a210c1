"""Broken pages, many after real frauds and failures, each refused for its own reason, with its story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wusong.contract import load
from wusong.contract import model as m
from wusong.contract.checker import Step, examine, numbered
from wusong.contract.checker.codes import LIFECYCLE
from wusong.contract.report import check
from wusong.crypto.suites import INTL

PAGES = Path(__file__).parent / "pages"


def page(name: str) -> m.Page:
    read = load((PAGES / f"{name}.yaml").read_bytes())
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    return read.compiled.page


LIBRARY = {page(name).name: page(name) for name in ("discharge-without-payment", "guarantor-never-filled")}

BROKEN = [  # page, code, where, steps of the story
    ("duplicate-pledge", "page-always-broken", "always.0", 3),
    ("voided-without-reason", "page-always-broken", "always.0", 2),
    ("shares-of-a-hundred", "page-not-witnessed", "actions.0", 0),
    ("receipt-without-goods", "page-always-broken", "always.0", 2),
    ("pledged-and-sold", "page-always-broken", "always.0", 3),
    ("double-financing", "page-conflict", "actions.1", 2),
    ("discharge-without-payment", "page-always-broken", "always.0", 2),
    ("surrender-by-non-holder", "page-conflict", "actions.1", 2),
    ("blank-with-two-titles", "page-always-broken", "always.0", 2),
    ("discrepancy-without-limit", "page-duty-no-deadline", "actions.1.duty", 0),
    ("due-date-moved", "page-always-broken", "always.0", 2),
    ("freeze-without-thaw", "page-state-inescapable", "states.1", 2),
    ("goods-locked-in", "page-quantity-lost", "states.1", 2),
    ("presentation-never", "page-guard-always-false", "actions.1.when.0", 1),
    ("presentation-never", "page-action-never", "actions.1", 1),
    ("cap-that-never-bites", "page-guard-always-true", "actions.1.when.0", 1),
    ("refusal-forgotten", "page-state-unreachable", "states.2", 0),
    ("inspector-never-named", "page-action-never", "actions.2", 1),
    ("guarantor-never-filled", "page-role-never-filled", "roles.1", 0),
    ("delivered-but-standing", "page-final-holds", "actions.1", 2),
    ("payment-that-is-not-there", "page-companion-never", "actions.1.requires.0", 0),
    ("successor-that-forgets", "page-follows-loses", "follows", 0),
    ("revoked-while-accepted", "page-conflict", "actions.1", 2),
    ("claim-window-shut", "page-state-inescapable", "states.0", 2),
    ("lapse-into-a-trap", "page-state-inescapable", "states.1", 2),
    ("round-and-round", "page-state-inescapable", "states.1", 2),
    ("register-that-dies", "page-state-inescapable", "states.0", 2),
    ("carrier-never-answers", "page-waits-without-deadline", "states.0", 1),
]


@pytest.mark.parametrize(("name", "code", "path", "steps"), BROKEN, ids=[f"{b[0]}-{b[1]}" for b in BROKEN])
def test_broken_pages(name: str, code: str, path: str, steps: int) -> None:
    found = [f for f in examine(page(name), LIBRARY).findings if f.code == code]
    assert [".".join(map(str, finding.path)) for finding in found][:1] == [path]
    assert len(found[0].story) == steps


def test_every_page_of_the_folder_and_every_code_is_tried() -> None:
    assert {path.stem for path in PAGES.glob("*.yaml")} == {name for name, *_ in BROKEN}
    no_page = {"checker-failed"}  # an error of the checker itself: test_failing.py
    assert {code for _, code, *_ in BROKEN} == set(LIFECYCLE) - no_page
    assert len({name for name, *_ in BROKEN}) >= 20


ADVISED = {"carrier-never-answers", "shares-of-a-hundred"}


@pytest.mark.parametrize("name", sorted({name for name, *_ in BROKEN} - ADVISED))
def test_a_broken_page_is_refused_at_its_place(name: str) -> None:
    report = check(load((PAGES / f"{name}.yaml").read_bytes()), INTL, library=LIBRARY)
    assert report["passed"] is False
    assert "lifecycle" in report["checks"]
    assert all(finding["line"] > 0 and finding["column"] > 0 for finding in report["findings"])
    assert report["exploration"]["complete"] is True


def test_advice_refuses_nothing() -> None:
    report = check(load((PAGES / "carrier-never-answers.yaml").read_bytes()), INTL)
    assert report["passed"] is True
    assert [finding["severity"] for finding in report["findings"]] == ["advice"]


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, code, _, steps in BROKEN if steps])
def test_stories_speak_both_languages(name: str, code: str) -> None:
    (finding, *_) = [f for f in examine(page(name), LIBRARY).findings if f.code == code]
    said: list[Any] = [step["what"] for step in finding.story]
    assert all(text["en"].endswith(".") and text["zh"].endswith("。") for text in said)
    assert not any("{" in text["en"] + text["zh"] for text in said)
    assert all("{" not in part for lang in ("en", "zh") for part in vars_of(finding.explain(lang)))


def vars_of(explanation: Any) -> tuple[str, str, str]:  # noqa: ANN401 - an Explanation
    return explanation.what, explanation.why, explanation.do


def test_a_story_reads_like_one() -> None:
    (finding,) = examine(page("duplicate-pledge")).findings
    assert [step["what"]["en"] for step in finding.story] == [  # type: ignore[index, call-overload]
        "A, as Keeper, takes “Issue” (Holder: B); the asset is now “Issued”.",
        "B, as Holder, and A, as Keeper, take “Pledge” (Bank: C).",
        "B, as Holder, and A, as Keeper, take “Pledge” (Bank: D).",
    ]
    assert finding.story[1]["what"]["zh"] == "B（持有人）、A（保管人）共同办理“Pledge”（Bank：C）。"  # type: ignore[index, call-overload]
    assert finding.story[1]["signers"] == {"holder": "B", "keeper": "A"}


def test_numbered_lines() -> None:
    step = Step("issue", {}, {}, 0, "issued", "A takes it.", "A 办理。")
    assert numbered([step, step], "en") == ["1. A takes it.", "2. A takes it."]
    assert numbered([step], "zh") == ["1. A 办理。"]
