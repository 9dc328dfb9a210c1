"""What the vault keeps of one content besides its bytes, and under which name.

* The folder tells nobody without the master key what it holds: a content is filed under a MAC of its
  digest, so a guessed document cannot be looked up. What can be seen is how many objects there are, how
  large, and when they were written.
* Master key -> three keys by MAC: one names, one wraps, one shows that the right master key was given.
* A key record is ``RECORD_HEAD + identifier (16) + sealed(canonical JSON)``, bound to its name and
  identifier. Inside are the digest, the size, the salt and the content's own random key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from wusong.crypto import canonical, sealing
from wusong.crypto.commitments import commit
from wusong.crypto.suites import Suite
from wusong.errors import CryptoError, VaultError

__all__ = ["ContentRef", "Keys", "Record"]

RECORD_HEAD: Final = b"wusong-vault-key/1\n"
IDENTIFIER_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class ContentRef:
    """One content: digest, size in bytes, salt (secret: it opens the commitment), commitment (public).

    All hex.
    """

    digest: str
    size: int
    salt: str = field(repr=False)
    commitment: str

    @classmethod
    def of(cls, suite: Suite, digest: str, size: int, salt: bytes) -> ContentRef:
        """The reference with its commitment computed."""
        return cls(digest, size, salt.hex(), commit(suite, salt, bytes.fromhex(digest)).hex())


@dataclass(frozen=True, slots=True)
class Record:
    """A key record, opened."""

    identifier: bytes
    ref: ContentRef
    key: bytes = field(repr=False)

    @property
    def aad(self) -> bytes:
        """What every chunk of the content is bound to."""
        return b"wusong:vault-data\n" + self.identifier


class Keys:
    """The vault's three keys, and what is done with them."""

    def __init__(self, suite: Suite, master_key: bytes) -> None:
        if len(master_key) < suite.cipher.key_bytes:
            raise CryptoError("bad-length", expected=suite.cipher.key_bytes)
        self.suite = suite
        self._name = suite.mac(master_key, b"wusong:vault-name\n")
        self._wrap = suite.mac(master_key, b"wusong:vault-wrap\n")[: suite.cipher.key_bytes]
        self.check = suite.mac(master_key, b"wusong:vault-check\n").hex()

    def name(self, digest: str) -> str:
        """The name under which the content with this digest is filed. Raises VaultError ``vault-missing``."""
        try:
            return self.suite.mac(self._name, bytes.fromhex(digest)).hex()
        except ValueError:  # no digest at all
            raise VaultError("vault-missing", content=digest) from None

    def seal(self, record: Record) -> bytes:
        """The key record as it lies on the disk."""
        ref = record.ref
        value = {"digest": ref.digest, "key": record.key.hex(), "salt": ref.salt, "size": ref.size}
        aad = _aad(self.name(ref.digest), record.identifier)
        return (
            RECORD_HEAD
            + record.identifier
            + sealing.seal(self.suite, self._wrap, canonical.encode(value), aad)
        )

    def open(self, name: str, data: bytes) -> Record:
        """The key record filed under ``name``. Raises VaultError ``vault-record-damaged``."""
        head = len(RECORD_HEAD) + IDENTIFIER_BYTES
        identifier = data[len(RECORD_HEAD) : head]
        try:
            plain = sealing.open_(self.suite, self._wrap, data[head:], _aad(name, identifier))
        except CryptoError:
            raise VaultError("vault-record-damaged", record=name) from None
        if not data.startswith(RECORD_HEAD):
            raise VaultError("vault-record-damaged", record=name)
        return self._parsed(identifier, plain)

    def _parsed(self, identifier: bytes, plain: bytes) -> Record:
        value = canonical.decode(plain)  # we sealed it: it needs no further check
        assert isinstance(value, dict)  # noqa: S101
        digest, size = str(value["digest"]), int(str(value["size"]))
        ref = ContentRef.of(self.suite, digest, size, bytes.fromhex(str(value["salt"])))
        return Record(identifier, ref, bytes.fromhex(str(value["key"])))


def _aad(name: str, identifier: bytes) -> bytes:
    return b"wusong:vault-key\n" + bytes.fromhex(name) + identifier
