r"""The profile of a table: what a CSV holds, said without showing what it says about anyone.

* One pass in constant memory over a path or a binary stream of any size; see ``csvfile`` for what can be
  read.
* Per column: type, missing cells, distinct values (and whether that number is exact), range, lengths,
  frequent values, and whether it looks personal.
* A column that looks personal shows neither values nor ranges. Elsewhere a frequent value is shown only
  when it occurs at least five times, and anything that is itself personal is masked, headers included.
* A first row that looks like data is data: the columns are then called 列1, 列2 and so on.
* A column has a type when at least 95 percent of its values do; ``other`` counts the rest.
* A profile holds no floats: shares are basis points, numbers and dates are strings. ``to_json`` gives
  canonical JSON's types.

    >>> import io
    >>> [column.type for column in profile(io.BytesIO("代码,名称\n310000,上海市\n".encode())).columns]
    ['integer', 'text']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TypeAlias

import msgspec

from wusong.crypto import canonical
from wusong.data.intake import personal
from wusong.data.intake.csvfile import CsvFile, RaggedRow, Rows
from wusong.data.intake.distinct import STANDARD_ERROR_BP, Distinct
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
from wusong.data.names import looks_like_name
from wusong.errors import DataError

__all__ = ["Column", "ColumnType", "Frequent", "Personal", "Profile", "profile"]

ColumnType: TypeAlias = Literal["integer", "decimal", "date", "datetime", "boolean", "text", "empty"]

_MAX_COLUMNS: Final = 2_000
_EXACT_TOTAL: Final = 400_000  # distinct values kept exactly over all columns: some 60 MB
_EXACT_COLUMN: Final = 50_000
_SHOWN: Final = 10
_SHOWN_FROM: Final = 5  # a value that fewer rows share could point at someone
_TYPED_BP: Final = 9_500
_SAMPLE_FIRST: Final = 2_000
_SAMPLE_LATER: Final = 50


class Frequent(msgspec.Struct, frozen=True, kw_only=True):
    """A frequent value, how often it occurs, and its share of the cells that are not missing."""

    value: str
    count: int
    share_bp: int


class Personal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a column looks personal; ``share_bp`` of ``sampled`` distinct values match."""

    kind: str
    basis: str
    share_bp: int
    sampled: int


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column.

    ``lowest`` and ``highest`` are of the column's type; ``distinct_error_bp`` is one standard error.
    """

    name: str
    type: ColumnType
    missing: int
    missing_bp: int
    other: int
    distinct: int
    distinct_method: Literal["exact", "estimate"]
    distinct_error_bp: int = 0
    lowest: str | None = None
    highest: str | None = None
    shortest: int | None = None
    longest: int | None = None
    frequent: tuple[Frequent, ...] = ()
    personal: Personal | None = None


class Ragged(msgspec.Struct, frozen=True, kw_only=True):
    """A row that has another number of cells than the table has columns; ``line`` is where it begins."""

    line: int
    expected: int
    found: int


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a CSV holds.

    ``rows`` are those that the columns describe: without header, blank and ragged ones.
    """

    encoding: str
    delimiter: str
    header: bool
    size: int
    rows: int
    blank: int
    ragged: int
    ragged_examples: tuple[Ragged, ...]
    columns: tuple[Column, ...]

    def to_json(self) -> dict[str, Any]:
        """The profile in the types that canonical JSON has."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return plain

    @property
    def personal_columns(self) -> tuple[Column, ...]:
        """The columns that look personal."""
        return tuple(column for column in self.columns if column.personal)


def profile(source: Path | str | BinaryIO, *, delimiter: str = "", header: bool | None = None) -> Profile:
    """Profile a CSV file or stream; ``delimiter`` and ``header`` are found out when not given.

    Raises ``DataError``: ``csv-empty``, ``csv-encoding``, ``csv-binary``, ``csv-malformed``,
    ``csv-line-too-long``, ``csv-too-many-columns``. OSError from a path or stream passes through.
    """
    if isinstance(source, Path | str):
        with Path(source).open("rb") as stream:
            return profile(stream, delimiter=delimiter, header=header)
    file = CsvFile(source, delimiter)
    blocks = file.blocks()
    first = next(blocks)
    if file.columns > _MAX_COLUMNS:
        raise DataError("csv-too-many-columns", columns=file.columns, limit=_MAX_COLUMNS)
    has_header = _looks_like_header(first) if header is None else header
    names = _names(first[0] if has_header else [""] * file.columns)
    return _profile(file, names, chain([first[1:] if has_header else first], blocks), header=has_header)


def _profile(file: CsvFile, names: list[str], blocks: Iterable[Rows], *, header: bool) -> Profile:
    bound = max(1, min(_EXACT_COLUMN, _EXACT_TOTAL // len(names)))
    columns = [_ColumnSoFar(name, bound) for name in names]
    rows = 0
    for block in blocks:
        rows += len(block)
        for column, cells in zip(columns, zip(*block, strict=True), strict=bool(block)):
            column.add(cells)
    return Profile(
        encoding=file.encoding,
        delimiter=file.delimiter,
        header=header,
        size=file.size,
        rows=rows,
        blank=file.blank,
        ragged=file.ragged,
        ragged_examples=tuple(map(_ragged, file.ragged_examples)),
        columns=tuple(column.result(rows) for column in columns),
    )


def _ragged(row: RaggedRow) -> Ragged:
    return Ragged(line=row.line, expected=row.expected, found=row.found)


# --- header -----------------------------------------------------------------------------------------------


def _looks_like_header(rows: Rows) -> bool:
    """Whether the first row names the columns: texts only, none of them personal, none twice, and none like
    the rows below.
    """
    named = [cell.strip() for cell in rows[0] if cell.strip()]
    if not named or len(set(named)) != len(named):
        return False
    if not all(cell_kind(cell) == "text" and not personal.contains(cell) for cell in named):
        return False
    return any(map(personal.header_kind, named)) or not _is_like_the_rest(rows)


def _is_like_the_rest(rows: Rows) -> bool:
    """Whether the first row is one more person, or holds nothing that does not stand below it as well."""
    below = [tuple(column) for column in zip(*(row for row in rows[1:] if row != rows[0]), strict=False)]
    if rows[0] and below and all(cell in column for cell, column in zip(rows[0], below, strict=False)):
        return True
    columns = zip(*rows[:_SAMPLE_FIRST], strict=False)
    return any(looks_like_name(cells[0]) and _are_names(cells[1:]) for cells in columns)


def _are_names(cells: Iterable[str]) -> bool:
    found = personal.judge_column("", {cell for cell in cells if cell.strip()})
    return found is not None and found.kind == "person-name"


def _names(cells: list[str]) -> list[str]:
    """Column names that are not empty, not equal, not personal, in NFC as canonical JSON demands."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        text = canonical.to_text(" ".join(cell.split()))[:200] or f"列{number}"
        names.append(_unused(personal.mask(text) if personal.contains(text) else text, names))
    return names


def _unused(name: str, names: list[str]) -> str:
    if name not in names:
        return name
    return next(other for n in range(2, len(names) + 3) if (other := f"{name} ({n})") not in names)


# --- one column -------------------------------------------------------------------------------------------


class _ColumnSoFar:
    """What is known of one column after the blocks so far."""

    def __init__(self, name: str, bound: int) -> None:
        self.name = name
        self.missing = 0
        self.kinds: Counter[CellKind] = Counter()
        self.ranges: dict[CellKind, tuple[Ordered, Ordered]] = {}
        self.lengths: tuple[int, int] | None = None
        self.distinct = Distinct(bound)
        self.matches: Counter[personal.Kind] = Counter()
        self.sampled = 0
        self._guess: CellKind = "text"

    def add(self, cells: tuple[str, ...]) -> None:
        values = Counter(cells)
        for blank in [value for value in values if value in MISSING or value.isspace()]:
            self.missing += values.pop(blank)
        if not values:
            return
        lengths = list(map(len, values))
        shortest, longest = self.lengths or (lengths[0], lengths[0])
        self.lengths = min(shortest, *lengths, shortest), max(longest, *lengths, longest)
        self.distinct.add(values, max(lengths))
        self._sample(values)
        self._judge(values)

    def _sample(self, values: Counter[str]) -> None:
        wanted = _SAMPLE_LATER if self.sampled else _SAMPLE_FIRST
        for value in islice(values, wanted):
            self.sampled += 1
            self.matches.update(personal.kinds_in(value))

    def _judge(self, values: Counter[str]) -> None:
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
        self._widen(kind, found)

    def _judge_each(self, values: Counter[str]) -> None:
        groups: dict[CellKind, list[str]] = {}
        for value in values:
            groups.setdefault(cell_kind(value), []).append(value)
        for kind, members in groups.items():
            self.kinds[kind] += sum(values[value] for value in members)
            self._widen(kind, [read(kind, member) for member in members] if kind in ORDERED else [])
        self._guess = max(groups, key=lambda kind: len(groups[kind]))

    def _widen(self, kind: CellKind, found: list[Ordered]) -> None:
        if found:
            self.ranges[kind] = _low_and_high([*found, *self.ranges.get(kind, ())])

    def result(self, rows: int) -> Column:
        """The column's part of the profile, with everything personal left out."""
        kinds, ranges = _merged(self.kinds, self.ranges)
        filled = rows - self.missing
        kind, count = max(kinds.items(), key=lambda entry: entry[1], default=("text", 0))
        column_type: ColumnType = _column_type(kind, count, filled)
        found = personal.judge_counts(self.name, dict(self.matches), self.sampled)
        low, high = (None, None) if found else _shown_range(ranges.get(kind) if column_type == kind else None)
        return Column(
            name=self.name,
            type=column_type,
            missing=self.missing,
            missing_bp=self.missing * 10_000 // rows if rows else 0,
            other=0 if column_type == "text" else filled - count,
            distinct=self.distinct.count,
            distinct_method=self.distinct.method,
            distinct_error_bp=STANDARD_ERROR_BP if self.distinct.method == "estimate" else 0,
            lowest=low,
            highest=high,
            shortest=self.lengths[0] if self.lengths else None,
            longest=self.lengths[1] if self.lengths else None,
            frequent=() if found else tuple(self._frequent(filled)),
            personal=_personal(found) if found else None,
        )

    def _frequent(self, filled: int) -> Iterator[Frequent]:
        for value, count in self.distinct.most_frequent(_SHOWN, _SHOWN_FROM):
            yield Frequent(value=_shown(value), count=count, share_bp=count * 10_000 // filled)


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
        return f"{value:f}"
    return str(value) if isinstance(value, int) else value.isoformat()


def _shown(value: str) -> str:
    return personal.mask(value) if personal.contains(value) else canonical.to_text(value)


def _personal(found: personal.ColumnFinding) -> Personal:
    return Personal(kind=found.kind, basis=found.basis, share_bp=found.share_bp, sampled=found.sampled)
