"""Attesting files (存证): what is hashed, how it is batched, and the receipts that come of it.

* Files are read once, in pieces; their contents go nowhere. A batch commits to at most 100,000 of them by
  one root.
* Salts are written down before the deed is handed in, so that no receipt is lost when the program stops in
  between.
* A receipt is a bundle with the opening of one file. It can be made whenever it is wanted, from the salts
  that the node keeps.

    book = Book(folder / "evidence.db")
    batch = prepare(suite, [(name, digest)...])
    book.keep(batch)                      # before the deed
    book.settle(batch.root, deed)         # after it
    for place in range(batch.count): receipt(suite, bundle, batch.opening(place))
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from wusong.crypto import canonical
from wusong.crypto.commitments import Batch as Commitments
from wusong.crypto.random import salts
from wusong.crypto.suites import Suite
from wusong.data import codes_attest as codes_attest  # noqa: PLC0414 - registers its codes
from wusong.data.durable import open_file
from wusong.errors import DataError, WusongError

__all__ = [
    "BATCH",
    "FILE",
    "SUFFIX",
    "Batch",
    "Book",
    "Found",
    "digest_of",
    "files",
    "prepare",
    "receipt",
    "unsettle",
]

BATCH: Final = 100_000
"""Files in one deed at most."""
FILE: Final = "evidence.db"
SUFFIX: Final = ".receipt.json"
"""What a receipt's name ends in; later ones of the same file end in ``.receipt-2.json`` and so on."""
_RECEIPT: Final = re.compile(r".*\.receipt(-[1-9][0-9]*)?\.json", re.DOTALL)
_PIECE: Final = 1 << 20
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batches (root BLOB PRIMARY KEY, deed TEXT, label TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (root BLOB NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL,
    content BLOB NOT NULL, salt BLOB NOT NULL, PRIMARY KEY (root, place)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_content ON items (content);
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to attest: where it is, and the name that its receipt shows."""

    path: Path
    name: str


def files(paths: Iterable[Path]) -> list[Found]:
    """The regular files that ``paths`` name or hold, in order of path, each once; receipts are left out.

    Links inside folders are not followed. Raises DataError ``no-files-found``, OSError when a path is not
    there.
    """
    found: dict[Path, Found] = {}
    for given in paths:
        for path, name in _walk(given):
            found.setdefault(path.absolute(), Found(path, label(name)))
    if not found:
        raise DataError("no-files-found")
    return [found[path] for path in sorted(found)]


def _walk(given: Path) -> Iterator[tuple[Path, str]]:
    if not given.is_dir():
        given.stat()
        if given.is_file():
            yield given, given.name
        return
    base = Path(given.resolve().name)
    for folder, inner, names in os.walk(given, onerror=_fail):
        inner.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and not path.is_symlink() and not _RECEIPT.fullmatch(name):
                yield path, str(base / path.relative_to(given))


def _fail(error: OSError) -> None:
    raise error


def label(name: str) -> str:
    """A file's name as receipts may carry it: no bytes that are not text, no unknown characters."""
    return canonical.to_text(name)


def digest_of(suite: Suite, path: Path, read: Callable[[int], None] = lambda _: None) -> bytes:
    """The digest of a file's content; ``read`` is told how many bytes were read."""
    hasher = suite.hasher()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
            read(len(piece))
    return bytes(hasher.digest())


class Batch:
    """Up to ``BATCH`` files under one root, in the hands of who attests them."""

    def __init__(self, suite: Suite, items: list[tuple[str, bytes, bytes]], text: str = "") -> None:
        """``items``: name, content digest, salt."""
        self.items: Final = items
        self.label: Final = text
        self._commitments: Final = Commitments(
            suite, [item[2] for item in items], [item[1] for item in items]
        )
        self.root: Final = self._commitments.root

    @property
    def args(self) -> dict[str, Any]:
        """The arguments of the evidence page's ``attest``."""
        args: dict[str, Any] = {"root": self.root.hex(), "root_count": len(self.items)}
        return args | ({"label": self.label} if self.label else {})

    def opening(self, place: int) -> dict[str, Any]:
        """What shows the file at ``place`` (docs/formats.md section 9)."""
        name, content, salt = self.items[place]
        path = [node.hex() for node in self._commitments.opening(place).path]
        opening = {
            "act": 0,
            "arg": "root",
            "content": content.hex(),
            "index": place,
            "name": name,
            "path": path,
        }
        return opening | {"salt": salt.hex(), "size": len(self.items)}


def prepare(suite: Suite, items: list[tuple[str, bytes]], text: str = "") -> Batch:
    """A batch of (name, content digest), each with a fresh salt."""
    drawn = salts(len(items))
    return Batch(
        suite, [(name, content, salt) for (name, content), salt in zip(items, drawn, strict=True)], text
    )


def receipt(suite: Suite, bundle: dict[str, Any], opening: dict[str, Any]) -> bytes:
    """The receipt of one file: the deed's bundle, with this opening in it."""
    body = {name: value for name, value in bundle.items() if name != "digest"} | {"contents": [opening]}
    body["digest"] = suite.digest("bundle", canonical.encode(body)).hex()
    return canonical.encode(body)


class Book:
    """The salts of everything that this node attested. Who loses it can make no more receipts, so backups
    hold it.
    """

    def __init__(self, path: Path) -> None:
        self._db: Final = open_file(path, _SCHEMA)

    def keep(self, batch: Batch) -> None:
        """Write a batch down, durably, before its deed is handed in."""
        rows = [(batch.root, place, *item) for place, item in enumerate(batch.items)]
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("INSERT INTO batches VALUES (?, NULL, ?)", (batch.root, batch.label))
            self._db.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?)", rows)

    def settle(self, root: bytes, deed: str) -> None:
        """Note the deed that attested a batch."""
        self._db.execute("UPDATE batches SET deed = ? WHERE root = ?", (deed, root))

    def unsettle(self, root: bytes) -> None:
        """Forget which deed attested a batch: it is not known."""
        self._db.execute("UPDATE batches SET deed = NULL WHERE root = ?", (root,))

    def drop(self, root: bytes) -> None:
        """Forget a batch whose deed was refused."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM items WHERE root = ?", (root,))
            self._db.execute("DELETE FROM batches WHERE root = ?", (root,))

    def unsettled(self) -> list[bytes]:
        """The roots of batches of which it is not known whether their deed was accepted."""
        return [
            row[0] for row in self._db.execute("SELECT root FROM batches WHERE deed IS NULL ORDER BY root")
        ]

    def find(self, content: bytes) -> tuple[bytes, str, int] | None:
        """Root, deed and place of the newest settled batch that holds a content."""
        query = """SELECT i.root, b.deed, i.place FROM items i JOIN batches b USING (root)
                   WHERE i.content = ? AND b.deed IS NOT NULL ORDER BY b.rowid DESC LIMIT 1"""
        row: tuple[bytes, str, int] | None = self._db.execute(query, (content,)).fetchone()
        return row

    def batch(self, suite: Suite, root: bytes) -> Batch:
        """A batch as it was kept."""
        query = "SELECT name, content, salt FROM items WHERE root = ? ORDER BY place"
        (text,) = self._db.execute("SELECT label FROM batches WHERE root = ?", (root,)).fetchone()
        return Batch(suite, self._db.execute(query, (root,)).fetchall(), text)

    def settled(self) -> list[tuple[bytes, str]]:
        """Root and deed of every batch; the deed is empty as long as it is not known."""
        return list(self._db.execute("SELECT root, COALESCE(deed, '') FROM batches ORDER BY root"))

    def damaged(self, suite: Suite) -> list[bytes]:
        """The roots that do not come of the contents and salts kept for them, or have no batch."""
        query = "SELECT DISTINCT root FROM items WHERE root NOT IN (SELECT root FROM batches)"
        found = [row[0] for row in self._db.execute(query)]
        return found + [root for root, _ in self.settled() if not self._whole(suite, root)]

    def _whole(self, suite: Suite, root: bytes) -> bool:
        places = [
            row[0]
            for row in self._db.execute("SELECT place FROM items WHERE root = ? ORDER BY place", (root,))
        ]
        try:
            return (
                bool(places) and places == list(range(len(places))) and self.batch(suite, root).root == root
            )
        except (TypeError, ValueError, WusongError):  # an edited value may be anything
            return False

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def unsettle(path: Path, holds: Callable[[str], bool]) -> None:
    """Of every batch whose deed the ledger does not hold, forget the deed; its salts stay."""
    if not path.exists():
        return
    with Book(path) as book:
        for root, deed in book.settled():
            if deed and not holds(deed):
                book.unsettle(root)
