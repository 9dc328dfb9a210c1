"""Sealing: authenticated encryption under a suite's cipher, whole or in chunks.

* ``seal`` is for what fits in memory: a random 12-byte nonce, then the sealed bytes with their tag.
* Streams follow STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): 1 MiB chunks under the nonce ``prefix (7
  bytes) + chunk number (4, big-endian) + 1 on the last chunk, else 0``. Chunks that are missing, swapped,
  repeated, cut off or appended refuse. What is opened before a fault is found was sealed at that very
  place.
* Associated data are authenticated with every chunk; they are not stored.
* Use a key for one stream only (56 random bits of prefix are no licence to reuse it for millions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from wusong.crypto.random import NONCE_BYTES, nonce, random_bytes
from wusong.crypto.suites import TAG_BYTES, Suite
from wusong.errors import CryptoError

__all__ = [
    "CHUNK_BYTES",
    "PREFIX_BYTES",
    "ChunkCipher",
    "new_key",
    "open_",
    "open_stream",
    "seal",
    "seal_stream",
]

CHUNK_BYTES: Final = 1 << 20
PREFIX_BYTES: Final = 7
_MAX_CHUNKS: Final = 1 << 32


def new_key(suite: Suite) -> bytes:
    """A random key of the length that the suite's cipher takes."""
    return random_bytes(suite.cipher.key_bytes)


def seal(suite: Suite, key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """``plaintext`` sealed under ``key``, bound to ``aad``: 28 bytes longer."""
    unique = nonce()
    return unique + suite.cipher.seal(_checked(suite, key), unique, plaintext, aad)


def open_(suite: Suite, key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """What ``seal`` sealed. Raises CryptoError ``seal-broken``: another key, other ``aad``, or altered
    bytes.
    """
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise CryptoError("seal-broken")
    return suite.cipher.open(_checked(suite, key), sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)


class ChunkCipher:
    """Chunks of one stream, each sealed and opened by its number: for readers that begin in the middle."""

    def __init__(self, suite: Suite, key: bytes, prefix: bytes, aad: bytes) -> None:
        if len(prefix) != PREFIX_BYTES:
            raise CryptoError("bad-length", expected=PREFIX_BYTES)
        self._cipher, self._key, self._prefix, self._aad = suite.cipher, _checked(suite, key), prefix, aad

    def seal(self, number: int, plaintext: bytes, *, last: bool) -> bytes:
        """Chunk ``number``, 16 bytes longer. Each number is sealed once."""
        return self._cipher.seal(self._key, self._nonce(number, last=last), plaintext, self._aad)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Chunk ``number``. Raises CryptoError ``seal-broken``."""
        return self._cipher.open(self._key, self._nonce(number, last=last), sealed, self._aad)

    def _nonce(self, number: int, *, last: bool) -> bytes:
        if not 0 <= number < _MAX_CHUNKS:
            raise CryptoError("stream-too-long")
        return self._prefix + number.to_bytes(4, "big") + bytes([last])


def seal_stream(suite: Suite, key: bytes, pieces: Iterable[bytes], aad: bytes) -> Iterator[bytes]:
    """The sealed stream of ``pieces`` (of any sizes): the prefix, then the chunks. Holds about two chunks
    in memory.
    """
    prefix = random_bytes(PREFIX_BYTES)
    chunks = ChunkCipher(suite, key, prefix, aad)
    yield prefix
    number, held = 0, bytearray()
    for piece in pieces:
        for at in range(0, len(piece), CHUNK_BYTES):
            held += piece[at : at + CHUNK_BYTES]
            while len(held) > CHUNK_BYTES:  # one byte more shows that this chunk is not the last
                yield chunks.seal(number, bytes(held[:CHUNK_BYTES]), last=False)
                del held[:CHUNK_BYTES]
                number += 1
    yield chunks.seal(number, bytes(held), last=True)


def open_stream(suite: Suite, key: bytes, read: Callable[[int], bytes], aad: bytes) -> Iterator[bytes]:
    """The chunks of the stream that ``read`` gives. Raises ``seal-broken``, at the latest at the end: who
    uses the chunks for good must wait until the iterator is exhausted.
    """
    chunks = ChunkCipher(suite, key, _prefix(read), aad)
    number, sealed = 0, _exactly(read, CHUNK_BYTES + TAG_BYTES)
    while True:
        ahead = _exactly(read, CHUNK_BYTES + TAG_BYTES) if len(sealed) == CHUNK_BYTES + TAG_BYTES else b""
        yield chunks.open(number, sealed, last=not ahead)
        if not ahead:
            return
        number, sealed = number + 1, ahead


def _prefix(read: Callable[[int], bytes]) -> bytes:
    prefix = _exactly(read, PREFIX_BYTES)
    if len(prefix) < PREFIX_BYTES:
        raise CryptoError("seal-broken")
    return prefix


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    """``size`` bytes, fewer only at the end: pipes and sockets give less than was asked."""
    found = read(size)
    while len(found) < size:
        more = read(size - len(found))
        if not more:
            break
        found += more
    return found


def _checked(suite: Suite, key: bytes) -> bytes:
    if len(key) != suite.cipher.key_bytes:
        raise CryptoError("bad-length", expected=suite.cipher.key_bytes)
    return key
