from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wusong.crypto import merkle
from wusong.crypto.suites import GM, INTL, Suite
from wusong.errors import CryptoError

BOTH = pytest.mark.parametrize("suite", [INTL, GM], ids=lambda row: row.name)


def leaves_of(suite: Suite, size: int) -> list[bytes]:
    return [merkle.leaf_hash(suite, number.to_bytes(4, "big")) for number in range(size)]


def root_by_definition(suite: Suite, leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word."""
    if not leaves:
        return suite.hash(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(suite, leaves[:split]), root_by_definition(suite, leaves[split:])
    return suite.hash(b"\x01" + left + right)


@BOTH
def test_small_trees_by_definition(suite: Suite) -> None:
    leaves = leaves_of(suite, 40)
    for size in range(41):
        expected = root_by_definition(suite, leaves[:size])
        assert merkle.root(suite, leaves[:size]) == merkle.Tree(suite, leaves[:size]).root == expected


@BOTH
def test_every_path_of_small_trees(suite: Suite) -> None:
    leaves = leaves_of(suite, 20)
    for size in range(1, 21):
        tree = merkle.Tree(suite, leaves[:size])
        for index in range(size):
            path = tree.inclusion(index)
            assert merkle.verify_inclusion(suite, leaves[index], index, size, path, tree.root)
        for old in range(1, size + 1):
            path, before = tree.consistency(old), merkle.root(suite, leaves[:old])
            assert merkle.verify_consistency(suite, old, size, path, before, tree.root)


@given(st.integers(1, 3000), st.data())
def test_paths_of_large_trees_and_no_others(size: int, data: st.DataObject) -> None:
    tree = merkle.Tree(INTL, leaves_of(INTL, size))
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    leaf, path = merkle.leaf_hash(INTL, index.to_bytes(4, "big")), tree.inclusion(index)
    assert merkle.verify_inclusion(INTL, leaf, other, size, path, tree.root) is (index == other)
    assert not merkle.verify_inclusion(
        INTL, leaf, index, size, [*path, path[-1] if path else leaf], tree.root
    )
    if path:
        assert not merkle.verify_inclusion(INTL, leaf, index, size, path[:-1], tree.root)
        assert not merkle.verify_inclusion(INTL, leaf, index, size, [path[0][::-1], *path[1:]], tree.root)
        assert not merkle.verify_inclusion(INTL, leaf, index, size, [path[0] + b"x", *path[1:]], tree.root)


@given(st.integers(2, 3000), st.data())
def test_consistency_of_large_trees_and_no_others(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(INTL, size)
    tree, old = merkle.Tree(INTL, leaves), data.draw(st.integers(1, size - 1))
    path, before = tree.consistency(old), merkle.root(INTL, leaves[:old])
    assert merkle.verify_consistency(INTL, old, size, path, before, tree.root)
    assert not merkle.verify_consistency(INTL, old, size, path, tree.root, tree.root)
    assert not merkle.verify_consistency(INTL, old, size, path, before, before)
    assert not merkle.verify_consistency(INTL, old, size, path[:-1], before, tree.root)
    assert not merkle.verify_consistency(INTL, old, size, [*path, before], before, tree.root)


@pytest.mark.parametrize("claimed", [1, 2, 3, 4])
def test_a_path_of_a_larger_tree_does_not_pass_for_a_smaller_one(claimed: int) -> None:
    leaves = leaves_of(INTL, 8)
    tree = merkle.Tree(INTL, leaves)
    assert not merkle.verify_inclusion(INTL, leaves[0], 0, claimed, tree.inclusion(0), tree.root)
    with pytest.raises(CryptoError) as caught:
        merkle.inclusion_root(INTL, leaves[0], 0, claimed, tree.inclusion(0))
    assert caught.value.code == "merkle-path"
    before = merkle.root(INTL, leaves[:1])
    assert not merkle.verify_consistency(INTL, 1, claimed, tree.consistency(1), before, tree.root)


@pytest.mark.parametrize(
    ("index", "size"), [(-1, 4), (4, 4), (0, 0)], ids=["before the first", "behind the last", "of no tree"]
)
def test_places_that_do_not_exist(index: int, size: int) -> None:
    tree = merkle.Tree(INTL, leaves_of(INTL, size))
    for action in (
        lambda: tree.inclusion(index),
        lambda: merkle.inclusion_root(INTL, bytes(32), index, size, []),
        lambda: tree.consistency(index + 1 if index >= 0 else 0),
        lambda: merkle.consistency_roots(INTL, index + 1 if index >= 0 else 0, size, [], bytes(32)),
    ):
        with pytest.raises(CryptoError) as caught:
            action()
        assert caught.value.code == "merkle-range"


def unpack(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def cases(vectors: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = vectors / "rfc6962" / kind
    found = [
        (str(path.relative_to(folder)), json.loads(path.read_text()))
        for path in sorted(folder.rglob("*.json"))
    ]
    assert len(found) > 30
    assert {case["wantErr"] for _name, case in found} == {True, False}
    return found


def test_inclusion_vectors(vectors: Path) -> None:
    for name, case in cases(vectors, "inclusion"):
        path = [unpack(step) for step in case["proof"] or []]
        answer = merkle.verify_inclusion(
            INTL, unpack(case["leafHash"]), case["leafIdx"], case["treeSize"], path, unpack(case["root"])
        )
        assert answer is not case["wantErr"], name


def test_consistency_vectors(vectors: Path) -> None:
    for name, case in cases(vectors, "consistency"):
        path = [unpack(step) for step in case["proof"] or []]
        answer = merkle.verify_consistency(
            INTL, case["size1"], case["size2"], path, unpack(case["root1"]), unpack(case["root2"])
        )
        assert answer is not case["wantErr"], name
