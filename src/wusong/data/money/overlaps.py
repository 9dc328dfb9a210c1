"""Statements and distributions whose periods overlap: a metering is charged, and divided, once.

* The ledger keeps no list of the statements between two parties, so its page cannot refuse the second; this
  node does before it issues, and a user finds it by reconciling, on whichever node.
* A statement that was withdrawn, or whose dispute was not resolved, has no effect and holds no period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wusong.data.host import Host
from wusong.data.money import standing
from wusong.data.money.periods import Period
from wusong.data.operation import projection
from wusong.errors import DataError

__all__ = ["Stated", "demand_free", "refusal", "stated", "touch"]

_VOID: Final = ("withdrawn", "unresolved")


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with effect, and its period."""

    asset: str
    period: Period


def stated(host: Host, operator: str, user: str, period: Period) -> list[Stated]:
    """The statements with effect between two parties that share a day with the period, oldest first.

    Raises DataError ``index-behind``.
    """
    if not host.models.wait(host.ledger.app.head.height):
        raise DataError("index-behind")
    steps = projection.statements_of(host.models, operator)
    of_user = {one["asset"]: one["said"] for one in steps if one["said"].get("user") == user}
    found = [Stated(asset, Period(said["first"], said["last"])) for asset, said in of_user.items()]
    touching = [one for one in found if touch(one.period, period)]
    return [one for one in touching if _state(host, one.asset) not in _VOID]


def demand_free(host: Host, operator: str, user: str, period: Period, *, besides: str = "") -> None:
    """Refuse a period of which another statement with effect holds a day. Raises DataError
    ``period-overlaps``, ``index-behind``.
    """
    for one in stated(host, operator, user, period):
        if one.asset != besides:
            raise refusal(period, one.period, one.asset)


def refusal(wanted: Period, held: Period, asset: str) -> DataError:
    """The refusal of a period, naming what holds it."""
    return DataError("period-overlaps", period=str(wanted), held=str(held), asset=asset)


def touch(one: Period, other: Period) -> bool:
    """Whether two periods share a day."""
    return one.first <= other.last and other.first <= one.last


def _state(host: Host, asset: str) -> str:
    return standing.now(host, asset, standing.STATEMENT).state
