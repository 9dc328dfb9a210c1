"""What was done with each registration, step by step: table ``data_registration_steps``.

Columns: ``asset`` (hex), ``rev`` (the revision that the act made), ``action``, ``state`` (after it), ``time``
(ms), ``deed``. Built from ledger events only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.projection import Entry, View

__all__ = ["RegistrationView", "metadata", "of", "steps"]

metadata: Final = sa.MetaData()
steps: Final = sa.Table(
    "data_registration_steps",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("rev", sa.Integer, primary_key=True),
    sa.Column("action", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("time", sa.BigInteger),
    sa.Column("deed", sa.String(64)),
)


class RegistrationView(View):
    """The projection behind the table."""

    name = "data-registration"
    version = 1
    metadata = metadata

    def apply_all(self, connection: sa.Connection, entries: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order."""
        rows = [
            {"asset": asset, "rev": leaf.rev, "action": act.action, "state": leaf.state}
            | {"time": act.time, "deed": act.deed}
            for entry in entries
            for act in entry.acts
            if act.name.partition("@")[0] == "data-resource"
            for asset, leaf in act.writes
        ]
        if rows:
            connection.execute(steps.insert(), rows)


def of(models: Any, asset: str) -> list[dict[str, Any]]:  # noqa: ANN401 - the host's read models
    """The steps of one registration, oldest first."""
    query = sa.select(steps).where(steps.c.asset == asset).order_by(steps.c.rev)
    with models.engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
