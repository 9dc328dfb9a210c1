"""What is due under an authorisation, by when, and whose it is.

* The yearly disclosures by the end of March, the report on measures five days after an incident, the day on
  which a notice takes effect, the end of the term.
* None of the first three ends an authorisation by itself: what is overdue stays due, and is told so.
* Days are days in Beijing, counted as the page counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wusong.contract.leaf import Leaf
from wusong.data.host import Host

__all__ = ["LIMITS", "LIVE", "Due", "due_of"]

LIVE: Final = ("in-force", "suspended")
"""The states in which an authorisation still runs."""
LIMITS: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "disclosure": (("body",), {"en": "Body's yearly disclosure", "zh": "实施机构年度披露"}),
    "reporting": (("operator",), {"en": "Operator's yearly disclosure", "zh": "运营机构年度披露"}),
    "handling": (("operator",), {"en": "Report on measures after an incident", "zh": "提交安全事件处置报告"}),
    "notice": (("body", "operator"), {"en": "Withdrawal takes effect", "zh": "预告收回生效"}),
    "term": (("body", "operator"), {"en": "End of the term", "zh": "授权期限届满"}),
}
"""Who each time limit concerns, and what it is called."""
_DAY: Final = 86_400_000
_BEIJING: Final = 8 * 3_600_000


@dataclass(frozen=True, slots=True)
class Due:
    """One time limit: its name, its time (ms), the days left (0: today; negative: overdue by so many)."""

    limit: str
    time: int
    left: int

    @property
    def title(self) -> dict[str, str]:
        """What it is called, zh and en."""
        return LIMITS[self.limit][1]

    def to_json(self) -> dict[str, Any]:
        """The limit as data."""
        return {"left": self.left, "limit": self.limit, "time": self.time, "title": self.title}


def due_of(host: Host, standing: Leaf, party: str) -> list[Due]:
    """What an authorisation, as it stands now, wants of a party, soonest first; nothing of strangers."""
    if standing.state not in LIVE:
        return []
    parts = {role for role, held in standing.roles.items() if held == party}
    times = {key.partition(">")[0]: time for key, time in standing.deadlines.items()}
    times["term"] = int(standing.fields["ends"])
    now = host.ledger.now()
    found = [
        Due(limit, time, _day(time - 1) - _day(now))
        for limit, time in times.items()
        if parts & set(LIMITS[limit][0])
    ]
    return sorted(found, key=lambda due: (due.time, due.limit))


def _day(moment: int) -> int:
    return (moment + _BEIJING) // _DAY
