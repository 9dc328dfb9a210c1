"""Public keys for sealing contents to their holder: X25519 (RFC 7748) under ``intl``, SM2 encryption (GB/T
32918.4) under ``gm``.

* A sealing key never signs, and here it cannot: a ``SealingKey`` has no ``verify``, and X25519 has no
  signatures. An SM2 key has the same writing for both purposes; who lists keys keeps the purposes apart.
* A key is its JWK members and no others (RFC 7517, RFC 8037), judged when it is read: X25519 coordinates are
  canonical (below 2^255 - 19) and of large order, so that no agreement yields a secret that all know; SM2
  points are on the curve.
* Its name is its thumbprint (RFC 7638), in hex, by SHA-256, for SM2 by SM3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wusong.crypto import canonical
from wusong.crypto.algorithm import unb64u
from wusong.crypto.keys import PublicKey
from wusong.crypto.suites import GM, INTL
from wusong.errors import CryptoError

__all__ = ["SEALING", "SealingKey"]

SEALING: Final[Mapping[str, str]] = {INTL.name: "X25519", GM.name: "SM2"}
"""The algorithm of sealing keys, by the name of the suite."""

_P: Final = 2**255 - 19
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
        0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
    }
)
"""Coordinates of points of order 1, 2, 4 and 8 on curve and twist (RFC 7748 section 7)."""


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A valid public key for sealing: its algorithm, JWK members and thumbprint (hex)."""

    alg: str
    jwk: Mapping[str, str]
    thumbprint: str

    @classmethod
    def from_jwk(cls, jwk: object) -> SealingKey:
        """The key that a JWK says, which has the key's own members and no others.

        Raises:
            CryptoError: ``bad-key``, ``unknown-algorithm``.
        """
        members = dict(jwk) if isinstance(jwk, dict) else {}
        curve = members.get("crv")
        if curve == "X25519":
            return cls("X25519", members, INTL.hash(canonical.encode(_x25519(members))).hex())
        if curve != "SM2":
            raise CryptoError("unknown-algorithm", alg=f"{members.get('kty')}/{curve}"[:64])
        key = PublicKey.from_jwk(members)
        if key.to_jwk() != members:
            raise CryptoError("bad-key", alg="SM2")
        return cls("SM2", members, key.thumbprint)


def _x25519(members: dict[str, str]) -> dict[str, str]:
    text = members.get("x")
    if set(members) != {"crv", "kty", "x"} or members["kty"] != "OKP" or not isinstance(text, str):
        raise CryptoError("bad-key", alg="X25519")
    data = unb64u(text)
    number = int.from_bytes(data, "little")
    if len(data) != 32 or number >= _P or number in _SMALL_ORDER:
        raise CryptoError("bad-key", alg="X25519")
    return members
