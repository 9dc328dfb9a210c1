"""Actions of different parties that are open at the same time and exclude each other.

Two acts conflict when nobody signs both, both are open on one asset at one time, and either

* after one of them the other is no longer open to those who could take it, which matters when the other
  would change the asset's state, quantity or roles, or when each shuts out the other (that a mere note
  comes too late is no conflict); or
* both can still follow each other, and the asset's state, quantity or roles depend on which came first.

A pair that the page lists under ``races`` is meant to race.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from wusong.contract.checker.explore import Exploration, Node
from wusong.contract.checker.judge import Found
from wusong.contract.checker.moves import Moves, OutOfStepsError, Taken
from wusong.contract.leaf import Leaf
from wusong.errors import JsonData

_EXTRA: int = 60_000
"""Steps for trying pairs of acts in both orders."""


def conflicts(made: Exploration) -> Iterator[Found]:
    """The pairs of actions that exclude each other, each once, where it is nearest."""
    moves = made.moves
    moves.budget = moves.tried + _EXTRA
    order = {action.name: n for n, action in enumerate(made.page.actions)}
    told = {tuple(sorted(pair, key=lambda name: order.get(name, 0))) for pair in made.page.races}
    try:
        for index, node in enumerate(made.nodes):
            for one, other in combinations(_open(node), 2):
                pair = (one.action, other.action)
                if pair in told or set(one.signers.values()) & set(other.signers.values()):
                    continue
                if _exclude(moves, node, one, other):
                    told.add(pair)
                    data: dict[str, JsonData] = {"action": one.action, "other": other.action}
                    yield Found("page-conflict", ("actions", order[one.action]), data, index, (one,))
    except OutOfStepsError:
        return


def _open(node: Node) -> list[Taken]:
    """The first act of each action that is open at a node."""
    first: dict[str, Taken] = {}
    for taken, _ in node.edges:
        if not taken.broken and node.leaf is not None:
            first.setdefault(taken.action, taken)
    return list(first.values())


def _exclude(moves: Moves, node: Node, one: Taken, other: Taken) -> bool:
    moves.place.now = node.now
    shuts_other = not _still(moves, one.effects[0], other)
    shuts_one = not _still(moves, other.effects[0], one)
    if shuts_one or shuts_other:
        lost = (shuts_other and _changes(node, other)) or (shuts_one and _changes(node, one))
        return lost or (shuts_one and shuts_other)
    there = moves.take(one.effects[0], other.action, other.args, other.roles)
    back = moves.take(other.effects[0], one.action, one.args, one.roles)
    if there is None or back is None or there.broken or back.broken:
        return False  # with other arguments they can still follow each other
    return _result(there.effects[0]) != _result(back.effects[0])


def _still(moves: Moves, leaf: Leaf, wanted: Taken) -> bool:
    """Whether an action is still open to the same parties."""
    signers = sorted(wanted.signers.values())
    same = moves.take(leaf, wanted.action, wanted.args, wanted.roles)
    if same is not None and not same.broken:
        return True
    others = moves.all(leaf, wanted.action)
    return any(sorted(other.signers.values()) == signers and not other.broken for other in others)


def _changes(node: Node, taken: Taken) -> bool:
    """Whether an act changes more than fields and deadlines."""
    return node.leaf is None or _result(taken.effects[0]) != _result(node.leaf)


def _result(leaf: Leaf) -> tuple[object, ...]:
    return leaf.state, leaf.quantity, leaf.roles
