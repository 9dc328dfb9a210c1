"""When two assets are alike: as far as anything that can still happen depends on it.

* Parties, assets and hashes count only by their presence, and by being equal where that is ever asked.
* What matters by presence counts by presence; what does not matter does not count.
* Times count by their order: which of the moments that the page asks about has passed, and which comes first.
* A number that meets nothing but literals counts up to just beyond the greatest of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from wusong.contract import model as m
from wusong.contract.checker.uses import NAMES, VALUE, Part, Uses
from wusong.contract.checker.world import DAY
from wusong.contract.leaf import Leaf


class Canon:
    """Keys of assets, and the moments at which anything changes for them."""

    def __init__(self, page: m.Page, uses: Uses) -> None:
        self.uses = uses
        self.roles = [role.name for role in page.roles]
        self.pairs = sorted((a[1], b[1]) for a, b in uses.pairs if a[0] == b[0] == "self" and a < b)
        fields = [(each, uses.matters(("self", each.name))) for each in page.fields]
        self.fields = [(each.name, each.type, level == VALUE) for each, level in fields if level]
        self.times = [(n, self._moments(n)) for n, t, v in self.fields if v and isinstance(t, m.Time)]
        self.dates = [(n, self._moments(n)) for n, t, v in self.fields if v and isinstance(t, m.Date)]
        self.whole = self._bounds(("self", "quantity")) if page.quantity is not None else None
        self.bounds = {n: self._bounds(("self", n)) for n, _, v in self.fields if v}
        self.zone = page.zone * 60_000
        self.moving = bool(uses.timed)

    def _moments(self, name: str) -> list[int]:
        steps = self.uses.offsets.get(("self", name), set())
        return sorted({0} | steps | {-step for step in steps})

    def _bounds(self, part: Part) -> tuple[int, int] | None:
        """Beyond these a number is like any other; None when it meets other numbers."""
        mine = self.uses.of(part)
        numbers = mine.numbers | {0}
        return None if mine.mutual else (min(numbers) - 2, max(numbers) + 2)

    def too_far(self, leaf: Leaf) -> dict[str, int]:
        """The numbers that have grown so far beyond all that the page speaks of that they are not followed,
        each with its bound.
        """
        found = {}
        for name, type_, value in self.fields:
            number = leaf.fields.get(name)
            if value and type(number) is int and not isinstance(type_, m.Time | m.Date):
                low, high = self._room(("self", name))
                if not low <= number <= high:
                    found[name] = high
        if leaf.quantity is not None and leaf.quantity > (most := self._room(("self", "quantity"))[1]):
            found["quantity"] = most
        return found

    def _room(self, part: Part) -> tuple[int, int]:
        numbers = self.uses.of(part).numbers | {0, 2}
        return min(numbers) - 4, 2 * max(numbers)

    def key(self, leaf: Leaf, now: int) -> Hashable:
        """Equal for assets that are alike at their times."""
        roles = tuple(role in leaf.roles for role in self.roles)
        fields = tuple(self._field(leaf, *field) for field in self.fields)
        equal = tuple(_alike(_named(leaf, a), _named(leaf, b)) for a, b in self.pairs)
        quantity = leaf.quantity
        if self.whole is not None and quantity is not None:
            quantity = min(quantity, self.whole[1])
        return (
            leaf.state,
            roles,
            fields,
            equal,
            quantity,
            tuple(sorted(leaf.deadlines)),
            self._order(leaf, now),
        )

    def _field(self, leaf: Leaf, name: str, type_: m.FieldType, value: bool) -> Hashable:
        found = leaf.fields.get(name)
        if found is None:
            return None
        if not value or isinstance(type_, (m.Time, m.Date, *NAMES)):
            return True
        if isinstance(type_, m.List):
            named = isinstance(type_.of, NAMES)
            return tuple(found.index(item) for item in found) if named else tuple(found)
        bounds = self.bounds.get(name)
        if bounds is not None and type(found) is int:
            return max(bounds[0], min(found, bounds[1]))
        return str(found) if isinstance(found, str) else int(found)

    # Times

    def _points(self, leaf: Leaf) -> Iterator[int]:
        for name, steps in self.times:
            if name in leaf.fields:
                yield from (leaf.fields[name] + step for step in steps)
        yield from (leaf.deadlines[name] for name in sorted(leaf.deadlines))

    def _days(self, leaf: Leaf) -> Iterator[int]:
        for name, steps in self.dates:
            if name in leaf.fields:
                yield from (leaf.fields[name] + step for step in steps)

    def _order(self, leaf: Leaf, now: int) -> Hashable:
        points, days = [*self._points(leaf), now], [*self._days(leaf), (now + self.zone) // DAY]
        return _ranks(points), _ranks(days)

    def next_change(self, leaf: Leaf, now: int) -> int | None:
        """The next time at which the order of moments is another; None when nothing is left to come."""
        if not self.moving and not leaf.deadlines:
            return None
        points = set(self._points(leaf))
        later = [now + 1] if now in points else [point for point in points if point > now]
        starts = (day * DAY - self.zone for each in self._days(leaf) for day in (each, each + 1))
        later += [start for start in starts if start > now]
        return min(later, default=None)


def _named(leaf: Leaf, name: str) -> Any:  # noqa: ANN401 - a name or a list of them
    return leaf.roles.get(name, leaf.fields.get(name))


def _alike(one: Any, other: Any) -> Hashable:  # noqa: ANN401 - names or lists of them
    if isinstance(one, list) or isinstance(other, list):
        ones = one if isinstance(one, list) else [one]
        others = other if isinstance(other, list) else [other]
        return tuple((n, k) for n, a in enumerate(ones) for k, b in enumerate(others) if a == b)
    return one is not None and one == other


def _ranks(points: list[int]) -> tuple[int, ...]:
    if len(points) == 1:
        return ()
    order = {point: rank for rank, point in enumerate(sorted(set(points)))}
    return tuple(order[point] for point in points)
