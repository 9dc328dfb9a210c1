"""The Ed25519 rule in plain Python, slow and plain: the reference for tests.

Written from RFC 8032 section 5.1; affine coordinates, no tricks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1)

Point = tuple[int, int]


def add(first: Point, second: Point) -> Point:
    (x1, y1), (x2, y2) = first, second
    k = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def times(number: int, point: Point) -> Point:
    total = NEUTRAL
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def negative(point: Point) -> Point:
    return -point[0] % P, point[1]


def x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return -x % P if x & 1 != sign else x


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """The point, or None when these bytes are not its one encoding."""
    number = int.from_bytes(data, "little")
    y, sign = number % 2**255, number >> 255
    x = x_of(y % P, sign)
    return (x, y) if x is not None and encode((x, y)) == data and y < P else None


def k_of(r: bytes, a: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """The rule of the design, step by step."""
    a, r, s = decode(key), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    if NEUTRAL in (times(8, a), times(8, r)):
        return False
    k = k_of(signature[:32], key, message)
    return encode(add(times(s, BASE), negative(times(k, a)))) == signature[:32]


def holds_cofactored(key: bytes, message: bytes, signature: bytes) -> bool:
    """What the rule is not: the equation multiplied by 8."""
    a, r, s = decode(key), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = k_of(signature[:32], key, message)
    return times(8, times(s, BASE)) == times(8, add(r, times(k, a)))


def sign(
    secret: int, nonce: int, message: bytes, *, key: Point | None = None, shift: Point = NEUTRAL
) -> bytes:
    """A signature with chosen numbers; ``shift`` is added to R, ``key`` replaces secret·B in the hash."""
    a = encode(key or times(secret, BASE))
    r = encode(add(times(nonce, BASE), shift))
    return r + ((nonce + k_of(r, a, message) * secret) % L).to_bytes(32, "little")


def torsion() -> Sequence[Point]:
    """The eight points whose order divides 8, from the neutral one on."""
    y = 2
    while True:
        x = x_of(y, 0)
        point = times(L, (x, y)) if x is not None else NEUTRAL
        if times(4, point) != NEUTRAL:
            return [times(index, point) for index in range(8)]
        y += 1


_Y = 4 * pow(5, -1, P) % P
BASE: Point = (x_of(_Y, 0) or 0, _Y)
TORSION = torsion()
