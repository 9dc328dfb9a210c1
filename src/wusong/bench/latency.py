"""``latency``: how long one deed waits for its receipt at 10 deeds a second, less its own flush to disk; the
99th percentile.

* In process: from ``submit`` of a signed deed to its receipt, one deed every 100 ms (creations and
  transfers in turn, 10,000 titles standing), 300 times. Nothing is batched: each deed has a block of its
  own.
* The flush is timed inside the store: the ``COMMIT`` of the block's transaction, which writes the pages to
  the write-ahead log and flushes them (``Store.flushed``). It is taken off the very deed that waited for
  it.
* Limit: the arithmetic of one deed, a signature check and 30 hashes, and nothing else.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from wusong.bench import limits, sample
from wusong.bench.figure import Goal, Measured, workspace
from wusong.node import process

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wusong.ledger.ledger import Ledger

GOAL: Final = Goal("latency", "ms", "less", 15, 5)
_EVERY: Final = 0.1


def measure(quick: bool) -> Measured:
    """Take the figure."""
    standing, count, every = (64, 20, 0.005) if quick else (10_000, 300, _EVERY)
    with workspace() as folder:
        subject = sample.make(folder / "ledger", titles=standing)
        process.settle()
        try:
            transfers = [subject.transfer(title) for title in subject.titles[: count // 2]]
            issues = [subject.issue(standing + number) for number in range(count // 2)]
            waits = _waits(subject.ledger, sample.interleaved(issues, transfers), every)
        finally:
            subject.ledger.close()
            process.resettle()
    during = 0.05 if quick else 0.5
    limit = 1 / limits.verifications("Ed25519", during) + limits.HASHES / limits.hashes(during)
    bare = sorted(1_000 * (whole - flush) for whole, flush in waits)
    flushes = 1_000 * statistics.median(flush for _, flush in waits)
    notes = (
        f"{len(bare)} deeds, median {statistics.median(bare):.2f} ms without, "
        f"{1_000 * statistics.median(whole for whole, _ in waits):.2f} ms with the flush ({flushes:.2f} ms)"
    )
    return Measured(bare[max(0, -(-99 * len(bare) // 100) - 1)], 1_000 * limit, notes)


def _waits(ledger: Ledger, envelopes: Iterable[bytes], every: float) -> list[tuple[float, float]]:
    """For each deed how long it waited, and how much of that was its flush, seconds."""
    waits = []
    due = time.perf_counter()
    for envelope in envelopes:
        due += every
        time.sleep(max(0.0, due - time.perf_counter()))
        started = time.perf_counter()
        sample.accepted(ledger.submit(envelope).result())
        waits.append((time.perf_counter() - started, ledger.store.flushed))
    return waits
