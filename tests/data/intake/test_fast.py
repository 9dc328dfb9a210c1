"""DuckDB counts what the stream counts."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.data.intake import fast
from wusong.data.intake.open import table
from wusong.data.intake.profile import Profile, bound, profile
from wusong.data.tables import real_table

WORDS = [
    "true ",
    "False",
    "nan",
    "None ",
    "yes",
    "是",
    "否",
    "√",
    "NOT",
    "tt",
    "Yes it",
    "甲 ",
    "—",
    "é",
    "F",
    "n/a",
]
WORDS += ["\u3000是", "Nan", "吧", "昰", "否认", "㐀", "Ünder", "\u2003N", "null", "Z", "{", "[", "y\u00a0"]
CELLS = {
    "text": st.sampled_from(["甲", "乙乙", "abc", "x y", 'a"b', "a,b", "13800000000", "T-1"]),
    "integer": st.integers(-(10**20), 10**20).map(str) | st.sampled_from(["0", "007", "+5", "-0"]),
    "decimal": st.decimals(-1000, 1000, places=2).map(str) | st.sampled_from(["1e5", ".5", "1.", "00.5"]),
    "date": st.dates().map(str) | st.sampled_from(["2026/1/2", "2026-02-30", "20260102", "2026年1月2日"]),
    "words": st.sampled_from(WORDS),
    "missing": st.sampled_from(["", "NULL", "-", " ", "\u3000", "N/A"]),
}
COLUMN = st.sampled_from(sorted(CELLS)).flatmap(
    lambda kind: st.lists(st.one_of(CELLS[kind], CELLS[kind], CELLS["missing"]), min_size=30, max_size=30)
)


EXACT = ("name", "type", "missing", "other", "lowest", "highest", "shortest", "longest")


def written(path: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), newline="")
    return path


def counted(path: Path, most: int = 0) -> Profile | None:
    with table(path) as found:
        return fast.profile(path, found, most or bound(len(found.columns)))


@settings(max_examples=12, deadline=None)
@given(columns=st.lists(COLUMN, min_size=2, max_size=4))
def test_random_tables_have_one_profile(
    columns: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [[f"表头{place}" for place in range(len(columns))], *map(list, zip(*columns, strict=True))]
    path = written(tmp_path_factory.mktemp("t") / "t.csv", rows)
    slow = profile(path, engine="stream")
    assert counted(path) == slow
    quick = counted(path, 1)  # as if all columns had too many values to bring
    assert quick is not None
    for one, other in zip(quick.columns, slow.columns, strict=True):
        assert [getattr(one, name) for name in EXACT] == [getattr(other, name) for name in EXACT]


def large(path: Path, rows: int = 30_000) -> Path:
    chance = random.Random(7)
    made = [["流水号", "区", "序号", "金额", "日期", "姓名"]]
    for number in range(rows):
        day = date(2000, 1, 1) + timedelta(days=number)
        amount = f"{chance.randrange(10**8) / 100:.2f}"
        name = chance.choice("王李张刘陈") + chance.choice("秀建国英丽") + chance.choice("兰军芳明")
        made.append([f"SH{number:09}", chance.choice("甲乙丙"), str(number), amount, day.isoformat(), name])
    made[77][2] = "缺失"
    made[78][2] = ""
    made[79][4] = "2026/1/5"
    made[80][3] = "NULL"
    made[81][3] = "7"
    return written(path, made)


def test_columns_of_many_values_agree_within_the_declared_error(tmp_path: Path) -> None:
    path = large(tmp_path / "large.csv")
    quick, slow = counted(path, 1_000), profile(path, engine="stream")
    assert quick is not None
    assert (quick.rows, quick.encoding, quick.size) == (slow.rows, slow.encoding, slow.size)
    for one, other in zip(quick.columns, slow.columns, strict=True):
        exact = ("name", "type", "missing", "other", "lowest", "highest", "shortest", "longest", "important")
        assert [getattr(one, name) for name in exact] == [getattr(other, name) for name in exact]
        assert (one.personal and one.personal.kind) == (other.personal and other.personal.kind)
        assert (
            abs(one.distinct - other.distinct) * 10_000 <= 4 * max(one.distinct_error_bp, 1) * other.distinct
        )
    kinds = [column.type for column in quick.columns]
    assert kinds == ["text", "text", "integer", "decimal", "date", "text"]
    assert quick.columns[2].drawn_from > 5_000
    assert abs(int(quick.columns[2].quantiles[2]) - 15_000) < 30_000 * 4 // 100
    assert quick == counted(path, 1_000)  # the same file, the same profile


def test_an_estimate_declares_its_error() -> None:
    chance = random.Random(3)
    for distinct in (50_000, 300_000):
        hashes = [chance.randrange(2**64) for _ in range(distinct)]
        kept = [one for one in hashes if one <= 2**64 // 16 - 1]
        found = fast._Estimate(kept * 2, 16)
        assert found.method == "estimate"
        assert abs(found.count - distinct) * 10_000 <= 4 * found.error_bp * distinct


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ragged", "甲,乙\n1,2\n3\n"),
        ("a blank line", "甲,乙\n1,2\n\n3,4\n"),
        ("a blank line at the end", "甲,乙\n1,2\n3,4\n\n"),
        ("a blank line after a line end in a cell", '甲,乙\n"1\n",2\n\n3,4\n'),
        ("a blank line of Windows", "甲,乙\r\n1,2\r\n\r\n3,4\r\n"),
        ("GB18030", "甲,乙\n上海,2\n".encode("gb18030")),
        ("GB18030 late", b"a,b\n" + b"1,2\n" * 20_000 + "上海,2\n".encode("gb18030")),
        ("a glob name", "甲,乙\n1,2\n"),
    ],
)
def test_what_it_does_not_take_is_left_to_the_stream(tmp_path: Path, name: str, content: str | bytes) -> None:
    path = tmp_path / ("a*.csv" if "glob" in name else "a.csv")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert counted(path) is None
    assert profile(path, engine="duckdb") == profile(path, engine="stream")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("quoted", ["3", '"3\n4"', '"3\r"'])
def test_line_ends_of_every_kind_are_taken(tmp_path: Path, end: str, last: bool, quoted: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((end.join(["甲,乙", "1,2", f"{quoted},4"]) + end * last).encode())
    assert counted(path) == profile(path, engine="stream")


def test_columns_that_are_alike_do_not_spoil_the_sample(tmp_path: Path) -> None:
    rows = [["甲", "乙", "丙"], *([str(number)] * 3 for number in range(30_000))]
    found = counted(written(tmp_path / "a.csv", rows), 1_000)
    assert found is not None
    assert 5_000 < found.columns[0].drawn_from < 25_000


def test_the_real_table_has_one_profile(tmp_path: Path) -> None:
    path = tmp_path / "real.csv"
    path.write_bytes(real_table().csv_bytes)
    assert counted(path) == profile(path, engine="stream")
