"""What was done under each authorisation, step by step: table ``data_operation_steps``.

* One row for each act that wrote an authorisation, a product under it, or a statement of account. Calls are
  not here: the archive has their meterings (``money.metered``).
* ``said`` is what the record said after the act (canonical JSON of the roles and fields in ``_KEPT``), and
  what only the act says (``cause``, ``found``, ``day``), as long as it was not erased.
* Built from ledger events only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.crypto import canonical
from wusong.data.host import Models
from wusong.data.projection import Entry, Event, View

__all__ = ["OperationView", "history", "metadata", "parts_of", "products_under", "statements_of", "steps"]

metadata: Final = sa.MetaData()
steps: Final = sa.Table(
    "data_operation_steps",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("rev", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, index=True),
    sa.Column("operation", sa.String(64), index=True),
    sa.Column("body", sa.Text, index=True),
    sa.Column("operator", sa.Text, index=True),
    sa.Column("action", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("time", sa.BigInteger),
    sa.Column("deed", sa.String(64)),
    sa.Column("said", sa.Text),
)
_KEPT: Final[dict[str, tuple[str, ...]]] = {
    "data-operation": (
        "body", "operator", "provider", "resource", "scope", "columns", "purposes", "protection", "starts",
        "ends", "ceiling", "classes", "class_ceilings", "accepted_at", "document", "withdrawn_at", "ended_at",
        "reported_late", "disclosed", "reported",
    ),
    "data-product": (
        "operator", "operation", "name", "class", "output", "price", "edition", "earlier", "reason",
        "ended_at",
    ),
    "usage-statement": ("operator", "user", "first", "last", "calls", "amount", "version", "invoice"),
}  # fmt: skip
_OF_ACTS: Final = ("cause", "found", "day")
_IN: Final = 400
"""Values in one IN list; a database takes so many."""


class OperationView(View):
    """The projection behind the table."""

    name = "data-operation"
    version = 2
    metadata = metadata

    def apply_all(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order."""
        rows = [
            _row(act, kind, asset, leaf)
            for entry in entries
            for act in entry.acts
            if (kind := act.name.partition("@")[0]) in _KEPT
            for asset, leaf in act.writes
        ]
        if rows:
            connection.execute(steps.insert(), rows)


def _row(act: Event, kind: str, asset: str, leaf: Leaf) -> dict[str, Any]:
    given = {**leaf.fields, **leaf.roles}
    said = {name: given[name] for name in _KEPT[kind] if given.get(name) is not None}
    said |= {name: act.args[name] for name in _OF_ACTS if name in act.args}
    if "handling" in leaf.deadlines:
        said["handling"] = leaf.deadlines["handling"]
    return {
        "action": act.action,
        "asset": asset,
        "body": given.get("body", ""),
        "deed": act.deed,
        "kind": kind,
        "operation": asset if kind == "data-operation" else given.get("operation", ""),
        "operator": given.get("operator", ""),
        "rev": leaf.rev,
        "said": canonical.encode(said).decode(),
        "state": leaf.state,
        "time": act.time,
    }


def history(models: Models, asset: str) -> list[dict[str, Any]]:
    """The steps of one record, oldest first."""
    return _read(models, steps.c.asset == asset)


def parts_of(models: Models, party: str) -> list[dict[str, Any]]:
    """The steps of every authorisation in which a party is body or operator."""
    stands = (steps.c.body == party) | (steps.c.operator == party)
    return _read(models, (steps.c.kind == "data-operation") & stands)


def products_under(models: Models, operations: Sequence[str]) -> list[dict[str, Any]]:
    """The steps of every product under these authorisations."""
    found: list[dict[str, Any]] = []
    for at in range(0, len(operations), _IN):
        chosen = steps.c.operation.in_(operations[at : at + _IN])
        found += _read(models, (steps.c.kind == "data-product") & chosen)
    return found


def statements_of(models: Models, operator: str) -> list[dict[str, Any]]:
    """The steps of every statement of account that an operator issued."""
    return _read(models, (steps.c.kind == "usage-statement") & (steps.c.operator == operator))


def _read(models: Models, which: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    query = sa.select(steps).where(which).order_by(steps.c.time, steps.c.asset, steps.c.rev)
    with models.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row | {"said": msgspec.json.decode(row["said"])} for row in rows]
