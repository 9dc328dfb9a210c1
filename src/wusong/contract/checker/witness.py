"""Whether the few values that were tried could have shown that something can happen.

* That a condition never holds, or an action is never taken, is held against a page only where the values
  tried are as good as all: comparisons of single parts with literals, with the clock, or with one another. A
  sum of two parts, an element of a list, a prefix with a length, a day of the calendar may hold for values
  that were not among them.
* An action that an example takes can be taken; no more is asked.
* Where an action was never taken and its conditions are of the other kind, what lies behind it was not seen:
  nothing that is merely absent is held against the page then.
* Such findings become one piece of advice for each action or condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wusong.contract import model as m
from wusong.contract.checker.explore import Exploration
from wusong.contract.checker.judge import Found
from wusong.contract.checker.syntax import children, nodes, tree
from wusong.contract.checker.uses import CLOCK, part_of
from wusong.contract.expr.ast import Call, Lit, Name, Node, Select
from wusong.errors import JsonData

ABSENCE: Final = frozenset(
    {
        "page-action-never",
        "page-guard-always-false",
        "page-guard-always-true",
        "page-role-never-filled",
        "page-state-unreachable",
    }
)
"""Findings that say that something never happens."""
_LOGIC: Final = frozenset({"&&", "||", "!_", "?:"})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_EQUAL: Final = frozenset({"==", "!="})
_LONGEST: Final = 3


def weighed(made: Exploration, found: list[Found]) -> list[Found]:
    """The findings, with those of absence that the values tried cannot carry turned into advice."""
    shown = taken_by_examples(made.page)
    unseen = [action for action in made.page.actions if _unseen(made, action)]
    result: list[Found] = []
    told: set[tuple[str, str]] = set()
    for each in found:
        if each.code not in ABSENCE:
            result.append(each)
            continue
        action = _action(made.page, each)
        if action is not None and action.name in shown and each.code != "page-guard-always-true":
            continue
        if not unseen and _carried(made, each, action):
            result.append(each)
            continue
        advice = _advice(made.page, each, action or unseen[0])
        key = str(advice.data["action"]), str(advice.data["clause"])
        if key not in told:
            told.add(key)
            result.append(advice)
    return result


def taken_by_examples(page: m.Page) -> frozenset[str]:
    """The actions that the page's own examples take; that they pass is checked elsewhere."""
    return frozenset(act.action for each in page.examples for act in each.acts if act.refused is None)


def decided(node: Node, action: str) -> bool:
    """Whether the values tried for a condition's parts are as good as all others."""
    if isinstance(node, Lit):
        return True
    if isinstance(node, Select):
        return node.test or part_of(node, action) is not None
    if not isinstance(node, Call):
        return False
    if node.op in _LOGIC:
        return all(decided(child, action) for child in node.args)
    if node.op in _EQUAL | _ORDER:
        return all(_plain(child, action) for child in node.args)
    if node.op == "in":
        return all(_plain(child, action) or not _parts(child, action) for child in node.args)
    return False


def _plain(node: Node, action: str) -> bool:
    """A literal, one part, the clock and what is added to it, or the length of one part."""
    if isinstance(node, Lit) or part_of(node, action) is not None:
        return True
    if isinstance(node, Name):
        return node.name in CLOCK
    if not isinstance(node, Call):
        return False
    if node.op == "size":
        return all(part_of(child, action) is not None for child in node.args)
    if _parts(node, action):
        return _moved(node, action)
    return all(_plain(child, action) or not list(nodes(child))[1:] for child in children(node))


def _moved(node: Call, action: str) -> bool:
    """A time of the asset with a literal added: those moments are tried."""
    if node.op not in {"+", "-"}:
        return False
    inner = [child for child in node.args if not isinstance(child, Lit)]
    return len(inner) == 1 and (part := part_of(inner[0], action)) is not None and part[0] == "self"


def _parts(node: Node, action: str) -> int:
    return sum(part_of(each, action) is not None for each in nodes(node))


def _exact(made: Exploration, action: m.Action, texts: list[str]) -> bool:
    """Whether conditions of one action are decided, alone and together."""
    trees = [tree(text) for text in texts]
    if not all(decided(each, action.name) for each in trees):
        return False
    between = 0
    for node in (inner for each in trees for inner in nodes(each)):
        if isinstance(node, Call) and node.op in _ORDER and _parts(node, action.name) > 1:
            between += 1
        if _long(node) or _grown(made, node, action.name):
            return False
    return between <= 2


def _long(node: Node) -> bool:
    """Whether a length is asked for beyond that of the lists tried."""
    if not (isinstance(node, Call) and any(isinstance(n, Call) and n.op == "size" for n in node.args)):
        return False
    return any(isinstance(n, Lit) and type(n.value) is int and n.value > _LONGEST for n in node.args)


def _grown(made: Exploration, node: Node, action: str) -> bool:
    """Whether a number is read that was not followed to its end, or one that is reckoned from others."""
    part = part_of(node, action)
    if part is None or part[0] != "self":
        return False
    if part[1] in made.up_to:
        return True
    texts = [(each, each.set.get(part[1])) for each in made.page.actions]
    return any(text is not None and _reckoned(tree(text), each.name) for each, text in texts)


def _reckoned(node: Node, action: str) -> bool:
    return isinstance(node, Call) and _parts(node, action) > 1


def _unseen(made: Exploration, action: m.Action) -> bool:
    """Whether an action was never taken for conditions that the values tried do not decide."""
    reached = {node.leaf.state for node in made.nodes if node.leaf is not None}
    if action.from_ and not reached & set(action.from_):
        return False
    if any(taken.action == action.name for node in made.nodes for taken, _ in node.edges):
        return action.name in made.moves.pairwise
    return not _exact(made, action, [clause.that for clause in action.when])


def _carried(made: Exploration, each: Found, action: m.Action | None) -> bool:
    if action is None:
        return True
    clause = each.data.get("clause")
    texts = [c.that for c in action.when if clause is None or c.name == clause]
    return _exact(made, action, texts)


def _action(page: m.Page, found: Found) -> m.Action | None:
    return next((each for each in page.actions if each.name == found.data.get("action")), None)


def _advice(page: m.Page, each: Found, action: m.Action) -> Found:
    """What an author is told instead: which action no example takes, and which condition was not shown."""
    clause: JsonData = each.data.get("clause") or next(_hard(action), "-")
    data: dict[str, JsonData] = {"action": action.name, "clause": clause}
    path = ("actions", page.actions.index(action))
    return replace(each, code="page-not-witnessed", path=path, data=data, severity="advice")


def _hard(action: m.Action) -> Iterator[str]:
    return (clause.name for clause in action.when if not decided(tree(clause.that), action.name))
