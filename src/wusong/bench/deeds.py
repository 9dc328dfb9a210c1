"""``deeds``: deeds a second, in process, durable.

* 100,000 titles stand. A run hands in 8,000 signed deeds as fast as the ledger takes them: in turn the
  creation of a title and the transfer of one that stands. They are signed beforehand; the clock runs from
  the first ``submit`` to the last receipt.
* Nothing is left out: every signature is checked, every block flushed to disk before its receipts are
  given.
* After the last run, deeds picked evenly from it are proved at once: their bundles must pass
  ``verifier/wusong_verify.py``.
* Limit: two processes at the same time, one that only checks signatures, one that only hashes (30 for a
  deed) and inserts the same rows with plain SQLite; the slower of the two.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from wusong.bench import limits, proving, sample
from wusong.bench.figure import Goal, Measured, timed, workspace
from wusong.node import process

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.ledger.receipt import Receipt

GOAL: Final = Goal("deeds", "deeds/s", "more", 4_000, 8_000)


def measure(quick: bool) -> Measured:
    """Take the figure; ``quick`` for tests, which look at the shape and not at the value."""
    standing, half, runs = (640, 64, 1) if quick else (100_000, 4_000, 5)
    with workspace() as folder:
        taken = _runs(folder, standing, half, runs)
        checked, written = limits.deeds(folder, *((0.05, 1) if quick else (2.0, 6)))
    rates = [rate for rate, _ in taken]
    cpu = 1_000_000 * statistics.median(one for _, one in taken)
    notes = (
        f"runs {[round(rate) for rate in rates]}, {cpu:.0f} µs of the main process's time for each deed; "
        f"limit: {checked:,.0f} signatures/s in one process beside {written:,.0f} deeds/s hashed and "
        "inserted in another"
    )
    return Measured(statistics.median(rates), min(checked, written), notes)


def _runs(folder: Path, standing: int, half: int, runs: int) -> list[tuple[float, float]]:
    subject = sample.make(folder / "ledger", titles=standing)
    process.settle()
    try:
        taken = [_run(subject, number, half) for number in range(runs + 1)][1:]  # the first warms up
    finally:
        subject.ledger.close()
        process.resettle()
    return taken


def _run(subject: sample.Sample, number: int, half: int) -> tuple[float, float]:
    """Deeds a second, and the processor time (s) that each cost the process of the ledger."""
    ledger, standing = subject.ledger, subject.titles[number * half : (number + 1) * half]
    issues = [subject.issue(len(subject.titles) + number * half + each) for each in range(half)]
    envelopes = list(sample.interleaved(issues, [subject.transfer(title) for title in standing]))
    receipts: list[Receipt] = []
    busy = time.process_time()
    taken = timed(lambda: receipts.extend(sample.hand_in(ledger, envelopes)))
    busy = time.process_time() - busy
    proving.prove(ledger, [receipt.deed for receipt in receipts[:: max(1, len(receipts) // 10)]])
    return len(envelopes) / taken, busy / len(envelopes)
