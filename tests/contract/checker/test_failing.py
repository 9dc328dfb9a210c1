"""An error of the checker itself is told as a finding, at its place on the page; it is never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

import wusong
from wusong.contract import load
from wusong.contract import model as m
from wusong.contract.checker import examine, forget
from wusong.contract.checker.moves import Moves
from wusong.contract.report import check
from wusong.crypto.suites import INTL
from wusong.errors import WusongError

TRADE = Path(wusong.__file__).parent / "trade" / "contracts"
PAGE = (TRADE / "escrow.yaml").read_text("utf-8")


def page() -> m.Page:
    forget()
    read = load(PAGE)
    assert read.compiled is not None
    return read.compiled.page


def _fails(*_: object, **__: object) -> NoReturn:
    raise ZeroDivisionError("not thought of")


def test_an_act_that_cannot_be_judged_is_a_finding_at_its_action(monkeypatch: pytest.MonkeyPatch) -> None:
    explored = page()
    second = explored.actions[1].name
    take = Moves.take

    def failing(self: Moves, leaf: object, action: str, *rest: object) -> object:
        return _fails() if action == second else take(self, leaf, action, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Moves, "take", failing)
    found = examine(explored)
    failed = [finding for finding in found.findings if finding.code == "checker-failed"]
    assert [(f.path, f.data, f.severity) for f in failed] == [
        (("actions", 1), {"error": "ZeroDivisionError", "what": second}, "refuse")
    ]
    assert not found.complete
    absent = {"page-action-never", "page-state-unreachable"}
    assert {finding.code for finding in found.findings}.isdisjoint(absent)
    for lang in ("en", "zh"):
        assert second in WusongError(failed[0].code, **failed[0].data).explain(lang).what


def test_whatever_fails_the_report_is_made_and_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    page()
    monkeypatch.setattr("wusong.contract.checker.explore", _fails)
    report = check(load(PAGE), INTL)
    assert not report["passed"]
    assert [finding["code"] for finding in report["findings"]] == ["checker-failed"]
    forget()
