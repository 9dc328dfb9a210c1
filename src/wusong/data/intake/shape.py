"""The shape of a column of numbers or dates: quantiles and a histogram, of all values or of a sample.

* Bars are of one width, at most ``BARS``; whole numbers and days have whole edges.
* The sample keeps every n-th row, n doubling as the table grows: the same file gives the same sample.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from wusong.data.intake.kinds import MISSING, CellKind, cell_kind, read
from wusong.data.intake.picture import Bar, ColumnType, basis_points

__all__ = ["BARS", "QUANTILES_BP", "SAMPLE", "Drawn", "Sample", "draw", "plain"]

BARS: Final = 20
QUANTILES_BP: Final = (500, 2_500, 5_000, 7_500, 9_500)
SAMPLE: Final = 8_192
"""Rows that a sample keeps at least, once the table has as many; at most twice as many."""

_ORDERED: Final = frozenset({"integer", "decimal", "date", "datetime"})
_TEXTS: Final = 200
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - cells have no zone
_TYPES: Final[dict[str, tuple[CellKind, ...]]] = {
    "integer": ("integer", "compact"),
    "decimal": ("decimal", "integer", "compact"),
    "date": ("date", "compact"),
    "datetime": ("datetime", "date"),
}


class Sample:
    """Every n-th cell of a column, in order."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self._step = 1
        self._seen = 0

    def add(self, cells: Sequence[str]) -> None:
        """Take in a block."""
        first = -self._seen % self._step
        self.cells += cells[first :: self._step]
        self._seen += len(cells)
        while len(self.cells) > 2 * SAMPLE:
            self.cells = self.cells[::2]
            self._step *= 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn of a column; ``texts`` are some of its values, for who judges it, never to be shown."""

    quantiles: tuple[str, ...] = ()
    histogram: tuple[Bar, ...] = ()
    sampled: int = 0
    texts: tuple[str, ...] = ()


def draw(kind: ColumnType, values: Counter[str], sampled: int) -> Drawn:
    """The shape of values of a column of type ``kind``; ``sampled``: how many rows they are of, 0 for all."""
    texts = tuple(sorted(value for value in values if value not in MISSING))[:: max(1, len(values) // _TEXTS)]
    if kind not in _ORDERED:
        return Drawn(texts=texts)
    counted = Counter[Any]()
    for value, count in values.items():
        found = cell_kind(value)
        if found in _TYPES[kind]:
            counted[_number(kind, found, value)] += count
    if not counted:
        return Drawn(texts=texts)
    ordered = sorted(counted.items())
    total = sum(counted.values())
    return Drawn(
        tuple(_told(kind, one) for one in _quantiles(ordered, total)),
        _bars(kind, ordered, total),
        sampled,
        texts,
    )


def _number(kind: str, found: CellKind, value: str) -> int | Decimal:
    """The value on a line: numbers as they are, dates as days, times as seconds."""
    if kind in ("integer", "decimal"):
        return Decimal(value.strip()) if kind == "decimal" else int(value)
    given = read(found, value)
    if kind == "date":
        return given.toordinal() if isinstance(given, date) else 0
    moment = given if isinstance(given, datetime) else datetime.combine(given, datetime.min.time())  # type: ignore[arg-type]
    return (moment - _EPOCH) // timedelta(seconds=1)


def _quantiles(ordered: list[tuple[Any, int]], total: int) -> Iterable[Any]:
    """The values at each share: the smallest one that so many values do not exceed."""
    wanted = list(QUANTILES_BP)
    below = 0
    for value, count in ordered:
        below += count
        while wanted and below * 10_000 >= wanted[0] * total:
            yield value
            wanted.pop(0)


def _bars(kind: str, ordered: list[tuple[Any, int]], total: int) -> tuple[Bar, ...]:
    low, high = ordered[0][0], ordered[-1][0]
    edges = _edges(kind, low, high)
    counts = [0] * (len(edges) - 1)
    at = 0
    for value, count in ordered:
        while at < len(counts) - 1 and value >= edges[at + 1]:
            at += 1
        counts[at] += count
    step = 0 if kind == "decimal" else 1
    return tuple(
        Bar(
            low=_told(kind, edges[place]),
            high=_told(kind, min(edges[place + 1] - step, high)),
            share_bp=basis_points(count, total),
        )
        for place, count in enumerate(counts)
    )


def _edges(kind: str, low: Any, high: Any) -> list[Any]:  # noqa: ANN401 - int or Decimal
    if kind == "decimal":
        return [low + (high - low) * place / BARS for place in range(BARS + 1)] if high > low else [low, high]
    width = -(-(high - low + 1) // BARS)
    return list(range(low, high + 1 + width, width))[: (high - low) // width + 2]


def _told(kind: str, value: Any) -> str:  # noqa: ANN401
    if kind == "date":
        return date.fromordinal(value).isoformat()
    if kind == "datetime":
        return (_EPOCH + timedelta(seconds=value)).isoformat()
    return plain(value) if isinstance(value, Decimal) else str(value)


def plain(value: Decimal) -> str:
    """A decimal without exponent and without zeros at its end, at most 12 places."""
    text = f"{value:f}"
    if "." not in text:
        return text
    whole, _, places = text.partition(".")
    kept = places.rstrip("0")
    return f"{whole}.{kept}" if kept else whole
