"""When each request for sharing was made, answered and decided: table ``data_sharings``.

Columns: ``asset`` (hex), ``provider``, ``applicant``, ``coordinator``, ``flow``, ``state`` as written,
``applied``, ``due`` (until when the answer was or is owed), ``answered``, ``withdrawn`` (ms), ``ground`` of a
refusal, ``decided`` (``direct`` or ``reject``). Built from ledger events only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.projection import Entry, Event, View

__all__ = ["SharingView", "metadata", "sharings"]

metadata: Final = sa.MetaData()
_PARTIES: Final = ("provider", "applicant", "coordinator")
_ANSWER: Final = "answer>overdue"
sharings: Final = sa.Table(
    "data_sharings",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    *[sa.Column(name, sa.Text, index=True) for name in _PARTIES],
    *[sa.Column(name, sa.Text) for name in ("flow", "state", "ground", "decided")],
    *[sa.Column(name, sa.BigInteger) for name in ("applied", "due", "answered", "withdrawn")],
)


class SharingView(View):
    """The projection behind the table."""

    name = "data-sharing"
    version = 1
    metadata = metadata

    def apply_all(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order."""
        acts = (act for entry in entries for act in entry.acts)
        for act in acts:
            if act.name.partition("@")[0] == "data-sharing":
                for asset, leaf in act.writes:
                    _take(connection, act, asset, leaf)


def _take(connection: sa.Connection, act: Event, asset: str, leaf: Leaf) -> None:
    row: dict[str, Any] = {"state": leaf.state}
    if _ANSWER in leaf.deadlines:
        row["due"] = leaf.deadlines[_ANSWER]
    row |= _MEANT.get(act.action, lambda _act, _leaf: {})(act, leaf)
    if leaf.rev == 1:
        row |= {name: leaf.roles.get(name, "") for name in _PARTIES}
        row |= {"applied": act.time, "asset": asset, "flow": leaf.fields["flow"]}
        connection.execute(sharings.insert(), row)
    else:
        connection.execute(sharings.update().where(sharings.c.asset == asset), row)


_MEANT: Final[dict[str, Any]] = {
    "consent": lambda act, _leaf: {"answered": act.time},
    "refuse": lambda act, leaf: {"answered": act.time, "ground": leaf.fields["ground"]},
    "direct": lambda _act, _leaf: {"decided": "direct"},
    "reject": lambda _act, _leaf: {"decided": "reject"},
    "withdraw": lambda act, _leaf: {"withdrawn": act.time},
}
"""What an act says of the request beside its state."""
