"""``memory``: resident memory of an empty node.

* A network is founded, and its node serves HTTP in a process of its own, as ``wusong up`` does; it has the
  library of contracts and one party. After one request its resident set is read from the system
  (``VmRSS``), helpers that it started included.
* Limit: the resident set of a bare Python process that has only imported the server, the database layer and
  the arithmetic.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Final

from wusong.bench import server
from wusong.bench.figure import Goal, Measured, UnavailableError, workspace
from wusong.node.founding import found

GOAL: Final = Goal("memory", "MB", "less", 200, 120)
_LIBRARIES: Final = "granian, litestar, sqlalchemy, msgspec, cryptography, nacl.bindings"
_BARE: Final = f"import sys, {_LIBRARIES}; print(flush=True); sys.stdin.read()"


def measure(quick: bool) -> Measured:  # noqa: ARG001 - there is nothing to make smaller
    """Take the figure. Raises UnavailableError where the system does not tell."""
    if not Path("/proc/self/status").exists():
        raise UnavailableError("this system does not tell a process's resident memory")
    with workspace() as folder:
        home = folder / "node"
        found(home)
        with server.running(str(home)) as (host, port, process):
            with urllib.request.urlopen(f"http://{host}:{port}/", timeout=30) as answer:
                answer.read()
            value = sum(_resident(each) for each in _family(process))
    return Measured(value, _bare(), "limit: Python with the libraries imported, and nothing done")


def _bare() -> float:
    with subprocess.Popen(
        [sys.executable, "-c", _BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        if child.stdout:
            child.stdout.readline()
        return _resident(child.pid)


def _resident(process: int) -> float:
    """Resident memory of a process, MB (10^6 bytes)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1_024 / 1_000_000
    return 0.0


def _family(process: int) -> list[int]:
    """A process and those that it started."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    children = [int(child) for file in threads for child in file.read_text().split()]
    return [process, *(each for child in children for each in _family(child))]
