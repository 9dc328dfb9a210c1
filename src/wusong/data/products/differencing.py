"""Which answers of a question are withheld, because with answers to earlier questions they would show few
rows (差分攻击).

* Questions count in the order in which they were first asked of a table, whoever asks. For each it is settled
  once, before its first answer, over all values that its parameters can have and all its groups, as if
  somebody had asked them all already. So who asks what, how often and together with whom makes no difference,
  nobody can use up what another may ask, and what was answered once is answered always.
* The sets of rows that a question can be answered over are a family of classes (``statement.Family``), one
  family for each column whose values it rests on. ``cells`` says whether, all families together, something
  could be derived that rests on fewer than the least group of rows; as long as it could, the smallest class
  of the new question that has part in it is withheld.
* Not covered: what is known of rows from elsewhere, what follows from counts never being negative, and a
  table that is replaced by a later version of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import duckdb

from wusong.data.products.cells import Cell, uncertified
from wusong.data.products.statement import TABLE, Family

__all__ = ["EVERYTHING", "Differencing", "Key", "Withheld"]

Key: TypeAlias = "tuple[object, ...]"
"""What picks a set of rows: the values of the parameters, then of the groups."""

MOST_CELLS: Final = 250_000
_SINGLY: Final = 40


@dataclass(frozen=True, slots=True)
class Withheld:
    """The keys of a question that are withheld: these, or every one."""

    keys: frozenset[Key] = frozenset()
    all: bool = False

    def __contains__(self, key: Key) -> bool:
        return self.all or key in self.keys


EVERYTHING: Final = Withheld(all=True)


@dataclass(frozen=True, slots=True)
class _Line:
    """Rows of one cell that lie in the same classes of a new question; 0 is none."""

    cell: int
    labels: tuple[int, ...]
    rows: int


@dataclass(slots=True)
class Differencing:
    """What was settled for one table, whose engine it uses."""

    engine: duckdb.DuckDBPyConnection
    _cells: list[Cell] = field(default_factory=list)
    _next: int = 1
    _least: int = 0

    def settle(self, family: Family, least: int) -> Withheld:
        """Which keys of the next question are withheld, for good."""
        keys, lines = self._parted(family, least)
        self._least = min(least, self._least or least)
        if len(lines) > MOST_CELLS:
            return EVERYTHING
        held = self._held(keys, lines, self._least)
        self._take_in(keys, lines, held)
        return Withheld(held)

    def preview(self, family: Family, least: int) -> tuple[int, int]:
        """How many keys the next question would have, and how many of them would be withheld."""
        keys, lines = self._parted(family, least)
        sets = len(set().union(*keys))
        if len(lines) > MOST_CELLS:
            return sets, sets
        return sets, len(self._held(keys, lines, min(least, self._least or least)))

    # -- which rows --

    def _parted(self, family: Family, least: int) -> tuple[list[list[Key]], list[_Line]]:
        """The keys of a question's classes, for each column that it rests on, by number from 1; and how they
        part the cells.
        """
        if not self._cells:
            self._do(f"CREATE TABLE joint AS SELECT rowid AS r, 0 AS c FROM {TABLE}")  # noqa: S608
            self._cells = [Cell((), self._do("SELECT count(*) FROM joint")[0][0])]
        self._do("CREATE OR REPLACE TABLE parted AS SELECT r, c FROM joint")
        keys = [self._label(family, rest, number, least) for number, rest in enumerate(self._resting(family))]
        labels = ", ".join(f"p{number}" for number in range(len(keys)))
        self._do(
            f"CREATE OR REPLACE TABLE lines AS SELECT c, {labels}, count(*) AS n FROM parted GROUP BY ALL"  # noqa: S608
        )
        if self._do("SELECT count(*) FROM lines")[0][0] > MOST_CELLS:
            return keys, [_Line(0, (), 0)] * (MOST_CELLS + 1)
        rows = self._do(f"SELECT c, n, {labels} FROM lines ORDER BY c, {labels}")  # noqa: S608
        return keys, [_Line(cell, tuple(labelled), number) for cell, number, *labelled in rows]

    def _resting(self, family: Family) -> list[str]:
        """The columns that a question rests on; those without gaps are like all rows."""
        found = [""]
        for rest in family.rests:
            ((rows, filled),) = self._do(f"SELECT count(*), count({rest}) FROM {TABLE}")  # noqa: S608
            if filled != rows:
                found.append(rest)
        return found

    def _label(self, family: Family, rest: str, number: int, least: int) -> list[Key]:
        """Say of each row, in a column of its own, in which class it lies; the keys of the classes."""
        keys = [*family.keys, *family.groups]
        equal = " AND ".join([f"({family.equal})", *[f"({key}) IS NOT NULL" for key in family.keys]])
        read = "".join(f", {key} AS k{place}" for place, key in enumerate(keys))
        names = "".join(f", k{place}" for place in range(len(keys)))
        same = "".join(f" AND a.k{place} IS NOT DISTINCT FROM b.k{place}" for place in range(len(keys)))
        has = f"({rest}) IS NOT NULL" if rest else "true"
        picked = f"coalesce({equal}, false) AS e, e AND coalesce({family.other}, false) AS s, {has} AS h"
        rows = f"SELECT rowid AS r, {picked}{read} FROM {TABLE}"  # noqa: S608
        self._do(f"CREATE OR REPLACE TABLE keyed AS SELECT *, s AND h AS k FROM ({rows})")  # noqa: S608
        counted = f"SELECT count_if(k) AS n{names} FROM keyed WHERE e GROUP BY ALL HAVING {_may_leave(least)}"  # noqa: S608
        numbered = f"SELECT row_number() OVER () AS p, true AS k, * FROM ({counted})"  # noqa: S608
        self._do(f"CREATE OR REPLACE TABLE classes AS {numbered}")
        self._do(
            f"CREATE OR REPLACE TABLE parted AS SELECT f.*, coalesce(b.p, 0) AS p{number} "  # noqa: S608
            f"FROM parted f JOIN keyed a ON f.r = a.r LEFT JOIN classes b ON a.k = b.k{same}"
        )
        found = self._do(f"SELECT p{names} FROM classes ORDER BY p")  # noqa: S608
        return [tuple(row[1:]) for row in found]

    def _do(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self.engine.execute(sql, values).fetchall()

    # -- which may be answered --

    def _held(self, keys: list[list[Key]], lines: list[_Line], least: int) -> frozenset[Key]:
        rows = _sizes(keys, lines)
        order = {key: place for place, key in enumerate(sorted(rows, key=lambda one: (rows[one], repr(one))))}
        held: set[Key] = set()
        for step in range(len(rows)):
            cells = self._cells_with(keys, lines, held)
            wrong = uncertified([cell for cell, _ in cells], least)
            if not wrong:
                break
            parts = {key for place in wrong for key in cells[place][1]} or rows.keys() - held
            chosen = sorted(parts, key=order.__getitem__)
            held.update(chosen if step >= _SINGLY else chosen[:1])
        return frozenset(held)

    def _cells_with(
        self, keys: list[list[Key]], lines: list[_Line], held: AbstractSet[Key]
    ) -> list[tuple[Cell, frozenset[Key]]]:
        """The cells that there are when all but these keys are answered, with the keys that have part."""
        found: dict[tuple[int, ...], tuple[int, frozenset[Key]]] = {}
        for line in lines:
            classes, own = self._numbered(keys, line, held)
            rows, _ = found.get(classes, (0, own))
            found[classes] = rows + line.rows, own
        return [(Cell(classes, rows), own) for classes, (rows, own) in found.items()]

    def _numbered(
        self, keys: list[list[Key]], line: _Line, held: AbstractSet[Key]
    ) -> tuple[tuple[int, ...], frozenset[Key]]:
        numbers, own = list(self._cells[line.cell].classes), set()
        first = self._next
        for labels, label in zip(keys, line.labels, strict=True):
            if label and labels[label - 1] not in held:
                numbers.append(first + label - 1)
                own.add(labels[label - 1])
            first += len(labels)
        return tuple(numbers), frozenset(own)

    def _take_in(self, keys: list[list[Key]], lines: list[_Line], held: AbstractSet[Key]) -> None:
        """The cells that there are from now on."""
        places: dict[tuple[int, tuple[int, ...]], int] = {}
        cells: list[Cell] = []
        moved: list[int] = []
        for line in lines:
            classes, _ = self._numbered(keys, line, held)
            place = places.setdefault((line.cell, classes), len(cells))
            if place == len(cells):
                cells.append(Cell(classes, 0))
            cells[place] = Cell(classes, cells[place].rows + line.rows)
            moved.append(place)
        labels = [f"p{number}" for number in range(len(keys))]
        columns = [[line.cell for line in lines], *zip(*(line.labels for line in lines), strict=True), moved]
        lists = ", ".join("unnest(?::BIGINT[])" for _ in columns)
        self._do(
            f"CREATE OR REPLACE TABLE moves (c BIGINT, {', '.join(f'{p} BIGINT' for p in labels)}, d BIGINT)"
        )
        self._do(f"INSERT INTO moves SELECT {lists}", [list(column) for column in columns])
        same = "".join(f" AND a.{label} = b.{label}" for label in labels)
        gone = f"FROM parted a JOIN moves b ON a.c = b.c{same}"
        self._do(f"CREATE OR REPLACE TABLE joint AS SELECT a.r, b.d AS c {gone}")
        for table in ("parted", "keyed", "classes", "lines", "moves"):
            self._do(f"DROP TABLE {table}")
        self._cells, self._next = cells, self._next + sum(map(len, keys))


def _may_leave(least: int) -> str:
    """What a single call demands too (``product``): a set that no call is answered over takes no part."""
    rest = f"(SELECT count(*) FROM {TABLE}) - count_if(s)"  # noqa: S608
    around = [f"({left} = 0 OR {left} >= {least})" for left in (rest, "count(*) - count_if(s)")]
    return " AND ".join([f"count_if(k) >= {least}", *around])


def _sizes(keys: list[list[Key]], lines: list[_Line]) -> dict[Key, int]:
    """How many rows each key picks."""
    rows: dict[Key, int] = {}
    for line in lines:
        for labels, label in zip(keys, line.labels, strict=True):
            if label:
                rows[labels[label - 1]] = rows.get(labels[label - 1], 0) + line.rows
    return rows
