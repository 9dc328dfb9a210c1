"""What one node remembers for itself, off the ledger: people, sessions, entries and deeds that
wait, who read what.

* One SQLite file, ``node.db``, beside the ledger; it cannot be rebuilt, so backups hold it.
* Secrets are kept only as digests: who reads this file signs in as nobody.
* The access log is only ever appended to.
"""

from __future__ import annotations

import sqlite3
import time
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
credentials: Final = sa.Table(
    "credentials",
    metadata,
    sa.Column("person", sa.ForeignKey("persons.person"), primary_key=True),
    sa.Column("kept", sa.JSON),
    sa.Column("changed", sa.BigInteger),
    sa.Column("put_off", sa.BigInteger),
)
resets: Final = sa.Table(
    "resets",
    metadata,
    sa.Column("reset", sa.String(32), primary_key=True),
    sa.Column("person", sa.ForeignKey("persons.person"), index=True, nullable=False),
    sa.Column("asker", sa.Text, nullable=False),
    sa.Column("asked", sa.BigInteger, nullable=False),
    sa.Column("decider", sa.Text, nullable=False),
    sa.Column("decided", sa.BigInteger),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("link", sa.String(64), nullable=False),
    sa.Column("used", sa.BigInteger),
)
attempts: Final = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account", sa.String(64), index=True, nullable=False),
    sa.Column("source", sa.Text, index=True, nullable=False),
    sa.Column("time", sa.BigInteger, index=True, nullable=False),
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
pending_ends: Final = sa.Table(
    "pending_ends",
    metadata,
    sa.Column("deed", sa.ForeignKey("pending.deed"), primary_key=True),
    sa.Column("notice", sa.LargeBinary, nullable=False),
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


def now() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


def _tune(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 10000")
