"""The copy of a table that a department delivers, and the book of the copies made on this node.

* A column that looks personal or important leaves only when the provider has decided about it (``intake``):
  undecided ones stop the delivery. ``removed`` columns are left out, ``masked`` ones carry no value;
  ``harmless`` and ``restricted`` ones go as they are: restriction is about opening, not about sharing.
* The copy is CSV, whatever came in; every cell goes through the one guard against formulas; its last column
  names the receiver, its rows carry codes (``products.marks``), so that a copy that turns up names it.
* The commitment on the ledger is to exactly these bytes. What may be handed out is what this book holds for
  that request: the commitment alone is a key to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.durable import OnePerNode, open_file
from wusong.data.host import Host
from wusong.data.intake import decisions
from wusong.data.intake.export import write_csv
from wusong.data.intake.open import table
from wusong.data.intake.profile import of_table
from wusong.data.products import marks
from wusong.errors import DataError

__all__ = ["FILE", "MASK", "Book", "Made", "Picture", "book", "close", "handed", "make", "picture"]

FILE: Final = "sharing.db"
MASK: Final = "***"
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS copies (
  mark TEXT PRIMARY KEY, secret BLOB NOT NULL, sharing TEXT NOT NULL, receiver TEXT NOT NULL,
  commitment TEXT NOT NULL, rows INTEGER NOT NULL, time INTEGER NOT NULL
) WITHOUT ROWID
"""
_ADD: Final = "INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)"
_ALL: Final = "SELECT * FROM copies ORDER BY time, mark"


@dataclass(frozen=True, slots=True)
class Made:
    """A copy: its mark and secret, for which request and receiver, the commitment to it, rows, time (ms)."""

    mark: str
    secret: bytes
    sharing: str
    receiver: str
    commitment: str
    rows: int
    time: int


class Book:
    """The copies made on a node, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._lock: Final = Lock()
        self._db: Final = open_file(folder / FILE, _TABLE)

    def add(self, made: Made) -> None:
        """Write a copy down; durable when this returns."""
        row = (made.mark, made.secret, made.sharing, made.receiver, made.commitment, made.rows, made.time)
        with self._lock:
            self._db.execute(_ADD, row)

    def drop(self, mark: str) -> None:
        """Forget a copy that was never delivered."""
        with self._lock:
            self._db.execute("DELETE FROM copies WHERE mark = ?", (mark,))

    def of(self, sharing: str, commitment: str) -> Made | None:
        """The copy that was made for a request under this commitment."""
        return next(
            (one for one in self.all() if (one.sharing, one.commitment) == (sharing, commitment)), None
        )

    def all(self) -> list[Made]:
        """Every copy, oldest first."""
        with self._lock:
            rows = self._db.execute(_ALL).fetchall()
        return [Made(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


_books: Final = OnePerNode(lambda host: Book(host.folder))


def book(host: Host) -> Book:
    """The host's book."""
    return _books.of(host)


def handed(host: Host) -> list[Made]:
    """Every copy made on this node; no book is made to find none."""
    return book(host).all() if (host.folder / FILE).exists() else []


def close(host: Host) -> None:
    """Close the host's book, before the host itself."""
    _books.close(host)


# --- what leaves --------


@dataclass(frozen=True, slots=True)
class Picture:
    """What would leave of a table: its profile with what was decided, and the columns by their fate."""

    profile: dict[str, Any]
    kept: tuple[str, ...]
    masked: tuple[str, ...]
    removed: tuple[str, ...]
    undecided: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As data."""
        names = ("kept", "masked", "removed", "undecided")
        return {name: list(getattr(self, name)) for name in names} | {"profile": self.profile}


def picture(host: Host, party: str, content: str) -> Picture:
    """What would leave of a table that the party brought. Raises DataError ``content-not-brought``,
    ``table-...``, ``csv-...``.
    """
    brought(host).demand(party, content)
    with table(contents.read(host.vault, content)) as found, decisions.Book(host.folder) as decided:
        profile = decisions.decided(of_table(found).to_json(), decided.of(content, party))
    fates = {one["name"]: _fate(one) for one in profile["columns"]}
    by = {fate: tuple(name for name, its in fates.items() if its == fate) for fate in _FATES}
    return Picture(profile, by["kept"], by["masked"], by["removed"], by["undecided"])


_FATES: Final = ("kept", "masked", "removed", "undecided")


def _fate(column: dict[str, Any]) -> str:
    if not (column.get("personal") or column.get("important")):
        return "kept"
    verdict = column.get("decision", {}).get("verdict", "undecided")
    return "kept" if verdict in ("harmless", "restricted") else str(verdict)


def make(host: Host, party: str, content: str, sharing: str, receiver: str) -> Made:
    """Make the copy of a table for its receiver and write it down.

    Raises DataError ``sharing-columns-undecided``, ``sharing-nothing-left`` and what ``picture`` raises.
    """
    shown = picture(host, party, content)
    if shown.undecided:
        raise DataError("sharing-columns-undecided", columns="、".join(shown.undecided), content=content)
    if not shown.kept:
        raise DataError("sharing-nothing-left")
    mark, secret = marks.new_mark()
    title = marks.title(called(host, receiver), mark)
    rows = list(_rows(contents.read(host.vault, content), shown))
    suffix = marks.codes(host.ledger.suite, secret, len(rows) - 1)
    marked = [(*rows[0], title), *((*row, code) for row, code in zip(rows[1:], suffix, strict=True))]
    commitment = contents.put(host.vault, write_csv(marked)).commitment
    brought(host).note(party, commitment)
    made = Made(mark, secret, sharing, receiver, commitment, len(rows) - 1, host.ledger.now())
    book(host).add(made)
    return made


def _rows(content: bytes, shown: Picture) -> Iterator[Sequence[str]]:
    """The header and the rows of what leaves."""
    with table(content) as found:
        removed, masked = set(shown.removed), set(shown.masked)
        places = [(at, name in masked) for at, name in enumerate(found.columns) if name not in removed]
        yield [found.columns[at] for at, _ in places]
        for block in found.blocks():
            for row in block:
                yield [MASK if hidden and row[at] else row[at] for at, hidden in places]


def called(host: Host, party: str) -> str:
    """What a party is called on the ledger."""
    found = host.ledger.view().leaf(host.ledger.rules.key("party", party))
    return party if found is None else str(found.fields.get("name", party))
