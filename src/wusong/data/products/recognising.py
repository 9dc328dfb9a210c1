"""Finding the rows of a table again in a file that was made of it, and cut and changed since.

* A column of the file is the table's of the same name; one of another name is the column whose cells hold the
  most of its different values, four in five at least.
* A row is the table's row with the same cells in these columns; otherwise the one with the same cell in the
  column that tells most rows apart. Where several rows fit none is taken.
* Apostrophes that exports put before formulas, and blanks around a cell, do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, TypeAlias

__all__ = ["Rows", "places"]

Rows: TypeAlias = Sequence[Sequence[str | None]]
_SAMPLE: Final = 500
_MANY: Final = -1
_Match: TypeAlias = tuple[int, int]


def places(names: Sequence[str], table: Rows, columns: Sequence[str], rows: Rows) -> list[int]:
    """The places in the table (from 0) of the rows of a file, in the file's order, as far as they are found.

    ``names`` are the columns of the table, ``columns`` those of the file.
    """
    matches = _matches(names, table, columns, rows)
    if not matches:
        return []
    own, theirs = [ours for _, ours in matches], [place for place, _ in matches]
    whole = _index(_cells(row, own) for row in table)
    telling, single = _telling(table, own)
    found = []
    for row in rows:
        place = whole.get(_cells(row, theirs), _MANY)
        if place == _MANY:
            place = single.get((_plain(row[theirs[telling]]),), _MANY)
        if place != _MANY:
            found.append(place)
    return found


def _telling(table: Rows, own: Sequence[int]) -> tuple[int, dict[tuple[str, ...], int]]:
    """Which of the columns tells most rows apart, and the rows by it."""
    best, found = 0, dict[tuple[str, ...], int]()
    for turn, place in enumerate(own):
        index = _index(_cells(row, [place]) for row in table)
        if len(index) > len(found):
            best, found = turn, index
    return best, found


def _index(keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for place, key in enumerate(keys):
        found[key] = _MANY if key in found else place
    return found


def _matches(names: Sequence[str], table: Rows, columns: Sequence[str], rows: Rows) -> list[_Match]:
    """Which column of the file is which of the table."""
    known = {name: place for place, name in enumerate(names)}
    found = {place: known[name] for place, name in enumerate(columns) if name in known}
    others = [place for place in range(len(columns)) if place not in found]
    left = [place for place in range(len(names)) if place not in found.values()]
    found |= _alike(table, left, rows, others)
    return sorted(found.items())


def _alike(table: Rows, left: Sequence[int], rows: Rows, others: Sequence[int]) -> dict[int, int]:
    samples = {place: set(islice(dict.fromkeys(_values(rows, place)), _SAMPLE)) for place in others}
    found: dict[int, int] = {}
    if not any(samples.values()):
        return found
    held = [(ours, set(_values(table, ours))) for ours in left]
    for place, sample in samples.items():
        free = [(len(sample & values), ours) for ours, values in held if ours not in found.values()]
        most, ours = max(free, key=lambda one: (one[0], -one[1]), default=(0, 0))
        if most and 5 * most >= 4 * len(sample):
            found[place] = ours
    return found


def _values(rows: Rows, place: int) -> Iterable[str]:
    return (cell for row in rows if (cell := _plain(row[place])))


def _cells(row: Sequence[str | None], chosen: Sequence[int]) -> tuple[str, ...]:
    return tuple(_plain(row[place]) for place in chosen)


def _plain(cell: str | None) -> str:
    return (cell or "").strip().lstrip("'")
