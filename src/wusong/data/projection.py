"""The data domain's read model: resources, operations, products, uses and meterings, for lists and the
catalogue.

Tables (ids hex, times ms): ``data_resources``, ``data_operations``, ``data_products``, ``data_uses``,
``data_meterings``. Built from ledger events only, so rebuilding gives the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import sqlalchemy as sa

from wusong.contract.leaf import Leaf

__all__ = ["DataView", "View", "metadata", "meterings", "operations", "products", "resources", "uses"]

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


def _flags(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean) for name in names]


def _party(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, index=True) for name in names]


resources: Final = _table(
    "data_resources",
    *_party("department", "registry", "objector", "registration", "changed_by"),
    *_text("name", "source_basis", "grade", "update", "remark", "code", "content", "profile", "objection"),
    *_text("procedure", "registrant_code", "description", "sharing", "risk_conclusion"),
    *_flags("holding", "use", "operation"),
    *_whole("notice_until", "valid_until", "undecided"),
)
operations: Final = _table(
    "data_operations",
    *_party("body", "operator", "provider", "resource"),
    *_text("scope", "agreement", "document"),
    *_whole("starts", "ends", "ceiling", "ended_at"),
)
products: Final = _table(
    "data_products",
    *_party("operator", "operation", "resource", "earlier"),
    *_text("name", "class", "output", "question", "reason"),
    *_whole("least_group", "price", "edition", "ended_at"),
)
uses: Final = _table(
    "data_uses",
    *_party("user", "operator", "provider", "product", "operation", "resource"),
    *_text("purpose", "purpose_class", "benefit", "remark"),
    *_whole("starts", "ends", "calls", "price", "metered", "metered_to", "stopped_at", "left"),
    *_whole("per_day", "fee", "charged"),
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


_IN: Final = 400
"""Values in one IN list; a database takes so many."""


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


class View:
    """A read model of this domain: built from the archive's deeds alone, one by one or many at once."""

    def begin(self, connection: sa.Connection) -> None:
        """Nothing is there before the first deed."""

    def apply(self, connection: sa.Connection, entry: Entry) -> None:
        """Take in one deed of the archive."""
        self.apply_all(connection, [entry])

    def apply_all(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order."""
        raise NotImplementedError


class DataView(View):
    """The projection behind these tables."""

    name = "data"
    version = 3
    metadata = metadata

    def apply_all(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order: of each asset the last state, each table's rows at once."""
        standing: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in _TABLES}
        metered: list[dict[str, Any]] = []
        for act in (act for entry in entries for act in entry.acts):
            kind = act.name.partition("@")[0]
            if kind not in _TABLES:
                continue
            for asset, leaf in act.writes:
                first = standing[kind][asset]["created"] if asset in standing[kind] else act.time
                standing[kind][asset] = _row(_TABLES[kind], act, asset, leaf) | {"created": first}
            if _TABLES[kind] is uses and act.action == "meter":
                metered.append(_metering(act))
        for kind, rows in standing.items():
            _write(connection, _TABLES[kind], rows)
        if metered:
            connection.execute(meterings.insert(), metered)


def _row(table: sa.Table, act: Event, asset: str, leaf: Leaf) -> dict[str, Any]:
    given = {**leaf.fields, **leaf.roles, "left": leaf.quantity or 0}
    values: dict[str, Any] = {column.name: given.get(column.name) for column in table.columns}
    own = {"asset": asset, "state": leaf.state, "rev": leaf.rev, "updated": act.time, "deed": act.deed}
    return values | own


def _write(connection: sa.Connection, table: sa.Table, rows: dict[str, dict[str, Any]]) -> None:
    """Put rows in place of those that assets have; an asset keeps the time of its creation."""
    names = list(rows)
    for at in range(0, len(names), _IN):
        chosen = table.c.asset.in_(names[at : at + _IN])
        for asset, created in connection.execute(
            sa.select(table.c.asset, table.c.created).where(chosen)
        ).all():
            rows[asset]["created"] = created
        connection.execute(table.delete().where(chosen))
    if rows:
        connection.execute(table.insert(), list(rows.values()))


def _metering(act: Event) -> dict[str, Any]:
    asset, leaf = act.writes[0]
    count = act.args["calls_count"]
    row = {"deed": act.deed, "act": act.act, "use": asset, "root": act.args["calls"], "time": act.time}
    row |= {"after": act.args["after"], "count": count, "first": act.args["first"], "last": act.args["last"]}
    return row | {"fee": leaf.fields["fee"]}
