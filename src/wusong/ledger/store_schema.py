"""The tables of the solo store, and whether a file holds them and nothing else.

* A trigger could delete what was acknowledged, a view could show what was not, an index could order it
  otherwise: whatever does not belong into the file is damage, by its name.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SCHEMA", "foreign"]

SCHEMA: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks (height INTEGER PRIMARY KEY, first INTEGER NOT NULL, seal BLOB NOT NULL,
                     entries BLOB NOT NULL);
CREATE TABLE deeds (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, minute INTEGER NOT NULL,
                    envelope BLOB NOT NULL, receipt BLOB NOT NULL, records BLOB NOT NULL);
CREATE UNIQUE INDEX deeds_id ON deeds (id);
CREATE INDEX deeds_minute ON deeds (minute);
CREATE TABLE leaves (key BLOB PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE pages (digest TEXT PRIMARY KEY, model BLOB NOT NULL) WITHOUT ROWID;
"""


def foreign(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Where a file's schema is not the known one: the object, and what is wrong with it."""
    found, known = _objects(connection), _known()
    for kind, name in sorted(found.keys() | known.keys()):
        here, wanted = found.get((kind, name)), known.get((kind, name))
        if wanted is None:
            yield f"{kind} {name}", "it does not belong into this file"
        elif here is None:
            yield f"{kind} {name}", "it is missing"
        elif here != wanted:
            yield f"{kind} {name}", "it is not what this version makes"


def _objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """What a file's schema holds: the statement that made it, by kind and name; spacing does not matter."""
    rows = connection.execute("SELECT type, name, COALESCE(sql, '') FROM sqlite_master")
    return {(str(kind), str(name)): " ".join(str(sql).split()) for kind, name, sql in rows}


@cache
def _known() -> dict[tuple[str, str], str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        return _objects(connection)
