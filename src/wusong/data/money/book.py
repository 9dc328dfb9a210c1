"""What was stated, divided and paid, period by period: the local record that makes a run resumable.

* One SQLite file, ``money.db``. A row is written, durably, before the deed that it is about: contents and
  their commitment are settled then and never formed a second time. What became of the deed is found out by
  looking for that commitment in the archive, so that a kill between deed and note repeats nothing.
* Bank accounts stand here only as commitments, each in the list of the party that keeps it; what they stand
  for lies sealed in the vault. A file from before accounts had keepers is taken over: each kept its own.
* It cannot be rebuilt; backups hold it. A restored ledger takes back what it does not hold (``unsettle``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from wusong.data.durable import OnePerNode, open_file
from wusong.data.host import Host
from wusong.errors import DataError

__all__ = ["FILE", "Book", "Done", "Kept", "Row", "book", "close", "unsettle"]

FILE: Final = "money.db"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS steps (
  kind TEXT NOT NULL, party TEXT NOT NULL, other TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  version INTEGER NOT NULL, content TEXT NOT NULL, amount INTEGER NOT NULL, made INTEGER NOT NULL,
  deed TEXT NOT NULL DEFAULT '', asset TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (kind, party, other, first, last, version)
) WITHOUT ROWID;
"""
_ACCOUNTS: Final = """
CREATE TABLE IF NOT EXISTS accounts (
  keeper TEXT NOT NULL, party TEXT NOT NULL, content TEXT NOT NULL, made INTEGER NOT NULL, way TEXT NOT NULL,
  PRIMARY KEY (keeper, party)
) WITHOUT ROWID;
"""
_OLD: Final = "SELECT 1 FROM sqlite_master WHERE name = 'accounts' AND sql NOT LIKE '%keeper%'"
_TAKE_OVER: Final = (
    "ALTER TABLE accounts RENAME TO accounts_before",
    _ACCOUNTS,
    "INSERT INTO accounts SELECT party, party, content, 0, '' FROM accounts_before",
    "DROP TABLE accounts_before",
)
_FORM: Final = (
    "INSERT OR IGNORE INTO steps (kind, party, other, first, last, version, content, amount, made) "
    "VALUES (?,?,?,?,?,?,?,?,?)"
)
_STANDING: Final = (
    "SELECT kind, party, other, first, last, version, content, amount, made, deed, asset FROM steps "
    "WHERE kind=? AND party=? AND other=? AND first=? AND last=? AND version=?"
)
_ALL: Final = (
    "SELECT kind, party, other, first, last, version, content, amount, made, deed, asset FROM steps "
    "ORDER BY first, last, kind, party, other, version"
)
STATEMENT: Final = "statement"
SPLIT: Final = "split"
SETTLEMENT: Final = "settlement"


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a period: a statement to ``other`` (a user), a split or a settlement of ``other`` (an
    agreement). ``content`` is a commitment; ``made`` ms; ``deed`` is empty until it is known to be accepted.
    """

    kind: str
    party: str
    other: str
    first: int
    last: int
    version: int
    content: str
    amount: int
    made: int
    deed: str = ""
    asset: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The deed that carried a step out, and the asset it is about."""

    deed: str
    asset: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An account in a party's list: its commitment; when it was entered (ms; 0: nobody wrote it down)
    and which way (``signatory``, ``program``, ``terminal``, or empty).
    """

    content: str
    made: int
    way: str


class Book:
    """The record in ``folder``, made when it is not there."""

    def __init__(self, folder: Path) -> None:
        self._lock: Final = Lock()
        self._db: Final = open_file(folder / FILE, _SCHEMA + _ACCOUNTS)
        _take_over(self._db)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.OperationalError as error:
                raise DataError("moneybook-failed", detail=str(error)[:200]) from None

    def form(self, row: Row) -> Row:
        """Write a step down before its deed; when it stands already, the one that stands."""
        values = (row.kind, row.party, row.other, row.first, row.last, row.version)
        with self._using() as db:
            db.execute(_FORM, (*values, row.content, row.amount, row.made))
            found = db.execute(_STANDING, values).fetchone()
        return Row(*found)

    def settle(self, row: Row, done: Done) -> None:
        """The step was carried out by this deed."""
        with self._using() as db:
            db.execute(
                "UPDATE steps SET deed = ?, asset = ? WHERE kind = ? AND content = ? AND deed = ''",
                (done.deed, done.asset, row.kind, row.content),
            )

    def forget(self, row: Row) -> None:
        """Give up a step whose deed the ledger refused; never one that has a deed."""
        with self._using() as db:
            db.execute(
                "DELETE FROM steps WHERE kind = ? AND content = ? AND deed = ''", (row.kind, row.content)
            )

    def rows(self, **sought: str | int) -> list[Row]:
        """The steps with these values, oldest period first."""
        with self._using() as db:
            found = [Row(*row) for row in db.execute(_ALL)]
        return [row for row in found if all(getattr(row, name) == value for name, value in sought.items())]

    def note_account(self, keeper: str, party: str, kept: Kept) -> str:
        """Keep an account in the keeper's list; gives the commitment that it replaces, or an empty text."""
        place = (keeper, party)
        with self._using() as db:
            old = db.execute("SELECT content FROM accounts WHERE keeper = ? AND party = ?", place).fetchone()
            row = (*place, kept.content, kept.made, kept.way)
            db.execute("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?)", row)
        return "" if old is None else str(old[0])

    def accounts(self, keeper: str) -> dict[str, Kept]:
        """The accounts in a party's list, by whose they are."""
        query = "SELECT party, content, made, way FROM accounts WHERE keeper = ? ORDER BY party"
        with self._using() as db:
            return {party: Kept(*rest) for party, *rest in db.execute(query, (keeper,))}

    def holds_account(self, content: str) -> bool:
        """Whether any list has this commitment."""
        with self._using() as db:
            return db.execute("SELECT 1 FROM accounts WHERE content = ?", (content,)).fetchone() is not None


def _take_over(db: sqlite3.Connection) -> None:
    """Give the accounts of a file from before accounts had keepers to the parties themselves."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if db.execute(_OLD).fetchone() is not None:
            for step in _TAKE_OVER:
                db.execute(step)
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


_books: Final = OnePerNode(lambda host: Book(host.folder))


def book(host: Host) -> Book:
    """The host's record."""
    return _books.of(host)


def close(host: Host) -> None:
    """Close the host's record, before the host itself."""
    _books.close(host)


def unsettle(path: Path, holds: Callable[[str], bool]) -> None:
    """Of every step whose deed a restored ledger does not hold, keep the contents and forget the deed, so
    that it is carried out again.
    """
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as db, db:
        settled = db.execute("SELECT kind, content, deed FROM steps WHERE deed != ''").fetchall()
        gone = [(kind, content) for kind, content, deed in settled if not holds(deed)]
        db.executemany("UPDATE steps SET deed = '', asset = '' WHERE kind = ? AND content = ?", gone)
