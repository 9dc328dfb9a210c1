"""What a signature algorithm is to the rest: one row of a table.

* Public keys are JWK members, secrets are 32 bytes, signatures 64 bytes (R||S or r||s, big-endian for ECDSA
  and SM2).
* A verifier is made once per key, after the key itself has been judged; it answers True or False and never
  raises.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

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
    return _b64u(data).decode()


def unb64u(text: str) -> bytes:
    """The bytes that ``text`` says; only the one way of writing them is accepted, or CryptoError
    ``bad-base64url``.
    """
    try:
        raw = text.encode("ascii")
        data = binascii.a2b_base64(raw.translate(_FROM_URL) + b"=" * (-len(raw) % 4))
    except ValueError:  # UnicodeEncodeError and binascii.Error are among them
        raise CryptoError("bad-base64url") from None
    if _b64u(data) != raw:
        raise CryptoError("bad-base64url")
    return data


def _b64u(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=")


_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(
    b"-_+/", b"+/!!"
)  # what base64url does not have becomes what base64 does not have
