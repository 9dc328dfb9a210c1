"""Times as pages write them in examples."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

_EPOCH: Final = dt.datetime(1970, 1, 1, 8, 0)  # noqa: DTZ001 - Beijing's wall clock at ms 0
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?")


def moment(text: str) -> int:
    """The ms of "2026-03-01" (Beijing's midnight) or "2026-03-01 17:30". Raises ValueError."""
    if _MOMENT.fullmatch(text) is None:
        raise ValueError(text)
    return (dt.datetime.fromisoformat(text) - _EPOCH) // dt.timedelta(milliseconds=1)
