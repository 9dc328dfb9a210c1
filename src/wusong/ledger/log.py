"""The ledger's log: an append-only Merkle tree (RFC 6962 section 2.1) over the entries of all blocks.

* A leaf is ``H(0x00 || entry)``, an inner node ``H(0x01 || left || right)``; an empty log has root ``H("")``.
* A tree of n leaves splits at the largest power of two below n.
* Kept are the hashes of complete subtrees, level by level; every root and proof, at this size or an earlier
  one, is read off them with at most O(log n) hashes.
* A log can go back to a smaller size: a proposed block is appended, its root read, and taken back.

Memory is 64 bytes an entry. A log that is given ``load``, which reads entries back from the store, may
``trim`` what lies below complete tiles of 256 entries; it then needs 1/4 byte an entry and hashes a tile when
a proof wants it. It is also the quick way to start: ``Log.resume`` takes hashes of tiles, not entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from wusong.errors import CryptoError, StoreError
from wusong.ledger.smt_nodes import HashFunction

__all__ = ["TILE", "TILE_LEVEL", "Load", "Log"]

TILE_LEVEL: Final = 8
TILE: Final = 1 << TILE_LEVEL

Load: TypeAlias = Callable[[int], Sequence[bytes]]
"""From the number of a tile to its entries, index 256 n to 256 n + 255, as far as they are stored."""

_CHUNK: Final = 1 << 16  # entries hashed at a time, so that a long restore does not hold them all as objects
_CACHED: Final = 64  # tiles hashed again for proofs, 16 KiB each


class Log:
    """The log under one hash function. One thread at a time."""

    __slots__ = ("_cache", "_first", "_hash", "_levels", "_load", "_size")

    def __init__(self, hash_: HashFunction, entries: Iterable[bytes] = (), load: Load | None = None) -> None:
        self._hash = hash_
        self._load = load
        self._size = 0
        self._first = 0  # the first tile whose levels below TILE_LEVEL are in memory
        self._levels: list[bytearray] = [bytearray() for _ in range(TILE_LEVEL + 1)]
        self._cache: dict[int, list[bytearray]] = {}
        self.append_many(entries)

    @classmethod
    def resume(cls, hash_: HashFunction, tiles: bytes, tail: Sequence[bytes], load: Load) -> Log:
        """The log from the hashes of its complete tiles (``tile_hashes``) and the entries after them.

        ``tail`` has fewer than 256 entries. Compare the root with the last seal's: a wrong tile shows there.
        """
        if len(tiles) % 32 or len(tail) >= TILE:
            raise ValueError("tiles are 32 bytes each, and the tail is shorter than a tile")
        log = cls(hash_, load=load)
        log._first = len(tiles) // 32
        log._size = TILE * log._first
        log._levels[TILE_LEVEL] += tiles
        log._carry(TILE_LEVEL)
        log.append_many(tail)
        return log

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._size

    def append_many(self, entries: Iterable[bytes]) -> int:
        """Append entries in order; the new size."""
        hash_ = self._hash
        rest = iter(entries)
        while chunk := [hash_(b"\x00" + entry) for entry in islice(rest, _CHUNK)]:
            self._levels[0] += b"".join(chunk)
            self._size += len(chunk)
            self._carry(0)
        return self._size

    def rollback(self, size: int) -> None:
        """Return to an earlier size. Raises CryptoError ``merkle-range``."""
        self._check(size, self._size)
        tile = size >> TILE_LEVEL
        if tile < self._first:
            self._drop_from(tile)
            self._size = TILE * tile
            self.append_many(self._loaded(tile)[: size % TILE])
            return
        self._size = size
        for level, hashes in enumerate(self._levels):
            del hashes[32 * ((size >> level) - self._start(level)) :]

    def trim(self) -> None:
        """Forget what lies below complete tiles. Only when their entries are durably stored."""
        if self._load is None:
            return
        first = self._size >> TILE_LEVEL
        for level in range(TILE_LEVEL):
            del self._levels[level][: 32 * ((first << TILE_LEVEL - level) - self._start(level))]
        self._first = first

    # -- what it says

    def root(self) -> bytes:
        """The root hash, 32 bytes."""
        return self.root_at(self._size)

    def root_at(self, size: int) -> bytes:
        """The root hash when the log had ``size`` entries. Raises CryptoError ``merkle-range``."""
        self._check(size, self._size)
        return self._range(0, size) if size else self._hash(b"")

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """PATH(index, D[size]) of RFC 6962 2.1.1: the siblings from the leaf upwards.

        Raises CryptoError ``merkle-range``.
        """
        high = self._size if size is None else size
        self._check(high, self._size)
        if not 0 <= index < high:
            raise CryptoError("merkle-range", index=index, size=high)
        path = []
        low = 0
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """PROOF(old, D[new]) of RFC 6962 2.1.2; empty for ``old`` = 0, with which every log is consistent.

        Raises CryptoError ``merkle-range``.
        """
        high = self._size if new is None else new
        self._check(high, self._size)
        self._check(old, high)
        if old == 0:
            return []
        path = []
        low = 0
        while old < high:  # SUBPROOF: down to where the old tree ends on the edge of a subtree
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        if low:
            path.append(self._range(low, high))
        return path[::-1]

    def tile_hashes(self, start: int = 0) -> bytes:
        """The hashes of the complete tiles from number ``start`` on, 32 bytes each: what ``resume`` takes."""
        return bytes(self._levels[TILE_LEVEL][32 * start :])

    def nodes(self, level: int, start: int, stop: int) -> bytes:
        """The hashes of complete subtrees of 2^level entries, number ``start`` to ``stop``, 32 bytes each.

        Raises CryptoError ``merkle-range`` when the log does not hold them.
        """
        if not 0 <= start <= stop <= self._size >> level:
            raise CryptoError("merkle-range", index=stop, size=self._size >> level)
        return b"".join(self._runs(level, start, stop))

    # -- inside

    def _check(self, size: int, limit: int) -> None:
        if not 0 <= size <= limit:
            raise CryptoError("merkle-range", index=size, size=limit)

    def _start(self, level: int) -> int:
        """The number of the first node of a level that is in memory."""
        return self._first << TILE_LEVEL - level if level < TILE_LEVEL else 0

    def _carry(self, level: int) -> None:
        """Compute the nodes above ``level`` that have become complete."""
        while self._size >> level + 1:
            if len(self._levels) == level + 1:
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            have = len(above) // 32 + self._start(level + 1)
            above += _pairs(self._hash, self._levels[level][32 * (2 * have - self._start(level)) :])
            level += 1

    def _range(self, low: int, high: int) -> bytes:
        """The hash over entries ``low`` to ``high``, a subtree: complete ones, joined from the right."""
        peaks = []
        while low < high:
            level = (high - low).bit_length() - 1
            peaks.append(self._node(level, low >> level))
            low += 1 << level
        node = peaks.pop()
        while peaks:
            node = self._hash(b"\x01" + peaks.pop() + node)
        return node

    def _node(self, level: int, index: int) -> bytes:
        at = index - self._start(level)
        if at >= 0:
            return bytes(self._levels[level][32 * at : 32 * at + 32])
        tile = index << level >> TILE_LEVEL
        at = index - (tile << TILE_LEVEL - level)
        return bytes(self._tile(tile)[level][32 * at : 32 * at + 32])

    def _runs(self, level: int, start: int, stop: int) -> Iterator[bytes]:
        """Nodes that are not in memory tile by tile, then those that are."""
        while start < min(stop, self._start(level)):
            tile = start << level >> TILE_LEVEL
            base = tile << TILE_LEVEL - level
            end = min(stop, (tile + 1) << TILE_LEVEL - level)
            yield bytes(self._tile(tile)[level][32 * (start - base) : 32 * (end - base)])
            start = end
        base = self._start(level)
        if start < stop:
            yield bytes(self._levels[level][32 * (start - base) : 32 * (stop - base)])

    def _tile(self, tile: int) -> list[bytearray]:
        """The levels below a complete tile, hashed again from its entries."""
        known = self._cache.pop(tile, None)
        if known is None:
            known = self._rehash(tile)
            if len(self._cache) >= _CACHED:
                del self._cache[next(iter(self._cache))]
        self._cache[tile] = known
        return known

    def _rehash(self, tile: int) -> list[bytearray]:
        levels = [bytearray(b"".join([self._hash(b"\x00" + entry) for entry in self._loaded(tile)]))]
        for _ in range(TILE_LEVEL):
            levels.append(bytearray(_pairs(self._hash, levels[-1])))
        if levels[TILE_LEVEL] != self._levels[TILE_LEVEL][32 * tile : 32 * tile + 32]:
            raise _damaged(tile)
        return levels

    def _loaded(self, tile: int) -> Sequence[bytes]:
        if self._load is None:  # only a log with ``load`` is ever trimmed
            raise _damaged(tile)
        return self._load(tile)

    def _drop_from(self, tile: int) -> None:
        """Forget everything from the start of a tile on, and all levels below tiles."""
        for level, hashes in enumerate(self._levels):
            del hashes[32 * (TILE * tile >> level) if level >= TILE_LEVEL else 0 :]
        self._first = tile
        self._cache = {known: levels for known, levels in self._cache.items() if known < tile}


def _damaged(tile: int) -> StoreError:
    return StoreError(
        "store-damaged", file="", part=f"log tile {tile}", detail="entries do not give its hash"
    )


def _split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _pairs(hash_: HashFunction, level: bytes | bytearray) -> bytes:
    """The hashes above a run of nodes; a last node without a partner waits."""
    nodes = bytes(level)
    return b"".join([hash_(b"\x01" + nodes[at : at + 64]) for at in range(0, len(nodes) - 32, 64)])
