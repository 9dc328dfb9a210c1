"""Parts of a data product's question, in the words of its readers: what a refusal names is a piece of SQL.

Programs get the piece as it is (``data`` of the error); the texts beside it, and pages, say what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from wusong.errors import JsonData, WusongError
from wusong.web.words import word

_PART: Final = re.compile(r"([A-Z][A-Za-z]*)(?:\.(\w+))?(?: (.*))?", re.DOTALL)
_OUTSIDE: Final = re.compile(r"(?:a column|column (.*)) outside GROUP BY", re.DOTALL)
_SELECT: Final = re.compile(r"anything but one SELECT from (\w+)")
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "Anonymous": ("function", "函数"),
    "Avg": ("an average of more than one bare column", "对非单个列求平均"),
    "Cast": ("a change of type", "类型转换"),
    "Column": ("column", "列"),
    "Count": ("a count of more than one bare column", "对非单个列计数"),
    "Distinct": ("DISTINCT", "DISTINCT（去重）"),
    "Having": ("HAVING", "HAVING（分组条件）"),
    "Joins": ("a join with another table", "与其他表联接"),
    "Limit": ("LIMIT", "LIMIT（限制行数）"),
    "Max": ("a largest value", "最大值"),
    "Min": ("a smallest value", "最小值"),
    "Order": ("ORDER BY", "ORDER BY（排序）"),
    "Placeholder": ("parameter", "参数"),
    "Star": ("“*” outside count(*)", "count(*) 以外的“*”"),
    "Subquery": ("a question within the question", "嵌套查询"),
    "Sum": ("a sum of more than one bare column", "对非单个列求和"),
    "Table": ("table", "数据表"),
    "Window": ("a window function", "窗口函数"),
    "With": ("WITH", "WITH（公用表表达式）"),
}
_NAMED: Final = frozenset({"Anonymous", "Column", "Placeholder", "Table"})
_EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "integer": ("a whole number", "整数"),
    "text": ("text", "文字"),
}


def plain(error: WusongError, lang: str) -> WusongError:
    """The error with the parts of a question in words, in ``lang``; any other error as it is."""
    known = _KNOWN.get(error.code)
    if known is None:
        return error
    key, say = known
    value = error.data.get(key)
    data: dict[str, JsonData] = {**error.data}
    if isinstance(value, str):
        data[key] = say(value, "zh" if lang.startswith("zh") else "en")
    return WusongError(error.code, **data)


def _part(part: str, lang: str) -> str:
    at = 1 if lang == "zh" else 0
    if found := _SELECT.fullmatch(part):
        return (part, f"除对表 {found[1]} 的一条 SELECT 以外的内容")[at]
    if found := _OUTSIDE.fullmatch(part):
        return (part, f"列 {found[1]} 未列入 GROUP BY" if found[1] else "有列未列入 GROUP BY")[at]
    found = _PART.fullmatch(part)
    if found is None:
        return part
    kind, hanging, name = found.groups()
    known = _PARTS.get((hanging or kind).strip("_").capitalize())
    if known is None:
        return part
    return f"{known[at]} {name}" if name and kind in _NAMED else known[at]


def _expected(expected: str, lang: str) -> str:
    known = _EXPECTED.get(expected)
    return expected if known is None else known[1 if lang == "zh" else 0]


_KNOWN: Final[Mapping[str, tuple[str, Callable[[str, str], str]]]] = {
    "parameter-wrong": ("expected", _expected),
    "question-forbidden": ("part", _part),
    "question-shape": ("output", word),
}
