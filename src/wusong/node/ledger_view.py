"""The read model that every node has: deeds, assets as they stand, their history, who was informed, parties.

Tables (all ids hex): ``deeds``, ``acts``, ``informed``, ``assets``, ``holders``, ``parties``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.ledger.genesis import Genesis
    from wusong.node.events import Acted, Entry

metadata: Final = sa.MetaData()
deeds: Final = sa.Table(
    "deeds",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("deed", sa.String(64), unique=True),
    sa.Column("height", sa.Integer),
    sa.Column("index", sa.Integer),
    sa.Column("time", sa.BigInteger),
    sa.Column("code", sa.Text),
    sa.Column("act", sa.Integer),
    sa.Column("clause", sa.Text),
    sa.Column("submitter", sa.Text, index=True),
    sa.Column("signers", sa.JSON),
)
acts: Final = sa.Table(
    "acts",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("act", sa.Integer, primary_key=True),
    sa.Column("deed", sa.String(64), index=True),
    sa.Column("time", sa.BigInteger),
    sa.Column("name", sa.Text),
    sa.Column("contract", sa.Text),
    sa.Column("action", sa.Text),
    sa.Column("asset", sa.String(64), index=True),
    sa.Column("content", sa.JSON),
)
informed: Final = sa.Table(
    "informed",
    metadata,
    sa.Column("party", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("act", sa.Integer, primary_key=True),
)
touches: Final = sa.Table(
    "touches",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("act", sa.Integer, primary_key=True),
    sa.Column("rev", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text),
)
assets: Final = sa.Table(
    "assets",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("contract", sa.Text),
    sa.Column("name", sa.Text, index=True),
    sa.Column("state", sa.Text),
    sa.Column("rev", sa.Integer),
    sa.Column("roles", sa.JSON),
    sa.Column("fields", sa.JSON),
    sa.Column("quantity", sa.BigInteger),
    sa.Column("parent", sa.String(64)),
    sa.Column("created", sa.BigInteger),
    sa.Column("updated", sa.BigInteger),
    sa.Column("seq", sa.Integer),
)
holders: Final = sa.Table(
    "holders",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("party", sa.Text, index=True),
)
parties: Final = sa.Table(
    "parties",
    metadata,
    sa.Column("did", sa.Text, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("admitted", sa.BigInteger),
)


class LedgerView:
    """The projection behind these tables."""

    name = "ledger"
    version = 1
    metadata = metadata

    def __init__(self, genesis: Genesis) -> None:
        self._genesis = genesis

    def begin(self, connection: sa.Connection) -> None:
        """The parties that genesis admits."""
        rows = [
            {"did": p.did, "name": p.name, "state": "active", "admitted": self._genesis.time}
            for p in self._genesis.parties
        ]
        connection.execute(parties.insert(), rows)

    def apply(self, connection: sa.Connection, entry: Entry) -> None:
        """Take in one deed of the archive."""
        receipt = entry.receipt
        row = {
            "seq": entry.seq,
            "deed": entry.deed,
            "height": receipt.height,
            "index": receipt.index,
            "time": entry.time,
            "code": receipt.code,
            "act": receipt.act,
            "clause": receipt.clause,
            "submitter": entry.signers[0],
            "signers": list(entry.signers),
        }
        connection.execute(deeds.insert().values(row))
        for act in entry.acts:
            _apply_act(connection, entry.seq, act)


def _apply_act(connection: sa.Connection, seq: int, act: Acted) -> None:
    main = act.writes[0][0] if act.writes else ""
    row = {"seq": seq, "act": act.act, "deed": act.deed, "time": act.time, "name": act.name}
    row |= {"contract": act.contract, "action": act.action, "asset": main, "content": act.content}
    connection.execute(acts.insert().values(row))
    if act.informed:
        rows = [{"party": party, "seq": seq, "act": act.act} for party in sorted(act.informed)]
        connection.execute(informed.insert(), rows)
    for asset, leaf in act.writes:
        _write_asset(connection, seq, act, asset, leaf)


def _write_asset(connection: sa.Connection, seq: int, act: Acted, asset: str, leaf: Leaf) -> None:
    touch = {"asset": asset, "seq": seq, "act": act.act, "rev": leaf.rev, "state": leaf.state}
    connection.execute(touches.insert().values(touch))
    if leaf.contract == "system/party":
        _write_party(connection, act, leaf)
        return
    values = _asset_values(seq, act, leaf)
    changed = connection.execute(assets.update().where(assets.c.asset == asset).values(values))
    if not changed.rowcount:
        connection.execute(assets.insert().values(values | {"asset": asset, "created": act.time}))
    connection.execute(holders.delete().where(holders.c.asset == asset))
    if leaf.roles:
        rows = [{"asset": asset, "role": role, "party": party} for role, party in leaf.roles.items()]
        connection.execute(holders.insert(), rows)


def _asset_values(seq: int, act: Acted, leaf: Leaf) -> dict[str, Any]:
    name = act.name if leaf.contract == act.contract else leaf.contract
    return {
        "contract": leaf.contract,
        "name": name,
        "state": leaf.state,
        "rev": leaf.rev,
        "roles": leaf.roles,
        "fields": leaf.fields,
        "quantity": leaf.quantity,
        "parent": leaf.parent,
        "updated": act.time,
        "seq": seq,
    }


def _write_party(connection: sa.Connection, act: Acted, leaf: Leaf) -> None:
    values = {"name": leaf.fields["name"], "state": leaf.state}
    changed = connection.execute(parties.update().where(parties.c.did == leaf.fields["did"]).values(values))
    if not changed.rowcount:
        connection.execute(
            parties.insert().values(values | {"did": leaf.fields["did"], "admitted": act.time})
        )
