"""What a figure is, and how one is taken: warm up, run several times, give the median.

A figure is measured against a limit taken in the same run on the same machine: what pure arithmetic, plain
SQLite or an empty server would do. ``ratio`` is the share of that limit which is reached, so that a figure
means something on any machine.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

Better = Literal["more", "less"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure's name and unit, which way is better, the floor that must hold and the aim."""

    name: str
    unit: str
    better: Better
    floor: float
    aim: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and the limit it is held against, both in the goal's unit; ``notes`` say how they arose."""

    value: float
    limit: float
    notes: str = ""


class Figure(msgspec.Struct):
    """One row of the report."""

    name: str
    value: float
    unit: str
    better: Better
    floor: float
    aim: float
    limit: float
    ratio: float

    @property
    def standing(self) -> str:
        """``aim``, ``floor``, or ``below``: what the value reaches."""
        for name, bound in (("aim", self.aim), ("floor", self.floor)):
            if self.value >= bound if self.better == "more" else self.value <= bound:
                return name
        return "below"


class UnavailableError(Exception):
    """A figure cannot be taken here: something that it needs is not installed."""


def figure(goal: Goal, measured: Measured) -> Figure:
    """The row of a measured goal, rounded to what a reader can use."""
    value, limit = measured.value, measured.limit
    share = value / limit if goal.better == "more" else limit / value
    return Figure(
        goal.name,
        _rounded(value),
        goal.unit,
        goal.better,
        goal.floor,
        goal.aim,
        _rounded(limit),
        round(share, 3),
    )


def seconds(work: Callable[[], object], runs: int, warm: int = 1) -> float:
    """The median time of ``work`` over ``runs``, after ``warm`` runs that do not count."""
    for _ in range(warm):
        work()
    return statistics.median(timed(work) for _ in range(runs))


def timed(work: Callable[[], object]) -> float:
    """How long ``work`` takes, seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder on disk that is gone afterwards (``TMPDIR`` says where)."""
    with tempfile.TemporaryDirectory(prefix="wusong-bench-") as folder:
        yield Path(folder)


def _rounded(value: float) -> float:
    digits: Final = 0 if value >= 1000 else 1 if value >= 100 else 3
    return round(value, digits)
