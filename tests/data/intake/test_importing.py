"""A catalogue workbook: checked row by row, given back marked, registered once whatever happens."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from data import market as places
from wusong.data import service
from wusong.data.host import leaf
from wusong.data.intake import directory, importing
from wusong.data.intake.directory import COLUMNS, RESULT, SHEET
from wusong.data.intake.importbook import Book, unsettle
from wusong.errors import DataError
from wusong.node.node import Node

SCRIPT = Path(__file__).with_name("imported.py")
CODE = "91350100M000100Y43"
GOOD = [
    "资源",
    CODE,
    "依法履职产生",
    "登记事项",
    "",
    "一般",
    "每年",
    "有条件开放",
    "是",
    "是",
    "否",
    "低风险",
]
TITLES = [column.title for column in COLUMNS]
FAULTS: list[tuple[str, dict[str, str], str]] = [
    ("no name", {"资源名称": ""}, "资源名称"),
    ("a name twice", {"资源名称": "资源0"}, "资源名称"),
    ("a long name", {"资源名称": "长" * 121}, "资源名称"),
    ("a wrong code", {"登记主体统一社会信用代码": "91350100M000100Y44"}, "登记主体统一社会信用代码"),
    ("a short code", {"登记主体统一社会信用代码": "9135"}, "登记主体统一社会信用代码"),
    ("no basis", {"来源及合法性依据": ""}, "来源及合法性依据"),
    ("a person", {"内容描述": "联系电话13800000000"}, "内容描述"),
    ("core data", {"数据级别": "核心"}, "数据级别"),
    ("an unknown grade", {"数据级别": "绝密"}, "数据级别"),
    ("no right", {"登记持有权": "否", "登记使用权": "否"}, "登记持有权"),
    ("a file that is not there", {"数据文件": "无.csv"}, "数据文件"),
    ("open with personal columns", {"数据文件": "人.csv", "开放属性": "无条件开放"}, "开放属性"),
]


def workbook(rows: list[list[str]]) -> bytes:
    """The template, filled in as a person would."""
    book = openpyxl.load_workbook(io.BytesIO(directory.template()))
    sheet = book[SHEET]
    for place, row in enumerate(rows, 3):
        for column, text in enumerate(row, 1):
            sheet.cell(place, column, text or None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good(number: int, **changed: str) -> list[str]:
    cells = dict(zip(TITLES, GOOD, strict=True)) | {"资源名称": f"资源{number}"} | changed
    return list(cells.values())


def catalogue(folder: Path, size: int) -> tuple[bytes, dict[int, str]]:
    """A workbook of ``size`` rows with the faults spread over it: by row, what is wrong."""
    (folder / "人.csv").write_text("姓名,手机\n王秀英,13800000000\n李建国,13900000000\n")
    (folder / "表.csv").write_text("名称,数量\n甲,1\n乙,2\n")
    rows = [good(number) for number in range(size)]
    rows[1] = good(1, 数据文件="表.csv")
    wrong = {}
    for place, (name, changed, _) in enumerate(FAULTS):
        at = 5 + place * (size - 6) // len(FAULTS)
        rows[at] = good(at, **changed)
        wrong[at + 3] = name
    content = workbook(rows)
    (folder / "目录.xlsx").write_bytes(content)
    return content, wrong


def cells(content: bytes) -> tuple[Any, dict[str, int]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    return sheet, {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}


def test_the_template_has_titles_help_and_choices_and_describes_nothing() -> None:
    sheet, columns = cells(directory.template())
    assert list(columns) == TITLES
    assert len(sheet.data_validations.dataValidation) == sum(bool(column.choices) for column in COLUMNS)
    with pytest.raises(DataError, match="directory-empty"):
        directory.read(directory.template())


@pytest.mark.parametrize(("name", "changed", "title"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_a_fault_is_found_at_its_cell(tmp_path: Path, name: str, changed: dict[str, str], title: str) -> None:
    catalogue(tmp_path, 20)
    entries = importing.check(workbook([good(0), good(9, **changed)]), importing.folder(tmp_path))
    assert [len(entry.faults) for entry in entries] == [0, 1], name
    assert entries[1].faults[0].title == title


def test_columns_may_be_moved_and_numbers_typed_as_numbers() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["备注", *reversed(TITLES)])
    sheet.append([None, *reversed([*GOOD[:3], 2026, *GOOD[4:]])])
    out = io.BytesIO()
    book.save(out)
    (entry,) = directory.read(out.getvalue())
    assert (entry.faults, entry.args["description"], entry.args["holding"]) == ([], "2026", True)


def test_a_workbook_without_the_columns_is_refused_by_their_names() -> None:
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(DataError) as refused:
        directory.read(out.getvalue())
    assert refused.value.code == "directory-columns"


def test_three_hundred_rows_with_twelve_bad_ones_come_back_with_exactly_those(tmp_path: Path) -> None:
    content, wrong = catalogue(tmp_path, 300)
    entries = importing.check(content, importing.folder(tmp_path))
    assert {entry.row for entry in entries if entry.faults} == set(wrong)
    sheet, columns = cells(directory.marked(content, entries))
    told = {row: sheet.cell(row, columns[RESULT]).value for row in range(3, 303)}
    assert {row for row, text in told.items() if text != "通过"} == set(wrong)
    marks = {cell.row for line in sheet.iter_rows(min_row=3) for cell in line if cell.comment}
    assert marks == set(wrong)
    again = importing.check(directory.marked(content, entries), importing.folder(tmp_path))
    assert {entry.row for entry in again if entry.faults} == set(wrong)


def names(node: Node) -> list[str]:
    made = []
    for row in node.ledger.store.deeds():
        acts = msgspec.json.decode(row.envelope)["acts"]
        made += [act["args"]["name"] for act in acts if act["action"] == "apply"]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_nothing_is_lost_and_nothing_twice(tmp_path: Path, when: str) -> None:
    content, wrong = catalogue(tmp_path, 120)
    market = places.start(tmp_path / "node")
    market.node.close()
    words = [when, str(tmp_path / "node"), market.department, market.registry, str(tmp_path / "目录.xlsx")]
    with subprocess.Popen([sys.executable, str(SCRIPT), *words]) as process:
        pass
    assert process.returncode == -signal.SIGKILL
    node = Node.open(tmp_path / "node")
    files = importing.folder(tmp_path)
    found = importing.run(node, market.department, market.registry, content, files)
    assert {entry.row for entry in found.faulty} == set(wrong)
    assert len(found.assets) == 108 == len(set(found.assets.values()))
    assert sorted(names(node)) == sorted(set(names(node)))
    for row, asset in found.assets.items():
        assert leaf(node, asset, "data-resource@1").fields["name"] == f"资源{row - 3}"
    height = node.ledger.app.head.height
    again = importing.run(node, market.department, market.registry, content, files)
    assert (again.assets, again.deeds, node.ledger.app.head.height) == (found.assets, (), height)
    sheet, columns = cells(found.workbook(content))
    assert sheet.cell(3, columns[RESULT]).value == f"已提交登记申请：{found.assets[3]}"
    node.close()
    with Book(tmp_path / "node") as book:
        deeds = book.deeds()
    assert len(deeds) == 4
    unsettle(tmp_path / "node", lambda deed: deed != deeds[-1])
    with Book(tmp_path / "node") as book:
        assert book.deeds() == deeds[:-1]


def returned(content: bytes, changed: dict[int, dict[str, str]]) -> bytes:
    """The workbook that came back, corrected by hand."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    columns = {str(cell.value): place for place, cell in enumerate(sheet[1], 1)}
    for row, texts in changed.items():
        for title, text in texts.items():
            sheet.cell(row, columns[title]).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_corrected_workbook_registers_the_corrected_rows_and_nothing_twice(tmp_path: Path) -> None:
    market = places.start(tmp_path / "node")
    node, who, registry = market.node, market.department, market.registry
    first = importing.run(node, who, registry, workbook([good(0), good(1), good(2, 数据级别="绝密")]))
    assert (len(first.assets), len(first.faulty), first.already) == (2, 1, {})
    back = returned(first.workbook(workbook([good(0), good(1), good(2, 数据级别="绝密")])), {})
    corrected = returned(back, {4: {"资源名称": "资源一（更名）"}, 5: {"数据级别": "一般"}})
    shown = importing.standing(node, who, registry, corrected)
    assert (shown.already, [entry.row for entry in shown.good]) == (first.assets, [5])
    second = importing.run(node, who, registry, corrected)
    assert (second.already, set(second.assets), second.faulty) == (first.assets, {5}, ())
    sheet, columns = cells(second.workbook(corrected))
    told = [sheet.cell(row, columns[RESULT]).value for row in (3, 4, 5)]
    assert told == [
        f"此前已申请登记，未重复提交：{first.assets[3]}",
        f"此前已申请登记，未重复提交：{first.assets[4]}",
        f"已提交登记申请：{second.assets[5]}",
    ]
    again = importing.run(node, who, registry, second.workbook(corrected))
    assert (set(again.already), again.assets, again.deeds) == ({3, 4, 5}, {}, ())
    assert names(node) == ["资源0", "资源1", "资源2"]
    node.close()


def test_the_same_rows_in_another_workbook_are_told_and_left(tmp_path: Path) -> None:
    market = places.start(tmp_path / "node")
    node, who, registry = market.node, market.department, market.registry
    first = importing.run(node, who, registry, workbook([good(0), good(1)]))
    second = importing.run(
        node, who, registry, workbook([good(7), good(1, 资源名称="资源 1"), good(1), good(0)])
    )
    assert second.already == {5: first.assets[4], 6: first.assets[3]}
    assert names(node) == ["资源0", "资源1", "资源7", "资源 1"]
    other = node.new_party("另一登记机构")
    node.accredit(other, "data-registry")
    assert len(importing.run(node, who, other, workbook([good(0)])).assets) == 1, "another registration body"
    another = node.new_party("另一部门")
    assert len(importing.run(node, another, registry, workbook([good(0)])).assets) == 1, "another department"
    service.withdraw(node, who, first.assets[3])
    ended = importing.run(node, who, registry, workbook([good(0), good(1)]) + b"")
    assert ended.already.keys() | ended.assets.keys() >= {3, 4}
    node.close()


IDS = [
    ("of nothing", "0" * 64),
    ("of another party", "other"),
    ("of one that has ended", "ended"),
    ("of a row that is there under its own name", "copied"),
]


@pytest.mark.parametrize(("name", "which"), IDS, ids=[name for name, _ in IDS])
def test_an_id_that_does_not_stand_for_the_row_is_not_believed(tmp_path: Path, name: str, which: str) -> None:
    market = places.start(tmp_path / "node")
    node, who, registry = market.node, market.department, market.registry
    mine = importing.run(node, who, registry, workbook([good(0)])).assets[3]
    theirs = importing.run(node, node.new_party("另一部门"), registry, workbook([good(0)])).assets[3]
    if which == "ended":
        service.withdraw(node, who, mine)
    told = {"other": theirs, "ended": mine, "copied": mine}.get(which, which)
    content = workbook([good(0), good(5)])
    marked = directory.marked(content, directory.read(content), {4: f"已提交登记申请：{told}"})
    found = importing.run(node, who, registry, marked)
    assert 4 in found.assets, name
    assert (3 in found.already) == (which != "ended")
    node.close()


def test_the_same_table_under_the_same_name_is_applied_for_once(tmp_path: Path) -> None:
    market = places.start(tmp_path / "node")
    node, who = market.node, market.department
    application = service.Application("名录", "依法履职产生", places.TABLE)
    made = service.register(node, who, market.registry, application)
    with pytest.raises(DataError) as refused:
        service.register(node, who, market.registry, application)
    assert (refused.value.code, refused.value.data["asset"]) == ("already-applied", made.asset)
    service.register(node, who, market.registry, replace(application, name="名录二"))
    service.register(node, who, market.registry, replace(application, table=b"a,b\n1,2\n"))
    service.withdraw(node, who, made.asset)
    service.register(node, who, market.registry, application)
    node.close()


NO_TABLES = [
    ("no rows", "表.csv", b"a,b\n", "数据表没有数据行"),
    ("a text called a document", "表.docx", b"hello", "扩展名为 .docx"),
    ("a text called a workbook", "表.xlsx", b"hello", "扩展名为 .xlsx"),
    ("a text called an old workbook", "表.xls", b"a,b\n1,2\n", "扩展名为 .xls"),
    ("a document that is printed", "表.csv", b"%PDF-1.7 sample", "PDF"),
]


@pytest.mark.parametrize("kept", [False, True], ids=["beside", "handed in"])
@pytest.mark.parametrize(("name", "file", "content", "says"), NO_TABLES, ids=[one[0] for one in NO_TABLES])
def test_what_is_no_table_is_told_at_its_row(
    tmp_path: Path, name: str, file: str, content: bytes, says: str, *, kept: bool
) -> None:
    (tmp_path / file).write_bytes(content)
    files = {file: content}.get if kept else importing.folder(tmp_path)
    (entry,) = importing.check(workbook([good(0, 数据文件=file)]), files)
    assert [(one.title, says in one.zh) for one in entry.faults] == [("数据文件", True)], name


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"%PDF-1.7", b"<html></html>"])
def test_a_catalogue_must_be_a_workbook(content: bytes) -> None:
    with pytest.raises(DataError, match="directory-not-workbook"):
        directory.read(content)
