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

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import duckdb

from wusong.data.products.cells import Cell, uncertified
from wusong.data.products.statement import TABLE, Family
from wusong.errors import DataError

__all__ = ["EVERYTHING", "Differencing", "Key", "Withheld"]

Key: TypeAlias = "tuple[object, ...]"
"""What picks a set of rows: the values of the parameters, then of the groups."""

MOST_CELLS: Final = 250_000
_SINGLY: Final = 40
_TEXT: Final = re.compile(r'CAST\(("c\d+") AS (?:TEXT|VARCHAR)\)')


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
        held = None if len(lines) > MOST_CELLS else self._held(keys, lines, self._least)
        if held is not None:
            self._take_in(family, keys, lines, held)
        self._forget()
        return EVERYTHING if held is None else Withheld(held)

    def preview(self, family: Family, least: int) -> tuple[int, int]:
        """How many keys the next question would have, and how many of them would be withheld."""
        keys, lines = self._parted(family, least)
        self._forget()
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
            self._place(f"SELECT rowid AS r, 0 AS c FROM {TABLE}")  # noqa: S608
            self._cells = [Cell((), self._do("SELECT count(*) FROM joint")[0][0])]
        rests = self._resting(family)
        own = ["c", *_own(family, rests)]
        counted = f"SELECT {', '.join(own)}, count(*) AS n FROM ({_rows(family, rests)}) GROUP BY ALL"  # noqa: S608
        self._do(f"CREATE OR REPLACE TABLE alike AS {counted}")
        keys = [self._number(family, place, least) for place in range(len(rests))]
        labels = ", ".join(f"p{place}" for place in range(len(rests)))
        self._do(f"CREATE OR REPLACE TABLE lines AS SELECT c, {labels}, sum(n) AS n FROM alike GROUP BY ALL")  # noqa: S608
        if self._do("SELECT count(*) FROM lines")[0][0] > MOST_CELLS:
            return keys, [_Line(0, (), 0)] * (MOST_CELLS + 1)
        lines = self._do(f"SELECT c, n::BIGINT, {labels} FROM lines ORDER BY c, {labels}")  # noqa: S608
        return keys, [_Line(cell, tuple(labelled), number) for cell, number, *labelled in lines]

    def _resting(self, family: Family) -> list[str]:
        """The columns that a question rests on; those without gaps are like all rows."""
        found = [""]
        for rest in family.rests:
            ((rows, filled),) = self._do(f"SELECT count(*), count({rest}) FROM {TABLE}")  # noqa: S608
            if filled != rows:
                found.append(rest)
        return found

    def _number(self, family: Family, place: int, least: int) -> list[Key]:
        """Say of all rows that are alike, in a column of its own, in which class they lie; the keys of the
        classes.
        """
        names = _names(family)
        read = "".join(f", {name}" for name in names)
        same = "".join(f" AND a.{name} IS NOT DISTINCT FROM b.{name}" for name in names)
        counted = (
            f"SELECT sum(n) AS size{read} FROM alike WHERE e GROUP BY ALL HAVING {_may_leave(place, least)}"  # noqa: S608
        )
        numbered = f"SELECT row_number() OVER () AS p, * FROM ({counted})"  # noqa: S608
        self._do(f"CREATE OR REPLACE TABLE classes AS {numbered}")
        self._do(
            f"CREATE OR REPLACE TABLE alike AS SELECT a.*, coalesce(b.p, 0) AS p{place} "  # noqa: S608
            f"FROM alike a LEFT JOIN classes b ON a.s AND a.h{place}{same}"
        )
        told = "".join(f", {_told(key, name)}" for key, name in zip(_keys(family), names, strict=True))
        found = self._do(f"SELECT p{told} FROM classes ORDER BY p")  # noqa: S608
        return [tuple(row[1:]) for row in found]

    def _place(self, rows: str) -> None:
        """Note the cell of each row, in the table's own order. Raises DataError ``question-failed`` when it
        is another.
        """
        self._do(f"CREATE OR REPLACE TABLE placed AS SELECT * FROM ({rows}) ORDER BY r")  # noqa: S608
        other = f"{TABLE}.rowid IS DISTINCT FROM placed.r"
        if self._do(f"SELECT count(*) FROM {TABLE} POSITIONAL JOIN placed WHERE {other}")[0][0]:  # noqa: S608
            raise DataError("question-failed")
        self._do("DROP TABLE IF EXISTS joint")
        self._do("ALTER TABLE placed RENAME TO joint")

    def _forget(self) -> None:
        """Drop what was only for one question."""
        for table in ("alike", "classes", "lines", "moves", "known"):
            self._do(f"DROP TABLE IF EXISTS {table}")

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
            own = [_own_keys(keys, cells[place][1]) - held for place in wrong]
            parts = set().union(*own) or rows.keys() - held
            chosen = sorted(parts, key=order.__getitem__)
            held.update(chosen if step >= _SINGLY else chosen[:1])
        return frozenset(held)

    def _cells_with(
        self, keys: list[list[Key]], lines: list[_Line], held: AbstractSet[Key]
    ) -> list[tuple[Cell, _Line]]:
        """The cells that there are when all but these keys are answered, each with one of its lines."""
        rows: dict[tuple[int, ...], int] = {}
        first: dict[tuple[int, ...], _Line] = {}
        for line in lines:
            classes = self._numbered(keys, line, held)
            rows[classes] = rows.get(classes, 0) + line.rows
            first.setdefault(classes, line)
        return [(Cell(classes, number), first[classes]) for classes, number in rows.items()]

    def _numbered(self, keys: list[list[Key]], line: _Line, held: AbstractSet[Key]) -> tuple[int, ...]:
        """The classes of a line."""
        numbers = self._cells[line.cell].classes
        first = self._next
        for labels, label in zip(keys, line.labels, strict=True):
            if label and labels[label - 1] not in held:
                numbers = (*numbers, first + label - 1)
            first += len(labels)
        return numbers

    def _take_in(
        self, family: Family, keys: list[list[Key]], lines: list[_Line], held: AbstractSet[Key]
    ) -> None:
        """The cells that there are from now on."""
        places: dict[tuple[int, tuple[int, ...]], int] = {}
        cells: list[Cell] = []
        moved: list[int] = []
        for line in lines:
            classes = self._numbered(keys, line, held)
            place = places.setdefault((line.cell, classes), len(cells))
            if place == len(cells):
                cells.append(Cell(classes, 0))
            cells[place] = Cell(classes, cells[place].rows + line.rows)
            moved.append(place)
        if len(cells) > len(self._cells):  # else no cell was parted: the order of the lines keeps the places
            self._move(
                family, [(line.cell, *line.labels, place) for line, place in zip(lines, moved, strict=True)]
            )
        self._cells, self._next = cells, self._next + sum(map(len, keys))

    def _move(self, family: Family, moves: list[tuple[int, ...]]) -> None:
        """Note the new cells of all rows: cell before, labels, cell from now on."""
        rests = self._resting(family)
        labels = [f"p{place}" for place in range(len(rests))]
        lists = ", ".join("unnest(?::BIGINT[])" for _ in ("c", *labels, "d"))
        kinds = ", ".join(f"{name} BIGINT" for name in ("c", *labels, "d"))
        self._do(f"CREATE OR REPLACE TABLE moves ({kinds})")
        self._do(f"INSERT INTO moves SELECT {lists}", [list(column) for column in zip(*moves, strict=True)])
        none = " AND ".join(f"{label} = 0" for label in labels)
        known = (
            f"SELECT alike.*, d FROM alike JOIN moves USING ({', '.join(['c', *labels])}) WHERE NOT ({none})"  # noqa: S608
        )
        self._do(f"CREATE OR REPLACE TABLE known AS {known}")
        same = "".join(f" AND a.{name} IS NOT DISTINCT FROM b.{name}" for name in _own(family, rests))
        other = f"LEFT JOIN (SELECT c, d FROM moves WHERE {none}) o ON a.c = o.c"  # noqa: S608
        joined = f"({_rows(family, rests)}) a LEFT JOIN known b ON a.c = b.c{same} {other}"
        self._place(f"SELECT a.r, coalesce(b.d, o.d) AS c FROM {joined}")  # noqa: S608


def _names(family: Family) -> list[str]:
    return [f"k{place}" for place in range(len(_keys(family)))]


def _keys(family: Family) -> list[str]:
    return [*family.keys, *family.groups]


def _held_as(key: str) -> str:
    """What tells the same values apart as a key does, sooner: the column itself, if the key is its text."""
    text = _TEXT.fullmatch(key)
    return text[1] if text else key


def _told(key: str, name: str) -> str:
    return f"CAST({name} AS VARCHAR)" if _TEXT.fullmatch(key) else name


def _own(family: Family, rests: Sequence[str]) -> list[str]:
    """What rows are told apart by, besides their cell."""
    return ["e", "s", *(f"h{place}" for place in range(len(rests))), *_names(family)]


def _rows(family: Family, rests: Sequence[str]) -> str:
    """Each row with its cell; whether the equalities can pick it (``e``) and the other conditions do (``s``);
    whether it has a value where the question rests on one (``h0`` ...); if it can be picked, by which keys.
    """
    equal = " AND ".join([f"({family.equal})", *[f"({_held_as(key)}) IS NOT NULL" for key in family.keys]])
    picked = f"SELECT *, coalesce({equal}, false) AS e FROM {TABLE} POSITIONAL JOIN joint"  # noqa: S608
    has = [f"({rest}) IS NOT NULL" if rest else "true" for rest in rests]
    read = [
        "r",
        "c",
        "e",
        f"e AND coalesce({family.other}, false) AS s",
        *(f"{one} AS h{place}" for place, one in enumerate(has)),
        *(f"CASE WHEN e THEN {_held_as(key)} END AS k{place}" for place, key in enumerate(_keys(family))),
    ]
    return f"SELECT {', '.join(read)} FROM ({picked})"  # noqa: S608


def _may_leave(place: int, least: int) -> str:
    """What a single call demands too (``product``): a set that no call is answered over takes no part."""
    some, size = "coalesce(sum(n) FILTER (WHERE s), 0)", f"coalesce(sum(n) FILTER (WHERE s AND h{place}), 0)"
    rest = f"(SELECT count(*) FROM {TABLE}) - {some}"  # noqa: S608
    around = [f"({left} = 0 OR {left} >= {least})" for left in (rest, f"sum(n) - {some}")]
    return " AND ".join([f"{size} >= {least}", *around])


def _own_keys(keys: list[list[Key]], line: _Line) -> set[Key]:
    """The keys that have part in a line."""
    return {labels[label - 1] for labels, label in zip(keys, line.labels, strict=True) if label}


def _sizes(keys: list[list[Key]], lines: list[_Line]) -> dict[Key, int]:
    """How many rows each key picks."""
    rows: dict[Key, int] = {}
    for line in lines:
        for labels, label in zip(keys, line.labels, strict=True):
            if label:
                rows[labels[label - 1]] = rows.get(labels[label - 1], 0) + line.rows
    return rows
