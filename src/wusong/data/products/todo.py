"""What a party has to do about uses of data: applications to decide, uses to settle; and what comes near:
calls that are nearly used up, uses that end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.host import Host, leaf, page
from wusong.data.products.permits import USE
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
_FEW: Final = {"en": "Few calls are left; apply anew in time", "zh": "调用次数即将用尽，请及时重新申请"}


def todo(host: Host, party: str) -> list[Task]:
    """What the party has to do about uses, as operator or as user."""
    table, soon = uses.c, host.ledger.now() + SOON
    asked = (table.operator == party) & table.state.in_(["applied", "stopped"])
    few = table.left * TENTH <= table.calls
    ending = (table.user == party) & (table.state == "active") & (few | (table.ends <= soon))
    query = (
        sa.select(uses, products.c.name)
        .outerjoin(products, products.c.asset == table.product)
        .where(asked | ending)
        .order_by(table.updated.desc(), table.asset)
        .limit(MOST)
    )
    with host.models.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [task for row in rows for task in _tasks(host, party, row)]


def _tasks(host: Host, party: str, row: Mapping[Any, Any]) -> list[Task]:
    raw = leaf(host, row["asset"], USE)
    state = page(host, raw.contract).effective(raw, host.ledger.now()).state
    if state in ("applied", "stopped"):
        return [_task(row, _DECIDE if state == "applied" else _SETTLE)] if row["operator"] == party else []
    if state != "active" or row["user"] != party or row["ends"] <= host.ledger.now():
        return []
    if row["left"] * TENTH <= row["calls"]:
        return [_task(row, _FEW, row["ends"], last=True)]
    return [_task(row, _ENDS, row["ends"], last=True)]


def _task(
    row: Mapping[Any, Any], what: dict[str, str], due: int | None = None, *, last: bool = False
) -> Task:
    again = f"/products/{row['product']}/apply" if last else f"/assets/{row['asset']}"
    about = " · ".join(filter(None, (row["name"], row["purpose"])))
    return Task(what=what, about=about, path=again, asset=row["asset"], due=due, last=last)
