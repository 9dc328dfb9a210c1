"""What a disclosure is computed from: the steps of a party's authorisations, of the products under them, of
its statements, and the meterings that it may see.

* An authorisation belongs to a year when it was accepted by its end and had not ended before it, or when
  calls under it were still metered in it; a product likewise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from wusong.data.host import Host
from wusong.data.money.metered import Metering, meterings
from wusong.data.money.periods import Period
from wusong.data.operation import projection
from wusong.data.operation.due import LIVE
from wusong.errors import DataError

__all__ = ["Book", "Step", "gather", "period_of"]

_ENDED: Final = {"data-operation": ("withdrawn", "expired"), "data-product": ("retired", "recalled")}
_EPOCH: Final = date(1970, 1, 1)
Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """The party, the period, the moment as of which standing is told, the block's time, and the steps of each
    authorisation, product and statement, oldest first; meterings reach beyond the period, as far as
    statements do.
    """

    host: Host
    party: str
    period: Period
    moment: int
    time: int
    operations: dict[str, list[Step]]
    products: dict[str, list[Step]]
    statements: dict[str, list[Step]]
    metered: list[Metering]

    def parts(self, operation: str) -> list[str]:
        """Where the party stands in an authorisation: ``body``, ``operator``."""
        said = self.operations[operation][0]["said"]
        return [part for part in ("body", "operator") if said.get(part) == self.party]

    def this_year(self) -> list[Metering]:
        """The meterings of the period."""
        return [one for one in self.metered if self.period.start <= one.time < self.period.end]

    def between(self, said: dict[str, Any]) -> list[Metering]:
        """The meterings that a statement is about."""
        period = Period(said["first"], said["last"])
        return [
            one
            for one in self.metered
            if (one.operator, one.user) == (self.party, said["user"])
            and period.start <= one.time < period.end
        ]

    def share_a_day(self, asset: str, other: str) -> bool:
        """Whether two different statements to one user cover a day both."""
        one, two = (self.statements[asset][-1]["said"] for asset in (asset, other))
        overlap = bool(one["first"] <= two["last"] and two["first"] <= one["last"])
        return asset != other and one["user"] == two["user"] and overlap


def period_of(year: int, now: int) -> Period:
    """The calendar year in Beijing. Raises DataError ``disclosure-year`` unless it has begun."""
    if not 2000 <= year <= 9998:
        raise DataError("disclosure-year", year=year)
    period = Period((date(year, 1, 1) - _EPOCH).days, (date(year, 12, 31) - _EPOCH).days)
    if now < period.start:
        raise DataError("disclosure-year", year=year)
    return period


def gather(host: Host, party: str, period: Period, time: int) -> Book:
    """Everything of a party's year as at the block of ``time`` (ms)."""
    moment = min(period.end - 1, time)
    own = _grouped(projection.parts_of(host.models, party), moment)
    own = {one: done for one, done in own.items() if any(step["action"] == "accept" for step in done)}
    products = _grouped(projection.products_under(host.models, list(own)), moment)
    issued = _grouped(projection.statements_of(host.models, party), time)
    touching = {one: done for one, done in issued.items() if _touches(done[-1]["said"], period)}
    metered = [
        one
        for one in meterings(host, _wide(period, touching), party=party)
        if one.time <= time and _may_see(own, party, one)
    ]
    called = [one for one in metered if period.start <= one.time < period.end]
    kept = _of_the_year(own, {one.operation for one in called}, period)
    listed = _of_the_year(products, {one.product for one in called}, period)
    listed = {one: done for one, done in listed.items() if done[-1]["said"]["operation"] in kept}
    return Book(host, party, period, moment, time, kept, listed, touching, metered)


def _grouped(rows: Iterable[Step], moment: int) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for row in rows:
        if row["time"] <= moment:
            found[row["asset"]].append(row)
    return dict(found)


def _of_the_year(records: dict[str, list[Step]], called: set[str], period: Period) -> dict[str, list[Step]]:
    return {one: done for one, done in records.items() if one in called or not _gone_before(done[-1], period)}


def _gone_before(last: Step, period: Period) -> bool:
    """Whether a record had ended before the period; a notice takes effect without an act."""
    ended = _ENDED[last["kind"]]
    gone = last["said"].get("withdrawn_at")
    if gone is not None and last["state"] in LIVE:
        return bool(gone < period.start)
    return last["state"] in ended and last["time"] < period.start


def _touches(said: dict[str, Any], period: Period) -> bool:
    return bool(said["first"] <= period.last and said["last"] >= period.first)


def _wide(period: Period, statements: dict[str, list[Step]]) -> Period:
    """The period, and all of those that statements are about."""
    saids = [done[-1]["said"] for done in statements.values()]
    return Period(
        min([period.first, *(said["first"] for said in saids)]),
        max([period.last, *(said["last"] for said in saids)]),
    )


def _may_see(own: dict[str, list[Step]], party: str, one: Metering) -> bool:
    """Whether the party is told of a metering: it operates, or it provides the data of what it authorised."""
    return one.operator == party or (one.provider == party and one.operation in own)
