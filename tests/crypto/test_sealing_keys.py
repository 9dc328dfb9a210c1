"""Keys for sealing: what is one, what is none, what it is called."""

from __future__ import annotations

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from wusong.crypto.algorithm import b64u, unb64u
from wusong.crypto.keys import PrivateKey
from wusong.crypto.sealing_keys import _SMALL_ORDER, SEALING, SealingKey
from wusong.errors import CryptoError

ALICE = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
"""Alice's public key of RFC 7748 section 6.1."""


def okp(data: bytes, **more: str) -> dict[str, str]:
    return {"crv": "X25519", "kty": "OKP", "x": b64u(data), **more}


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def test_a_key_of_rfc_7748_and_its_thumbprint() -> None:
    jwk = okp(bytes.fromhex(ALICE))
    key = SealingKey.from_jwk(jwk)
    wanted = hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert (key.alg, key.thumbprint, key.jwk) == ("X25519", wanted, jwk)
    assert not hasattr(key, "verify")


def test_an_sm2_key_is_called_as_a_signing_key_would_be() -> None:
    made = PrivateKey("SM2-SM3", bytes(31) + b"\x09").public
    key = SealingKey.from_jwk(made.to_jwk())
    assert (key.alg, key.thumbprint) == ("SM2", made.thumbprint)
    assert set(SEALING.values()) == {"X25519", "SM2"}


@pytest.mark.parametrize("number", sorted(_SMALL_ORDER))
def test_small_orders_are_what_openssl_agrees_with_nobody_on(number: int) -> None:
    with pytest.raises(ValueError, match="shared key"):
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(little(number)))
    with pytest.raises(CryptoError):
        SealingKey.from_jwk(okp(little(number)))


SM2 = PrivateKey("SM2-SM3", bytes(31) + b"\x09").public.to_jwk()
BAD = {
    "no object": [1],
    "a signing curve": PrivateKey("Ed25519", bytes(32)).public.to_jwk(),
    "31 bytes": okp(bytes(31)),
    "not reduced": okp(little(2**255 - 19 + 9)),
    "the high bit": okp(little(9 | 1 << 255)),
    "a member more": okp(bytes.fromhex(ALICE), use="enc"),
    "the private member": okp(bytes.fromhex(ALICE), d="x"),
    "another kind": {**okp(bytes.fromhex(ALICE)), "kty": "EC"},
    "no text": {"crv": "X25519", "kty": "OKP", "x": 5},
    "no base64url": {"crv": "X25519", "kty": "OKP", "x": "+" * 43},
    "SM2 with a member more": {**SM2, "use": "enc"},
    "SM2 off the curve": {**SM2, "y": SM2["x"]},
}


@pytest.mark.parametrize("jwk", BAD.values(), ids=BAD.keys())
def test_what_is_no_key_is_refused(jwk: object) -> None:
    with pytest.raises(CryptoError):
        SealingKey.from_jwk(jwk)


def test_every_other_coordinate_is_a_key() -> None:
    made = X25519PrivateKey.generate().public_key().public_bytes_raw()
    assert unb64u(SealingKey.from_jwk(okp(made)).jwk["x"]) == made
