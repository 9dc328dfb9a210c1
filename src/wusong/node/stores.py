"""The SQLite files of a node beside the ledger, examined as files: do they open, do their pages, rows and
indexes fit together, do they hold what was made there and nothing that acts by itself.

* Each domain says which files it keeps (``Keeping.stores``). These and ``node.db`` cannot be rebuilt: a
  damaged one comes from a backup.
* ``models.db`` can be: ``discard`` removes one that does not open.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Final

from wusong.node.domains import Keeping, domains

if TYPE_CHECKING:
    from pathlib import Path

NODE: Final = "node.db"
MODELS: Final = "models.db"
_OWN: Final = {NODE: frozenset({"persons", "memberships", "entries", "access_log"}), MODELS: frozenset[str]()}


@cache
def tables() -> dict[str, frozenset[str]]:
    """The tables that stand in each file from the moment it is made."""
    kept = [domain.stores() for domain in domains() if isinstance(domain, Keeping)]
    return {name: found for stores in (*kept, _OWN) for name, found in stores.items()}


def problems(folder: Path) -> dict[str, str]:
    """What is wrong with each file that is there, by its name; nothing of those that are sound."""
    found = {name: problem(folder / name) for name in tables()}
    return {name: wrong for name, wrong in found.items() if wrong}


def problem(path: Path) -> str:
    """What is wrong with one file, as SQLite says it; empty when nothing is, also when there is none."""
    if not path.exists():
        return ""
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        ) as connection:
            return _problem(connection, tables().get(path.name, frozenset()))
    except sqlite3.Error as error:
        return str(error)


def _problem(connection: sqlite3.Connection, wanted: frozenset[str]) -> str:
    objects = [
        (str(kind), str(name)) for kind, name in connection.execute("SELECT type, name FROM sqlite_master")
    ]
    for kind, name in objects:
        if kind in ("trigger", "view"):
            return f"{kind} {name} does not belong into this file"
    if absent := sorted(wanted - {name for kind, name in objects if kind == "table"}):
        return f"no table {absent[0]}"
    said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)")]
    return "" if said == ["ok"] else said[0]


def discard(folder: Path) -> bool:
    """Remove read models that do not open, so that they are built anew; whether that was so."""
    path = folder / MODELS
    if not problem(path):
        return False
    for one in (path, path.with_name(f"{MODELS}-wal"), path.with_name(f"{MODELS}-shm")):
        one.unlink(missing_ok=True)
    return True
