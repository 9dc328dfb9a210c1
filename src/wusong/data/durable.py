"""Files of a node that cannot be rebuilt: how each is opened, and that a node opens each once.

* One SQLite file per book, in the node's folder, readable by its owner only. What was written is on the disk
  when the call returns (``synchronous = FULL``); a backup reads while others write (WAL).
* A connection may be used by several threads, under a lock of the book that owns it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Final, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from wusong.data.host import Host

__all__ = ["OnePerNode", "open_file"]

_WAIT: Final = 30
"""Seconds to wait for another process that writes."""


class _Closes(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=_Closes)


def open_file(path: Path, schema: str = "") -> sqlite3.Connection:
    """The file, made with its tables when it is not there; every statement commits unless one began a
    transaction.
    """
    if not path.exists():
        path.touch(mode=0o600)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(schema)
    return db


class OnePerNode(Generic[T]):
    """What a node has one of: made when it is first asked for, closed before the node is."""

    def __init__(self, make: Callable[[Host], T]) -> None:
        self._make: Final = make
        self._lock: Final = Lock()
        self._open: Final[WeakKeyDictionary[Any, T]] = WeakKeyDictionary()

    def of(self, host: Host) -> T:
        """The host's own."""
        with self._lock:
            found = self._open.get(host.ledger)
            if found is None:
                found = self._open[host.ledger] = self._make(host)
            return found

    def close(self, host: Host) -> None:
        """Close the host's own, if it was opened."""
        found = self._open.pop(host.ledger, None)
        if found is not None:
            found.close()
