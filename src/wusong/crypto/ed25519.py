"""Ed25519 (RFC 8032) under one rule, the same everywhere.

A signature R||S over M by key A holds if and only if

* S < L, the order of the base point;
* A and R are canonical encodings of points (y < p; no sign bit on x = 0), neither of small order;
* encode(S·B - k·A) equals R byte for byte, k = SHA-512(R||A||M): the equation without cofactor.

Libraries differ in the corners (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020), and may
change. So what is cheap is checked here (A once per key; S and R by comparison), and a backend is trusted
with the equation only after a probe on which cofactored and cofactorless verification disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from wusong.crypto.algorithm import Algorithm, Signer, Verifier
from wusong.crypto.random import random_bytes
from wusong.crypto.suites import INTL
from wusong.errors import CryptoError

__all__ = ["ED25519", "SMALL_ORDER", "verifier_for"]

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_L_BIG_ENDIAN: Final = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "big")

SMALL_ORDER: Final = frozenset(
    bytes.fromhex(encoding)
    for encoding in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
"""The canonical encodings of the eight points whose order divides 8."""


def _is_canonical_point(encoding: bytes) -> bool:
    """Whether this is the one encoding of a point on the curve (RFC 8032 5.1.3, strictly)."""
    number = int.from_bytes(encoding, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if len(encoding) != 32 or y >= _P:
        return False
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    if u == 0:  # x = 0
        return not sign
    return pow(u * v, (_P - 1) // 2, _P) == 1  # x^2 = u/v is a square exactly when uv is; v is never 0


Backend = Callable[[bytes], Verifier]


def _sodium(key: bytes) -> Verifier:
    def verify(message: bytes, signature: bytes) -> bool:
        try:
            crypto_sign_open(signature + message, key)
        except BadSignatureError:
            return False
        return True

    return verify


def _openssl(key: bytes) -> Verifier:
    check = Ed25519PublicKey.from_public_bytes(key).verify

    def verify(message: bytes, signature: bytes) -> bool:
        try:
            check(signature, message)
        except InvalidSignature:
            return False
        return True

    return verify


def verifier_for(key: bytes, backend: Backend) -> Verifier:
    """A verifier of the rule for ``key`` (32 bytes) that leaves the equation to ``backend``.

    Raises CryptoError ``bad-key`` when the key is no canonical point or is of small order.
    """
    if not _is_canonical_point(key) or key in SMALL_ORDER:
        raise CryptoError("bad-key", alg="Ed25519")
    equation = backend(key)

    def verify(message: bytes, signature: bytes) -> bool:
        # The reversed slice is S big-endian. A non-canonical R cannot equal the encoding that is computed.
        if len(signature) != 64 or signature[:31:-1] >= _L_BIG_ENDIAN or signature[:32] in SMALL_ORDER:
            return False
        return equation(message, signature)

    return verify


# In the second, R carries a point of order 2: only cofactored verification accepts it. Tests make both anew.
_PROBE_KEY: Final = "73deff3fe91ce58fd882eaa2f0619492de4dd8fc8560c49fc6d92a5644207fb8"
_PROBE_GOOD: Final = (
    "aad09d766c8256ef8f69942e4a1c0e45932f05febb4fcd33f38be99b3b628f0d"
    "be7384bc7d9fcca051f2a790ddcb3dc550c0bd36fecffe13212942baa169030b"
)
_PROBE_COFACTORED: Final = (
    "432f6289937da91070966bd1b5e3f1ba6cd0fa0144b032cc0c741664c49d70f2"
    "ab2476bed461eff2d036b85473c3823f5705ddd71b1395efd3325acfc3de430d"
)


def _obeys(backend: Backend) -> bool:
    verify = backend(bytes.fromhex(_PROBE_KEY))
    return verify(b"probe", bytes.fromhex(_PROBE_GOOD)) and not verify(
        b"probe", bytes.fromhex(_PROBE_COFACTORED)
    )


@lru_cache(maxsize=1)
def _backend() -> Backend:
    for candidate in (_sodium, _openssl):  # the faster first
        if _obeys(candidate):
            return candidate
    raise CryptoError("no-ed25519-backend")


def _verifier(coordinates: tuple[bytes, ...]) -> Verifier:
    return verifier_for(coordinates[0], _backend())


def _public(secret: bytes) -> tuple[bytes, ...]:
    return (crypto_sign_seed_keypair(secret)[0],)


def _signer(secret: bytes) -> Signer:
    expanded = crypto_sign_seed_keypair(secret)[1]
    return lambda message: crypto_sign(message, expanded)[:64]


ED25519: Final = Algorithm(
    name="Ed25519",
    kty="OKP",
    crv="Ed25519",
    coordinates=("x",),
    hash=INTL.hash,
    verifier=_verifier,
    generate=lambda: random_bytes(32),
    public=_public,
    signer=_signer,
)
