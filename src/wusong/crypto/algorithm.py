"""What a signature algorithm is to the rest: one row of a table.

* Public keys are JWK members, secrets are 32 bytes, signatures 64 bytes (R||S or r||s, big-endian for ECDSA
  and SM2).
* A verifier is made once per key, after the key itself has been judged; it answers True or False and never
  raises.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from wusong.errors import CryptoError

__all__ = ["Algorithm", "Signer", "Verifier", "b64u", "unb64u"]

Verifier: TypeAlias = Callable[[bytes, bytes], bool]
"""(message, signature) to whether it holds."""

Signer: TypeAlias = Callable[[bytes], bytes]
"""message to signature, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One algorithm. ``coordinates`` names the JWK members that hold the public key, 32 bytes each.

    ``verifier`` raises CryptoError ``bad-key`` for a key that is no valid public key.
    """

    name: str
    kty: str
    crv: str
    coordinates: tuple[str, ...]
    hash: Callable[[bytes], bytes]
    verifier: Callable[[tuple[bytes, ...]], Verifier]
    generate: Callable[[], bytes]
    public: Callable[[bytes], tuple[bytes, ...]]
    signer: Callable[[bytes], Signer]


def b64u(data: bytes) -> str:
    """base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """The bytes that ``text`` says; only the one way of writing them is accepted, or CryptoError
    ``bad-base64url``.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise CryptoError("bad-base64url") from None
    if b64u(data) != text:
        raise CryptoError("bad-base64url")
    return data
