"""Commitments: what stands on the ledger in place of contents.

* A commitment is ``digest("commitment", salt, content_digest)``: it binds without telling, since the salt has
  256 random bits. Once the salt is erased, nobody can show or guess what it stood for.
* The same content under two salts gives two commitments that cannot be linked.
* Large batches go by root and count: an RFC 6962 tree whose entries are the commitments, in order.
* An opening shows one item of a batch: salt, index, path; the others stay closed.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from wusong.crypto import merkle
from wusong.crypto.random import SALT_BYTES
from wusong.crypto.suites import Suite
from wusong.errors import CryptoError

__all__ = ["Batch", "Opening", "commit", "commit_all", "opens", "verify_opening"]

_TAG = "commitment"


def commit(suite: Suite, salt: bytes, content_digest: bytes) -> bytes:
    """The commitment, 32 bytes. ``salt`` and ``content_digest`` have 32 bytes each, or CryptoError
    ``bad-length``.
    """
    if len(salt) != SALT_BYTES or len(content_digest) != 32:
        raise CryptoError("bad-length", expected=32)
    return suite.digest(_TAG, salt, content_digest)


def commit_all(suite: Suite, salts: Sequence[bytes], content_digests: Sequence[bytes]) -> list[bytes]:
    """``commit`` over two equally long lists, several times as fast."""
    if len(salts) != len(content_digests) or {*map(len, salts), *map(len, content_digests)} - {32}:
        raise CryptoError("bad-length", expected=32)
    prefix = b"wusong:" + _TAG.encode() + b"\n"
    pairs = zip(salts, content_digests, strict=True)
    return suite.hash_each([prefix + salt + content for salt, content in pairs])


def opens(suite: Suite, commitment: bytes, salt: bytes, content_digest: bytes) -> bool:
    """Whether ``commitment`` stands for this content under this salt."""
    return hmac.compare_digest(commitment, commit(suite, salt, content_digest))


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows one item of a batch: its salt, its place, and the path from there to the root."""

    salt: bytes
    index: int
    path: tuple[bytes, ...]


class Batch:
    """A batch in the hands of its maker, who holds the salts. ``root`` and ``count`` go on the ledger."""

    def __init__(self, suite: Suite, salts: Sequence[bytes], content_digests: Sequence[bytes]) -> None:
        self._salts = list(salts)
        commitments = commit_all(suite, salts, content_digests)
        self._tree = merkle.Tree(suite, suite.hash_each([b"\x00" + one for one in commitments]))

    @property
    def root(self) -> bytes:
        """The Merkle root over the commitments."""
        return self._tree.root

    @property
    def count(self) -> int:
        """How many items the batch holds."""
        return len(self._tree)

    def opening(self, index: int) -> Opening:
        """What shows item ``index``. Raises CryptoError ``merkle-range``."""
        path = tuple(self._tree.inclusion(index))
        return Opening(self._salts[index], index, path)


def verify_opening(suite: Suite, root: bytes, count: int, content_digest: bytes, opening: Opening) -> bool:
    """Whether the batch (``root``, ``count``) holds this content at the opening's place."""
    leaf = merkle.leaf_hash(suite, commit(suite, opening.salt, content_digest))
    return merkle.verify_inclusion(suite, leaf, opening.index, count, opening.path, root)
