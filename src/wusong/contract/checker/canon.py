"""When two assets are alike: as far as anything that can still happen depends on it.

* Parties, assets and hashes count only by their presence, and by being equal where that is ever asked.
* What matters by presence counts by presence; what does not matter does not count.
* Times count by their order: which of the moments that the page asks about has passed, and which comes first.
* A number that meets nothing but literals counts up to just beyond the greatest of them.
* Nothing counts in a state where no act, limit or rule can read it any more (``live``); of a list of which is
  only asked who stands in it, the order does not count either.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from wusong.contract import model as m
from wusong.contract.checker.live import Levels, limit_of, live, unordered
from wusong.contract.checker.uses import NAMES, VALUE, Part, Uses
from wusong.contract.checker.world import DAY
from wusong.contract.leaf import Leaf

Ladder: TypeAlias = tuple[tuple[str, ...], tuple[int, ...]]
"""Fields of one class of which only their order counts, and the literals that they meet."""


@dataclass(frozen=True, slots=True)
class View:
    """What counts in one state: fields, the names that are compared, moments, and limits without a state.

    ``beside`` has, for each unordered list, the names and lists with which its elements are compared.
    """

    roles: list[str]
    fields: list[tuple[str, m.FieldType, bool]]
    ranks: list[Ladder]
    pairs: list[tuple[str, str]]
    beside: dict[str, list[str]]
    times: list[tuple[str, list[int]]]
    dates: list[tuple[str, list[int]]]
    limits: frozenset[str]


class Canon:
    """Keys of assets, and the moments at which anything changes for them."""

    def __init__(self, page: m.Page, uses: Uses) -> None:
        self.uses = uses
        self.roles = [role.name for role in page.roles]
        self.limits = [limit.name for limit in page.deadlines]
        self.pairs = sorted((a[1], b[1]) for a, b in uses.pairs if a[0] == b[0] == "self" and a < b)
        fields = [(each, uses.matters(("self", each.name))) for each in page.fields]
        self.fields = [(each.name, each.type, level == VALUE) for each, level in fields if level]
        self.moments = {
            n: self._moments(n) for n, t, v in self.fields if v and isinstance(t, m.Time | m.Date)
        }
        self.unordered = unordered(page, uses.expressions())
        self.views = {state: self._view(levels) for state, levels in live(page).items()}
        self.whole = self._bounds(("self", "quantity")) if page.quantity is not None else None
        self.bounds = {n: self._bounds(("self", n)) for n, _, v in self.fields if v}
        self.zone = page.zone * 60_000
        self.moving = bool(uses.timed)

    def _view(self, levels: Levels) -> View:
        """What counts in a state."""
        fields = [(n, t, v and levels.get(n, 0) == VALUE) for n, t, v in self.fields if levels.get(n, 0)]
        ranked = {n: self._ladder(n, fields) for n, t, v in fields if v and self.uses.is_ranked(("self", n))}
        pairs = [pair for pair in self.pairs if all(levels.get(name, 0) == VALUE for name in pair)]
        beside = {
            name: [b if a == name else a for a, b in pairs if name in {a, b}] for name in self.unordered
        }
        return View(
            roles=[role for role in self.roles if levels.get(role, 0)],
            fields=[field for field in fields if field[0] not in ranked],
            ranks=list(dict.fromkeys(ranked.values())),
            pairs=[pair for pair in pairs if not self.unordered.intersection(pair)],
            beside={name: others for name, others in beside.items() if others},
            times=[(n, self.moments[n]) for n, t, v in fields if v and isinstance(t, m.Time)],
            dates=[(n, self.moments[n]) for n, t, v in fields if v and isinstance(t, m.Date)],
            limits=frozenset(name for name in self.limits if levels.get(limit_of(name), 0)),
        )

    def _ladder(self, name: str, fields: list[tuple[str, m.FieldType, bool]]) -> Ladder:
        same = [n for n, _, v in fields if v and self.uses.same(("self", name), ("self", n))]
        return tuple(same), tuple(sorted({0, *self.uses.of(("self", name)).numbers}))

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
        for name, type_, value in self.views[leaf.state].fields:
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
        view = self.views[leaf.state]
        roles = tuple(role in leaf.roles for role in view.roles)
        fields = tuple(self._field(leaf, *field) for field in view.fields)
        ranks = tuple(_rungs(leaf, *ladder) for ladder in view.ranks)
        equal = tuple(_alike(_named(leaf, a), _named(leaf, b)) for a, b in view.pairs)
        within = tuple(_members(leaf, name, others) for name, others in view.beside.items())
        quantity = leaf.quantity
        if self.whole is not None and quantity is not None:
            quantity = min(quantity, self.whole[1])
        return (
            leaf.state,
            roles,
            fields,
            ranks,
            equal,
            within,
            quantity,
            tuple(sorted(self._running(leaf))),
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
            order = sorted if name in self.unordered else tuple
            return tuple(order(found.index(item) for item in found) if named else order(found))
        bounds = self.bounds.get(name)
        if bounds is not None and type(found) is int:
            return max(bounds[0], min(found, bounds[1]))
        return str(found) if isinstance(found, str) else int(found)

    # Times

    def _running(self, leaf: Leaf) -> list[str]:
        """The limits that run and still count."""
        limits = self.views[leaf.state].limits
        return [key for key in leaf.deadlines if ">" in key or key in limits]

    def _points(self, leaf: Leaf) -> Iterator[int]:
        for name, steps in self.views[leaf.state].times:
            if name in leaf.fields:
                yield from (leaf.fields[name] + step for step in steps)
        yield from (leaf.deadlines[name] for name in sorted(self._running(leaf)))

    def _days(self, leaf: Leaf) -> Iterator[int]:
        for name, steps in self.views[leaf.state].dates:
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


def _members(leaf: Leaf, name: str, others: list[str]) -> Hashable:
    """Who stands in an unordered list, each by where else it stands."""
    found = _named(leaf, name) or []
    beside = [_named(leaf, other) for other in others]
    return tuple(sorted((found.count(item), *(_stands(item, other) for other in beside)) for item in found))


def _stands(item: str, other: Any) -> int:  # noqa: ANN401 - a name or a list of them
    return other.count(item) if isinstance(other, list) else int(item == other)


def _rungs(leaf: Leaf, names: tuple[str, ...], marks: tuple[int, ...]) -> Hashable:
    """How numbers stand to each other and to the marks."""
    values = [leaf.fields.get(name) for name in names]
    order = sorted({*marks, *(value for value in values if value is not None)})
    return tuple(None if value is None else order.index(value) for value in values)


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
