"""A reader of ICS-23 proofs, written from its proofs.proto and go/proof.go, sharing nothing with our tree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

EMPTY_CHILD = bytes(32)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def fields(message: bytes) -> list[tuple[int, int | bytes]]:
    """The fields of a protobuf message with varint and length-delimited types only."""
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        number, at = varint(message, at)
        if tag & 7 == 0:
            found.append((tag >> 3, number))
            continue
        assert tag & 7 == 2
        assert at + number <= len(message)
        found.append((tag >> 3, message[at : at + number]))
        at += number
    return found


def varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not byte & 0x80:
            return number, at


def one(message: bytes, number: int) -> bytes:
    """The content of a length-delimited field, empty when it is not there."""
    for at, content in fields(message):
        if at == number:
            assert isinstance(content, bytes)
            return content
    return b""


@dataclass(frozen=True)
class Existence:
    """``ExistenceProof``: inner operations (prefix, suffix) from the leaf upwards."""

    key: bytes
    value: bytes
    path: list[tuple[bytes, bytes]]

    @classmethod
    def read(cls, message: bytes) -> Existence:
        leaf = dict(fields(one(message, 3)))
        assert (leaf[1], leaf[2], leaf[3], leaf.get(4, 0), leaf[5]) == (
            1,
            1,
            1,
            0,
            b"\x00",
        )  # as SmtSpec demands
        path = []
        for number, step in fields(message):
            if number == 4:
                assert isinstance(step, bytes)
                assert dict(fields(step))[1] == 1
                path.append((one(step, 2), one(step, 3)))
        return cls(one(message, 1), one(message, 2), path)

    def root(self) -> bytes:
        node = sha256(b"\x00" + sha256(self.key) + sha256(self.value))
        for prefix, suffix in self.path:
            assert prefix[:1] == b"\x01"
            assert len(prefix) + len(suffix) == 33
            node = sha256(prefix + node + suffix)
        return node


def is_left_step(step: tuple[bytes, bytes]) -> bool:
    """Whether the node below the step is the left child."""
    return len(step[1]) == 32


def beside(step: tuple[bytes, bytes]) -> bytes:
    return step[1] if is_left_step(step) else step[0][1:]


def verify_absence(root: bytes, key: bytes, message: bytes) -> bool:
    """``NonExistenceProof.Verify`` under SmtSpec: neighbours, with keys compared by their hashes.

    The proof's own ``key`` is not read, as in go/proof.go: the reader asks about the key it was given.
    """
    proof = one(message, 2)
    left = Existence.read(one(proof, 2)) if one(proof, 2) else None
    right = Existence.read(one(proof, 3)) if one(proof, 3) else None
    if left is None and right is None:
        return False
    for side in (left, right):
        if side is not None and side.root() != root:
            return False
    if left is not None and not sha256(left.key) < sha256(key):
        return False
    if right is not None and not sha256(key) < sha256(right.key):
        return False
    if left is None:
        assert right is not None
        return _outermost(right.path, on_left=True)
    if right is None:
        return _outermost(left.path, on_left=False)
    return _adjacent(left.path, right.path)


def _outermost(path: list[tuple[bytes, bytes]], *, on_left: bool) -> bool:
    """Nothing lies further out: each step is on that side, or what is beside it there is empty."""
    return all(is_left_step(step) is on_left or beside(step) == EMPTY_CHILD for step in path)


def _adjacent(left: list[tuple[bytes, bytes]], right: list[tuple[bytes, bytes]]) -> bool:
    """``IsLeftNeighbor``: the ways part at one inner node; below it nothing lies between them."""
    left, right = list(left), list(right)
    top_left, top_right = left.pop(), right.pop()
    while top_left == top_right:
        top_left, top_right = left.pop(), right.pop()
    if not is_left_step(top_left) or is_left_step(top_right):
        return False
    return _outermost(left, on_left=False) and _outermost(right, on_left=True)
