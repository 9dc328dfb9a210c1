"""An honest simple measure of what providers contributed: coverage.

A coalition of providers is worth the number of calls of the period that its members' rows alone could have
answered, that is with at least ``least`` rows (the product's least group, at least 1).

* Input: of each call, how many rows of each provider it touched. The operator counts them when it answers, or
  afterwards over the same tables; the file is committed to with the split, so that it can be asked for.
* It rewards being needed, not being large: rows beyond the least group add nothing. Calls that even all
  together could not answer count for nobody.
* It says nothing of how good the rows are. Parties who want that agree upon another game and give its table.

The file (CSV, UTF-8, first line ``call,provider,rows``): one line for each call and provider that had rows;
``call`` is ``USE:NUMBER``, ``provider`` a DID.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from wusong.data.money.shapley import MOST
from wusong.errors import DataError

__all__ = ["HEADER", "Game", "read", "table"]

HEADER: Final = ("call", "provider", "rows")
_KEPT: Final = 8


class Game:
    """The coverage of any coalition; for more providers than a table is made for."""

    def __init__(self, calls: Iterable[Sequence[int]], least: int) -> None:
        self._patterns = list(_patterns(calls, least).items())
        self._least = max(least, 1)

    def __call__(self, mask: int) -> int:
        """How many calls the coalition answers."""
        return sum(count for rows, count in self._patterns if self._answers(rows, mask))

    def _answers(self, rows: tuple[int, ...], mask: int) -> bool:
        return sum(one for n, one in enumerate(rows) if mask >> n & 1) >= self._least


def table(providers: int, calls: Iterable[Sequence[int]], least: int) -> list[int]:
    """The coverage of every coalition, by mask. Raises DataError ``contribution-providers``."""
    if not 1 <= providers <= MOST:
        raise DataError("contribution-providers", count=providers, most=MOST)
    planes: list[int] = []
    known: dict[tuple[tuple[int, ...], int], int] = {}
    for rows, count in _patterns(calls, least).items():
        if len(rows) != providers:
            raise DataError("contribution-file", line=0, detail=f"{len(rows)} != {providers}")
        _count(planes, _answering(rows, max(least, 1), known), count)
    columns = [f"{plane:0{1 << providers}b}" for plane in reversed(planes)] or ["0" * (1 << providers)]
    return [int("".join(bits), 2) for bits in zip(*columns, strict=True)][::-1]


def _count(planes: list[int], coalitions: int, times: int) -> None:
    """Add ``times`` to the number of every coalition in the set; bit j of all numbers lies in plane j."""
    for level in range(times.bit_length()):
        carry, at = coalitions if times >> level & 1 else 0, level
        while carry:
            planes.extend([0] * (at + 1 - len(planes)))
            planes[at], carry, at = planes[at] ^ carry, planes[at] & carry, at + 1


def _patterns(calls: Iterable[Sequence[int]], least: int) -> Counter[tuple[int, ...]]:
    """Calls that no coalition tells apart: rows beyond the least group are as good as none beyond."""
    most = max(least, 1)
    return Counter(tuple(min(rows, most) for rows in call) for call in calls)


def _answering(rows: tuple[int, ...], wanted: int, known: dict[tuple[tuple[int, ...], int], int]) -> int:
    """The coalitions whose rows reach ``wanted``, as a set of masks: bit m is set when coalition m does.

    Each provider doubles the coalitions: those without it, then those with it, who want the less. What many
    patterns begin with is kept in ``known``.
    """
    if wanted <= 0:
        return (1 << (1 << len(rows))) - 1
    if not rows:
        return 0
    key = (rows, wanted)
    if key in known:
        return known[key]
    before, own = rows[:-1], rows[-1]
    without = _answering(before, wanted, known)
    with_it = without if own == 0 else _answering(before, wanted - own, known)
    found = without | with_it << (1 << len(before))
    if len(rows) <= _KEPT:
        known[key] = found
    return found


def read(text: str, providers: Sequence[str]) -> list[list[int]]:
    """The rows of each call by provider, in the order of ``providers``. Raises DataError
    ``contribution-file`` with the line.
    """
    place = {provider: n for n, provider in enumerate(providers)}
    found: dict[str, list[int]] = {}
    lines = csv.reader(StringIO(text.removeprefix("\ufeff")))
    if tuple(next(lines, ())) != HEADER:
        raise DataError("contribution-file", line=1, detail=",".join(HEADER))
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(lines, 2):
        if len(row) != 3 or row[1] not in place or not row[2].isascii() or not row[2].isdecimal():
            raise DataError("contribution-file", line=line, detail=",".join(row)[:80])
        if (row[0], row[1]) in seen:
            raise DataError("contribution-file", line=line, detail=",".join(row)[:80])
        seen.add((row[0], row[1]))
        found.setdefault(row[0], [0] * len(providers))[place[row[1]]] = int(row[2][:15])
    return list(found.values())
