"""``start``: opening a ledger on which 1,000,000 assets stand.

* The store is made by the front door: 31,250 signed deeds of 32 creations each, executed and sealed; it is
  closed as a node closes it.
* Measured is ``Ledger.open`` in a fresh process: the tree is built from all leaves and compared with the
  last seal, the log with its root, the newest seals with each other, pages, sets and spent ids with the
  state. The process's own start is not in it.
* The files are in the page cache, since the first opening, which does not count, has read them.
* Limit: reading all leaves with plain SQLite, and the hashes that the tree needs (about 4.4 for a leaf) on
  all cores, nothing else.
"""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from wusong.bench import limits, sample
from wusong.bench.figure import Goal, Measured, timed, workspace
from wusong.bench.machine import cores
from wusong.ledger.ledger import FILE, Ledger
from wusong.node import process

if TYPE_CHECKING:
    from pathlib import Path

GOAL: Final = Goal("start", "s", "less", 8, 4)
_HASHES: Final = 4.4  # path, value, leaf, and 1.44 inner nodes for each leaf of a random tree


def measure(quick: bool) -> Measured:
    """Take the figure."""
    standing, runs = (2_000, 1) if quick else (1_000_000, 3)
    with workspace() as folder:
        _build(folder, standing)
        times = [_opening(folder) for _ in range(runs + 1)][1:]
        scanned = timed(lambda: _scan(folder / FILE))
    hashed = limits.hashes(0.05 if quick else 1.0)
    limit = scanned + _HASHES * standing / hashed / cores()
    notes = (
        f"{standing:,} assets; runs {[round(one, 2) for one in times]}; {scanned:.2f} s to read the leaves, "
        f"{hashed:,.0f} hashes/s on each of {cores()} cores"
    )
    return Measured(statistics.median(times), limit, notes)


def _build(folder: Path, standing: int) -> None:
    subject = sample.make(folder)
    process.settle()
    try:
        subject.stand(standing)
    finally:
        subject.ledger.close()
        process.resettle()


def _opening(folder: Path) -> float:
    command = [sys.executable, "-m", "wusong.bench.start", str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _scan(file: Path) -> None:
    database = sqlite3.connect(file)
    for _row in database.execute("SELECT key, value FROM leaves"):
        pass
    database.close()


if __name__ == "__main__":
    from pathlib import Path

    opened: list[Ledger] = []
    taken = timed(lambda: opened.append(Ledger.open(Path(sys.argv[1]))))
    opened[0].close()
    sys.stdout.write(f"{taken}\n")
