"""Who brought which content to this node, by the portal, the API or a use case: the one record of it. A
commitment stands on the ledger for others to read; it is no key to the content behind it.

* A department's table and its profile, an operator's question: each is used for the party that handed the
  content itself to this node, and for nobody who only names its commitment.
* It is written down when the content is taken in, before any deed names it, and asked wherever a content is
  used, because a deed can be written and signed anywhere.
* A profile decides which columns are personal, so it counts only where this node made it of that very table:
  table and profile are written down as a pair (``pair``) when the node makes one.
* One SQLite file, ``brought.db``, in the node's folder; it cannot be rebuilt, so backups hold it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Final

from wusong.data.durable import OnePerNode, open_file
from wusong.data.host import Host
from wusong.errors import DataError

__all__ = ["FILE", "Brought", "brought", "close", "recorded"]

FILE: Final = "brought.db"
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS brought (
  party TEXT NOT NULL, commitment TEXT NOT NULL, PRIMARY KEY (party, commitment)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pairs (
  content TEXT NOT NULL, profile TEXT NOT NULL, PRIMARY KEY (content, profile)
) WITHOUT ROWID
"""


class Brought:
    """The record in ``folder``, made when it is not there."""

    def __init__(self, folder: Path) -> None:
        self._lock: Final = Lock()
        self._db: Final = open_file(folder / FILE, _TABLE)

    def note(self, party: str, *commitments: str) -> None:
        """Remember that a party brought these contents; durable when this returns."""
        with self._lock:
            self._db.executemany(
                "INSERT OR IGNORE INTO brought VALUES (?, ?)", [(party, one) for one in commitments]
            )

    def demand(self, party: str, *commitments: str) -> None:
        """Raise DataError ``content-not-brought`` unless the party brought them all."""
        for commitment in commitments:
            with self._lock:
                row = self._db.execute(
                    "SELECT 1 FROM brought WHERE party = ? AND commitment = ?", (party, commitment)
                ).fetchone()
            if row is None:
                raise DataError("content-not-brought", commitment=commitment, party=party)

    def pair(self, content: str, profile: str) -> None:
        """Remember that this node made the profile of that table; durable when this returns."""
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO pairs VALUES (?, ?)", (content, profile))

    def paired(self, content: str, profile: str) -> bool:
        """Whether this node made the profile of that table."""
        with self._lock:
            query = "SELECT 1 FROM pairs WHERE content = ? AND profile = ?"
            return self._db.execute(query, (content, profile)).fetchone() is not None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


_records: Final = OnePerNode(lambda host: Brought(host.folder))


def brought(host: Host) -> Brought:
    """The host's record."""
    return _records.of(host)


def recorded(folder: Path) -> list[tuple[str, str]]:
    """Party and commitment of everything that was brought; nothing is made when there is no record."""
    path = folder / FILE
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        query = "SELECT party, commitment FROM brought ORDER BY party, commitment"
        return [(str(party), str(commitment)) for party, commitment in db.execute(query)]


def close(host: Host) -> None:
    """Close the host's record, before the host itself."""
    _records.close(host)
