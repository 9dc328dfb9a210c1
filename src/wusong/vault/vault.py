"""The vault's operations on its folder.

* Every content has its own random key and its own salt. Both lie in a small key record, sealed under the
  master key; the content lies in a data file, sealed in chunks. Plaintext never touches the disk.
* ``put`` writes to ``incoming/`` and flushes; then, under the vault's lock, data first and key record
  second move to their places. A content exists exactly when its key record stands there, so a crash leaves
  all of it or nothing.
* The same content twice is stored once, under the salt it has; what was damaged is healed by storing it
  again.
* ``erase`` leaves a tombstone, overwrites and removes the key record, then removes the data. What is left
  without a key is noise, so the data file is not overwritten. A crash in the middle is completed when the
  vault is next opened.
* Overwriting is what a file system allows: copies in snapshots, backups and worn flash cells stay sealed
  under the master key, and are gone for good when that key is replaced.
* Layout: ``vault.json``, ``lock``, ``incoming/``, and ``keys/``, ``data/``, ``erased/``, each as
  ``ab/<name>``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from wusong.crypto import canonical, random, sealing
from wusong.crypto.suites import Suite
from wusong.errors import CryptoError, VaultError
from wusong.vault import disk
from wusong.vault.reader import Content
from wusong.vault.records import IDENTIFIER_BYTES, ContentRef, Keys, Record

__all__ = ["Damage", "Vault"]

_FORMAT: Final = "wusong-vault/1"
_PIECE: Final = 1 << 20
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_TOMBSTONE: Final = b"wusong-vault-erased/1\n"


@dataclass(frozen=True, slots=True)
class Damage:
    """What ``scrub`` found: the file's name in the vault, and the error that reading it would raise."""

    name: str
    error: VaultError


class Vault:
    """A vault in ``folder``, created when the folder is empty. ``master_key``: 16 (gm) or 32 bytes, or more.

    Raises VaultError ``vault-wrong-key``, ``vault-other-suite``, ``vault-unknown-format``. Any number of
    threads and processes may use one vault at once.
    """

    def __init__(self, folder: Path, suite: Suite, master_key: bytes) -> None:
        self.folder = folder
        self.suite = suite
        self._keys = Keys(suite, master_key)
        disk.folder(folder)
        with disk.no_room(), self._locked():
            self._begin()
            self._tidy()

    def put(self, stream: BinaryIO | Iterable[bytes]) -> ContentRef:
        """Store what ``stream`` gives, durably when this returns; memory does not grow with its size.

        Raises VaultError ``vault-full``; what the stream itself raises passes through. Nothing is kept then.
        """
        with disk.no_room():
            with self._locked():
                path = self.folder / "incoming" / f"{random.random_bytes(16).hex()}.part"
                file = disk.create(path)
            try:
                with file:
                    record = self._write(file, stream)
                    return self._publish(path, record)
            finally:
                disk.remove(path)

    def open(self, digest: str) -> Content:
        """Read a content; who reads while it is erased reads it to the end.

        Raises VaultError ``vault-missing``, ``vault-erased``, ``vault-record-damaged``; reading raises
        ``vault-damaged``.
        """
        record = self._record(digest)
        try:
            file = self._path("data", self._keys.name(digest)).open("rb")
        except FileNotFoundError:
            raise VaultError("vault-damaged", content=digest, chunk=0) from None
        return Content(self.suite, record, file)

    def read(self, digest: str) -> bytes:
        """A small content as a whole, checked to its end."""
        with self.open(digest) as content:
            return b"".join(content.chunks())

    def stat(self, digest: str) -> ContentRef:
        """What the vault knows of a content, without reading it. Raises as ``open``."""
        return self._record(digest).ref

    def holds(self, digest: str) -> bool:
        """Whether the content is here and was not erased."""
        return self._path("keys", self._keys.name(digest)).exists()

    def erased(self, digest: str) -> bool:
        """Whether the content was here and is erased."""
        return not self.holds(digest) and self._path("erased", self._keys.name(digest)).exists()

    def list(self) -> Iterator[ContentRef]:
        """Every content, in the order of its name on the disk. Raises VaultError ``vault-record-damaged``."""
        for name in self._names():
            with suppress(FileNotFoundError):  # erased meanwhile
                yield self._keys.open(name, self._path("keys", name).read_bytes()).ref

    def erase(self, digest: str) -> None:
        """Destroy the key and the salt of a content, then its data. Erasing again changes nothing.

        Raises VaultError ``vault-missing``. A damaged record can be erased too.
        """
        name = self._keys.name(digest)
        with disk.no_room(), self._locked():
            if self.holds(digest):
                self._erase(name)
            elif not self.erased(digest):
                raise VaultError("vault-missing", content=digest)

    def scrub(self) -> Iterator[Damage]:
        """Read every content to its end and report what is damaged; nothing is changed."""
        for name in self._names():
            try:
                with suppress(FileNotFoundError):
                    record = self._keys.open(name, self._path("keys", name).read_bytes())
                    self._read_through(record.ref.digest)
            except VaultError as error:
                if error.code not in ("vault-missing", "vault-erased"):
                    yield Damage(name, error)

    # --- writing --------------------------------------------------------------------------------------------

    def _write(self, file: BinaryIO, stream: BinaryIO | Iterable[bytes]) -> Record:
        identifier, key = random.random_bytes(IDENTIFIER_BYTES), sealing.new_key(self.suite)
        record = Record(identifier, ContentRef("", 0, "", ""), key)
        pieces = _Measured(self.suite, stream)
        file.writelines(sealing.seal_stream(self.suite, key, pieces, record.aad))
        file.flush()
        os.fsync(file.fileno())
        return Record(identifier, ContentRef.of(self.suite, pieces.digest, pieces.size, random.salt()), key)

    def _publish(self, path: Path, record: Record) -> ContentRef:
        name = self._keys.name(record.ref.digest)
        damaged = self._damaged(name)  # a long reading, hence outside the lock
        with self._locked():
            if (self.folder / "incoming" / f"{name}.erase").exists():
                self._erase(name)  # begun by a process that died; what is stored now is stored after it
            standing = self._standing(name)
            if standing and standing.identifier != damaged:
                return standing.ref
            if standing:  # heal the content under the salt that the ledger's commitment rests on
                record = Record(record.identifier, standing.ref, record.key)
            waiting = self.folder / "incoming" / f"{name}.key"
            disk.remove(waiting)
            disk.write(waiting, self._keys.seal(record))
            disk.move(path, self._path("data", name))
            disk.move(waiting, self._path("keys", name))
        return record.ref

    def _standing(self, name: str) -> Record | None:
        try:
            return self._keys.open(name, self._path("keys", name).read_bytes())
        except (FileNotFoundError, VaultError):
            return None

    def _damaged(self, name: str) -> bytes | None:
        """The identifier of the key record that stands under ``name`` while its data cannot be read."""
        standing = self._standing(name)
        if standing is None:
            return None
        try:
            self._read_through(standing.ref.digest)
        except VaultError as error:
            return standing.identifier if error.code == "vault-damaged" else None
        return None

    def _read_through(self, digest: str) -> None:
        with self.open(digest) as content:
            for _ in content.chunks():
                pass

    def _erase(self, name: str) -> None:
        intent = self.folder / "incoming" / f"{name}.erase"
        if not intent.exists():
            disk.write(intent, b"")
            disk.flush_folder(intent.parent)
        tombstone = self._path("erased", name)
        disk.folder(tombstone.parent)
        if not tombstone.exists():
            disk.write(tombstone, _TOMBSTONE)
            disk.flush_folder(tombstone.parent)
        disk.shred(self._path("keys", name))
        disk.remove(self._path("data", name))
        disk.remove(intent)

    # --- the folder -----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        described = self.folder / "vault.json"
        if not described.exists():
            if any(
                entry.name != "lock" and not entry.name.startswith(".vault-")
                for entry in self.folder.iterdir()
            ):
                raise VaultError("vault-unknown-format")
            self._describe(described)
        found = _described(described)
        if found.get("suite") != self.suite.name:
            raise VaultError("vault-other-suite", found=str(found.get("suite")), expected=self.suite.name)
        if found.get("check") != self._keys.check:
            raise VaultError("vault-wrong-key")

    def _describe(self, path: Path) -> None:
        value = {"check": self._keys.check, "format": _FORMAT, "suite": self.suite.name}
        beside = self.folder / f".vault-{random.random_bytes(8).hex()}"
        disk.write(beside, canonical.encode(value))
        disk.move(beside, path)

    def _tidy(self) -> None:
        """Remove what writers that are no more left behind, and complete erasures that were begun."""
        for part in ("incoming", "keys", "data", "erased"):
            disk.folder(self.folder / part)
        for path in sorted((self.folder / "incoming").iterdir()):
            if path.suffix != ".part":
                self._settle(path)
            elif not disk.held(path):
                disk.remove(path)

    def _settle(self, path: Path) -> None:
        """Bring what a dead process left half done to one of its two ends."""
        name = path.stem
        if not _NAME.fullmatch(name):
            disk.remove(path)
        elif path.suffix == ".erase":
            self._erase(name)
        elif not self._path("keys", name).exists():  # its content was never acknowledged
            disk.remove(self._path("data", name))
        disk.remove(path)

    def _record(self, digest: str) -> Record:
        name = self._keys.name(digest)
        try:
            return self._keys.open(name, self._path("keys", name).read_bytes())
        except FileNotFoundError:
            code = "vault-erased" if self._path("erased", name).exists() else "vault-missing"
            raise VaultError(code, content=digest) from None

    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in (self.folder / "keys").glob("??/*")))

    def _path(self, part: str, name: str) -> Path:
        return self.folder / part / name[:2] / name

    def _locked(self) -> AbstractContextManager[None]:
        return disk.locked(self.folder / "lock")


def _described(path: Path) -> dict[str, object]:
    try:
        value = canonical.decode(path.read_bytes())
    except CryptoError:
        raise VaultError("vault-unknown-format") from None
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise VaultError("vault-unknown-format")
    return dict(value)


class _Measured:
    """The pieces of a stream, with digest and size once they are exhausted."""

    def __init__(self, suite: Suite, stream: BinaryIO | Iterable[bytes]) -> None:
        self._hasher = suite.hasher()
        self._stream = stream
        self.size = 0

    @property
    def digest(self) -> str:
        """The hex digest of what passed."""
        return self._hasher.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for piece in _pieces(self._stream):
            self._hasher.update(piece)
            self.size += len(piece)
            yield piece


def _pieces(stream: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    read = getattr(stream, "read", None)
    if read is None:
        yield from stream
        return
    while piece := read(_PIECE):
        yield piece
