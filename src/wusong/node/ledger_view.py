"""The read model that every node has: deeds, assets as they stand, their history, who was informed, parties.

Tables (all ids hex): ``deeds``, ``acts``, ``informed``, ``assets``, ``holders``, ``parties``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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


_IN: Final = 400  # values in one IN list; SQLite takes 32,766 parameters, PostgreSQL's driver 65,535


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
        self.apply_all(connection, [entry])

    def apply_all(self, connection: sa.Connection, entries: list[Entry]) -> None:
        """Take in deeds of the archive, in order: each table's rows at once, of each asset the last state."""
        rows = _Rows()
        for entry in entries:
            rows.deeds.append(_deed_row(entry))
            for act in entry.acts:
                _add_act(rows, entry.seq, act)
        for table, values in (
            (deeds, rows.deeds),
            (acts, rows.acts),
            (informed, rows.informed),
            (touches, rows.touches),
        ):
            if values:
                connection.execute(table.insert(), values)
        for act, leaf in rows.parties:
            _write_party(connection, act, leaf)
        _write_assets(connection, rows.assets, rows.new)


@dataclass(slots=True)
class _Rows:
    """What some deeds add to each table."""

    deeds: list[dict[str, Any]] = field(default_factory=list)
    acts: list[dict[str, Any]] = field(default_factory=list)
    informed: list[dict[str, Any]] = field(default_factory=list)
    touches: list[dict[str, Any]] = field(default_factory=list)
    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)  # those of ``assets`` that these deeds created under a page
    parties: list[tuple[Acted, Leaf]] = field(default_factory=list)


def _deed_row(entry: Entry) -> dict[str, Any]:
    receipt = entry.receipt
    return {
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


def _add_act(rows: _Rows, seq: int, act: Acted) -> None:
    main = act.writes[0][0] if act.writes else ""
    row = {"seq": seq, "act": act.act, "deed": act.deed, "time": act.time, "name": act.name}
    rows.acts.append(
        row | {"contract": act.contract, "action": act.action, "asset": main, "content": act.content}
    )
    rows.informed += [{"party": party, "seq": seq, "act": act.act} for party in sorted(act.informed)]
    for asset, leaf in act.writes:
        rows.touches.append(
            {"asset": asset, "seq": seq, "act": act.act, "rev": leaf.rev, "state": leaf.state}
        )
        if leaf.contract == "system/party":
            rows.parties.append((act, leaf))
            continue
        first = rows.assets[asset]["created"] if asset in rows.assets else act.time
        if leaf.rev == 1 and not leaf.contract.startswith("system/"):
            rows.new.add(asset)
        rows.assets[asset] = _asset_values(seq, act, leaf) | {"asset": asset, "created": first}


def _write_assets(connection: sa.Connection, rows: dict[str, dict[str, Any]], new: set[str]) -> None:
    """Put rows in place of those that assets have; an asset keeps the time of its creation. Of ``new`` there
    are none.
    """
    names = [asset for asset in rows if asset not in new]
    for at in range(0, len(names), _IN):
        chosen = assets.c.asset.in_(names[at : at + _IN])
        known = connection.execute(sa.select(assets.c.asset, assets.c.created).where(chosen)).all()
        for asset, created in known:
            rows[asset]["created"] = created
        old = [asset for asset, _ in known]
        if old:
            connection.execute(assets.delete().where(assets.c.asset.in_(old)))
            connection.execute(holders.delete().where(holders.c.asset.in_(old)))
    if rows:
        connection.execute(assets.insert(), list(rows.values()))
    held = [
        {"asset": asset, "role": role, "party": party}
        for asset, row in rows.items()
        for role, party in row["roles"].items()
    ]
    if held:
        connection.execute(holders.insert(), held)


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
