"""``guard``: evaluations a second of a guard of three terms.

* The guard is compiled from a page as any other: ``self.used + args.more <= self.ceiling && args.more > 0
  && args.to != self.holder``. The sum is checked for overflow of 64 bits, as CEL demands.
* One process evaluates it on a leaf and arguments as an act would have them; all three terms are true, so
  all are evaluated.
* Limit: the same three comparisons written by hand in Python, with the same check of the sum.
"""

from __future__ import annotations

from typing import Any, Final

from wusong.bench.figure import Goal, Measured, seconds
from wusong.contract.interpreter import compile_page
from wusong.contract.leaf import Leaf
from wusong.contract.page import load

GOAL: Final = Goal("guard", "evaluations/s", "more", 700_000, 1_500_000)
PAGE: Final = """
contract: bench-guard
version: 1
title: {en: Guard, zh: 条件}
basis: [none; a page for measurements only]
roles: {holder: {en: holder, zh: 持有人}}
fields: {used: int, ceiling: int}
states: [open]
actions:
  begin:
    by: holder
    args: {ceiling: int}
    to: open
    set: {used: "0", ceiling: args.ceiling}
  draw:
    by: holder
    from: open
    args: {more: int, to: party}
    when:
      within:
        that: self.used + args.more <= self.ceiling && args.more > 0 && args.to != self.holder
        says: {en: Too much., zh: 超出限额。}
    set: {used: self.used + args.more}
"""
_LEAF: Final = Leaf("0" * 64, "open", 7, {"holder": "did:web:a.example"}, {"used": 1_200, "ceiling": 50_000})
_ARGS: Final[dict[str, Any]] = {"more": 350, "to": "did:web:b.example"}
_MOST: Final = 2**63 - 1


def measure(quick: bool) -> Measured:
    """Take the figure."""
    count, runs = (1_000, 1) if quick else (300_000, 7)
    guard = _guard()
    env: tuple[Any, ...] = (_LEAF, "1" * 64, _ARGS, {}, 1_800_000_000_000, 20_833, None, None, None)
    if guard(*env) is not True or _by_hand(_LEAF, _ARGS) is not True:
        raise RuntimeError("the guard does not hold, so not all of it would be evaluated")
    value = count / seconds(lambda: _repeat(guard, env, count), runs)
    limit = count / seconds(lambda: _repeat(_by_hand, (_LEAF, _ARGS), count), runs)
    return Measured(value, limit, "limit: the same comparisons by hand, overflow checked")


def _guard() -> Any:  # noqa: ANN401 - a compiled expression
    page = load(PAGE)
    if not page.ok:
        raise RuntimeError(str(page.findings))
    return compile_page(page.model).program.steps["draw"].guards[0].holds


def _by_hand(leaf: Leaf, args: dict[str, Any]) -> bool:
    total = leaf.fields["used"] + args["more"]
    if not -_MOST - 1 <= total <= _MOST:
        raise OverflowError
    return bool(total <= leaf.fields["ceiling"] and args["more"] > 0 and args["to"] != leaf.roles["holder"])


def _repeat(function: Any, given: tuple[Any, ...], count: int) -> None:  # noqa: ANN401 - what is measured
    for _ in range(count):
        function(*given)
