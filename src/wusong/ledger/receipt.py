"""Receipts and seals: what the ledger says of a deed and of a block (docs/formats.md sections 5 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from wusong.crypto import canonical

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

OK = "ok"


class ReceiptSigner(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Which key signed for a party: the receipt is the proof that it was valid when the block was sealed."""

    alg: str
    key: str
    party: str
    delegate: str = ""
    mandate: str = ""


class Receipt(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """The ledger's answer to one deed; ``code`` is ``ok`` or why it was refused."""

    acts: list[str]
    code: str
    deed: str
    height: int
    index: int
    signatures: str
    signers: list[ReceiptSigner]
    act: int | None = None
    clause: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the deed took effect."""
        return self.code == OK

    def encode(self) -> bytes:
        """The canonical bytes."""
        return _encode(self)

    def entry(self, suite: Suite) -> bytes:
        """The log entry."""
        return suite.digest("receipt", _encode(self))


class LogHead(msgspec.Struct, forbid_unknown_fields=True):
    """Size and root of a log."""

    root: str
    size: int


class Seal(msgspec.Struct, forbid_unknown_fields=True):
    """What closes a block: state, log and predecessor under one digest."""

    cosigners: str
    epoch: int
    height: int
    ledger: str
    log: LogHead
    previous: str
    protocol: int
    state: str
    system: list[dict[str, Any]]
    time: int

    def encode(self) -> bytes:
        """The canonical bytes."""
        return _encode(self)

    def digest(self, suite: Suite) -> bytes:
        """The seal's digest: the block's log entry, and its ``app_hash``."""
        return suite.digest("seal", _encode(self))


def effects_bytes(effects: list[tuple[str, int, str]]) -> bytes:
    """Canonical bytes of the effects of one act: (key hex, revision, H(value) hex), all ASCII by
    construction.
    """
    return b"[" + b",".join(f'["{key}",{rev},"{value}"]'.encode() for key, rev, value in effects) + b"]"


def decode_receipt(data: bytes) -> Receipt:
    """Read canonical receipt bytes."""
    canonical.decode(data)
    return msgspec.json.decode(data, type=Receipt)


def decode_seal(data: bytes) -> Seal:
    """Read canonical seal bytes."""
    canonical.decode(data)
    return msgspec.json.decode(data, type=Seal)


_encode = msgspec.json.Encoder(order="sorted").encode
