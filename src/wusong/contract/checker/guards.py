"""Conditions that decide nothing: always true, or always false, over everything that was explored.

While acts are tried, a condition is judged only until the first choice passes. One that has shown a single
outcome is judged again here, by itself, over all its own values wherever its action could be taken; only
then is it told.
"""

from __future__ import annotations

from collections.abc import Iterator

from wusong.contract import model as m
from wusong.contract.checker.domains import ABSENT
from wusong.contract.checker.explore import Exploration
from wusong.contract.checker.judge import Case, Found
from wusong.contract.checker.moves import Moves, OutOfStepsError, Plan
from wusong.contract.checker.syntax import tree
from wusong.contract.checker.uses import Part, needs
from wusong.contract.leaf import Leaf
from wusong.errors import JsonData

_EXTRA: int = 40_000
"""Steps for judging conditions again."""


def idle(made: Exploration, case: Case) -> Iterator[Found]:
    """The conditions that decide nothing, for an exploration that is complete."""
    entered = case.entered()
    made.moves.budget = made.moves.tried + _EXTRA
    try:
        for n, action in enumerate(made.page.actions):
            for k, clause in enumerate(action.when):
                if clause.name in made.free.guards.get(action.name, ()) or entered & set(action.from_):
                    continue  # it was set free in part, or judges what an older page brings along
                found = _outcome(made, action, k)
                if found is not None:
                    code = "page-guard-always-true" if found else "page-guard-always-false"
                    data: dict[str, JsonData] = {"action": action.name, "clause": clause.name}
                    nearest = case.taken.get(action.name, case.nearest(action))
                    yield Found(code, ("actions", n, "when", k), data, nearest)
    except OutOfStepsError:
        return


def _outcome(made: Exploration, action: m.Action, number: int) -> bool | None:
    """The only outcome that a condition ever has; None when it has both, or never is asked."""
    seen = set(made.moves.seen.get((action.name, number), ()))
    if len(seen) > 1:
        return None
    plan = made.moves.plans[action.name]
    read = needs(tree(action.when[number].that), action.name)
    parts = [part for part in plan.parts if part in read]
    for node in made.nodes:
        leaf = node.leaf
        if (leaf is None) != plan.step.creates or (leaf is not None and leaf.state not in plan.step.sources):
            continue
        made.moves.place.now = node.now
        for outcome in _all(made.moves, plan, number, parts, leaf, {}, {}):
            seen.add(outcome)
            if len(seen) > 1:
                return None
    return seen.pop() if seen else None


def _all(
    moves: Moves,
    plan: Plan,
    number: int,
    parts: list[Part],
    leaf: Leaf | None,
    args: dict[str, object],
    roles: dict[str, str],
) -> Iterator[bool]:
    """The outcomes of one condition over all values of what it reads."""
    if not parts:
        yield moves.judge(plan, number, leaf, args, roles)
        return
    part = parts[0]
    for value in moves.values(plan, part, leaf, args, roles):
        if part[0].endswith(" as"):
            chosen = roles if value is ABSENT else {**roles, part[1]: value}
            yield from _all(moves, plan, number, parts[1:], leaf, args, chosen)
        else:
            given = args if value is ABSENT else {**args, part[1]: value}
            yield from _all(moves, plan, number, parts[1:], leaf, given, roles)
