"""Who reads what: the one place that portal, API, exports and events ask.

* The node itself (validators and followers) sees every deed of its ledger.
* A party sees an act when its contract informs the party of it, or makes it public. A supervisor sees besides
  what its look-throughs in force open (``looking.py``); on a ledger whose rules have no look-throughs yet, it
  sees every act.
* An asset as it stands is seen by who stands in one of its roles, and by who sees the newest act that
  touched it.
* Who stands in a role sees the chain of title: of earlier acts who, when and what, but not their content.
* Who is asked to sign a pending deed sees the records that it is about, as its proposer may show them, while
  it waits (``pending_reading.py``); lists do not show them.
* Nobody in particular (not signed in) sees what is public, where a face offers it at all.
* Every reading and export of contents is written to the access log before it is handed out.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.errors import AccessError
from wusong.ledger.bundle import Wanted
from wusong.node import nodedb
from wusong.node.current import Current
from wusong.node.ledger_view import acts, assets, deeds, holders, informed, touches
from wusong.node.looking import Looking
from wusong.node.nodedb import access_log
from wusong.node.pending_reading import Proposal, proposals

if TYPE_CHECKING:
    from wusong.node.node import Node

PUBLIC_SYSTEM: Final = (
    "system/accreditation",
    "system/calendar",
    "system/contract",
    "system/name",
    "system/parameters",
    "system/party",
)
"""System kinds that everyone may read: who is admitted and accredited, by which rules and calendars."""
_IN: Final = 400  # values in one IN list
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: for which party ("" for nobody in particular), which person, which way."""

    party: str = ""
    person: str = ""
    way: str = "api"
    everything: bool = False
    supervising: bool = True
    """Whether what the party sees as a supervisor counts, too."""


NODE: Final = Reader(way="node", everything=True)
PUBLIC: Final = Reader()


class Access:
    """What readers may see of one node."""

    def __init__(self, node: Node, db: sa.Engine) -> None:
        self._node: Final = node
        self._db: Final = db
        self.looking: Final = Looking(node)
        self._current: Final = Current(node)
        self._public: dict[str, list[str]] = {}

    # -- reading --------

    def sees_all(self, reader: Reader) -> bool:
        """Whether nothing on the ledger is hidden from the reader."""
        if reader.everything or not reader.party or not reader.supervising:
            return reader.everything
        return not self.looking.needed() and self.looking.supervises(reader.party)

    def assets(
        self,
        reader: Reader,
        *,
        name: str = "",
        state: str = "",
        party: str = "",
        before: int = 0,
        limit: int = _PAGE,
    ) -> list[dict[str, Any]]:
        """The assets the reader may see as they stand now, newest change first; ``before`` is a ``seq`` to go
        on from.
        """
        query = sa.select(assets).where(self._may_see_asset(reader))
        if name:
            query = query.where(
                assets.c.name == name if "@" in name or "/" in name else assets.c.name.startswith(f"{name}@")
            )
        if state:
            query = query.where(self._current.may_stand_in(state))
        if party:
            query = query.where(
                assets.c.asset.in_(sa.select(holders.c.asset).where(holders.c.party == party))
            )
        if before:
            query = query.where(assets.c.seq < before)
        query = query.order_by(assets.c.seq.desc(), assets.c.asset)
        return self._first(query, state, max(1, min(limit, _PAGE)))

    def among(self, reader: Reader, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Of these assets, those that the reader may see, as they stand now."""
        found: list[dict[str, Any]] = []
        for at in range(0, len(ids), _IN):
            chosen = assets.c.asset.in_(ids[at : at + _IN])
            rows = self._rows(sa.select(assets).where(chosen & self._may_see_asset(reader)))
            found += [self._current.row(dict(row)) for row in rows]
        return found

    def _first(self, query: sa.Select[Any], state: str, limit: int) -> list[dict[str, Any]]:
        """The first rows of a query as they stand now; where a state is wanted, those that stand in it."""
        found: list[dict[str, Any]] = []
        for start in itertools.count(0, limit):
            rows = self._rows(query.limit(limit).offset(start))
            now = [self._current.row(dict(row)) for row in rows]
            found += [row for row in now if not state or row["state"] == state]
            if len(rows) < limit or len(found) >= limit:
                break
        return found[:limit]

    def asset(self, reader: Reader, asset: str) -> dict[str, Any]:
        """One asset as it stands. Raises AccessError ``not-found``."""
        found = self._asset(reader, asset)
        if found is None and self.proposal(reader, asset) is not None:
            found = self._asset(NODE, asset)
        if found is None:
            raise AccessError("not-found")
        return self._current.row(found)

    def proposal(self, reader: Reader, asset: str) -> Proposal | None:
        """The pending deed because of which alone the reader sees an asset; None where there is none, or
        where the reader sees it anyway.
        """
        if not reader.party or self._asset(reader, asset) is not None:
            return None
        waiting = proposals(self._db, reader.party, asset, self._node.ledger.now())
        own = ((one, Reader(one.proposer, supervising=False)) for one in waiting)
        return next((one for one, proposer in own if self._asset(proposer, asset) is not None), None)

    def _asset(self, reader: Reader, asset: str) -> dict[str, Any] | None:
        rows = self._rows(sa.select(assets).where((assets.c.asset == asset) & self._may_see_asset(reader)))
        return dict(rows[0]) if rows else None

    def history(self, reader: Reader, asset: str) -> list[dict[str, Any]]:
        """What happened to an asset, in order: who, when, what, and, where the reader sees the act, with
        which content.

        Raises AccessError ``not-found``.
        """
        current = self.asset(reader, asset)
        proposal = self.proposal(reader, asset)
        entitled = {reader.party} if proposal is None else {proposal.proposer}
        chain = bool(entitled & {*current["roles"].values()}) or self.sees_all(reader)
        seen = self._may_see_act(reader).label("seen")
        query = (
            sa.select(acts, deeds.c.signers, deeds.c.height, touches.c.state, touches.c.rev, seen)
            .join(touches, (touches.c.seq == acts.c.seq) & (touches.c.act == acts.c.act))
            .join(deeds, deeds.c.seq == acts.c.seq)
            .where(touches.c.asset == asset)
            .order_by(acts.c.seq, acts.c.act)
        )
        rows = [dict(row) for row in self._rows(query)]
        return [row if row["seen"] else row | {"content": None} for row in rows if row["seen"] or chain]

    def deed(self, reader: Reader, deed: str) -> dict[str, Any]:
        """A deed's standing and the acts of it that the reader sees. Raises AccessError ``not-found``."""
        rows = self._rows(sa.select(deeds).where(deeds.c.deed == deed))
        if not rows:
            raise AccessError("not-found")
        found = dict(rows[0])
        shown = self._rows(
            sa.select(acts).where((acts.c.deed == deed) & self._may_see_act(reader)).order_by(acts.c.act)
        )
        if not shown and not self._signed(reader, found):
            raise AccessError("not-found")
        return found | {"acts": [dict(row) for row in shown]}

    def bundle(self, reader: Reader, deed: str) -> dict[str, Any]:
        """The bundle of a deed that discloses what the reader may see. Raises AccessError ``not-found``."""
        found = self.deed(reader, deed)
        visible = (
            frozenset(range(32))
            if self._signed(reader, found)
            else frozenset(row["act"] for row in found["acts"])
        )
        wanted = None if self.sees_all(reader) else Wanted(acts=visible)
        if found["code"] == "ok" and wanted is not None:
            wanted = Wanted(acts=frozenset(row["act"] for row in found["acts"] if row["content"] is not None))
        self.log(reader, "export-bundle", deed)
        return self._node.bundle(deed, wanted)

    def recent(self, reader: Reader, limit: int = 20) -> list[dict[str, Any]]:
        """The newest acts that the reader sees."""
        query = (
            sa.select(acts, deeds.c.signers, deeds.c.height)
            .join(deeds, deeds.c.seq == acts.c.seq)
            .where(self._may_see_act(reader))
            .order_by(acts.c.seq.desc(), acts.c.act.desc())
            .limit(max(1, min(limit, _PAGE)))
        )
        return [dict(row) for row in self._rows(query)]

    # -- the log of readings --------

    def log(self, reader: Reader, what: str, target: str) -> None:
        """Write down that the reader reads or exports ``target`` now."""
        values = {"time": nodedb.now(), "party": reader.party, "person": reader.person, "way": reader.way}
        with self._db.begin() as connection:
            connection.execute(access_log.insert().values(**values, what=what, target=target))

    def readings(self, *, before: int = 0, limit: int = _PAGE) -> list[dict[str, Any]]:
        """The access log, newest first."""
        query = sa.select(access_log).order_by(access_log.c.id.desc()).limit(max(1, min(limit, _PAGE)))
        if before:
            query = query.where(access_log.c.id < before)
        with self._db.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    # -- the rule --------

    def _may_see_act(self, reader: Reader) -> sa.ColumnElement[bool]:
        if self.sees_all(reader):
            return sa.true()
        told = sa.exists().where(
            (informed.c.seq == acts.c.seq)
            & (informed.c.act == acts.c.act)
            & (informed.c.party == reader.party)
        )
        shown = [acts.c.name.in_(PUBLIC_SYSTEM), self._is_public()]
        looks = self.looking.opens(reader.party) if reader.supervising else []
        return sa.or_(*shown, *([told, *looks] if reader.party else ()))

    def _may_see_asset(self, reader: Reader) -> sa.ColumnElement[bool]:
        if self.sees_all(reader):
            return sa.true()
        other = touches.alias()
        newest = (
            sa.select(sa.func.max(other.c.rev))
            .where(other.c.asset == assets.c.asset)
            .correlate(assets)
            .scalar_subquery()
        )
        by_act = (
            sa.exists()
            .where((touches.c.asset == assets.c.asset) & (touches.c.rev == newest))
            .where((acts.c.seq == touches.c.seq) & (acts.c.act == touches.c.act))
            .where(self._may_see_act(reader))
        )
        inside = assets.c.asset.in_(sa.select(holders.c.asset).where(holders.c.party == reader.party))
        return sa.or_(assets.c.name.in_(PUBLIC_SYSTEM), by_act, inside if reader.party else sa.false())

    def _is_public(self) -> sa.ColumnElement[bool]:
        """The acts that their page declares public."""
        contracts = self._rows(
            sa.select(acts.c.contract).distinct().where(~acts.c.contract.startswith("system/"))
        )
        pairs = [
            (row["contract"], action) for row in contracts for action in self._public_actions(row["contract"])
        ]
        if not pairs:
            return sa.false()
        return sa.tuple_(acts.c.contract, acts.c.action).in_(pairs)

    def _public_actions(self, contract: str) -> list[str]:
        known = self._public.get(contract)
        if known is None:
            steps = self._node.ledger.rules.compiled(self._node.ledger.view(), contract).program.steps
            known = self._public[contract] = sorted(name for name, step in steps.items() if step.public)
        return known

    def _signed(self, reader: Reader, deed: dict[str, Any]) -> bool:
        return self.sees_all(reader) or bool(reader.party and reader.party in deed["signers"])

    def _rows(self, query: sa.Select[Any]) -> Sequence[sa.RowMapping]:
        with self._node.models.engine.connect() as connection:
            return connection.execute(query).mappings().all()
