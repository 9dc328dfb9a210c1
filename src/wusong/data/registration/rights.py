"""The three rights in data, and what they were called when (三权).

* A registration states the rights by their names in force on its day; earlier names are kept as aliases with
  the day from which, and until which, they were the usual ones, so that older papers can be read.
* The names of 2022 stand in the Opinion of 2 December 2022 on basic data institutions
  (中共中央 国务院关于构建数据基础制度更好发挥数据要素作用的意见), part two.
* Those of 2025 stand in the National Data Administration's explanation of common terms, second batch
  (数据领域常用名词解释（第二批）), of 29 March 2025, term 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["NAMES", "Right", "called"]


@dataclass(frozen=True, slots=True)
class Right:
    """A right by its field on the page, and a name that it has from a day on."""

    field: str
    since: date
    zh: str
    en: str


_OPINION: Final = date(2022, 12, 2)
_TERMS: Final = date(2025, 3, 29)
NAMES: Final = (
    Right("holding", _OPINION, "数据资源持有权", "Right to hold data resources"),
    Right("use", _OPINION, "数据加工使用权", "Right to process and use data"),
    Right("operation", _OPINION, "数据产品经营权", "Right to operate data products"),
    Right("holding", _TERMS, "数据持有权", "Right to hold data"),
    Right("use", _TERMS, "数据使用权", "Right to use data"),
    Right("operation", _TERMS, "数据经营权", "Right to operate data"),
)
"""Earlier names first."""


def called(field: str, day: date) -> Right:
    """The name of a right on a day; before its first name, that one.

    >>> called("use", date(2023, 5, 1)).zh, called("use", date(2026, 1, 1)).zh
    ('数据加工使用权', '数据使用权')
    """
    names = [right for right in NAMES if right.field == field]
    return max((right for right in names if right.since <= day), default=names[0], key=lambda r: r.since)
