"""The tables that a party took in: name, size, when, and how many columns wait for a decision.

* A list to come back by: what a table holds stands in the vault; ``brought`` says who may look.
* Each party has its own list. A table handed in again moves to the top under its newest name.
* One SQLite file, ``tables.db``, in the node's folder; it holds names of files and no content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from wusong.crypto import canonical
from wusong.data.durable import open_file
from wusong.data.host import Host
from wusong.data.intake import decisions

__all__ = ["FILE", "MOST", "Book", "Taken", "note", "of"]

FILE: Final = "tables.db"
MOST: Final = 200
"""How many tables a list shows, the newest."""
_NAME: Final = 120
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS tables (
  party TEXT NOT NULL, content TEXT NOT NULL, name TEXT NOT NULL, rows INTEGER NOT NULL,
  columns INTEGER NOT NULL, marked INTEGER NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (party, content)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A table: its commitment, the name of its file, rows and columns, when (ms), and how many columns keep
    the resource from being opened.
    """

    content: str
    name: str
    rows: int
    columns: int
    time: int
    undecided: int

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


class Book:
    """The lists in ``folder``. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._db: Final = open_file(folder / FILE, _TABLE)

    def note(self, party: str, content: str, name: str, profile: Mapping[str, Any], time: int) -> None:
        """Put a table on a party's list; durable when this returns."""
        columns = profile["columns"]
        marked = len(decisions.marked(profile))
        row = (party, content, name, profile["rows"], len(columns), marked, time)
        self._db.execute("INSERT OR REPLACE INTO tables VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def of(self, party: str) -> list[tuple[str, str, int, int, int, int]]:
        """A party's newest tables: content, name, rows, columns, marked columns, time."""
        query = (
            "SELECT content, name, rows, columns, marked, time FROM tables WHERE party = ? "
            "ORDER BY time DESC, name, content LIMIT ?"
        )
        return list(self._db.execute(query, (party, MOST)))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def note(host: Host, party: str, content: str, name: str, profile: Mapping[str, Any]) -> None:
    """Put a table that a party brought on its list, with what its profile says."""
    with Book(host.folder) as book:
        book.note(party, content, _plain(name), profile, host.ledger.now())


def of(host: Host, party: str) -> list[Taken]:
    """The newest tables of a party, with what of them is undecided now."""
    if not (host.folder / FILE).exists():
        return []
    with Book(host.folder) as book, decisions.Book(host.folder) as decided:
        settled = decided.settled(party)
        return [
            Taken(content, name, rows, columns, time, max(0, marked - settled.get(content, 0)))
            for content, name, rows, columns, marked, time in book.of(party)
        ]


def _plain(name: str) -> str:
    """The last part of a file's name."""
    return canonical.to_text(name.replace("\\", "/").rsplit("/", 1)[-1].strip())[:_NAME]
