"""Writing so that a crash leaves the old or the new, never a part; and saying it when there is no room."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from wusong.errors import VaultError

__all__ = [
    "create",
    "flush_folder",
    "folder",
    "held",
    "locked",
    "move",
    "no_room",
    "remove",
    "shred",
    "write",
]

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def no_room() -> Iterator[None]:
    """Turn the system's ways of saying that there is no room into VaultError ``vault-full``."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise VaultError("vault-full") from None
        raise


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold ``path`` against other threads and processes.

    The system frees it with the process at the latest.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def create(path: Path) -> BinaryIO:
    """A new file, readable by its owner only, and ``held`` as long as it is open."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return os.fdopen(descriptor, "wb")


def held(path: Path) -> bool:
    """Whether a living writer still has the file open."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write(path: Path, data: bytes) -> None:
    """A new file with ``data``, on the disk when this returns; its folder is not flushed yet."""
    with create(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def move(source: Path, target: Path) -> None:
    """Put ``source`` in the place of ``target``, durably."""
    folder(target.parent)
    source.replace(target)
    flush_folder(target.parent)


def folder(path: Path) -> None:
    """Make the folder if it is not there, durably."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def shred(path: Path) -> None:
    """Overwrite a small file in place, flush it, then remove it."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        remove(path)


def remove(path: Path) -> None:
    """Remove a file, durably; nothing if it is not there."""
    with suppress(FileNotFoundError):
        path.unlink()
        flush_folder(path.parent)
