"""Files that hold secrets: replaced as a whole, readable by their owner only."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wusong.crypto.random import random_bytes

__all__ = ["locked", "replace"]


def replace(path: Path, data: bytes) -> None:
    """Put ``data`` in place of the file, mode 0600; after a crash the old or the new file stands, never a
    part.
    """
    beside = path.with_name(f".{path.name}.{random_bytes(6).hex()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            beside.unlink()
        raise
    _flush_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the folder of ``path`` against other writers that ask; freed with the process at the latest."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
