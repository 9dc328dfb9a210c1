"""What type a cell is: integer, decimal, date, datetime, boolean or text.

* Numbers with leading zeros are text: they are codes, and their zeros matter.
* Eight digits that are a date are ``compact`` until the whole column is known: next to other integers they
  are integers.
* 0 and 1 are integers; boolean is what says so (true/false, yes/no, 是/否).
* A whole block of values is judged by one regular expression where they all are of one type; only mixed
  blocks are judged value by value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal, TypeAlias

__all__ = ["MISSING", "ORDERED", "CellKind", "Ordered", "block_kind", "cell_kind", "read", "read_block"]

CellKind: TypeAlias = Literal["integer", "compact", "decimal", "date", "datetime", "boolean", "text"]
Ordered: TypeAlias = "int | Decimal | date | datetime"

MISSING: Final = frozenset(
    {"", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "\\N", "-", "—", "——", "/"}
)
"""Cells that stand for no value, besides blanks."""

ORDERED: Final = frozenset({"integer", "compact", "decimal", "date", "datetime"})
"""The types that have a lowest and a highest value."""

_INTEGER: Final = r"[+-]?(?:0|[1-9]\d{0,37})"
_DECIMAL: Final = r"[+-]?(?:\d{1,38}\.\d{1,38}|\d(?:\.\d{1,38})?[Ee][+-]?\d{1,2})"
_DATE: Final = r"\d{4}-\d\d-\d\d"
_DATETIME: Final = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?"
_BOOLEAN: Final = r"(?i:true|false|yes|no|t|f|y|n)|是|否|[√×]"

_PATTERNS: Final[tuple[tuple[CellKind, re.Pattern[str]], ...]] = (
    ("compact", re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)),
    ("integer", re.compile(_INTEGER, re.ASCII)),
    ("decimal", re.compile(_DECIMAL, re.ASCII)),
    ("date", re.compile(_DATE, re.ASCII)),
    ("datetime", re.compile(_DATETIME, re.ASCII)),
    ("boolean", re.compile(_BOOLEAN, re.ASCII)),
)
_OTHER_DATE: Final = re.compile(r"(\d{4})(?:[/.](\d\d?)[/.](\d\d?)|年(\d\d?)月(\d\d?)日)", re.ASCII)
_WHOLE: Final[dict[CellKind, re.Pattern[str]]] = {
    kind: re.compile(rf"(?:(?:{pattern.pattern})\n)*+", re.ASCII) for kind, pattern in _PATTERNS
}
_ANY_TYPED: Final = re.compile(
    rf"^\s*(?:{_INTEGER}|{_DECIMAL}|{_DATE}|{_DATETIME}|{_BOOLEAN}|{_OTHER_DATE.pattern})\s*$",
    re.ASCII | re.MULTILINE,
)


def block_kind(values: Iterable[str], number: int, guess: CellKind) -> CellKind | None:
    """``guess`` when every one of the ``number`` values is of that type, else None."""
    joined = "\n".join(values) + "\n"
    if joined.count("\n") != number:
        return None
    if guess == "text":
        return None if _ANY_TYPED.search(joined) else "text"
    # An integer block may hold compact dates; only a column of nothing else has them told apart.
    return guess if _WHOLE[guess].fullmatch(joined) else None


def cell_kind(value: str) -> CellKind:
    """The type of one cell."""
    text = value.strip()
    for kind, pattern in _PATTERNS:
        if pattern.fullmatch(text) and (kind not in _READERS or _readable(kind, text)):
            return kind
    return "date" if _OTHER_DATE.fullmatch(text) and _readable("date", text) else "text"


def read(kind: CellKind, value: str) -> Ordered:
    """The value as something that can be ordered. Raises ValueError for a date that does not exist."""
    return _READERS[kind](value.strip())


def read_block(kind: CellKind, values: Iterable[str]) -> list[Ordered]:
    """``read`` for a block that ``block_kind`` has judged: no blanks around, dates in ISO form."""
    return list(map(_BLOCK_READERS.get(kind, _READERS[kind]), values))


def _readable(kind: CellKind, text: str) -> bool:
    try:
        read(kind, text)
    except ValueError:
        return False
    return True


def _date(text: str) -> date:
    other = _OTHER_DATE.fullmatch(text)
    if not other:
        return date.fromisoformat(text)
    year, month, day = (int(part) for part in other.groups() if part)
    return date(year, month, day)


def _datetime(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


_READERS: Final[dict[CellKind, Callable[[str], Ordered]]] = {
    "integer": int,
    "compact": date.fromisoformat,
    "decimal": Decimal,
    "date": _date,
    "datetime": _datetime,
}
_BLOCK_READERS: Final[dict[CellKind, Callable[[str], Ordered]]] = {"date": date.fromisoformat}
