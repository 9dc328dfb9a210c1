"""One process writes to a node's folder at a time.

* The lock is an advisory one on the file ``node.lock``, held as long as the process lives: the system lets
  go of it when the process dies, so that no stale lock stays behind.
* The file names the process that holds it, for people.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wusong.errors import NodeError
from wusong.node import codes_care as codes_care  # noqa: PLC0414 - registers its codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE: Final = "node.lock"


@contextmanager
def holding(folder: Path, what: str = "") -> Iterator[None]:
    """Hold the folder's lock. ``what`` says for people what the process does.

    Raises:
        NodeError: ``node-running`` when another process holds it.
    """
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NodeError("node-running", folder=folder.name, holder=holder(folder)) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {what}".strip().encode(), 0)
        yield
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Whether some process, perhaps this one, has the node open."""
    if not (folder / FILE).exists():
        return False
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def note(folder: Path, what: str) -> None:
    """Say anew what the holder, which is this process, does."""
    (folder / FILE).write_text(f"{os.getpid()} {what}", "utf-8")


def holder(folder: Path) -> str:
    """Who holds the lock, as it said itself: process id, what it does, perhaps the address it serves."""
    return (folder / FILE).read_bytes()[:80].decode("utf-8", "replace").strip() or "?"


def address(folder: Path) -> str:
    """Where the node that runs in ``folder`` answers on this machine; empty when it serves nothing."""
    words = holder(folder).split() if is_held(folder) else []
    if not words or not words[-1].startswith("http://"):
        return ""
    for everywhere, here in (("//0.0.0.0:", "//127.0.0.1:"), ("//[::]:", "//[::1]:")):
        words[-1] = words[-1].replace(everywhere, here)
    return words[-1]


@contextmanager
def turn(folder: Path, what: str) -> Iterator[None]:
    """Wait until no other process has its turn at ``what``, and take it."""
    handle = os.open(folder / f"{what}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
