"""What leaves for spreadsheets is never read as a formula, and stays what it was otherwise."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from wusong.data.intake.export import BOM, Cell, safe_cell, write_csv, write_xlsx
from wusong.errors import DataError

DANGEROUS = [
    ("equals", "=1+1"),
    ("plus and a call", "+cmd|'/c calc'!A0"),
    ("minus and a formula", "-3+HYPERLINK(A1)"),
    ("at", "@SUM(A1:A9)"),
    ("tab", "\t=1"),
    ("carriage return", "\r=1"),
    ("newline", "\n=1"),
    ("full-width equals", "＝1+1"),
    ("full-width plus", "＋1+A1"),
    ("full-width minus", "－1"),
    ("full-width at", "＠SUM(A1)"),
    ("small form equals", "﹦1"),
    ("behind a blank", " =1"),
    ("behind an ideographic space", "\u3000=1"),
    ("behind a zero-width space", "\u200b=1"),
    *(
        (f"behind U+{ord(blank):04X}", f"{blank}=1")
        for blank in "\u2003\u2009\u202f\x85\u2028\u200e\xad\x0b\x0c"
    ),
    ("a lone minus", "-"),
    ("a number of another line", "-3\n=1"),
]
HARMLESS = ["", "-3", "+8.5", "-1.2E+5", "-5%", "-1,234.50", "0012", "沪", "a=b", "'=1", " 3"]


@pytest.mark.parametrize(("_name", "text"), DANGEROUS, ids=[name for name, _ in DANGEROUS])
def test_what_could_be_a_formula_is_made_a_text(_name: str, text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", ["x;=1+1", "x\t=1+1", "x|=1+1", "x,=1+1"])
def test_a_field_with_any_separator_is_one_cell_for_every_spreadsheet(text: str) -> None:
    assert write_csv([[text, "y"]], bom=False) == f'"{text}",y\r\n'.encode()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12))
def test_no_cell_begins_as_a_formula_does_unless_it_is_a_number(text: str) -> None:
    shown = safe_cell(text)
    assert shown in (text, "'" + text)
    assert safe_cell(shown) == shown
    first = shown.lstrip(" \u3000\u00a0\ufeff\u200b\u200c\u200d\u2060\x00")[:1]
    if first and first in "=+-@\t\r\n＝＋－＠":
        assert set(shown) <= set("0123456789+-.,eE%")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1), min_size=1))
def test_a_csv_gives_back_the_guarded_cells(rows: list[list[str]]) -> None:
    read = list(csv.reader(StringIO(write_csv(rows, bom=False).decode(), newline="")))
    wanted = [[safe_cell(cell) for cell in row] for row in rows]
    assert [row or [""] for row in read] == wanted


def test_csv_begins_with_a_byte_order_mark_unless_told_otherwise() -> None:
    rows: list[list[Cell]] = [["名称", "数"], ["沪", -3], [None, Decimal("1E+3")], [True, date(2026, 1, 2)]]
    text = write_csv(rows)
    assert text.startswith(BOM)
    assert text[3:].decode() == "名称,数\r\n沪,-3\r\n,1000\r\nTRUE,2026-01-02\r\n"
    assert write_csv(rows, bom=False) == text[3:]


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    rows: list[list[Cell]] = [
        ["名称", "值"],
        ["=1+1", "007"],
        ["a\x00b", -3],
        ["长号", 310101199001011234],
        [None, Decimal("1.50")],
    ]
    book = load_workbook(BytesIO(write_xlsx({"一/二": rows, "说明": [["甲"]]})))
    assert book.sheetnames == ["一_二", "说明"]
    cells = [[(cell.value, cell.data_type) for cell in row] for row in book.worksheets[0]]
    assert cells[1] == [("'=1+1", "s"), ("007", "s")]
    assert cells[2] == [("a\ufffdb", "s"), (-3, "n")]
    assert cells[3][1] == ("310101199001011234", "s")
    assert cells[4] == [(None, "n"), (1.5, "n")]
    assert not any(kind == "f" for row in cells for _, kind in row)


def test_a_text_that_no_cell_holds_is_refused_and_not_cut() -> None:
    with pytest.raises(DataError) as refused:
        write_xlsx({"表": [["x" * 32_768]]})
    assert refused.value.code == "export-cell-too-long"
