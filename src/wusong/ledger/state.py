"""The state as execution sees it: layers over what is stored.

* ``Source`` is what is durable: leaves by key, pages by digest.
* ``BlockState`` holds what a block changed so far. Nothing under it changes until the block is committed.
* ``DeedState`` holds what one deed changed so far; it joins its block only if the whole deed is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from wusong.contract.leaf import Leaf
from wusong.ledger import ids

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite


class Source(Protocol):
    """What is durable, read only."""

    def get(self, key: bytes) -> bytes | None:
        """The value at a state key, or None."""

    def page(self, digest: str) -> bytes | None:
        """The canonical model of an installed contract, or None."""


@dataclass(slots=True)
class Write:
    """One leaf that an act wrote: what the receipt's effects commit to."""

    key: bytes
    rev: int
    value: bytes
    leaf: Leaf


@dataclass(slots=True)
class BlockState:
    """What a block has changed so far. A value of None removes the leaf."""

    source: Source
    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    keys: dict[tuple[str, str], Any] = field(
        default_factory=dict
    )  # party and thumbprint to the answer, see authority
    _leaves: dict[bytes, Leaf | None] = field(default_factory=dict)

    def get(self, key: bytes) -> bytes | None:
        """The value at ``key`` after what the block changed."""
        if key in self.changes:
            return self.changes[key]
        return self.source.get(key)

    def put(self, key: bytes, value: bytes | None) -> None:
        """Change a value."""
        self.changes[key] = value
        self._leaves.pop(key, None)

    def leaf(self, key: bytes) -> Leaf | None:
        """The leaf at ``key``; None also where a record stands that is no leaf (spent ids, quota), whose key
        anybody can name in a deed. Callers do not change it.
        """
        if key in self._leaves:
            return self._leaves[key]
        value = self.get(key)
        leaf = decode_leaf(value) if value is not None and value.startswith(LEAF_BEGINS) else None
        self._leaves[key] = leaf
        return leaf

    def page(self, digest: str) -> bytes | None:
        """The model of an installed contract."""
        return self.pages.get(digest) or self.source.page(digest)

    def accept(self, deed: DeedState) -> None:
        """Take over what an accepted deed changed."""
        self._leaves.update(deed.leaves)
        self.changes.update(deed.changes)
        self.pages.update(deed.pages)
        if deed.touches_authority:
            self.keys.clear()


class DeedState:
    """What one deed has changed so far."""

    __slots__ = ("block", "changes", "fresh", "leaves", "pages", "suite", "touches_authority")

    def __init__(self, block: BlockState, suite: Suite) -> None:
        self.block = block
        self.suite = suite
        self.changes: dict[bytes, bytes | None] = {}
        self.leaves: dict[bytes, Leaf | None] = {}
        self.pages: dict[str, bytes] = {}
        self.fresh: set[bytes] = (
            set()
        )  # ids that only this deed can have made, so that nothing need be looked up
        self.touches_authority = False

    def leaf(self, key: bytes) -> Leaf | None:
        """The leaf at ``key`` as this deed has left it."""
        if key in self.leaves:
            return self.leaves[key]
        return None if key in self.fresh else self.block.leaf(key)

    def get(self, key: bytes) -> bytes | None:
        """The value at ``key`` as this deed has left it."""
        if key in self.changes:
            return self.changes[key]
        return self.block.get(key)

    def page(self, digest: str) -> bytes | None:
        """The model of an installed contract."""
        return self.pages.get(digest) or self.block.page(digest)

    def write(self, key: bytes, leaf: Leaf, act_salt: bytes) -> Write:
        """Write a leaf: salt it, encode it, remember it."""
        leaf.salt = ids.leaf_salt(self.suite, act_salt, key, leaf.rev)
        value = encode_leaf(leaf)
        self.leaves[key] = leaf
        self.changes[key] = value
        if leaf.contract in AUTHORITY:
            self.touches_authority = True
        return Write(key, leaf.rev, value, leaf)


AUTHORITY: Final = frozenset({"system/party", "system/mandate"})
"""Kinds whose leaves decide which key may sign for whom."""

LEAF_BEGINS: Final = b'{"contract":'
"""Canonical JSON sorts members, and every leaf has this one."""

decode_leaf = msgspec.json.Decoder(Leaf).decode
encode_leaf = msgspec.json.Encoder(order="sorted").encode
