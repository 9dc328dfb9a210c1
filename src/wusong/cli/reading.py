"""What commands read from a node, open or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.ledger.genesis import Genesis, read
from wusong.ledger.ledger import FILE as LEDGER
from wusong.ledger.store import Store
from wusong.node.founding import LEDGER_FOLDER

_IN: Final = 400  # values in one IN list

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wusong.node.node import Node


def genesis_of(folder: Path) -> Genesis:
    """The genesis of a node's ledger; works while another process runs the node, and needs no passphrase."""
    store = Store(folder / LEDGER_FOLDER / LEDGER)
    try:
        return read(store.meta("genesis") or b"")
    finally:
        store.close()


def rows(node: Node, query: sa.Executable) -> list[dict[str, Any]]:
    """What the read models answer."""
    with node.models.engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def among(node: Node, ids: Sequence[str]) -> list[dict[str, Any]]:
    """These assets as they stand now."""
    from wusong.node.current import Current
    from wusong.node.ledger_view import assets

    current = Current(node)
    found = [
        row
        for at in range(0, len(ids), _IN)
        for row in rows(node, sa.select(assets).where(assets.c.asset.in_(ids[at : at + _IN])))
    ]
    return [current.row(row) for row in found]


def of_party(node: Node, party: str, most: int) -> list[dict[str, Any]]:
    """The assets in which a party stands in a role, as they stand now, newest change first."""
    from wusong.node.current import Current
    from wusong.node.ledger_view import assets, holders

    own = sa.select(holders.c.asset).where(holders.c.party == party)
    query = sa.select(assets).where(assets.c.asset.in_(own)).order_by(assets.c.seq.desc(), assets.c.asset)
    current = Current(node)
    return [current.row(row) for row in rows(node, query.limit(most))]


def evidence_deed(node: Node, root: str) -> str | None:
    """The deed that attested the batch with this root, if one was accepted."""
    from wusong.node.ledger_view import acts, assets

    found = rows(
        node,
        sa.select(acts.c.deed, assets.c.fields)
        .join(assets, assets.c.asset == acts.c.asset)
        .where(acts.c.name == "evidence@1"),
    )
    return next((row["deed"] for row in found if row["fields"].get("root") == root), None)
