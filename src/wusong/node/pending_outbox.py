"""What a node has to tell the nodes of the other signers, and what has reached them.

* A pending deed with the signatures that are here, if one of our own parties signed it.
* The notice that one of our own parties declined or withdrew it. Who never got the deed from us, and did not
  bring it, is not told of its withdrawal.
* ``sent`` is how many signatures the other node has, ``TOLD`` once the notice has arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.node.nodedb import pending, pending_ends, pending_signers

if TYPE_CHECKING:
    from collections.abc import Callable

    from wusong.node.node import Node
    from wusong.node.pending import Pending

OPEN: Final = ("waiting", "signed")
"""``signed``: all have signed, what comes of it is not known yet."""
TOLD: Final = -1


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to send: to whose node, where below the path of pending deeds, and what ``sent`` becomes."""

    deed: str
    party: str
    path: str
    body: bytes
    sent: int


class Outbox:
    """What is to be sent by one node."""

    def __init__(self, node: Node, db: sa.Engine, find: Callable[[str], Pending | None]) -> None:
        self._node: Final = node
        self._db: Final = db
        self._find: Final = find

    def due(self, now: int) -> list[Parcel]:
        """What is to be sent at ``now``, this machine's clock, ms."""
        return [*self._ends(now), *self._forms(now)]

    def noted(self, parcel: Parcel, *, arrived: bool, next_try: int) -> None:
        """Note a delivery that arrived, or when to try again."""
        values: dict[str, Any] = {
            "tries": 0 if arrived else pending_signers.c.tries + 1,
            "next_try": next_try,
        }
        if arrived:
            values["sent"] = parcel.sent
        with self._db.begin() as connection:
            connection.execute(
                pending_signers.update().where(_seat(parcel.deed, parcel.party)).values(values)
            )

    def tries(self, parcel: Parcel) -> int:
        """How often in a row a delivery failed."""
        with self._db.connect() as connection:
            query = sa.select(pending_signers.c.tries).where(_seat(parcel.deed, parcel.party))
            return int(connection.execute(query).scalar_one())

    def keep_end(self, connection: sa.Connection, deed: str, notice: bytes) -> None:
        """Have a notice told, at once."""
        connection.execute(pending_ends.insert().values(deed=deed, notice=notice))
        seats = pending_signers.update().where(pending_signers.c.deed == deed)
        connection.execute(seats.values(next_try=0))

    def _forms(self, now: int) -> list[Parcel]:
        holds = set(self._node.keys.parties())
        parcels = []
        for row in self._rows(pending.c.state.in_(OPEN), now):
            found = None if row.party in holds else self._find(row.deed)
            if found is not None and len(found.signed) > row.sent and holds & found.signed:
                parcels.append(Parcel(row.deed, row.party, "", found.form.encode(), len(found.signed)))
        return parcels

    def _ends(self, now: int) -> list[Parcel]:
        holds = set(self._node.keys.parties())
        wanted = pending.c.state.in_(("declined", "withdrawn")) & (pending_signers.c.sent != TOLD)
        with self._db.connect() as connection:
            notices = {row.deed: row.notice for row in connection.execute(sa.select(pending_ends))}
        if not notices:
            return []
        return [
            Parcel(row.deed, row.party, f"/{row.deed}/end", notices[row.deed], TOLD)
            for row in self._rows(wanted, now)
            if row.deed in notices and row.party not in holds and not _is_news_to(row, holds)
        ]

    def _rows(self, where: sa.ColumnElement[bool], now: int) -> list[Any]:
        seat = pending_signers.c
        query = (
            sa.select(seat.deed, seat.party, seat.sent, seat.tries, seat.signed, pending.c.proposer)
            .join(pending, pending.c.deed == seat.deed)
            .where(where & (seat.next_try <= now) & (pending.c.expires > self._node.ledger.now()))
            .order_by(seat.next_try, seat.deed, seat.party)
        )
        with self._db.connect() as connection:
            return list(connection.execute(query))


def _is_news_to(row: Any, holds: set[str]) -> bool:  # noqa: ANN401 - a row of ``_rows``
    """Whether the other node cannot have the deed: we proposed it, and sent it nothing."""
    return row.proposer in holds and row.sent == 0 and row.tries == 0 and row.signed is None


def _seat(deed: str, party: str) -> sa.ColumnElement[bool]:
    return (pending_signers.c.deed == deed) & (pending_signers.c.party == party)
