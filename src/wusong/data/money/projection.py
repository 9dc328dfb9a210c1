"""Where the ledger's archive has what money is reckoned from: an index, so that nobody reads it all.

* ``money_meterings``: each metering's deed and act, by operator, user, provider and time (ms).
* ``money_steps``: the deeds that put a statement or a distribution on the ledger, by the commitment named.
* ``money_numbers``: the register of invoice numbers, each with the register it stands in (``root``).
* ``money_members``: the parties of every agreement on sharing revenue, asked or agreed.
* ``money_rounds``: every distribution of an agreement: the deed that made it, or corrected it last, and what
  became of it as far as acts told: ``allotted``, ``disputed``, ``confirmed``, ``lapsed`` (disputed and not
  resolved in time). What a time limit did since, the record says.

Only places are kept, and the numbers in their order: what a metering says is read from its deed. Built from
ledger events only, so rebuilding gives the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.projection import Entry, Event, View

__all__ = ["MoneyView", "members", "metadata", "numbers", "places", "rounds", "steps"]

metadata: Final = sa.MetaData()
places: Final = sa.Table(
    "money_meterings",
    metadata,
    sa.Column("deed", sa.String(64), primary_key=True),
    sa.Column("act", sa.Integer, primary_key=True),
    sa.Column("place", sa.BigInteger),
    sa.Column("time", sa.BigInteger),
    *[sa.Column(name, sa.Text) for name in ("operator", "user", "provider")],
    *[sa.Index(f"money_by_{name}", name, "time") for name in ("operator", "user", "provider")],
    sa.Index("money_by_time", "time"),
)
steps: Final = sa.Table(
    "money_steps",
    metadata,
    sa.Column("commitment", sa.String(64), primary_key=True),
    sa.Column("argument", sa.Text, primary_key=True),
    sa.Column("deed", sa.String(64)),
    sa.Column("act", sa.Integer),
)
numbers: Final = sa.Table(
    "money_numbers",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    *[sa.Column(name, sa.Text) for name in ("root", "number", "next", "claim", "issuer", "registrar")],
    sa.Column("time", sa.BigInteger),
    sa.Index("money_in_order", "root", "number"),
)
members: Final = sa.Table(
    "money_members",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("party", sa.Text, primary_key=True, index=True),
)
rounds: Final = sa.Table(
    "money_rounds",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("deed", sa.String(64)),
    sa.Column("act", sa.Integer),
    sa.Column("time", sa.BigInteger),
    sa.Column("state", sa.Text),
)
_DIVIDES: Final = frozenset({"allot", "allot-by-contribution", "correct"})
RESTED: Final = {"allotted": "confirmed", "disputed": "lapsed"}
"""What became of a distribution that the agreement no longer stands at."""
_NAMED: Final = {
    ("usage-statement", "issue"): "statement",
    ("usage-statement", "correct"): "statement",
    ("revenue-share", "allot"): "ground",
    ("revenue-share", "allot-by-contribution"): "ground",
}


class MoneyView(View):
    """The projection behind these tables."""

    name = "data-money"
    version = 2
    metadata = metadata

    def apply_all(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order."""
        acts = [act for entry in entries for act in entry.acts]
        metered = [row for act in acts for row in _metered(act)]
        if metered:
            last = connection.execute(sa.select(sa.func.max(places.c.place))).scalar() or 0
            rows = [row | {"place": last + n} for n, row in enumerate(metered, 1)]
            connection.execute(places.insert(), rows)
        for act in acts:
            _step(connection, act)
            if _kind(act) == "revenue-share":
                _agreement(connection, act, *act.writes[0])
            if _kind(act) == "invoice-number":
                for asset, leaf in act.writes:
                    _number(connection, act, asset, leaf)


def _kind(act: Event) -> str:
    return act.name.partition("@")[0]


def _metered(act: Event) -> list[dict[str, Any]]:
    if act.action != "meter" or _kind(act) != "data-use":
        return []
    roles = act.writes[0][1].roles
    sides = {name: roles.get(name, "") for name in ("operator", "user", "provider")}
    return [{"deed": act.deed, "act": act.act, "time": act.time} | sides]


def _step(connection: sa.Connection, act: Event) -> None:
    """Note the first deed that named a commitment."""
    argument = _NAMED.get((_kind(act), act.action))
    if argument is None or argument not in act.args:
        return
    key = {"commitment": act.args[argument], "argument": argument}
    known = sa.select(steps.c.deed).filter_by(**key)
    if connection.execute(known).first() is None:
        connection.execute(steps.insert().values(**key, deed=act.deed, act=act.act))


def _agreement(connection: sa.Connection, act: Event, asset: str, leaf: Leaf) -> None:
    """An agreement's parties and its distribution as they stand now."""
    parties = dict.fromkeys([*leaf.fields["parties"], *leaf.fields["electors"]])
    connection.execute(members.delete().where(members.c.asset == asset))
    connection.execute(members.insert(), [{"asset": asset, "party": party} for party in parties])
    place = (rounds.c.asset == asset) & (rounds.c.round == leaf.fields["round"])
    if act.action in _DIVIDES:
        row = {"asset": asset, "round": leaf.fields["round"], "deed": act.deed, "act": act.act}
        connection.execute(rounds.delete().where(place))
        connection.execute(rounds.insert().values(**row, time=act.time, state=leaf.state))
        return
    known = connection.execute(sa.select(rounds.c.state).where(place)).scalar()
    if known is not None:
        state = leaf.state if leaf.state in RESTED else RESTED.get(known, known)
        connection.execute(rounds.update().where(place).values(state=state))


def _number(connection: sa.Connection, act: Event, asset: str, leaf: Leaf) -> None:
    """A number of the register as it stands now."""
    known = connection.execute(sa.select(numbers).where(numbers.c.asset == asset)).first()
    if known is not None:
        following = numbers.update().where(numbers.c.asset == asset).values(next=leaf.fields["next"])
        connection.execute(following)
        return
    before = leaf.fields.get("before")
    root = connection.execute(sa.select(numbers.c.root).where(numbers.c.asset == before)).scalar()
    said = {name: leaf.fields.get(name) for name in ("number", "next", "claim")}
    said |= {name: leaf.roles.get(name) for name in ("issuer", "registrar")}
    connection.execute(numbers.insert().values(asset=asset, root=root or asset, time=act.time, **said))
