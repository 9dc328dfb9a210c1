"""The two trees of docs/formats.md: the state tree (section 4) and the log (section 7, RFC 6962 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prims import Json, Suite, canonical

Hash = Callable[[bytes], bytes]
ZERO = bytes(32)
Leaf = tuple[bytes, bytes]


def bit(path: bytes, i: int) -> int:
    return path[i // 8] >> (7 - i % 8) & 1


class StateTree:
    """Keys of 32 bytes to canonical values; roots and proofs are recomputed from scratch."""

    def __init__(self, suite: Suite) -> None:
        self.h = suite.h
        self.values: dict[bytes, Json] = {}

    def copy(self, suite: Suite) -> StateTree:
        out = StateTree(suite)
        out.values = dict(self.values)
        return out

    def leaves(self) -> list[Leaf]:
        return sorted((self.h(k), self.leaf(self.h(k), canonical(v))) for k, v in self.values.items())

    def leaf(self, path: bytes, value: bytes) -> bytes:
        return self.h(b"\0" + path + self.h(value))

    def node(self, leaves: Sequence[Leaf], depth: int = 0) -> bytes:
        if not leaves:
            return ZERO
        if len(leaves) == 1:
            return leaves[0][1]
        halves = [[x for x in leaves if bit(x[0], depth) == side] for side in (0, 1)]
        return self.h(b"\1" + self.node(halves[0], depth + 1) + self.node(halves[1], depth + 1))

    def root(self) -> bytes:
        return self.node(self.leaves())

    def prove(self, key: bytes) -> Json:
        path, leaves, siblings = self.h(key), self.leaves(), []
        depth = 0
        while len(leaves) > 1:
            mine = bit(path, depth)
            siblings.append(self.node([x for x in leaves if bit(x[0], depth) != mine], depth + 1).hex())
            leaves = [x for x in leaves if bit(x[0], depth) == mine]
            depth += 1
        proof: Json = {"key": key.hex(), "siblings": siblings}
        if leaves and leaves[0][0] == path:
            return proof | {"value": self.values[key]}
        if leaves:
            other = next(v for k, v in self.values.items() if self.h(k) == leaves[0][0])
            return proof | {"other": {"path": leaves[0][0].hex(), "value": self.h(canonical(other)).hex()}}
        return proof


def state_root_of(h: Hash, proof: Json) -> bytes | None:
    """The root that a state proof leads to; None when the proof is malformed (section 4)."""
    path = h(bytes.fromhex(proof["key"]))
    n = len(proof["siblings"])
    if n > 256:
        return None
    node = ZERO
    if "value" in proof:
        node = h(b"\0" + path + h(canonical(proof["value"])))
    elif "other" in proof:
        other = bytes.fromhex(proof["other"]["path"])
        if other == path or any(bit(other, i) != bit(path, i) for i in range(n)):
            return None
        node = h(b"\0" + other + bytes.fromhex(proof["other"]["value"]))
    for i in reversed(range(n)):
        side = bytes.fromhex(proof["siblings"][i])
        node = h(b"\1" + (side + node if bit(path, i) else node + side))
    return node


def _split(n: int) -> int:
    return 1 << (n - 1).bit_length() - 1


def log_root(h: Hash, entries: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 2.1."""
    if not entries:
        return h(b"")
    if len(entries) == 1:
        return h(b"\0" + entries[0])
    k = _split(len(entries))
    return h(b"\1" + log_root(h, entries[:k]) + log_root(h, entries[k:]))


def log_path(h: Hash, m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 2.1.1."""
    if len(entries) <= 1:
        return []
    k = _split(len(entries))
    if m < k:
        return [*log_path(h, m, entries[:k]), log_root(h, entries[k:])]
    return [*log_path(h, m - k, entries[k:]), log_root(h, entries[:k])]


def log_prove(h: Hash, m: int, entries: Sequence[bytes]) -> Json:
    return {"index": m, "path": [p.hex() for p in log_path(h, m, entries)]}


def log_root_of(h: Hash, entry: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162 2.1.3.2); None when index or length do not fit."""
    if not 0 <= index < size:
        return None
    fn, sn, node = index, size - 1, h(b"\0" + entry)
    for side in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            node = h(b"\1" + side + node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = h(b"\1" + node + side)
        fn, sn = fn >> 1, sn >> 1
    return node if sn == 0 else None
