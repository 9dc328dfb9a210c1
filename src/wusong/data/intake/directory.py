"""The catalogue workbook (目录工作簿): many resources described in one sheet, one a row.

* ``COLUMNS`` is the format, in this order: title, argument of the registration, whether it is required, what
  it may hold. Only the titles are read, so columns may be moved and others may stand beside them.
* ``template`` gives a workbook with titles, a row of help, and drop-downs; ``read`` checks every row against
  what the registration's page will demand, so that a row that is good here is not refused there.
* ``marked`` gives the same workbook back: wrong cells red and with a comment, and a column 核对结果. A
  resource's id that stands there is read again, and checked by whoever uses it.
* A row names its table by a file beside the workbook (数据文件). Without one the resource is registered by
  its description; the table follows with a correction or a change.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, NamedTuple

from wusong.crypto import canonical
from wusong.data.intake import personal, uscc
from wusong.data.intake.container import format_of
from wusong.errors import DataError

__all__ = ["COLUMNS", "MAX_ROWS", "RESULT", "SHEET", "Entry", "Fault", "marked", "read", "template"]

SHEET: Final = "数据资源目录"
RESULT: Final = "核对结果"
MAX_ROWS: Final = 5_000
_MAX_UNPACKED: Final = 32 << 20
_MAX_AREA: Final = 200_000
GOOD: Final = "通过"
_YES: Final = {"是": True, "否": False}
_GRADES: Final = {"一般": "general", "重要": "important", "核心": "core"}
_UPDATES: Final = {
    "实时": "real-time", "每日": "daily", "每周": "weekly", "每月": "monthly", "每季度": "quarterly",
    "每半年": "half-yearly", "每年": "yearly", "不定期": "irregular", "静态": "static",
}  # fmt: skip
_SHARINGS: Final = {"无条件开放": "open", "有条件开放": "conditional", "不予开放": "none"}


class ColumnOf(NamedTuple):
    """One column of the workbook."""

    title: str
    arg: str
    required: bool
    help: str
    limit: int = 0
    choices: Mapping[str, str | bool] = {}


COLUMNS: Final = (
    ColumnOf("资源名称", "name", True, "必填，不超过120字，目录内不得重复", 120),
    ColumnOf("登记主体统一社会信用代码", "registrant_code", True, "必填，18位（GB 32100-2015）", 18),
    ColumnOf("来源及合法性依据", "source_basis", True, "必填，不超过400字", 400),
    ColumnOf("内容描述", "description", True, "必填，不超过600字", 600),
    ColumnOf("数据文件", "file", False, "选填，与本工作簿同一文件夹内的文件名（CSV、xlsx、Parquet）", 200),
    ColumnOf("数据级别", "grade", True, "必填，从列表中选择", choices=_GRADES),
    ColumnOf("更新频率", "update", True, "必填，从列表中选择", choices=_UPDATES),
    ColumnOf("开放属性", "sharing", True, "必填，从列表中选择", choices=_SHARINGS),
    ColumnOf("登记持有权", "holding", True, "是或者否", choices=_YES),
    ColumnOf("登记使用权", "use", True, "是或者否", choices=_YES),
    ColumnOf("登记经营权", "operation", True, "是或者否；三项权利至少一项为“是”", choices=_YES),
    ColumnOf("安全风险评估结论", "risk_conclusion", False, "选填，不超过200字", 200),
)
"""The workbook's columns. What the registration's page calls its arguments stands here and nowhere else."""

_RED: Final = "FFFFC7CE"
_GREY: Final = "FFF2F2F2"
_HELP: Final = "填写说明："
_ID: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: the title of its column (empty: the row) and the words."""

    title: str
    zh: str
    en: str


@dataclass(slots=True)
class Entry:
    """A row of the workbook: its number there, the arguments that it gives, and what is wrong with it.

    ``told``: the resource's id that an earlier 核对结果 tells; anyone may have typed it.
    """

    row: int
    args: dict[str, Any] = field(default_factory=dict)
    file: str = ""
    told: str = ""
    faults: list[Fault] = field(default_factory=list)

    def blame(self, title: str, zh: str, en: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(title, zh, en))


def template() -> bytes:
    """An empty catalogue workbook."""
    from openpyxl import Workbook  # slow to load
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has a sheet
    sheet.title = SHEET
    sheet.append([column.title for column in COLUMNS])
    sheet.append([_HELP + column.help if not place else column.help for place, column in enumerate(COLUMNS)])
    for place, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 22
        sheet.column_dimensions[letter].number_format = "@"
        sheet[f"{letter}1"].font = Font(bold=True, color="FFC00000" if column.required else "FF000000")
        sheet[f"{letter}2"].fill, sheet[f"{letter}2"].alignment = _filled(_GREY), Alignment(wrap_text=True)
        if column.choices:
            choices = DataValidation(
                type="list", formula1='"' + ",".join(column.choices) + '"', allow_blank=not column.required
            )
            choices.error, choices.showErrorMessage = "请从列表中选择。", True
            sheet.add_data_validation(choices)
            choices.add(f"{letter}3:{letter}{MAX_ROWS + 2}")
    sheet.freeze_panes = "B3"
    return _saved(book)


def read(content: bytes) -> list[Entry]:
    """The rows of a catalogue workbook, each with its faults; help and empty rows are left out.

    Raises DataError ``directory-columns``, ``directory-empty``, ``directory-not-workbook``,
    ``directory-too-long``, ``table-...``.
    """
    sheet = _sheet(_opened(content))
    places = _places(sheet)
    entries = [_entry(row, cells, formulas) for row, cells, formulas in _rows(sheet, places)]
    if RESULT in places:
        for entry in entries:
            entry.told = _told(sheet.cell(entry.row, places[RESULT]).value)
    if not entries:
        raise DataError("directory-empty")
    if len(entries) > MAX_ROWS:
        raise DataError("directory-too-long", limit=MAX_ROWS, rows=len(entries))
    _refuse_twice(entries)
    return entries


def marked(content: bytes, entries: Sequence[Entry], results: Mapping[int, str] | None = None) -> bytes:
    """The workbook with its faults marked; ``results``: what else to say of a row, such as its number."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    book = _opened(content)
    sheet = _sheet(book)
    places = _places(sheet)
    place = places.get(RESULT) or sheet.max_column + 1
    sheet.cell(1, place, RESULT).font = Font(bold=True)
    for entry in entries:
        text = "；".join(fault.zh for fault in entry.faults) or (results or {}).get(entry.row, GOOD)
        told = sheet.cell(entry.row, place)
        told.value, told.data_type = text, "s"
        told.fill = _filled(_RED) if entry.faults else PatternFill()
        for title, faults in _by_title(entry.faults):
            cell = sheet.cell(entry.row, places[title])
            cell.fill = _filled(_RED)
            cell.comment = Comment("；".join(fault.zh for fault in faults), "核对")
    return _saved(book)


def _filled(colour: str) -> Any:  # noqa: ANN401 - openpyxl has no types
    from openpyxl.styles import PatternFill

    return PatternFill("solid", start_color=colour, end_color=colour)


def _by_title(faults: Sequence[Fault]) -> Iterator[tuple[str, list[Fault]]]:
    for title in dict.fromkeys(fault.title for fault in faults if fault.title):
        yield title, [fault for fault in faults if fault.title == title]


def _opened(content: bytes) -> Any:  # noqa: ANN401 - openpyxl has no types
    from openpyxl import load_workbook

    stream = io.BytesIO(content)
    if _format(stream) != "xlsx":
        raise DataError("directory-not-workbook")
    try:
        _refuse_large(stream)
        book = load_workbook(stream)
    except DataError:
        raise
    except Exception as error:  # whatever a broken file makes the reader raise
        raise DataError("table-damaged", format="xlsx") from error
    rows = max((sheet.max_row for sheet in book.worksheets), default=0)
    if rows > MAX_ROWS * 2:  # cells are made for every row up to the last
        raise DataError("directory-too-long", limit=MAX_ROWS, rows=rows)
    return book


def _format(stream: BinaryIO) -> str:
    """The format, or an empty text for a file that is no table at all."""
    try:
        return format_of(stream)
    except DataError as error:
        if error.code != "table-format":
            raise
        return ""


def _refuse_large(stream: BinaryIO) -> None:
    """A whole workbook is held in memory, with a cell for each that a merge or a link reaches over."""
    from wusong.data.intake import sheetxml  # slow to load

    with zipfile.ZipFile(stream) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
    if size > _MAX_UNPACKED:
        raise DataError("table-bomb", limit=_MAX_UNPACKED >> 20, size=size >> 20)
    if sum(sheetxml.area(stream, name) for name in sheets if name.endswith(".xml")) > _MAX_AREA:
        raise DataError("table-too-many-cells", limit=_MAX_AREA)
    stream.seek(0)


def _sheet(book: Any) -> Any:  # noqa: ANN401
    return book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]


def _saved(book: Any) -> bytes:  # noqa: ANN401
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _places(sheet: Any) -> dict[str, int]:  # noqa: ANN401
    """Where each column stands. Raises DataError ``directory-columns``."""
    places = {str(cell.value).strip().rstrip("*"): cell.column for cell in sheet[1] if cell.value is not None}
    missing = [column.title for column in COLUMNS if column.title not in places]
    if missing:
        raise DataError("directory-columns", missing="、".join(missing))
    return places


def _rows(sheet: Any, places: dict[str, int]) -> Iterator[tuple[int, dict[str, str], list[str]]]:  # noqa: ANN401
    """Number, texts by title, and the titles of cells that hold a formula."""
    for row in range(2, sheet.max_row + 1):
        found = {column.title: sheet.cell(row, places[column.title]) for column in COLUMNS}
        formulas = [title for title, cell in found.items() if cell.data_type == "f"]
        cells = {title: "" if title in formulas else _text(cell.value) for title, cell in found.items()}
        if (formulas or any(cells.values())) and not cells[COLUMNS[0].title].startswith(_HELP):
            yield row, cells, formulas


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _told(value: object) -> str:
    found = _ID.search(str(value))
    return found[0] if found else ""


def _entry(row: int, cells: dict[str, str], formulas: Sequence[str]) -> Entry:
    entry = Entry(row)
    for title in formulas:
        entry.blame(title, f"{title}为公式，请粘贴为值", f"{title} is a formula; paste its value")
    for column in COLUMNS:
        value = _checked(entry, column, cells[column.title])
        if column.arg == "file":
            entry.file = str(value)
        else:
            entry.args[column.arg] = value
    _check_row(entry)
    return entry


def _checked(entry: Entry, column: ColumnOf, text: str) -> str | bool:
    """A cell as an argument; what is wrong with it is noted."""
    blame = entry.blame
    if not text:
        if column.required and not any(fault.title == column.title for fault in entry.faults):
            blame(column.title, f"{column.title}不得为空", f"{column.title} is required")
        return ""
    if column.choices:
        if text not in column.choices:
            allowed = "、".join(column.choices)
            blame(column.title, f"{column.title}应为：{allowed}", f"{column.title} must be one of: {allowed}")
        return column.choices.get(text, "")
    if len(text) > column.limit:
        zh = f"{column.title}不得超过{column.limit}字"
        blame(column.title, zh, f"{column.title}: at most {column.limit} characters")
    if column.arg == "registrant_code":
        return _code(entry, column.title, text)
    if personal.contains(text):
        zh = f"{column.title}疑似含有个人信息，不得写入登记内容"
        blame(column.title, zh, f"{column.title} seems to hold personal data")
    return canonical.to_text(text)


def _code(entry: Entry, title: str, text: str) -> str:
    found = uscc.findings(text)
    if found:
        entry.blame(title, f"{title}有误：{found[0].explain('zh').what}", f"{found[0].explain('en').what}")
    return text


def _check_row(entry: Entry) -> None:
    """What the registration's page demands of several arguments, or of a value."""
    args = entry.args
    if args["grade"] == "core":
        entry.blame("数据级别", "核心数据不在登记范围内", "Core data are not registered here")
    if {args["holding"], args["use"], args["operation"]} <= {False}:
        zh = "持有权、使用权、经营权至少登记一项"
        entry.blame("登记持有权", zh, "At least one of the three rights must be claimed")
    if entry.file and (entry.file != entry.file.replace("\\", "/").split("/")[-1] or entry.file[0] == "."):
        zh = "数据文件应为同一文件夹内的文件名，不得含路径"
        entry.blame("数据文件", zh, "The file must be a name without a path")


def _refuse_twice(entries: Sequence[Entry]) -> None:
    counts = Counter(entry.args["name"] for entry in entries if entry.args["name"])
    seen: set[str] = set()
    for entry in entries:
        name = entry.args["name"]
        if counts[name] > 1 and name in seen:
            entry.blame("资源名称", "资源名称与上文重复", "The name stands above already")
        seen.add(name)
