"""The book of calls: each call is written down, durably, before its answer is given.

* One SQLite file (``calls.db``, WAL, ``synchronous=FULL``): a call is in it for good or it was never
  answered. Calls that wait at the same moment are written in one transaction (``record_all``).
* A call has a number within its data-use, from 0, without gaps. Numbers and times never fall.
* A caller may name a call (``request_id``); the same name again is the same call and counts once. It is
  judged again, as a call would be now, but for the count: what ended since gives no answer any more.
* By which token a call came is counted, for those without a limit of their own too.
* Calls leave the book in batches. A batch is formed once, in one transaction, and keeps its calls, root and
  count for good; only one batch of a data-use is open at a time. What became of its deed is for ``metering``
  to find out.
* Several threads and processes may use the book at once.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final

from wusong.crypto import canonical
from wusong.crypto.commitments import Batch
from wusong.crypto.random import salt
from wusong.crypto.suites import Suite
from wusong.data.durable import open_file
from wusong.data.products.admitting import allowed, passing
from wusong.data.products.callrows import (
    BATCH,
    CALL,
    FORMAT,
    Call,
    Delivery,
    Judge,
    OpenBatch,
    Pending,
    Standing,
    Wanted,
    day_of,
    day_start,
    first_from,
    prepare,
    read_call,
)
from wusong.errors import CryptoError, DataError, WusongError

__all__ = ["FILE", "Call", "CallBook", "OpenBatch", "Pending", "unsettle"]

FILE: Final = "calls.db"


class CallBook:
    """The book in ``folder``, made when it is not there."""

    def __init__(self, folder: Path, suite: Suite) -> None:
        self._suite: Final = suite
        self._lock: Final = RLock()
        self._db: Final = open_file(folder / FILE)
        self._days: Final[dict[str, tuple[int, int]]] = {}
        with self._transaction() as db:
            prepare(db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

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
        """Write one call down; durable when this returns. ``permit`` is asked with the number and time that
        it would have. Raises what ``record_all`` gives.
        """
        (made,) = self.record_all(
            [Wanted(use, request_id, entry)],
            now,
            lambda standing: None if standing.again else permit(standing.number, standing.time),
            lambda _: metered,
        )
        if isinstance(made, WusongError):
            raise made
        return made

    def record_all(
        self,
        wanted: Sequence[Wanted],
        now: int,
        judge: Judge,
        metered: Callable[[str], int] = lambda _: 0,
    ) -> list[Call | WusongError]:
        """Write calls down, all at once; durable when this returns. Gives for each the call, or what refuses
        it: what ``judge`` raised, DataError ``request-id-reused`` when a request id named another request
        before (otherwise it gives the call that it named), ``way-used-up``.

        ``judge`` is asked within the transaction, once for all calls of a data-use, and where that refuses,
        for each. ``metered`` is how many calls of a data-use the ledger has metered, below which no number
        is given again, even by a book that was lost.

        Raises DataError ``callbook-failed`` when the disk does not take them.
        """
        found: dict[int, Call | WusongError] = {}
        groups: dict[str, list[int]] = {}
        for place, one in enumerate(wanted):
            groups.setdefault(one.use, []).append(place)
        with self._transaction() as db:
            for use, places in groups.items():
                fresh = [
                    place for place in places if not self._known(db, wanted[place], place, now, judge, found)
                ]
                self._take(
                    db, use, now, metered(use), [(place, wanted[place]) for place in fresh], judge, found
                )
                for place in places:  # named twice in one breath
                    if place not in found:
                        self._known(db, wanted[place], place, now, judge, found)
        return [found[place] for place in range(len(wanted))]

    def _known(
        self,
        db: sqlite3.Connection,
        one: Wanted,
        place: int,
        now: int,
        judge: Judge,
        found: dict[int, Call | WusongError],
    ) -> bool:
        known = self._named(db, one.use, one.request_id)
        if known is None:
            return False
        if known.record["request"] != one.entry["request"]:
            found[place] = DataError("request-id-reused", request_id=one.request_id)
            return True
        try:
            judge(Standing.once_more(one.use, known.number, max(now, known.time), one.entry))
            found[place] = known
        except WusongError as error:
            found[place] = error
        return True

    def _take(
        self,
        db: sqlite3.Connection,
        use: str,
        now: int,
        metered: int,
        asked: list[tuple[int, Wanted]],
        judge: Judge,
        found: dict[int, Call | WusongError],
    ) -> None:
        """Write down those of one data-use that may be."""
        after, latest = self._next(db, use)
        number, time = max(after, metered), max(now, latest)
        today = self._since(db, use, day_start(time), after)
        first = {one.request_id: (place, one) for place, one in reversed(asked)}
        asked = sorted(first.values(), key=lambda each: each[0])
        admitted = allowed(
            asked, Standing(use, number, time, today, ()), self._spent(db, asked), judge, found
        )
        rows, spent, delivered = [], Counter[str](), []
        for each, (place, one) in enumerate(admitted, number):
            record = {"format": FORMAT, **one.entry, "number": each, "time": time, "use": use}
            call = found[place] = Call(each, time, record, salt())
            rows.append((use, each, one.request_id, time, call.salt, canonical.encode(record)))
            spent.update(_token(one))
            delivered += [(one.delivery, each)] if one.delivery else []
        db.executemany(
            "INSERT INTO calls (use, number, request_id, time, salt, record) VALUES (?,?,?,?,?,?)", rows
        )
        db.executemany(_SPEND, spent.items())
        db.executemany(
            "INSERT INTO deliveries (mark, use, number, secret, form, rows, source) VALUES (?,?,?,?,?,?,?)",
            [(one.mark, use, each, one.secret, one.form, one.rows, one.source) for one, each in delivered],
        )

    def _spent(self, db: sqlite3.Connection, asked: list[tuple[int, Wanted]]) -> Counter[str]:
        """How many calls came by each limited way so far."""
        ways = {one.entry["way"] for _, one in asked if one.limit}
        found = Counter[str]()
        for way in ways:
            row = db.execute("SELECT calls FROM spent WHERE way = ?", (way,)).fetchone()
            found[way] = 0 if row is None else row[0]
        return found

    def spent(self, way: str) -> int:
        """How many calls came by a token."""
        with self._lock:
            row = self._db.execute("SELECT calls FROM spent WHERE way = ?", (way,)).fetchone()
        return 0 if row is None else int(row[0])

    def _since(self, db: sqlite3.Connection, use: str, start: int, after: int) -> int:
        """How many of the calls before number ``after`` were made from ``start`` on."""
        day, first = self._days.get(use, (-1, 0))
        if day != start:
            first = first_from(db, use, start, after)
            if first < after:  # from now on it stays
                self._days[use] = (start, first)
        return after - first

    def busiest(self, use: str, first: int, count: int) -> int:
        """The most calls that one day has among the days of a batch, up to its end."""
        end = first + count
        with self._lock:
            times = self._db.execute(
                "SELECT time FROM calls WHERE use = ? AND number >= ? AND number < ?", (use, first, end)
            ).fetchall()
            per_day = Counter(day_of(time) for (time,) in times)
            start = day_start(min((time for (time,) in times), default=0))
            before = first - first_from(self._db, use, start, first)
        if times:
            per_day[day_of(times[0][0])] += before
        return max(per_day.values(), default=0)

    def deliveries(self, use: str = "") -> list[Delivery]:
        """The files that were handed over, of one data-use or of all, in order."""
        query = "SELECT mark, secret, form, rows, source, use, number FROM deliveries"
        with self._lock:
            rows = self._db.execute(f"{query} ORDER BY use, number").fetchall()
        return [one for row in rows if (one := Delivery(*row)).use == use or not use]

    def named(self, use: str, request_id: str) -> Call | None:
        """The call that a request id names."""
        with self._lock:
            return self._named(self._db, use, request_id)

    def _named(self, db: sqlite3.Connection, use: str, request_id: str) -> Call | None:
        row = db.execute(f"{CALL} WHERE use = ? AND request_id = ?", (use, request_id)).fetchone()
        return None if row is None else read_call(row)

    def asked(self, use: str, product: str) -> bool:
        """Whether a call of a data-use asked this product, which it may have moved on from since."""
        query = "SELECT 1 FROM calls WHERE use = ? AND instr(record, CAST(? AS BLOB)) LIMIT 1"
        with self._lock:
            return self._db.execute(query, (use, f'"product":"{product}"')).fetchone() is not None

    def _next(self, db: sqlite3.Connection, use: str) -> tuple[int, int]:
        """The number after the last call's, and the last call's time."""
        last = db.execute(f"{CALL} WHERE use = ? ORDER BY number DESC LIMIT 1", (use,)).fetchone()
        return (0, 0) if last is None else (last[0] + 1, last[1])

    def next(self, use: str) -> tuple[int, int]:
        """The number that the next call gets, and the time that it does not precede."""
        with self._lock:
            return self._next(self._db, use)

    def coming(self, use: str, now: int) -> tuple[int, int, int]:
        """Number and time that the next call would have, and how many its day then has."""
        with self._lock:
            number, latest = self._next(self._db, use)
            time = max(now, latest)
            return number, time, self._since(self._db, use, day_start(time), number) + 1

    def time_of(self, use: str, number: int, default: int) -> int:
        """The time of a call, or ``default`` when it is not here."""
        with self._lock:
            row = self._db.execute(
                "SELECT time FROM calls WHERE use = ? AND number = ?", (use, number)
            ).fetchone()
        return default if row is None else int(row[0])

    def first_from(self, use: str, start: int) -> int:
        """The number of the first call from a time on."""
        with self._lock:
            return first_from(self._db, use, start, self._next(self._db, use)[0])

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

    def form(
        self,
        use: str,
        most: int,
        metered: int = 0,
        judge: Callable[[Sequence[Call]], None] = lambda _: None,
    ) -> OpenBatch | None:
        """The open batch of a data-use; when there is none, one of up to ``most`` calls; None without calls.

        ``metered`` is how many calls the ledger has metered. ``judge`` is asked within the transaction and
        raises what refuses a batch; as many of the next calls as it lets pass go into this one. Raises what
        it raised when not even one passes.
        """
        with self._transaction() as db:
            standing = db.execute(f"{BATCH} WHERE use = ? AND deed IS NULL", (use,)).fetchone()
            if standing is not None:
                return OpenBatch(*standing)
            first = max(self._metered(db, use), metered)
            rows = db.execute(
                f"{CALL} WHERE use = ? AND number >= ? ORDER BY number LIMIT ?", (use, first, most)
            ).fetchall()
            if not rows:
                return None
            calls = passing([read_call(row) for row in rows], judge)
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
                OpenBatch(*row) for row in self._db.execute(f"{BATCH} WHERE use = ? ORDER BY first", (use,))
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
        query = f"{CALL} WHERE use = ? AND number >= ? ORDER BY number LIMIT ?"
        with self._lock:
            return [read_call(row) for row in self._db.execute(query, (use, start, limit))]

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


_SPEND: Final = (
    "INSERT INTO spent (way, calls) VALUES (?, ?) "
    "ON CONFLICT (way) DO UPDATE SET calls = calls + excluded.calls"
)
_PIECE: Final = 1_000


def _token(one: Wanted) -> list[str]:
    """The token that a call comes by, as its record names it."""
    way = str(one.entry.get("way", ""))
    return [way] if one.limit or way.startswith("token ") else []


def _fits(use: str, call: Call) -> bool:
    said = (call.record.get("use"), call.record.get("number"), call.record.get("time"))
    return said == (use, call.number, call.time)


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
