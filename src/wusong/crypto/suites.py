"""The two suites, as tables: which primitives a ledger and everything around it use.

* ``intl``: SHA-256 (FIPS 180-4), Ed25519 (RFC 8032) or ES256 (RFC 7518), AES-256-GCM (SP 800-38D), scrypt
  (RFC 7914).
* ``gm``: SM3 (GB/T 32905), SM2 with SM3 (GB/T 32918.2), SM4-GCM (GB/T 32907, RFC 8998), PBKDF2 with
  HMAC-SM3 (RFC 8018).
* A suite is fixed by the genesis of a ledger. Everything else asks the table; nothing else asks for a
  suite's name.
* Every digest that Wusong defines is separated by a tag: ``hash("wusong:" + tag + newline + parts)``.
* The parts of a digest are joined as they are: at most one of them may vary in length.

    >>> INTL.digest("deed", b"...").hex()[:8]
    '243cf206'
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as _RawCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wusong.errors import CryptoError

__all__ = ["GM", "INTL", "SUITES", "Cipher", "Hasher", "Kdf", "Suite", "suite"]

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


class Hasher(Protocol):
    """A hash being computed, for contents that do not fit in memory."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def digest(self) -> bytes:
        """The hash of all bytes so far, 32 bytes."""

    def hexdigest(self) -> str:
        """The same in lowercase hex."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """Authenticated encryption with associated data: 12-byte nonce, 16-byte tag at the end of what is sealed.

    ``seal(key, nonce, plaintext, aad)``; ``open(key, nonce, sealed, aad)`` raises ``seal-broken``.
    """

    name: str
    key_bytes: int
    seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    open: Callable[[bytes, bytes, bytes, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Kdf:
    """A passphrase to a key. A new keystore uses ``parameters``; stored ones must lie within ``bounds``."""

    name: str
    parameters: Mapping[str, int]
    bounds: Mapping[str, tuple[int, int]]
    function: Callable[[bytes, bytes, Mapping[str, int], int], bytes]

    def derive(self, passphrase: bytes, salt: bytes, parameters: Mapping[str, int], size: int) -> bytes:
        """``size`` bytes of key. Raises CryptoError ``kdf-parameters`` for parameters outside the bounds."""
        if parameters.keys() != self.bounds.keys() or len(salt) < 16:
            raise CryptoError("kdf-parameters", kdf=self.name)
        for name, (lowest, highest) in self.bounds.items():
            if type(parameters[name]) is not int or not lowest <= parameters[name] <= highest:
                raise CryptoError("kdf-parameters", kdf=self.name)
        return self.function(passphrase, salt, parameters, size)


@dataclass(frozen=True, slots=True)
class Suite:
    """One row of the table: hashes and MACs of 32 bytes, names of signature algorithms, the default first.

    ``hash_each`` is ``hash`` over many short messages, in a tighter loop.
    """

    name: str
    hash_name: str
    hash: Callable[[bytes], bytes]
    hash_each: Callable[[Iterable[bytes]], list[bytes]]
    hasher: Callable[[], Hasher]
    mac: Callable[[bytes, bytes], bytes]
    signatures: tuple[str, ...]
    cipher: Cipher
    kdf: Kdf

    def digest(self, tag: str, *parts: bytes) -> bytes:
        """The tagged digest of ``parts``, 32 bytes; ``tag`` is a constant of the program, never data."""
        return self.hash(_prefix(tag) + b"".join(parts))

    def __repr__(self) -> str:
        return f"<suite {self.name}>"


@lru_cache(maxsize=1024)
def _prefix(tag: str) -> bytes:
    if not tag or "\n" in tag or not tag.isascii():
        message = f"not a digest tag: {tag!r}"
        raise ValueError(message)
    return b"wusong:" + tag.encode("ascii") + b"\n"


# --- intl


def _sha256(data: bytes, /, _new: Callable[[bytes], Hasher] = hashlib.sha256) -> bytes:
    return _new(data).digest()


def _sha256_each(items: Iterable[bytes], _new: Callable[[bytes], Hasher] = hashlib.sha256) -> list[bytes]:
    return [_new(data).digest() for data in items]


def _hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _aes_seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def _aes_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise CryptoError("seal-broken") from None


def _scrypt(passphrase: bytes, salt: bytes, parameters: Mapping[str, int], size: int) -> bytes:
    n, r, p = parameters["n"], parameters["r"], parameters["p"]
    if n & (n - 1):
        raise CryptoError("kdf-parameters", kdf="scrypt")
    memory = 128 * r * (n + p + 2) + 1024
    return hashlib.scrypt(passphrase, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=size)


# --- gm

_sm3_fresh: Final = hashlib.new("sm3")


def _sm3(data: bytes, /, _copy: Callable[[], Hasher] = _sm3_fresh.copy) -> bytes:
    # Copying a fresh context costs half of hashlib.new("sm3", data), which looks the name up each time.
    state = _copy()
    state.update(data)
    return state.digest()


def _sm3_each(items: Iterable[bytes]) -> list[bytes]:
    return [_sm3(data) for data in items]


def _hmac_sm3(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sm3")


def _sm4_seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    encryptor = _RawCipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def _sm4_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    if len(sealed) < TAG_BYTES:
        raise CryptoError("seal-broken")
    decryptor = _RawCipher(algorithms.SM4(key), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
    decryptor.authenticate_additional_data(aad)
    try:
        return decryptor.update(sealed[:-TAG_BYTES]) + decryptor.finalize()
    except InvalidTag:
        raise CryptoError("seal-broken") from None


def _pbkdf2_sm3(passphrase: bytes, salt: bytes, parameters: Mapping[str, int], size: int) -> bytes:
    return hashlib.pbkdf2_hmac("sm3", passphrase, salt, parameters["iterations"], size)


# --- the table

INTL: Final = Suite(
    name="intl",
    hash_name="SHA-256",
    hash=_sha256,
    hash_each=_sha256_each,
    hasher=hashlib.sha256,
    mac=_hmac_sha256,
    signatures=("Ed25519", "ES256"),
    cipher=Cipher("AES-256-GCM", 32, _aes_seal, _aes_open),
    kdf=Kdf(
        "scrypt",
        MappingProxyType({"n": 2**15, "r": 8, "p": 1}),
        MappingProxyType({"n": (2**14, 2**18), "r": (8, 8), "p": (1, 4)}),
        _scrypt,
    ),
)

GM: Final = Suite(
    name="gm",
    hash_name="SM3",
    hash=_sm3,
    hash_each=_sm3_each,
    hasher=_sm3_fresh.copy,
    mac=_hmac_sm3,
    signatures=("SM2-SM3",),
    cipher=Cipher("SM4-GCM", 16, _sm4_seal, _sm4_open),
    kdf=Kdf(
        "PBKDF2-HMAC-SM3",
        MappingProxyType({"iterations": 600_000}),
        MappingProxyType({"iterations": (100_000, 10_000_000)}),
        _pbkdf2_sm3,
    ),
)

SUITES: Final[Mapping[str, Suite]] = MappingProxyType({row.name: row for row in (INTL, GM)})


def suite(name: str) -> Suite:
    """The suite called ``name`` ("intl" or "gm"). Raises CryptoError ``unknown-suite``."""
    found = SUITES.get(name)
    if found is None:
        raise CryptoError("unknown-suite", suite=name)
    return found
