"""Working days of a year, from the State Council's yearly notice (国务院办公厅关于某年部分节假日安排的通知).

* Monday to Friday are working days; the notice's holidays are not; its make-up days (调休上班) are.
* A notice is read from its text, and everything that it says twice must agree: a weekday with its date, a
  count of days with its range, a make-up day with the weekend that it falls on. A recommendation (such as
  resting on New Year's Eve) is no holiday.
* Shipped are the facts of the years in ``working_days.json``, each compared with two sources when it was
  written. Nothing is guessed: a year whose notice is not out has no working days yet.
* ``cn-work`` is what the notices give. Whether a bank clears on a day is for a publisher of ``cn-bank`` to
  say; nothing is shipped for it.

    days(read_notice("国务院办公厅关于2026年部分节假日安排的通知 ..."))     # 92 hex characters
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from wusong.contract.calendar import days_in, hex_of, weekdays
from wusong.errors import NodeError
from wusong.node import codes_calendar as codes_calendar  # noqa: PLC0414 - registers its codes

_TITLE: Final = re.compile(r"关于(\d{4})年部分节假日安排")
_DOCUMENT: Final = re.compile(r"国办发明电〔\d{4}〕\d+号")
_ITEM: Final = re.compile(r"[一二三四五六七八九十]+、[^：:]{2,12}[：:](.*)")
_DATE: Final = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?"
_DAY: Final = re.compile(_DATE)
_OFF: Final = re.compile(rf"^{_DATE}(?:至{_DATE})?放假")
_COUNT: Final = re.compile(r"(?:共|放假)(\d+)天")
_WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says of one year: days off, and days to work at a weekend."""

    year: int
    document: str
    off: frozenset[dt.date]
    on: frozenset[dt.date]

    @property
    def basis(self) -> str:
        """What a deed that publishes the year rests on."""
        return f"国务院办公厅关于{self.year}年部分节假日安排的通知（{self.document}）"


def days(notice: Notice) -> str:
    """The bit string of the notice's year, as ``system/calendar`` takes it.

    Raises:
        NodeError: ``notice-unreadable`` when a day is both, or a make-up day is a working day anyhow.
    """
    for day in sorted(notice.on):
        if day in notice.off or day.weekday() < 5:
            raise _unreadable("make-up day", day.isoformat())
    first = dt.date(notice.year, 1, 1)
    each = [first + dt.timedelta(days=n) for n in range(days_in(notice.year))]
    return hex_of([day in notice.on or (day.weekday() < 5 and day not in notice.off) for day in each])


def shipped(name: str, year: int) -> Notice:
    """The notice of a year that comes with the program.

    Raises:
        NodeError: ``no-such-year``.
    """
    known = _shipped().get(name, {})
    if year not in known:
        raise NodeError("no-such-year", name=name, year=year, known=", ".join(map(str, sorted(known))) or "-")
    return known[year]


def shipped_years() -> dict[str, list[int]]:
    """The years that come with the program, by calendar."""
    return {name: sorted(years) for name, years in _shipped().items()}


def exceptions(year: int, text: str) -> tuple[list[dt.date], list[dt.date]]:
    """The weekdays off and the weekend days to work of a year's bit string."""
    differ = int(text, 16) ^ int(weekdays(year), 16)
    bits = f"{differ:0{len(text) * 4}b}"
    first = dt.date(year, 1, 1)
    days_ = [first + dt.timedelta(days=n) for n in range(days_in(year)) if bits[n] == "1"]
    return [day for day in days_ if day.weekday() < 5], [day for day in days_ if day.weekday() >= 5]


def read_notice(text: str) -> Notice:
    """Read the text of a yearly notice.

    Raises:
        NodeError: ``notice-unreadable``, with what does not agree.
    """
    title, document = _TITLE.search(text.replace("\n", "")), _DOCUMENT.search(text)
    if title is None:
        raise _unreadable("title", text[:80])
    year = int(title[1])
    items = [match[1] for line in text.splitlines() if (match := _ITEM.match(line.strip()))]
    off: set[dt.date] = set()
    on: set[dt.date] = set()
    for sentence in (part.strip() for item in items for part in item.split("。")):
        if sentence.endswith("上班"):
            on.update(_work(year, sentence))
        elif match := _OFF.match(sentence):
            off.update(_rest(year, sentence, match))
    if not off:
        raise _unreadable("no holidays", text[:80])
    return Notice(year, document[0] if document else "", frozenset(off), frozenset(on))


def _work(year: int, sentence: str) -> list[dt.date]:
    return [_date(year, match.groups(), sentence) for match in _DAY.finditer(sentence)]


def _rest(year: int, sentence: str, match: re.Match[str]) -> list[dt.date]:
    begin = _date(year, match.groups()[:4], sentence)
    end = begin
    if match[7] is not None:
        last = match.groups()[4:]
        end = _date(int(last[0] or begin.year), (None, last[1] or str(begin.month), *last[2:]), sentence)
    count = _COUNT.search(sentence)
    if end < begin or (count is not None and int(count[1]) != (end - begin).days + 1):
        raise _unreadable("count of days", sentence)
    return [begin + dt.timedelta(days=n) for n in range((end - begin).days + 1)]


def _date(year: int, parts: tuple[str | None, ...], sentence: str) -> dt.date:
    """A date as the notice writes it; the weekday that it states in brackets must be the date's."""
    said_year, month, day, aside = parts
    try:
        date = dt.date(int(said_year or year), int(month or 0), int(day or 0))
    except ValueError:
        raise _unreadable("date", sentence) from None
    weekday = re.search(r"(?:周|星期)([一二三四五六日])", aside or "")
    if weekday is not None and _WEEKDAYS.index(weekday[1]) != date.weekday():
        raise _unreadable("weekday", sentence)
    return date


def _unreadable(problem: str, found: str) -> NodeError:
    return NodeError("notice-unreadable", problem=problem, found=found)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, dict[int, Notice]]:
    facts = json.loads(files("wusong.node").joinpath("working_days.json").read_text("utf-8"))
    return {
        name: {int(year): _notice(int(year), found) for year, found in years.items()}
        for name, years in facts.items()
    }


def _notice(year: int, facts: dict[str, Any]) -> Notice:
    def day(text: str) -> dt.date:
        return dt.date.fromisoformat(f"{year}-{text}")

    off = [
        day(begin) + dt.timedelta(days=n)
        for begin, end in facts["off"]
        for n in range((day(end) - day(begin)).days + 1)
    ]
    return Notice(year, str(facts["document"]), frozenset(off), frozenset(map(day, facts["on"])))
