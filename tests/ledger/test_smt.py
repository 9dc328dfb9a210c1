"""The state tree against a naive reference, the ICS-23 vectors and an independent ICS-23 reader."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import ics23_reader as ics23
from wusong.ledger import smt_build, smt_proof
from wusong.ledger.smt import Branch, Leaf, Tree
from wusong.ledger.smt_nodes import HashFunction

ZERO = bytes(32)
State = dict[bytes, bytes]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sm3_like(data: bytes) -> bytes:
    """Another 32-byte hash: what the tree is under must not matter."""
    return hashlib.blake2s(data).digest()


def naive_root(state: State, hash_: HashFunction = sha256) -> bytes:
    """The definition, word by word, one bit at a time."""
    leaves = [(hash_(key), hash_(b"\x00" + hash_(key) + hash_(value))) for key, value in state.items()]

    def node(below: list[tuple[bytes, bytes]], depth: int) -> bytes:
        if not below:
            return ZERO
        if len(below) == 1:
            return below[0][1]
        sides: tuple[list[Any], list[Any]] = ([], [])
        for path, leaf in below:
            sides[path[depth // 8] >> (7 - depth % 8) & 1].append((path, leaf))
        return hash_(b"\x01" + node(sides[0], depth + 1) + node(sides[1], depth + 1))

    return node(leaves, 0)


def crowded(data: bytes) -> bytes:
    """A "hash" that leaves 32 bytes as they are, so that a test can choose paths that share a long prefix."""
    return data if len(data) == 32 else sha256(data)


def path_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def filled(count: int, seed: int = 1) -> tuple[Tree, State]:
    rng = random.Random(seed)
    state = {rng.randbytes(32): rng.randbytes(rng.randrange(60)) for _ in range(count)}
    return Tree.build(sha256, state.items()), state


def shows(tree: Tree, key: bytes, value: bytes | None, hash_: HashFunction = sha256) -> bool:
    """Whether the tree's own proof of the key verifies, and the opposite cannot be shown with it."""
    branch = tree.prove(key)
    if value is not None:
        proof = smt_proof.existence(key, branch)
        assert not smt_proof.verify_absence(hash_, tree.root, key, proof)
        assert not smt_proof.verify_existence(hash_, tree.root, key, value + b"!", proof)
        return smt_proof.verify_existence(hash_, tree.root, key, value, proof)
    return smt_proof.verify_absence(hash_, tree.root, key, smt_proof.absence(key, branch))


# -- the root


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 17, 100, 700])
def test_the_root_is_the_definition_however_the_tree_was_made(count: int) -> None:
    tree, state = filled(count)
    grown = Tree(sha256)
    one_by_one = Tree(sha256)
    grown.update(list(state.items()))
    for change in state.items():
        one_by_one.update([change])
    assert tree.root == grown.root == one_by_one.root == naive_root(state)
    assert len(tree) == len(grown) == len(one_by_one) == count


def test_the_hash_is_a_parameter() -> None:
    _, state = filled(40)
    tree = Tree.build(sm3_like, state.items())
    assert tree.root == naive_root(state, sm3_like)
    assert all(shows(tree, key, value, sm3_like) for key, value in state.items())


KEYS = [bytes([n]) * 32 for n in range(24)]
CHANGES = st.lists(st.tuples(st.sampled_from(KEYS), st.none() | st.binary(max_size=4)), max_size=12)


@hypothesis_settings(max_examples=60, deadline=None)
@given(batches=st.lists(CHANGES, max_size=8))
def test_any_history_leads_to_the_root_of_its_result(batches: list[list[tuple[bytes, bytes | None]]]) -> None:
    tree, state = Tree(sha256), State()
    for batch in batches:
        tree.update(batch)
        for key, value in batch:
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        assert tree.root == naive_root(state)
        assert len(tree) == len(state)
    assert all(shows(tree, key, state.get(key)) for key in KEYS)


# Paths a few of which agree in hundreds of bits: the chains of empty siblings of the definition.
CLOSE = st.sampled_from([1 << bit | low for bit in (0, 1, 7, 130, 247, 248, 255) for low in (0, 1, 2)])


@hypothesis_settings(max_examples=60, deadline=None)
@given(numbers=st.lists(CLOSE, unique=True), gone=st.sets(CLOSE), asked=CLOSE)
def test_paths_that_agree_far_down(numbers: list[int], gone: set[int], asked: int) -> None:
    state = {path_of(number): b"value" for number in numbers}
    tree = Tree(crowded)
    tree.update(list(state.items()))
    assert tree.root == naive_root(state, crowded) == Tree.build(crowded, state.items()).root
    tree.update([(path_of(number), None) for number in sorted(gone)])
    state = {key: value for key, value in state.items() if int.from_bytes(key, "big") not in gone}
    assert tree.root == naive_root(state, crowded)
    assert shows(tree, path_of(asked), state.get(path_of(asked)), crowded)


def test_inserting_and_deleting_again_returns_to_the_root() -> None:
    tree, _ = filled(300)
    before = tree.root
    new = [(bytes([n, 9]) * 16, b"new") for n in range(256)]
    assert tree.update(new) != before
    assert tree.update([(key, None) for key, _ in new]) == before
    assert len(tree) == 300


def test_deleting_everything_leaves_the_empty_tree() -> None:
    tree, state = filled(200)
    assert tree.update([(key, None) for key in state]) == ZERO
    assert list(tree.leaves()) == []
    assert shows(tree, b"k" * 32, None)


def test_leaves_come_in_the_order_of_their_paths() -> None:
    tree, state = filled(500)
    assert list(tree.leaves()) == sorted(
        (Leaf(sha256(key), sha256(value)) for key, value in state.items()), key=lambda leaf: leaf.path
    )


def test_proofs_hold_while_the_tree_is_growing() -> None:
    """Small batches leave pages undivided; reading must not care."""
    tree, state = filled(190)
    rng = random.Random(7)
    waiting = 0
    for _ in range(80):
        key = rng.randbytes(32)
        tree.update([(key, b"x")])
        state[key] = b"x"
        waiting += sum(page is not None for page in tree._old)
        asked = rng.choice(sorted(state))
        assert shows(tree, asked, state[asked])
        assert shows(tree, rng.randbytes(32), None)
    assert waiting, "no page ever waited to be divided"
    assert tree.root == naive_root(state)


# -- trying and taking back


@hypothesis_settings(max_examples=60, deadline=None)
@given(first=CHANGES, second=CHANGES, third=CHANGES, standing=st.integers(0, 40))
def test_rollback_returns_to_the_mark(
    first: list[tuple[bytes, bytes | None]],
    second: list[tuple[bytes, bytes | None]],
    third: list[tuple[bytes, bytes | None]],
    standing: int,
) -> None:
    tree, _ = filled(standing)
    before, leaves = tree.root, list(tree.leaves())
    outer = tree.snapshot()
    after_first = tree.update(first)
    inner = tree.snapshot()
    tree.update(second)
    tree.update(third)
    tree.rollback(inner)
    assert tree.root == after_first
    tree.rollback(outer)
    assert (tree.root, list(tree.leaves()), len(tree)) == (before, leaves, standing)
    with pytest.raises(ValueError, match="unknown mark"):
        tree.rollback(outer)


def test_a_committed_trial_is_as_if_it_had_been_done_at_once() -> None:
    tree, state = filled(100)
    many = {bytes([n, m]) * 16: b"v" for n in range(40) for m in range(20)}
    tree.snapshot()
    tried = tree.update(list(many.items()))
    tree.commit()
    assert tree.root == tried == naive_root(state | many)
    assert shows(tree, b"\x01\x02" * 16, b"v")
    assert tree.update([(key, None) for key in many]) == naive_root(state)


# -- proofs


def test_every_altered_proof_fails() -> None:
    tree, state = filled(64)
    key, value = next(iter(state.items()))
    proof = smt_proof.existence(key, tree.prove(key))
    siblings = proof["siblings"]
    assert isinstance(siblings, list)
    for at, sibling in enumerate(siblings):
        flipped = ("1" if sibling[0] == "0" else "0") + sibling[1:]
        bad = [*siblings[:at], flipped, *siblings[at + 1 :]]
        assert not smt_proof.verify_existence(sha256, tree.root, key, value, proof | {"siblings": bad})
    shorter, longer = siblings[:-1], [*siblings, "00" * 32]
    for other in (shorter, longer, siblings[::-1], [*siblings, siblings[0]]):
        assert not smt_proof.verify_existence(sha256, tree.root, key, value, proof | {"siblings": other})


MALFORMED = {
    "no siblings": {"siblings": None},
    "siblings in capitals": {"siblings": ["AB" * 32]},
    "a short sibling": {"siblings": ["ab" * 31]},
    "a sibling with a line break": {"siblings": ["ab" * 32 + "\n"]},
    "siblings that are numbers": {"siblings": [1]},
    "too deep": {"siblings": ["ab" * 32] * 257},
    "another key": {"key": "00" * 32},
    "an unknown member": {"note": ""},
    "other without a value": {"other": {"path": "00" * 32}},
    "other with a number": {"other": {"path": 1, "value": "00" * 32}},
    "other that is text": {"other": "00" * 32},
}


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_proof_is_refused_without_an_error(change: dict[str, object]) -> None:
    tree, state = filled(9)
    key, value = next(iter(state.items()))
    assert not smt_proof.verify_existence(
        sha256, tree.root, key, value, smt_proof.existence(key, tree.prove(key)) | change
    )
    gone = b"absent" * 5 + b"ab"
    absence = smt_proof.absence(gone, tree.prove(gone))
    assert not smt_proof.verify_absence(sha256, tree.root, gone, absence | change)


def test_a_leaf_elsewhere_does_not_prove_absence() -> None:
    """The other leaf must stand where the key would: same first bits, not the key itself."""
    tree, state = filled(64)
    key, value = next(iter(state.items()))
    own = {"path": sha256(key).hex(), "value": sha256(value).hex()}
    proof = smt_proof.existence(key, tree.prove(key)) | {"other": own}
    assert not smt_proof.verify_absence(sha256, tree.root, key, proof)
    absent = b"\x07" * 32
    far = next(k for k in state if sha256(k)[0] >> 7 != sha256(absent)[0] >> 7)
    lie = smt_proof.existence(far, tree.prove(far)) | {
        "key": absent.hex(),
        "other": {"path": sha256(far).hex(), "value": sha256(state[far]).hex()},
    }
    assert not smt_proof.verify_absence(sha256, tree.root, absent, lie)


def test_both_kinds_of_absence_occur_and_verify() -> None:
    tree, _ = filled(50)
    kinds = set()
    for n in range(400):
        key = n.to_bytes(32, "big")
        proof = smt_proof.absence(key, tree.prove(key))
        kinds.add("other" in proof)
        assert smt_proof.verify_absence(sha256, tree.root, key, proof)
        assert not smt_proof.verify_absence(sha256, sha256(b"another root"), key, proof)
    assert kinds == {False, True}


def test_a_proof_says_only_what_its_branch_says() -> None:
    tree, state = filled(5)
    key = next(iter(state))
    with pytest.raises(ValueError, match="ends at the leaf"):
        smt_proof.absence(key, tree.prove(key))
    with pytest.raises(ValueError, match="does not end"):
        smt_proof.existence(b"\x00" * 32, Branch(ZERO, (), None))


# -- ICS-23


def ics23_vector(vectors: Path, name: str) -> tuple[bytes, bytes, bytes]:
    """Root, key and CommitmentProof of a vector of cosmos/ics23, testdata/smt."""
    data = json.loads((vectors / "ics23" / "smt" / f"{name}.json").read_text())
    return bytes.fromhex(data["root"]), bytes.fromhex(data["key"]), bytes.fromhex(data["proof"])


def branch_of(proof: ics23.Existence) -> Branch:
    """An outside existence proof as a branch of ours."""
    path = sha256(proof.key)
    return Branch(path, tuple(ics23.beside(s) for s in reversed(proof.path)), Leaf(path, sha256(proof.value)))


@pytest.mark.parametrize("name", ["exist_left", "exist_middle", "exist_right"])
def test_existence_vectors(vectors: Path, name: str) -> None:
    root, key, message = ics23_vector(vectors, name)
    outside = ics23.Existence.read(ics23.one(message, 1))
    branch = branch_of(outside)
    proof = smt_proof.existence(key, branch)
    assert outside.key == key
    assert smt_proof.verify_existence(sha256, root, key, outside.value, proof)
    assert not smt_proof.verify_existence(sha256, root, key, b"other", proof)
    assert smt_proof.ics23_existence(key, outside.value, branch) == message


@pytest.mark.parametrize("name", ["nonexist_left", "nonexist_middle", "nonexist_right"])
def test_absence_vectors(vectors: Path, name: str) -> None:
    root, key, message = ics23_vector(vectors, name)
    assert ics23.verify_absence(root, key, message)
    nonexist = ics23.one(message, 2)
    sides = [ics23.one(nonexist, 2), ics23.one(nonexist, 3)]
    for side in filter(None, sides):
        near = ics23.Existence.read(side)
        proof = smt_proof.existence(near.key, branch_of(near))
        assert smt_proof.verify_existence(sha256, root, near.key, near.value, proof)


@pytest.mark.parametrize("count", [1, 2, 3, 40, 200])
def test_an_ics23_reader_accepts_our_proofs(count: int) -> None:
    tree, state = filled(count)
    by_path = {sha256(key): (key, value) for key, value in state.items()}
    for key, value in state.items():
        message = smt_proof.ics23_existence(key, value, tree.prove(key))
        assert ics23.Existence.read(ics23.one(message, 1)).root() == tree.root
    for n in range(100):
        key = n.to_bytes(32, "big")
        message = smt_proof.ics23_absence(tree, key, by_path.__getitem__)
        assert ics23.verify_absence(tree.root, key, message)
        assert not ics23.verify_absence(sha256(tree.root), key, message)


def test_the_ics23_reader_refuses_neighbours_with_a_leaf_between() -> None:
    tree, state = filled(40)
    in_order = sorted(state, key=sha256)
    left, between, right = in_order[10:13]
    without = Tree.build(sha256, ((k, v) for k, v in state.items() if k != between))
    by_path = {sha256(key): (key, value) for key, value in state.items()}
    honest = smt_proof.ics23_absence(without, between, by_path.__getitem__)
    assert ics23.verify_absence(without.root, between, honest)
    parts = [smt_proof.ics23_existence(key, state[key], tree.prove(key)) for key in (left, right)]
    body = smt_proof._field(1, between)
    body += smt_proof._field(2, ics23.one(parts[0], 1)) + smt_proof._field(3, ics23.one(parts[1], 1))
    assert not ics23.verify_absence(tree.root, between, smt_proof._field(2, body))


def test_ics23_cannot_speak_of_what_is_there_or_of_the_empty_tree() -> None:
    tree, state = filled(3)
    with pytest.raises(ValueError, match="is there"):
        smt_proof.ics23_absence(tree, next(iter(state)), lambda path: (path, path))
    with pytest.raises(ValueError, match="empty"):
        smt_proof.ics23_absence(Tree(sha256), b"k", lambda path: (path, path))


# -- the bulk build

TWO_PROCESSES = """
import hashlib
from wusong.ledger import smt_build
from wusong.ledger.smt import Tree
smt_build.FORK_FROM = 500
started = []
real = smt_build._build_with_helper
def noted(*args):
    started.append(1)
    return real(*args)
smt_build._build_with_helper = noted
def sha256(data):
    return hashlib.sha256(data).digest()
items = [(n.to_bytes(32, "big"), bytes(n % 50)) for n in range(5003)]
one, two = Tree.build(sha256, items), Tree.build(sha256, iter(items), workers=2)
parts = ("_count", "_heap", "_kind", "_pages", "_depth")
same = all(getattr(one, part) == getattr(two, part) for part in parts)
print("forked" if started else "alone", same)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_two_processes_build_the_same_tree() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", TWO_PROCESSES],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.stderr == ""
    assert run.stdout.split() == ["forked", "True"]


def test_few_leaves_are_built_alone() -> None:
    _, state = filled(10)
    assert Tree.build(sha256, state.items(), workers=2).root == naive_root(state)


def test_pages_hold_about_one_leaf() -> None:
    for count in range(1, 5000):
        assert count <= 1.5 * 2 ** smt_build.page_depth(count)
        assert count < 3 or count > 0.75 * 2 ** smt_build.page_depth(count)
