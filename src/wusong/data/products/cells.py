"""What can be derived from sets of rows that were answered over: always something of at least ``least`` rows.

* Every set that is ever answered over is a *class* of a *family*: within a family the classes share no row,
  and what is in none of them is outside. Rows that lie in the same class of every family are a *cell*.
* Whoever adds and subtracts sums and counts of classes holds some number for each cell, the same for each of
  its rows. What he has derived rests on the rows of the cells where that number is not zero.
* ``uncertified`` looks for something derived that rests on fewer than ``least`` rows. It finds ``least``
  disjoint sets of rows, each of which alone decides every such combination: what is zero on one of them is
  zero everywhere. So whatever is not zero is so on a row of each, hence on at least ``least`` rows.
* Where it finds them nothing of fewer rows can be derived. Where it does not, it may be that nothing can be
  either: it errs on the safe side. The number of all rows is taken as known to everybody.

The arithmetic is exact, in the integers modulo a prime of 61 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = ["Cell", "uncertified"]

_PRIME: Final = 2**61 - 1
_ALL: Final = 0

Vector: TypeAlias = dict[int, int]
"""Numbers by class, without zeros. The family of all rows is class 0."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows that no answer tells apart: the classes they lie in, as numbers from 1, and how many they are."""

    classes: tuple[int, ...]
    rows: int


def uncertified(cells: Sequence[Cell], least: int) -> list[int]:
    """The places of the cells of which something might be derived that rests on fewer than ``least`` rows."""
    if all(cell.rows >= least for cell in cells):
        return []
    basis = _Basis()
    left: dict[int, Vector] = {}
    for place, cell in enumerate(cells):
        vector: Vector = {_ALL: 1, **dict.fromkeys(cell.classes, 1)}
        if cell.rows >= least:
            basis.add(vector)
        else:
            left[place] = vector
    while left:
        left = {place: vector for place, one in left.items() if (vector := basis.reduced(one))}
        large = [vector for vector, rows in _alike(cells, left) if rows >= least]
        if not large:
            break
        for vector in large:
            basis.add(vector)
    return list(left) if left and not _is_spread(_alike(cells, left), least) else []


def _alike(cells: Sequence[Cell], left: dict[int, Vector]) -> list[tuple[Vector, int]]:
    """What is left, with the rows of all cells that are alike in it."""
    rows: dict[tuple[tuple[int, int], ...], int] = {}
    for place, vector in left.items():
        key = tuple(sorted(_scaled(vector).items()))
        rows[key] = rows.get(key, 0) + cells[place].rows
    return [(dict(key), number) for key, number in sorted(rows.items(), key=lambda one: (-one[1], one[0]))]


def _is_spread(left: list[tuple[Vector, int]], least: int) -> bool:
    """Whether what is left has ``least`` bases that share no row."""
    whole = _Basis()
    for vector, _ in left:
        whole.add(vector)
    rows = [number for _, number in left]
    for _ in range(least):
        basis = _Basis()
        for place in sorted(range(len(left)), key=lambda one: -rows[one]):
            if rows[place] and basis.add(left[place][0]):
                rows[place] -= 1
        if len(basis) < len(whole):
            return False
    return True


class _Basis:
    """Independent vectors, each with its highest class, at which its number is 1."""

    def __init__(self) -> None:
        self._vectors: Final[dict[int, Vector]] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def reduced(self, vector: Vector) -> Vector:
        """What is left of a vector; nothing when the basis makes it up."""
        rest: Vector = {}
        vector = dict(vector)
        while vector:
            highest = max(vector)
            against = self._vectors.get(highest)
            if against is None:
                rest[highest] = vector.pop(highest)
            else:
                _subtract(vector, against, vector[highest])
        return rest

    def add(self, vector: Vector) -> bool:
        """Take a vector in, unless the basis makes it up."""
        rest = self.reduced(vector)
        if rest:
            self._vectors[max(rest)] = _scaled(rest)
        return bool(rest)


def _subtract(vector: Vector, against: Vector, times: int) -> None:
    for place, number in against.items():
        left = (vector.get(place, 0) - times * number) % _PRIME
        if left:
            vector[place] = left
        else:
            vector.pop(place, None)


def _scaled(vector: Vector) -> Vector:
    inverse = pow(vector[max(vector)], -1, _PRIME)
    return {place: number * inverse % _PRIME for place, number in vector.items()}
