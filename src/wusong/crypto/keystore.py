"""The keystore: an organisation's keys at rest, one file, under one passphrase.

* The passphrase becomes a key by the suite's key derivation; its parameters are stored, and bounded when
  read.
* Each entry is sealed by itself; its name, purpose, algorithm and public key are its associated data: no
  entry can pass for another. The list of entries is sealed too: none can be taken away, added or put back
  unseen.
* A digest over the file tells damage (``keystore-damaged``) from a wrong passphrase
  (``keystore-passphrase``).
* The file is canonical JSON, mode 0600, and replaced as a whole: written beside, flushed, renamed.
* A writer that has not seen the file's latest state is refused (``keystore-changed``).
* No secret appears in ``repr``, in an error, or in the file in the clear.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from wusong.crypto import canonical, sealing
from wusong.crypto.algorithm import b64u, unb64u
from wusong.crypto.files import locked, replace
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.crypto.random import salt as new_salt
from wusong.crypto.suites import Suite
from wusong.crypto.suites import suite as suite_named
from wusong.errors import CryptoError

__all__ = ["PURPOSES", "Entry", "Keystore"]

PURPOSES: Final = ("deed", "seal", "log", "transport", "witness", "vault")
"""What a key is for: signing deeds, cosigning seals, signing checkpoints, talking to nodes, witnessing other
ledgers' checkpoints; "vault" holds the vault's master key.
"""

_FORMAT: Final = "wusong-keystore/1"
_MAX_BYTES: Final = 4 << 20
_HEX_SALT: Final = re.compile(r"([0-9a-f]{2}){16,64}")


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One sealed key. ``public`` is the JWK of a signing key, absent for other secrets; ``sealed`` is
    base64url.
    """

    name: str
    purpose: str
    alg: str
    sealed: str
    public: dict[str, str] | None = None

    def key(self) -> PublicKey | None:
        """The public key, or None for a secret that has none."""
        return None if self.public is None else PublicKey.from_jwk(self.public)


class _KdfRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    parameters: dict[str, int]
    salt: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    suite: str
    kdf: _KdfRecord
    check: str
    entries: list[Entry]
    digest: str


@dataclass(frozen=True, slots=True, repr=False)
class _Lock:
    """What the passphrase opens: the suite, the record of the derivation, the derived key."""

    suite: Suite
    record: _KdfRecord
    key: bytes

    @classmethod
    def derive(cls, suite: Suite, record: _KdfRecord, passphrase: str) -> _Lock:
        if record.name != suite.kdf.name or not _HEX_SALT.fullmatch(record.salt):
            raise CryptoError("kdf-parameters", kdf=record.name)
        words = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
        if not words:
            raise CryptoError("passphrase-empty")
        size = suite.cipher.key_bytes
        return cls(
            suite, record, suite.kdf.derive(words, bytes.fromhex(record.salt), record.parameters, size)
        )

    @classmethod
    def new(cls, suite: Suite, passphrase: str, parameters: Mapping[str, int] | None = None) -> _Lock:
        chosen = dict(suite.kdf.parameters if parameters is None else parameters)
        return cls.derive(suite, _KdfRecord(suite.kdf.name, chosen, new_salt().hex()), passphrase)

    def seal(self, plaintext: bytes, about: object) -> str:
        return b64u(sealing.seal(self.suite, self.key, plaintext, self._aad(about)))

    def open(self, sealed: str, about: object) -> bytes:
        return sealing.open_(self.suite, self.key, unb64u(sealed), self._aad(about))

    def _aad(self, about: object) -> bytes:
        return canonical.encode({"about": about, "format": _FORMAT, "kdf": _plain(self.record)})


class Keystore:
    """A keystore that has been opened. Entries are found by name; names are unique."""

    def __init__(self, path: Path, lock: _Lock, entries: Sequence[Entry], digest: str) -> None:
        self._path, self._lock, self._digest = path, lock, digest
        self._entries = {entry.name: entry for entry in entries}

    @classmethod
    def create(
        cls, path: Path, suite: Suite, passphrase: str, *, parameters: Mapping[str, int] | None = None
    ) -> Keystore:
        """A new, empty keystore. Raises CryptoError ``keystore-exists``, ``passphrase-empty``,
        ``kdf-parameters``.
        """
        store = cls(path, _Lock.new(suite, passphrase, parameters), [], "")
        with locked(path):
            if path.exists():
                raise CryptoError("keystore-exists", path=str(path))
            store._write()
        return store

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Keystore:
        """Raises CryptoError ``keystore-missing``, ``keystore-damaged``, ``keystore-passphrase``."""
        file = _read(path)
        lock = _Lock.derive(suite_named(file.suite), file.kdf, passphrase)
        try:
            entries_digest = lock.open(file.check, "check")
        except CryptoError:
            raise CryptoError("keystore-passphrase", path=str(path)) from None
        if not hmac.compare_digest(entries_digest, _digest_of(lock.suite, file.entries)):
            raise CryptoError("keystore-damaged", path=str(path))
        return cls(path, lock, file.entries, file.digest)

    @property
    def suite(self) -> Suite:
        """The suite whose algorithms protect the keys, and to which they belong."""
        return self._lock.suite

    def entries(self, purpose: str | None = None) -> list[Entry]:
        """All entries, or those for one purpose, in the order in which they were added."""
        return [entry for entry in self._entries.values() if purpose in (None, entry.purpose)]

    def generate(self, name: str, purpose: str, alg: str | None = None) -> PrivateKey:
        """A new signing key (by default of the suite's first algorithm), stored before it is returned."""
        key = PrivateKey.generate(alg or self.suite.signatures[0])
        self.add(name, purpose, key)
        return key

    def add(self, name: str, purpose: str, key: PrivateKey) -> None:
        """Store a signing key. Raises CryptoError ``keystore-name``, ``algorithm-not-in-suite``,
        ``keystore-changed``.
        """
        if key.alg not in self.suite.signatures:
            raise CryptoError("algorithm-not-in-suite", alg=key.alg, suite=self.suite.name)
        self._put(Entry(name, purpose, key.alg, "", key.public.to_jwk()), key.secret_bytes())

    def add_secret(self, name: str, purpose: str, secret: bytes) -> None:
        """Store bytes that are no signing key, such as the vault's master key."""
        self._put(Entry(name, purpose, "secret", ""), secret)

    def key(self, name: str) -> PrivateKey:
        """The signing key ``name``. Raises CryptoError ``keystore-no-key``."""
        entry = self._entry(name)
        if entry.public is None:
            raise CryptoError("keystore-no-key", name=name)
        return PrivateKey(entry.alg, self._open(entry))

    def secret(self, name: str) -> bytes:
        """The secret bytes ``name``. Raises CryptoError ``keystore-no-key``."""
        entry = self._entry(name)
        if entry.public is not None:
            raise CryptoError("keystore-no-key", name=name)
        return self._open(entry)

    def remove(self, name: str) -> None:
        """Forget an entry for good. Raises CryptoError ``keystore-no-key``, ``keystore-changed``."""
        self._entry(name)
        self._save({key: entry for key, entry in self._entries.items() if key != name}, self._lock)

    def change_passphrase(self, passphrase: str, *, parameters: Mapping[str, int] | None = None) -> None:
        """Seal everything anew under another passphrase."""
        lock = _Lock.new(self.suite, passphrase, parameters)
        entries = {
            name: msgspec.structs.replace(entry, sealed=lock.seal(self._open(entry), _about(entry)))
            for name, entry in self._entries.items()
        }
        self._save(entries, lock)

    def __repr__(self) -> str:
        return f"<Keystore {self._path.name}, {len(self._entries)} entries>"

    def _entry(self, name: str) -> Entry:
        entry = self._entries.get(name)
        if entry is None:
            raise CryptoError("keystore-no-key", name=name)
        return entry

    def _open(self, entry: Entry) -> bytes:
        try:
            return self._lock.open(entry.sealed, _about(entry))
        except CryptoError:
            raise CryptoError("keystore-damaged", path=str(self._path)) from None

    def _put(self, entry: Entry, secret: bytes) -> None:
        if not 0 < len(entry.name) <= 640 or entry.name in self._entries or entry.purpose not in PURPOSES:
            raise CryptoError("keystore-name", name=entry.name, purpose=entry.purpose)
        sealed = msgspec.structs.replace(entry, sealed=self._lock.seal(secret, _about(entry)))
        self._save({**self._entries, entry.name: sealed}, self._lock)

    def _save(self, entries: dict[str, Entry], lock: _Lock) -> None:
        """Write first; what is in memory changes only when the file has."""
        changed = Keystore(self._path, lock, list(entries.values()), self._digest)
        with locked(self._path):
            if _read(self._path).digest != self._digest:
                raise CryptoError("keystore-changed", path=str(self._path))
            changed._write()
        self._entries, self._lock, self._digest = entries, lock, changed._digest

    def _write(self) -> None:
        entries = list(self._entries.values())
        check = self._lock.seal(_digest_of(self.suite, entries), "check")
        body = _File(_FORMAT, self.suite.name, self._lock.record, check, entries, "")
        self._digest = _file_digest(self.suite, body)
        replace(self._path, canonical.encode(_plain(msgspec.structs.replace(body, digest=self._digest))))


def _read(path: Path) -> _File:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CryptoError("keystore-missing", path=str(path)) from None
    try:
        file = msgspec.convert(canonical.decode(data[:_MAX_BYTES]), _File)
        suite = suite_named(file.suite)
        sound = file.format == _FORMAT and file.digest == _file_digest(suite, file)
    except (msgspec.ValidationError, CryptoError):
        raise CryptoError("keystore-damaged", path=str(path)) from None
    if not sound:
        raise CryptoError("keystore-damaged", path=str(path))
    return file


def _about(entry: Entry) -> dict[str, Any]:
    return _plain(msgspec.structs.replace(entry, sealed=""))


def _digest_of(suite: Suite, entries: Sequence[Entry]) -> bytes:
    return suite.digest("keystore-entries", canonical.encode([_plain(entry) for entry in entries]))


def _file_digest(suite: Suite, file: _File) -> str:
    return suite.digest("keystore", canonical.encode(_plain(msgspec.structs.replace(file, digest="")))).hex()


def _plain(record: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain
