"""The state tree: a compact sparse Merkle tree in the form of the ICS-23 ``SmtSpec``, held in memory.

* A leaf lies at path ``H(key)``. Its hash is ``H(0x00 || H(key) || H(value))``.
* An inner node is ``H(0x01 || left || right)``; bit d of the path, counted from the most significant, says
  left (0) or right (1) below depth d.
* An empty subtree is 32 zero bytes; a subtree with exactly one leaf is that leaf. The depth is at most 256.
* So the root is a function of the set of leaves alone, never of the order in which they came or went.
* The tree keeps paths and hashes (96 bytes a leaf), not keys and not values: those live in the store.

    tree = Tree(suite.hash)
    mark = tree.snapshot()
    root = tree.update([(key, value), (other, None)])     # None deletes
    tree.rollback(mark)                                   # or tree.commit()

Source: cosmos/ics23, go/proof.go ``SmtSpec``. Under a suite without SHA-256 the form stays, the hash changes.

Layout: the upper levels are a heap in one list (node i has children 2i and 2i+1); below each of its lowest
nodes hangs a page, the sorted records ``path || H(value) || leaf`` of the leaves there, about one on average.
When pages fill, the heap gains a level; pages are then divided when they are next touched, and a few with
each update, so that no single update pays for the growth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wusong.ledger.smt_build import build
from wusong.ledger.smt_nodes import (
    EMPTY,
    INNER,
    MAX_DEPTH,
    RECORD,
    HashEach,
    HashFunction,
    divide,
    fold,
    fold_rows,
    record,
    records_of,
)

__all__ = ["Branch", "Change", "Leaf", "Tree"]

Change: TypeAlias = tuple[bytes, bytes | None]
"""A key with its new value, or with None to delete it."""

_NONE, _ONE, _MANY = 0, 1, 2  # how many leaves are below a node; the sum over two children tells the parent's


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as a proof shows it: its path ``H(key)`` and ``H(value)``, 32 bytes each."""

    path: bytes
    value_hash: bytes


@dataclass(frozen=True, slots=True)
class Branch:
    """The way from the root to where ``path`` ends.

    ``siblings`` are the hashes beside that way, root first. ``leaf`` is what lies at its end: the leaf
    itself, another leaf (whose path begins alike), or None for an empty place.
    """

    path: bytes
    siblings: tuple[bytes, ...]
    leaf: Leaf | None

    @property
    def exists(self) -> bool:
        """Whether the tree holds a leaf at ``path``."""
        return self.leaf is not None and self.leaf.path == self.path


class Tree:
    """The state tree under one hash function. One thread at a time."""

    __slots__ = (
        "_count", "_cursor", "_depth", "_each", "_frames", "_hash", "_heap", "_kind", "_old", "_pages",
    )  # fmt: skip

    def __init__(self, hash_: HashFunction, each: HashEach | None = None) -> None:
        self._hash = hash_
        self._each: HashEach = each or (lambda items: [hash_(item) for item in items])
        self._depth = 0
        self._count = 0
        self._heap: list[bytes] = [EMPTY, EMPTY]
        self._kind = bytearray(2)
        self._pages: list[bytes] = [b""]
        self._old: list[bytes | None] = []  # pages one level up that wait to be divided; [] when none does
        self._cursor = 0
        self._frames: list[tuple[int, list[tuple[int, bytes]]]] = []  # counts, and pages as they were

    @classmethod
    def build(
        cls,
        hash_: HashFunction,
        items: Iterable[tuple[bytes, bytes]],
        workers: int = 1,
        each: HashEach | None = None,
    ) -> Tree:
        """The tree of ``(key, value)`` pairs with distinct keys, in any order; much faster than ``update``.

        With ``workers=2`` a second process takes half of the tree where that pays and is safe (many leaves, a
        system that can fork, no other thread); the result is the same.
        """
        tree = cls(hash_, each)
        tree._count, tree._heap, tree._kind, tree._pages = build(hash_, items, workers)
        tree._depth = len(tree._pages).bit_length() - 1
        return tree

    @property
    def root(self) -> bytes:
        """The root hash, 32 bytes; all zero for the empty tree."""
        return self._heap[1]

    def __len__(self) -> int:
        """The number of leaves."""
        return self._count

    def leaves(self) -> Iterator[Leaf]:
        """All leaves in the order of their paths."""
        for place in range(len(self._pages)):
            for row in records_of(self._page(place)):
                yield Leaf(row[:32], row[32:64])

    def update(self, changes: Iterable[Change]) -> bytes:
        """Set and delete keys at once and return the new root; of two changes of one key the later counts.

        Deleting a key that is not there changes nothing.
        """
        touched = self._gather(changes)
        if not touched:
            return self.root
        self._divide_some(2 * len(touched))
        if self._frames:
            self._frames[-1][1].extend([(place, self._page(place)) for place in touched])
        for place, rows in touched.items():
            self._set_page(place, self._merge(place, rows))
        self._raise(touched)
        self._grow()
        return self.root

    def snapshot(self) -> int:
        """Remember the state as it is now; the mark is for ``rollback``. Marks nest."""
        self._frames.append((self._count, []))
        return len(self._frames) - 1

    def rollback(self, mark: int) -> None:
        """Return to the state at ``mark``, forgetting it and every later mark.

        The hashes follow from the pages, and are computed anew: going back is rare, going on is not.
        """
        if not 0 <= mark < len(self._frames):
            raise ValueError("unknown mark")
        before: dict[int, bytes] = {}
        while len(self._frames) > mark:
            self._count, pages = self._frames.pop()
            before.update(reversed(pages))
        for place, page in before.items():
            self._set_page(place, records_of(page))
        self._raise(before)

    def commit(self) -> None:
        """Keep the state as it is and forget every mark."""
        self._frames.clear()
        self._grow()

    def prove(self, key: bytes) -> Branch:
        """The branch of ``key``: of existence when its leaf is there, of absence when it is not."""
        return self.branch(self._hash(key))

    def branch(self, path: bytes) -> Branch:
        """The branch that follows ``path`` (32 bytes)."""
        bits = int.from_bytes(path, "big")
        siblings: list[bytes] = []
        node = 1
        page = self._page(bits >> (MAX_DEPTH - self._depth))
        for depth in range(self._depth):
            if self._kind[node] != _MANY:
                break
            node = 2 * node + (bits >> (255 - depth) & 1)
            siblings.append(self._heap[node ^ 1])
        if self._kind[node] == _MANY:
            return self._branch_in_page(path, bits, siblings, records_of(page))
        leaf = self._only_leaf(node) if self._kind[node] == _ONE else None
        return Branch(path, tuple(siblings), leaf)

    def neighbours(self, key: bytes) -> tuple[Leaf | None, Leaf | None]:
        """The nearest leaves to the left and to the right of the path of ``key``, itself excluded.

        An ICS-23 reader wants the existence proofs of both for an absence (``smt_proof.ics23_absence``).
        """
        path = self._hash(key)
        place = int.from_bytes(path, "big") >> (MAX_DEPTH - self._depth)
        return self._nearest(path, range(place, -1, -1)), self._nearest(path, range(place, len(self._pages)))

    # -- pages

    def _page(self, place: int) -> bytes:
        if self._old and self._old[place >> 1] is not None:
            self._divide_page(place >> 1)
        return self._pages[place]

    def _gather(self, changes: Iterable[Change]) -> dict[int, dict[bytes, bytes]]:
        """The changes as records by path, by page; an empty record deletes."""
        hash_ = self._hash
        shift = 64 - self._depth
        touched: dict[int, dict[bytes, bytes]] = {}
        for key, value in changes:
            path = hash_(key)
            row = b"" if value is None else record(hash_, path, value)
            place = int.from_bytes(path[:8], "big") >> shift
            rows = touched.get(place)
            if rows is None:
                touched[place] = {path: row}
            else:
                rows[path] = row
        return touched

    def _merge(self, place: int, changes: dict[bytes, bytes]) -> list[bytes]:
        """The records of a page after ``changes``; keeps the count."""
        page = self._page(place)
        if page:
            rows = {page[at : at + 32]: page[at : at + RECORD] for at in range(0, len(page), RECORD)}
            rows.update(changes)
            changes = rows
        merged = sorted(filter(None, changes.values()))
        self._count += len(merged) - len(page) // RECORD
        return merged

    def _set_page(self, place: int, rows: list[bytes]) -> None:
        node = len(self._pages) + place
        if not rows:
            self._pages[place], self._heap[node], self._kind[node] = b"", EMPTY, _NONE
        elif len(rows) == 1:
            self._pages[place], self._heap[node], self._kind[node] = rows[0], rows[0][64:], _ONE
        else:
            self._pages[place], self._kind[node] = b"".join(rows), _MANY
            self._heap[node] = fold_rows(self._hash, rows, self._depth)

    def _raise(self, places: Iterable[int]) -> None:
        """Recompute everything above the pages at ``places``."""
        each, heap, kind = self._each, self._heap, self._kind
        nodes = [len(self._pages) + place for place in places]
        while nodes and nodes[0] > 1:
            nodes = list(dict.fromkeys([node >> 1 for node in nodes]))
            inner = []
            for node in nodes:
                left = 2 * node
                below = kind[left] + kind[left + 1]
                if below >= _MANY:
                    inner.append(node)
                    kind[node] = _MANY
                else:
                    heap[node] = heap[left] if kind[left] else heap[left + 1]
                    kind[node] = below
            hashes = each([INNER + heap[2 * node] + heap[2 * node + 1] for node in inner])
            for node, value in zip(inner, hashes, strict=True):
                heap[node] = value

    # -- growth

    def _grow(self) -> None:
        """Add a level when the pages have filled; never below an open mark, which names pages by number."""
        while not self._frames and 2 * self._count > 3 * len(self._pages):
            self._divide_some(len(self._old))
            size = len(self._pages)
            self._old = [page or None for page in self._pages]
            self._pages = [b""] * (2 * size)
            self._heap += [EMPTY] * (2 * size)
            self._kind += bytes(2 * size)
            self._depth += 1
            self._cursor = 0

    def _divide_some(self, count: int) -> None:
        """Divide up to ``count`` more of the pages that wait for it."""
        if not self._old:
            return
        end = min(self._cursor + count, len(self._old))
        for place in range(self._cursor, end):
            if self._old[place] is not None:
                self._divide_page(place)
        self._cursor = end
        if end == len(self._old):
            self._old = []

    def _divide_page(self, place: int) -> None:
        """Give the records of one page of the level above to the two pages below; changes no hash above."""
        rows = records_of(self._old[place] or b"")
        self._old[place] = None
        middle = divide([int.from_bytes(row[:32], "big") for row in rows], 0, len(rows), self._depth - 1)
        self._set_page(2 * place, rows[:middle])
        self._set_page(2 * place + 1, rows[middle:])

    # -- reading

    def _only_leaf(self, node: int) -> Leaf:
        """The leaf of a node above exactly one."""
        while node < len(self._pages):
            if 2 * node >= len(self._pages):
                self._page(2 * node - len(self._pages))
            node = 2 * node + (self._kind[2 * node] == _NONE)
        row = self._page(node - len(self._pages))
        return Leaf(row[:32], row[32:64])

    def _branch_in_page(self, path: bytes, bits: int, siblings: list[bytes], rows: list[bytes]) -> Branch:
        """Follow ``path`` below the heap, where at least two leaves are."""
        hash_, leaves = self._hash, [row[64:] for row in rows]
        paths = [int.from_bytes(row[:32], "big") for row in rows]
        low, high, depth = 0, len(rows), self._depth
        while high - low > 1:
            middle = divide(paths, low, high, depth)
            right = bits >> (255 - depth) & 1
            depth += 1
            beside = (low, middle) if right else (middle, high)
            low, high = (middle, high) if right else (low, middle)
            siblings.append(fold(hash_, leaves, paths, *beside, depth) if beside[0] < beside[1] else EMPTY)
        found = Leaf(rows[low][:32], rows[low][32:64]) if low < high else None
        return Branch(path, tuple(siblings), found)

    def _nearest(self, path: bytes, places: range) -> Leaf | None:
        left = places.step < 0
        for place in places:
            rows = records_of(self._page(place))
            near = [row for row in rows if (row[:32] < path if left else row[:32] > path)]
            if near:
                row = near[-1 if left else 0]
                return Leaf(row[:32], row[32:64])
        return None
