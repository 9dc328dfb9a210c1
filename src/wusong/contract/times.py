"""Times as pages write them in examples, and as refusals say them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from wusong.contract.calendar import FIRST_DAY, LAST_DAY, date_of

_EPOCH: Final = dt.datetime(1970, 1, 1, 8, 0)  # noqa: DTZ001 - Beijing's wall clock at ms 0
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?")


def moment(text: str) -> int:
    """The ms of "2026-03-01" (Beijing's midnight) or "2026-03-01 17:30". Raises ValueError."""
    if _MOMENT.fullmatch(text) is None:
        raise ValueError(text)
    return (dt.datetime.fromisoformat(text) - _EPOCH) // dt.timedelta(milliseconds=1)


def said(time: int, zone: int) -> str:
    """A time (ms) on the wall clock of a zone (minutes from UTC): "2026-03-01 17:30 (UTC+08:00)"."""
    days, ms = divmod(time + zone * 60_000, 86_400_000)
    if not FIRST_DAY <= days <= LAST_DAY:
        return str(time)
    offset = f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"
    return f"{date_of(days).isoformat()} {ms // 3_600_000:02d}:{ms // 60_000 % 60:02d} (UTC{offset})"
