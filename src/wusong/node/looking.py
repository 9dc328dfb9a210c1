"""Look-throughs as a node applies them: what a supervisor may read, and what everybody may count.

* A supervisor reads the acts of a target only by a look-through that it opened itself, while that lasts and
  while it is accredited (ledger/system/lookthrough.py).
* Of an asset these are the acts that touched it; of a party, the acts that its contracts informed it of. The
  scope of the look-through cuts them down by contract and action, and by when they were done.
* Everybody sees how many look-throughs there were and by which law, never at whom or what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.ledger.system.accreditation import holds, record_name
from wusong.ledger.system.lookthrough import KIND, SUPERVISOR, lasts
from wusong.node.ledger_view import acts, assets, holders, informed, touches

if TYPE_CHECKING:
    from wusong.node.node import Node

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Look:
    """A look-through in force."""

    target: str
    scope: dict[str, Any]


class Looking:
    """The look-throughs of one node's ledger."""

    def __init__(self, node: Node) -> None:
        self._node: Final = node

    def supervises(self, party: str) -> bool:
        """Whether a party is accredited as a supervisor now."""
        key = self._node.ledger.rules.key("accreditation", record_name(party, SUPERVISOR))
        return holds(self._node.ledger.view().leaf(key), self._node.ledger.now())

    def needed(self) -> bool:
        """Whether this ledger's rules have look-throughs: before, a supervisor simply sees."""
        version: int = self._node.ledger.protocol_status()["version"]
        return version >= 2

    def in_force(self, party: str) -> list[Look]:
        """What a party may look through now; nothing unless it is a supervisor."""
        if not self.supervises(party):
            return []
        query = (
            sa.select(assets.c.state, assets.c.fields)
            .join(holders, holders.c.asset == assets.c.asset)
            .where((assets.c.contract == KIND) & (holders.c.party == party))
            .order_by(assets.c.asset)
        )
        now = self._node.ledger.now()
        rows = [row["fields"] for row in self._rows(query) if lasts(row["state"], row["fields"], now)]
        return [Look(fields["target"], fields.get("scope", {})) for fields in rows]

    def opens(self, party: str) -> list[Condition]:
        """For each look-through in force, which acts it opens to the party."""
        return [_opened(look) for look in self.in_force(party)]

    def counts(self) -> list[dict[str, Any]]:
        """How many look-throughs rest on each legal basis, all and those that last; by basis."""
        now, found = self._node.ledger.now(), dict[str, dict[str, Any]]()
        for row in self._rows(sa.select(assets.c.state, assets.c.fields).where(assets.c.contract == KIND)):
            basis = row["fields"]["basis"]
            one = found.setdefault(basis, {"basis": basis, "all": 0, "open": 0})
            one["all"] += 1
            one["open"] += lasts(row["state"], row["fields"], now)
        return [found[basis] for basis in sorted(found)]

    def _rows(self, query: sa.Select[Any]) -> list[sa.RowMapping]:
        with self._node.models.engine.connect() as connection:
            return list(connection.execute(query).mappings())


def _opened(look: Look) -> Condition:
    party = look.target.startswith("did:")
    table = (informed if party else touches).alias()  # the question asked may be about these tables, too
    same = (table.c.seq == acts.c.seq) & (table.c.act == acts.c.act)
    named = (table.c.party if party else table.c.asset) == look.target
    about = sa.select(sa.literal(1)).select_from(table).where(same & named).correlate(acts).exists()
    return sa.and_(about, *_within(look.scope))


def _within(scope: dict[str, Any]) -> list[Condition]:
    limits: list[Condition] = []
    if "from" in scope:
        limits.append(acts.c.time >= scope["from"])
    if "to" in scope:
        limits.append(acts.c.time < scope["to"])
    if "acts" in scope:
        limits.append(sa.or_(*(_covered(item) for item in scope["acts"])))
    return limits


def _covered(item: dict[str, Any]) -> Condition:
    named = sa.or_(acts.c.name == item["contract"], acts.c.contract == item["contract"])
    return named if "*" in item["actions"] else sa.and_(named, acts.c.action.in_(item["actions"]))
