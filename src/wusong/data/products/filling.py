"""Filling the locked room's table from a content, before its door is locked.

* A content is read from the vault as a stream and never written to disk in clear: the engine reads it from a
  pipe within this process.
* The engine's own reader takes well-formed UTF-8, which is quick; whether it read the table that was profiled
  is known by the number of rows and columns. Whatever it does not take, or takes otherwise, is read as the
  profile read it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from threading import Thread
from typing import Any, BinaryIO, Final

import duckdb

from wusong.data.intake.csvfile import CsvFile
from wusong.data.products.forms import place

__all__ = ["Source", "fill"]

_PLAIN: Final = frozenset({"ascii", "utf-8"})
_PIECE: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Source:
    """A table as it lies somewhere: how to open it (as often as needed), and what its profile says of it.

    ``hints`` are the types of the columns; ``rows`` is None when the number of rows is not known.
    """

    open: Callable[[], BinaryIO]
    header: bool = True
    encoding: str = ""
    delimiter: str = ","
    rows: int | None = None
    regular: bool = False
    hints: tuple[str | None, ...] = ()

    @classmethod
    def of_bytes(cls, content: bytes, *, header: bool = True) -> Source:
        """A table in memory, of which nothing is known."""
        return cls(lambda: BytesIO(content), header)

    @classmethod
    def of_profile(cls, open_: Callable[[], BinaryIO], profile: dict[str, Any]) -> Source:
        """A table that was profiled."""
        return cls(
            open_,
            profile["header"],
            profile["encoding"],
            profile["delimiter"],
            profile["rows"],
            profile["ragged"] == profile["blank"] == 0,
            tuple(column["type"] for column in profile["columns"]),
        )


def fill(engine: duckdb.DuckDBPyConnection, table: str, columns: int, source: Source) -> None:
    """Make ``table`` of texts from a source."""
    if source.regular and source.encoding in _PLAIN and _by_engine(engine, table, columns, source):
        return
    engine.execute(f"DROP TABLE IF EXISTS {table}")
    names = ", ".join(f'"{place(number)}" VARCHAR' for number in range(columns))
    engine.execute(f"CREATE TABLE {table} ({names})")
    places = ", ".join("unnest(?::VARCHAR[])" for _ in range(columns))
    skip = 1 if source.header else 0
    with source.open() as stream:
        for rows in _blocks(stream):
            cells = list(zip(*rows[skip:], strict=True))
            skip = 0
            if cells:
                engine.execute(f"INSERT INTO {table} SELECT {places}", [list(column) for column in cells])


def _blocks(stream: BinaryIO) -> Iterable[list[list[str]]]:
    """The rows of a table: the one seam to whatever reads tables."""
    return CsvFile(stream).blocks()


def _by_engine(engine: duckdb.DuckDBPyConnection, table: str, columns: int, source: Source) -> bool:
    """Whether the engine read the very table that was profiled."""
    names = ", ".join(f"'{place(number)}': 'VARCHAR'" for number in range(columns))
    with _Pipe(source.open) as path:
        reader = (
            f"read_csv('{path}', auto_detect = false, header = {str(source.header).lower()}, "
            f"delim = '{source.delimiter}', quote = '\"', escape = '\"', columns = {{{names}}})"
        )
        try:
            engine.execute(f"CREATE TABLE {table} AS SELECT * FROM {reader}")  # noqa: S608
        except duckdb.Error:
            return False
    found = engine.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return found is not None and found[0] == source.rows


class _Pipe:
    """What a stream holds, as a path that can be read once within this process."""

    def __init__(self, open_: Callable[[], BinaryIO]) -> None:
        self._open: Final = open_
        self._end, into = os.pipe()
        self._error: Exception | None = None
        self._feeder: Final = Thread(target=self._feed, args=(into,), name="wusong-fill", daemon=True)

    def __enter__(self) -> str:
        self._feeder.start()
        return f"/dev/fd/{self._end}"

    def __exit__(self, *_: object) -> None:
        os.close(self._end)  # a feeder that nobody reads from any more ends
        self._feeder.join()
        if self._error is not None:
            raise self._error

    def _feed(self, into: int) -> None:
        with suppress(BrokenPipeError), os.fdopen(into, "wb") as pipe:
            try:
                with self._open() as stream:
                    while piece := stream.read(_PIECE):
                        pipe.write(piece)
            except BrokenPipeError:
                raise
            except Exception as error:  # noqa: BLE001 - a damaged content is told by who opens the room
                self._error = error
