"""The book of calls: each call is written down, durably, before its answer is given.

* One SQLite file (``calls.db``, WAL, ``synchronous=FULL``): a call is in it for good or it was never
  answered.
* A call has a number within its data-use, from 0, without gaps. Numbers and times never fall.
* A caller may name a call (``request_id``); the same name again is the same call and counts once.
* Calls leave the book in batches. A batch is formed once, in one transaction, and keeps its calls, root and
  count for good; only one batch of a data-use is open at a time. What became of its deed is for ``metering``
  to find out.
* Several threads and processes may use the book at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Final

from wusong.crypto import canonical
from wusong.crypto.commitments import Batch
from wusong.crypto.random import salt
from wusong.crypto.suites import Suite
from wusong.errors import CryptoError, DataError

__all__ = ["FILE", "Call", "CallBook", "OpenBatch", "Pending", "unsettle"]

FILE: Final = "calls.db"
FORMAT: Final = "wusong-call/1"
_VERSION: Final = 1
_SCHEMA: Final = """
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


class CallBook:
    """The book in ``folder``, made when it is not there."""

    def __init__(self, folder: Path, suite: Suite) -> None:
        self._suite: Final = suite
        self._lock: Final = RLock()
        self._db: Final = sqlite3.connect(
            folder / FILE, isolation_level=None, check_same_thread=False, timeout=30
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._prepare()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _prepare(self) -> None:
        with self._transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version not in {0, _VERSION}:
                raise DataError("callbook-version", found=version, known=_VERSION)
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {_VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise DataError("callbook-failed", detail=str(error)[:200]) from None
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    # -- recording --

    def record(
        self,
        use: str,
        request_id: str,
        now: int,
        entry: dict[str, Any],
        permit: Callable[[int, int], None],
        metered: int = 0,
    ) -> Call:
        """Write a call down; durable when this returns.

        ``permit`` is asked, within the transaction, with the number and time that the call would have; what
        it raises refuses. ``entry`` is the record without format, number and time; ``metered`` is how many
        calls the ledger has metered, below which no number is given again, even by a book that was lost.

        Raises DataError: ``request-id-reused`` when a request id named another request before, otherwise it
        gives the call that it named; ``callbook-failed`` when the disk does not take it.
        """
        with self._transaction() as db:
            known = self._named(db, use, request_id)
            if known is not None:
                if known.record["request"] != entry["request"]:
                    raise DataError("request-id-reused", request_id=request_id)
                return known
            number, latest = self._next(db, use)
            number, time = max(number, metered), max(now, latest)
            permit(number, time)
            record = {"format": FORMAT, **entry, "number": number, "time": time, "use": use}
            call = Call(number, time, record, salt())
            row = (use, number, request_id, time, call.salt, canonical.encode(record))
            db.execute(
                "INSERT INTO calls (use, number, request_id, time, salt, record) VALUES (?,?,?,?,?,?)", row
            )
        return call

    def named(self, use: str, request_id: str) -> Call | None:
        """The call that a request id names."""
        with self._lock:
            return self._named(self._db, use, request_id)

    def _named(self, db: sqlite3.Connection, use: str, request_id: str) -> Call | None:
        row = db.execute(f"{_CALL} WHERE use = ? AND request_id = ?", (use, request_id)).fetchone()
        return None if row is None else _call(row)

    def _next(self, db: sqlite3.Connection, use: str) -> tuple[int, int]:
        """The number after the last call's, and the last call's time."""
        last = db.execute(f"{_CALL} WHERE use = ? ORDER BY number DESC LIMIT 1", (use,)).fetchone()
        return (0, 0) if last is None else (last[0] + 1, last[1])

    def next(self, use: str) -> tuple[int, int]:
        """The number that the next call gets, and the time that it does not precede."""
        with self._lock:
            return self._next(self._db, use)

    def time_of(self, use: str, number: int, default: int) -> int:
        """The time of a call, or ``default`` when it is not here."""
        with self._lock:
            row = self._db.execute(
                "SELECT time FROM calls WHERE use = ? AND number = ?", (use, number)
            ).fetchone()
        return default if row is None else int(row[0])

    def pending(self, use: str, now: int) -> Pending:
        """What is in no batch that is known to be metered: how many calls, from when to ``now``."""
        with self._lock:
            first, count = self._metered(self._db, use), self._next(self._db, use)[0]
        return Pending(max(count - first, 0), self.time_of(use, first, now), now)

    def _metered(self, db: sqlite3.Connection, use: str) -> int:
        query = "SELECT COALESCE(MAX(first + count), 0) FROM batches WHERE use = ? AND deed IS NOT NULL"
        metered: int = db.execute(query, (use,)).fetchone()[0]
        return metered

    # -- batches --

    def form(self, use: str, most: int, metered: int = 0) -> OpenBatch | None:
        """The open batch of a data-use; when there is none, one of up to ``most`` calls; None without calls.

        ``metered`` is how many calls the ledger has metered.
        """
        with self._transaction() as db:
            standing = db.execute(f"{_BATCH} WHERE use = ? AND deed IS NULL", (use,)).fetchone()
            if standing is not None:
                return OpenBatch(*standing)
            first = max(self._metered(db, use), metered)
            rows = db.execute(
                f"{_CALL} WHERE use = ? AND number >= ? ORDER BY number LIMIT ?", (use, first, most)
            ).fetchall()
            if not rows:
                return None
            calls = [_call(row) for row in rows]
            root = self._tree(calls).root
            values = (use, first, len(calls), root, calls[0].time, calls[-1].time)
            made = db.execute(
                "INSERT INTO batches (use, first, count, root, first_time, last_time) VALUES (?,?,?,?,?,?)",
                values,
            )
            batch = int(made.lastrowid or 0)
            db.execute(
                "UPDATE calls SET batch = ? WHERE use = ? AND number >= ? AND number < ?",
                (batch, use, first, first + len(calls)),
            )
            return OpenBatch(batch, *values)

    def settle(self, batch: int, deed: str) -> None:
        """The batch was metered by this deed."""
        with self._transaction() as db:
            db.execute("UPDATE batches SET deed = ? WHERE id = ? AND deed IS NULL", (deed, batch))

    def batches(self, use: str) -> list[OpenBatch]:
        """The batches of a data-use, in order."""
        with self._lock:
            return [
                OpenBatch(*row) for row in self._db.execute(f"{_BATCH} WHERE use = ? ORDER BY first", (use,))
            ]

    def uses_pending(self) -> list[str]:
        """The data-uses with calls that are not metered, sorted."""
        query = (
            "SELECT DISTINCT c.use FROM calls c LEFT JOIN batches b ON b.id = c.batch "
            "WHERE b.deed IS NULL ORDER BY c.use"
        )
        with self._lock:
            return [row[0] for row in self._db.execute(query)]

    # -- examining --

    def uses(self) -> list[str]:
        """The data-uses with calls or batches, sorted."""
        query = "SELECT use FROM calls UNION SELECT use FROM batches ORDER BY use"
        with self._lock:
            return [row[0] for row in self._db.execute(query)]

    def kept(self, use: str, below: int) -> int:
        """How many calls with a number under ``below`` are here."""
        query = "SELECT COUNT(*) FROM calls WHERE use = ? AND number < ?"
        with self._lock:
            return int(self._db.execute(query, (use, below)).fetchone()[0])

    def damaged(self, use: str) -> str:
        """What of a data-use's calls is not as it was written: ``calls-missing``, ``call-changed``,
        ``batch-changed``; empty when all is.
        """
        after = self.next(use)[0]
        if self.kept(use, after) != after:
            return "calls-missing"
        try:
            for start in range(0, after, _PIECE):
                if not all(_fits(use, call) for call in self.calls(use, start, _PIECE)):
                    return "call-changed"
        except CryptoError:
            return "call-changed"
        return "" if all(self._whole(batch) for batch in self.batches(use)) else "batch-changed"

    def _whole(self, batch: OpenBatch) -> bool:
        calls = self.calls(batch.use, batch.first, batch.count)
        return len(calls) == batch.count and self._tree(calls).root == batch.root

    # -- showing --

    def calls(self, use: str, start: int = 0, limit: int = -1) -> list[Call]:
        """The calls of a data-use from number ``start`` on."""
        query = f"{_CALL} WHERE use = ? AND number >= ? ORDER BY number LIMIT ?"
        with self._lock:
            return [_call(row) for row in self._db.execute(query, (use, start, limit))]

    def opening(self, use: str, number: int) -> dict[str, Any]:
        """What shows one call to be in its batch (docs/formats.md section 9); the deed is in the batch.

        Raises DataError ``no-such-call``.
        """
        found = next((call for call in self.calls(use, number, 1) if call.number == number), None)
        if found is None or found.batch is None:
            raise DataError("no-such-call", use=use, number=number)
        batch = next(batch for batch in self.batches(use) if batch.id == found.batch)
        one = self._tree(self.calls(use, batch.first, batch.count)).opening(number - batch.first)
        return {
            "act": 0,
            "arg": "calls",
            "content": self._suite.hash(canonical.encode(found.record)).hex(),
            "index": one.index,
            "path": [step.hex() for step in one.path],
            "salt": one.salt.hex(),
            "size": batch.count,
        }

    def _tree(self, calls: Sequence[Call]) -> Batch:
        digests = self._suite.hash_each([canonical.encode(call.record) for call in calls])
        return Batch(self._suite, [call.salt for call in calls], digests)


_CALL: Final = "SELECT number, time, record, salt, batch FROM calls"
_BATCH: Final = "SELECT id, use, first, count, root, first_time, last_time, COALESCE(deed, '') FROM batches"


_PIECE: Final = 1_000


def _fits(use: str, call: Call) -> bool:
    said = (call.record.get("use"), call.record.get("number"), call.record.get("time"))
    return said == (use, call.number, call.time)


def _call(row: tuple[Any, ...]) -> Call:
    number, time, record, salt_, batch = row
    entry: Any = canonical.decode(record)
    return Call(number, time, entry, salt_, batch)


def unsettle(path: Path, holds: Callable[[str], bool]) -> None:
    """Of every batch whose deed a restored ledger does not hold, keep the calls and give up the batch, so
    that they are metered again.
    """
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as db, db:
        settled = db.execute("SELECT id, deed FROM batches WHERE deed IS NOT NULL").fetchall()
        gone = [(batch,) for batch, deed in settled if not holds(deed)]
        db.executemany("UPDATE calls SET batch = NULL WHERE batch = ?", gone)
        db.executemany("DELETE FROM batches WHERE id = ?", gone)
