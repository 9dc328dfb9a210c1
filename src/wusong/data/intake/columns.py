"""One column of a table, as much as is known of it after the blocks so far, and what a profile says of it.

* Every value counts once for its type, its length, its range; distinct values see ``distinct``.
* Where the first values of each type stand is kept, so that the odd ones among others are found with their
  place; ``_TOLD`` are odd in a way that has a finding of its own, or are codes among numbers.
* What looks personal is judged on a sample: the first block's values and some of every later one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from wusong.crypto import canonical
from wusong.data.intake import important, personal
from wusong.data.intake.distinct import Counted, Distinct
from wusong.data.intake.kinds import (
    MISSING,
    ORDERED,
    CellKind,
    Ordered,
    block_kind,
    cell_kind,
    read,
    read_block,
)
from wusong.data.intake.picture import Column, ColumnType, Frequent, Personal, basis_points
from wusong.data.intake.shape import Drawn, Sample, draw, plain

__all__ = ["PLACES", "ColumnSoFar", "Odd", "few"]

_SHOWN: Final = 10
_SHOWN_FROM: Final = 5  # a value that fewer rows share could point at someone
_TYPED_BP: Final = 9_500
_SAMPLE_FIRST: Final = 2_000
_SAMPLE_LATER: Final = 50
PLACES: Final = 5
"""How many places of a finding are named."""
_TOLD: Final = re.compile(
    r"0\d+|\d+[Xx]|.*[０-９].*|[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|#[A-Z]+[0!?/A-Z]*", re.ASCII | re.DOTALL
)
_SERIAL: Final = range(20_000, 60_000)


class Odd(NamedTuple):
    """Values of another type than most: how many, and the first with their places (the first row is 0)."""

    number: int
    first: tuple[tuple[int, str], ...]


class ColumnSoFar:
    """What is known of one column after the blocks so far."""

    def __init__(self, name: str, bound: int) -> None:
        self.name = name
        self.missing = 0
        self.kinds: Counter[CellKind] = Counter()
        self.ranges: dict[CellKind, tuple[Ordered, Ordered]] = {}
        self.lengths: tuple[int, int] | None = None
        self.distinct: Counted = Distinct(bound)
        self.sample = Sample()
        self.matches: Counter[personal.Kind] = Counter()
        self.sampled = 0
        self._guess: CellKind = "text"
        self._rows = 0
        self._first: dict[CellKind, list[tuple[int, str]]] = {}
        self._told: Counter[CellKind] = Counter()
        self._block: dict[CellKind, Iterable[str]] = {}

    def add(self, cells: tuple[str, ...]) -> None:
        """Take in a block of the column."""
        self.sample.add(cells)
        self._block = {}
        self.count(Counter(cells))
        self._place(cells)
        self._rows += len(cells)

    def _place(self, cells: tuple[str, ...]) -> None:
        """Keep where the first values of each type stand."""
        for kind, members in self._block.items():
            known = self._first.setdefault(kind, [])
            if len(known) < PLACES:
                among = frozenset(members)
                found = ((at, cell) for at, cell in enumerate(cells, self._rows) if cell in among)
                known.extend(islice(found, PLACES - len(known)))

    def count(self, values: Counter[str]) -> None:
        """Take in values with how often they stand there."""
        for blank in [value for value in values if value in MISSING or value.isspace()]:
            self.missing += values.pop(blank)
        if not values:
            return
        lengths = list(map(len, values))
        self.widen_lengths(min(lengths), max(lengths))
        self.distinct.add(values, max(lengths))
        self.look(values)
        self.judge(values)

    def widen_lengths(self, shortest: int, longest: int) -> None:
        """Values may be so short and so long."""
        known = self.lengths or (shortest, longest)
        self.lengths = min(shortest, known[0]), max(longest, known[1])

    def look(self, values: Iterable[str], number: int = 0) -> None:
        """Judge a sample of values, ``number`` of them: what kinds of personal data they are."""
        wanted = number or (_SAMPLE_LATER if self.sampled else _SAMPLE_FIRST)
        for value in islice(values, wanted):
            self.sampled += 1
            self.matches.update(personal.kinds_in(value))

    def judge(self, values: Counter[str]) -> None:
        """Count the types of values, and widen the ranges by them."""
        kind = block_kind(values, len(values), self._guess)
        if kind is None:
            self._judge_each(values)
            return
        try:
            found = read_block(kind, values) if kind in ORDERED else []
        except ValueError:  # the 30th of February has a date's form
            self._judge_each(values)
            return
        self.kinds[kind] += sum(values.values())
        self._block = {kind: values}
        self.widen(kind, found)

    def _judge_each(self, values: Counter[str]) -> None:
        groups: dict[CellKind, list[str]] = {}
        for value in values:
            groups.setdefault(cell_kind(value), []).append(value)
        self._block = {kind: [one for one in groups[kind] if not _is_told(kind, one)] for kind in groups}
        for kind, members in groups.items():
            self.kinds[kind] += sum(values[value] for value in members)
            self._told[kind] += sum(values[value] for value in members if _is_told(kind, value))
            self.widen(kind, [read(kind, member) for member in members] if kind in ORDERED else [])
        self._guess = max(groups, key=lambda kind: len(groups[kind]))

    def widen(self, kind: CellKind, found: list[Ordered]) -> None:
        """Values of a kind, of which the range is kept."""
        if found:
            self.ranges[kind] = _low_and_high([*found, *self.ranges.get(kind, ())])

    def odd(self, rows: int) -> Odd | None:
        """The values that are of another type than most of ``rows``; None where there is no such type, or
        more than one in five are of another.
        """
        kinds, _ = _merged(self.kinds, self.ranges)
        kind, count = max(kinds.items(), key=lambda entry: entry[1], default=("text", 0))
        filled = rows - self.missing
        if kind == "text" or not few(filled - count, filled):
            return None
        own = _own(kind, self.kinds)
        number = filled - count - sum(told for one, told in self._told.items() if one not in own)
        first = sorted(
            place
            for one, places in self._first.items()
            if one not in own
            for place in places
            if not _is_told(one, place[1])
        )
        serial = kind in ("date", "datetime") and all(_is_serial(cell) for _, cell in first)
        return None if serial or number < 1 or not first else Odd(number, tuple(first[:PLACES]))

    def result(self, rows: int) -> Column:
        """The column's part of the profile, with everything personal left out."""
        kinds, ranges = _merged(self.kinds, self.ranges)
        filled = rows - self.missing
        kind, count = max(kinds.items(), key=lambda entry: entry[1], default=("text", 0))
        column_type: ColumnType = _column_type(kind, count, filled)
        found = personal.judge_counts(self.name, dict(self.matches), self.sampled)
        drawn = self._drawn(column_type) if not found else Drawn()
        low, high = (None, None) if found else _shown_range(ranges.get(kind) if column_type == kind else None)
        return Column(
            name=self.name,
            type=column_type,
            missing=self.missing,
            missing_bp=basis_points(self.missing, rows) if rows else 0,
            other=0 if column_type == "text" else filled - count,
            distinct=self.distinct.count,
            distinct_method=self.distinct.method,
            distinct_error_bp=self.distinct.error_bp,
            lowest=low,
            highest=high,
            shortest=self.lengths[0] if self.lengths else None,
            longest=self.lengths[1] if self.lengths else None,
            frequent=() if found else tuple(self._frequent(filled)),
            quantiles=drawn.quantiles,
            histogram=drawn.histogram,
            drawn_from=drawn.sampled,
            personal=_personal(found) if found else None,
            important=important.judge(self.name, column_type, drawn.texts),
        )

    def _drawn(self, kind: ColumnType) -> Drawn:
        """The column's shape: of all values where they are known, else of the sample."""
        known = self.distinct.known
        values = Counter(self.sample.cells) if known is None else known
        return draw(kind, values, 0 if known is not None else len(self.sample.cells))

    def _frequent(self, filled: int) -> Iterator[Frequent]:
        for value, count in self.distinct.most_frequent(_SHOWN, _SHOWN_FROM):
            yield Frequent(value=_shown(value), count=count, share_bp=basis_points(count, filled))


def few(odd: int, filled: int) -> bool:
    """Whether so many are odd ones among others, rather than a column of several types."""
    return odd > 0 and (odd * 5 <= filled or (odd == 1 and filled > 2))


def _own(kind: CellKind, kinds: Counter[CellKind]) -> frozenset[CellKind]:
    """The types that ``_merged`` counts as ``kind``."""
    numeric = bool(kinds["integer"] or kinds["decimal"])
    wider: dict[CellKind, tuple[CellKind, ...]] = {"decimal": ("integer",), "datetime": ("date",)}
    compact: tuple[CellKind, ...] = ("integer", "decimal") if numeric else ("date", "datetime")
    also: tuple[CellKind, ...] = ("compact",) if kind in compact else ()
    return frozenset({kind, *wider.get(kind, ()), *also})


def _is_told(kind: CellKind, value: str) -> bool:
    return kind == "text" and _TOLD.fullmatch(value.strip()) is not None


def _is_serial(value: str) -> bool:
    """A date as a spreadsheet counts it: that has a finding of its own."""
    return len(value) == 5 and value.isdecimal() and int(value) in _SERIAL


def _merged(
    kinds: Counter[CellKind], ranges: dict[CellKind, tuple[Ordered, Ordered]]
) -> tuple[Counter[CellKind], dict[CellKind, tuple[Ordered, Ordered]]]:
    """Types that can stand in one column, brought together: integers among decimals, dates among times."""
    kinds, ranges = Counter(kinds), dict(ranges)
    numeric = kinds["integer"] or kinds["decimal"]
    _move(kinds, ranges, "compact", "integer" if numeric else "date")
    if kinds["decimal"]:
        _move(kinds, ranges, "integer", "decimal")
    if kinds["datetime"]:
        _move(kinds, ranges, "date", "datetime")
    return +kinds, ranges


def _move(
    kinds: Counter[CellKind], ranges: dict[CellKind, tuple[Ordered, Ordered]], old: CellKind, new: CellKind
) -> None:
    kinds[new] += kinds.pop(old, 0)
    if old in ranges:
        both = [*(_as(new, value) for value in ranges.pop(old)), *ranges.get(new, ())]
        ranges[new] = _low_and_high(both)


def _as(kind: CellKind, value: Ordered) -> Ordered:
    if kind == "integer" and isinstance(value, date):
        return int(value.strftime("%Y%m%d"))
    if kind == "datetime" and isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a cell without a zone
    return Decimal(value) if kind == "decimal" and isinstance(value, int) else value


def _low_and_high(values: list[Any]) -> tuple[Ordered, Ordered]:
    return min(values), max(values)


def _column_type(kind: CellKind, count: int, filled: int) -> ColumnType:
    if not filled:
        return "empty"
    if kind == "compact" or count * 10_000 < filled * _TYPED_BP:
        return "text"
    return kind


def _shown_range(found: tuple[Ordered, Ordered] | None) -> tuple[str | None, str | None]:
    return (_shown(_text(found[0])), _shown(_text(found[1]))) if found else (None, None)


def _text(value: Ordered) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int) else value.isoformat()


def _shown(value: str) -> str:
    return personal.mask(value) if personal.contains(value) else canonical.to_text(value)


def _personal(found: personal.ColumnFinding) -> Personal:
    return Personal(kind=found.kind, basis=found.basis, share_bp=found.share_bp, sampled=found.sampled)
