"""DIDs that are keys: did:key (W3C CCG) for Ed25519 and P-256, did:jwk for SM2, which did:key does not know.

* did:key is ``z`` and the base58btc of the multicodec (0xed 0x01 or 0x80 0x24) and the key: 32 bytes, or
  the 33 of a compressed point. Only the shortest writing is accepted, so that one key has one did:key.
* did:jwk is the base64url of a JWK. We write the key's own members in canonical order; we read any order
  and further public members, as others write them.

    >>> key_from_did("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp").alg
    'Ed25519'
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from wusong.crypto import canonical, es256
from wusong.crypto.algorithm import b64u, unb64u
from wusong.crypto.keys import PublicKey
from wusong.errors import CryptoError

__all__ = ["did_for", "key_from_did"]

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519: Final = b"\xed\x01"
_P256: Final = b"\x80\x24"
_CODECS: Final[Mapping[str, bytes]] = MappingProxyType({"Ed25519": _ED25519, "ES256": _P256})
_MAX_DID: Final = 1024


def did_for(key: PublicKey) -> str:
    """The DID that is this key."""
    codec = _CODECS.get(key.alg)
    if codec is None:
        return "did:jwk:" + b64u(canonical.encode(key.to_jwk()))
    return "did:key:z" + _base58(codec + _compressed(key.coordinates))


def key_from_did(did: str) -> PublicKey:
    """The key that a did:key or did:jwk is; a fragment is no part of a DID.

    Raises CryptoError ``bad-did``, or ``bad-key``, ``unknown-algorithm`` for what it holds.
    """
    if len(did) <= _MAX_DID and did.startswith("did:key:z"):
        return _from_multikey(did)
    if len(did) <= _MAX_DID and did.startswith("did:jwk:"):
        return _from_jwk(did)
    raise CryptoError("bad-did", did=did)


def _from_multikey(did: str) -> PublicKey:
    data = _unbase58(did)
    codec, encoded = data[:2], data[2:]
    if codec == _ED25519 and len(encoded) == 32:
        return PublicKey.from_coordinates("Ed25519", (encoded,))
    if codec == _P256:
        return PublicKey.from_coordinates("ES256", es256.decompress(encoded))
    raise CryptoError("bad-did", did=did)


def _from_jwk(did: str) -> PublicKey:
    try:
        jwk = msgspec.json.decode(unb64u(did.removeprefix("did:jwk:")), type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, CryptoError):
        raise CryptoError("bad-did", did=did) from None
    return PublicKey.from_jwk(jwk)


def _compressed(coordinates: tuple[bytes, ...]) -> bytes:
    if len(coordinates) == 1:
        return coordinates[0]
    x, y = coordinates
    return bytes([2 + (y[-1] & 1)]) + x


def _base58(data: bytes) -> str:
    """base58btc of bytes that do not begin with zero, as no multicodec of ours does."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return digits


def _unbase58(did: str) -> bytes:
    text, number = did.removeprefix("did:key:z"), 0
    if len(text) > 64 or text.startswith("1"):
        raise CryptoError("bad-did", did=did)
    for letter in text:
        digit = _ALPHABET.find(letter)
        if digit < 0:
            raise CryptoError("bad-did", did=did)
        number = number * 58 + digit
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
