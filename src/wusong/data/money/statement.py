"""The statement of account (对账单): what an operator charges a user for a period, metering by metering.

* Its content is canonical JSON (``wusong-usage-statement/1``, docs/data.md); the ledger holds a salted
  commitment to it.
* It is computed from the ledger alone. Whoever holds the ledger and the two names gets the same bytes.
* Balances: the calls approved that were left before the first metering of the period, and after the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from wusong.data.host import Host, leaf
from wusong.data.money.metered import Metering, meterings
from wusong.data.money.periods import Period
from wusong.data.products.calls import PRODUCT, USE
from wusong.errors import DataError

__all__ = ["FORMAT", "make", "named", "of_meterings", "overview", "period_of", "rows"]

FORMAT: Final = "wusong-usage-statement/1"
CURRENCY: Final = "CNY"
_EPOCH: Final = date(1970, 1, 1)


def make(
    host: Host, operator: str, user: str, period: Period, *, version: int = 1, previous: str = ""
) -> dict[str, Any]:
    """The statement between two parties. Raises DataError ``period-not-over``, ``statement-empty``."""
    if host.ledger.now() < period.end:
        raise DataError("period-not-over", last=_day(period.last))
    between = meterings(host, period, operator=operator, user=user)
    if not between:
        raise DataError("statement-empty")
    said = of_meterings(host.ledger.genesis.ledger.hex(), period, between)
    return said | {"version": version} | ({"previous": previous} if previous else {})


def of_meterings(ledger: str, period: Period, between: Sequence[Metering]) -> dict[str, Any]:
    """What a statement says of meterings between one operator and one user."""
    ordered = sorted(between, key=attrgetter("use", "after"))
    uses = [_use(list(of_use)) for _, of_use in groupby(ordered, key=attrgetter("use"))]
    return {
        "amount": sum(one["amount"] for one in uses),
        "count": sum(one["count"] for one in uses),
        "currency": CURRENCY,
        "first": _day(period.first),
        "format": FORMAT,
        "last": _day(period.last),
        "ledger": ledger,
        "operator": between[0].operator,
        "user": between[0].user,
        "uses": uses,
        "version": 1,
    }


def _use(of_use: list[Metering]) -> dict[str, Any]:
    first, last = of_use[0], of_use[-1]
    return {
        "amount": sum(one.fee for one in of_use),
        "approved": last.approved,
        "closing": last.approved - last.metered,
        "count": sum(one.count for one in of_use),
        "meterings": [_line(one) for one in of_use],
        "opening": last.approved - first.after,
        "product": first.product,
        "use": first.use,
    }


def _line(one: Metering) -> dict[str, Any]:
    """One metering: its calls have the numbers ``after`` to ``after + count - 1``."""
    return {
        "act": one.act,
        "after": one.after,
        "amount": one.fee,
        "count": one.count,
        "deed": one.deed,
        "first": one.first,
        "last": one.last,
        "price": one.price,
        "root": one.root,
        "time": one.time,
    }


def period_of(statement: dict[str, Any]) -> Period:
    """The period that a statement is about. Raises DataError ``period-wrong``."""
    return Period.read(f"{statement['first']}..{statement['last']}")


def _day(number: int) -> str:
    return str(_EPOCH + timedelta(days=number))


HEADS: Final = (
    "使用授权", "数据产品", "计量指令", "计量时间", "首个调用序号", "末个调用序号", "次数",
    "单价（元）", "金额（元）",
)  # fmt: skip


def rows(statement: dict[str, Any]) -> Iterable[tuple[str, str, str, int, int, int, int, int, int]]:
    """The lines of a statement for a table: data-use, product, metering deed, its time in ms, first and last
    call number, count, price and amount in minor units.
    """
    for use in statement["uses"]:
        for one in use["meterings"]:
            last = one["after"] + one["count"] - 1
            place = (use["use"], use["product"], one["deed"], one["time"], one["after"], last)
            yield (*place, one["count"], one["price"], one["amount"])


def overview(host: Host, period: Period, party: str) -> list[dict[str, Any]]:
    """What was metered in a period where the party is user, operator or provider, by product and both sides;
    ``part`` is what the party was.
    """
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for one in meterings(host, period, party=party):
        for part in _parts(one, party):
            row = found.setdefault(
                (part, one.product, one.operator, one.user),
                {"amount": 0, "calls": 0, "meterings": 0, "operator": one.operator, "part": part}
                | {"product": one.product, "user": one.user, "name": _name(host, one.product)},
            )
            row["amount"] += one.fee
            row["calls"] += one.count
            row["meterings"] += 1
    return [found[key] for key in sorted(found)]


def _parts(one: Metering, party: str) -> list[str]:
    parts = {"operator": one.operator, "provider": one.provider, "user": one.user}
    return [part for part, who in parts.items() if who == party]


def named(host: Host, statement: dict[str, Any]) -> dict[str, str]:
    """What the products and data-uses of a statement are called, by id: a product's name, a use's purpose."""
    uses = {one["use"]: str(leaf(host, one["use"], USE).fields["purpose"]) for one in statement["uses"]}
    return uses | {one["product"]: _name(host, one["product"]) for one in statement["uses"]}


def _name(host: Host, product: str) -> str:
    return str(leaf(host, product, PRODUCT).fields["name"])
