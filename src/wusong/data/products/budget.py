"""The budget of a table: which questions it answers, in the order in which each was first asked.

* One SQLite file, ``budget.db``, in the node's folder: a question is in it for good before it is answered for
  the first time. The order decides what is withheld (``differencing``); it cannot be rebuilt, so backups hold
  it. It names questions and tables by their commitments and says nothing of either.
* A table answers at most ``MOST`` different questions; a column has part in at most ``MOST_SCORES`` scores.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

from wusong.data.durable import open_file
from wusong.errors import DataError

__all__ = ["FILE", "MOST", "MOST_SCORES", "Budget"]

FILE: Final = "budget.db"
MOST: Final = 64
MOST_SCORES: Final = 4
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS questions (
  place INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, question TEXT NOT NULL,
  UNIQUE (subject, question)
)
"""


class Budget:
    """The questions that the tables of a node answer."""

    def __init__(self, folder: Path) -> None:
        self._lock: Final = Lock()
        self._db: Final = open_file(folder / FILE, _SCHEMA)

    def open(self, subject: str, question: str, permit: Callable[[tuple[str, ...]], None]) -> tuple[str, ...]:
        """The questions of a table up to this one, which is taken in, durably, when it is new.

        ``permit`` is asked, within the transaction, with the questions before a new one; what it raises
        refuses. Raises DataError ``budget-spent``.
        """
        with self._lock:
            known = self._known(subject)
            if question not in known:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    known = self._known(subject)
                    if question not in known:
                        self._take_in(subject, question, known, permit)
                        known = (*known, question)
                    self._db.execute("COMMIT")
                finally:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
            return known[: known.index(question) + 1]

    def _take_in(
        self, subject: str, question: str, known: tuple[str, ...], permit: Callable[[tuple[str, ...]], None]
    ) -> None:
        if len(known) >= MOST:
            raise DataError("budget-spent", limit=MOST)
        permit(known)
        self._db.execute("INSERT INTO questions (subject, question) VALUES (?, ?)", (subject, question))

    def known(self, subject: str) -> tuple[str, ...]:
        """The questions that a table answers, in order."""
        with self._lock:
            return self._known(subject)

    def _known(self, subject: str) -> tuple[str, ...]:
        rows = self._db.execute("SELECT question FROM questions WHERE subject = ? ORDER BY place", (subject,))
        return tuple(row[0] for row in rows)

    def close(self) -> None:
        """Close the file."""
        self._db.close()
