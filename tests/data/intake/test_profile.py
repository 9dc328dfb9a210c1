"""The profile of a CSV of unknown origin."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto import canonical
from wusong.data.intake import csvfile
from wusong.data.intake.distinct import Distinct
from wusong.data.intake.profile import Column, Profile, profile
from wusong.data.tables import real_table
from wusong.errors import DataError

TABLE = "代码,名称,日期\n310000,上海市,2026-01-01\n110000,北京市,2026-02-28\n"
IDENTITY = "11010519491231002X"  # the example of GB 11643-1999


def _profile(text: str | bytes, **options: object) -> Profile:
    data = text.encode() if isinstance(text, str) else text
    return profile(io.BytesIO(data), **options)  # type: ignore[arg-type]


def _column(values: list[str], name: str = "列") -> Column:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[name, "x"], *([value, "x"] for value in values)])
    return _profile(text.getvalue()).columns[0]


def _numbers_are_integers(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_numbers_are_integers, value.values()))
    if isinstance(value, list):
        return all(map(_numbers_are_integers, value))
    return not isinstance(value, float)


@pytest.mark.parametrize(
    ("name", "data", "encoding"),
    [
        ("utf-8", TABLE.encode(), "utf-8"),
        ("utf-8 with mark", TABLE.encode("utf-8-sig"), "utf-8-bom"),
        ("gbk", TABLE.encode("gbk"), "gb18030"),
        ("gb18030 beyond gbk", TABLE.replace("上海市", "𠮷").encode("gb18030"), "gb18030"),
        ("utf-16 with mark", TABLE.encode("utf-16"), "utf-16-le"),
        ("utf-16-be with mark", b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16-be"),
        ("utf-16-le without mark", TABLE.encode("utf-16-le"), "utf-16-le"),
        ("utf-16-be without mark", TABLE.encode("utf-16-be"), "utf-16-be"),
        ("windows line ends", TABLE.replace("\n", "\r\n").encode(), "utf-8"),
        ("old Mac line ends", TABLE.replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_encodings(name: str, data: bytes, encoding: str) -> None:
    found = _profile(data)
    assert (found.encoding, found.rows, found.size) == (encoding, 2, len(data)), name
    assert [column.name for column in found.columns] == ["代码", "名称", "日期"]


def test_ascii_until_a_late_block_decides() -> None:
    ascii_rows = "a,b\n" + "1,2\n" * 100_000
    assert _profile(ascii_rows).encoding == "ascii"
    assert _profile((ascii_rows + "3,四\n").encode("gbk")).encoding == "gb18030"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(delimiter: str) -> None:
    text = TABLE.replace(",", delimiter)
    assert (_profile(text).delimiter, len(_profile(text).columns)) == (delimiter, 3)


@pytest.mark.parametrize(
    ("name", "first", "names"),
    [
        ("names", "代码,名称", ["代码", "名称"]),
        ("numbers are no names", "1,名称", ["列1", "列2"]),
        ("a name twice is no header", "甲,甲", ["列1", "列2"]),
        ("an empty name", "代码,", ["代码", "列2"]),
        ("a person is no header", "13800000000,名称", ["列1", "列2"]),
    ],
)
def test_header(name: str, first: str, names: list[str]) -> None:
    found = _profile(f"{first}\n1,上海\n2,北京\n")
    assert [column.name for column in found.columns] == names, name
    assert found.rows == (2 if found.header else 3)


def test_header_may_be_ordained() -> None:
    assert [column.name for column in _profile("甲,甲\n1,2\n", header=True).columns] == ["甲", "甲 (2)"]
    assert [column.name for column in _profile("13800000000,b\n", header=True).columns] == ["[11]", "b"]
    assert _profile("甲,乙\n1,2\n", header=False).rows == 2


@pytest.mark.parametrize(
    ("name", "values", "kind", "lowest", "highest", "other"),
    [
        ("integers", ["3", "-12", "7"], "integer", "-12", "7", 0),
        ("big integers", ["9" * 30, "1"], "integer", "1", "9" * 30, 0),
        ("codes with leading zeros are text", ["007", "008"], "text", None, None, 0),
        ("decimals", ["1.50", "-0.05", "2"], "decimal", "-0.05", "2", 0),
        ("exponents", ["1.5E+3", "2.0"], "decimal", "2", "1500", 0),
        ("dates", ["2026-02-01", "2025-12-31"], "date", "2025-12-31", "2026-02-01", 0),
        ("dates as written in China", ["2026年2月1日", "2026/1/31"], "date", "2026-01-31", "2026-02-01", 0),
        ("compact dates", ["20260201", "20251231"], "date", "2025-12-31", "2026-02-01", 0),
        ("compact dates among integers", ["20260201", "99999999"], "integer", "20260201", "99999999", 0),
        ("no such day", ["2026-02-30", "2026-02-31"], "text", None, None, 0),
        (
            "times",
            ["2026-02-01 10:00:00", "2026-02-01"],
            "datetime",
            "2026-02-01T00:00:00",
            "2026-02-01T10:00:00",
            0,
        ),
        ("booleans", ["是", "否", "是"], "boolean", None, None, 0),
        ("nothing", ["", " ", "NULL"], "empty", None, None, 0),
        ("one text among many integers", [*map(str, range(99)), "缺"], "integer", "0", "98", 1),
        ("as many texts as integers", ["1", "x"], "text", None, None, 0),
        ("a line break is no second number", ["1\n2", "3\n4"], "text", None, None, 0),
    ],
)
def test_types(
    name: str, values: list[str], kind: str, lowest: str | None, highest: str | None, other: int
) -> None:
    column = _column(values)
    assert (column.type, column.lowest, column.highest, column.other) == (kind, lowest, highest, other), name


def test_one_wrong_date_in_a_long_column_of_dates() -> None:
    column = _column(["2026-01-01"] * 9_000 + ["2026-02-30"] + ["2026-01-02"] * 9_000)
    assert (column.type, column.other, column.highest) == ("date", 1, "2026-01-02")


def test_missing_distinct_lengths_and_frequent_values() -> None:
    column = _column(["浦东"] * 6 + ["黄浦"] * 5 + ["徐汇"] * 4 + ["", "N/A", "NULL", " ", "—"])
    assert (column.missing, column.missing_bp, column.distinct, column.shortest, column.longest) == (
        5,
        2500,
        3,
        2,
        2,
    )
    assert [(one.value, one.count, one.share_bp) for one in column.frequent] == [
        ("浦东", 6, 4000),
        ("黄浦", 5, 3333),
    ]


@pytest.mark.parametrize(
    ("name", "header", "values", "kind"),
    [
        ("identity numbers", "A", [IDENTITY] * 9, "identity-number"),
        ("phones", "A", ["13800000000", "13900000000"] * 9, "mobile-phone"),
        ("names by their header", "姓名", ["张三"] * 9, "person-name"),
        ("birthdays by their header", "出生日期", ["1949-12-31"] * 9, "birth-date"),
    ],
)
def test_a_personal_column_shows_nothing_of_it(name: str, header: str, values: list[str], kind: str) -> None:
    column = _column(values, header)
    assert column.personal is not None
    assert column.personal.kind == kind, name
    assert (column.lowest, column.highest, column.frequent) == (None, None, ())


HEADERS = (
    *("法人", "监护人", "业主", "责任人", "学生", "考生", "借款人", "投保人", "联系人", "负责人"),
    *("法定代表人", "经办人", "申请人", "户主", "Owner", "contact"),
)
PEOPLE = ["欧阳建国", "王秀英", "李建军", "张桂兰"]


@pytest.mark.parametrize("header", [*HEADERS, "A", "备注", None])
def test_names_of_people_never_stand_in_a_profile(header: str | None) -> None:
    rows = "".join(f"{name},甲\n" for name in PEOPLE) * 6
    found = _profile((f"{header},区\n" if header else "") + rows)
    assert found.header is (header is not None)
    assert found.columns[0].personal is not None
    assert not any(name in json.dumps(found.to_json(), ensure_ascii=False) for name in PEOPLE)


@pytest.mark.parametrize(
    "values",
    [
        ["江苏", "安徽", "云南", "上海", "浙江", "湖南"],
        ["黄浦区", "金华市", "石家庄市", "高邮市"],
        ["周一", "周二", "周三"],
        ["高级", "中级", "初级"],
    ],
    ids=["provinces", "divisions", "days", "grades"],
)
def test_places_and_kinds_are_no_people(values: list[str]) -> None:
    column = _column(values * 6, "类别")
    assert column.personal is None
    assert {one.value for one in column.frequent} == set(values)


@settings(max_examples=30)
@given(
    people=st.lists(
        st.builds(
            "".join,
            st.tuples(st.sampled_from("王李张刘陈杨"), st.sampled_from(["秀英", "建军", "桂兰", "敏"])),
        ),
        min_size=2,
        max_size=8,
        unique=True,
    ),
    header=st.sampled_from(["列,区\n", ""]),
    times=st.integers(1, 7),
)
def test_a_column_of_names_shows_none(people: list[str], header: str, times: int) -> None:
    rows = "".join(f"{name},{place}\n" for name in people for place in ("甲", "乙")) * times
    text = json.dumps(_profile(header + rows).to_json(), ensure_ascii=False)
    assert not any(name in text for name in people)


def test_a_rare_personal_value_is_masked_too() -> None:
    values = [f"备注{number}" for number in range(5_000)] + ["电话13800000000"] * 9
    column = _column(values)
    assert column.personal is None
    assert [one.value for one in column.frequent] == ["[13]"]


@settings(max_examples=30)
@given(
    st.lists(
        st.sampled_from([IDENTITY, "13800000000", "zhang@example.com", "备注", "1", ""]),
        min_size=5,
        max_size=60,
    )
)
def test_no_personal_value_ever_stands_in_a_profile(values: list[str]) -> None:
    text = json.dumps(
        _profile("列,x\n" + "".join(f"{value},x\n" for value in values)).to_json(), ensure_ascii=False
    )
    assert not any(secret in text for secret in (IDENTITY, "13800000000", "zhang@example.com"))


def test_ragged_rows_are_named_by_line_and_left_out() -> None:
    found = _profile('a,b\n1,"two\nlines"\n3\n\n4,5,6\n7,8\n')
    assert (found.rows, found.blank, found.ragged) == (2, 1, 2)
    assert [(row.line, row.expected, row.found) for row in found.ragged_examples] == [(4, 2, 1), (6, 2, 3)]


def test_ragged_rows_after_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "_ROWS", 7)
    found = _profile("a,b\n" + '1,"x\ny"\n' * 50 + "1\n")
    assert [row.line for row in found.ragged_examples] == [102]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nothing", b"", "csv-empty"),
        ("blank lines", b"\n\r\n\n", "csv-empty"),
        ("only a mark", b"\xef\xbb\xbf", "csv-empty"),
        ("a broken workbook", b"PK\x03\x04" + bytes(100), "table-damaged"),
        ("a PDF", b"%PDF-1.7" + bytes(100), "table-format"),
        ("bytes", b"\0\0\1" * 100, "csv-encoding"),
        ("one broken byte in utf-8", "甲,乙\n东,西\n".encode() * 9 + b"\xe4\xb8,1\n", "csv-encoding"),
        ("no encoding", "甲,乙\n".encode() + b"\xff\xff\n", "csv-encoding"),
        ("cut in a character", "甲,乙\n".encode()[:-2], "csv-encoding"),
        ("one endless line", b"x" * 3_000_000, "csv-line-too-long"),
        ("an open quotation mark", b'a,b\n1,"' + b"xxxxxxxxxx\n" * 20_000, "csv-malformed"),
        ("too many columns", b"a" + b",a" * 5_000 + b"\n", "csv-too-many-columns"),
    ],
)
def test_refusals(name: str, data: bytes, code: str) -> None:
    with pytest.raises(DataError) as refused:
        _profile(data)
    assert refused.value.code == code, name
    assert "{" not in str(refused.value.explain("zh")) + str(refused.value.explain("en"))


def test_the_open_quotation_mark_is_found_where_it_opens() -> None:
    with pytest.raises(DataError) as refused:
        _profile(b'a,b\n1,2\n1,"' + b"xxxxxxxxxx\n" * 20_000)
    assert refused.value.data == {"line": 3}


def test_the_real_table(tmp_path: Path) -> None:
    table = real_table()
    path = tmp_path / "divisions.csv"
    path.write_bytes(table.csv_bytes)
    found = profile(path)
    assert (found.rows, found.encoding, found.header) == (table.rows, "utf-8", True)
    by_name = {column.name: column for column in found.columns}
    assert by_name["行政区划代码"].distinct == table.rows
    assert {one.value for one in by_name["级别"].frequent} == {"省级", "地级", "县级"}
    assert found.personal_columns == ()


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(st.tuples(st.text(max_size=6), st.integers(), st.dates()), max_size=40),
    encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_counts_equal_a_plain_count(rows: list[tuple[str, int, object]], encoding: str) -> None:
    cells = [[f"v{text}", str(number), str(day)] for text, number, day in rows]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["甲", "乙", "丙"], *cells])
    found = _profile(text.getvalue().replace("\r", "").replace("\0", "").encode(encoding))
    cells = [[cell.replace("\r", "").replace("\0", "") for cell in row] for row in cells]
    assert found.rows == len(rows)
    assert [column.distinct for column in found.columns] == [
        len({row[at] for row in cells}) for at in range(3)
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400) | st.text(alphabet='ab,;\t|"\n\r 1.-年是\0\u2028', max_size=200).map(str.encode)
)
def test_no_bytes_crash_and_every_profile_is_canonical(data: bytes) -> None:
    try:
        found = _profile(data)
    except DataError:
        return
    plain = found.to_json()
    assert _numbers_are_integers(plain)
    assert canonical.decode(canonical.encode(plain)) == plain


def test_the_estimate_is_near_and_says_so() -> None:
    order = random.Random(7)
    for size in (400_000, 123_457):
        values = [f"编号{number}" for number in range(size)]
        order.shuffle(values)
        distinct = Distinct(1_000)
        for start in range(0, size, 8192):
            block = values[start : start + 8192]
            distinct.add(Counter(block), max(map(len, block)))
            distinct.add(Counter(block), max(map(len, block)))
        assert distinct.method == "estimate"
        assert abs(distinct.count - size) * 100 < size * 5


def test_long_values_are_counted_exactly_and_not_shown() -> None:
    values = [f"{'长' * 100}{number}" for number in range(50)] * 6
    column = _column(values)
    assert (column.distinct, column.distinct_method, column.frequent) == (50, "exact", ())


_CHILD = """
import re, sys
from wusong.data.intake.profile import profile
class Rows:
    def __init__(self, number): self.number, self.at = number, 0
    def read(self, size):
        if self.at >= self.number: return b""
        start, self.at = self.at, min(self.number, self.at + 5_000)
        rows = range(start, self.at)
        return b"".join(b"%d,unit %d,%d.5,2026-01-01\\n" % (n, n * 7, n % 999) for n in rows)
found = profile(Rows(int(sys.argv[1])), header=False)
# VmHWM, since ru_maxrss is inherited from the process that started this one
print(found.rows, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_table() -> None:
    def measured(rows: int) -> tuple[int, int]:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(rows)], capture_output=True, text=True, check=True
        )
        counted, memory = map(int, done.stdout.split())
        assert counted == rows
        return counted, memory

    (_, small), (_, large) = measured(150_000), measured(600_000)
    assert large < small + 20
    assert large < 150
