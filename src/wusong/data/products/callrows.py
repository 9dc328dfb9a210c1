"""What lies in the book of calls: its tables, and their rows as the program knows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from wusong.crypto import canonical
from wusong.errors import DataError

__all__ = ["FORMAT", "Call", "Delivery", "Judge", "OpenBatch", "Pending", "Standing", "Wanted", "prepare"]

FORMAT: Final = "wusong-call/1"
DAY: Final = 86_400_000
_EAST: Final = 8 * 3_600_000
_VERSION: Final = 4
_FIRST: Final = """
CREATE TABLE calls (
  use TEXT NOT NULL, number INTEGER NOT NULL, request_id TEXT NOT NULL, time INTEGER NOT NULL,
  salt BLOB NOT NULL, record BLOB NOT NULL, batch INTEGER,
  PRIMARY KEY (use, number), UNIQUE (use, request_id)
) WITHOUT ROWID;
CREATE TABLE batches (
  id INTEGER PRIMARY KEY, use TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
  root BLOB NOT NULL, first_time INTEGER NOT NULL, last_time INTEGER NOT NULL, deed TEXT
);
CREATE UNIQUE INDEX one_open_batch ON batches (use) WHERE deed IS NULL;
"""
_SECOND: Final = """
CREATE TABLE spent (way TEXT PRIMARY KEY, calls INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE deliveries (
  mark TEXT PRIMARY KEY, use TEXT NOT NULL, number INTEGER NOT NULL, secret BLOB NOT NULL,
  form TEXT NOT NULL, rows INTEGER NOT NULL
) WITHOUT ROWID;
"""
_THIRD: Final = "ALTER TABLE deliveries ADD COLUMN source TEXT NOT NULL DEFAULT ''"
_FOURTH: Final = """
DELETE FROM spent WHERE way LIKE 'token %';
INSERT INTO spent (way, calls)
  SELECT json_extract(CAST(record AS TEXT), '$.way') AS came, count(*) FROM calls
  WHERE came LIKE 'token %' GROUP BY came
"""
CALL: Final = "SELECT number, time, record, salt, batch FROM calls"
BATCH: Final = "SELECT id, use, first, count, root, first_time, last_time, COALESCE(deed, '') FROM batches"


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call. ``record`` is what a court may see; its commitment is an entry of the batch."""

    number: int
    time: int
    record: dict[str, Any]
    salt: bytes = field(repr=False)
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """The calls of a data-use that stand in no metered batch."""

    count: int
    first_time: int
    last_time: int


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that was formed; ``deed`` is empty until its metering is known to have been accepted."""

    id: int
    use: str
    first: int
    count: int
    root: bytes
    first_time: int
    last_time: int
    deed: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file that was handed over: its mark, what its row codes and its order are made with, its form and
    length; ``source`` is the commitment to what its rows came from, empty where their order carries no mark.
    """

    mark: str
    secret: bytes = field(repr=False)
    form: str
    rows: int
    source: str = ""
    use: str = ""
    number: int = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that is to be written down. ``entry`` is the record without format, number, time and use;
    ``limit`` is how many calls may come by its way (0: as many as the page allows).
    """

    use: str
    request_id: str
    entry: Mapping[str, Any]
    limit: int = 0
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What writing these calls of one data-use down would make of it: the last one's number, their time, how
    many calls its day then has, and the entries. ``again``: it is written down and counted already, and only
    asked for once more.
    """

    use: str
    number: int
    time: int
    today: int
    entries: tuple[Mapping[str, Any], ...]
    again: bool = False

    @classmethod
    def once_more(cls, use: str, number: int, time: int, entry: Mapping[str, Any]) -> Standing:
        """Of a call that has its number already, asked for again at a time."""
        return cls(use, number, time, 1, (entry,), again=True)


Judge: TypeAlias = Callable[[Standing], None]
"""Raises what refuses."""


def prepare(db: sqlite3.Connection) -> None:
    """Make the tables, or bring those of an earlier version up to this one. Raises DataError
    ``callbook-version``.
    """
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if not 0 <= version <= _VERSION:
        raise DataError("callbook-version", found=version, known=_VERSION)
    for script in (_FIRST, _SECOND, _THIRD, _FOURTH)[version:]:
        for statement in filter(str.strip, script.split(";")):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {_VERSION}")


def read_call(row: tuple[Any, ...]) -> Call:
    """A call of a row of ``CALL``."""
    number, time, record, salt, batch = row
    entry: Any = canonical.decode(record)
    return Call(number, time, entry, salt, batch)


def day_of(time: int) -> int:
    """The Beijing day of a time in ms, counted from 1970-01-01."""
    return (time + _EAST) // DAY


def day_start(time: int) -> int:
    """When the Beijing day of a time began, ms."""
    return day_of(time) * DAY - _EAST


def first_from(db: sqlite3.Connection, use: str, start: int, after: int) -> int:
    """The number of the first call from a time on, or ``after``: times never fall, so it is found by
    halving.
    """
    query = "SELECT number, time FROM calls WHERE use = ? AND number >= ? ORDER BY number LIMIT 1"
    low, high = 0, after
    while low < high:
        middle = (low + high) // 2
        row = db.execute(query, (use, middle)).fetchone()
        if row is None or row[1] >= start:
            high = middle
        else:
            low = row[0] + 1
    row = db.execute(query, (use, low)).fetchone()
    return after if row is None else min(int(row[0]), after)
