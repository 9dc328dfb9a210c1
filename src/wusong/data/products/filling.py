"""Filling the locked room's table from a content, before its door is locked.

* A content is read from the vault as a stream and never written to disk in clear: the engine reads it from a
  file in memory, which several threads can do at once; a long one, from a pipe within this process.
* The engine's own reader takes well-formed UTF-8, which is quick; whether it read the table that was profiled
  is known by the number of rows and columns. Whatever it does not take, or takes otherwise, is read as the
  profile read it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from threading import Thread
from typing import Any, BinaryIO, Final

import duckdb

from wusong.data.intake.open import Rows
from wusong.data.intake.open import table as table_of
from wusong.data.products.forms import place

__all__ = ["Source", "fill"]

_PLAIN: Final = frozenset({"ascii", "utf-8"})
_PIECE: Final = 1 << 18
_SHORT: Final = 256 << 20
"""What is held in memory while a room is filled; a longer content goes through a pipe."""


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
    format: str = "csv"
    sheet: str = ""
    hints: tuple[str | None, ...] = ()

    @property
    def given(self) -> str:
        """The delimiter, as far as it is known."""
        return self.delimiter if self.encoding else ""

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
            profile.get("format", "csv"),
            profile.get("sheet", ""),
            hints=tuple(column["type"] for column in profile["columns"]),
        )


def fill(engine: duckdb.DuckDBPyConnection, table: str, columns: int, source: Source) -> None:
    """Make ``table`` of texts from a source."""
    if source.regular and source.encoding in _PLAIN and _by_engine(engine, table, columns, source):
        return
    engine.execute(f"DROP TABLE IF EXISTS {table}")
    names = ", ".join(f'"{place(number)}" VARCHAR' for number in range(columns))
    engine.execute(f"CREATE TABLE {table} ({names})")
    places = ", ".join("unnest(?::VARCHAR[])" for _ in range(columns))
    with closing(_blocks(source)) as blocks:
        for rows in blocks:
            if rows:
                cells = [list(column) for column in zip(*rows, strict=True)]
                engine.execute(f"INSERT INTO {table} SELECT {places}", cells)


def _blocks(source: Source) -> Generator[Rows]:
    """The rows of a table: the one seam to whatever reads tables."""
    with ExitStack() as open_:
        stream: BinaryIO | Path = open_.enter_context(source.open())
        if source.format == "parquet":
            stream = open_.enter_context(_in_memory(stream))  # type: ignore[arg-type]
        elif source.format != "csv":
            stream = BytesIO(stream.read())  # type: ignore[union-attr]
        found = table_of(stream, sheet=source.sheet, header=source.header, delimiter=source.given)
        yield from open_.enter_context(found).blocks()


@contextmanager
def _in_memory(stream: BinaryIO) -> Iterator[Path | BinaryIO]:
    """A content as a path that is in no file system; where the system has none, in this process's memory."""
    if not hasattr(os, "memfd_create"):
        yield BytesIO(stream.read())
        return
    with os.fdopen(os.memfd_create("wusong-fill"), "wb") as file:
        copyfileobj(stream, file)
        file.flush()
        yield Path(f"/proc/self/fd/{file.fileno()}")


def _by_engine(engine: duckdb.DuckDBPyConnection, table: str, columns: int, source: Source) -> bool:
    """Whether the engine read the very table that was profiled."""
    names = ", ".join(f"'{place(number)}': 'VARCHAR'" for number in range(columns))
    with _as_path(source.open) as path:
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


@contextmanager
def _as_path(open_: Callable[[], BinaryIO]) -> Iterator[str]:
    """A content as a path within this process."""
    with ExitStack() as held:
        if hasattr(os, "memfd_create"):
            file = held.enter_context(os.fdopen(os.memfd_create("wusong-fill"), "wb"))
            with open_() as stream:
                if _copied(stream, file):
                    yield f"/proc/self/fd/{file.fileno()}"
                    return
            file.truncate(0)
        yield held.enter_context(_Pipe(open_))


def _copied(stream: BinaryIO, file: BinaryIO) -> bool:
    """Whether all of a stream is in ``file``: not of a long one."""
    while piece := stream.read(_PIECE):
        file.write(piece)
        if file.tell() > _SHORT:
            return False
    file.flush()
    return True


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
