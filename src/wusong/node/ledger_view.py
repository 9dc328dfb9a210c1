"""The read model that every node has: deeds, assets as they stand, their history, who was informed, parties.

Tables (all ids hex): ``deeds``, ``acts``, ``informed``, ``assets``, ``holders``, ``parties``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import sqlalchemy as sa

from wusong.node import bulk

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
            bulk.insert(connection, table, values)
        for act, leaf in rows.parties:
            _write_party(connection, act, leaf)
        _write_assets(connection, rows)


_Row: TypeAlias = tuple[Any, ...]
"""Values in the order of a table's columns."""


@dataclass(slots=True)
class _Rows:
    """What some deeds add to each table."""

    deeds: list[_Row] = field(default_factory=list)
    acts: list[_Row] = field(default_factory=list)
    informed: list[_Row] = field(default_factory=list)
    touches: list[_Row] = field(default_factory=list)
    assets: dict[str, _Row] = field(default_factory=dict)
    roles: dict[str, dict[str, str]] = field(default_factory=dict)  # of ``assets``
    created: dict[str, int] = field(default_factory=dict)  # when ``assets`` were met first
    new: set[str] = field(default_factory=set)  # those of ``assets`` that these deeds created under a page
    parties: list[tuple[Acted, Leaf]] = field(default_factory=list)


def _deed_row(entry: Entry) -> _Row:
    receipt, signers = entry.receipt, entry.signers
    place = (entry.seq, entry.deed, receipt.height, receipt.index, entry.time)
    return (*place, receipt.code, receipt.act, receipt.clause, signers[0], bulk.text(signers))


def _add_act(rows: _Rows, seq: int, act: Acted) -> None:
    main = act.writes[0][0] if act.writes else ""
    content = bulk.text(act.content)
    rows.acts.append((seq, act.act, act.deed, act.time, act.name, act.contract, act.action, main, content))
    rows.informed += [(party, seq, act.act) for party in sorted(act.informed)]
    for asset, leaf in act.writes:
        rows.touches.append((asset, seq, act.act, leaf.rev, leaf.state))
        if leaf.contract == "system/party":
            rows.parties.append((act, leaf))
            continue
        if leaf.rev == 1 and not leaf.contract.startswith("system/"):
            rows.new.add(asset)
        rows.roles[asset] = leaf.roles
        rows.assets[asset] = _asset_row(asset, seq, act, leaf, rows.created.setdefault(asset, act.time))


def _asset_row(asset: str, seq: int, act: Acted, leaf: Leaf, created: int) -> _Row:
    name = act.name if leaf.contract == act.contract else leaf.contract
    standing = (leaf.state, leaf.rev, bulk.text(leaf.roles), bulk.text(leaf.fields), leaf.quantity)
    return (asset, leaf.contract, name, *standing, leaf.parent, created, act.time, seq)


def _write_assets(connection: sa.Connection, rows: _Rows) -> None:
    """Put rows in place of those that assets have; an asset keeps the time of its creation."""
    bulk.put(connection, assets, list(rows.assets.values()), keep=["created"])
    bulk.delete(connection, holders.c.asset, [asset for asset in rows.assets if asset not in rows.new])
    held = [(asset, role, party) for asset, roles in rows.roles.items() for role, party in roles.items()]
    bulk.insert(connection, holders, held)


def _write_party(connection: sa.Connection, act: Acted, leaf: Leaf) -> None:
    values = {"name": leaf.fields["name"], "state": leaf.state}
    changed = connection.execute(parties.update().where(parties.c.did == leaf.fields["did"]).values(values))
    if not changed.rowcount:
        connection.execute(
            parties.insert().values(values | {"did": leaf.fields["did"], "admitted": act.time})
        )
