"""The hash rules of the state tree, and the folding of a few leaves into one hash.

* leaf ``H(0x00 || path || H(value))``, inner node ``H(0x01 || left || right)``, empty subtree 32 zero bytes;
* a subtree with exactly one leaf is that leaf, at whatever depth it stands.

Source: cosmos/ics23, go/proof.go ``SmtSpec``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

__all__ = [
    "EMPTY",
    "INNER",
    "LEAF",
    "MAX_DEPTH",
    "RECORD",
    "HashEach",
    "HashFunction",
    "divide",
    "fold",
    "fold_rows",
    "inner_hash",
    "leaf_hash",
    "record",
    "records_of",
]

HashFunction: TypeAlias = Callable[[bytes], bytes]
"""Bytes to 32 bytes: ``Suite.hash``."""
HashEach: TypeAlias = Callable[[list[bytes]], list[bytes]]
"""The same over many at once, in a tighter loop: ``Suite.hash_each``."""

EMPTY: Final = bytes(32)
MAX_DEPTH: Final = 256
RECORD: Final = 96
LEAF: Final = b"\x00"
INNER: Final = b"\x01"


def leaf_hash(hash_: HashFunction, path: bytes, value_hash: bytes) -> bytes:
    """The hash of a leaf from its path and the hash of its value, 32 bytes each."""
    return hash_(LEAF + path + value_hash)


def inner_hash(hash_: HashFunction, left: bytes, right: bytes) -> bytes:
    """The hash of an inner node from its children, 32 bytes each."""
    return hash_(INNER + left + right)


def record(hash_: HashFunction, path: bytes, value: bytes) -> bytes:
    """What the tree keeps of one leaf: path, hash of the value, hash of the leaf; 96 bytes."""
    body = path + hash_(value)
    return body + hash_(LEAF + body)


def fold(
    hash_: HashFunction, leaves: list[bytes], paths: list[int], low: int, high: int, depth: int
) -> bytes:
    """The hash at ``depth`` of the subtree of ``leaves[low:high]``, sorted by path, at least one."""
    if high - low == 1:
        return leaves[low]
    branch = MAX_DEPTH - (paths[low] ^ paths[high - 1]).bit_length()
    middle = divide(paths, low, high, branch)
    left = leaves[low] if middle == low + 1 else fold(hash_, leaves, paths, low, middle, branch + 1)
    right = leaves[middle] if middle == high - 1 else fold(hash_, leaves, paths, middle, high, branch + 1)
    node = hash_(INNER + left + right)
    for level in range(branch - 1, depth - 1, -1):
        node = hash_(INNER + (EMPTY + node if paths[low] >> (255 - level) & 1 else node + EMPTY))
    return node


def divide(paths: list[int], low: int, high: int, depth: int) -> int:
    """The first index in ``low..high`` whose path goes right below ``depth``, or ``high``."""
    bit = 1 << (255 - depth)
    while low < high and not paths[low] & bit:
        low += 1
    return low


def records_of(page: bytes) -> list[bytes]:
    """The records of a page, in the order of their paths."""
    return [page[at : at + RECORD] for at in range(0, len(page), RECORD)]


def fold_rows(hash_: HashFunction, rows: list[bytes], depth: int) -> bytes:
    """The hash at ``depth`` of the subtree of at least one sorted record."""
    if len(rows) == 2:
        return _fold_two(hash_, rows[0], rows[1], depth)
    paths = [int.from_bytes(row[:32], "big") for row in rows]
    return fold(hash_, [row[64:] for row in rows], paths, 0, len(rows), depth)


def _fold_two(hash_: HashFunction, first: bytes, second: bytes, depth: int) -> bytes:
    """``fold`` for two records, the commonest page that needs one, without its lists."""
    path = int.from_bytes(first[:32], "big")
    branch = MAX_DEPTH - (path ^ int.from_bytes(second[:32], "big")).bit_length()
    node = hash_(INNER + first[64:] + second[64:])
    for level in range(branch - 1, depth - 1, -1):
        node = hash_(INNER + (EMPTY + node if path >> (255 - level) & 1 else node + EMPTY))
    return node
