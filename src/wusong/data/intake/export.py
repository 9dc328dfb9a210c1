"""The one door through which tables leave for spreadsheets: no cell of an export is ever read as a formula.

* A text that a spreadsheet could read as a formula (it begins with = + - @, a tab or a line break, also
  full-width or behind blanks) gets an apostrophe before it: it is shown as text, and nothing is executed.
* What is a number (-3, +86.5, -1.2E+5, -5%) stays as it is; ``int`` and ``Decimal`` are numbers already.
* A CSV field with a semicolon, tab or bar in it is in quotes too: where a spreadsheet separates by these,
  it still is one cell.
* CSV is RFC 4180 with CRLF, in UTF-8, with a byte order mark unless told otherwise: without one,
  spreadsheets in Chinese read GB18030.
* In a workbook texts are typed as texts, so leading zeros and long numbers stay what they are.
* What cannot be written is refused (``export-...``), never cut.

    >>> safe_cell("=1+1"), safe_cell("-3"), safe_cell("＝cmd|'/c calc'!A1")
    ("'=1+1", '-3', "'＝cmd|'/c calc'!A1")
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from wusong.errors import DataError

__all__ = ["BOM", "Cell", "safe_cell", "write_csv", "write_xlsx"]

Cell: TypeAlias = "str | int | bool | Decimal | date | datetime | None"
"""What a cell of an export may be; floats are not, as nowhere in this program."""

BOM: Final = b"\xef\xbb\xbf"
_STARTS: Final = "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−"
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Kinds of characters that show nothing: what stands behind them may be read as the beginning."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[Ee][+-]?\d{1,3})?%?", re.ASCII)
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SEPARATES: Final = re.compile(r'[",;|\t\r\n]')
_CELL_LIMIT: Final = 32_767
_ROW_LIMIT: Final = 1_048_576
_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\']")


def safe_cell(text: str) -> str:
    """``text`` as a spreadsheet may show it: with an apostrophe before it when it could be a formula."""
    if _begins_one(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def _begins_one(text: str) -> bool:
    for character in text:
        if character in _STARTS:
            return True
        if unicodedata.category(character) not in _UNSEEN:
            return False
    return False


def write_csv(rows: Iterable[Sequence[Cell]], *, bom: bool = True) -> bytes:
    """The rows as CSV."""
    text = "".join(",".join(_field(cell) for cell in row) + "\r\n" for row in rows)
    return (BOM if bom else b"") + text.encode("utf-8", "replace")


def write_xlsx(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """The sheets, by name, as a workbook; each sheet's first row is its header.

    Raises DataError ``export-cell-too-long``, ``export-too-many-rows``.
    """
    from openpyxl import Workbook  # slow to load

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(_sheet_name(name))
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows, 1):
            if number > _ROW_LIMIT:
                raise DataError("export-too-many-rows", limit=_ROW_LIMIT, sheet=name)
            sheet.append([_typed(sheet, cell, name, number) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _field(cell: Cell) -> str:
    """A field of a CSV, in quotes where any separator that spreadsheets know stands in it."""
    text = _text(cell)
    return '"' + text.replace('"', '""') + '"' if _SEPARATES.search(text) else text


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):  # datetime is one, too
        return cell.isoformat()
    return safe_cell(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _typed(sheet: Any, cell: Cell, name: str, row: int) -> Any:  # noqa: ANN401 - openpyxl has no types
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    if cell is None:
        return None
    if isinstance(cell, str) or _too_long(cell):
        text = _UNWRITABLE.sub("\ufffd", _text(cell))
        if len(text) > _CELL_LIMIT:
            raise DataError("export-cell-too-long", limit=_CELL_LIMIT, row=row, sheet=name)
        made = WriteOnlyCell(sheet)
        made.value = text
        made.data_type, made.number_format = "s", "@"
    else:
        made = WriteOnlyCell(sheet)
        made.value = cell
    if row == 1:
        made.font = Font(bold=True)
    return made


def _too_long(cell: Cell) -> bool:
    """Whether a spreadsheet, which keeps 15 digits of a number, would change it."""
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal):
        return False
    return len(Decimal(cell).as_tuple().digits) > 15


def _sheet_name(name: str) -> str:
    return _SHEET_NAME.sub("_", name)[:31] or "Sheet"
