"""What is wrong with a page, by what the exploration met; each finding with its story.

* Absence is judged only when the exploration is complete: a state that nothing reaches, an action that is
  never taken, a role that is never filled, a condition that is always true or always false.
* A state is inescapable when from an asset in it no final state can be reached by any acts and any waiting.
  A page without final states is a register; there it is an asset that can do nothing any more although its
  state has actions.
* Of a page that follows an older one, states and roles that moved assets bring along count as reached.
* What rests on something that was set free (see ``free``) is not held against the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from wusong.contract import model as m
from wusong.contract.checker.explore import Exploration, Node
from wusong.contract.checker.free import FREE
from wusong.contract.checker.moves import Taken
from wusong.contract.checker.syntax import tree
from wusong.contract.checker.uses import Part, needs
from wusong.contract.findings import Path
from wusong.errors import JsonData


@dataclass(frozen=True, slots=True)
class Found:
    """One thing wrong: where on the page, and where in the exploration (``node`` 0: before anything was)."""

    code: str
    path: Path
    data: dict[str, JsonData]
    node: int = 0
    more: tuple[Taken, ...] = ()
    severity: Literal["refuse", "advice"] = "refuse"


@dataclass(slots=True)
class Case:
    """An exploration, with what is asked of it again and again."""

    made: Exploration
    taken: dict[str, int] = field(default_factory=dict)  # action: the first node where it is taken
    reached: dict[str, int] = field(default_factory=dict)  # state: the first node in it
    back: list[list[int]] = field(default_factory=list)

    @classmethod
    def of(cls, made: Exploration) -> Case:
        """Look through an exploration once."""
        case = cls(made, back=[[] for _ in made.nodes])
        for index, node in enumerate(made.nodes):
            if node.leaf is not None:
                case.reached.setdefault(node.leaf.state, index)
            for taken, children in node.edges:
                if not taken.broken:
                    case.taken.setdefault(taken.action, index)
                for child in children:
                    case.back[child].append(index)
            if node.later >= 0:
                case.back[node.later].append(index)
        return case

    def entered(self) -> set[str]:
        """The states that assets of an older page may come into, where only that page's are known to begin,
        and those that lie behind them.
        """
        follows = self.made.page.follows
        found = set(follows.states.values()) - self.reached.keys() if follows is not None else set()
        while more := self._behind(found) - found - self.reached.keys():
            found |= more
        return found

    def _behind(self, states: set[str]) -> set[str]:
        page = self.made.page
        targets = {action.to for action in page.actions if states & set(action.from_) and action.to}
        return targets | {limit.to for limit in page.deadlines if states & set(limit.in_) and limit.to}

    def nearest(self, action: m.Action) -> int:
        """The first node in a state that an action starts from."""
        return min((self.reached[state] for state in action.from_ if state in self.reached), default=0)

    def leading_to(self, goals: set[int]) -> set[int]:
        """The nodes from which one of ``goals`` can be reached, themselves included."""
        found, waiting = set(goals), sorted(goals)
        while waiting:
            for before in self.back[waiting.pop()]:
                if before not in found:
                    found.add(before)
                    waiting.append(before)
        return found


def judge(made: Exploration) -> list[Found]:
    """Everything wrong, in the order of the page."""
    case = Case.of(made)
    found = [
        *failed(made),
        *broken(case),
        *lapsed(case),
        *holds(case),
        *stuck(case),
        *locked(case),
        *waits(case),
    ]
    if made.complete:
        found += [*unreachable(case), *never(case), *unfilled(case)]
    return found


def failed(made: Exploration) -> Iterator[Found]:
    """Actions that could not be judged, for an error of the checker itself."""
    for n, action in enumerate(made.page.actions):
        if action.name in made.failed:
            node, error = made.failed[action.name]
            data: dict[str, JsonData] = {"what": action.name, "error": error}
            yield Found("checker-failed", ("actions", n), data, node)


def unreachable(case: Case) -> Iterator[Found]:
    """States that no asset comes into."""
    entered = case.entered()
    for n, state in enumerate(case.made.page.states):
        if state.name not in case.reached and state.name not in entered:
            yield Found("page-state-unreachable", ("states", n), {"state": state.name})


def never(case: Case) -> Iterator[Found]:
    """Actions that are never taken though their states are reached, with the nearest place where one could
    be tried.
    """
    tried = {taken.action for node in case.made.nodes for taken, _ in node.edges}
    entered = case.entered()
    for n, action in enumerate(case.made.page.actions):
        if action.name in tried or entered & set(action.from_):
            continue
        if action.from_ and not any(state in case.reached for state in action.from_):
            continue  # told of the state
        data: dict[str, JsonData] = {"action": action.name, "reason": _reason(case, action)}
        yield Found("page-action-never", ("actions", n), data, case.nearest(action))


def _reason(case: Case, action: m.Action) -> str:
    moves = case.made.moves
    for number, clause in enumerate(action.when):
        if moves.seen.get((action.name, number)) == {False}:
            return clause.name
    return ", ".join(sorted(moves.refused.get(action.name, ()))) or "wrong-role"


def unfilled(case: Case) -> Iterator[Found]:
    """Roles that nobody comes into."""
    filled = case.made.filled
    carried = set(case.made.page.follows.fields) if case.made.page.follows is not None else set()
    for n, role in enumerate(case.made.page.roles):
        if role.name not in filled and role.among is None and role.name not in carried:
            yield Found("page-role-never-filled", ("roles", n), {"role": role.name})


def stuck(case: Case) -> Iterator[Found]:
    """States from which there is no way out any more."""
    made, nodes = case.made, case.made.nodes
    if made.final:
        goals = {n for n, node in enumerate(nodes) if node.leaf is not None and node.leaf.state in made.final}
    else:
        goals = {n for n, node in enumerate(nodes) if _alive(made.page, node)}
    good = case.leading_to(goals | {n for n, node in enumerate(nodes) if not node.expanded})
    bad = [n for n in range(1, len(nodes)) if n not in good]
    traps = [n for n in bad if all(_state(nodes[c]) == _state(nodes[n]) for c in _children(nodes[n]))]
    told: set[str] = set()
    for index in traps or bad:
        state = _state(nodes[index])
        if state not in told:
            told.add(state)
            yield Found("page-state-inescapable", _state_path(made.page, state), {"state": state}, index)


def _alive(page: m.Page, node: Node) -> bool:
    """Whether, in a register, something can be done here, or was never meant to be."""
    if node.leaf is None:
        return True
    return bool(node.edges) or not any(node.leaf.state in action.from_ for action in page.actions)


def locked(case: Case) -> Iterator[Found]:
    """States in which a quantity stays for ever, though the page takes quantities out elsewhere."""
    made, nodes = case.made, case.made.nodes
    taking = {action.name for action in made.page.actions if action.burn or action.split or action.merge}
    if made.page.quantity is None or not taking:
        return
    goals = {n for n, node in enumerate(nodes) if {t.action for t, _ in node.edges if not t.broken} & taking}
    goals |= {n for n, node in enumerate(nodes) if not (node.expanded and node.leaf and node.leaf.quantity)}
    good = case.leading_to(goals)
    told: set[str] = set()
    for index in range(1, len(nodes)):
        state = _state(nodes[index])
        if index not in good and state not in told:
            told.add(state)
            yield Found("page-quantity-lost", _state_path(made.page, state), {"state": state}, index)


def broken(case: Case) -> Iterator[Found]:
    """Acts that every condition lets through and an invariant stops."""
    made = case.made
    clauses = {clause.name: n for n, clause in enumerate(made.page.always)}
    told: set[tuple[str, str]] = set()
    for index, node in enumerate(made.nodes):
        for taken, _ in node.edges:
            if not taken.broken or (taken.action, taken.broken) in told:
                continue
            told.add((taken.action, taken.broken))
            if _rests_on_assumption(made, taken):
                continue
            data: dict[str, JsonData] = {"action": taken.action, "clause": taken.broken}
            yield Found("page-always-broken", ("always", clauses[taken.broken]), data, index, (taken,))


def lapsed(case: Case) -> Iterator[Found]:
    """Deadlines that leave an asset as an invariant forbids it: then no act at all could go on from there."""
    made = case.made
    clauses = {clause.name: n for n, clause in enumerate(made.page.always)}
    told: set[tuple[str, str]] = set()
    for index, limit, clause in made.lapsed:
        if (limit, clause) in told:
            continue
        told.add((limit, clause))
        data: dict[str, JsonData] = {"action": limit, "clause": clause}
        yield Found("page-always-broken", ("always", clauses[clause]), data, index)


def _rests_on_assumption(made: Exploration, taken: Taken) -> bool:
    """Whether something that was set free has a part in what breaks the rule."""
    action = next(each for each in made.free.page.actions if each.name == taken.action)
    original = next(each for each in made.page.actions if each.name == taken.action)
    clause = next(each for each in made.free.page.always if each.name == taken.broken)
    targets = {name for root, name in needs(tree(clause.that), "self") if root == "self"}
    written: set[Part] = set()
    for target, text in action.set.items():
        if text is not None and target in targets:
            written |= needs(tree(text), action.name)
    for text in (action.mint, None if action.burn == "all" else action.burn):
        if text is not None and "quantity" in targets:
            written |= needs(tree(text), action.name)
    if any(part[1].startswith(FREE) for part in written):
        return True
    written |= {("self", target) for target in targets}
    touched = made.free.guards.get(action.name, set())
    freed = [clause for clause in original.when if clause.name in touched]
    return any(needs(tree(clause.that), action.name) & written for clause in freed)


def holds(case: Case) -> Iterator[Found]:
    """Actions that would end an asset while it holds a quantity, wherever nothing else is wrong."""
    made = case.made
    numbers = {action.name: n for n, action in enumerate(made.page.actions)}
    told: set[str] = set()
    for index, taken in made.ended:
        if taken.action in told:
            continue
        told.add(taken.action)
        data: dict[str, JsonData] = {"action": taken.action}
        yield Found("page-final-holds", ("actions", numbers[taken.action]), data, index, (taken,))


def waits(case: Case) -> Iterator[Found]:
    """States that one party alone can end, and no deadline."""
    made = case.made
    for n, state in enumerate(made.page.states):
        if state.final or state.name not in case.reached:
            continue
        there = [node for node in made.nodes if _state(node) == state.name]
        leaving = [
            frozenset(taken.signers)
            for node in there
            for taken, children in node.edges
            if any(_state(made.nodes[child]) != state.name for child in children)
        ]
        if any(node.leaf is not None and node.leaf.deadlines for node in there):
            continue
        if leaving and all(len(roles) == 1 for roles in leaving) and len(set(leaving)) == 1:
            role = min(leaving[0])
            if role != "anyone" and len(made.page.roles) > 1:
                data: dict[str, JsonData] = {"state": state.name, "role": role}
                index = case.reached[state.name]
                yield Found("page-waits-without-deadline", ("states", n), data, index, severity="advice")


def _children(node: Node) -> list[int]:
    return [child for _, children in node.edges for child in children]


def _state(node: Node) -> str:
    return node.leaf.state if node.leaf is not None else ""


def _state_path(page: m.Page, state: str) -> Path:
    return ("states", next(n for n, each in enumerate(page.states) if each.name == state))
