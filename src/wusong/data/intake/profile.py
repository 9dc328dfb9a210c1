r"""The profile of a table: what a CSV holds, said without showing what it says about anyone.

* One pass in constant memory over a path or a binary stream of any size, CSV, workbook or Parquet; see
  ``open`` for what can be read. A large CSV on disk is counted by DuckDB (``fast``), which finds the same.
* Per column: type, missing cells, distinct values (and whether that number is exact), range, lengths,
  frequent values, quantiles and a histogram, and whether it looks personal or important.
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

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Literal

from wusong.data.intake.columns import ColumnSoFar
from wusong.data.intake.csvfile import RaggedRow
from wusong.data.intake.open import Rows, Source, Table, table
from wusong.data.intake.picture import Bar, Column, ColumnType, Frequent, Important, Personal, Profile, Ragged

__all__ = [
    "Bar", "Column", "ColumnType", "Frequent", "Important", "Personal", "Profile", "Ragged", "counted",
    "described", "of_table", "profile",
]  # fmt: skip

_EXACT_TOTAL: Final = 400_000  # distinct values kept exactly over all columns: some 60 MB
_EXACT_COLUMN: Final = 50_000
_FAST_FROM: Final = 16 << 20
Engine = Literal["auto", "stream", "duckdb"]


def profile(
    source: Path | str | BinaryIO | bytes,
    *,
    delimiter: str = "",
    header: bool | None = None,
    sheet: str = "",
    engine: Engine = "auto",
) -> Profile:
    """Profile a table; ``delimiter`` and ``header`` are found out when not given.

    ``engine``: who counts. ``duckdb`` takes well-formed CSV in UTF-8 on disk, and what it does not take is
    read as a ``stream``; ``auto`` asks it for large files.

    Raises ``DataError``: ``csv-empty``, ``csv-encoding``, ``csv-binary``, ``csv-malformed``,
    ``csv-line-too-long``, ``csv-too-many-columns``, ``table-...``. OSError from a path or stream passes
    through.
    """
    origin: Source = Path(source) if isinstance(source, str) else source
    with table(origin, sheet=sheet, header=header, delimiter=delimiter) as found:
        if isinstance(origin, Path) and found.csv and _is_large(origin, engine):
            from wusong.data.intake import fast  # slow to load

            counted = fast.profile(origin, found, bound(len(found.columns)))
            if counted is not None:
                return counted
        return of_table(found)


def _is_large(path: Path, engine: Engine) -> bool:
    return engine == "duckdb" or (engine == "auto" and path.stat().st_size >= _FAST_FROM)


def of_table(found: Table, see: Sequence[Callable[[Rows], None]] = ()) -> Profile:
    """Profile an open table in one pass; ``see`` are shown every block as well."""
    rows, columns = counted(found, see)
    return described(found, rows, tuple(column.result(rows) for column in columns))


def counted(found: Table, see: Sequence[Callable[[Rows], None]] = ()) -> tuple[int, list[ColumnSoFar]]:
    """The rows of an open table, and its columns with all that one pass tells of them."""
    limit = bound(len(found.columns))
    columns = [ColumnSoFar(name, limit) for name in found.columns]
    rows = 0
    for block in found.blocks():
        rows += len(block)
        for watcher in see:
            watcher(block)
        for column, cells in zip(columns, zip(*block, strict=True), strict=bool(block)):
            column.add(cells)
    return rows, columns


def bound(columns: int) -> int:
    """How many distinct values of a column are kept exactly, in a table of so many columns."""
    return max(1, min(_EXACT_COLUMN, _EXACT_TOTAL // columns))


def described(found: Table, rows: int, columns: tuple[Column, ...]) -> Profile:
    """The profile of a table that was read to its end."""
    csv = found.csv
    return Profile(
        encoding=csv.encoding if csv else "",
        delimiter=csv.delimiter if csv else "",
        header=found.header,
        size=found.size,
        rows=rows,
        blank=csv.blank if csv else 0,
        ragged=csv.ragged if csv else 0,
        ragged_examples=tuple(map(_ragged, csv.ragged_examples)) if csv else (),
        columns=columns,
        format=found.format,
        sheet=found.sheet,
    )


def _ragged(row: RaggedRow) -> Ragged:
    return Ragged(line=row.line, expected=row.expected, found=row.found)
