"""Reading a Parquet file as a stream of rows of text.

* The footer is judged first: rows, columns, and the bytes that it says the data take unpacked.
* DuckDB reads it, on one thread, with so much memory, with nothing in reach but this one file.
* Lists, structures, maps and binary columns are refused by name: a resource is a flat table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from wusong.data.intake import header as headers
from wusong.data.intake.workbook import MAX_COLUMNS
from wusong.errors import DataError

__all__ = ["MAX_BYTES", "MAX_ROWS", "Parquet"]

MAX_BYTES: Final = 16 << 30
"""Unpacked, as the footer says."""
MAX_ROWS: Final = 1_000_000_000
_RATIO: Final = 1_000
_SMALL: Final = 64 << 20
_MEMORY: Final = "512MB"
_BLOCK: Final = 8_192


class Parquet:
    """One pass over a Parquet file."""

    def __init__(self, path: Path) -> None:
        """Raises DataError ``table-damaged``, ``table-bomb``, ``table-too-wide``, ``table-too-many-cells``,
        ``table-nested``.
        """
        self._path: Final = str(path)
        self._engine: Final = _engine(path)
        try:
            self._judge(path.stat().st_size)
            described = self._engine.execute(
                "DESCRIBE SELECT * FROM read_parquet(?)", [self._path]
            ).fetchall()
        except duckdb.Error:
            self._engine.close()
            raise DataError("table-damaged", format="Parquet") from None
        except DataError:
            self._engine.close()
            raise
        self._names: Final = [str(row[0]) for row in described]
        self._refuse_nested([(str(row[0]), str(row[1])) for row in described])
        self.columns: Final = tuple(headers.names(self._names))

    def blocks(self) -> Iterator[list[tuple[str, ...]]]:
        """The rows, as text; what is null is an empty text."""
        cells = ", ".join(f"coalesce(CAST({_quoted(name)} AS VARCHAR), '')" for name in self._names)
        try:
            self._engine.execute(f"SELECT {cells} FROM read_parquet(?)", [self._path])  # noqa: S608 - quoted names
            while rows := self._engine.fetchmany(_BLOCK):
                yield rows
        except duckdb.Error:
            raise DataError("table-damaged", format="Parquet") from None
        finally:
            self._engine.close()

    def _judge(self, packed: int) -> None:
        query = """SELECT sum(total_uncompressed_size), count(DISTINCT column_id) FROM parquet_metadata(?)"""
        size, columns = self._engine.execute(query, [self._path]).fetchall()[0]
        rows = self._engine.execute(
            "SELECT sum(num_rows) FROM parquet_file_metadata(?)", [self._path]
        ).fetchall()[0][0]
        size, rows = int(size or 0), int(rows or 0)
        if size > MAX_BYTES or (size > _SMALL and size > _RATIO * packed):
            raise DataError("table-bomb", limit=MAX_BYTES >> 20, size=size >> 20)
        if columns > MAX_COLUMNS:
            raise DataError("table-too-wide", columns=columns, limit=MAX_COLUMNS)
        if rows > MAX_ROWS:
            raise DataError("table-too-many-cells", limit=MAX_ROWS)

    def _refuse_nested(self, described: list[tuple[str, str]]) -> None:
        for name, kind in described:
            if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "BLOB", "GEOMETRY")):
                self._engine.close()
                raise DataError("table-nested", column=headers.names([name])[0], kind=kind.partition("(")[0])


def _engine(path: Path) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": _MEMORY,
            "temp_directory": "",
            "threads": "1",
        },
    )
    engine.execute("SET allowed_paths = ?", [[str(path)]])
    engine.execute("SET enable_external_access = false")
    engine.execute("SET lock_configuration = true")
    return engine


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
