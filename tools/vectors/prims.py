"""Primitives for the test vectors, written from docs/formats.md section 1 and the standards it names.

* Shares no code with the node: only the standard library and the two hash functions of `cryptography`.
* Every signature is deterministic: Ed25519 by RFC 8032, ES256 and SM2-SM3 with k as in RFC 6979 3.2.
  HMAC runs with the suite's hash.
* Plain integers: slow, open to side channels, good for test vectors and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives import hashes

Json = Any
Point = tuple[int, int] | None
SM2_ID: Final = b"1234567812345678"


def sha256(data: bytes) -> bytes:
    """FIPS 180-4."""
    return hashlib.sha256(data).digest()


def sm3(data: bytes) -> bytes:
    """GB/T 32905."""
    h = hashes.Hash(hashes.SM3())
    h.update(data)
    return h.finalize()


def canonical(value: Json) -> bytes:
    """Canonical bytes of a value in the profile (with ASCII names, code point order is RFC 8785 order)."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def be64(n: int) -> bytes:
    return n.to_bytes(8, "big")


def be32(n: int) -> bytes:
    return n.to_bytes(4, "big")


# --- Ed25519 (RFC 8032) ---------------------------------------------------------------------------

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
ED_D: Final = -121665 * pow(121666, -1, P) % P
ED_I: Final = pow(2, (P - 1) // 4, P)


def ed_add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = a, b
    t = ED_D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def ed_mul(k: int, a: tuple[int, int]) -> tuple[int, int]:
    """K times a, in the extended coordinates of RFC 8032 5.1.4."""
    out, base = (0, 1, 1, 0), (a[0], a[1], 1, a[0] * a[1] % P)
    while k:
        if k & 1:
            out = _ed_add(out, base)
        base, k = _ed_add(base, base), k >> 1
    z = pow(out[2], -1, P)
    return out[0] * z % P, out[1] * z % P


_Extended = tuple[int, int, int, int]


def _ed_add(p: _Extended, q: _Extended) -> _Extended:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * ED_D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_encode(a: tuple[int, int]) -> bytes:
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


def ed_decode(data: bytes) -> tuple[int, int] | None:
    """The point, or None when the encoding is not canonical or no point has it."""
    n = int.from_bytes(data, "little")
    y, sign = n & (2**255 - 1), n >> 255
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(ED_D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ED_I % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


_b = ed_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
assert _b is not None
ED_B: Final = _b


def ed_scalar(seed: bytes) -> tuple[int, bytes]:
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & (2**254 - 8) | 2**254
    return a, h[32:]


def ed_k(r: bytes, a: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def ed_sign(seed: bytes, message: bytes) -> bytes:
    a, prefix = ed_scalar(seed)
    public = ed_encode(ed_mul(a, ED_B))
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    big_r = ed_encode(ed_mul(r, ED_B))
    return big_r + ((r + ed_k(big_r, public, message) * a) % L).to_bytes(32, "little")


def ed_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """The one rule of section 1."""
    a, r, s = ed_decode(public), ed_decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or ed_mul(8, a) == (0, 1) or ed_mul(8, r) == (0, 1):
        return False
    k = ed_k(signature[:32], public, message)
    return ed_encode(ed_add(ed_mul(s, ED_B), ed_mul(k, (P - a[0], a[1])))) == signature[:32]


# --- short Weierstrass curves ---------------------------------------------------------------------


@dataclass(frozen=True)
class Curve:
    """y^2 = x^3 + ax + b over p, base point g of order n."""

    p: int
    a: int
    b: int
    n: int
    g: tuple[int, int]

    def on(self, q: tuple[int, int]) -> bool:
        x, y = q
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x**3 - self.a * x - self.b) % self.p == 0

    def add(self, u: Point, v: Point) -> Point:
        if u is None or v is None:
            return u or v
        if u[0] == v[0] and (u[1] + v[1]) % self.p == 0:
            return None
        if u == v:
            m = (3 * u[0] * u[0] + self.a) * pow(2 * u[1], -1, self.p)
        else:
            m = (v[1] - u[1]) * pow(v[0] - u[0], -1, self.p)
        x = (m * m - u[0] - v[0]) % self.p
        return x, (m * (u[0] - x) - u[1]) % self.p

    def mul(self, k: int, u: Point) -> Point:
        out: Point = None
        while k:
            if k & 1:
                out = self.add(out, u)
            u, k = self.add(u, u), k >> 1
        return out


P256: Final = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    a=-3,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    g=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
SM2P256: Final = Curve(
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    a=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    g=(
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
)


def _hmac(hash_: Callable[[bytes], bytes], key: bytes, data: bytes) -> bytes:
    """RFC 2104 over a hash with blocks of 64 bytes."""
    key = key.ljust(64, b"\0")
    return hash_(bytes(b ^ 0x5C for b in key) + hash_(bytes(b ^ 0x36 for b in key) + data))


def nonces(hash_: Callable[[bytes], bytes], n: int, d: int, digest: bytes) -> Iterator[int]:
    """The candidates for k of RFC 6979 3.2, one after the other."""
    x, h = d.to_bytes(32, "big"), (int.from_bytes(digest, "big") % n).to_bytes(32, "big")
    v, k = b"\1" * 32, b"\0" * 32
    for mark in (b"\0", b"\1"):
        k = _hmac(hash_, k, v + mark + x + h)
        v = _hmac(hash_, k, v)
    while True:
        v = _hmac(hash_, k, v)
        if 0 < int.from_bytes(v, "big") < n:
            yield int.from_bytes(v, "big")
        k = _hmac(hash_, k, v + b"\0")
        v = _hmac(hash_, k, v)


def pair(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def es256_sign(d: int, message: bytes, low_s: bool = True) -> bytes:
    digest = sha256(message)
    e, n = int.from_bytes(digest, "big"), P256.n
    for k in nonces(sha256, n, d, digest):
        q = P256.mul(k, P256.g)
        assert q is not None
        r = q[0] % n
        s = pow(k, -1, n) * (e + r * d) % n
        if r and s:
            return pair(r, min(s, n - s) if low_s else max(s, n - s))
    raise AssertionError


def es256_verify(q: tuple[int, int], message: bytes, signature: bytes) -> bool:
    r, s, n = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"), P256.n
    if not (0 < r < n and 0 < s <= n // 2 and P256.on(q)):
        return False
    e, w = int.from_bytes(sha256(message), "big"), pow(s, -1, n)
    u = P256.add(P256.mul(e * w % n, P256.g), P256.mul(r * w % n, q))
    return u is not None and u[0] % n == r


def sm2_digest(q: tuple[int, int], message: bytes, user: bytes = SM2_ID) -> bytes:
    """E of GB/T 32918.2 6.1: SM3(Z_A || M)."""
    c = SM2P256
    z = len(user * 8).to_bytes(2, "big") + user
    z += b"".join(n.to_bytes(32, "big") for n in (c.a, c.b, *c.g, *q))
    return sm3(sm3(z) + message)


def sm2_sign(d: int, message: bytes, user: bytes = SM2_ID, k: int | None = None) -> bytes:
    c, n = SM2P256, SM2P256.n
    q = c.mul(d, c.g)
    assert q is not None
    digest = sm2_digest(q, message, user)
    for nonce in [k] if k else nonces(sm3, n, d, digest):
        u = c.mul(nonce, c.g)
        assert u is not None
        r = (int.from_bytes(digest, "big") + u[0]) % n
        s = pow(1 + d, -1, n) * (nonce - r * d) % n
        if r and s and r + nonce != n:
            return pair(r, s)
    raise AssertionError


def sm2_verify(q: tuple[int, int], message: bytes, signature: bytes) -> bool:
    c, n = SM2P256, SM2P256.n
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < n and 0 < s < n and (r + s) % n and c.on(q)):
        return False
    u = c.add(c.mul(s, c.g), c.mul((r + s) % n, q))
    return u is not None and (int.from_bytes(sm2_digest(q, message), "big") + u[0]) % n == r


# --- keys and suites ------------------------------------------------------------------------------

CRV: Final = {"Ed25519": "Ed25519", "ES256": "P-256", "SM2-SM3": "SM2"}
ALG: Final = {crv: alg for alg, crv in CRV.items()}


@dataclass(frozen=True)
class Key:
    """A key pair made from a name, so that it is the same in every run."""

    alg: str
    name: str

    @property
    def secret(self) -> bytes:
        """32 bytes: the Ed25519 seed, or d in big-endian."""
        seed = sha256(b"wusong test vectors: " + self.alg.encode() + b" " + self.name.encode())
        if self.alg == "Ed25519":
            return seed
        return (int.from_bytes(seed, "big") % (SM2P256.n - 2) + 1).to_bytes(32, "big")

    @property
    def d(self) -> int:
        return int.from_bytes(self.secret, "big")

    @property
    def jwk(self) -> dict[str, str]:
        if self not in _JWK:
            _JWK[self] = self._jwk()
        return dict(_JWK[self])

    def _jwk(self) -> dict[str, str]:
        if self.alg == "Ed25519":
            return {
                "crv": "Ed25519",
                "kty": "OKP",
                "x": b64u(ed_encode(ed_mul(ed_scalar(self.secret)[0], ED_B))),
            }
        curve = P256 if self.alg == "ES256" else SM2P256
        q = curve.mul(self.d, curve.g)
        assert q is not None
        return ec_jwk(CRV[self.alg], q)

    @property
    def thumbprint(self) -> str:
        return thumbprint(self.jwk)

    def sign(self, message: bytes) -> bytes:
        if self.alg == "Ed25519":
            return ed_sign(self.secret, message)
        return es256_sign(self.d, message) if self.alg == "ES256" else sm2_sign(self.d, message)


_JWK: dict[Key, dict[str, str]] = {}


def ec_jwk(crv: str, q: tuple[int, int]) -> dict[str, str]:
    return {"crv": crv, "kty": "EC", "x": b64u(q[0].to_bytes(32, "big")), "y": b64u(q[1].to_bytes(32, "big"))}


def thumbprint(jwk: Json) -> str:
    return (sm3 if jwk["crv"] == "SM2" else sha256)(canonical(jwk)).hex()


def verify(jwk: Json, message: bytes, signature: bytes) -> bool:
    if jwk["crv"] == "Ed25519":
        return ed_verify(unb64u(jwk["x"]), message, signature)
    q = (int.from_bytes(unb64u(jwk["x"]), "big"), int.from_bytes(unb64u(jwk["y"]), "big"))
    return (es256_verify if jwk["crv"] == "P-256" else sm2_verify)(q, message, signature)


def by_thumbprint(keys: list[Key]) -> list[Json]:
    return sorted((k.jwk for k in keys), key=thumbprint)


@dataclass(frozen=True)
class Suite:
    name: str
    h: Callable[[bytes], bytes]
    algs: tuple[str, ...]

    def d(self, tag: str, *parts: bytes) -> bytes:
        """D(tag, parts joined)."""
        return self.h(b"wusong:" + tag.encode() + b"\n" + b"".join(parts))

    def dj(self, tag: str, value: Json) -> str:
        """D(tag, canonical(value)) in hex."""
        return self.d(tag, canonical(value)).hex()

    def key(self, name: str, alg: str | None = None) -> Key:
        return Key(alg or self.algs[0], name)


INTL: Final = Suite("intl", sha256, ("Ed25519", "ES256"))
GM: Final = Suite("gm", sm3, ("SM2-SM3",))
SUITES: Final = {"intl": INTL, "gm": GM}


def fill(name: str, size: int) -> bytes:
    """Bytes that look random and are the same in every run."""
    return hashlib.shake_256(b"wusong test vectors: " + name.encode()).digest(size)


def hmac_self_check() -> bool:
    return _hmac(sha256, b"k" * 32, b"m") == hmac.digest(b"k" * 32, b"m", "sha256")
