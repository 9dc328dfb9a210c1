"""Merkle trees and their proofs, as RFC 6962 section 2.1 defines them, under a suite's hash.

* A leaf is ``hash(0x00 + data)``, an inner node ``hash(0x01 + left + right)``, the empty tree ``hash("")``.
* A tree of n leaves splits at the largest power of two below n.
* A path is checked by its exact length and order; what is left over, missing or out of range refuses.
* All functions take leaf *hashes*; ``leaf_hash`` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from wusong.crypto.suites import Suite
from wusong.errors import CryptoError

__all__ = [
    "Tree",
    "consistency_roots",
    "empty_root",
    "inclusion_root",
    "leaf_hash",
    "node_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
]


def leaf_hash(suite: Suite, data: bytes) -> bytes:
    """The hash of one entry."""
    return suite.hash(b"\x00" + data)


def node_hash(suite: Suite, left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return suite.hash(b"\x01" + left + right)


def empty_root(suite: Suite) -> bytes:
    """The root of the tree without leaves."""
    return suite.hash(b"")


def root(suite: Suite, leaves: Sequence[bytes]) -> bytes:
    """The root over ``leaves`` (leaf hashes)."""
    level = list(leaves)
    if not level:
        return empty_root(suite)
    while len(level) > 1:
        level = _above(suite, level)
    return level[0]


class Tree:
    """A whole tree in memory, from its leaf hashes: makes every path."""

    def __init__(self, suite: Suite, leaves: Sequence[bytes]) -> None:
        self._suite = suite
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_above(suite, self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The root hash."""
        return self._levels[-1][0] if self._levels[-1] else empty_root(self._suite)

    def inclusion(self, index: int) -> list[bytes]:
        """PATH(index, D[n]) of RFC 6962 2.1.1, from the leaf upwards. Raises CryptoError ``merkle-range``."""
        if not 0 <= index < len(self):
            raise CryptoError("merkle-range", index=index, size=len(self))
        path = []
        for level in self._levels[:-1]:
            if (index ^ 1) < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return path

    def consistency(self, old_size: int) -> list[bytes]:
        """PROOF(old_size, D[n]) of RFC 6962 2.1.2. Raises CryptoError ``merkle-range``."""
        if not 0 < old_size <= len(self):
            raise CryptoError("merkle-range", index=old_size, size=len(self))
        path: list[bytes] = []
        low, high, whole = 0, len(self), True
        while low + old_size < high:  # SUBPROOF(old_size, D[low:high], whole), walking down
            split = 1 << (high - low - 1).bit_length() - 1
            if old_size <= split:
                path.append(self._node(low + split, high))
                high = low + split
            else:
                path.append(self._node(low, low + split))
                low, old_size, whole = low + split, old_size - split, False
        if not whole:
            path.append(self._node(low, high))
        return path[::-1]

    def _node(self, low: int, high: int) -> bytes:
        """The hash over leaves low to high, a node of the tree: a full one, or the last of its level."""
        height = (high - low - 1).bit_length()
        return self._levels[height][low >> height]


def inclusion_root(suite: Suite, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that ``path`` leads to from ``leaf`` at ``index`` of ``size`` leaves (RFC 9162 2.1.3.2).

    Raises CryptoError ``merkle-range`` for the place, ``merkle-path`` for a path that cannot lead from it.
    """
    if not 0 <= index < size:
        raise CryptoError("merkle-range", index=index, size=size)
    at, last, digest = index, size - 1, leaf
    for sibling in path:
        if not last or len(sibling) != 32:
            raise CryptoError("merkle-path", index=index, size=size)
        if at & 1 or at == last:
            digest = node_hash(suite, sibling, digest)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            digest = node_hash(suite, digest, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise CryptoError("merkle-path", index=index, size=size)
    return digest


def verify_inclusion(
    suite: Suite, leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether ``leaf`` stands at ``index`` in the tree of ``size`` leaves with this root."""
    try:
        return inclusion_root(suite, leaf, index, size, path) == expected_root
    except CryptoError:
        return False


def consistency_roots(
    suite: Suite, old_size: int, size: int, path: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes]:
    """The (old, new) roots that ``path`` leads to; from ``old_root`` itself when the old tree is a full one.

    RFC 9162 2.1.4.2. Raises CryptoError ``merkle-path`` or ``merkle-range``.
    """
    if not 0 < old_size <= size:
        raise CryptoError("merkle-range", index=old_size, size=size)
    if any(len(step) != 32 for step in path) or (old_size == size and path):
        raise CryptoError("merkle-path", index=old_size, size=size)
    if old_size == size:
        return old_root, old_root
    steps = [old_root, *path] if not old_size & (old_size - 1) else list(path)
    if not steps:
        raise CryptoError("merkle-path", index=old_size, size=size)
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if not last:
            raise CryptoError("merkle-path", index=old_size, size=size)
        if at & 1 or at == last:
            old, new = node_hash(suite, step, old), node_hash(suite, step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(suite, new, step)
        at, last = at >> 1, last >> 1
    if last:
        raise CryptoError("merkle-path", index=old_size, size=size)
    return old, new


def verify_consistency(
    suite: Suite, old_size: int, size: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the tree of ``size`` leaves begins with the tree of ``old_size`` leaves (at least one)."""
    try:
        return consistency_roots(suite, old_size, size, path, old_root) == (old_root, new_root)
    except CryptoError:
        return False


def _above(suite: Suite, level: list[bytes]) -> list[bytes]:
    """The level above: pairs are hashed, a last single node moves up as it is."""
    pairs = iter(level)
    above = suite.hash_each([b"\x01" + left + right for left, right in zip(pairs, pairs, strict=False)])
    if len(level) & 1:
        above.append(level[-1])
    return above
