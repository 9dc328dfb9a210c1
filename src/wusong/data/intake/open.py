"""The one front door for tables: CSV, Excel workbook (.xlsx) or Parquet, told apart by content.

    with table(path) as found:
        for rows in found.blocks():      # rows as tuples of text, without the header; once
            ...
        found.findings                   # complete now

* What is not a table of these formats is refused by name, with what to do (``container``).
* Whatever the format, cells are text and blank ones are empty; ``kinds`` judges what they hold.
* A stream that has no path (Parquet wants one) or cannot go back is held in memory (``memory``): nothing of a
  table is written to the disk here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self, cast

from wusong.data.intake import header as headers
from wusong.data.intake import memory
from wusong.data.intake.container import START, Format, format_of, kind_of
from wusong.data.intake.csvfile import CsvFile
from wusong.data.intake.finding import Finding
from wusong.errors import DataError

__all__ = ["MAX_COLUMNS", "Rows", "Source", "Table", "table"]

MAX_COLUMNS: Final = 2_000
_GLOB: Final = frozenset("*?[]{}")
Rows = Sequence[Sequence[str]]
Source = Path | BinaryIO | bytes


class _Reader(Protocol):
    @property
    def columns(self) -> tuple[str, ...]: ...

    def blocks(self) -> Iterator[Rows]: ...


@dataclass(slots=True)
class Table:
    """An open table. ``sheets`` are a workbook's, ``sheet`` the one that is read; ``csv`` what a CSV's reader
    knows (encoding, delimiter, ragged rows).
    """

    format: Format
    columns: tuple[str, ...]
    header: bool
    _reader: _Reader
    _close: ExitStack
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    size: int = 0
    csv: CsvFile | None = None
    findings: list[Finding] = field(default_factory=list)

    def blocks(self) -> Iterator[Rows]:
        """The rows, some thousand at a time, each with a cell per column. Once."""
        yield from self._reader.blocks()
        if self.csv is not None:
            self.size = self.csv.size
            self.findings += _irregular(self.csv)

    def close(self) -> None:
        """Close what was opened."""
        self._close.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def table(
    source: Source, name: str = "", *, sheet: str = "", header: bool | None = None, delimiter: str = ""
) -> Table:
    """Open a table. ``name``: what the file is called, to say what was refused; ``header``: whether the first
    row names the columns, found out when not given.

    Raises DataError ``table-...`` or ``csv-...``; OSError from a path or stream passes through.
    """
    closing = ExitStack()
    try:
        stream = _stream(source, closing)
        if isinstance(stream, _Rest):
            return _csv(stream, closing, header, delimiter)
        form = format_of(stream, name or (source.name if isinstance(source, Path) else ""))
        if form == "csv":
            return _csv(stream, closing, header, delimiter)
        size = stream.seek(0, 2)
        stream.seek(0)
        if form == "parquet":
            return _parquet(source, stream, closing, size)
        return _xlsx(stream, closing, sheet, header, size)
    except BaseException:
        closing.close()
        raise


def _stream(source: Source, closing: ExitStack) -> BinaryIO | _Rest:
    """The source as a stream; only what is opened here is closed with the table."""
    if isinstance(source, Path):
        return closing.enter_context(source.open("rb"))
    if isinstance(source, bytes):
        return BytesIO(source)
    return source if _seekable(source) else _peeked(source, closing)


def _seekable(stream: BinaryIO) -> bool:
    return hasattr(stream, "seekable") and stream.seekable()


def _peeked(source: BinaryIO, closing: ExitStack) -> BinaryIO | _Rest:
    """A stream that cannot go back: a CSV is read as it comes, anything else from memory."""
    start = source.read(START)
    if kind_of(start) == "csv":
        return _Rest(start, source)
    return closing.enter_context(memory.filled(source, start))


class _Rest:
    """What was read ahead of a stream, then the stream: as much of a file as reading a CSV needs."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start, self._stream = start, stream

    def read(self, size: int) -> bytes:
        """What was read ahead, once; then what the stream gives."""
        start, self._start = self._start, b""
        return start or self._stream.read(size)


class _Csv:
    def __init__(self, file: CsvFile, header: bool | None) -> None:
        blocks = file.blocks()
        first = next(blocks)
        if file.columns > MAX_COLUMNS:
            raise DataError("csv-too-many-columns", columns=file.columns, limit=MAX_COLUMNS)
        self.header: Final = headers.looks_like_header(first) if header is None else header
        self.columns: Final = tuple(headers.names(first[0] if self.header else [""] * file.columns))
        self._blocks: Final = chain([first[1:] if self.header else first], blocks)

    def blocks(self) -> Iterator[Rows]:
        return self._blocks


def _csv(stream: BinaryIO | _Rest, closing: ExitStack, header: bool | None, delimiter: str) -> Table:
    file = CsvFile(cast("BinaryIO", stream), delimiter)
    reader = _Csv(file, header)
    return Table("csv", reader.columns, reader.header, reader, closing, csv=file)


def _irregular(file: CsvFile) -> Iterator[Finding]:
    if file.ragged:
        yield Finding(code="ragged-rows", count=file.ragged, row=file.ragged_examples[0].line)
    if file.blank:
        yield Finding(code="blank-rows", count=file.blank)


def _xlsx(stream: BinaryIO, closing: ExitStack, sheet: str, header: bool | None, size: int) -> Table:
    from wusong.data.intake.workbook import Workbook  # slow to load

    book = Workbook(stream, closing, sheet, header=header)
    made = Table("xlsx", book.columns, book.header, book, closing, book.sheets, book.sheet, size)
    made.findings = book.findings
    return made


def _parquet(source: Source, stream: BinaryIO, closing: ExitStack, size: int) -> Table:
    from wusong.data.intake.parquet import Parquet  # slow to load

    named = isinstance(source, Path) and not _GLOB & set(str(source))  # the engine expands such names
    path = source if named and isinstance(source, Path) else _in_memory(stream, closing)
    reader = Parquet(path)
    return Table("parquet", reader.columns, True, reader, closing, size=size)


def _in_memory(stream: BinaryIO, closing: ExitStack) -> Path:
    return memory.path_of(closing.enter_context(memory.filled(stream)))
