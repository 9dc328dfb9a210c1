"""Whose turn it is and by when: the requests of a party, overdue first, then by what is due soonest.

``part`` is what the party is in a request: ``provider``, ``applicant`` or ``coordinator``. What is due is
told with the working days that are left by the ledger's own calendar; an answer that is overdue has been so
since the time at which it was owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host, page
from wusong.data.money.standing import now
from wusong.data.registration import stages
from wusong.data.registration.stages import Due
from wusong.data.sharing.projection import sharings
from wusong.data.sharing.service import SHARING

__all__ = ["PARTS", "Line", "due_of", "lines", "titles"]

PARTS: Final = ("provider", "applicant", "coordinator")


@dataclass(frozen=True, slots=True)
class Line:
    """One request as the list shows it; ``record`` as the reader's eye gave it."""

    part: str
    record: dict[str, Any]
    due: tuple[Due, ...]

    def to_json(self) -> dict[str, Any]:
        """As data."""
        due = [{"left": one.left, "limit": one.limit, "time": one.time} for one in self.due]
        return {**self.record, "due": due, "part": self.part}


def lines(host: Host, party: str, records: list[dict[str, Any]]) -> list[Line]:
    """The requests in which the party stands, in order of urgency."""
    found = [
        Line(part, one, tuple(due_of(host, one["asset"])))
        for one in records
        for part in PARTS
        if one["roles"].get(part) == party
    ]
    return sorted(
        found, key=lambda line: (not line.due, line.due[0].time if line.due else 0, line.record["asset"])
    )


def due_of(host: Host, asset: str) -> list[Due]:
    """What is due of a request, soonest first, its term last. Raises DataError ``no-such-asset``."""
    standing = now(host, asset, SHARING)
    running = stages.due_of(host, standing)
    if standing.state == "overdue":
        running += _since(host, asset)
    return sorted(running, key=lambda one: (one.limit == "term", one.time))


def _since(host: Host, asset: str) -> list[Due]:
    """Since when an answer is overdue; nothing where the read models are about to learn it."""
    with host.models.engine.connect() as connection:
        time = connection.execute(sa.select(sharings.c.due).where(sharings.c.asset == asset)).scalar()
    return [] if time is None else [Due("answer", time, stages.days_left(host, time))]


def titles(host: Host, standing: Leaf | dict[str, Any]) -> dict[str, dict[str, str]]:
    """What the time limits of a request are called."""
    contract = standing["contract"] if isinstance(standing, dict) else standing.contract
    return {one.name: {"en": one.title.en, "zh": one.title.zh} for one in page(host, contract).page.deadlines}
