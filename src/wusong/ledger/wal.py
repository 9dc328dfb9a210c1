"""Damage in SQLite's write-ahead log, which SQLite itself takes for the end of the log.

* Recovery reads frames as long as their running checksum holds (sqlite.org/fileformat2.html 4.2), forgets the
  rest without a word: right for a transaction that was being written when the power failed, wrong for blocks
  that had been acknowledged.
* Each block is flushed before the next begins. So at most one transaction can be unfinished; where two or
  more stand behind the first frame that does not hold, the log was changed or the disk failed.
* This is looked at before SQLite opens the file, so that the log is still there as evidence.
* A log that is cut short cannot be told from an older one: this is what witnesses are for.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, TypeAlias

from wusong.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

Sums: TypeAlias = "tuple[int, int]"

_HEADER: Final = struct.Struct(">IIIIIIII")  # magic, version, page size, checkpoint, two salts, two checksums
_FRAME: Final = struct.Struct(">IIIIII")  # page, pages after a commit (else 0), two salts, two checksums
_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}  # to the byte order of the checksums
_PAGES: Final = frozenset(1 << bits for bits in range(9, 17))
_MASK: Final = 0xFFFFFFFF


def check(path: Path) -> None:
    """Look at the log beside the database ``path``, which nobody has open.

    Raises:
        StoreError: ``store-damaged`` when blocks stand behind the place where the log breaks off.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or log.stat().st_size < _HEADER.size + _FRAME.size:
        return
    valid, lost = _look(log)
    if lost > 1:
        detail = f"it breaks off after frame {valid}, and {lost} blocks stand behind"
        raise StoreError("store-damaged", file=log.name, part="write-ahead log", detail=detail)


def _look(log: Path) -> tuple[int, int]:
    """How many frames hold, and how many transactions of the same generation end behind them."""
    with log.open("rb") as file:
        header = file.read(_HEADER.size)
        magic, _, page, _, *salts, one, two = _HEADER.unpack(header)
        order, page = _MAGIC.get(magic, ">"), page if page in _PAGES else 4_096
        sums = _sums(order, header[:24], (0, 0))
        holds, valid, lost = magic in _MAGIC and sums == (one, two), 0, 0
        known = holds  # else the first frame says which generation this is
        while len(part := file.read(_FRAME.size + page)) == _FRAME.size + page:
            _, pages, *named, first, second = _FRAME.unpack(part[: _FRAME.size])
            salts, known = (salts, True) if known else (named, True)
            if holds:
                sums = _sums(order, part[_FRAME.size :], _sums(order, part[:8], sums))
                holds = named == salts and sums == (first, second)
            valid += holds
            lost += not holds and pages > 0 and named == salts
    return valid, lost


def _sums(order: str, data: bytes, start: Sums) -> Sums:
    """The running checksum: each pair of words in turn."""
    one, two = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & _MASK
        two = (two + second + one) & _MASK
    return one, two
