from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wusong.crypto import commitments, merkle
from wusong.crypto.commitments import Batch, Opening
from wusong.crypto.suites import GM, INTL, Suite
from wusong.errors import CryptoError

SUITES = st.sampled_from([INTL, GM])
BYTES32 = st.binary(min_size=32, max_size=32)


@given(SUITES, BYTES32, BYTES32)
def test_is_the_tagged_digest(suite: Suite, salt: bytes, content: bytes) -> None:
    commitment = commitments.commit(suite, salt, content)
    assert commitment == suite.hash(b"wusong:commitment\n" + salt + content)
    assert commitments.opens(suite, commitment, salt, content)
    assert not commitments.opens(suite, commitment, salt[::-1] if salt != salt[::-1] else b"x" * 32, content)
    assert [commitment] == commitments.commit_all(suite, [salt], [content])


@pytest.mark.parametrize(
    ("salt", "content"), [(31, 32), (33, 31), (32, 0)], ids=["salt", "shifted", "content"]
)
def test_refuses_other_lengths(salt: int, content: int) -> None:
    for action in (
        lambda: commitments.commit(INTL, bytes(salt), bytes(content)),
        lambda: commitments.commit_all(INTL, [bytes(salt)], [bytes(content)]),
        lambda: commitments.commit_all(INTL, [bytes(32)], []),
    ):
        with pytest.raises(CryptoError) as caught:
            action()
        assert caught.value.code == "bad-length"


@given(SUITES, st.lists(BYTES32, min_size=1, max_size=40), st.data())
def test_batch_shows_each_item_and_no_other(suite: Suite, contents: list[bytes], data: st.DataObject) -> None:
    salts = [suite.hash(bytes([number])) for number in range(len(contents))]
    batch = Batch(suite, salts, contents)
    index = data.draw(st.integers(0, len(contents) - 1))
    opening = batch.opening(index)
    entries = [
        merkle.leaf_hash(suite, commitments.commit(suite, *pair))
        for pair in zip(salts, contents, strict=True)
    ]
    assert batch.root == merkle.root(suite, entries)

    def shown(content: bytes, opened: Opening) -> bool:
        return commitments.verify_opening(suite, batch.root, batch.count, content, opened)

    assert shown(contents[index], opening)
    assert not shown(suite.hash(b"other"), opening)
    assert not shown(contents[index], dataclasses.replace(opening, salt=suite.hash(b"other")))
    assert not shown(contents[index], dataclasses.replace(opening, index=opening.index + 1))
    assert not shown(contents[index], dataclasses.replace(opening, path=(*opening.path, bytes(32))))


def test_batch_without_such_an_item() -> None:
    with pytest.raises(CryptoError) as caught:
        Batch(INTL, [bytes(32)], [bytes(32)]).opening(1)
    assert caught.value.code == "merkle-range"
