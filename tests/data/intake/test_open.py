"""The front door: three formats give the same table; everything else is refused by name."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from wusong.data.intake.open import table
from wusong.data.intake.profile import profile
from wusong.data.tables import real_table
from wusong.errors import DataError

HEAD = ["名称", "数量", "日期"]
ROWS = [["甲", 3, date(2026, 1, 2)], ["乙", None, date(2026, 1, 3)], ["丙", 12345678901, None]]
TEXT = [("甲", "3", "2026-01-02"), ("乙", "", "2026-01-03"), ("丙", "12345678901", "")]


def workbook(
    *rows: Any,  # noqa: ANN401 - cells of every kind
    merges: tuple[str, ...] = (),
    sheets: tuple[str, ...] = (),
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    for name in sheets:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(folder: Path, query: str) -> bytes:
    path = folder / "made.parquet"
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def read(
    content: bytes, name: str = "", sheet: str = ""
) -> tuple[tuple[str, ...], list[tuple[str, ...]], dict[str, Any]]:
    with table(content, name, sheet=sheet) as found:
        rows = [tuple(row) for block in found.blocks() for row in block]
        return found.columns, rows, {one.code: one for one in found.findings}


def code(content: bytes, name: str = "") -> str:
    with pytest.raises(DataError) as refused:
        read(content, name=name)
    told = refused.value.explain("zh")
    assert "{" not in str(told)
    return refused.value.code


def test_three_formats_give_the_same_table(tmp_path: Path) -> None:
    lines = "\n".join(",".join(row) for row in [tuple(HEAD), *TEXT])
    values = "('甲',3,date '2026-01-02'),('乙',null,date '2026-01-03'),('丙',12345678901,null)"
    made = parquet(tmp_path, f"SELECT * FROM (VALUES {values}) AS t(名称, 数量, 日期)")  # noqa: S608
    for content in (lines.encode(), workbook(HEAD, *ROWS), made):
        assert read(content)[:2] == (tuple(HEAD), TEXT)


def test_a_real_table_through_every_format(tmp_path: Path) -> None:
    real = real_table()
    path = tmp_path / "real.csv"
    path.write_bytes(real.csv_bytes)
    columns, rows, _ = read(real.csv_bytes)
    made = parquet(tmp_path, f"SELECT * FROM read_csv('{path}', all_varchar=true)")  # noqa: S608
    book = workbook(list(columns), *([cell or None for cell in row] for row in rows))
    assert read(made)[:2] == (columns, rows)
    assert read(book)[:2] == (columns, rows)
    told = [column.to_json() if hasattr(column, "to_json") else column for column in profile(path).columns]
    assert list(profile(io.BytesIO(made)).columns) == told
    assert list(profile(io.BytesIO(book)).columns) == told


def test_a_header_of_merged_cells_is_joined_and_a_title_left_out() -> None:
    content = workbook(
        ["单位基本情况表", None, None, None],
        ["名称", "地址", None, "人数"],
        [None, "区", "街道", None],
        ["甲", "黄浦", "外滩", 3],
        merges=("A1:D1", "A2:A3", "B2:C2", "D2:D3"),
    )
    columns, rows, findings = read(content)
    assert columns == ("名称", "地址/区", "地址/街道", "人数")
    assert rows == [("甲", "黄浦", "外滩", "3")]
    assert set(findings) == {"merged-header", "title-row"}
    assert findings["merged-header"].example == "地址/区"


def test_merged_cells_among_the_data_are_told_and_not_filled() -> None:
    columns, rows, findings = read(workbook(["区", "数"], ["黄浦", 1], [None, 2], merges=("A2:A3",)))
    assert (columns, rows) == (("区", "数"), [("黄浦", "1"), ("", "2")])
    assert findings["merged-cells"].count == 1


def test_serial_dates_become_dates_and_are_told() -> None:
    _, rows, findings = read(workbook(["名称", "登记日期"], ["甲", 45292], ["乙", 45293]))
    assert rows == [("甲", "2024-01-01"), ("乙", "2024-01-02")]
    assert (findings["serial-date"].count, findings["serial-date"].row) == (2, 2)
    _, rows, findings = read(workbook(["名称", "数量"], ["甲", 45292]))
    assert rows == [("甲", "45292")]
    assert findings == {}


def test_values_of_a_workbook_as_text() -> None:
    given = [0.1, 1e15, 3.101011990010110e17, True, "007", datetime(2026, 1, 2, 3, 4, 5), 2.50]  # noqa: DTZ001
    head = [f"列{place}号" for place in "甲乙丙丁戊己庚"]
    (row,) = read(workbook(head, given))[1]
    assert row == (
        "0.1",
        "1000000000000000",
        "310101199001011000",
        "TRUE",
        "007",
        "2026-01-02 03:04:05",
        "2.5",
    )


def test_several_sheets_are_told_and_can_be_chosen() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "空"
    for name in ("一", "二"):
        sheet = book.create_sheet(name)
        sheet.append(["名称", "数"])
        sheet.append([name, 1])
    out = io.BytesIO()
    book.save(out)
    _, rows, findings = read(out.getvalue())
    assert rows == [("一", "1")]
    assert findings["several-sheets"].count == 3
    assert read(out.getvalue(), sheet="二")[1] == [("二", "1")]
    with pytest.raises(DataError, match="table-no-sheet"):
        read(out.getvalue(), sheet="三")


def ole(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name.encode("utf-16-le") + bytes(600)


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("a.xls", ole("Workbook"), "table-format"),
        ("a.et", ole("Workbook"), "table-format"),
        ("a.xlsx", ole("EncryptedPackage"), "table-password"),
        ("a.ods", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "table-format"),
        ("a.docx", zipped(**{"word/document.xml": b""}), "table-format"),
        ("a.zip", zipped(a=b"1"), "table-format"),
        ("a.xls", b"<html><table><tr><td>1", "table-format"),
        ("a.xlsx", zipped(**{"xl/workbook.xml": b"<nonsense"}), "table-damaged"),
        ("a.xlsx", workbook(HEAD, *ROWS)[:900], "table-damaged"),
        ("a.xlsx", workbook(), "table-empty"),
        ("bomb.xlsx", zipped(**{"xl/workbook.xml": bytes(40 << 20)}), "table-bomb"),
        ("a.parquet", b"PAR1" + bytes(100) + b"PAR1", "table-damaged"),
        ("wide.xlsx", workbook(["甲"] + [None] * 2_100 + ["乙"]), "table-too-wide"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_by_name(name: str, content: bytes, wanted: str) -> None:
    assert code(content, name) == wanted


def test_the_kind_that_was_refused_is_named() -> None:
    with pytest.raises(DataError) as refused:
        read(ole("Workbook"), name="表.et")
    assert refused.value.data == {"kind": "WPS (.et)"}


def test_nested_columns_of_parquet_are_refused(tmp_path: Path) -> None:
    assert code(parquet(tmp_path, "SELECT 1 AS a, [1, 2] AS b")) == "table-nested"


def test_a_parquet_bomb_is_refused_by_its_footer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wusong.data.intake import parquet as reader

    monkeypatch.setattr(reader, "MAX_BYTES", 1_000)
    assert code(parquet(tmp_path, "SELECT range AS a, hash(range) AS b FROM range(10000)")) == "table-bomb"


def test_entities_in_a_workbook_are_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    given = io.BytesIO(workbook(HEAD, *ROWS))
    parts = {}
    with zipfile.ZipFile(given) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = bomb
    assert code(zipped(**parts)) == "table-damaged"


def test_a_stream_that_cannot_go_back_is_read_as_well() -> None:
    class Once:
        def __init__(self, content: bytes) -> None:
            self._stream = io.BytesIO(content)

        def read(self, size: int = -1) -> bytes:
            return self._stream.read(size)

    for content in ("名称,数量\n甲,1\n".encode(), workbook(["名称", "数量"], ["甲", 1])):
        with table(Once(content)) as found:  # type: ignore[arg-type]
            assert [row for block in found.blocks() for row in block] in ([["甲", "1"]], [("甲", "1")])


def written(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_real_table_has_one_profile_in_every_encoding_and_format(tmp_path: Path) -> None:
    """The administrative divisions (``data.tables`` says their origin and licence)."""
    real = real_table()
    text = real.csv_bytes.decode()
    columns, rows, _ = read(real.csv_bytes)
    path = written(tmp_path, real.csv_bytes, "real.csv")
    every = {
        "utf-8": real.csv_bytes,
        "utf-8-bom": b"\xef\xbb\xbf" + real.csv_bytes,
        "utf-16-le": b"\xff\xfe" + text.encode("utf-16-le"),
        "utf-16-be": b"\xfe\xff" + text.encode("utf-16-be"),
        "utf-16 unmarked": text.encode("utf-16-le"),
        "gb18030": text.encode("gb18030"),
        "crlf": text.replace("\n", "\r\n").encode(),
        "semicolons": text.replace(",", ";").encode(),
        "xlsx": workbook(list(columns), *([cell or None for cell in row] for row in rows)),
        "parquet": parquet(tmp_path, f"SELECT * FROM read_csv('{path}', all_varchar=true)"),  # noqa: S608
    }
    wanted, forms = profile(path), set()
    assert wanted.rows == real.rows
    for name, content in every.items():
        found = profile(written(tmp_path, content, "copy") if "utf" in name else content)
        assert (found.rows, found.header, found.columns) == (wanted.rows, True, wanted.columns), name
        forms.add(found.encoding or found.format)
    assert forms == {"utf-8", "utf-8-bom", "utf-16-le", "utf-16-be", "gb18030", "xlsx", "parquet"}
