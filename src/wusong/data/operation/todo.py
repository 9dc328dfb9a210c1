"""What a party has to do under its authorisations: the yearly disclosure from January on, the report on
measures after an incident; and reminders of a notice that takes effect and of a term that ends.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host
from wusong.data.money.standing import now
from wusong.data.operation.due import LIVE, Due, due_of
from wusong.data.operation.service import OPERATION
from wusong.data.projection import operations
from wusong.tasks import Task

__all__ = ["todo"]

MOST: Final = 200
_SOON: Final = 60
"""Days before its end from which on a term or a notice is a reminder."""
_TOLD: Final[dict[str, tuple[int, str]]] = {
    "disclosure": (91, "/operations/disclosure"),
    "reporting": (91, "/operations/disclosure"),
    "handling": (5, "/assets/{asset}/act/report-measures"),
    "notice": (_SOON, "/operations/{asset}"),
    "term": (_SOON, "/operations/{asset}"),
}
"""From how many days before each limit is told, and where it is done; disclosures from January on."""
_REMINDERS: Final = ("notice", "term")


def todo(host: Host, party: str) -> list[Task]:
    """What the party has to do about its authorisations."""
    found = ((asset, now(host, asset, OPERATION)) for asset in _own(host, party))
    return [
        _task(asset, standing, due)
        for asset, standing in found
        for due in due_of(host, standing, party)
        if due.left <= _TOLD[due.limit][0]
    ]


def _own(host: Host, party: str) -> list[str]:
    table = operations.c
    mine = sa.or_(table.body == party, table.operator == party)
    query = (
        sa.select(table.asset)
        .where(mine, table.state.in_(LIVE))
        .order_by(table.ends, table.asset)
        .limit(MOST)
    )
    with host.models.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _task(asset: str, standing: Leaf, due: Due) -> Task:
    return Task(
        what=due.title,
        about=str(standing.fields["scope"]),
        path=_TOLD[due.limit][1].format(asset=asset),
        asset=asset,
        due=due.time,
        last=due.limit in _REMINDERS,
    )
