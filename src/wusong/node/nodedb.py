"""What one node remembers for itself, off the ledger: people, sessions, entries and deeds that
wait, who read what.

* One SQLite file, ``node.db``, beside the ledger; it cannot be rebuilt, so backups hold it.
* Secrets are kept only as digests: who reads this file signs in as nobody.
* The access log is only ever appended to.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "node.db"
metadata: Final = sa.MetaData()

persons: Final = sa.Table(
    "persons",
    metadata,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
)
memberships: Final = sa.Table(
    "memberships",
    metadata,
    sa.Column("person", sa.ForeignKey("persons.person"), primary_key=True),
    sa.Column("party", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
)
offices: Final = sa.Table(
    "offices",
    metadata,
    sa.Column("person", sa.ForeignKey("persons.person"), primary_key=True),
    sa.Column("office", sa.Text, nullable=False),
)
links: Final = sa.Table(
    "links",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("persons.person"), nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
)
sessions: Final = sa.Table(
    "sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("person", sa.ForeignKey("persons.person"), nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False),
)
failures: Final = sa.Table(
    "failures",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, index=True, nullable=False),
    sa.Column("time", sa.BigInteger, nullable=False),
)
nonces: Final = sa.Table(
    "nonces",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("nonce", sa.Text, primary_key=True),
    sa.Column("expires", sa.BigInteger, index=True, nullable=False),
)
entries: Final = sa.Table(
    "entries",
    metadata,
    sa.Column("entry", sa.String(32), primary_key=True),
    sa.Column("party", sa.Text, index=True, nullable=False),
    sa.Column("author", sa.ForeignKey("persons.person"), nullable=False),
    sa.Column("use_case", sa.Text, nullable=False),
    sa.Column("args", sa.JSON, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reviewer", sa.Text),
    sa.Column("decider", sa.Text),
    sa.Column("decided", sa.BigInteger),
    sa.Column("note", sa.Text),
    sa.Column("result", sa.JSON),
)
pending: Final = sa.Table(
    "pending",
    metadata,
    sa.Column("deed", sa.String(64), primary_key=True),
    sa.Column("proposer", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("acts", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("expires", sa.BigInteger, index=True, nullable=False),
    sa.Column("state", sa.Text, index=True, nullable=False),
    sa.Column("result", sa.JSON),
)
pending_signers: Final = sa.Table(
    "pending_signers",
    metadata,
    sa.Column("deed", sa.ForeignKey("pending.deed"), primary_key=True),
    sa.Column("party", sa.Text, primary_key=True, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("protected", sa.Text),
    sa.Column("signature", sa.Text),
    sa.Column("signed", sa.BigInteger),
    sa.Column("sent", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try", sa.BigInteger, nullable=False),
)
uploads: Final = sa.Table(
    "uploads",
    metadata,
    sa.Column("party", sa.Text, primary_key=True),
    sa.Column("commitment", sa.String(64), primary_key=True),
)
access_log: Final = sa.Table(
    "access_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("time", sa.BigInteger, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
)


def open_db(folder: Path) -> sa.Engine:
    """The node's own store in ``folder``, made when it is not there yet, readable by its owner only."""
    path = folder / FILE
    path.touch(mode=0o600, exist_ok=True)
    engine = sa.create_engine(f"sqlite:///{path}")
    sa.event.listen(engine, "connect", _tune)
    metadata.create_all(engine)
    return engine


def uploads_in(folder: Path) -> list[tuple[str, str]]:
    """Party and commitment of every content that was brought through the portal or the API; nothing is made
    when there is no store.
    """
    path = folder / FILE
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        query = "SELECT party, commitment FROM uploads ORDER BY party, commitment"
        return [(str(party), str(commitment)) for party, commitment in connection.execute(query)]


def now() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


def _tune(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 10000")
