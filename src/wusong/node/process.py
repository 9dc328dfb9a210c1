"""How a process that runs a node sets itself up; for entry points (``up``, ``bench``, ``tour``), never on
import of the library.

Python's cyclic collector walks every container that came since its last round, while deeds create many that
live for a second: measured, a quarter of a busy node's time. What execution makes is freed by reference
counts; cycles arise only with exceptions and imports. So what the start made is put out of the collector's
sight, and it runs only when far more has come than a full queue of deeds holds.
"""

from __future__ import annotations

import atexit
import gc
from typing import Final

THRESHOLDS: Final = (700_000, 20, 100)
"""Allocations between young collections, young ones between middle ones, middle ones between full ones."""


def settle() -> None:
    """Call once, when the node is open: what the start made leaves the collector's sight; it runs seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    # What is out of sight at the end is taken for leaked by extension modules, which then say so to the user.
    atexit.register(resettle)


def resettle() -> None:
    """Undo ``settle``: for programs that go on as something else."""
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
