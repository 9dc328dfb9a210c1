"""Public and private keys.

* Algorithms are rows of ``ALGORITHMS``: "Ed25519", "ES256", "SM2-SM3". Signatures are 64 bytes.
* A public key is its JWK members (RFC 7517, RFC 8037), judged when it is made: a ``PublicKey`` is always a
  valid one.
* Its name is its thumbprint (RFC 7638), in hex, by SHA-256, for SM2 by SM3.
* Keys that were seen lately are kept parsed, so that many signatures by one key cost their verification only.
* Secrets never show: not in ``repr``, not in an error, not in a pickle.

    >>> key = PrivateKey.generate("Ed25519")
    >>> key.public.verify(b"message", key.sign(b"message"))
    True
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NoReturn

from wusong.crypto import canonical
from wusong.crypto.algorithm import Algorithm, Verifier, b64u, unb64u
from wusong.crypto.ed25519 import ED25519
from wusong.crypto.es256 import ES256
from wusong.crypto.sm2 import SM2
from wusong.errors import CryptoError

__all__ = ["ALGORITHMS", "PrivateKey", "PublicKey", "algorithm"]

ALGORITHMS: Final[Mapping[str, Algorithm]] = MappingProxyType(
    {row.name: row for row in (ED25519, ES256, SM2)}
)
_BY_CURVE: Final = {(row.kty, row.crv): row for row in ALGORITHMS.values()}
_CACHED_KEYS: Final = 16_384


def algorithm(name: str) -> Algorithm:
    """The algorithm called ``name``. Raises CryptoError ``unknown-algorithm``."""
    found = ALGORITHMS.get(name)
    if found is None:
        raise CryptoError("unknown-algorithm", alg=name)
    return found


class PublicKey:
    """A valid public key: ``alg``, its ``coordinates`` (32 bytes each), its ``thumbprint`` (hex)."""

    __slots__ = ("_verifier", "alg", "coordinates", "thumbprint")

    alg: str
    coordinates: tuple[bytes, ...]
    thumbprint: str
    _verifier: Verifier

    def __init__(self, alg: str, jwk: Mapping[str, object]) -> None:
        """Raises CryptoError ``bad-key``, ``unknown-algorithm``; prefer ``from_jwk``, which keeps parsed
        keys.
        """
        row = algorithm(alg)
        self.alg = alg
        self.coordinates = _coordinates(row, jwk)
        self._verifier = row.verifier(self.coordinates)
        self.thumbprint = row.hash(canonical.encode(self.to_jwk())).hex()

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> PublicKey:
        """The key that a JWK says. Members that are not the key itself are ignored, but ``alg`` must agree,
        and a private member (``d``) refuses. Raises CryptoError ``bad-key``, ``unknown-algorithm``.
        """
        kty, crv = jwk.get("kty"), jwk.get("crv")
        row = _BY_CURVE.get((kty, crv)) if isinstance(kty, str) and isinstance(crv, str) else None
        if row is None:
            raise CryptoError("unknown-algorithm", alg=f"{kty}/{crv}"[:64])
        if "d" in jwk or jwk.get("alg", row.name) not in (row.name, "EdDSA" if row is ED25519 else row.name):
            raise CryptoError("bad-key", alg=row.name)
        return _parsed(row.name, tuple(_member(row, jwk, name) for name in row.coordinates))

    @classmethod
    def from_coordinates(cls, alg: str, coordinates: tuple[bytes, ...]) -> PublicKey:
        """The key with these coordinates, 32 bytes each."""
        return _parsed(algorithm(alg).name, tuple(b64u(part) for part in coordinates))

    def to_jwk(self) -> dict[str, str]:
        """The members that are the key, and no others: kty, crv, x and, on EC curves, y."""
        row = ALGORITHMS[self.alg]
        members = zip(row.coordinates, self.coordinates, strict=True)
        return {"kty": row.kty, "crv": row.crv, **{name: b64u(part) for name, part in members}}

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (64 bytes) over ``message`` is this key's."""
        return self._verifier(message, signature)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and (self.alg, self.coordinates) == (other.alg, other.coordinates)

    def __hash__(self) -> int:
        return hash((self.alg, self.coordinates))

    def __repr__(self) -> str:
        return f"<PublicKey {self.alg} {self.thumbprint}>"

    def __reduce__(self) -> tuple[object, ...]:
        return PublicKey.from_coordinates, (self.alg, self.coordinates)


class PrivateKey:
    """A signing key. ``public`` is its public key."""

    __slots__ = ("_secret", "_sign", "alg", "public")

    def __init__(self, alg: str, secret: bytes) -> None:
        """From 32 secret bytes (the seed of RFC 8032; the big-endian number on EC curves). Raises
        ``bad-key``.
        """
        row = algorithm(alg)
        if len(secret) != 32:
            raise CryptoError("bad-key", alg=alg)
        self.alg = alg
        self._secret = bytes(secret)
        self._sign = row.signer(self._secret)
        self.public = PublicKey.from_coordinates(alg, row.public(self._secret))

    @classmethod
    def generate(cls, alg: str) -> PrivateKey:
        """A new key. Raises CryptoError ``unknown-algorithm``, ``gm-extra-missing``."""
        return cls(alg, algorithm(alg).generate())

    def sign(self, message: bytes) -> bytes:
        """The signature over ``message``, 64 bytes."""
        return self._sign(message)

    def secret_bytes(self) -> bytes:
        """The 32 secret bytes, for the keystore only."""
        return self._secret

    def __repr__(self) -> str:
        return f"<PrivateKey {self.alg} {self.public.thumbprint}>"

    def __reduce__(self) -> NoReturn:
        message = "a private key is not pickled; it lives in a keystore"
        raise TypeError(message)


@lru_cache(maxsize=_CACHED_KEYS)
def _parsed(alg: str, members: tuple[str, ...]) -> PublicKey:
    return PublicKey(alg, dict(zip(ALGORITHMS[alg].coordinates, members, strict=True)))


def _coordinates(row: Algorithm, jwk: Mapping[str, object]) -> tuple[bytes, ...]:
    return tuple(_coordinate(row, _member(row, jwk, name)) for name in row.coordinates)


def _coordinate(row: Algorithm, text: str) -> bytes:
    part = unb64u(text)
    if len(part) != 32:
        raise CryptoError("bad-key", alg=row.name)
    return part


def _member(row: Algorithm, jwk: Mapping[str, object], name: str) -> str:
    value = jwk.get(name)
    if not isinstance(value, str) or len(value) != 43:
        raise CryptoError("bad-key", alg=row.name)
    return value
