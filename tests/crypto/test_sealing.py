from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto import sealing
from wusong.crypto.sealing import CHUNK_BYTES, PREFIX_BYTES
from wusong.crypto.suites import GM, INTL, TAG_BYTES, Suite
from wusong.errors import CryptoError

BOTH = pytest.mark.parametrize("suite", [INTL, GM], ids=lambda row: row.name)
SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(CryptoError) as caught:
        action()
    return caught.value.code


@given(st.sampled_from([INTL, GM]), st.binary(max_size=100), st.binary(max_size=20), st.data())
def test_opens_what_was_sealed_and_nothing_else(
    suite: Suite, plain: bytes, aad: bytes, data: st.DataObject
) -> None:
    key = sealing.new_key(suite)
    sealed = sealing.seal(suite, key, plain, aad)
    assert len(sealed) == len(plain) + 28
    assert sealing.open_(suite, key, sealed, aad) == plain
    at = data.draw(st.integers(0, len(sealed) - 1))
    altered = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    assert refusal(lambda: sealing.open_(suite, key, altered, aad)) == "seal-broken"
    assert refusal(lambda: sealing.open_(suite, key, sealed[:at], aad)) == "seal-broken"
    assert refusal(lambda: sealing.open_(suite, key, sealed, aad + b"x")) == "seal-broken"
    assert refusal(lambda: sealing.open_(suite, sealing.new_key(suite), sealed, aad)) == "seal-broken"


@BOTH
def test_two_sealings_of_the_same_differ(suite: Suite) -> None:
    key = sealing.new_key(suite)
    assert sealing.seal(suite, key, b"same", b"") != sealing.seal(suite, key, b"same", b"")


@BOTH
@pytest.mark.parametrize("size", [0, 15, 31, 33])
def test_keys_of_another_length(suite: Suite, size: int) -> None:
    assert refusal(lambda: sealing.seal(suite, bytes(size), b"", b"")) == "bad-length"
    assert refusal(lambda: sealing.open_(suite, bytes(size), bytes(28), b"")) == "bad-length"


def stream(suite: Suite, key: bytes, plain: bytes, aad: bytes = b"aad", piece: int = 700_001) -> bytes:
    pieces = (plain[at : at + piece] for at in range(0, len(plain), piece))
    return b"".join(sealing.seal_stream(suite, key, pieces, aad))


def opened(suite: Suite, key: bytes, sealed: bytes, aad: bytes = b"aad") -> bytes:
    return b"".join(sealing.open_stream(suite, key, io.BytesIO(sealed).read, aad))


SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 5]


@BOTH
@pytest.mark.parametrize("size", SIZES)
def test_streams_come_back(suite: Suite, size: int) -> None:
    key, plain = sealing.new_key(suite), bytes(range(256)) * (size // 256 + 1)
    sealed = stream(suite, key, plain[:size])
    chunks = max(1, -(-size // CHUNK_BYTES))
    assert len(sealed) == PREFIX_BYTES + size + chunks * TAG_BYTES
    assert opened(suite, key, sealed) == plain[:size]


@settings(max_examples=15)
@given(st.integers(1, 3 * CHUNK_BYTES), st.integers(0, 2 * CHUNK_BYTES))
def test_pieces_of_any_size_make_the_same_chunks(piece: int, size: int) -> None:
    key, plain = sealing.new_key(INTL), bytes(size)
    assert opened(INTL, key, stream(INTL, key, plain, piece=max(piece, size // 50 + 1))) == plain


def chunks_of(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SEALED_CHUNK] for at in range(PREFIX_BYTES, len(sealed), SEALED_CHUNK)]


@BOTH
@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda _p, _c: b"", id="nothing left"),
        pytest.param(lambda p, _c: p, id="no chunks"),
        pytest.param(lambda p, _c: p[:3], id="half a prefix"),
        pytest.param(lambda p, c: p + c[0] + c[1], id="last chunk missing"),
        pytest.param(lambda p, c: p + c[0] + c[2], id="middle chunk missing"),
        pytest.param(lambda p, c: p + c[1] + c[2], id="first chunk missing"),
        pytest.param(lambda p, c: p + c[1] + c[0] + c[2], id="chunks swapped"),
        pytest.param(lambda p, c: p + c[0] + c[0] + c[1] + c[2], id="chunk repeated"),
        pytest.param(lambda p, c: p + c[0] + c[1] + c[2] + b"x", id="a byte more"),
        pytest.param(lambda p, c: p + c[0] + c[1] + c[2] + c[2], id="last chunk twice"),
        pytest.param(lambda p, c: p + c[0] + c[1] + c[2][:-1], id="a byte less"),
        pytest.param(lambda p, c: p + c[0] + c[1][:-1], id="cut within a chunk"),
        pytest.param(lambda p, c: p[::-1] + c[0] + c[1] + c[2], id="another prefix"),
        pytest.param(lambda p, c: p + c[0] + c[1][:99] + b"?" + c[1][100:] + c[2], id="a byte changed"),
    ],
)
def test_altered_streams_are_refused(suite: Suite, alter: Callable[[bytes, list[bytes]], bytes]) -> None:
    key = sealing.new_key(suite)
    sealed = stream(suite, key, bytes(2 * CHUNK_BYTES + 5))
    altered = alter(sealed[:PREFIX_BYTES], chunks_of(sealed))
    assert refusal(lambda: opened(suite, key, altered)) == "seal-broken"
    assert refusal(lambda: opened(suite, key, sealed, b"other")) == "seal-broken"


def test_a_reader_may_begin_in_the_middle_and_get_less_than_it_asks() -> None:
    key, plain = sealing.new_key(INTL), bytes(CHUNK_BYTES) + b"end"
    sealed = stream(INTL, key, plain)
    chunks = sealing.ChunkCipher(INTL, key, sealed[:PREFIX_BYTES], b"aad")
    assert chunks.open(1, chunks_of(sealed)[1], last=True) == b"end"
    source = io.BytesIO(sealed)
    slow = sealing.open_stream(INTL, key, lambda size: source.read(min(size, 99_991)), b"aad")
    assert b"".join(slow) == plain


def test_streams_have_an_end() -> None:
    chunks = sealing.ChunkCipher(INTL, bytes(32), bytes(PREFIX_BYTES), b"")
    assert chunks.seal(2**32 - 1, b"", last=True)
    assert refusal(lambda: chunks.seal(2**32, b"", last=True)) == "stream-too-long"
    assert refusal(lambda: sealing.ChunkCipher(INTL, bytes(32), b"", b"")) == "bad-length"
