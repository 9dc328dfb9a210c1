"""Reading one content: a byte is handed out only after the chunk that holds it was checked.

* Chunks are opened in order; the last one must come where the record says that the content ends.
* At the end the digest of everything that was read must be the content's own, or the reading fails.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from wusong.crypto.sealing import CHUNK_BYTES, PREFIX_BYTES, ChunkCipher
from wusong.crypto.suites import TAG_BYTES, Suite
from wusong.errors import CryptoError, VaultError
from wusong.vault.records import ContentRef, Record

__all__ = ["Content", "chunks_of"]


def chunks_of(size: int) -> int:
    """How many chunks a content of ``size`` bytes has: at least one, so that emptiness is authentic too."""
    return max(1, -(-size // CHUNK_BYTES))


class Content(io.RawIOBase):
    """One content being read, a binary stream. Reading raises VaultError ``vault-damaged``, naming the chunk.

    ``ref`` says what is read. Whoever acts on the content should read it to the end first.
    """

    def __init__(self, suite: Suite, record: Record, file: BinaryIO) -> None:
        super().__init__()
        self.ref: ContentRef = record.ref
        self._suite, self._record, self._file = suite, record, file
        self._chunks = self._opened()
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as one chunk goes; 0 at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        given = self._rest[: len(buffer)]
        buffer[: len(given)] = given
        self._rest = self._rest[len(given) :]
        return len(given)

    def chunks(self) -> Iterator[bytes]:
        """What is left, in pieces of at most 1 MiB: the fastest way to read everything."""
        if self._rest:
            yield bytes(self._rest)
            self._rest = memoryview(b"")
        yield from self._chunks

    def close(self) -> None:
        """Free the file."""
        if not self.closed:
            self._file.close()
        super().close()

    def _opened(self) -> Iterator[bytes]:
        size, digest = self.ref.size, self._suite.hasher()
        count = chunks_of(size)
        prefix = self._file.read(PREFIX_BYTES)
        if len(prefix) < PREFIX_BYTES:
            raise self._damaged(0)
        cipher = ChunkCipher(self._suite, self._record.key, prefix, self._record.aad)
        for number in range(count):
            plain = self._chunk(cipher, number, last=number == count - 1)
            digest.update(plain)
            if number == count - 1 and (self._file.read(1) or digest.hexdigest() != self.ref.digest):
                raise self._damaged(number)
            yield plain

    def _chunk(self, cipher: ChunkCipher, number: int, *, last: bool) -> bytes:
        plain_size = self.ref.size - number * CHUNK_BYTES if last else CHUNK_BYTES
        try:
            return cipher.open(number, self._file.read(plain_size + TAG_BYTES), last=last)
        except CryptoError:
            raise self._damaged(number) from None

    def _damaged(self, number: int) -> VaultError:
        return VaultError("vault-damaged", content=self.ref.digest, chunk=number)
