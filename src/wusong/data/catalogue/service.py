"""The use cases of the catalogue: find, show where a record came from, say who uses whose data.

``see`` is the reader's eye: of records by number, those that it may see, as they stand now. Nothing here
shows what it does not give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from wusong.data.catalogue import dcat, lineage, questions, search
from wusong.data.catalogue.search import See
from wusong.data.host import Host, Models
from wusong.data.intake.export import Cell
from wusong.data.projection import operations, products, uses

__all__ = ["Used", "find", "offered", "trace", "uses_table", "who_uses"]


def find(host: Host, wanted: search.Wanted, see: See, names: Mapping[str, str]) -> search.Found:
    """What fits, best first, with the numbers of each facet."""
    asked = questions.said(host) if wanted.words.strip() else {}
    with host.models.engine.connect() as connection:
        return search.search(connection, wanted, see, names, asked)


def trace(models: Models, asset: str, see: See) -> lineage.Graph:
    """Where a record came from and what came of it."""
    with models.engine.connect() as connection:
        return lineage.gather(connection, asset, see)


@dataclass(frozen=True, slots=True)
class Used:
    """One use of a department's data: the data-use, the product that it calls, the resource behind it."""

    use: dict[str, Any]
    product: dict[str, Any] | None
    resource: dict[str, Any] | None


def who_uses(models: Models, department: str, see: See) -> list[Used]:
    """Who uses the department's data and for what, newest first: the uses whose provider it is."""
    query = (
        sa.select(uses.c.asset, uses.c.product, operations.c.resource)
        .join(operations, operations.c.asset == uses.c.operation)
        .where(operations.c.provider == department)
        .order_by(uses.c.created.desc(), uses.c.asset)
    )
    with models.engine.connect() as connection:
        rows = connection.execute(query).all()
    seen = {one["asset"]: one for one in see([asset for row in rows for asset in row])}
    return [
        Used(seen[row.asset], seen.get(row.product), seen.get(row.resource))
        for row in rows
        if row.asset in seen
    ]


def uses_table(used: Sequence[Used], names: Mapping[str, str]) -> list[list[Cell]]:
    """The uses as rows under a heading, for a spreadsheet."""
    head: list[Cell] = [
        "数据使用授权",
        "使用方",
        "用途",
        "用途类别",
        "数据产品",
        "数据资源",
        "状态",
        "批准次数",
        "已计量次数",
        "截止时间",
    ]
    return [head, *(_use_row(one, names) for one in used)]


def _use_row(one: Used, names: Mapping[str, str]) -> list[Cell]:
    fields, roles = one.use["fields"], one.use["roles"]
    product, resource = (
        None if found is None else found["fields"]["name"] for found in (one.product, one.resource)
    )
    ends = datetime.fromtimestamp(fields["ends"] // 1000, UTC)
    user = names.get(roles["user"], roles["user"])
    row: list[Cell] = [one.use["asset"], user, fields["purpose"], fields["benefit"], product, resource]
    return [*row, one.use["state"], fields["calls"], fields["metered"], ends.isoformat()]


def offered(
    models: Models, found: search.Found, title: Mapping[str, str], names: Mapping[str, str], base: str
) -> dcat.Offered:
    """What was found, as the markup wants it."""
    records = [hit.record for hit in found.hits]
    of_kind = {
        kind: [one for one in records if one["name"].startswith(kind)]
        for kind in ("data-resource", "data-product")
    }
    query = sa.select(products.c.asset, operations.c.resource).join(
        operations, operations.c.asset == products.c.operation
    )
    with models.engine.connect() as connection:
        resource_of = {row.asset: row.resource for row in connection.execute(query)}
    return dcat.Offered(title, of_kind["data-resource"], of_kind["data-product"], resource_of, names, base)
