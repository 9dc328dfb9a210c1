"""What a pending deed opens to those who are asked to sign it: nobody should sign what it may not read.

* The proposer must have signed, the deed must still wait, and the reader must be among its signers.
* It opens the records that its acts are about, and only those that the proposer may see in its own right;
  what the proposer sees as a supervisor only is opened to nobody.
* It ends with the deed: signed by all, declined, withdrawn or expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa

from wusong.node.nodedb import pending, pending_signers
from wusong.node.pending_outbox import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Proposal:
    """The pending deed that opens a record: its id, who proposed it, and until when (ms)."""

    deed: str
    proposer: str
    expires: int


class _Act(msgspec.Struct):
    asset: str = ""


_ACTS: Final = msgspec.json.Decoder(list[_Act])


def proposals(db: sa.Engine, party: str, asset: str, now: int) -> Iterator[Proposal]:
    """The deeds that wait at ``now`` for ``party`` and others and have an act on ``asset``, as their
    proposers signed them.
    """
    seat, first = pending_signers.alias(), pending_signers.alias()
    query = (
        sa.select(pending.c.deed, pending.c.proposer, pending.c.expires, pending.c.acts)
        .join(seat, seat.c.deed == pending.c.deed)
        .join(first, (first.c.deed == pending.c.deed) & (first.c.party == pending.c.proposer))
        .where(seat.c.party == party, first.c.signed.is_not(None))
        .where(pending.c.state.in_(OPEN), pending.c.expires > now)
        .order_by(pending.c.created.desc(), pending.c.deed)
    )
    with db.connect() as connection:
        for row in connection.execute(query):
            if any(act.asset == asset for act in _ACTS.decode(row.acts)):
                yield Proposal(row.deed, row.proposer, row.expires)
