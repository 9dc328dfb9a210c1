"""The few values that an argument takes while a page is explored.

* A number: 0, 1, 2; each literal that it or anything of its class meets, one less and one more; and likewise
  what stands in the class on the asset.
* A number of which only the order counts: the literals that its class meets, what stands in the class, and
  one number between each two of them and beyond the greatest.
* A time or a date: now, what is added to it on the page, and the moments of the asset, each also one less and
  one more.
* A party, an asset, a hash: those that stand on the asset, and one new.
* A text: the words that it meets, another, and one of each length that the page asks about.
* What matters only by its presence: absent, and one value. What does not matter: one value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final, TypeAlias

from wusong.contract import model as m
from wusong.contract.checker.uses import NAMES, VALUE, Part, Uses
from wusong.contract.checker.world import OWN, Place, party, symbol
from wusong.contract.leaf import Leaf
from wusong.contract.values import accepts

ABSENT: Final = object()
Chosen: TypeAlias = Mapping[Part, Any]
_LONGEST: Final = 3
_APART: Final = 1_000
"""How far beyond all others a number is that is greater than them; there is room between for ten more."""
_SYMBOLS: Final = 26


class Domains:
    """Gives the values of each argument, for an asset as it stands at a time."""

    def __init__(self, page: m.Page, uses: Uses, place: Place) -> None:
        self.page, self.uses, self.place = page, uses, place
        self._known = {part: accepts(type_) for part, type_ in uses.types.items()}
        members = [part for part in uses.types if part[0] == "self"]
        self._kin = {part: [n for s, n in members if uses.same(part, (s, n))] for part in uses.types}
        self._peers: dict[Part, list[str]] = {}
        for part, (root, name) in sorted(uses.pairs):
            if root == "self":
                self._peers.setdefault(part, []).append(name)
        self._leaf: Leaf | None = None
        self._now = -1
        self._found: dict[Part, list[Any]] = {}  # what does not depend on other arguments, for one node
        self._taken: set[str] = set()

    def values(self, part: Part, leaf: Leaf | None, before: Chosen) -> list[Any]:
        """The values of an argument, the plainest first; ``before`` are those of the arguments before it."""
        self._turn(leaf)
        known = self._found.get(part)
        if known is not None:
            return known
        matters = self.uses.matters(part)
        first = [ABSENT] if part in self.uses.optional else []
        if first and not matters:
            return first
        found = self._of(self.uses.types[part], part, leaf, before, full=matters == VALUE)
        fits = self._known[part]
        values = [*(value for value in found if fits(value)), *first]
        if not self.uses.is_name(part):
            self._found[part] = values
        return values

    def _turn(self, leaf: Leaf | None) -> None:
        """Forget what was found for another asset or time."""
        if leaf is self._leaf and self.place.now == self._now and self._taken:
            return
        self._leaf, self._now = leaf, self.place.now
        self._found.clear()
        self._taken = {OWN}
        for value in (*leaf.roles.values(), *leaf.fields.values()) if leaf is not None else ():
            if isinstance(value, str | list):
                self._taken.update(value if isinstance(value, list) else [value])

    def parties(self, part: Part, leaf: Leaf | None, before: Chosen) -> list[Any]:
        """Who may come into a role by signing in it (``part`` is the role as it signs)."""
        self._turn(leaf)
        full = self.uses.matters(("self", part[1])) == VALUE
        return self._of(m.Party(), part, leaf, before, full=full)

    def stranger(self, part: Part, leaf: Leaf | None, before: Chosen) -> list[Any]:
        """Anyone: a party that stands nowhere yet, and those from whom it matters whether it differs."""
        self._turn(leaf)
        return self._of(m.Party(), part, leaf, before, full=True)

    def _of(
        self, type_: m.FieldType, part: Part, leaf: Leaf | None, before: Chosen, *, full: bool
    ) -> list[Any]:
        match type_:
            case m.Party() | m.Commitment() | m.Digest() | m.Asset():
                new = self._new(self._maker(type_), before)
                return [new, *(self._equal(part, leaf, before) if full else [])]
            case m.Bool():
                return [True, False] if full else [True]
            case m.Enum(values=words):
                return self._words(part, words) if full else words[:1]
            case m.Text(max=most):
                return self._texts(part, leaf, most) if full else ["x"]
            case m.List(of=of, max=most):
                return self._lists(of, part, leaf, before, min(most, _LONGEST), full=full)
        if not full:
            return [self._origin(type_) + (0 if isinstance(type_, m.Time | m.Date) else 1)]
        return self._numbers(type_, part, leaf)

    def _maker(self, type_: m.FieldType) -> Callable[[int], str]:
        if isinstance(type_, m.Party):
            return party
        if isinstance(type_, m.Asset):
            kind = type_.kind
            return lambda number: self.place.other(kind, number)
        return symbol

    # Numbers and times

    def _origin(self, type_: m.FieldType) -> int:
        if isinstance(type_, m.Time):
            return self.place.now
        return self.place.today() if isinstance(type_, m.Date) else 0

    def _numbers(self, type_: m.FieldType, part: Part, leaf: Leaf | None) -> list[int]:
        moments = isinstance(type_, m.Time | m.Date)
        mine = self.uses.of(part)
        steps = {0, *mine.numbers, *(-n for n in mine.numbers if moments)}
        standing = [value for value in self._standing(part, leaf) if type(value) is int]
        if moments:
            bases = dict.fromkeys([self._origin(type_), *standing])
            moved = (base + step for base in bases for step in sorted(steps, key=_nearest))
            return list(dict.fromkeys(moment + near for moment in moved for near in (0, 1, -1)))
        if self.uses.is_ranked(part):
            return _dense({*mine.numbers, *standing, 0})
        counted = isinstance(type_, m.Quantity)
        found = [1, 2, 0] if counted or not mine.numbers else [1, 0]
        found += [value + near for value in standing for near in ((0, 1, -1) if mine.mutual else (0,))]
        found += [step + near for step in sorted(mine.numbers) for near in (0, 1, -1)]
        return list(dict.fromkeys(found))

    # Names

    def _equal(self, part: Part, leaf: Leaf | None, before: Chosen) -> list[str]:
        """The names of which it matters whether this one equals them."""
        found: list[Any] = [value for other, value in before.items() if (part, other) in self.uses.pairs]
        for name in self._peers.get(part, ()) if leaf is not None else ():
            value = _member(leaf, name)
            found += value if isinstance(value, list) else [] if value is None else [value]
        return [value for value in dict.fromkeys(found) if isinstance(value, str)]

    def _standing(self, part: Part, leaf: Leaf | None) -> list[Any]:
        """What stands on the asset in the class of a part."""
        found: list[Any] = []
        for name in self._kin[part] if leaf is not None else ():
            value = _member(leaf, name)
            found += value if isinstance(value, list) else [] if value is None else [value]
        return list(dict.fromkeys(found))

    def _new(self, make: Callable[[int], str], before: Chosen) -> str:
        others: set[str] = set()
        for value in before.values():
            if isinstance(value, str | list):
                others.update(value if isinstance(value, list) else [value])
        names = (make(number) for number in range(_SYMBOLS))
        return next((name for name in names if name not in self._taken and name not in others), make(0))

    # Words and lists

    def _words(self, part: Part, words: list[str]) -> list[str]:
        met = [word for word in words if word in self.uses.of(part).words]
        others = [word for word in words if word not in met]
        return [*others[:1], *met]

    def _texts(self, part: Part, leaf: Leaf | None, most: int) -> list[str]:
        mine = self.uses.of(part)
        lengths = sorted({n + near for n in mine.sizes for near in (1, 0, -1)} | {1, 0})
        found = ["x" * length for length in lengths if 0 < length <= most] + sorted(mine.words)
        found += [value for value in self._standing(part, leaf) if isinstance(value, str)]
        return list(dict.fromkeys([*found, ""]))

    def _lists(
        self, of: m.FieldType, part: Part, leaf: Leaf | None, before: Chosen, most: int, *, full: bool
    ) -> list[list[Any]]:
        if isinstance(of, m.Quantity) and leaf is not None and leaf.quantity:
            whole = leaf.quantity
            pieces = [[whole], [1, whole - 1], [1], [whole, 1], []]
            return [piece for piece in pieces if 0 not in piece and len(piece) <= most]
        one = self._of(of, part, leaf, before, full=full)[:4]
        two = self._of(of, part, leaf, {**before, ("", ""): one[0]}, full=False)[:1]
        found = [[value] for value in one] + [[one[0], *two]] + [[one[0], one[0]]]
        if isinstance(of, NAMES):
            found += [[given, one[0]] for given in one[1:]] + [list(pair) for pair in pairwise(one[1:])]
        elif full:
            found += [share for c in sorted(self.uses.of(part).numbers) if c > 1 for share in _shares(c)]
        found += [one[:1] * size for size in sorted(self.uses.of(part).sizes) if 2 < size <= most]
        return [*[item for item in found if len(item) <= most], []]


def _dense(known: set[int]) -> list[int]:
    """Each of these numbers, one between each two, and beyond: the plainest first."""
    order = sorted(known)
    between = [low + (high - low) // 2 for low, high in pairwise(order) if high - low > 1]
    return list(dict.fromkeys([order[-1] + _APART, *order, *between, order[0] - 1]))


def _shares(whole: int) -> list[list[int]]:
    """Two ways to make a number of two others."""
    return [[whole - 1, 1], [whole // 2, whole - whole // 2]]


def _nearest(step: int) -> tuple[int, bool]:
    return abs(step), step < 0


def _member(leaf: Leaf | None, name: str) -> Any:  # noqa: ANN401 - any field
    if leaf is None:
        return None
    if name == "quantity":
        return leaf.quantity
    return leaf.fields.get(name, leaf.roles.get(name))
