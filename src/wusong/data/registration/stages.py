"""Where an application stands: the stages of its way, when each was reached, and by when the next is due.

* The way is that of the page: a first registration ends with its code; a change ends by taking effect, after
  a notice only where one is needed.
* Where the application stands is always one of the stages shown: a correction, an objection and an end stand
  on the way once they are there.
* What is left until a due time is counted in working days of the ledger's own calendar; where a year of it is
  not published, only the date is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from wusong.contract.leaf import Leaf
from wusong.data.host import Host, leaf, page
from wusong.ledger.system import calendar

__all__ = ["Due", "Stage", "days_left", "due_of", "left", "now_of", "of"]

CALENDAR: Final = "cn-work"
RESOURCE: Final = "data-resource@1"
_BEIJING: Final = timedelta(hours=8)
_REACHED: Final[dict[str, tuple[str, ...]]] = {
    "applied": ("apply", "apply-to-change", "supplement"),
    "accepted": ("accept",),
    "examined": ("examine",),
    "noticed": ("publish",),
    "registered": ("assign-code",),
    "effected": ("take-effect",),
    "returned": ("return",),
    "objected": ("object",),
    "cancelling": ("apply-to-cancel",),
    "cancelled": ("cancel",),
    "refused": ("refuse",),
    "withdrawn": ("withdraw",),
}
"""The acts by which each stage of the way is reached."""
_BY_TIME: Final = {"cleared": "notice_until", "expired": "valid_until"}
"""The stages that time reaches, and the fields that say when."""
_BESIDE: Final = {"returned": "applied", "objected": "noticed"}
"""The stages that are left again for the one before."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its state, when it was reached (ms; None: not yet), whether the asset stands in it."""

    state: str
    reached: int | None
    here: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: the time limit's name, its time (ms), and the working days left; negative: overdue by so
    many; None: not to be told.
    """

    limit: str
    time: int
    left: int | None


def now_of(host: Host, asset: str) -> Leaf:
    """A registration as it stands now, time limits included. Raises DataError ``no-such-asset``."""
    raw = leaf(host, asset, RESOURCE)
    return page(host, raw.contract).effective(raw, host.ledger.now())


def of(standing: Leaf, done: list[dict[str, Any]]) -> list[Stage]:
    """The stages of an application, with what was done so far."""
    way, here = _way(standing), standing.state
    times = {state: _reached(standing, state, done) for state in way}
    if here in ("applied", "returned"):  # what was accepted before counts anew
        times |= dict.fromkeys(way[1:])
    if here in _BESIDE:
        way.insert(way.index(_BESIDE[here]) + 1, here)
    elif here not in way:
        way = [*(state for state in way if times[state] is not None), here]
    times[here] = _reached(standing, here, done)
    return [Stage(state, times[state], state == here) for state in way]


def _way(standing: Leaf) -> list[str]:
    way = ["applied", "accepted", "examined"]
    if standing.fields.get("notice_needed", True):
        way += ["noticed", "cleared"]
    return [*way, "registered" if standing.fields["procedure"] == "first" else "effected"]


def _reached(standing: Leaf, state: str, done: list[dict[str, Any]]) -> int | None:
    if state == "cleared" and standing.state in ("noticed", "objected"):
        return None
    if state in _BY_TIME:
        return standing.fields.get(_BY_TIME[state])
    return next((row["time"] for row in reversed(done) if row["action"] in _REACHED[state]), None)


def due_of(host: Host, standing: Leaf) -> list[Due]:
    """What is due of a registration, soonest first."""
    found = [
        Due(key.partition(">")[0], time, days_left(host, time)) for key, time in standing.deadlines.items()
    ]
    return sorted(found, key=lambda due: due.time)


def days_left(host: Host, time: int) -> int | None:
    """Working days from now to a time, by the ledger's own calendar; see ``left``."""
    return left(lambda year: _year(host, year), host.ledger.now(), time)


def left(days_of: Callable[[int], str | None], now: int, time: int) -> int | None:
    """Working days from the day of ``now`` to the last day before ``time``: 0 on that day itself, negative
    once it has passed. ``days_of`` gives a year's bit string in hex, or None where none is published.
    """
    today, last = _day(now), _day(time - 1)
    first, final, sign = (today, last, 1) if last >= today else (last, today, -1)
    days = [first + timedelta(days=n) for n in range(1, (final - first).days + 1)]
    years = {day.year: days_of(day.year) for day in days}
    if None in years.values():
        return None
    return sign * sum(_works(years[day.year] or "", day) for day in days)


def _works(bits: str, day: date) -> bool:
    place = day.timetuple().tm_yday - 1
    return bool(int(bits, 16) >> (len(bits) * 4 - 1 - place) & 1)


def _day(moment: int) -> date:
    return (datetime.fromtimestamp(moment / 1000, UTC) + _BEIJING).date()


def _year(host: Host, year: int) -> str | None:
    key = host.ledger.rules.key(calendar.RECORD, calendar.name_of(CALENDAR, year))
    found = host.ledger.view().leaf(key)
    return None if found is None else str(found.fields["days"])
