"""Checkpoints, cosignatures and trust files (docs/formats.md sections 8 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from wusong.crypto import canonical
from wusong.crypto.keys import PublicKey
from wusong.ledger.encoding import b64

if TYPE_CHECKING:
    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite


class Checkpoint(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Size and root of the log directly after a seal's entry."""

    epoch: int
    ledger: str
    root: str
    seal: str
    size: int

    def message(self) -> bytes:
        """What a cosigner signs."""
        return b"wusong:checkpoint\n" + canonical.encode(msgspec.to_builtins(self))

    def note_text(self) -> bytes:
        """The text of the C2SP checkpoint that witnesses sign (tlog-checkpoint v1.0.0)."""
        return note_text(self.ledger, self.epoch, self.size, bytes.fromhex(self.root))


class Cosignature(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One cosigner's signature, by the thumbprint of its seal key."""

    key: str
    signature: str


class WitnessSignature(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One witness's statement that it saw the log grow to this size (time in seconds)."""

    key: str
    name: str
    signature: str
    time: int


def cosign(checkpoint: Checkpoint, key: PrivateKey) -> Cosignature:
    """Sign a checkpoint; only after its blocks were executed and are durable."""
    return Cosignature(key.public.thumbprint, b64(key.sign(checkpoint.message())))


def cosigner_set(suite: Suite, keys: list[dict[str, str]]) -> str:
    """The digest of a cosigner set, as seals carry it."""
    return suite.digest("cosigners", canonical.encode(sorted_keys(keys))).hex()


def sorted_keys(keys: list[dict[str, str]]) -> list[dict[str, str]]:
    """JWKs in the order of their thumbprints."""
    return sorted(keys, key=lambda jwk: PublicKey.from_jwk(jwk).thumbprint)


def origin(ledger: str, epoch: int) -> str:
    """The origin line of a ledger's checkpoints: unique for ledger and epoch."""
    return f"wusong/{ledger}/{epoch}"


def note_text(ledger: str, epoch: int, size: int, root: bytes) -> bytes:
    """The three lines of a checkpoint as a note."""
    import base64

    return f"{origin(ledger, epoch)}\n{size}\n{base64.b64encode(root).decode()}\n".encode()


def change_message(ledger: str, digest: str, epoch: int, size: int) -> bytes:
    """What the preceding set signs so that the set with ``digest`` is in force for sizes greater than
    ``size``.
    """
    statement = {"cosigners": digest, "epoch": epoch, "from": size, "ledger": ledger}
    return b"wusong:cosigners\n" + canonical.encode(statement)


def trust_file(
    ledger: str, cosigners: list[dict[str, str]], witnesses: list[dict[str, Any]]
) -> dict[str, Any]:
    """What a reader must already know: given beside a bundle, never taken from it."""
    return {
        "cosigners": [{"jwk": jwk} for jwk in sorted_keys(cosigners)],
        "epoch": 0,
        "format": "wusong-trust/1",
        "from": 0,
        "ledger": ledger,
        "witnesses": witnesses,
    }
