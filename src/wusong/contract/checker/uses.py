"""What matters on a page: the arguments, fields and roles that anything depends on, and how far.

* A part matters by its *value* when a condition, an amount or a deadline reads it, by its *presence* when
  only ``has`` does; what is set from it passes that on. Of all else one fixed value is as good as any.
* Parts that are compared with each other, or set from each other, form a class; the literals that any of
  them meets belong to the whole class.
* Names (parties, assets, hashes) matter only by being equal or not: ``pairs`` holds the parts of which that
  is asked, now or, through what is set from them, later.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Final, TypeAlias

from wusong.contract import model as m
from wusong.contract.checker.syntax import COMPARISONS, children, nodes, tree
from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, Name, Node, Select

Part: TypeAlias = tuple[str, str]
"""``("self", field or role)``, ``("action-name", argument)``, ``("action-name as", role)``."""

PRESENCE: Final = 1
VALUE: Final = 2
_DAYS_OF_A_MONTH: Final = 31
NAMES: Final = (m.Party, m.Asset, m.Commitment, m.Digest)
_NUMBERS: Final = (m.Int, m.Money, m.Rate, m.Period)
_ORDERING: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "!_", "?:", "size"})
CLOCK: Final = frozenset({"now", "today"})


@dataclass(slots=True)
class Class:
    """What the members of one class meet: numbers, words, lengths; and whether they meet each other."""

    numbers: set[int] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)
    mutual: bool = False
    clock: bool = False
    reckoned: bool = False  # they are added, multiplied, passed to functions: more counts than their order


def part_of(node: Node, action: str) -> Part | None:
    """The part that a selection names."""
    match node:
        case Select(of=Name(name="self"), name=name):
            return "self", name
        case Select(of=Name(name="args"), name=name):
            return action, name
        case Select(of=Name(name="as"), name=name):
            return f"{action} as", name
    return None


def parts(node: Node, action: str) -> Iterator[tuple[Part, bool]]:
    """Each part that stands in an expression, and whether only its presence is asked."""
    for each in nodes(node):
        part = part_of(each, action)
        if part is not None:
            yield part, isinstance(each, Select) and each.test


def needs(node: Node, action: str) -> frozenset[Part]:
    """The parts that stand in an expression."""
    return frozenset(part for part, _ in parts(node, action))


class Uses:
    """The uses of one page, found once."""

    def __init__(self, page: m.Page) -> None:
        self.page = page
        self.types: dict[Part, m.FieldType] = {}
        self.optional: set[Part] = set()
        self.level: dict[Part, int] = {}
        self.timed: set[str] = set()  # actions that look at the clock
        self.offsets: dict[Part, set[int]] = {}  # what is added to a standing time before it meets the clock
        self.pairs: set[tuple[Part, Part]] = set()  # in both orders
        self._up: dict[Part, Part] = {}
        self._classes: dict[Part, Class] = {}
        self._declare()
        self._meet()
        self._settle()
        self._pair_up()

    def of(self, part: Part) -> Class:
        """The class of a part."""
        return self._classes.setdefault(self._root(part), Class())

    def matters(self, part: Part) -> int:
        """0, PRESENCE or VALUE."""
        return self.level.get(part, 0)

    def same(self, one: Part, other: Part) -> bool:
        """Whether two parts are of one class."""
        return self._root(one) == self._root(other)

    def is_ranked(self, part: Part) -> bool:
        """Whether of a number nothing counts but how it compares with literals and with others."""
        mine = self.of(part)
        return isinstance(self.types.get(part), _NUMBERS) and mine.mutual and not mine.reckoned

    def is_name(self, part: Part) -> bool:
        """Whether a part is a party, an asset or a hash, or a list of them."""
        type_ = self.types.get(part)
        return isinstance(type_.of if isinstance(type_, m.List) else type_, NAMES)

    # What there is

    def _declare(self) -> None:
        for each in self.page.fields:
            self._add(("self", each.name), each.type, optional=each.optional)
        for role in self.page.roles:
            self._add(("self", role.name), m.Party(), optional=role.optional)
            self.level["self", role.name] = PRESENCE
        self._add(("self", "quantity"), m.Quantity(), optional=False)
        self.level["self", "quantity"] = VALUE if self.page.quantity is not None else 0
        for action in self.page.actions:
            for each in action.args:
                self._add((action.name, each.name), each.type, optional=each.optional)
            for signer in action.by:
                self._add((f"{action.name} as", signer.role), m.Party(), optional=True)
                self._join((f"{action.name} as", signer.role), ("self", signer.role))

    def _add(self, part: Part, type_: m.FieldType, *, optional: bool) -> None:
        self.types[part] = type_
        if optional:
            self.optional.add(part)

    def _root(self, part: Part) -> Part:
        while (up := self._up.get(part, part)) != part:
            part = up
        return part

    def _join(self, one: Part, other: Part) -> None:
        a, b = self._root(one), self._root(other)
        if a == b:
            return
        into, gone = self._classes.setdefault(a, Class()), self._classes.pop(b, Class())
        into.numbers |= gone.numbers
        into.words |= gone.words
        into.sizes |= gone.sizes
        into.mutual |= gone.mutual
        into.clock |= gone.clock
        into.reckoned |= gone.reckoned
        self._up[b] = a

    # What meets what

    def expressions(self) -> Iterator[tuple[str, Node]]:
        """What decides: conditions, amounts, deadlines, each with its action (``self``: an invariant)."""
        for clause in self.page.always:
            yield "self", tree(clause.that)
        for action in self.page.actions:
            for clause in action.when:
                yield action.name, tree(clause.that)
            for text in amounts(action):
                yield action.name, tree(text)

    def _meet(self) -> None:
        self.of(("self", "quantity")).reckoned = True
        for action, node in self.expressions():
            self._comparisons(node, action)
            self._reckon(node, action)
            if _looks_at_clock(node):
                self.timed.add(action)
        for step in self.page.actions:
            if step.until or step.after or step.due:
                self.timed.add(step.name)
            for target, text in step.set.items():
                if text is not None:
                    self._set(step.name, target, tree(text))
            for text in filter(None, (step.mint, None if step.burn == "all" else step.burn)):
                for part in needs(tree(text), step.name):
                    if isinstance(self.types.get(part), m.Quantity):
                        self._join(("self", "quantity"), part)
                        self.of(part).mutual |= text == step.burn
            if step.split is not None:
                self.of(("self", "quantity")).mutual = True

    def _set(self, action: str, target: str, node: Node) -> None:
        self._reckon(node, action)
        for part in needs(node, action):
            if type(self.types.get(part)) is type(self.types.get(("self", target))):
                self._join(("self", target), part)

    def _reckon(self, node: Node, action: str, *, inside: bool = False) -> None:
        """Whatever stands in something else than a comparison is reckoned with."""
        part = part_of(node, action)
        if part is not None:
            self.of(part).reckoned |= inside
            return
        reckons = isinstance(node, Call) and node.op not in _ORDERING
        for child in children(node):
            self._reckon(child, action, inside=inside or reckons or isinstance(node, Select | ListLit))

    def _comparisons(self, node: Node, action: str) -> None:
        if isinstance(node, Call) and node.op in COMPARISONS:
            self._comparison(node, action)
        if isinstance(node, Macro):
            self._elements(node, action)
        for child in children(node):
            self._comparisons(child, action)

    def _comparison(self, node: Call, action: str) -> None:
        """The parts of a comparison meet its literals and each other."""
        calls = [each for each in nodes(node) if isinstance(each, Call) and each.op == "size"]
        sized = {id(arg) for each in calls for arg in each.args}
        met = [(part_of(each, action), id(each) in sized) for each in nodes(node)]
        found = [(part, size) for part, size in met if part is not None]
        numbers = set(_numbers(node))
        words = {each.value for each in nodes(node) if isinstance(each, Lit) and isinstance(each.value, str)}
        clock = _looks_at_clock(node)
        plain = [part for part, size in found if not size]
        for part, size in found:
            (self.of(part).sizes if size else self.of(part).numbers).update(numbers)
            self.of(part).words |= words
            self.of(part).clock |= clock and not size
        self._pair([part for part in plain if self.is_name(part)])
        for other in plain[1:]:
            if type(self.types.get(other)) is type(self.types.get(plain[0])):
                self._join(plain[0], other)
            self.of(plain[0]).mutual = True
            self.of(other).mutual = True
        if all(part[0] == "self" for part in plain):
            for part in plain:
                self.offsets.setdefault(part, set()).update(numbers)

    def _elements(self, node: Macro, action: str) -> None:
        """What an element of a list meets, the list meets."""
        over = part_of(node.over, action)
        if over is None:
            return
        for each in nodes(node.body):
            if isinstance(each, Call) and each.op in COMPARISONS:
                self._comparison(Call(each.pos, each.op, [*each.args, node.over]), action)

    # What matters

    def _settle(self) -> None:
        for action, node in self.expressions():
            for part, test in parts(node, action):
                self._raise(part, PRESENCE if test else VALUE)
        for role in self.page.roles:
            if role.among is not None:
                self._raise(("self", role.among), VALUE)
        changed = True
        while changed:
            changed = sum(self._pass_on(action) for action in self.page.actions) > 0
        for step in self.page.actions:
            for target, text in step.set.items():
                if text is not None and self.matters(("self", target)) and _looks_at_clock(tree(text)):
                    self.timed.add(step.name)

    def _pair(self, met: list[Part]) -> None:
        """These names are compared; who signs in a role is who stands in it."""
        alike = [[part, ("self", part[1])] if part[0].endswith(" as") else [part] for part in met]
        for ones, others in combinations(alike, 2):
            for one, other in product(ones, others):
                if one != other:
                    self.pairs |= {(one, other), (other, one)}

    def _pair_up(self) -> None:
        """What is asked of two parts after an act is asked before it of what they are set from."""
        flows = [self._flow(action) for action in self.page.actions]
        grown = -1
        while grown != len(self.pairs):
            grown = len(self.pairs)
            for one, other in sorted(self.pairs):
                for flow in flows if one[0] == other[0] == "self" and one < other else ():
                    for a, b in product(flow.get(one, [one]), flow.get(other, [other])):
                        if a != b:
                            self.pairs |= {(a, b), (b, a)}

    def _flow(self, action: m.Action) -> dict[Part, list[Part]]:
        """Where names come from in an action; parts that are not among them stay as they are."""
        found: dict[Part, list[Part]] = {}
        for signer in action.by:
            if not action.from_ and signer.role not in action.set:
                found["self", signer.role] = [(f"{action.name} as", signer.role)]
        for target, text in action.set.items():
            if self.is_name(("self", target)):
                read = needs(tree(text), action.name) if text is not None else frozenset()
                found["self", target] = sorted(part for part in read if self.is_name(part))
        return found

    def _pass_on(self, action: m.Action) -> bool:
        changed = False
        for target, text in action.set.items():
            if text is None:
                continue
            node = tree(text)
            level = self.matters(("self", target))
            direct = part_of(node, action.name) is not None
            for part, test in parts(node, action.name):
                wanted = PRESENCE if test and level == VALUE else level
                if not direct and not test and part in self.optional:
                    wanted = max(wanted, PRESENCE)  # were it absent, the act would be refused
                changed |= self._raise(part, wanted)
        return changed

    def _raise(self, part: Part, level: int) -> bool:
        if part not in self.types or self.level.get(part, 0) >= level:
            return False
        self.level[part] = level
        if part[0].endswith(" as"):
            self._raise(("self", part[1]), level)
        return True


def _numbers(node: Node) -> Iterator[int]:
    """The numbers that stand in a node; months as that many days of the longest, which lie beyond."""
    if isinstance(node, Lit) and type(node.value) is int:
        yield node.value
    months = isinstance(node, Call) and node.op == "months"
    for n, child in enumerate(children(node)):
        yield from (number * (_DAYS_OF_A_MONTH if months and n else 1) for number in _numbers(child))


def _looks_at_clock(node: Node) -> bool:
    return any(isinstance(each, Name) and each.name in CLOCK for each in nodes(node))


def amounts(action: m.Action) -> list[str]:
    """The expressions of an action that give quantities and deadlines."""
    burn = None if action.burn == "all" else action.burn
    due = [text for text in action.due.values() if text is not None]
    found = [
        action.mint,
        burn,
        action.split.parts if action.split else None,
        action.merge.assets if action.merge else None,
        *due,
    ]
    return [text for text in found if text is not None]
