"""The three rights in data, and what they were called when (三权).

* A registration states the rights by their names in force on its day; earlier names are kept as aliases with
  the day from which, and until which, they were the usual ones, so that older papers can be read.
* The names of 2022 stand in the Opinion of 2 December 2022 on basic data institutions
  (中共中央 国务院关于构建数据基础制度更好发挥数据要素作用的意见), part two.
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
_REGISTRATION: Final = date(2025, 3, 1)
NAMES: Final = (
    Right("holding", _OPINION, "数据资源持有权", "Right to hold data resources"),
    Right("use", _OPINION, "数据加工使用权", "Right to process and use data"),
    Right("operation", _OPINION, "数据产品经营权", "Right to operate data products"),
    Right("holding", _REGISTRATION, "持有权", "Right to hold"),
    Right("use", _REGISTRATION, "使用权", "Right to use"),
    Right("operation", _REGISTRATION, "经营权", "Right to operate"),
)
"""Earlier names first. The day of the newer names is that of the registration measures; to be checked."""


def called(field: str, day: date) -> Right:
    """The name of a right on a day; before its first name, that one.

    >>> called("use", date(2023, 5, 1)).zh, called("use", date(2026, 1, 1)).zh
    ('数据加工使用权', '使用权')
    """
    names = [right for right in NAMES if right.field == field]
    return max((right for right in names if right.since <= day), default=names[0], key=lambda r: r.since)
