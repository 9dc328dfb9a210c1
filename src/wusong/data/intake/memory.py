"""A file in memory that has a path: for readers that want one, without a byte of a table on the disk.

* Linux keeps it in memory (``memfd_create``). Elsewhere it is a temporary file without a name, readable by
  its owner only: clear text that a seized disk could still show, said in docs/data.md.
* It holds at most ``MOST`` bytes; what is larger has to come as a file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from wusong.errors import DataError

__all__ = ["MOST", "filled", "path_of"]

MOST: Final = 1 << 30
_PIECE: Final = 1 << 20


def filled(stream: BinaryIO, start: bytes = b"") -> BinaryIO:
    """What ``start`` and the rest of ``stream`` hold; it goes when it is closed.

    Raises DataError ``table-stream-too-large``.
    """
    file = _new()
    try:
        size = file.write(start)
        while size <= MOST and (piece := stream.read(_PIECE)):
            size += file.write(piece)
        file.flush()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    if size > MOST:
        file.close()
        raise DataError("table-stream-too-large", limit=MOST >> 20)
    return file


def path_of(file: BinaryIO) -> Path:
    """Where another reader of this process finds the file, as long as it is open."""
    folder = Path("/proc/self/fd")
    return (folder if folder.exists() else Path("/dev/fd")) / str(file.fileno())


def _new() -> BinaryIO:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("table", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()
