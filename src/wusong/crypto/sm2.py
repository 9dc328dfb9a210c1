"""SM2 signatures with SM3 (GB/T 32918.2, GM/T 0003.2) and the identity 1234567812345678 (GM/T 0009).

* e = SM3(Z || M), Z = SM3(ENTL || ID || a || b || G || A); the signature is r||s, 64 bytes big-endian.
* It holds if 0 < r < n, 0 < s < n, t = (r + s) mod n is not 0, and (e + x) mod n equals r, x being that of
  s·G + t·A.
* A public key is a point on the curve, coordinates below p, not infinity.
* Verification is written out in plain integers below and needs nothing else; where tongsuopy (the extra
  ``gm``) is installed, it does the same ten times as fast. Signing needs the extra: secret numbers want
  constant time.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from types import ModuleType
from typing import Any, Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from wusong.crypto.algorithm import Algorithm, Signer, Verifier
from wusong.crypto.random import random_bytes
from wusong.crypto.suites import GM
from wusong.errors import CryptoError

__all__ = ["IDENTITY", "SM2", "extra_installed", "plain_verifier", "tongsuo_verifier"]

IDENTITY: Final = b"1234567812345678"

_P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_A: Final = _P - 3
_B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_G: Final = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)

Affine: TypeAlias = tuple[int, int]
Jacobian: TypeAlias = tuple[int, int, int]  # (X, Y, Z) for x = X/Z^2, y = Y/Z^3; Z = 0 is infinity

_INFINITY: Final[Jacobian] = (1, 1, 0)


def _on_curve(x: int, y: int) -> bool:
    return x < _P and y < _P and (y * y - (x * x + _A) * x - _B) % _P == 0


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    yy = y * y % _P
    zz = z * z % _P
    s = 4 * x * yy % _P
    m = 3 * (x - zz) * (x + zz) % _P  # 3x^2 + a z^4 with a = -3
    x3 = (m * m - 2 * s) % _P
    return x3, (m * (s - x3) - 8 * yy * yy) % _P, 2 * y * z % _P


def _add(point: Jacobian, affine: Affine) -> Jacobian:
    x1, y1, z1 = point
    x2, y2 = affine
    if not z1:
        return x2, y2, 1
    zz = z1 * z1 % _P
    h = (x2 * zz - x1) % _P
    r = (y2 * zz * z1 - y1) % _P
    if not h:
        return _INFINITY if r else _double(point)
    hh = h * h % _P
    hhh = hh * h % _P
    v = x1 * hh % _P
    x3 = (r * r - hhh - 2 * v) % _P
    return x3, (r * (v - x3) - y1 * hhh) % _P, z1 * h % _P


def _affine(points: list[Jacobian]) -> list[Affine]:
    """Points (none infinite) with one inversion for all of them (Montgomery's trick)."""
    products = [1]
    for point in points:
        products.append(products[-1] * point[2] % _P)
    inverse = pow(products[-1], -1, _P)
    found = []
    for point, before in zip(reversed(points), reversed(products[:-1]), strict=True):
        z = inverse * before % _P
        inverse = inverse * point[2] % _P
        found.append((point[0] * z * z % _P, point[1] * z * z * z % _P))
    return found[::-1]


def _odd_multiples(point: Affine, width: int) -> dict[int, Affine]:
    """±1, ±3, ... ±(2^width - 1) times ``point``."""
    (twice,) = _affine([_double((*point, 1))])
    multiples: list[Jacobian] = [(*point, 1)]
    for _ in range((1 << width - 1) - 1):
        multiples.append(_add(multiples[-1], twice))
    table = dict(zip(range(1, 1 << width, 2), _affine(multiples), strict=True))
    return table | {-k: (x, _P - y) for k, (x, y) in table.items()}


def _signed_digits(number: int, width: int) -> list[int]:
    """``number`` in width-w non-adjacent form, lowest first: zero or odd digits below 2^width in size."""
    digits = []
    while number:
        digit = 0
        if number & 1:
            digit = number & ((2 << width) - 1)
            if digit >> width:
                digit -= 2 << width
            number -= digit
        digits.append(digit)
        number >>= 1
    return digits


_G_WIDTH: Final = 7
_KEY_WIDTH: Final = 4


@lru_cache(maxsize=1)
def _g_table() -> dict[int, Affine]:
    return _odd_multiples(_G, _G_WIDTH)


def _two_products(s: int, t: int, key_table: dict[int, Affine]) -> Jacobian:
    """s·G + t·A in one run of doublings (Straus, Shamir)."""
    g_table = _g_table()
    g_digits, key_digits = _signed_digits(s, _G_WIDTH), _signed_digits(t, _KEY_WIDTH)
    size = max(len(g_digits), len(key_digits))
    g_digits += [0] * (size - len(g_digits))
    key_digits += [0] * (size - len(key_digits))
    total = _INFINITY
    for of_g, of_key in zip(reversed(g_digits), reversed(key_digits), strict=True):
        total = _double(total)
        if of_g:
            total = _add(total, g_table[of_g])
        if of_key:
            total = _add(total, key_table[of_key])
    return total


def _z(key: tuple[bytes, bytes]) -> bytes:
    curve = b"".join(number.to_bytes(32, "big") for number in (_A, _B, *_G))
    return GM.hash((len(IDENTITY) * 8).to_bytes(2, "big") + IDENTITY + curve + key[0] + key[1])


def _point(coordinates: tuple[bytes, ...]) -> Affine:
    x, y = (int.from_bytes(part, "big") for part in coordinates)
    if not _on_curve(x, y):
        raise CryptoError("bad-key", alg="SM2-SM3")
    return x, y


def plain_verifier(coordinates: tuple[bytes, ...]) -> Verifier:
    """Verification in plain integers. Raises CryptoError ``bad-key``."""
    key_table = _odd_multiples(_point(coordinates), _KEY_WIDTH)
    z = _z((coordinates[0], coordinates[1]))

    def verify(message: bytes, signature: bytes) -> bool:
        r, s = _numbers(signature)
        t = (r + s) % _N
        if not (0 < r < _N and 0 < s < _N and t):
            return False
        e = int.from_bytes(GM.hash(z + message), "big")
        x, _y, depth = _two_products(s, t, key_table)
        return bool(depth) and (e + x * pow(depth, -2, _P) % _P) % _N == r

    return verify


def _numbers(signature: bytes) -> tuple[int, int]:
    if len(signature) != 64:
        return 0, 0
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


# --- through tongsuopy


@lru_cache(maxsize=1)
def _tongsuo() -> tuple[ModuleType, Any] | None:
    """The library's curve module and its SM2-with-SM3 algorithm object, or None without the extra."""
    try:
        curves = importlib.import_module("tongsuopy.crypto.asymciphers.ec")
        hashes = importlib.import_module("tongsuopy.crypto.hashes")
    except ImportError:
        return None
    return curves, curves.ECDSA(hashes.SM3())


def extra_installed() -> bool:
    """Whether SM2 keys can be made and used for signing here."""
    return _tongsuo() is not None


def _required() -> tuple[ModuleType, Any]:
    found = _tongsuo()
    if found is None:
        raise CryptoError("gm-extra-missing")
    return found


def tongsuo_verifier(coordinates: tuple[bytes, ...]) -> Verifier:
    """Verification by tongsuopy, to the same result. Raises CryptoError ``bad-key``, ``gm-extra-missing``."""
    curves, algorithm = _required()
    refusals = importlib.import_module("tongsuopy.crypto.exceptions")
    invalid = (refusals.InvalidSignature, refusals.InternalError)
    x, y = _point(coordinates)
    check = curves.EllipticCurvePublicNumbers(x, y, curves.SM2()).public_key().verify

    def verify(message: bytes, signature: bytes) -> bool:
        r, s = _numbers(signature)
        if not (0 < r < _N and 0 < s < _N and r + s != _N):
            return False
        try:
            check(encode_dss_signature(r, s), message, algorithm)
        except invalid:
            return False
        return True

    return verify


def _verifier(coordinates: tuple[bytes, ...]) -> Verifier:
    return tongsuo_verifier(coordinates) if extra_installed() else plain_verifier(coordinates)


def _private(secret: bytes) -> Any:  # noqa: ANN401 - the library has no types
    number = int.from_bytes(secret, "big")
    if not 0 < number < _N - 1:
        raise CryptoError("bad-key", alg="SM2-SM3")
    curves, _algorithm = _required()
    return curves.derive_private_key(number, curves.SM2())


def _generate() -> bytes:
    _required()
    return (int.from_bytes(random_bytes(40), "big") % (_N - 2) + 1).to_bytes(32, "big")


def _public(secret: bytes) -> tuple[bytes, ...]:
    point = _private(secret).public_key().public_numbers()
    return point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")


def _signer(secret: bytes) -> Signer:
    key, (_curves, algorithm) = _private(secret), _required()

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, algorithm))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


SM2: Final = Algorithm(
    name="SM2-SM3",
    kty="EC",
    crv="SM2",
    coordinates=("x", "y"),
    hash=GM.hash,
    verifier=_verifier,
    generate=_generate,
    public=_public,
    signer=_signer,
)
