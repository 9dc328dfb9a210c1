"""State proofs: what shows, from a state root alone, that a key has a value or has none.

* As canonical JSON (docs/formats.md, "State proof"): ``{"key", "siblings"}``, with ``"value"`` for existence,
  and with ``"other": {"path", "value"}`` for an absence where another leaf stands. Hex is lowercase.
* ``siblings`` go from the root downwards; their number is the depth of the leaf or of the empty place.
* The last sibling is never empty: a lone leaf would stand higher, an empty place too.
* Another leaf proves absence only if its path differs from that of the key and begins with the same bits, as
  many as there are siblings.
* What is malformed, has other members or does not lead to the root is False, never an error.

The same branches can be handed to a stock ICS-23 reader (cosmos/ics23, proto/cosmos/ics23/v1/proofs.proto):
``ics23_existence`` and ``ics23_absence`` give its ``CommitmentProof``, which wants raw keys and values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from wusong.ledger.smt_nodes import EMPTY, MAX_DEPTH, HashFunction, inner_hash, leaf_hash

if TYPE_CHECKING:
    from wusong.ledger.smt import Branch, Leaf, Tree

__all__ = [
    "Lookup",
    "StateProof",
    "absence",
    "branch_root",
    "existence",
    "ics23_absence",
    "ics23_existence",
    "verify_absence",
    "verify_existence",
]

StateProof: TypeAlias = dict[str, object]
"""A state proof as canonical JSON; the caller adds ``value`` to an existence proof."""

Lookup: TypeAlias = Callable[[bytes], tuple[bytes, bytes]]
"""From the path of a leaf to its key and value, as the store has them."""

_HASH_HEX: Final = re.compile(r"[0-9a-f]{64}")


def existence(key: bytes, branch: Branch) -> StateProof:
    """The proof that ``key`` has its value, without the value. ``branch`` must end at the key's leaf."""
    if not branch.exists:
        raise ValueError("the branch does not end at the leaf of the key")
    return {"key": key.hex(), "siblings": [sibling.hex() for sibling in branch.siblings]}


def absence(key: bytes, branch: Branch) -> StateProof:
    """The proof that ``key`` has no value. ``branch`` must not end at the key's leaf."""
    if branch.exists:
        raise ValueError("the branch ends at the leaf of the key")
    proof: StateProof = {"key": key.hex(), "siblings": [sibling.hex() for sibling in branch.siblings]}
    if branch.leaf is not None:
        proof["other"] = {"path": branch.leaf.path.hex(), "value": branch.leaf.value_hash.hex()}
    return proof


def branch_root(hash_: HashFunction, path: bytes, siblings: Sequence[bytes], node: bytes) -> bytes:
    """The root above ``node``, which stands on ``path`` below ``siblings`` (root first)."""
    bits = int.from_bytes(path, "big")
    for depth in range(len(siblings) - 1, -1, -1):
        right = bits >> (MAX_DEPTH - 1 - depth) & 1
        node = inner_hash(hash_, siblings[depth], node) if right else inner_hash(hash_, node, siblings[depth])
    return node


def verify_existence(
    hash_: HashFunction, root: bytes, key: bytes, value: bytes, proof: Mapping[str, object]
) -> bool:
    """Whether ``proof`` shows that ``key`` has ``value`` (its bytes as stored) under ``root``.

    A ``value`` member of the proof is allowed and not read: the caller encodes it and passes the bytes.
    """
    siblings = _siblings(key, proof, {"key", "siblings", "value"})
    if siblings is None:
        return False
    path = hash_(key)
    return branch_root(hash_, path, siblings, leaf_hash(hash_, path, hash_(value))) == root


def verify_absence(hash_: HashFunction, root: bytes, key: bytes, proof: Mapping[str, object]) -> bool:
    """Whether ``proof`` shows that ``key`` has no value under ``root``."""
    siblings = _siblings(key, proof, {"key", "siblings", "other"})
    if siblings is None:
        return False
    path = hash_(key)
    if "other" not in proof:
        return branch_root(hash_, path, siblings, EMPTY) == root
    other = _other(proof["other"])
    if other is None or other[0] == path or not _same_start(other[0], path, len(siblings)):
        return False
    return branch_root(hash_, path, siblings, leaf_hash(hash_, *other)) == root


def _siblings(key: bytes, proof: Mapping[str, object], members: set[str]) -> list[bytes] | None:
    """The siblings of a well-formed proof about ``key``, or None."""
    if not set(proof) <= members or proof.get("key") != key.hex():
        return None
    texts = proof.get("siblings")
    if not isinstance(texts, list) or len(texts) > MAX_DEPTH or not all(_is_hash(text) for text in texts):
        return None
    siblings = [bytes.fromhex(text) for text in texts]
    return None if siblings and siblings[-1] == EMPTY else siblings


def _other(other: object) -> tuple[bytes, bytes] | None:
    if not isinstance(other, Mapping) or set(other) != {"path", "value"}:
        return None
    if not all(_is_hash(text) for text in other.values()):
        return None
    return bytes.fromhex(other["path"]), bytes.fromhex(other["value"])


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and _HASH_HEX.fullmatch(text) is not None


def _same_start(one: bytes, two: bytes, bits: int) -> bool:
    return (int.from_bytes(one, "big") ^ int.from_bytes(two, "big")) >> (MAX_DEPTH - bits) == 0


# -- ICS-23


def ics23_existence(key: bytes, value: bytes, branch: Branch) -> bytes:
    """``CommitmentProof{exist}`` in protobuf, for the key and value of the leaf at the end of ``branch``.

    Stock readers know SHA-256 only, so this is for the ``intl`` suite.
    """
    return _field(1, _existence_proof(key, value, branch))


def ics23_absence(tree: Tree, key: bytes, lookup: Lookup) -> bytes:
    """``CommitmentProof{nonexist}`` in protobuf: the existence of the neighbours left and right of ``key``.

    Raises ValueError for a key that is there, and for an empty tree, about which ICS-23 can prove nothing.
    """
    branch = tree.prove(key)
    if branch.exists:
        raise ValueError("the key is there")
    left, right = tree.neighbours(key)
    if left is None and right is None:
        raise ValueError("ICS-23 has no absence proof for an empty tree")
    message = _field(1, branch.path)  # the published proofs hold the path here; readers do not look
    for number, leaf in ((2, left), (3, right)):
        if leaf is not None:
            message += _field(number, _leaf_proof(tree, leaf, lookup))
    return _field(2, message)


def _leaf_proof(tree: Tree, leaf: Leaf, lookup: Lookup) -> bytes:
    key, value = lookup(leaf.path)
    return _existence_proof(key, value, tree.branch(leaf.path))


_SHA256: Final = b"\x08\x01"  # field 1, HashOp SHA256
_LEAF_OP: Final = (
    b"\x08\x01\x10\x01\x18\x01\x2a\x01\x00"  # hash, prehash_key, prehash_value SHA256; prefix 0x00
)


def _existence_proof(key: bytes, value: bytes, branch: Branch) -> bytes:
    """``ExistenceProof``: key, value, leaf operation, inner operations from the leaf upwards."""
    bits = int.from_bytes(branch.path, "big")
    message = _field(1, key) + _field(2, value) + _field(3, _LEAF_OP)
    for depth in range(len(branch.siblings) - 1, -1, -1):
        sibling = branch.siblings[depth]
        right = bits >> (MAX_DEPTH - 1 - depth) & 1
        step = _field(2, b"\x01" + sibling) if right else _field(2, b"\x01") + _field(3, sibling)
        message += _field(4, _SHA256 + step)
    return message


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
