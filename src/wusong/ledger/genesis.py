"""Genesis: the document that a ledger begins with, and the state that follows from it (docs/formats.md
section 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.crypto import canonical
from wusong.crypto.suites import suite as find_suite
from wusong.errors import LedgerError
from wusong.ledger import ids

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

PROTOCOL: Final = 1
FORMAT: Final = "wusong-genesis/1"
DEFAULTS: Final[dict[str, int]] = {
    "block_deeds": 4_096,
    "deed_lifetime": 600_000,
    "page_steps": 100_000,
    "pending_lifetime": 2_592_000_000,
    "quota_minute": 1_000_000,
}


class GenesisParty(msgspec.Struct, forbid_unknown_fields=True):
    """A party admitted at height 0."""

    did: str
    keys: list[dict[str, str]]
    name: str


class Genesis(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ledger's constitution. It names no engine."""

    accreditors: list[str]
    authorities: list[str]
    cosigners: list[dict[str, str]]
    examiners: list[str]
    format: str = FORMAT
    installers: list[str]
    name: dict[str, str]
    nonce: str
    parameters: dict[str, int]
    parties: list[GenesisParty]
    protocol: int = PROTOCOL
    registrars: list[str]
    suite: str
    time: int
    trial: bool = False

    def encode(self) -> bytes:
        """The canonical bytes."""
        return canonical.encode(msgspec.to_builtins(self))

    def as_dict(self) -> dict[str, Any]:
        """The genesis as JSON values."""
        value: dict[str, Any] = msgspec.to_builtins(self)
        return value

    @property
    def hashes(self) -> Suite:
        """The suite that the ledger uses for everything."""
        return find_suite(self.suite)

    @property
    def ledger(self) -> ids.LedgerId:
        """The ledger's id."""
        return ids.LedgerId(self.hashes.digest("genesis", self.encode()))


def read(data: bytes) -> Genesis:
    """Read canonical genesis bytes.

    Raises:
        LedgerError: ``bad-genesis``, or ``unknown-protocol`` when this program does not know its rules.
    """
    try:
        canonical.decode(data)
        genesis = msgspec.json.decode(data, type=Genesis)
    except (msgspec.DecodeError, ValueError) as error:
        raise LedgerError("bad-genesis", reason=str(error)[:200]) from None
    if genesis.format != FORMAT or not ids_known(genesis):
        raise LedgerError("bad-genesis", reason="format or parties")
    if genesis.protocol != PROTOCOL:
        raise LedgerError("unknown-protocol", protocol=genesis.protocol)
    return genesis


def ids_known(genesis: Genesis) -> bool:
    """Whether every office is held by a party that genesis admits, and lists are sorted."""
    known = [party.did for party in genesis.parties]
    offices = (
        genesis.accreditors,
        genesis.authorities,
        genesis.examiners,
        genesis.installers,
        genesis.registrars,
    )
    in_order = all(list(office) == sorted(set(office)) for office in (*offices, known))
    return in_order and all(did in known for office in offices for did in office)
