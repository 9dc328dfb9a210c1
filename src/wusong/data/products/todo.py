"""What a party has to do about uses of data: applications to decide, uses to settle; and what comes near:
calls that are nearly used up, uses that end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.host import Host, leaf, page
from wusong.data.products.calls import USE, left
from wusong.data.projection import products, uses
from wusong.tasks import Task

__all__ = ["todo"]

MOST: Final = 200
SOON: Final = 30 * 86_400_000
"""A use that ends within this time is told, ms."""
TENTH: Final = 10
"""Calls are nearly used up when no more than this part of those bought is left."""
_DECIDE: Final = {"en": "Approve or decline the application", "zh": "审批使用申请"}
_SETTLE: Final = {"en": "Meter the remaining calls and close the use", "zh": "计量剩余调用并办理结清"}
_ENDS: Final = {"en": "The use ends; apply anew in time", "zh": "使用授权即将到期，请及时重新申请"}
_NONE: Final = {"en": "No calls are left; apply anew", "zh": "调用次数已用尽，如需继续使用请重新申请"}
_FEW: Final = {"en": "Few calls are left; apply anew in time", "zh": "调用次数即将用尽，请及时重新申请"}


def todo(host: Host, party: str) -> list[Task]:
    """What the party has to do about uses, as operator or as user."""
    table = uses.c
    asked = (table.operator == party) & table.state.in_(["applied", "stopped"])
    own = (table.user == party) & (table.state == "active") & (table.ends > host.ledger.now())
    rows = _rows(host, asked, table.updated.desc()), _rows(host, own, table.ends)
    return [
        *(task for row in rows[0] for task in _asked(host, row)),
        *(task for row in rows[1] for task in _coming(host, row)),
    ]


def _rows(
    host: Host, which: sa.ColumnElement[bool], order: sa.ColumnElement[Any]
) -> Sequence[Mapping[Any, Any]]:
    query = (
        sa.select(uses, products.c.name)
        .outerjoin(products, products.c.asset == uses.c.product)
        .where(which)
        .order_by(order, uses.c.asset)
        .limit(MOST)
    )
    with host.models.engine.connect() as connection:
        return connection.execute(query).mappings().all()


def _asked(host: Host, row: Mapping[Any, Any]) -> list[Task]:
    state = _state(host, row)
    return [_task(row, _DECIDE if state == "applied" else _SETTLE)] if state in ("applied", "stopped") else []


def _coming(host: Host, row: Mapping[Any, Any]) -> list[Task]:
    """Calls that wait to be metered are used: fewer are left than the ledger says."""
    if _state(host, row) != "active":
        return []
    remaining = left(host, row["asset"], row["left"])
    if remaining * TENTH <= row["calls"]:
        return [_task(row, _FEW if remaining else _NONE, row["ends"], last=True)]
    return [_task(row, _ENDS, row["ends"], last=True)] if row["ends"] <= host.ledger.now() + SOON else []


def _state(host: Host, row: Mapping[Any, Any]) -> str:
    raw = leaf(host, row["asset"], USE)
    return page(host, raw.contract).effective(raw, host.ledger.now()).state


def _task(
    row: Mapping[Any, Any], what: dict[str, str], due: int | None = None, *, last: bool = False
) -> Task:
    again = f"/products/{row['product']}/apply" if last else f"/assets/{row['asset']}"
    about = " · ".join(filter(None, (row["name"], row["purpose"])))
    return Task(what=what, about=about, path=again, asset=row["asset"], due=due, last=last)
