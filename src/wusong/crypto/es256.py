"""ES256: ECDSA on P-256 with SHA-256 (FIPS 186-5, RFC 7518 3.4).

* A signature is r||s, 64 bytes big-endian, 0 < r < n and 0 < s <= n/2.
* Only the low s is accepted, though RFC 7518 allows both: otherwise anyone could turn a valid signature
  into another valid one, and the digest of a deed's signatures would not be fixed by those who signed.
  Signatures from elsewhere (a UKey, an HSM) are brought into this form by ``normalise`` before they are
  used.
* Signing is deterministic (RFC 6979).
* A public key is a point on the curve, coordinates below p, not infinity.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from wusong.crypto.algorithm import Algorithm, Signer, Verifier
from wusong.crypto.random import random_bytes
from wusong.crypto.suites import INTL
from wusong.errors import CryptoError

__all__ = ["ES256", "decompress", "normalise"]

_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_VERIFY: Final = ec.ECDSA(SHA256())
_SIGN: Final = ec.ECDSA(SHA256(), deterministic_signing=True)


def normalise(signature: bytes) -> bytes:
    """The same signature with its low s. Raises CryptoError ``signature-form`` when it is not 64 bytes."""
    if len(signature) != 64:
        raise CryptoError("signature-form", alg="ES256")
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, (_N - s) % _N).to_bytes(32, "big")


def decompress(encoded: bytes) -> tuple[bytes, bytes]:
    """(x, y) of a compressed point, 33 bytes (SEC 1 2.3.4). Raises CryptoError ``bad-key``."""
    if len(encoded) != 33 or encoded[0] not in (2, 3):
        raise CryptoError("bad-key", alg="ES256")
    x = int.from_bytes(encoded[1:], "big")
    y_squared = (x * x * x - 3 * x + _B) % _P
    y = pow(y_squared, (_P + 1) // 4, _P)
    if x >= _P or y * y % _P != y_squared:
        raise CryptoError("bad-key", alg="ES256")
    if y & 1 != encoded[0] & 1:
        y = _P - y
    return encoded[1:], y.to_bytes(32, "big")


def _verifier(coordinates: tuple[bytes, ...]) -> Verifier:
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + b"".join(coordinates))
    except ValueError:
        raise CryptoError("bad-key", alg="ES256") from None
    check = key.verify

    def verify(message: bytes, signature: bytes) -> bool:
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not (0 < r < _N and 0 < s <= _N >> 1):
            return False
        try:
            check(encode_dss_signature(r, s), message, _VERIFY)
        except InvalidSignature:
            return False
        return True

    return verify


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(secret, "big")
    if not 0 < number < _N:
        raise CryptoError("bad-key", alg="ES256")
    return ec.derive_private_key(number, ec.SECP256R1())


def _generate() -> bytes:
    # 64 more bits than the order has (FIPS 186-5 A.2.1): no bias that could be seen.
    return (int.from_bytes(random_bytes(40), "big") % (_N - 1) + 1).to_bytes(32, "big")


def _public(secret: bytes) -> tuple[bytes, ...]:
    point = _private(secret).public_key().public_numbers()
    return point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")


def _signer(secret: bytes) -> Signer:
    key = _private(secret)

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, _SIGN))
        return r.to_bytes(32, "big") + min(s, _N - s).to_bytes(32, "big")

    return sign


ES256: Final = Algorithm(
    name="ES256",
    kty="EC",
    crv="P-256",
    coordinates=("x", "y"),
    hash=INTL.hash,
    verifier=_verifier,
    generate=_generate,
    public=_public,
    signer=_signer,
)
