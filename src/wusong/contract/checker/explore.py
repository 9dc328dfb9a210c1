"""The lives of one asset, breadth first: every state of affairs that acts and the passing of time can bring.

* A node is an asset at a time; two that are alike (see ``canon``) are one node, kept as it was first reached,
  so that the way to it is a shortest one. Waiting costs no step.
* Parts of a split live on as assets of their own; a merged twin is a node as well.
* The order of everything is that of the page: two explorations of one page are the same to the last step.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from wusong.contract import model as m
from wusong.contract.build import build
from wusong.contract.checker.canon import Canon
from wusong.contract.checker.free import Freed, freed
from wusong.contract.checker.moves import Moves, OutOfStepsError, Taken
from wusong.contract.checker.uses import Uses
from wusong.contract.checker.world import OWN, START, Place
from wusong.contract.interpreter import Compiled
from wusong.contract.leaf import Leaf
from wusong.errors import ContractError

BUDGET: Final = 150_000
"""Steps of one exploration: conditions judged and acts tried."""


@dataclass(slots=True)
class Node:
    """An asset at a time; ``step`` led here from ``parent``, or, when it is None, waiting did."""

    leaf: Leaf | None
    now: int
    depth: int = 0
    parent: int = -1
    step: Taken | None = None
    edges: list[tuple[Taken, tuple[int, ...]]] = field(default_factory=list)
    later: int = -1
    expanded: bool = False


@dataclass(slots=True)
class Exploration:
    """What was explored: ``complete`` says that nothing is left out, within the small domains; ``depth`` acts
    deep everything was seen.
    """

    page: m.Page
    free: Freed
    uses: Uses
    moves: Moves
    nodes: list[Node]
    depth: int = 0
    complete: bool = False
    final: frozenset[str] = frozenset()
    ended: list[tuple[int, Taken]] = field(default_factory=list)
    """Where an action is refused for nothing but a quantity that would be left in a final state."""
    lapsed: list[tuple[int, str, str]] = field(default_factory=list)
    """Where a deadline that passed broke an invariant: the node, the deadline, the invariant."""
    failed: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Actions that an error of the checker itself left unjudged: where, and which error."""
    filled: set[str] = field(default_factory=set)
    """The roles that somebody came into."""
    up_to: dict[str, int] = field(default_factory=dict)
    """Numbers that could grow for ever, each with the greatest that was followed."""

    @property
    def leaves(self) -> int:
        """How many states of affairs were met."""
        return len(self.nodes) - 1


def explore(page: m.Page, budget: int = BUDGET) -> Exploration:
    """Explore a sound page under a budget of steps."""
    return _Explorer(page, budget).run()


class _Explorer:
    def __init__(self, page: m.Page, budget: int) -> None:
        free = freed(page)
        program, findings = build(free.page, settle=True)
        if findings:
            raise ContractError("bad-page", findings=[finding.to_json() for finding in findings])
        self.compiled = Compiled(program)
        self.uses = Uses(free.page)
        self.place = Place(page)
        self.canon = Canon(free.page, self.uses)
        self.moves = Moves(self.compiled, self.uses, self.place, budget)
        self.found: dict[Hashable, int] = {}
        self.made = Exploration(page, free, self.uses, self.moves, [Node(None, START)], final=program.final)

    def run(self) -> Exploration:
        """Level by level, until nothing new comes or the steps are spent."""
        made, level = self.made, [0]
        try:
            while level:
                level = self._level(level)
                made.depth += 1
            made.complete = not made.failed
            made.depth = max(node.depth for node in made.nodes)
        except OutOfStepsError:
            pass
        return made

    def _level(self, level: list[int]) -> list[int]:
        """Expand a level, with what waiting adds to it; the next one."""
        reached: list[int] = []
        for index in level:  # grows while it is walked
            node = self.made.nodes[index]
            self._wait(index, node, level)
            if node.leaf is not None and (node.leaf.state in self.made.final):
                node.expanded = True
                continue
            if node.leaf is not None and (grown := self.canon.too_far(node.leaf)):
                self.made.up_to.update(grown)
                continue
            self._acts(index, node, reached)
            node.expanded = True
        return reached

    def _wait(self, index: int, node: Node, level: list[int]) -> None:
        if node.leaf is None or node.leaf.state in self.made.final:
            return
        later = self.canon.next_change(node.leaf, node.now)
        if later is None:
            return
        leaf = self._effective(node.leaf, later)
        node.later, new = self._node(leaf, later, node.depth, index, None)
        if not new:
            return
        level.append(node.later)
        if leaf is not node.leaf:
            self._judge_passing(node.leaf, leaf, node.later)

    def _effective(self, leaf: Leaf, now: int) -> Leaf:
        """The asset as deadlines that have passed leave it."""
        return self.compiled.effective(leaf, now)

    def _judge_passing(self, before: Leaf, after: Leaf, index: int) -> None:
        """No act judges the invariants when a deadline passes: what it makes of the asset must keep them."""
        self.moves.count()
        self.place.leaf = after
        try:
            self.compiled.check_always(self.place, OWN, after)
        except ContractError as error:
            past = [key for key, time in before.deadlines.items() if time <= self.made.nodes[index].now]
            limit = min(past, key=lambda key: (before.deadlines[key], key), default="")
            clause = str(error.data.get("clause", ""))
            self.made.lapsed.append((index, limit.partition(">")[0], clause))

    def _acts(self, index: int, node: Node, reached: list[int]) -> None:
        for action in self.moves.plans:
            try:
                self._act(index, node, action, reached)
            except OutOfStepsError:
                raise
            except Exception as failure:  # noqa: BLE001 - whatever it is, the page's author must hear of it
                self.made.failed.setdefault(action, (index, type(failure).__name__))

    def _act(self, index: int, node: Node, action: str, reached: list[int]) -> None:
        self.place.now = node.now
        self.moves.ended.clear()
        before = len(node.edges)
        for taken in self.moves.all(node.leaf, action):
            if taken.broken:
                node.edges.append((taken, ()))
                continue
            children = []
            for leaf in taken.effects:
                self.made.filled.update(leaf.roles)
                child, new = self._node(leaf, node.now, node.depth + 1, index, taken)
                children.append(child)
                if new:
                    reached.append(child)
            node.edges.append((taken, tuple(dict.fromkeys(children))))
        if self.moves.ended and len(node.edges) == before:
            self.made.ended.append((index, self._signed(node, self.moves.ended[0])))

    def _signed(self, node: Node, taken: Taken) -> Taken:
        """An act that was refused, as it would have been signed."""
        standing = node.leaf.roles if node.leaf is not None else {}
        by = self.moves.plans[taken.action].step.by
        signers = {role: standing[role] for role, _ in by if role in standing} | taken.roles
        return Taken(taken.action, taken.args, taken.roles, signers)

    def _node(self, leaf: Leaf, now: int, depth: int, parent: int, step: Taken | None) -> tuple[int, bool]:
        """The node of an asset at a time, and whether it is new."""
        key = self.canon.key(leaf, now)
        known = self.found.get(key)
        if known is not None:
            return known, False
        self.found[key] = len(self.made.nodes)
        self.made.nodes.append(Node(leaf, now, depth, parent, step))
        return self.found[key], True
