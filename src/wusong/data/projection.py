"""The data domain's read model: resources, operations, products, uses and meterings, for lists and the
catalogue.

Tables (ids hex, times ms): ``data_resources``, ``data_operations``, ``data_products``, ``data_uses``,
``data_meterings``. Built from ledger events only, so rebuilding gives the same rows.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import sqlalchemy as sa

from wusong.contract.leaf import Leaf

__all__ = ["DataView", "metadata", "meterings", "operations", "products", "resources", "uses"]

metadata: Final = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("asset", sa.String(64), primary_key=True),
        sa.Column("state", sa.Text, index=True),
        sa.Column("rev", sa.Integer),
        sa.Column("created", sa.BigInteger),
        sa.Column("updated", sa.BigInteger),
        sa.Column("deed", sa.String(64)),
        *columns,
    )


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger) for name in names]


def _party(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, index=True) for name in names]


resources: Final = _table(
    "data_resources",
    *_party("department", "registry", "objector"),
    *_text("name", "source_basis", "grade", "update", "remark", "code", "content", "profile", "objection"),
    *_whole("notice_until", "valid_until"),
)
operations: Final = _table(
    "data_operations",
    *_party("body", "operator", "resource"),
    *_text("scope", "agreement", "document"),
    *_whole("starts", "ends", "ceiling", "ended_at"),
)
products: Final = _table(
    "data_products",
    *_party("operator", "operation"),
    *_text("name", "output", "question"),
    *_whole("least_group", "price"),
)
uses: Final = _table(
    "data_uses",
    *_party("user", "operator", "product", "operation"),
    *_text("purpose", "benefit", "remark"),
    *_whole("starts", "ends", "calls", "price", "metered", "metered_to", "stopped_at", "left"),
)
meterings: Final = sa.Table(
    "data_meterings",
    metadata,
    sa.Column("deed", sa.String(64), primary_key=True),
    sa.Column("act", sa.Integer, primary_key=True),
    sa.Column("use", sa.String(64), index=True),
    *_text("root"),
    *_whole("after", "count", "first", "last", "time", "fee"),
)
_TABLES: Final = {
    "data-resource": resources,
    "data-operation": operations,
    "data-product": products,
    "data-use": uses,
}


class Event(Protocol):
    """One act that took effect, as the node's events tell it."""

    @property
    def act(self) -> int:
        """Its place in the deed."""

    @property
    def time(self) -> int:
        """The block's time, ms."""

    @property
    def deed(self) -> str:
        """The deed's id."""

    @property
    def name(self) -> str:
        """The page: ``name@major``."""

    @property
    def action(self) -> str:
        """The action; empty where the act was erased."""

    @property
    def args(self) -> dict[str, Any]:
        """The arguments; empty where the act was erased."""

    @property
    def writes(self) -> list[tuple[str, Leaf]]:
        """The leaves it wrote."""


class Entry(Protocol):
    """One deed of the archive."""

    @property
    def acts(self) -> list[Any]:
        """Its events (``Event``)."""


class DataView:
    """The projection behind these tables."""

    name = "data"
    version = 1
    metadata = metadata

    def begin(self, connection: sa.Connection) -> None:
        """Nothing is there before the first deed."""

    def apply(self, connection: sa.Connection, entry: Entry) -> None:
        """Take in one deed of the archive."""
        for act in entry.acts:
            table = _TABLES.get(act.name.partition("@")[0])
            if table is None:
                continue
            for asset, leaf in act.writes:
                _write(connection, table, act, asset, leaf)
            if table is uses and act.action == "meter":
                _meter(connection, act)


def _write(connection: sa.Connection, table: sa.Table, act: Event, asset: str, leaf: Leaf) -> None:
    given = {**leaf.fields, **leaf.roles, "left": leaf.quantity or 0}
    values: dict[str, Any] = {column.name: given.get(column.name) for column in table.columns}
    values |= {"state": leaf.state, "rev": leaf.rev, "updated": act.time, "deed": act.deed}
    for kept in ("asset", "created"):
        del values[kept]
    changed = connection.execute(table.update().where(table.c.asset == asset).values(values))
    if not changed.rowcount:
        connection.execute(table.insert().values({**values, "asset": asset, "created": act.time}))


def _meter(connection: sa.Connection, act: Event) -> None:
    asset, leaf = act.writes[0]
    count = act.args["calls_count"]
    row = {"deed": act.deed, "act": act.act, "use": asset, "root": act.args["calls"], "time": act.time}
    row |= {"after": act.args["after"], "count": count, "first": act.args["first"], "last": act.args["last"]}
    connection.execute(meterings.insert().values(row | {"fee": count * leaf.fields["price"]}))
