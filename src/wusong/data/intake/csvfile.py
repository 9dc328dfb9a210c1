"""Reading a CSV of unknown origin as a stream: encoding and delimiter are found out, memory stays constant.

* Encodings: UTF-8 with and without byte order mark, UTF-16 with and without, GB18030 (hence GBK and
  GB2312). Text that is ASCII so far is decided by the first block that is not.
* A row belongs to the table when it has as many cells as the first row; any other is reported with its
  line, never mended.
* Line breaks inside quoted cells are kept as one newline; line numbers count physical lines from 1.
* What cannot be read raises ``DataError`` with the place; no input raises anything else.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, Final, Protocol

from wusong.errors import DataError

__all__ = ["CsvFile", "RaggedRow", "Rows"]

_BLOCK: Final = 256 * 1024
_LINE_LIMIT: Final = 1024 * 1024
_ROWS: Final = 8192
_STEP: Final = 16
_BATCH: Final = 4 * 1024 * 1024
_DELIMITERS: Final = ",\t;|"
_SAMPLE_LINES: Final = 30
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-bom"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_BINARY: Final = (
    (b"PK\x03\x04", "xlsx / zip"),
    (b"\xd0\xcf\x11\xe0", "xls / doc"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"PAR1", "Parquet"),
)

Rows = list[list[str]]


class _Decoder(Protocol):
    def decode(self, data: bytes, final: bool = False, /) -> str: ...


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row with another number of cells than the first row; ``line`` is where it begins."""

    line: int
    expected: int
    found: int


@dataclass(slots=True)
class CsvFile:
    """One pass over a CSV. The counters are final once ``blocks`` is exhausted; nothing is read twice."""

    stream: BinaryIO
    delimiter: str = ""
    encoding: str = "ascii"
    size: int = 0
    ragged: int = 0
    blank: int = 0
    ragged_examples: list[RaggedRow] = field(default_factory=list)
    columns: int = 0
    _line: int = 1

    def blocks(self) -> Iterator[Rows]:
        """The table's rows, a few thousand at a time.

        The first block begins with the first row, header or not.
        """
        lines = self._lines(self._texts())
        sample = _begin_of(lines)
        self.delimiter = self.delimiter or _delimiter(sample)
        reader = csv.reader(chain(sample, lines), delimiter=self.delimiter)
        while rows := self._read(reader):
            regular = self._regular(rows, reader.line_num)
            if regular:
                yield regular
        if not self.columns:
            raise DataError("csv-empty")

    def _read(self, reader: Iterator[list[str]]) -> Rows:
        rows: Rows = []
        begun = self.size
        try:
            # a row may have a million cells: so many bytes at a time, or so many rows
            while len(rows) < _ROWS and self.size - begun <= _BATCH:
                before = len(rows)
                rows.extend(islice(reader, _STEP))
                if len(rows) - before < _STEP:
                    break
        except csv.Error:
            raise DataError("csv-malformed", line=self._line + sum(map(_height, rows))) from None
        return rows

    def _regular(self, rows: Rows, lines: int) -> Rows:
        if not self.columns:
            self.columns = next((len(row) for row in rows if row), 0)
        if self.columns and set(map(len, rows)) == {self.columns}:
            self._line = lines + 1
            return rows
        return list(self._sort_out(rows))

    def _sort_out(self, rows: Rows) -> Iterator[list[str]]:
        for row in rows:
            if not row:
                self.blank += 1
            elif len(row) == self.columns:
                yield row
            else:
                self.ragged += 1
                if len(self.ragged_examples) < 100:
                    self.ragged_examples.append(RaggedRow(self._line, self.columns, len(row)))
            self._line += _height(row)

    def _lines(self, texts: Iterator[str]) -> Iterator[str]:
        newlines = io.IncrementalNewlineDecoder(None, translate=True)
        rest, line = "", 1
        for text in texts:
            *complete, rest = _split(rest + newlines.decode(text))
            for one in [*complete, rest] if len(rest) > _LINE_LIMIT else complete:
                if len(one) > _LINE_LIMIT:
                    raise DataError("csv-line-too-long", line=line, limit=_LINE_LIMIT)
                yield one
                line += 1
        rest += newlines.decode("", final=True)
        if rest:
            yield rest

    def _texts(self) -> Iterator[str]:
        block = self.stream.read(_BLOCK)
        decoder = self._begin(block)
        block = block[self.size :]
        while block:
            if decoder is None and not block.isascii():
                decoder = self._decide(block)
            yield self._decode(decoder, block)
            block = self.stream.read(_BLOCK)
        if decoder is not None:
            yield self._decode(decoder, b"", final=True)

    def _begin(self, block: bytes) -> _Decoder | None:
        """The decoder that the first block settles, if it does."""
        for magic, kind in _BINARY:
            if block.startswith(magic):
                raise DataError("csv-binary", kind=kind)
        for mark, codec, name in _MARKS:
            if block.startswith(mark):
                self.encoding, self.size = name, len(mark)
                return codecs.getincrementaldecoder(codec)()
        if b"\0" in block:
            self.encoding = _utf16_order(block)
            return codecs.getincrementaldecoder(self.encoding)()
        return None

    def _decide(self, block: bytes) -> _Decoder:
        # One broken byte in UTF-8 must be an error: read as GB18030 it would make a table of nonsense.
        for encoding in ("utf-8",) if _mostly_utf8(block) else ("utf-8", "gb18030"):
            try:
                codecs.getincrementaldecoder(encoding)().decode(block)
            except UnicodeDecodeError:
                continue
            self.encoding = encoding
            return codecs.getincrementaldecoder(encoding)()
        raise DataError("csv-encoding", encoding="UTF-8 / GB18030", offset=self.size)

    def _decode(self, decoder: _Decoder | None, block: bytes, *, final: bool = False) -> str:
        try:
            text = decoder.decode(block, final) if decoder else block.decode("ascii")
        except UnicodeDecodeError as error:
            raise DataError("csv-encoding", encoding=self.encoding, offset=self.size + error.start) from None
        if "\0" in text:
            raise DataError("csv-nul", offset=self.size)
        self.size += len(block)
        return text


def _begin_of(lines: Iterator[str]) -> list[str]:
    """The first lines, fewer where they are long."""
    sample: list[str] = []
    for line in lines:
        sample.append(line)
        if len(sample) == _SAMPLE_LINES or sum(map(len, sample)) > _BLOCK:
            break
    return sample


def _utf16_order(block: bytes) -> str:
    """Which half of UTF-16 pairs the NULs of digits and separators are in."""
    even, odd = block[::2].count(0), block[1::2].count(0)
    if odd > 9 * even:
        return "utf-16-le"
    if even > 9 * odd:
        return "utf-16-be"
    raise DataError("csv-encoding", encoding="UTF-16", offset=0)


def _mostly_utf8(block: bytes) -> bool:
    """Whether fewer than one in ten characters beyond ASCII break UTF-8; of GB18030 text most do."""
    wide = [character for character in block.decode("utf-8", "replace") if not character.isascii()]
    return wide.count("\ufffd") * 10 < len(wide)


def _split(text: str) -> list[str]:
    """Lines with their ends; the last item is what follows the last newline, perhaps nothing."""
    lines = list(io.StringIO(text))
    if not lines or lines[-1].endswith("\n"):
        lines.append("")
    return lines


def _height(row: list[str]) -> int:
    return 1 + sum(cell.count("\n") for cell in row)


def _delimiter(lines: list[str]) -> str:
    """The delimiter under which the first lines agree best on more than one cell; a comma when none does."""
    return max(_DELIMITERS, key=lambda candidate: _agreement(lines, candidate))


def _agreement(lines: list[str], delimiter: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return (0, 0)
    several = [(count, width) for width, count in widths.items() if width > 1]
    return max(several, default=(0, 0))
