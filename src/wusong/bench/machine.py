"""The machine that a figure was taken on, and how busy it was."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any, Final

_BUSY: Final = 0.25  # of a core per core; above it, others compete for the machine


def describe() -> dict[str, Any]:
    """Processor, cores, memory, system, Python, SQLite."""
    return {
        "cores": cores(),
        "memory_mb": _memory() // 1_000_000,
        "processor": _processor(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
    }


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> float:
    """How many processes want to run, averaged over the last minute; this program's own work is in it."""
    return round(os.getloadavg()[0], 2)


def others(interval: float = 0.5) -> float:
    """How many cores other processes use just now, from the system's counters over ``interval`` seconds."""
    before, mine = _busy_ticks(), time.process_time()
    time.sleep(interval)
    used = (_busy_ticks() - before) / os.sysconf("SC_CLK_TCK") - (time.process_time() - mine)
    return round(max(0.0, used) / interval, 2)


def is_busy(used: float) -> bool:
    """Whether so much use by others spoils a measurement."""
    return used > _BUSY * cores()


def _busy_ticks() -> int:
    """Ticks of all cores that were not idle; 0 where the system does not say."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, stat.read_text().split()[1:9])
    return user + nice + system + irq + softirq + steal


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or sys.platform


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
