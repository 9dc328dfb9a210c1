from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from wusong.crypto.suites import GM, INTL, SUITES, Suite, suite
from wusong.errors import CryptoError

BOTH = pytest.mark.parametrize("row", [INTL, GM], ids=lambda row: row.name)


@pytest.mark.parametrize(
    ("row", "message", "digest"),
    [
        # FIPS 180-4 example 1; GB/T 32905-2016 annex A examples 1 and 2.
        (INTL, b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (GM, b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (GM, b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_hash_of_the_standard_examples(row: Suite, message: bytes, digest: str) -> None:
    assert row.hash(message).hex() == digest


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_sm3_equals_an_independent_implementation(first: bytes, second: bytes) -> None:
    other = hashes.Hash(hashes.SM3())
    other.update(first + second)
    stream = GM.hasher()
    stream.update(first)
    stream.update(second)
    assert GM.hash(first + second) == stream.digest() == other.finalize()


@BOTH
def test_hashing_leaves_no_state_behind(row: Suite) -> None:
    before = row.hash(b"")
    row.hasher().update(b"x")
    row.hash(b"x")
    assert row.hash(b"") == before == row.hasher().digest()


@BOTH
def test_hashing_many_is_hashing_each(row: Suite) -> None:
    assert row.hash_each(iter([b"", b"a", b"b" * 99])) == [row.hash(b""), row.hash(b"a"), row.hash(b"b" * 99)]


@BOTH
def test_digest_is_tagged(row: Suite) -> None:
    assert row.digest("deed", b"a", b"bc") == row.hash(b"wusong:deed\nabc")
    assert row.digest("deed", b"abc") != row.digest("act", b"abc")


@pytest.mark.parametrize("tag", ["", "a\nb", "标签"])
def test_digest_refuses_a_tag_that_could_be_mistaken(tag: str) -> None:
    with pytest.raises(ValueError, match="not a digest tag"):
        INTL.digest(tag)


def test_mac_is_hmac() -> None:
    # RFC 4231 test case 2
    assert INTL.mac(b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    key, message = b"k" * 32, b"message"
    inner = GM.hash(bytes(b ^ 0x36 for b in key.ljust(64, b"\0")) + message)
    assert GM.mac(key, message) == GM.hash(bytes(b ^ 0x5C for b in key.ljust(64, b"\0")) + inner)
    assert hmac.digest(key, message, "sha256") == INTL.mac(key, message)


@pytest.mark.parametrize(
    ("row", "key", "nonce", "plaintext", "aad", "sealed"),
    [
        pytest.param(  # RFC 8998 appendix A.1
            GM,
            "0123456789abcdeffedcba9876543210",
            "00001234567800000000abcd",
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
            "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
            "83de3541e4c2b58177e065a9bf7b62ec",
            id="SM4-GCM",
        ),
        pytest.param(  # McGrew and Viega, test case 16
            INTL,
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b",
            id="AES-256-GCM",
        ),
    ],
)
def test_cipher_of_the_standard_examples(
    row: Suite, key: str, nonce: str, plaintext: str, aad: str, sealed: str
) -> None:
    names = [bytes.fromhex(text) for text in (key, nonce, plaintext, aad)]
    assert row.cipher.seal(*names).hex() == sealed
    assert row.cipher.open(names[0], names[1], bytes.fromhex(sealed), names[3]) == names[2]


@BOTH
@pytest.mark.parametrize("at", [0, 5, 15, -1])
def test_cipher_refuses_altered_bytes(row: Suite, at: int) -> None:
    key, nonce = bytes(row.cipher.key_bytes), bytes(12)
    sealed = bytearray(row.cipher.seal(key, nonce, b"plain", b"aad"))
    sealed[at] ^= 1
    with pytest.raises(CryptoError) as caught:
        row.cipher.open(key, nonce, bytes(sealed), b"aad")
    assert caught.value.code == "seal-broken"


@BOTH
@pytest.mark.parametrize("size", [0, 15])
def test_cipher_refuses_what_is_shorter_than_a_tag(row: Suite, size: int) -> None:
    with pytest.raises(CryptoError) as caught:
        row.cipher.open(bytes(row.cipher.key_bytes), bytes(12), bytes(size), b"")
    assert caught.value.code == "seal-broken"


def test_pbkdf2_is_over_sm3() -> None:
    # One iteration by hand: U1 = HMAC(passphrase, salt || be32(1)), RFC 8018 5.2.
    salt = b"s" * 16
    assert hashlib.pbkdf2_hmac("sm3", b"p", salt, 1, 32) == GM.mac(b"p", salt + b"\0\0\0\1")
    key = GM.kdf.derive(b"p", salt, {"iterations": 100_000}, 16)
    assert key == hashlib.pbkdf2_hmac("sm3", b"p", salt, 100_000, 16)


@pytest.mark.parametrize(
    ("row", "parameters"),
    [
        pytest.param(INTL, {"n": 2**13, "r": 8, "p": 1}, id="scrypt too cheap"),
        pytest.param(INTL, {"n": 2**30, "r": 8, "p": 1}, id="scrypt beyond memory"),
        pytest.param(INTL, {"n": 2**15 + 1, "r": 8, "p": 1}, id="scrypt n no power of two"),
        pytest.param(INTL, {"n": 2**15, "r": 8}, id="scrypt parameter missing"),
        pytest.param(INTL, {"n": 2**15, "r": 8, "p": True}, id="scrypt parameter no number"),
        pytest.param(INTL, {"n": 2**15, "r": 8, "p": 1, "q": 1}, id="scrypt parameter unknown"),
        pytest.param(GM, {"iterations": 1}, id="pbkdf2 too cheap"),
        pytest.param(GM, {"iterations": 10**12}, id="pbkdf2 without end"),
    ],
)
def test_key_derivation_refuses_parameters_out_of_bounds(row: Suite, parameters: dict[str, int]) -> None:
    with pytest.raises(CryptoError) as caught:
        row.kdf.derive(b"p", b"s" * 16, parameters, 16)
    assert caught.value.code == "kdf-parameters"


def test_suites_are_found_by_name() -> None:
    assert [suite(name) for name in SUITES] == [INTL, GM]
    with pytest.raises(CryptoError) as caught:
        suite("sha1")
    assert caught.value.code == "unknown-suite"
