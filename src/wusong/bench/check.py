"""``check``: seconds to examine a page of about 160 lines: its form, types, cost, and every life it allows.

* The page is a warehouse receipt with pledge, fees, parts, loss and disputes, two deadlines and four
  invariants (``check.yaml``); it is read from its text and examined anew each time, nothing is remembered.
* Limit: the interpreter alone, carrying out once more each act that the exploration found to be possible.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from wusong.bench.figure import Goal, Measured, seconds
from wusong.contract import checker
from wusong.contract.checker.explore import explore
from wusong.contract.page import load

if TYPE_CHECKING:
    from wusong.contract import model as m
    from wusong.contract.checker.explore import Exploration

GOAL: Final = Goal("check", "s", "less", 3, 0.5)


def measure(quick: bool) -> Measured:
    """Take the figure."""
    text = (files("wusong.bench") / "check.yaml").read_text("utf-8")
    steps, runs = (2_000, 1) if quick else (checker.BUDGET, 5)
    made = explore(_read(text), steps)
    value = seconds(lambda: _examined(text, steps), runs)
    limit = seconds(lambda: _again(made), runs)
    found = f"{made.leaves} situations, {made.depth} acts deep, complete: {made.complete}"
    return Measured(value, limit, f"{found}; limit: the interpreter alone, each possible act once more")


def _read(text: str) -> m.Page:
    page = load(text)
    if page.compiled is None:
        raise RuntimeError(str(page.findings))
    return page.compiled.page


def _examined(text: str, steps: int) -> None:
    checker.forget()
    found = checker.examine(_read(text), budget=steps)
    if any(finding.severity == "refuse" for finding in found.findings):
        raise RuntimeError("the page that is measured has findings")


def _again(made: Exploration) -> None:
    made.moves.budget = made.moves.tried + 10**9
    for node in made.nodes:
        made.moves.place.now = node.now
        for taken, _ in node.edges:
            made.moves.take(node.leaf, taken.action, taken.args, taken.roles)
