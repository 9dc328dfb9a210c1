"""The log against the definition of RFC 6962, its vectors, and the checks that a reader makes."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from wusong.crypto import merkle
from wusong.crypto.suites import GM, INTL
from wusong.errors import WusongError
from wusong.ledger.log import TILE, Log


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def entries(count: int, start: int = 0) -> list[bytes]:
    return [sha256(n.to_bytes(8, "big")) for n in range(start, start + count)]


def naive_root(some: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word by word."""
    if not some:
        return sha256(b"")
    if len(some) == 1:
        return sha256(b"\x00" + some[0])
    k = 1
    while 2 * k < len(some):
        k *= 2
    return sha256(b"\x01" + naive_root(some[:k]) + naive_root(some[k:]))


def naive_path(m: int, some: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 2.1.1."""
    if len(some) == 1:
        return []
    k = 1
    while 2 * k < len(some):
        k *= 2
    if m < k:
        return [*naive_path(m, some[:k]), naive_root(some[k:])]
    return [*naive_path(m - k, some[k:]), naive_root(some[:k])]


def naive_proof(m: int, some: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 2.1.2."""
    if m == len(some):
        return [] if whole else [naive_root(some)]
    k = 1
    while 2 * k < len(some):
        k *= 2
    if m <= k:
        return [*naive_proof(m, some[:k], whole=whole), naive_root(some[k:])]
    return [*naive_proof(m - k, some[k:], whole=False), naive_root(some[:k])]


class Stored:
    """A store of entries, as ``load`` sees it; counts how often it is asked."""

    def __init__(self, some: list[bytes]) -> None:
        self.entries = some
        self.asked = 0

    def load(self, tile: int) -> list[bytes]:
        self.asked += 1
        return self.entries[TILE * tile : TILE * (tile + 1)]


def trimmed(some: list[bytes]) -> tuple[Log, Stored]:
    stored = Stored(some)
    log = Log(sha256, some, load=stored.load)
    log.trim()
    return log, stored


def test_every_root_and_proof_up_to_forty_entries() -> None:
    some = entries(40)
    log = Log(sha256, some)
    for size in range(41):
        assert log.root_at(size) == naive_root(some[:size])
        for index in range(size):
            assert log.inclusion(index, size) == naive_path(index, some[:size])
        for old in range(1, size + 1):
            assert log.consistency(old, size) == naive_proof(old, some[:size])
    assert log.root() == naive_root(some)


@hypothesis_settings(max_examples=40, deadline=None)
@given(data=st.data(), size=st.integers(1, 3000))
def test_a_reader_accepts_the_proofs_and_no_other(data: st.DataObject, size: int) -> None:
    some = entries(size)
    log = trimmed(some)[0] if data.draw(st.booleans()) else Log(sha256, some)
    later = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, later - 1))
    old = data.draw(st.integers(1, later))
    path, leaf = log.inclusion(index, later), merkle.leaf_hash(INTL, some[index])
    assert merkle.verify_inclusion(INTL, leaf, index, later, path, log.root_at(later))
    assert not merkle.verify_inclusion(INTL, sha256(leaf), index, later, path, log.root_at(later))
    proof, roots = log.consistency(old, later), (log.root_at(old), log.root_at(later))
    assert merkle.verify_consistency(INTL, old, later, proof, *roots)
    assert not merkle.verify_consistency(INTL, old, later, proof, sha256(roots[0]), roots[1])


@hypothesis_settings(max_examples=40, deadline=None)
@given(batches=st.lists(st.integers(0, 700), max_size=6), data=st.data())
def test_rollback_is_as_if_it_had_never_been_appended(batches: list[int], data: st.DataObject) -> None:
    log, size = Log(sha256), 0
    for batch in batches:
        log.append_many(entries(batch, size))
        size += batch
    back = data.draw(st.integers(0, size))
    more = data.draw(st.integers(0, 300))
    before = log.root_at(back)
    log.rollback(back)
    assert (log.root(), log.size) == (before, back)
    log.append_many(entries(more, back))
    straight = Log(sha256, entries(back + more))
    assert log.root() == straight.root()
    assert log._levels[: len(straight._levels)] == straight._levels
    assert not any(log._levels[len(straight._levels) :])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 1000, 70_000])
def test_a_trimmed_log_says_the_same(size: int) -> None:
    some = entries(size)
    whole, (log, _) = Log(sha256, some), trimmed(some)
    rng = random.Random(size)
    assert log.root() == whole.root()
    for _ in range(min(size, 5)):
        index = rng.randrange(size)
        assert log.inclusion(index) == whole.inclusion(index)
        assert log.consistency(index + 1) == whole.consistency(index + 1)
        assert log.nodes(0, index, size) == whole.nodes(0, index, size)
        assert log.nodes(3, index >> 3, size >> 3) == whole.nodes(3, index >> 3, size >> 3)
    log.append_many(entries(300, size))
    whole.append_many(entries(300, size))
    assert log.root() == whole.root()


@pytest.mark.parametrize("size", [0, 1, 256, 600, 66_000])
def test_resuming_needs_tiles_and_the_tail_only(size: int) -> None:
    some = entries(size)
    whole, stored = Log(sha256, some), Stored(some)
    log = Log.resume(sha256, whole.tile_hashes(), some[size // TILE * TILE :], stored.load)
    assert (log.root(), log.size, stored.asked) == (whole.root(), size, 0)
    more = entries(1000, size)
    some += more
    log.append_many(more)
    whole.append_many(more)
    assert log.root() == whole.root()
    for index in range(0, size + 1000, 137):
        assert log.inclusion(index) == whole.inclusion(index)


@pytest.mark.parametrize("back", [0, 1, 255, 256, 300, 512, 999, 1000])
def test_a_trimmed_log_goes_back_as_far_as_the_store_reaches(back: int) -> None:
    some = entries(1000)
    log, _ = trimmed(some)
    log.inclusion(3)
    log.rollback(back)
    assert (log.root(), log.size) == (naive_root(some[:back]), back)
    other = entries(600, 5000)
    log.append_many(other)
    assert log.root() == naive_root(some[:back] + other)


def test_an_uncommitted_block_that_fills_a_tile_can_be_taken_back_unstored() -> None:
    stored = Stored(entries(200))
    log = Log(sha256, stored.entries, load=stored.load)
    log.trim()
    log.append_many(entries(100, 9000))
    log.rollback(200)
    assert (log.root(), stored.asked) == (naive_root(stored.entries), 0)


def test_an_altered_entry_shows_when_its_tile_is_hashed_again() -> None:
    some = entries(700)
    log, stored = trimmed(some)
    stored.entries[300] = sha256(b"altered")
    log.inclusion(10)
    with pytest.raises(WusongError) as caught:
        log.inclusion(301)
    assert caught.value.code == "store-damaged"


def test_an_unchanged_part_of_a_log_is_read_once() -> None:
    log, stored = trimmed(entries(2000))
    for index in range(256):
        log.inclusion(index)
    assert stored.asked == 1


def test_without_a_store_nothing_is_forgotten() -> None:
    log = Log(sha256, entries(600))
    log.trim()
    assert log.inclusion(5) == naive_path(5, entries(600))


def test_the_hash_is_the_suite_s() -> None:
    some = entries(100)
    log = Log(GM.hash, some)
    leaf = merkle.leaf_hash(GM, some[42])
    assert merkle.verify_inclusion(GM, leaf, 42, 100, log.inclusion(42), log.root())
    assert log.root() != Log(INTL.hash, some).root()


OUT_OF_RANGE = {
    "a root of the future": lambda log: log.root_at(11),
    "a negative size": lambda log: log.root_at(-1),
    "an entry beyond the end": lambda log: log.inclusion(10),
    "an entry beyond an earlier size": lambda log: log.inclusion(5, 5),
    "an entry of the empty log": lambda log: log.inclusion(0, 0),
    "a negative entry": lambda log: log.inclusion(-1),
    "an inclusion in the future": lambda log: log.inclusion(0, 11),
    "consistency backwards": lambda log: log.consistency(6, 5),
    "consistency with the future": lambda log: log.consistency(1, 11),
    "a rollback forwards": lambda log: log.rollback(11),
    "nodes that are not complete": lambda log: log.nodes(1, 0, 6),
    "nodes backwards": lambda log: log.nodes(0, 3, 2),
}


@pytest.mark.parametrize("ask", OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_what_the_log_does_not_hold_is_refused(ask: Callable[[Log], object]) -> None:
    log = Log(sha256, entries(10))
    with pytest.raises(WusongError) as caught:
        ask(log)
    assert caught.value.code == "merkle-range"
    assert log.size == 10


def test_every_log_is_consistent_with_the_empty_one() -> None:
    assert Log(sha256, entries(10)).consistency(0) == []


def test_resuming_wants_whole_hashes_and_less_than_a_tile() -> None:
    for tiles, tail in ((b"short", []), (b"", entries(TILE))):
        with pytest.raises(ValueError, match="tiles are 32 bytes"):
            Log.resume(sha256, tiles, tail, lambda _: [])


# The eight entries over which transparency-dev/merkle made its vectors (testonly/constants.go).
ENTRIES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
ENTRIES += [bytes(range(0x50, 0x58)), bytes(range(0x60, 0x70))]


def good_vectors(vectors: Path, kind: str) -> list[dict[str, Any]]:
    files = sorted((vectors / "rfc6962" / kind).glob("*/happy-path.json"))
    assert files
    return [json.loads(file.read_text()) for file in files]


def test_inclusion_vectors(vectors: Path) -> None:
    log = Log(sha256, ENTRIES)
    for vector in good_vectors(vectors, "inclusion"):
        assert base64.b64decode(vector["root"]) == log.root_at(vector["treeSize"])
        path = [base64.b64decode(step) for step in vector["proof"] or []]
        assert log.inclusion(vector["leafIdx"], vector["treeSize"]) == path


def test_consistency_vectors(vectors: Path) -> None:
    log = Log(sha256, ENTRIES)
    for vector in good_vectors(vectors, "consistency"):
        assert base64.b64decode(vector["root1"]) == log.root_at(vector["size1"])
        assert base64.b64decode(vector["root2"]) == log.root_at(vector["size2"])
        proof = [base64.b64decode(step) for step in vector["proof"] or []]
        assert log.consistency(vector["size1"], vector["size2"]) == proof
