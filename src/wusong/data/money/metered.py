"""The meterings of a period, as the ledger's archive has them, and nothing else.

* A metering belongs to the period in which the ledger accepted its deed: so each belongs to exactly one, and
  whoever holds the ledger finds the same ones. Calls of the last evening that are metered after midnight
  stand in the next period.
* What a metering charges is what the data-use says after it (``fee``); a page without that field charges
  count times price.
* An index says in which deeds of the archive they stand, so that a month costs what stands in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host
from wusong.data.money.archive import acts_at, found
from wusong.data.money.periods import Period
from wusong.data.money.projection import places

__all__ = ["Metering", "meterings"]


@dataclass(frozen=True, slots=True)
class Metering:
    """One batch of calls that the ledger metered. ``after`` is the number of its first call; ``approved`` and
    ``metered`` are the data-use's calls in all and so far, this batch included; ``fee`` in minor units.
    """

    deed: str
    act: int
    time: int
    use: str
    user: str
    operator: str
    provider: str
    product: str
    operation: str
    root: str
    after: int
    count: int
    first: int
    last: int
    fee: int
    approved: int
    metered: int

    @property
    def price(self) -> int:
        """What one call of it costs."""
        return self.fee // self.count


def meterings(
    host: Host, period: Period, *, operator: str = "", user: str = "", party: str = ""
) -> list[Metering]:
    """The meterings of a period in the order of the ledger: those of an operator, a user, or those in which a
    party is operator, user or provider. Raises DataError ``index-behind``.
    """
    wanted: sa.ColumnElement[bool] = places.c.time.between(period.start, period.end - 1)
    for column, name in ((places.c.operator, operator), (places.c.user, user)):
        wanted &= column == name if name else sa.true()
    if party:
        wanted &= sa.or_(places.c.operator == party, places.c.user == party, places.c.provider == party)
    rows = found(host, sa.select(places).where(wanted).order_by(places.c.place))
    times = {(row.deed, row.act): row.time for row in rows}
    return [
        metering(deed, place, times[deed, place], act, wrote[0][1])
        for deed, place, act, wrote in acts_at(host, list(times))
    ]


def metering(deed: str, place: int, time: int, act: dict[str, Any], leaf: Leaf) -> Metering:
    """A metering from its act and the data-use as it left it."""
    args, fields = act["args"], leaf.fields
    count = args["calls_count"]
    return Metering(
        deed=deed,
        act=place,
        time=time,
        use=act["asset"],
        user=leaf.roles["user"],
        operator=leaf.roles["operator"],
        provider=leaf.roles.get("provider", ""),
        product=fields["product"],
        operation=fields["operation"],
        root=args["calls"],
        after=args["after"],
        count=count,
        first=args["first"],
        last=args["last"],
        fee=fields.get("fee", count * fields["price"]),
        approved=fields["calls"],
        metered=fields["metered"],
    )
