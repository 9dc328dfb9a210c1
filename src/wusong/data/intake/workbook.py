"""Reading a sheet of an Excel workbook (.xlsx) as a stream of rows of text.

* Cells are read as they are kept: dates become ISO dates, whole numbers have no fraction, formulas give the
  value that was kept with them; those without one are empty, and told (``formula-without-value``). Nothing is
  calculated, nothing outside the file is opened.
* Numbers in a column of dates (``serial-date``) become ISO dates, in the workbook's own epoch.
* ``container`` has judged the zip before; XML is parsed with entities forbidden (defusedxml).
* Rows without a cell are left out; a sheet may have ``MAX_COLUMNS`` columns and ``MAX_CELLS`` cells, empty
  ones that the file makes us pass over counted.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from openpyxl import load_workbook
from openpyxl.utils.cell import get_column_letter
from openpyxl.utils.datetime import from_excel

from wusong.data.intake import header as headers
from wusong.data.intake import sheetxml
from wusong.data.intake.finding import Finding, shown
from wusong.errors import DataError

__all__ = ["MAX_CELLS", "MAX_COLUMNS", "Workbook"]

MAX_COLUMNS: Final = 2_000
MAX_CELLS: Final = 50_000_000
_BLOCK: Final = 2_048
_LOOK: Final = 200
_MAX_ROWS: Final = 1_048_576
_DATE_HEADER: Final = re.compile(r"日期|时间|年月日|date|生日|到期", re.IGNORECASE)
_SERIAL: Final = range(20_000, 60_000)
"""Days that stand for 1954 to 2064: what a column called a date holds when its format was lost."""

Row = tuple[str, ...]
_Found = tuple[int, list[str]]


class Workbook:
    """One pass over one sheet. ``findings`` are complete when ``blocks`` is exhausted."""

    def __init__(
        self, stream: BinaryIO, closing: ExitStack, sheet: str = "", *, header: bool | None = None
    ) -> None:
        """``sheet``: its name; without one the first sheet that holds anything. ``closing`` closes the file
        before its stream.

        Raises DataError ``table-damaged``, ``table-no-sheet``, ``table-empty``, ``table-too-wide``.
        """
        self.findings: Final[list[Finding]] = []
        self.sheets: tuple[str, ...] = ()
        self._stream: Final = stream
        with _damaged():
            self._book: Final = _open(stream)
            closing.callback(self._book.close)
            self.sheets = tuple(self._book.sheetnames)
            self.sheet: Final = self._choose(sheet)
            self._marks: Final = sheetxml.scan(stream, self._part())
            self._merges: Final = tuple(self._marks.merges)
        self._rows: Final = self._numbered()
        self._first: Final = list(islice(self._rows, _LOOK))
        if not self._first:
            raise DataError("table-empty")
        self._width: Final = max(len(cells) for _, cells in self._first)
        self._pad(self._first)
        self.header: bool = False
        self.columns: tuple[str, ...] = self._head(header)
        self._dates: Final = self._date_columns()
        self._serials: Final[dict[int, tuple[int, int, str]]] = {}

    def blocks(self) -> Iterator[list[Row]]:
        """The rows below the header, as text."""
        block: list[Row] = []
        for number, cells in self._all():
            block.append(self._typed(number, cells))
            if len(block) == _BLOCK:
                yield block
                block = []
        if block:
            yield block
        self._tell()

    def _all(self) -> Iterator[_Found]:
        yield from self._first
        while chunk := list(islice(self._rows, _BLOCK)):
            self._pad(chunk)
            yield from chunk

    def _choose(self, wanted: str) -> str:
        if wanted and wanted not in self.sheets:
            raise DataError("table-no-sheet", sheet=wanted, sheets="、".join(self.sheets))
        visible = [name for name in self.sheets if hasattr(self._book[name], "reset_dimensions")]
        chosen = wanted or next((name for name in visible if self._holds(name)), "")
        if not chosen:
            raise DataError("table-empty")
        others = "、".join(shown(name) for name in self.sheets if name != chosen)
        if others:
            self.findings.append(
                Finding(code="several-sheets", count=len(self.sheets), sheet=chosen, example=others[:200])
            )
        return chosen

    def _holds(self, name: str) -> bool:
        return any(any(cell is not None for cell in row) for _, row in self._raw(name))

    def _raw(self, name: str) -> Iterator[tuple[int, Sequence[object]]]:
        """The rows of a sheet; a file that names a row or column far away makes us pass over so many."""
        sheet, passed = self._book[name], 0
        sheet.reset_dimensions()  # what a file says of its size may be wrong
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            passed += len(row)
            if passed > MAX_CELLS or number > _MAX_ROWS:
                raise DataError("table-too-many-cells", limit=MAX_CELLS)
            yield number, row

    def _numbered(self) -> Iterator[_Found]:
        with _damaged():
            for number, row in self._raw(self.sheet):
                cells = [_text(value) for value in row]
                while cells and not cells[-1]:
                    cells.pop()
                if len(cells) > MAX_COLUMNS:
                    raise DataError("table-too-wide", columns=len(cells), limit=MAX_COLUMNS)
                if cells:
                    yield number, cells

    def _pad(self, rows: list[_Found]) -> None:
        for number, cells in rows:
            if len(cells) > self._width:
                raise DataError("table-ragged", columns=self._width, found=len(cells), row=number)
            cells.extend([""] * (self._width - len(cells)))

    def _head(self, wanted: bool | None) -> tuple[str, ...]:
        cells = [row for _, row in self._first]
        titles = headers.title_rows(cells) if wanted is not False else 0
        if titles and titles < len(cells):
            self._note("title-row", titles, self._first[0][0], shown(" ".join(filter(None, cells[0]))))
            del self._first[:titles], cells[:titles]
        top = self._first[0][0] - 1
        rows = headers.depth(top, self._merges) if wanted is not False else 1
        name_row = headers.joined(cells[:rows], top, self._merges)
        self.header = wanted if wanted is not None else headers.looks_like_header([name_row, *cells[rows:]])
        if not self.header:
            return tuple(headers.names([""] * self._width))
        del self._first[:rows]
        found = tuple(headers.names(name_row))
        if rows > 1:
            example = next((name for name in found if "/" in name), found[0])
            self._note("merged-header", rows, top + 1, example)
        below = sum(merge[0] >= top + rows for merge in self._merges)
        if below:
            self._note("merged-cells", below, 0, "")
        return found

    def _note(self, code: Any, count: int, row: int, example: str) -> None:  # noqa: ANN401 - a literal
        self.findings.append(
            Finding(code=code, count=count, row=row, sheet=self.sheet, example=example[:200])
        )

    def _date_columns(self) -> tuple[int, ...]:
        """Columns called a date in which the first rows hold such numbers, or ISO dates, and nothing else."""
        named = [place for place, name in enumerate(self.columns) if _DATE_HEADER.search(name)]
        return tuple(place for place in named if self._only_dates([row[place] for _, row in self._first]))

    def _only_dates(self, cells: Sequence[str]) -> bool:
        filled = [cell for cell in cells if cell]
        return bool(filled) and all(_is_serial(cell) or cell[4:5] == "-" for cell in filled)

    def _typed(self, number: int, cells: list[str]) -> Row:
        for place in self._dates:
            if _is_serial(cells[place]):
                count, row, example = self._serials.get(place, (0, number, cells[place]))
                self._serials[place] = (count + 1, row, example)
                cells[place] = _iso(from_excel(int(cells[place]), self._book.epoch))
        return tuple(cells)

    def _tell(self) -> None:
        for place, found in sorted(self._marks.empty.items()):
            if place < len(self.columns):
                self.findings.append(
                    Finding(
                        code="formula-without-value",
                        count=found.count,
                        row=found.row,
                        column=self.columns[place],
                        sheet=self.sheet,
                        example=f"{get_column_letter(place + 1)}{found.row}",
                    )
                )
        for place, (count, row, example) in sorted(self._serials.items()):
            self.findings.append(
                Finding(
                    code="serial-date",
                    count=count,
                    row=row,
                    column=self.columns[place],
                    sheet=self.sheet,
                    example=example,
                )
            )

    def _part(self) -> str:
        """Where the sheet is in the file; read-only sheets tell it nowhere else."""
        return str(self._book[self.sheet]._worksheet_path).lstrip("/")  # noqa: SLF001


class _damaged:  # noqa: N801 - reads as a statement
    """What a broken file makes its readers raise, told as one error."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        kinds = (
            zipfile.BadZipFile, ParseError, DefusedXmlException, KeyError, ValueError, TypeError,
            AttributeError, IndexError, EOFError, OSError, NotImplementedError, RuntimeError, SyntaxError,
        )  # fmt: skip
        if isinstance(error, kinds) and not isinstance(error, DataError):
            raise DataError("table-damaged", format="xlsx") from None


def _open(stream: BinaryIO) -> Any:  # noqa: ANN401 - openpyxl has no types
    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that we do not read
        return load_workbook(stream, read_only=True, data_only=True, keep_links=False)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "").replace("\r\n", "\n")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):  # its shortest form: what lost digits says so by its zeros
        return f"{Decimal(repr(int(value) if value.is_integer() and abs(value) < 1e15 else value)):f}"
    return _iso(value)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        whole = value.time() == time(0)
        return value.date().isoformat() if whole else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _is_serial(cell: str) -> bool:
    return len(cell) == 5 and cell.isdecimal() and int(cell) in _SERIAL
