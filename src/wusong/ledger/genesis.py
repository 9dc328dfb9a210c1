"""Genesis: the document that a ledger begins with, and the state that follows from it (docs/formats.md
section 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.contract.values import is_did
from wusong.crypto import canonical
from wusong.crypto.keys import PublicKey
from wusong.crypto.suites import suite as find_suite
from wusong.errors import CryptoError, LedgerError
from wusong.ledger import ids, protocol
from wusong.ledger.encoding import is_hex

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

FORMAT: Final = "wusong-genesis/1"
OFFICES: Final = ("accreditors", "authorities", "examiners", "installers", "registrars")
MAX_KEYS: Final = 16  # of a party, as system/party has it
MAX_LOOK_THROUGH: Final = 5
"""Supervisors that a genesis may ask for at most."""
DEFAULTS: Final[dict[str, int]] = {
    "activation_notice": 100,
    "block_deeds": 4_096,
    "deed_lifetime": 600_000,
    "growth_day": 4_294_967_296,
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
    protocol: int = protocol.NEWEST
    registrars: list[str]
    suite: str
    time: int
    trial: bool = False
    look_through: int | msgspec.UnsetType = msgspec.UNSET

    @property
    def supervisors_needed(self) -> int:
        """How many supervisors must sign a look-through: one where the genesis does not say."""
        return self.look_through if isinstance(self.look_through, int) else 1

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
        problem = _problem(genesis, data) if genesis.protocol in protocol.KNOWN else ""
    except (msgspec.DecodeError, ValueError) as error:
        raise LedgerError("bad-genesis", reason=str(error)[:200]) from None
    except CryptoError as error:
        raise LedgerError("bad-genesis", reason=error.code) from None
    protocol.known(genesis.protocol, height=1)
    if problem:
        raise LedgerError("bad-genesis", reason=problem)
    return genesis


def _problem(genesis: Genesis, data: bytes) -> str:
    """The member that breaks docs/formats.md section 2; empty when none does."""
    offices: list[list[str]] = [getattr(genesis, name) for name in OFFICES]
    known = [party.did for party in genesis.parties]
    suite, cosigners = genesis.hashes, genesis.cosigners
    good = {
        "format": genesis.format == FORMAT and genesis.encode() == data,  # no member left to a default
        "name": set(genesis.name) == {"en", "zh"},
        "look_through": genesis.look_through is msgspec.UNSET
        or (1 <= genesis.supervisors_needed <= MAX_LOOK_THROUGH and genesis.protocol >= 2),
        "nonce": is_hex(genesis.nonce, 16),
        "time": genesis.time >= 0,
        "parties": _ascends(known) and all(map(is_did, known)),
        "offices": all(_ascends(held) and set(held) <= set(known) for held in offices),
        "keys": all(0 < len(party.keys) <= MAX_KEYS and _fit(suite, party.keys) for party in genesis.parties),
        "cosigners": bool(cosigners)
        and _fit(suite, cosigners)
        and _ascends([PublicKey.from_jwk(jwk).thumbprint for jwk in cosigners]),
    }
    return next((name for name, holds in good.items() if not holds), "")


def _ascends(names: list[str]) -> bool:
    return names == sorted(set(names))


def _fit(suite: Suite, jwks: list[dict[str, str]]) -> bool:
    """Whether each has exactly the members of a public key of the suite."""
    keys = [PublicKey.from_jwk(jwk) for jwk in jwks]
    return [key.to_jwk() for key in keys] == jwks and all(key.alg in suite.signatures for key in keys)
