"""The period that a statement covers: whole days in Beijing, both ends included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from wusong.errors import DataError

__all__ = ["Period"]

_DAY: Final = 86_400_000
_BEIJING: Final = 8 * 3_600_000
_EPOCH: Final = date(1970, 1, 1)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_SPAN: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``first`` to ``last``, days since 1970-01-01, as contracts count them."""

    first: int
    last: int

    @classmethod
    def read(cls, text: str) -> Period:
        """``2026-03``, or ``2026-03-01..2026-03-31``. Raises DataError ``period-wrong``."""
        try:
            first, last = _ends(text.strip())
        except ValueError:
            raise DataError("period-wrong", text=text[:40]) from None
        if last < first:
            raise DataError("period-wrong", text=text[:40])
        return cls((first - _EPOCH).days, (last - _EPOCH).days)

    @property
    def start(self) -> int:
        """The first millisecond."""
        return self.first * _DAY - _BEIJING

    @property
    def end(self) -> int:
        """The first millisecond after it."""
        return (self.last + 1) * _DAY - _BEIJING

    def __str__(self) -> str:
        """As it is read."""
        first, last = (_EPOCH + timedelta(days=day) for day in (self.first, self.last))
        whole = first.day == 1 and (last + timedelta(days=1)).day == 1 and first.month == last.month
        return f"{first:%Y-%m}" if whole and first.year == last.year else f"{first}..{last}"


def _ends(text: str) -> tuple[date, date]:
    month = _MONTH.fullmatch(text)
    if month is not None:
        year, number = int(month[1]), int(month[2])
        after = date(year + number // 12, number % 12 + 1, 1)
        return date(year, number, 1), after - timedelta(days=1)
    span = _SPAN.fullmatch(text)
    if span is None:
        raise ValueError(text)
    return date.fromisoformat(span[1]), date.fromisoformat(span[2])
