"""The log as files that anyone may fetch and keep: C2SP tlog-tiles.

* A tile has up to 256 hashes, 32 bytes each. Level L holds the hashes of complete subtrees of 256^L entries.
* ``tile/<L>/<N>`` is a full tile, ``tile/<L>/<N>.p/<W>`` its first W hashes (1 to 255) while it is filling.
* ``tile/entries/<N>`` and ``tile/entries/<N>.p/<W>`` are the entries themselves, each after its length in two
  bytes, big-endian.
* N is written in groups of three digits, all but the last with an ``x`` before them: 1234067 becomes
  ``x001/x234/067``. Each tile has one name only.
* A tile never changes; a log of a given size has every full tile and the last partial one of each level.

    for tile in tiles.since(old_size, log.size):
        publish(tile.path, tiles.content(log, tile, load))

Source: C2SP tlog-tiles v0.1.0. Stock readers know SHA-256, so under ``gm`` these are for our own reader.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from wusong.errors import CryptoError
from wusong.ledger.log import TILE, TILE_LEVEL, Load, Log

__all__ = ["MAX_ENTRY", "Tile", "bundle", "content", "entries_of", "exists", "parse", "since"]

MAX_ENTRY: Final = 0xFFFF
_MAX_LEVEL: Final = 63
_NAME: Final = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """One file: hashes of ``level``, or entries where ``level`` is None. ``width`` 256 is a full tile."""

    level: int | None
    index: int
    width: int = TILE

    @property
    def path(self) -> str:
        """Its name, relative to the log's address."""
        kind = "entries" if self.level is None else str(self.level)
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == TILE else f".p/{self.width}"
        return f"tile/{kind}/{'/'.join(reversed(groups))}{partial}"


def parse(path: str) -> Tile | None:
    """The tile of a name, or None where it is not the one name of a tile."""
    match = _NAME.fullmatch(path)
    if match is None:
        return None
    kind, groups, width = match.groups()
    level = None if kind == "entries" else int(kind)
    tile = Tile(level, int(groups.replace("x", "").replace("/", "")), TILE if width is None else int(width))
    known = tile.path == path and tile.width >= 1 and (level is None or level <= _MAX_LEVEL)
    return tile if known else None


def exists(tile: Tile, size: int) -> bool:
    """Whether a log of ``size`` entries can give this tile, full or its first ``width`` hashes or entries."""
    available = size >> TILE_LEVEL * (tile.level or 0)
    return 1 <= tile.width <= TILE and 0 <= TILE * tile.index <= available - tile.width


def since(old: int, new: int) -> Iterator[Tile]:
    """The tiles to publish when a log has grown from ``old`` to ``new`` entries; from 0, all there are.

    Entries come first, then hashes level by level: a reader who finds a hash tile finds its entries.
    """
    yield from _level_since(None, old, new)
    level = 0
    while new >> TILE_LEVEL * level:
        yield from _level_since(level, old >> TILE_LEVEL * level, new >> TILE_LEVEL * level)
        level += 1


def _level_since(level: int | None, old: int, new: int) -> Iterator[Tile]:
    for index in range(old // TILE, new // TILE):
        yield Tile(level, index)
    if new % TILE and new > old:
        yield Tile(level, new // TILE, new % TILE)


def content(log: Log, tile: Tile, load: Load) -> bytes:
    """The bytes of a tile; ``load`` gives the entries of a tile by its number.

    Raises CryptoError ``merkle-range`` where the log has no such tile.
    """
    if not exists(tile, log.size):
        raise CryptoError("merkle-range", index=TILE * tile.index + tile.width, size=log.size)
    if tile.level is None:
        return bundle(load(tile.index)[: tile.width])
    return log.nodes(TILE_LEVEL * tile.level, TILE * tile.index, TILE * tile.index + tile.width)


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries, each after its length. An entry has at most 65,535 bytes: ValueError."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise ValueError("an entry is longer than 65,535 bytes")
        parts.append(struct.pack(">H", len(entry)) + entry)
    return b"".join(parts)


def entries_of(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError where it is cut short."""
    entries = []
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("the bundle ends within a length")
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise ValueError("the bundle ends within an entry")
        entries.append(data[at + 2 : end])
        at = end
    return entries
