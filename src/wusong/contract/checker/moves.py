"""Every act that the page lets through on one asset at one time, with values from the small domains.

* Arguments are chosen one by one; a guard is judged as soon as all that it reads is chosen, so that most
  choices are never completed.
* All choices of what the act writes are tried; of what only guards read, the first that they let through is
  as good as any.
* Where an act takes so many arguments that all choices together are too many, each two of them are combined
  and the others are the plainest (``pairwise``): what needs three unusual values at once is not seen there.
* The real interpreter then carries out the act; nothing here decides what it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from msgspec import structs

from wusong.contract import model as m
from wusong.contract.acts import ActInput
from wusong.contract.build import build
from wusong.contract.checker.domains import ABSENT, Domains
from wusong.contract.checker.syntax import children, tree, written
from wusong.contract.checker.uses import Part, Uses, amounts, needs
from wusong.contract.checker.world import OWN, Place, party
from wusong.contract.expr import EvalError, Function
from wusong.contract.expr.ast import Call, Macro, Node
from wusong.contract.interpreter import Compiled
from wusong.contract.leaf import Leaf
from wusong.contract.program import Step
from wusong.contract.run import ANYONE
from wusong.errors import ContractError

_ORDINARY: Final = 48
"""A condition with so many parts weighs one step more."""
_ELEMENTS: Final = 3
"""How long the lists are that are tried."""
_MANY: Final = 4_000
"""With so many choices of what an act writes, no more than two parts at a time are not the plainest."""
_TOGETHER: Final = 2
_EVERYBODY: Final = frozenset(party(number) for number in range(52))


Early: TypeAlias = tuple[int, Function]
"""A part of a guard, with the guard's number."""


class OutOfStepsError(Exception):
    """The exploration has used the steps that it was given."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An act that was let through: by whom in which role, and what it writes. ``broken`` names the invariant
    that it would break.
    """

    action: str
    args: dict[str, Any]
    roles: dict[str, str]
    signers: dict[str, str]
    effects: tuple[Leaf, ...] = ()
    broken: str = ""


@dataclass(slots=True)
class Plan:
    """How the choices of one action are made: the parts in order, each with the guards that it completes."""

    step: Step
    parts: list[Part]
    effective: int  # so many of the first parts decide what the act writes
    guards: list[list[int]]  # their numbers, by number of parts chosen
    weights: list[int]  # of the guards, in steps beyond the first
    early: list[list[Early]]  # parts of guards that must hold, each as soon as it can be judged
    apart: bool  # what only guards read can be chosen once for all choices of the rest
    listed: dict[str, str] = field(default_factory=dict)  # role: the list on the asset that it must stand in


class Moves:
    """The acts of a page. ``tried`` counts the work; ``seen`` which outcomes each guard had."""

    def __init__(self, page: Compiled, uses: Uses, place: Place, budget: int) -> None:
        self.page, self.uses, self.place = page, uses, place
        self.domains = Domains(page.page, uses, place)
        self.tried = 0
        self.budget = budget
        self.seen: dict[tuple[str, int], set[bool]] = {}
        self.refused: dict[str, set[str]] = {}
        """Why acts that passed all guards were refused, by action."""
        self.pairwise: set[str] = set()
        """The actions of which not all choices were combined."""
        self.ended: list[Taken] = []
        """Acts that were refused only because a final state holds no quantity."""
        self._conjuncts = _conjuncts(page.page)
        self.plans = {action.name: self._plan(action) for action in page.page.actions}

    def count(self, weight: int = 0) -> None:
        """One more step, and what it weighs more than an ordinary one. Raises OutOfStepsError when the budget
        is spent.
        """
        self.tried += 1 + weight
        if self.tried > self.budget:
            raise OutOfStepsError

    # Planning

    def _plan(self, action: m.Action) -> Plan:
        step = self.page.program.steps[action.name]
        written = self._written(action)
        mine: list[Part] = [(f"{action.name} as", role) for role in self._named(action)]
        mine += [(action.name, each.name) for each in action.args]
        mine.sort(key=lambda part: part not in written)
        read = [needs(tree(clause.that), action.name) & set(mine) for clause in action.when]
        guards: list[list[int]] = [[] for _ in range(len(mine) + 1)]
        for n in range(len(step.guards)):
            last = max((mine.index(part) + 1 for part in read[n]), default=0)
            guards[last].append(n)
        weights = [_weight(tree(clause.that)) for clause in action.when]
        early = self._early(action, mine, read)
        effective = sum(part in written for part in mine)
        apart = self._is_apart(mine, effective, [guard for guard in read if guard])
        return Plan(step, mine, effective, guards, weights, early, apart, dict(step.among))

    def _is_apart(self, mine: list[Part], effective: int, read: list[frozenset[Part]]) -> bool:
        first, rest = set(mine[:effective]), set(mine[effective:])
        together = any(guard & first and guard & rest for guard in read)
        return (
            bool(first and rest)
            and not together
            and not any((a, b) in self.uses.pairs for a in first for b in rest)
        )

    def _early(self, action: m.Action, mine: list[Part], read: list[frozenset[Part]]) -> list[list[Early]]:
        """Of a guard that joins several conditions by "and", those that can be judged before the whole."""
        found: list[list[Early]] = [[] for _ in range(len(mine) + 1)]
        for number, conjunct, function in self._conjuncts.get(action.name, ()):
            wanted = needs(conjunct, action.name) & set(mine)
            last = max((mine.index(part) + 1 for part in wanted), default=0)
            if last < max((mine.index(part) + 1 for part in read[number]), default=0):
                found[last].append((number, function))
        return found

    def _written(self, action: m.Action) -> set[Part]:
        """The parts that decide what the act writes, as far as it matters."""
        found: set[Part] = set()
        for text in amounts(action):
            found |= needs(tree(text), action.name)
        for target, value in action.set.items():
            if value is not None and self.uses.matters(("self", target)):
                found |= needs(tree(value), action.name)
        if not action.from_:
            found |= {(f"{action.name} as", signer.role) for signer in action.by}
        return found

    def _named(self, action: m.Action) -> list[str]:
        """The roles that the act itself may name: those that it fills, or that stand nowhere."""
        texts = [*(clause.that for clause in action.when), *(text for text in action.set.values() if text)]
        parts = {part for text in [*texts, *amounts(action)] for part in needs(tree(text), action.name)}
        read = {name for root, name in parts if root == f"{action.name} as"}
        among = {role.name for role in self.page.page.roles if role.among is not None}
        if action.anyone:
            return [ANYONE]
        return [
            signer.role
            for signer in action.by
            if signer.role in among
            or signer.role in read
            or (not action.from_ and signer.role not in action.set)
        ]

    # Acting

    def all(self, leaf: Leaf | None, action: str) -> Iterator[Taken]:
        """Every act of one action that the page lets through on ``leaf``, up to what makes no difference."""
        plan = self.plans[action]
        step = plan.step
        if step.creates != (leaf is None) or (leaf is not None and leaf.state not in step.sources):
            return
        self.place.leaf = leaf
        for args, roles in self._choices(plan, leaf):
            taken = self.take(leaf, action, args, roles)
            if taken is not None:
                yield taken

    def take(
        self, leaf: Leaf | None, action: str, args: dict[str, Any], roles: dict[str, str]
    ) -> Taken | None:
        """The act, carried out by the interpreter; None when it is refused."""
        plan = self.plans[action]
        self.count(sum(plan.weights))
        self.place.leaf = leaf
        act = ActInput(action, OWN, leaf, roles, args, _EVERYBODY, _child, self.page.name)
        try:
            outcome = self.page.act(self.place, act)
        except ContractError as error:
            reason = f"{error.code} {error.data.get('reason', '')}".strip()
            self.refused.setdefault(action, set()).add(reason)
            if reason == "conservation final-holds":
                self.ended.append(Taken(action, args, roles, dict(roles)))
            return None
        effects = tuple(leaf for _, leaf in outcome.effects)
        broken = ""
        for effect in effects:
            try:
                self.page.check_always(self.place, OWN, effect)
            except ContractError as error:
                broken = str(error.data.get("clause", ""))
        return Taken(action, args, roles, outcome.signers, effects, broken)

    def _choices(self, plan: Plan, leaf: Leaf | None) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
        """Choices of all parts that pass every guard."""
        args: dict[str, Any] = {}
        roles: dict[str, str] = {}
        if not self._pass(plan, 0, leaf, args, roles):
            return
        most = self._combined(plan, leaf)
        if not plan.apart:
            yield from self._choose(plan, (0, len(plan.parts)), leaf, args, roles, most)
            return
        tail = plan.effective, len(plan.parts)
        rest = next(self._choose(plan, tail, leaf, {}, {}, len(plan.parts)), None)
        if rest is not None:
            for some, named in self._choose(plan, (0, plan.effective), leaf, args, roles, most):
                yield some | rest[0], named | rest[1]

    def _combined(self, plan: Plan, leaf: Leaf | None) -> int:
        """How many parts may at a time be other than the plainest."""
        choices = 1
        for part in plan.parts[: plan.effective]:
            choices *= len(self.values(plan, part, leaf, {}, {})) or 1
        if choices < _MANY:
            return len(plan.parts)
        self.pairwise.add(plan.step.name)
        return _TOGETHER

    def _choose(
        self,
        plan: Plan,
        reach: tuple[int, int],
        leaf: Leaf | None,
        args: dict[str, Any],
        roles: dict[str, str],
        most: int,
    ) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
        """Choices of the parts from one number up to another, ``most`` of them not the plainest that pass."""
        at, end = reach
        if at == end:
            yield dict(args), dict(roles)
            return
        into: dict[str, Any] = roles if plan.parts[at][0].endswith(" as") else args
        name = plan.parts[at][1]
        plainest = True
        for value in self.values(plan, plan.parts[at], leaf, args, roles):
            if value is ABSENT:
                into.pop(name, None)
            else:
                into[name] = value
            if not self._pass(plan, at + 1, leaf, args, roles):
                continue
            found = self._choose(plan, (at + 1, end), leaf, args, roles, most - (not plainest))
            if at < plan.effective:
                yield from found
            elif (first := next(found, None)) is not None:
                yield first
                break
            plainest = False
            if not most:
                break
        into.pop(name, None)

    def values(
        self, plan: Plan, part: Part, leaf: Leaf | None, args: dict[str, Any], roles: dict[str, str]
    ) -> list[Any]:
        """The values of one part, after those chosen before it."""
        action = plan.step.name
        before: dict[Part, Any] = {(f"{action} as", role): party for role, party in roles.items()}
        before |= {(action, name): value for name, value in args.items()}
        if not part[0].endswith(" as"):
            return self.domains.values(part, leaf, before)
        role = part[1]
        if role == ANYONE:
            return self.domains.stranger(part, leaf, before)
        if role in plan.listed:
            return list(dict.fromkeys(leaf.fields.get(plan.listed[role], []))) if leaf is not None else []
        if leaf is not None and role in leaf.roles:
            return [leaf.roles[role]]
        optional = any(name == role and maybe for name, maybe in plan.step.by)
        found = self.domains.parties(part, leaf, before)
        return [*found, ABSENT] if optional else found

    # Guards

    def _pass(
        self, plan: Plan, at: int, leaf: Leaf | None, args: dict[str, Any], roles: dict[str, str]
    ) -> bool:
        for number, condition in plan.early[at]:
            self.count()
            if not self._holds(condition, plan, leaf, args, roles):
                self.seen.setdefault((plan.step.name, number), set()).add(False)
                return False
        for number in plan.guards[at]:
            holds = self.judge(plan, number, leaf, args, roles)
            self.seen.setdefault((plan.step.name, number), set()).add(holds)
            if not holds:
                return False
        return True

    def judge(
        self, plan: Plan, number: int, leaf: Leaf | None, args: dict[str, Any], roles: dict[str, str]
    ) -> bool:
        """Whether a guard, by its number, lets these choices through; an error denies."""
        self.count(plan.weights[number])
        return self._holds(plan.step.guards[number].holds, plan, leaf, args, roles)

    def _holds(
        self, condition: Function, plan: Plan, leaf: Leaf | None, args: dict[str, Any], roles: dict[str, str]
    ) -> bool:
        named = roles
        if leaf is not None and plan.step.by:
            named = {role: leaf.roles[role] for role, _ in plan.step.by if role in leaf.roles} | roles
        self.place.leaf = leaf
        date = self.place.today()
        env = (leaf, OWN, args, named, self.place.now, date, self.place.asset, None, self.place.calendar)
        try:
            return condition(*env) is True
        except EvalError:
            return False


def _conjuncts(page: m.Page) -> dict[str, list[tuple[int, Node, Function]]]:
    """By action, the parts of guards that join several by "and": the guard's number, the part, compiled."""
    found: dict[str, list[tuple[int, Node]]] = {}
    actions = []
    for action in page.actions:
        several = [(n, list(_joined(tree(clause.that)))) for n, clause in enumerate(action.when)]
        mine = [(n, part) for n, parts in several if len(parts) > 1 for part in parts]
        found[action.name] = mine
        when = [
            structs.replace(action.when[n], name=f"part-{k}", that=written(part))
            for k, (n, part) in enumerate(mine)
        ]
        actions.append(structs.replace(action, when=when))
    program, findings = build(structs.replace(page, actions=actions), settle=True)
    if findings:
        return {}  # nothing is judged early then
    return {
        name: [
            (n, part, guard.holds) for (n, part), guard in zip(mine, program.steps[name].guards, strict=True)
        ]
        for name, mine in found.items()
    }


def _joined(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.op == "&&":
        for arg in node.args:
            yield from _joined(arg)
    else:
        yield node


def _weight(node: Node) -> int:
    """How many steps a condition takes beyond the first. One that cannot be reckoned is judged once more,
    part by part, so that a great condition is charged for both.
    """
    return _size(node) // _ORDINARY


def _size(node: Node) -> int:
    inside = sum(_size(child) for child in children(node))
    return 1 + (_ELEMENTS * inside if isinstance(node, Macro) else inside)


def _child(number: int) -> str:
    return f"{2 + number:064x}"
