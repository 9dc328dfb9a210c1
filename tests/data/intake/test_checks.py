"""What spreadsheets do to tables is found, with its place, and nothing personal is shown."""

from __future__ import annotations

import json

import pytest

from wusong.data.intake.checks import Checked, check
from wusong.data.intake.finding import TEXTS
from wusong.data.intake.personal import identity_check_digit
from wusong.data.tables import real_table
from wusong.errors import DataError

IDS = [f"3101011990{month:02}01123" for month in range(1, 10)]
RIGHT = [first + identity_check_digit(first) for first in IDS]
WRONG = RIGHT[0][:17] + ("1" if RIGHT[0][17] != "1" else "2")


def checked(header: str, *values: str) -> Checked:
    lines = [f"{header},备注", *(f'"{value}",说明{place}' for place, value in enumerate(values))]
    return check("\n".join(lines).encode())


CASES = [
    ("full-width digits", "数量", ["１２３", "4", "5"], "full-width-digits", 1, 2),
    ("thousands separators", "金额", ["5", "1,234.50", "2,000"], "thousands-separator", 2, 3),
    ("blanks around", "名称", ["甲", " 乙", "丙 "], "surrounding-blanks", 2, 3),
    ("a formula's error", "数量", ["1", "#REF!", "3"], "formula-error", 1, 3),
    ("identity numbers cut to 15 digits", "证件", [RIGHT[0], "310101199001011000"], "digits-cut", 1, 3),
    ("long numbers in exponents", "号码", ["6.2284E+18", "1"], "digits-cut", 1, 2),
    ("a wrong check digit", "身份证号", [*RIGHT[1:], WRONG], "identity-check", 1, 10),
    ("serial dates", "登记日期", ["45292", "45293", "2024-01-03"], "serial-date", 2, 2),
    ("lost zeros", "邮政编码", ["200000"] * 8 + ["10000"], "leading-zeros-lost", 1, 10),
    ("a word among numbers", "数量", ["5", "6", "abc", "8", "9.5"], "odd-value", 1, 4),
    ("a day that does not exist", "日期", ["2024-01-01", "2024/13/40", "2024-01-03"], "odd-value", 1, 3),
    ("a number among truth values", "是否在营", ["是", "否", "是", "否", "7"], "odd-value", 1, 6),
    ("an identity number of 14 digits", "身份证号", [*RIGHT, RIGHT[0][:14]], "odd-length", 1, 11),
    (
        "a short social credit code",
        "统一社会信用代码",
        ["91310000MA1FL8XQ30"] * 4 + ["9131"],
        "odd-length",
        1,
        6,
    ),
    ("a key that repeats", "编号", [f"A{n}" for n in range(200)] + ["A7"], "duplicate-key", 1, 202),
]


@pytest.mark.parametrize(
    ("name", "header", "values", "code", "count", "row"), CASES, ids=[c[0] for c in CASES]
)
def test_findings(name: str, header: str, values: list[str], code: str, count: int, row: int) -> None:
    found = {one.code: one for one in checked(header, *values).findings}
    assert code in found, name
    assert (found[code].count, found[code].row, found[code].column) == (count, row, header)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("数量", ["1", "20", "300", "1.5"]),
        ("邮政编码", ["200000", "010000", "10000"]),
        ("身份证号", RIGHT),
        ("类别代码", ["A", "B", "A", "B"]),
        ("数量", ["45292", "45293"]),
        ("号码", ["1000000000000000"[:15], "123456789012345678"]),
    ],
)
def test_what_is_right_is_not_blamed(header: str, values: list[str]) -> None:
    assert checked(header, *values).findings == ()


def test_odd_values_are_found_wherever_they_stand_in_a_long_table() -> None:
    values = [str(number) for number in range(20_000)]
    for place in (7, 9_000, 9_001, 15_000, 19_998, 19_999):
        values[place] = f"x{place}"
    found = {one.code: one for one in checked("数量", *values).findings}["odd-value"]
    assert (found.count, found.rows) == (6, (9, 9_002, 9_003, 15_002, 20_000))
    assert "第 9、9002、9003、15002、20000 行等" in found.explain("zh")
    assert "x7" in found.explain("en")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("代码", ["0123", "1234", "2345", "3456", "4567", "5678"]),
        ("身份证号", [*RIGHT]),
        ("备注", ["1", "2", "甲", "乙", "丙"]),
        ("数量", ["1", "", "-", "2", "3"]),
        ("联系电话", ["02112345678", "021-12345678", "021-87654321"]),
    ],
)
def test_codes_and_mixed_columns_hold_no_odd_values(header: str, values: list[str]) -> None:
    assert not {one.code for one in checked(header, *values).findings} & {"odd-value", "odd-length"}


def test_an_odd_value_among_personal_ones_is_not_shown() -> None:
    found = checked("手机号", *["13800138000"] * 9, "1380013800x0x").to_json()
    assert "odd-value" in json.dumps(found)
    assert "1380013800x0x" not in json.dumps(found)


def test_equal_rows_are_counted_with_the_first_of_them() -> None:
    (found,) = check("甲,乙\n1,x\n2,y\n1,x\n1,x\n".encode()).findings
    assert (found.code, found.count, found.row) == ("duplicate-rows", 2, 4)


def test_no_finding_shows_what_is_personal() -> None:
    text = json.dumps(
        checked("身份证号", *RIGHT[1:], WRONG, "310101199001011000").to_json(), ensure_ascii=False
    )
    assert WRONG not in text
    assert "310101199001011000" not in text


def test_two_encodings_in_one_file_are_told_apart_by_line() -> None:
    lines = ["名称,数量\n".encode(), *["上海,1\n".encode()] * 40, *["上海市,2\n".encode("gb18030")] * 2]
    with pytest.raises(DataError) as refused:
        check(b"".join(lines))
    assert refused.value.code == "csv-mixed-encodings"
    assert refused.value.data == {"gb": 2, "line": 42, "utf": 41}


def test_a_damaged_line_is_no_other_encoding() -> None:
    with pytest.raises(DataError, match="csv-encoding"):
        check("名称,数量\n上海,1\n".encode() * 40 + b"\xe4\xb8,1\n")


def test_a_real_table_is_clean_but_for_names_that_stand_twice() -> None:
    assert {one.code for one in check(real_table().csv_bytes).findings} <= {"duplicate-key"}


def test_every_finding_says_what_it_is_in_both_languages() -> None:
    for code, texts in TEXTS.items():
        assert set(texts) == {"en", "zh"}, code
        assert "{" not in texts["zh"].format(count=1, column="", row=1, example="", places="")
