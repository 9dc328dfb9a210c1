from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto import es256
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.errors import CryptoError

N = es256._N
# RFC 6979 A.2.5: the key, and the signature of "sample" with SHA-256.
SECRET = bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721")
R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
S_HIGH = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
KEY = PrivateKey("ES256", SECRET)


def joined(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def test_signs_as_rfc6979_says_with_the_low_s() -> None:
    assert KEY.public.coordinates[0].hex().upper().startswith("60FED4BA255A9D31C961EB74C6356D68")
    assert KEY.sign(b"sample") == joined(R, N - S_HIGH)


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        pytest.param(joined(R, N - S_HIGH), True, id="low s"),
        pytest.param(joined(R, S_HIGH), False, id="high s: the same signature, written differently"),
        pytest.param(joined(0, N - S_HIGH), False, id="r = 0"),
        pytest.param(joined(R, 0), False, id="s = 0"),
        pytest.param(joined(N, N - S_HIGH), False, id="r = n"),
        pytest.param(joined(R, N), False, id="s = n"),
        pytest.param(joined(2**256 - 1, 2**256 - 1), False, id="all ones"),
        pytest.param(joined(R, N - S_HIGH)[:-1], False, id="a byte less"),
        pytest.param(joined(R, N - S_HIGH) + b"\0", False, id="a byte more"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(joined(R ^ 1, N - S_HIGH), False, id="another r"),
    ],
)
def test_accepts_one_writing_only(signature: bytes, expected: bool) -> None:
    assert KEY.public.verify(b"sample", signature) is expected


def test_normalise_makes_a_signature_from_elsewhere_acceptable() -> None:
    assert es256.normalise(joined(R, S_HIGH)) == es256.normalise(joined(R, N - S_HIGH)) == KEY.sign(b"sample")
    with pytest.raises(CryptoError) as caught:
        es256.normalise(b"short")
    assert caught.value.code == "signature-form"


@settings(max_examples=20)
@given(st.binary(max_size=60))
def test_agrees_with_the_library(message: bytes) -> None:
    foreign = ec.derive_private_key(int.from_bytes(SECRET, "big"), ec.SECP256R1())
    r, s = decode_dss_signature(foreign.sign(message, ec.ECDSA(SHA256())))
    assert KEY.public.verify(message, es256.normalise(joined(r, s)))
    assert not KEY.public.verify(message + b"x", es256.normalise(joined(r, s)))


@settings(max_examples=20)
@given(st.integers(1, N - 1))
def test_decompress_finds_the_point(secret: int) -> None:
    x, y = PrivateKey("ES256", secret.to_bytes(32, "big")).public.coordinates
    assert es256.decompress(bytes([2 + (y[-1] & 1)]) + x) == (x, y)


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(b"\x02" + bytes(31) + b"\x01", id="x of no point"),
        pytest.param(b"\x04" + bytes(32), id="not compressed"),
        pytest.param(b"\x02" + (es256._P + 5).to_bytes(32, "big"), id="x beyond p"),
        pytest.param(b"\x02" + bytes(31), id="too short"),
        pytest.param(b"\x00", id="infinity"),
    ],
)
def test_decompress_refuses(encoded: bytes) -> None:
    with pytest.raises(CryptoError) as caught:
        es256.decompress(encoded)
    assert caught.value.code == "bad-key"


@pytest.mark.parametrize(
    "coordinates",
    [
        pytest.param((bytes(32), bytes(32)), id="zeros"),
        pytest.param((KEY.public.coordinates[0], KEY.public.coordinates[0]), id="not on the curve"),
        pytest.param((b"\xff" * 32, KEY.public.coordinates[1]), id="beyond p"),
    ],
)
def test_refuses_what_is_no_point(coordinates: tuple[bytes, bytes]) -> None:
    with pytest.raises(CryptoError) as caught:
        PublicKey.from_coordinates("ES256", coordinates)
    assert caught.value.code == "bad-key"


@pytest.mark.parametrize("number", [0, N, 2**256 - 1])
def test_refuses_secrets_out_of_range(number: int) -> None:
    with pytest.raises(CryptoError) as caught:
        PrivateKey("ES256", number.to_bytes(32, "big"))
    assert caught.value.code == "bad-key"
