"""Writing deeds: salts, nonce, payload, signatures.

draft = Draft(rules, signers=[holder]).act(page, "transfer", {"to": bank}, as_={"holder": holder},
asset=receipt) envelope = sign(draft.payload(now), draft.acts, [holder_key])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.crypto import canonical
from wusong.crypto.random import random_bytes
from wusong.ledger import ids
from wusong.ledger.encoding import b64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wusong.crypto.keys import PrivateKey
    from wusong.ledger.rules import Rules

LIFETIME: Final = 300_000


class Draft:
    """A deed being written. ``signers`` are DIDs, or objects with party, mandate, basis."""

    def __init__(self, rules: Rules, signers: Sequence[str | dict[str, str]]) -> None:
        self._rules: Final = rules
        self.signers: Final = [{"party": signer} if isinstance(signer, str) else signer for signer in signers]
        self.acts: Final[list[bytes]] = []

    def act(
        self,
        contract: str,
        action: str,
        args: dict[str, Any],
        *,
        as_: dict[str, str],
        asset: str | None = None,
        rev: int | None = None,
        with_: dict[str, int] | None = None,
    ) -> Draft:
        """Add an act; without ``asset`` it creates one. Raises CryptoError ``not-canonical``."""
        body: dict[str, Any] = {
            "action": action,
            "args": args,
            "as": as_,
            "asset": asset or f"#{len(self.acts)}.0",
            "contract": contract,
            "salt": random_bytes(16).hex(),
        }
        if rev is not None:
            body["rev"] = rev
        if with_:
            body["with"] = with_
        self.acts.append(canonical.encode(body))
        return self

    def payload(self, now: int, lifetime: int = LIFETIME) -> bytes:
        """The canonical payload, void ``lifetime`` ms after ``now``."""
        return canonical.encode(
            {
                "acts": [ids.act_digest(self._rules.suite, act).hex() for act in self.acts],
                "expires": now + lifetime,
                "ledger": self._rules.ledger_hex,
                "nonce": random_bytes(16).hex(),
                "signers": self.signers,
            }
        )


def sign(payload: bytes, acts: list[bytes], keys: Sequence[PrivateKey]) -> bytes:
    """The envelope, signed by one key for each signer in the payload's order."""
    return envelope(payload, acts, [signature(payload, key) for key in keys])


def signature(payload: bytes, key: PrivateKey) -> dict[str, str]:
    """One signature over a payload."""
    protected = b64(canonical.encode({"alg": key.alg, "kid": key.public.thumbprint, "typ": "wusong-deed"}))
    return {"protected": protected, "signature": b64(key.sign(f"{protected}.{b64(payload)}".encode()))}


def envelope(payload: bytes, acts: list[bytes], signatures: list[dict[str, str]]) -> bytes:
    """The canonical envelope of parts that are canonical."""
    body = {"acts": [msgspec.Raw(act) for act in acts], "payload": b64(payload), "signatures": signatures}
    return msgspec.json.encode(body, order="sorted")
