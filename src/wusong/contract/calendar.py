"""Working days, from published years.

* A year is a bit string in hex: bit i, most significant first within each byte, says whether day i of the
  year (0: 1 January) is a working day; 46 bytes, the bits after the last day are zero.
* What is not published is no working day and no holiday: it has no answer.

    workday(20_454, 1, years)        # the first working day after 2026-01-01
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

Years = Callable[[int], str | None]
"""The bits of a year in hex, or None when it is not published."""

FIRST_DAY: Final = -719_162
"""0001-01-01."""
LAST_DAY: Final = 2_932_896
"""9999-12-31."""
MAX_WORKDAYS: Final = 366
HEX_LENGTH: Final = 92
_HEX: Final = re.compile(r"[0-9a-f]{92}")
_YEARS: Final = 3
_ORDINAL: Final = 719_163  # of 1970-01-01


class CalendarError(Exception):
    """The calendar gives no answer; ``args[0]`` says why in one kebab-case word, ``year`` which one lacks."""

    def __init__(self, why: str, year: int | None = None) -> None:
        super().__init__(why)
        self.year = year


def days_in(year: int) -> int:
    """365 or 366."""
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def date_of(day: int) -> dt.date:
    """The date that is ``day`` days after 1970-01-01. Raises CalendarError ``out-of-range``."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CalendarError("out-of-range")
    return dt.date.fromordinal(day + _ORDINAL)


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return date.toordinal() - _ORDINAL


def hex_of(working: list[bool]) -> str:
    """The hex of a year, from one flag for each of its days."""
    bits = "".join("1" if each else "0" for each in working).ljust(HEX_LENGTH * 4, "0")
    return f"{int(bits, 2):0{HEX_LENGTH}x}"


def weekdays(year: int) -> str:
    """A year in which Monday to Friday are working days, in hex."""
    first = dt.date(year, 1, 1).weekday()
    return hex_of([(first + i) % 7 < 5 for i in range(days_in(year))])


@lru_cache(maxsize=256)
def _bits(year: int, text: str) -> str:
    bits = f"{int(text, 16):0{HEX_LENGTH * 4}b}" if _HEX.fullmatch(text) else "1" * 368
    if "1" in bits[days_in(year) :]:
        raise CalendarError("calendar-malformed")
    return bits[: days_in(year)]


def _year(years: Years, year: int) -> str:
    text = years(year)
    if text is None:
        raise CalendarError("calendar-unpublished", year)
    return _bits(year, text)


def is_workday(day: int, years: Years) -> bool:
    """Whether a day is a working day. Raises CalendarError when its year is not published."""
    date = date_of(day)
    return _year(years, date.year)[date.timetuple().tm_yday - 1] == "1"


def workday(day: int, n: int, years: Years) -> int:
    """The n-th working day after ``day``; for n = 0 ``day`` itself if it is one, else the next.

    Looks at the year of ``day`` and the two after it. Raises CalendarError ``out-of-range`` or
    ``calendar-unpublished``.
    """
    if not 0 <= n <= MAX_WORKDAYS:
        raise CalendarError("out-of-range")
    date = date_of(day if n == 0 else day + 1)
    start, left = date.timetuple().tm_yday - 1, max(n, 1)
    for year in range(date.year, date.year + _YEARS):
        bits = _year(years, year)
        standing = bits.count("1", start)
        if standing >= left:
            return day_number(dt.date(year, 1, 1)) + _nth(bits, start, left)
        left, start = left - standing, 0
    raise CalendarError("out-of-range")


def _nth(bits: str, start: int, n: int) -> int:
    at = start - 1
    for _ in range(n):
        at = bits.index("1", at + 1)
    return at


def months(day: int, n: int) -> int:
    """The same day ``n`` months later (earlier when negative); the last day of a month without it.

    Raises CalendarError ``out-of-range``.
    """
    if not -1_200 <= n <= 1_200:
        raise CalendarError("out-of-range")
    date = date_of(day)
    year, month = divmod(date.year * 12 + date.month - 1 + n, 12)
    if not 1 <= year <= 9999:
        raise CalendarError("out-of-range")
    return day_number(dt.date(year, month + 1, min(date.day, _month_length(year, month + 1))))


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return days_in(year) - 337
    return 30 if month in {4, 6, 9, 11} else 31
