from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import edwards
from crypto.edwards import BASE, TORSION, L, P, add, encode, times
from wusong.crypto import ed25519
from wusong.crypto.algorithm import Verifier
from wusong.crypto.did_key import key_from_did
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.errors import CryptoError

BACKENDS = pytest.mark.parametrize(
    "backend", [ed25519._sodium, ed25519._openssl], ids=["libsodium", "openssl"]
)
SECRET, NONCE, MESSAGE = 0x1234567890ABCDEF, 0xFEDCBA987654321, b"message"
KEY = times(SECRET, BASE)


def judge(backend: ed25519.Backend, key: bytes, message: bytes, signature: bytes) -> bool:
    """The package's answer; a key that it does not take has no valid signature."""
    try:
        return ed25519.verifier_for(key, backend)(message, signature)
    except CryptoError:
        return False


def corners() -> list[tuple[str, bytes, bytes, bytes, bool]]:
    """(name, key, message, signature, whether the rule holds)."""
    good = edwards.sign(SECRET, NONCE, MESSAGE)
    s = int.from_bytes(good[32:], "little")
    rows = [
        ("plain", encode(KEY), MESSAGE, good, True),
        ("S + L", encode(KEY), MESSAGE, good[:32] + (s + L).to_bytes(32, "little"), False),
        ("S = L", encode(KEY), MESSAGE, good[:32] + L.to_bytes(32, "little"), False),
        ("S of all ones", encode(KEY), MESSAGE, good[:32] + b"\xff" * 32, False),
        ("one byte less", encode(KEY), MESSAGE, good[:63], False),
        ("one byte more", encode(KEY), MESSAGE, good + b"\0", False),
        ("nothing", encode(KEY), MESSAGE, b"", False),
    ]
    rows += [
        (
            f"R carries torsion {i}",
            encode(KEY),
            MESSAGE,
            edwards.sign(SECRET, NONCE, MESSAGE, shift=TORSION[i]),
            False,
        )
        for i in range(1, 8)
    ]
    return rows + mixed_keys() + small_points() + other_encodings()


def mixed_keys() -> list[tuple[str, bytes, bytes, bytes, bool]]:
    """Keys with a torsion part: the rule allows them, and the equation decides."""
    rows = []
    for i in (1, 2, 4):
        key = add(KEY, TORSION[i])
        for want in (True, False):
            nonce = next(n for n in range(NONCE, NONCE + 99) if torsion_cancels(n, key, i) is want)
            rows.append(
                (f"A carries torsion {i}, {want}", encode(key), MESSAGE,
                 edwards.sign(SECRET, nonce, MESSAGE, key=key), want)
            )  # fmt: skip
    return rows


def torsion_cancels(nonce: int, key: edwards.Point, index: int) -> bool:
    k = edwards.k_of(encode(times(nonce, BASE)), encode(key), MESSAGE)
    return k * index % 8 == 0


def small_points() -> list[tuple[str, bytes, bytes, bytes, bool]]:
    rows = []
    for i, point in enumerate(TORSION):
        small, r = encode(point), encode(times(NONCE, BASE))
        message = next(
            m for m in map(str.encode, map(str, range(99))) if edwards.k_of(r, small, m) * i % 8 == 0
        )
        rows.append((f"A of small order {i}", small, message, r + NONCE.to_bytes(32, "little"), False))
        s = edwards.k_of(small, encode(KEY), MESSAGE) * SECRET % L
        rows.append((f"R of small order {i}", encode(KEY), MESSAGE, small + s.to_bytes(32, "little"), False))
        rows.append((f"A and R of small order {i}", small, MESSAGE, encode(TORSION[0]) + bytes(32), False))
    return rows


def other_encodings() -> list[tuple[str, bytes, bytes, bytes, bool]]:
    """Second writings of points: y + p, and the sign bit on x = 0."""
    rows = []
    for y in range(19):
        for sign in (0, 1):
            written = (y + P | sign << 255).to_bytes(32, "little")
            s = edwards.k_of(written, encode(KEY), MESSAGE) * SECRET % L
            rows.append(
                (f"R = y+p {y} {sign}", encode(KEY), MESSAGE, written + s.to_bytes(32, "little"), False)
            )
            rows.append(
                (f"A = y+p {y} {sign}", written, MESSAGE, encode(times(NONCE, BASE)) + bytes(32), False)
            )
    for name, y in (("1", 1), ("-1", P - 1)):
        written = (y | 1 << 255).to_bytes(32, "little")
        r = encode(times(NONCE, BASE))
        rows.append((f"A = {name} with a sign", written, MESSAGE, r + NONCE.to_bytes(32, "little"), False))
        s = edwards.k_of(written, encode(KEY), MESSAGE) * SECRET % L
        rows.append(
            (f"R = {name} with a sign", encode(KEY), MESSAGE, written + s.to_bytes(32, "little"), False)
        )
    return rows


@BACKENDS
@pytest.mark.parametrize(
    ("name", "key", "message", "signature", "expected"),
    corners(),
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_the_rule_in_the_corners(
    backend: ed25519.Backend, name: str, key: bytes, message: bytes, signature: bytes, expected: bool
) -> None:
    assert edwards.holds(key, message, signature) is expected, name
    assert judge(backend, key, message, signature) is expected, name


def test_the_corners_tell_the_rules_apart() -> None:
    cofactored = [
        edwards.holds_cofactored(key, m, s) for name, key, m, s, _ in corners() if "carries" in name
    ]
    assert all(cofactored), (
        "each of these must be accepted by the cofactored equation, or the table shows nothing"
    )


@settings(max_examples=25)
@given(
    st.integers(1, L - 1), st.integers(1, L - 1), st.binary(max_size=40),
    st.integers(0, 7), st.integers(0, 7), st.booleans(),
)  # fmt: skip
def test_both_libraries_equal_the_reference(
    secret: int, nonce: int, message: bytes, key_shift: int, r_shift: int, spoilt: bool
) -> None:
    key = add(times(secret, BASE), TORSION[key_shift])
    signature = edwards.sign(secret, nonce, message, key=key, shift=TORSION[r_shift])
    if spoilt:
        signature = signature[:40] + bytes([signature[40] ^ 1]) + signature[41:]
    expected = edwards.holds(encode(key), message, signature)
    assert judge(ed25519._sodium, encode(key), message, signature) is expected
    assert judge(ed25519._openssl, encode(key), message, signature) is expected


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32))
def test_keys_are_judged_as_the_reference_judges_them(data: bytes) -> None:
    assert ed25519._is_canonical_point(data) is (edwards.decode(data) is not None)


def test_small_order_table_is_the_torsion_group() -> None:
    assert frozenset(map(encode, TORSION)) == ed25519.SMALL_ORDER


def test_the_probe_is_what_it_says() -> None:
    secret = int.from_bytes(hashlib.sha512(b"wusong ed25519 probe key").digest(), "little") % L
    nonce = int.from_bytes(hashlib.sha512(b"wusong ed25519 probe nonce").digest(), "little") % L
    key = encode(times(secret, BASE))
    assert key.hex() == ed25519._PROBE_KEY
    assert edwards.sign(secret, nonce, b"probe").hex() == ed25519._PROBE_GOOD
    shifted = edwards.sign(secret, nonce, b"probe", shift=TORSION[4])
    assert shifted.hex() == ed25519._PROBE_COFACTORED
    assert edwards.holds_cofactored(key, b"probe", shifted)
    assert not edwards.holds(key, b"probe", shifted)


def test_a_cofactored_or_deaf_backend_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def cofactored(key: bytes) -> Verifier:
        return lambda message, signature: edwards.holds_cofactored(key, message, signature)

    def deaf(_key: bytes) -> Verifier:
        return lambda _message, _signature: False

    assert not ed25519._obeys(cofactored)
    assert not ed25519._obeys(deaf)
    ed25519._backend.cache_clear()
    monkeypatch.setattr(ed25519, "_sodium", cofactored)
    assert ed25519._backend() is ed25519._openssl
    ed25519._backend.cache_clear()
    monkeypatch.setattr(ed25519, "_openssl", deaf)
    with pytest.raises(CryptoError) as caught:
        ed25519._backend()
    assert caught.value.code == "no-ed25519-backend"
    ed25519._backend.cache_clear()


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [  # RFC 8032 7.1, tests 1 to 3
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ],
)  # fmt: skip
def test_rfc8032_examples(secret: str, public: str, message: str, signature: str) -> None:
    key = PrivateKey("Ed25519", bytes.fromhex(secret))
    assert key.public.coordinates[0].hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert key.public.verify(bytes.fromhex(message), bytes.fromhex(signature))


def test_w3c_key_pair_signs_as_published(vectors: Path) -> None:
    """The proof value of vc-di-eddsa's eddsa-jcs-2022 example, over its published hash data."""
    folder = vectors / "vc-di-eddsa"
    hash_data = bytes.fromhex(next(folder.rglob("eddsa-jcs-2022/combinedHashJCS.txt")).read_text().strip())
    signature = bytes.fromhex(next(folder.rglob("eddsa-jcs-2022/sigHexJCS.txt")).read_text().strip())
    key = PublicKey.from_coordinates("Ed25519", (w3c_public_key(folder),))
    assert key.verify(hash_data, signature)
    assert not key.verify(hash_data[::-1], signature)


def w3c_public_key(folder: Path) -> bytes:
    pair = json.loads(next(folder.rglob("keyPair.json")).read_text())
    return key_from_did("did:key:" + pair["publicKeyMultibase"]).coordinates[0]
