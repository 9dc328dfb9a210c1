"""The state tree from all its leaves at once, as a node does at start.

* Leaves are dealt to their pages; then every page is sorted and every node computed, exactly once.
* With two processes the second takes the right half of the tree: the first reads the items, hashes the keys
  and passes the right half on, so the items may come from a cursor that only one process may hold.
* Both ways give the same tree.
"""

from __future__ import annotations

import multiprocessing
import struct
import threading
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice, pairwise
from multiprocessing.connection import Connection
from typing import Final, TypeAlias

from wusong.ledger.smt_nodes import (
    EMPTY,
    INNER,
    LEAF,
    RECORD,
    HashFunction,
    fold_rows,
    record,
    records_of,
)

__all__ = ["FORK_FROM", "Parts", "build", "page_depth"]

Parts: TypeAlias = tuple[int, list[bytes], bytearray, list[bytes]]
"""Count of leaves; node hashes and node kinds by heap index; pages by place."""

FORK_FROM: Final = 50_000  # leaves; below, starting a process costs more than it saves
_BATCH: Final = 1_000  # items, pages or nodes per message between the processes: large ones are slow to read
_RIGHT: Final = 0x80


def page_depth(count: int) -> int:
    """The number of heap levels for ``count`` leaves: between 3/4 and 3/2 of a leaf to a page."""
    return max(0, (2 * count - 1) // 3).bit_length()


def build(hash_: HashFunction, items: Iterable[tuple[bytes, bytes]], workers: int = 1) -> Parts:
    """The parts of the tree of ``(key, value)`` pairs with distinct keys."""
    rest = iter(items)
    if workers < 2 or not _may_fork():
        return _build_alone(hash_, rest)
    first = list(islice(rest, FORK_FROM))
    if len(first) < FORK_FROM:
        return _build_alone(hash_, iter(first))
    return _build_with_helper(hash_, first, rest)


def _may_fork() -> bool:
    """Forking is safe only while no other thread can hold a lock."""
    available = "fork" in multiprocessing.get_all_start_methods()
    return available and threading.active_count() == 1 and not multiprocessing.current_process().daemon


def _build_alone(hash_: HashFunction, items: Iterator[tuple[bytes, bytes]]) -> Parts:
    records = [record(hash_, hash_(key), value) for key, value in items]
    count = len(records)
    heap, kind, pages = _blank(page_depth(count))
    _plant(hash_, records, heap, kind, pages)
    _raise(hash_, heap, kind, len(pages), 0, 1)
    return count, heap, kind, pages


def _blank(depth: int) -> tuple[list[bytes], bytearray, list[bytes]]:
    size = 1 << depth
    return [EMPTY] * (2 * size), bytearray(2 * size), [b""] * size


def _plant(
    hash_: HashFunction, records: list[bytes], heap: list[bytes], kind: bytearray, pages: list[bytes]
) -> None:
    """Fill the pages and the lowest level of the heap; empties ``records``."""
    depth = len(pages).bit_length() - 1
    shift = 64 - depth
    to_int = int.from_bytes
    for row in records:
        place = to_int(row[:8], "big") >> shift
        page = pages[place]
        pages[place] = page + row if page else row
    records.clear()
    size = len(pages)
    for place, page in enumerate(pages):
        if not page:
            continue
        if len(page) == RECORD:
            heap[size + place] = page[64:]
            kind[size + place] = 1
            continue
        rows = records_of(page)
        rows.sort()
        pages[place] = b"".join(rows)
        heap[size + place] = fold_rows(hash_, rows, depth)
        kind[size + place] = 2


def _raise(hash_: HashFunction, heap: list[bytes], kind: bytearray, size: int, part: int, parts: int) -> None:
    """Compute the nodes above the lowest level, in one of ``parts`` equal parts of the tree."""
    base = size >> 1
    while base >= parts:
        width = base // parts
        first = base + part * width
        for node in range(first, first + width):
            left = 2 * node
            below = kind[left] + kind[left + 1]
            if below > 1:
                heap[node] = hash_(INNER + heap[left] + heap[left + 1])
                kind[node] = 2
            elif below:
                heap[node] = heap[left] if kind[left] else heap[left + 1]
                kind[node] = 1
        base >>= 1


# -- two processes


def _build_with_helper(
    hash_: HashFunction, first: list[tuple[bytes, bytes]], rest: Iterator[tuple[bytes, bytes]]
) -> Parts:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    helper = context.Process(target=_help, args=(hash_, here, there), daemon=True)
    helper.start()
    there.close()
    try:
        return _build_left(hash_, first, rest, here)
    finally:
        here.close()
        helper.join()


def _build_left(
    hash_: HashFunction,
    first: list[tuple[bytes, bytes]],
    rest: Iterator[tuple[bytes, bytes]],
    link: Connection,
) -> Parts:
    records: list[bytes] = []
    sent = _share(hash_, iter(first), records, link)
    first.clear()
    sent += _share(hash_, rest, records, link)
    count = len(records) + sent
    depth = page_depth(count)
    link.send_bytes(b"")
    link.send_bytes(struct.pack("<B", depth))
    heap, kind, pages = _blank(depth)
    _plant(hash_, records, heap, kind, pages)
    _raise(hash_, heap, kind, len(pages), 0, 2)
    _receive(link, heap, kind, pages)
    _raise(hash_, heap, kind, 2, 0, 1)
    return count, heap, kind, pages


def _share(
    hash_: HashFunction, items: Iterator[tuple[bytes, bytes]], records: list[bytes], link: Connection
) -> int:
    """Keep the left half as records, pass the right half on; how many were passed on."""
    sent = 0
    paths: list[bytes] = []
    values: list[bytes] = []
    for key, value in items:
        path = hash_(key)
        if path[0] < _RIGHT:
            body = path + hash_(value)
            records.append(body + hash_(LEAF + body))
            continue
        paths.append(path)
        values.append(value)
        if len(paths) == _BATCH:
            sent += _pass_on(link, paths, values)
    return sent + (_pass_on(link, paths, values) if paths else 0)


def _pass_on(link: Connection, paths: list[bytes], values: list[bytes]) -> int:
    """Send a batch: count, lengths of the values, paths, values; empties the lists."""
    count = len(paths)
    lengths = struct.pack(f"<{count + 1}I", count, *map(len, values))
    link.send_bytes(b"".join((lengths, *paths, *values)))
    paths.clear()
    values.clear()
    return count


def _help(hash_: HashFunction, here: Connection, link: Connection) -> None:
    """The second process: hash and plant the right half, send pages and nodes back."""
    here.close()
    records: list[bytes] = []
    while batch := link.recv_bytes():
        records.extend(_unpack(hash_, batch))
    heap, kind, pages = _blank(link.recv_bytes()[0])
    _plant(hash_, records, heap, kind, pages)
    _raise(hash_, heap, kind, len(pages), 1, 2)
    _send(link, heap, kind, pages)


def _unpack(hash_: HashFunction, batch: bytes) -> Iterator[bytes]:
    (count,) = struct.unpack_from("<I", batch)
    lengths = struct.unpack_from(f"<{count}I", batch, 4)
    at = 4 + 4 * count
    value_at = at + 32 * count
    for length in lengths:
        yield record(hash_, batch[at : at + 32], batch[value_at : value_at + length])
        at += 32
        value_at += length


def _right_halves(size: int) -> Iterator[tuple[int, int]]:
    """The heap indices of the right half, level by level from the lowest, cut into messages."""
    while size > 1:
        end = 2 * size
        for first in range(end - size // 2, end, _BATCH):
            yield first, min(first + _BATCH, end)
        size //= 2


def _send(link: Connection, heap: list[bytes], kind: bytearray, pages: list[bytes]) -> None:
    """Give the right half of pages, kinds and nodes to the first process."""
    size = len(pages)
    for first, end in _right_halves(size):
        link.send_bytes(b"".join((kind[first:end], *heap[first:end])))
        if first >= size:
            part = pages[first - size : end - size]
            link.send_bytes(struct.pack(f"<{len(part)}I", *[len(page) // RECORD for page in part]))
            link.send_bytes(b"".join(part))


def _receive(link: Connection, heap: list[bytes], kind: bytearray, pages: list[bytes]) -> None:
    """Take the right half of pages, kinds and nodes from the second process."""
    size = len(pages)
    for first, end in _right_halves(size):
        width = end - first
        blob = link.recv_bytes()
        kind[first:end] = blob[:width]
        nodes = range(width, len(blob), 32)
        heap[first:end] = [
            blob[at : at + 32] if full else EMPTY for at, full in zip(nodes, blob, strict=False)
        ]
        if first >= size:
            counts = struct.unpack(f"<{width}I", link.recv_bytes())
            pages[first - size : end - size] = _cut(link.recv_bytes(), counts)


def _cut(blob: bytes, counts: tuple[int, ...]) -> list[bytes]:
    """Pages of so many records each."""
    ends = list(accumulate(counts, initial=0))
    return [blob[RECORD * start : RECORD * end] for start, end in pairwise(ends)]
