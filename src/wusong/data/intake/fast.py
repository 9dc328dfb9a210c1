"""The profile of a large CSV on disk, counted by DuckDB in two scans, in bounded memory.

* The beginning of the table says which columns have few values and what the others hold.
* Of a column with few values one scan brings all of them with their counts; they are then judged as
  ``columns`` judges everything. Of any other a second scan brings the counts and the range of what is of the
  expected type, every value that is not, a sample, and hashes to estimate the distinct values from.
* Distinct values beyond the exact ones are estimated: distinct hashes below 1/n of the range, times n, with a
  standard error of 1 / sqrt(their number), which the profile declares.
* What this engine does not take or would read otherwise (another encoding, ragged or blank lines, too many
  odd values) gives None: the table is then read as a stream, which finds the same, more slowly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from wusong.data.intake.columns import ColumnSoFar
from wusong.data.intake.kinds import MISSING, CellKind
from wusong.data.intake.lines import Lines
from wusong.data.intake.open import Table
from wusong.data.intake.picture import Profile
from wusong.data.intake.shape import SAMPLE

__all__ = ["MEMORY", "profile"]

MEMORY: Final = "1GB"
"""What the engine may take; a table for which that is not enough is read as a stream."""
_THREADS: Final = 2
_LOOK: Final = 100_000
_PLAIN: Final = frozenset({"ascii", "utf-8", "utf-8-bom"})
_ODD: Final = 50_000
_HASHES: Final = 2**64
_FEW_HASHES: Final = 40_000  # of a column whose values hardly repeat
_MANY_HASHES: Final = 600_000  # of one whose values do
_GLOB: Final = frozenset("*?[]{}")
_BLANK: Final = r"[\s\p{Z}]*"
_TYPED: Final = (
    r"[+-]?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?|\d{4}[-/.年]\d\d?[-/.月]\d\d?日?(?:[ T]\d\d:\d\d.*)?"
    r"|(?i:true|false|yes|no|t|f|y|n)|是|否|[√×]"
)
_TEXT_BEGINS: Final = ("AF", "GN", "OT", "UY", "Z[", "af", "gn", "ot", "uy", "z{", "㐀否", "吧是", "昰龥")
"""From which character to before which no number, date, truth value or sign of a missing value begins."""
_CHECKS: Final[dict[CellKind, str]] = {
    "integer": "try_cast({c} AS BIGINT)",
    "date": "try_cast({c} AS DATE)",
    "datetime": "try_cast({c} AS TIMESTAMP)",
}
"""A value is regular when it is written as the engine writes what it read: then both read the same."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a column is counted: all values, or by its expected kind. ``scale``: a decimal's places;
    ``one_in``: how many hashes of the range one is kept of.
    """

    place: int
    few: bool
    kind: CellKind = "text"
    scale: int = 0
    one_in: int = 1

    @property
    def cell(self) -> str:
        return f"c{self.place}"


class _Estimate:
    """The distinct values of a column, from the distinct hashes below one in ``rate`` of the range."""

    known = None

    def __init__(self, hashes: Iterable[int], rate: int) -> None:
        kept = len(set(hashes))
        self.count: Final = kept * rate
        self.method: Final[Literal["exact", "estimate"]] = "estimate" if rate > 1 else "exact"
        self.error_bp: Final = 10_000 // isqrt(max(kept, 1)) + 1 if rate > 1 else 0

    def add(self, block: Counter[str], longest: int) -> None:
        """The engine has counted already."""

    def most_frequent(self, number: int, at_least: int) -> list[tuple[str, int]]:
        """None are known."""
        del number, at_least
        return []


def profile(path: Path, found: Table, bound: int) -> Profile | None:
    """The profile of ``path``, which ``found`` has begun to read as CSV; None where it has to go on."""
    from wusong.data.intake.profile import described

    csv = found.csv
    if csv is None or csv.encoding not in _PLAIN or csv.ragged or csv.blank or _GLOB & set(str(path)):
        return None
    with ThreadPoolExecutor(1) as beside:
        looked = beside.submit(Lines.of, path)
        try:
            counted = _Scan(path, found, bound).columns()
        except (duckdb.Error, UnicodeDecodeError):
            return None
        lines = looked.result()
    if counted is None:
        return None
    rows, columns = counted
    if not lines.are_rows(rows + found.header, len(found.columns)):
        return None
    encoding = "utf-8" if csv.encoding == "ascii" and not lines.ascii else csv.encoding
    csv.encoding, csv.size, found.size = encoding, path.stat().st_size, path.stat().st_size
    return described(found, rows, tuple(column.result(rows) for column in columns))


class _Scan:
    """One CSV before the engine."""

    def __init__(self, path: Path, found: Table, bound: int) -> None:
        self._names = found.columns
        self._bound = bound
        self._places = range(len(found.columns))
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in self._places)
        delimiter = found.csv.delimiter if found.csv else ","
        self._size = path.stat().st_size
        self._from = (
            f"read_csv(?, columns={{{columns}}}, header={str(found.header).lower()}, auto_detect=false, "
            f"delim='{delimiter}', quote='\"', escape='\"', strict_mode=true)"
        )
        self._path = str(path)
        self._engine = duckdb.connect(":memory:", config=_config())

    def columns(self) -> tuple[int, list[ColumnSoFar]] | None:
        """The number of rows, and the columns with all that is known of them."""
        try:
            columns = [ColumnSoFar(name, self._bound) for name in self._names]
            plans, rows_in_sample = self._plans(columns)
            self._engine.execute("SET preserve_insertion_order = false")
            query = _query(plans, rows_in_sample, self._from)
            answer = self._engine.execute(query, [self._path]).fetchall()[0]
            values = self._values([plan for plan in plans if plan.few])
        finally:
            self._engine.close()
        rows, facts = int(answer[0]), iter(answer[1:])
        for place, counted in values.items():
            columns[place].missing += rows - sum(counted.values())
            columns[place].count(counted)
        many = [plan for plan in plans if not plan.few]
        taken = all(_take(columns[plan.place], plan, facts, rows) for plan in many)
        return (rows, columns) if taken else None

    def _values(self, few: Sequence[_Plan]) -> dict[int, Counter[str]]:
        """All values of the columns that have few, with their counts."""
        counted: dict[int, Counter[str]] = {plan.place: Counter() for plan in few}
        if not few:
            return counted
        cells = [plan.cell for plan in few]
        sets = ", ".join(f"({cell})" for cell in cells)
        query = (
            f"SELECT grouping({', '.join(cells)}), coalesce({', '.join(cells)}), count(*) "  # noqa: S608
            f"FROM {self._from} GROUP BY GROUPING SETS ({sets})"
        )
        # of the bits of ``grouping``, the one that is 0 is the column's; the first column's is the highest
        bits = {(1 << len(few)) - 1 - (1 << (len(few) - 1 - at)): plan.place for at, plan in enumerate(few)}
        cursor = self._engine.execute(query, [self._path])
        while rows := cursor.fetchmany(8_192):
            for bit, value, count in rows:
                if value is not None:
                    counted[bits[bit]][value] = count
        return counted

    def _plans(self, columns: list[ColumnSoFar]) -> tuple[list[_Plan], int]:
        """What the beginning of the table says of its columns, and in how many rows one is to be sampled;
        the first values are looked at for what is personal.
        """
        ask = self._engine.execute
        cells = ", ".join(f"coalesce(c{place}, '')" for place in self._places)
        first = ask(f"SELECT {cells} FROM {self._from} LIMIT 8191", [self._path]).fetchall()  # noqa: S608
        counts = ", ".join(f"count(DISTINCT c{place})" for place in self._places)
        several = ask(
            f"SELECT {counts} FROM (SELECT * FROM {self._from} LIMIT {_LOOK})",  # noqa: S608
            [self._path],
        ).fetchall()[0]
        rows = self._size // _width(first)
        plans = []
        for place, column in enumerate(zip(*first, strict=True) if first else [()] * len(columns)):
            plan = _plan(place, column, several[place], self._bound, rows)
            plans.append(plan)
            if not plan.few:
                columns[place].look(_filled(column))
        return plans, max(1, rows // (SAMPLE * 3 // 2))


def _width(rows: Sequence[tuple[str, ...]]) -> int:
    """Bytes that a row takes, about."""
    return max(1, sum(len(cell.encode()) + 1 for row in rows for cell in row) // max(len(rows), 1))


def _config() -> dict[str, str | bool | int | float | list[str]]:
    return {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY,
        "temp_directory": "",
        "threads": str(_THREADS),
    }


def _filled(cells: Sequence[str]) -> Counter[str]:
    values = Counter(cells)
    for blank in [value for value in values if value in MISSING or value.isspace()]:
        del values[blank]
    return values


def _plan(place: int, cells: Sequence[str], several: int, bound: int, rows: int) -> _Plan:
    """``several``: distinct values in the first ``_LOOK`` rows; ``rows``: how many there are, about."""
    seen = ColumnSoFar("", len(cells) + 1)
    seen.count(_filled(cells))
    kind = max(seen.kinds.items(), key=lambda entry: entry[1], default=("text", 0))[0]
    if several <= bound or kind in ("boolean", "compact"):
        return _Plan(place, few=True)
    places = Counter(len(cell.partition(".")[2]) for cell in cells if kind == "decimal" and cell)
    scale = places.most_common(1)[0][0] if places else 0
    kept = _FEW_HASHES if several * 10 >= _LOOK * 9 else _MANY_HASHES
    return _Plan(place, few=False, kind=kind, scale=min(scale, 17), one_in=max(1, rows // kept))


def _query(plans: Sequence[_Plan], one_in: int, table: str) -> str:
    """The one scan: cells and what they are as values, then what is regular of them, then the counts."""
    many = [plan for plan in plans if not plan.few]
    cells = [plan.cell for plan in many]
    values = [f"{_value(plan)} AS n{plan.place}, hash({plan.cell}) AS h{plan.place}" for plan in many]
    judged = [f"{_regular(plan)} AS r{plan.place}" for plan in many]
    kept = [f"n{plan.place}, h{plan.place}" for plan in many]
    asked = ["count(*)", *(one for plan in many for one in _asked(plan))]
    first = f"SELECT {', '.join([*cells, *values]) or '0'} FROM {table}"  # noqa: S608 - names are numbers
    second = f"SELECT {', '.join([*cells, *kept, *judged, f'{_sampled(many, one_in)} AS s'])} FROM ({first})"  # noqa: S608
    return f"SELECT {', '.join(asked)} FROM ({second})"  # noqa: S608


def _sampled(many: Sequence[_Plan], one_in: int) -> str:
    """Rows are drawn by the hashes of cells that differ from row to row: the same file, the same sample.
    Shifted, so that columns that are alike do not cancel each other out.
    """
    if not many:
        return "false"
    mixed = f"h{many[0].place}"
    for shift, plan in enumerate(many[1:3], 1):
        mixed = f"xor({mixed}, h{plan.place} >> {shift})"
    return f"{mixed} <= {_HASHES // one_in - 1}::UBIGINT"


def _asked(plan: _Plan) -> list[str]:
    place, cell, most = plan.place, plan.cell, _HASHES // plan.one_in - 1
    length = "length" if plan.kind == "text" else "strlen"
    return [
        f"count(*) FILTER (WHERE r{place})",
        f"min(n{place}) FILTER (WHERE r{place})",
        f"max(n{place}) FILTER (WHERE r{place})",
        f"min({length}({cell})) FILTER (WHERE r{place})",
        f"max({length}({cell})) FILTER (WHERE r{place})",
        f"list({cell}) FILTER (WHERE r{place} IS NOT true AND {cell} IS NOT NULL)",
        f"list(h{place}) FILTER (WHERE h{place} <= {most}::UBIGINT AND {cell} IS NOT NULL)",
        f"list({cell}) FILTER (WHERE s)",
    ]


def _value(plan: _Plan) -> str:
    if plan.kind == "text":
        return "true"
    if plan.kind == "decimal":
        return f"try_cast({plan.cell} AS DECIMAL(18,{plan.scale}))"
    return _CHECKS[plan.kind].format(c=plan.cell)


def _regular(plan: _Plan) -> str:
    if plan.kind != "text":
        return f"n{plan.place}::VARCHAR = {plan.cell}"
    odd = f"{_BLANK}(?:{_TYPED}|{'|'.join(_escaped(one) for one in sorted(MISSING))}){_BLANK}"
    return (
        f"CASE WHEN {_plain_text(plan.cell)} THEN true ELSE NOT regexp_full_match({plan.cell}, '{odd}') END"
    )


def _plain_text(cell: str) -> str:
    """Whether a cell begins like nothing that is typed, missing or blank: quicker than an expression."""
    return " OR ".join(f"({cell} >= '{first}' AND {cell} < '{end}')" for first, end in _TEXT_BEGINS)


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in "\\./-#" else one for one in text)


def _take(column: ColumnSoFar, plan: _Plan, facts: Any, rows: int) -> bool:  # noqa: ANN401
    """Put what the scan brought of a column where it belongs; False where there is too much that is odd."""
    regular, low, high, shortest, longest, odd, hashes, sampled = (next(facts) for _ in range(8))
    others = Counter(odd or {})
    if len(others) > _ODD:
        return False
    column.missing += rows - regular - sum(others.values())
    column.count(others)
    if regular:
        column.kinds[plan.kind] += regular
        column.widen_lengths(shortest, longest)
        if plan.kind != "text":
            column.widen(plan.kind, [low, high])
    column.distinct = _Estimate(hashes or [], plan.one_in)
    column.sample.cells = sorted(cell or "" for cell in sampled or [])
    column.look(_filled(column.sample.cells), len(column.sample.cells))
    return True
