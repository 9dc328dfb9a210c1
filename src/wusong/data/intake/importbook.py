"""The book of imports: which row of which workbook is registered by which deed. One SQLite file.

* A row is known by the digest of its workbook and its number; it is registered once.
* A batch (the rows of one deed) is written down before its deed is handed in, with the contents that its
  acts name. Whoever is stopped in between looks for a deed with these contents before handing in another.
* It cannot be rebuilt, so backups hold it; it holds no content, and no text of a row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from wusong.data.durable import open_file

__all__ = ["FILE", "Batch", "Book", "unsettle"]

FILE: Final = "imports.db"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batches (
  id INTEGER PRIMARY KEY, book TEXT NOT NULL, acts TEXT NOT NULL, deed TEXT
);
CREATE TABLE IF NOT EXISTS entries (
  book TEXT NOT NULL, row INTEGER NOT NULL, batch INTEGER NOT NULL, asset TEXT, PRIMARY KEY (book, row)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one deed and the arguments of its acts, in order."""

    id: int
    rows: tuple[int, ...]
    acts: tuple[dict[str, Any], ...]


class Book:
    """The book in ``folder``. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._db: Final = open_file(folder / FILE, _SCHEMA)

    def done(self, book: str) -> dict[int, str]:
        """The rows of a workbook that are registered, with their resources."""
        query = "SELECT row, asset FROM entries WHERE book = ? AND asset IS NOT NULL"
        return {int(row): str(asset) for row, asset in self._db.execute(query, (book,))}

    def keep(self, book: str, rows: Sequence[int], acts: Sequence[dict[str, Any]]) -> Batch:
        """Write a batch down, durably, before its deed is handed in."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            made = self._db.execute(
                "INSERT INTO batches (book, acts) VALUES (?, ?)", (book, json.dumps(list(acts)))
            ).lastrowid
            self._db.executemany(
                "INSERT INTO entries (book, row, batch) VALUES (?, ?, ?)", [(book, row, made) for row in rows]
            )
        return Batch(made or 0, tuple(rows), tuple(acts))

    def settle(self, batch: Batch, deed: str, assets: Sequence[str]) -> None:
        """Note the deed that registered a batch, and its resources."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE batches SET deed = ? WHERE id = ?", (deed, batch.id))
            self._db.executemany(
                "UPDATE entries SET asset = ? WHERE batch = ? AND row = ?",
                [(asset, batch.id, row) for asset, row in zip(assets, batch.rows, strict=True)],
            )

    def drop(self, batch: Batch) -> None:
        """Forget a batch whose deed was refused, or never handed in."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("DELETE FROM entries WHERE batch = ?", (batch.id,))
            self._db.execute("DELETE FROM batches WHERE id = ?", (batch.id,))

    def open(self, book: str) -> list[Batch]:
        """The batches of a workbook of which it is not known whether their deed was accepted."""
        query = "SELECT id, acts FROM batches WHERE book = ? AND deed IS NULL ORDER BY id"
        return [
            Batch(int(number), self._rows(number), tuple(json.loads(acts)))
            for number, acts in self._db.execute(query, (book,)).fetchall()
        ]

    def deeds(self) -> list[str]:
        """Every deed that the book names."""
        query = "SELECT deed FROM batches WHERE deed IS NOT NULL ORDER BY id"
        return [str(row[0]) for row in self._db.execute(query)]

    def forget(self, deed: str) -> None:
        """Take a deed back that the ledger does not hold: its rows are to be registered again."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "DELETE FROM entries WHERE batch IN (SELECT id FROM batches WHERE deed = ?)", (deed,)
            )
            self._db.execute("DELETE FROM batches WHERE deed = ?", (deed,))

    def _rows(self, batch: int) -> tuple[int, ...]:
        query = "SELECT row FROM entries WHERE batch = ? ORDER BY row"
        return tuple(int(row[0]) for row in self._db.execute(query, (batch,)))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def unsettle(folder: Path, holds: Any) -> None:  # noqa: ANN401 - Callable[[str], bool]
    """Forget every deed that a restored ledger does not hold."""
    if not (folder / FILE).exists():
        return
    with Book(folder) as book:
        for deed in book.deeds():
            if not holds(deed):
                book.forget(deed)
