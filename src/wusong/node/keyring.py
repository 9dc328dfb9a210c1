"""The keys that this node holds: for the parties it signs for, for its seals, its log, its vault, its
witness.

Names in the keystore: ``deed DID``, ``seal EPOCH``, ``log``, ``vault``, ``witness``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from wusong.crypto.did_key import did_for
from wusong.crypto.keystore import Keystore
from wusong.crypto.random import random_bytes
from wusong.errors import NodeError

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite

FILE: Final = "keys.json"
PASSPHRASE_FILE: Final = "passphrase"  # noqa: S105 - a file's name


class Keyring:
    """An open keystore, by what its keys are for."""

    def __init__(self, store: Keystore) -> None:
        self._store: Final = store

    @classmethod
    def create(cls, folder: Path, suite: Suite, passphrase: str) -> Keyring:
        """A new keystore with the node's own keys: seal, log and vault."""
        ring = cls(Keystore.create(folder / FILE, suite, passphrase))
        ring._store.generate("seal 0", "seal")
        ring._store.generate("log", "log")
        ring._store.add_secret("vault", "vault", random_bytes(32))
        return ring

    @classmethod
    def open(cls, folder: Path, passphrase: str) -> Keyring:
        """Raises CryptoError ``keystore-passphrase``, ``keystore-damaged``."""
        return cls(Keystore.open(folder / FILE, passphrase))

    def new_party(self) -> tuple[str, PrivateKey]:
        """A new deed key and the DID that it names."""
        key = self.new_deed_key()
        did = did_for(key.public)
        self._store.add(f"deed {did}", "deed", key)
        return did, key

    def new_deed_key(self) -> PrivateKey:
        """A key that no party has yet."""
        from wusong.crypto.keys import PrivateKey

        return PrivateKey.generate(self._store.suite.signatures[0])

    def replace(self, did: str, key: PrivateKey) -> None:
        """Sign for ``did`` with ``key`` from now on."""
        if self.holds(did):
            self._store.remove(f"deed {did}")
        self._store.add(f"deed {did}", "deed", key)

    def drop(self, did: str) -> None:
        """Forget the key of a party that was not admitted."""
        self._store.remove(f"deed {did}")

    # A key that a rotation will put in force is kept beside the old one until the ledger has it.

    def prepare(self, did: str) -> PrivateKey:
        """Make and keep the key that shall follow the present one of ``did``."""
        return self._store.generate(f"next {did}", "deed")

    def in_motion(self) -> list[str]:
        """The parties whose rotation was begun and not finished."""
        names = [entry.name for entry in self._store.entries("deed")]
        return sorted(name.removeprefix("next ") for name in names if name.startswith("next "))

    def prepared(self, did: str) -> PrivateKey | None:
        """The key that a rotation has kept, if one is under way."""
        name = f"next {did}"
        return (
            self._store.key(name)
            if any(entry.name == name for entry in self._store.entries("deed"))
            else None
        )

    def promote(self, did: str) -> None:
        """Sign with the kept key from now on."""
        self.replace(did, self._store.key(f"next {did}"))
        self.forget(did)

    def forget(self, did: str) -> None:
        """Give up a kept key."""
        self._store.remove(f"next {did}")

    def holds(self, did: str) -> bool:
        """Whether this node signs for a party."""
        return any(entry.name == f"deed {did}" for entry in self._store.entries("deed"))

    def parties(self) -> list[str]:
        """The parties this node signs for."""
        names = [entry.name for entry in self._store.entries("deed")]
        return sorted(name.removeprefix("deed ") for name in names if name.startswith("deed "))

    def deed_key(self, did: str) -> PrivateKey:
        """The key that signs for a party. Raises NodeError ``no-key``."""
        if not self.holds(did):
            raise NodeError("no-key", party=did)
        return self._store.key(f"deed {did}")

    def seal_key(self, epoch: int) -> PrivateKey:
        """The key that cosigns an epoch's checkpoints."""
        return self._store.key(f"seal {epoch}")

    def has_seal_key(self, epoch: int) -> bool:
        """Whether there is a seal key for an epoch, perhaps from an attempt to begin it."""
        return any(entry.name == f"seal {epoch}" for entry in self._store.entries("seal"))

    def new_seal_key(self, epoch: int) -> PrivateKey:
        """A seal key for a new epoch."""
        return self._store.generate(f"seal {epoch}", "seal")

    def log_key(self) -> PrivateKey:
        """The key that signs checkpoints as notes."""
        return self._store.key("log")

    def vault_key(self) -> bytes:
        """The vault's master key."""
        return self._store.secret("vault")

    def witness_key(self) -> PrivateKey:
        """The key with which this node witnesses other ledgers; made when first wanted."""
        if not self._store.entries("witness"):
            return self._store.generate("witness", "witness")
        return self._store.key("witness")


def passphrase(folder: Path, *, create: bool = False) -> str:
    """The passphrase: ``WUSONG_PASSPHRASE``, else the file ``passphrase`` beside the keystore (mode 0600).

    Raises:
        NodeError: ``no-passphrase``.
    """
    given = os.environ.get("WUSONG_PASSPHRASE")
    if given:
        return given
    file = folder / PASSPHRASE_FILE
    if file.exists():
        return file.read_text("utf-8").strip()
    if not create:
        raise NodeError("no-passphrase", file=PASSPHRASE_FILE)
    made = random_bytes(24).hex()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(made + "\n")
        handle.flush()
        os.fsync(handle.fileno())  # without it the keys are lost
    return made
