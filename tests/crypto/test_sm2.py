from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto import sm2
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.crypto.suites import GM
from wusong.errors import CryptoError

N, P = sm2._N, sm2._P

# GB/T 32918.5-2017 (GM/T 0003.5) annex A.2: id 1234567812345678, message "message digest".
SECRET = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
X = bytes.fromhex("09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020")
Y = bytes.fromhex("CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13")
Z = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
E = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
K = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
MESSAGE = b"message digest"

needs_extra = pytest.mark.skipif(
    not sm2.extra_installed(), reason="the extra gm (tongsuopy) is not installed"
)
VERIFIERS = [
    pytest.param(sm2.plain_verifier, id="plain integers"),
    pytest.param(sm2.tongsuo_verifier, id="tongsuopy", marks=needs_extra),
]


def joined(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def multiple(number: int) -> sm2.Affine:
    """number·G by plain doubling and adding."""
    total = sm2._INFINITY
    for bit in f"{number:b}":
        total = sm2._double(total)
        if bit == "1":
            total = sm2._add(total, sm2._G)
    return sm2._affine([total])[0]


def sign_plain(secret: int, nonce: int, message: bytes) -> bytes:
    """GB/T 32918.2 6.1 with a chosen k: for tests only, neither random nor constant in time."""
    x, y = (part.to_bytes(32, "big") for part in multiple(secret))
    e = int.from_bytes(GM.hash(sm2._z((x, y)) + message), "big")
    r = (e + multiple(nonce)[0]) % N
    return joined(r, pow(1 + secret, -1, N) * (nonce - r * secret) % N)


def test_example_of_the_standard_step_by_step() -> None:
    secret = int.from_bytes(SECRET, "big")
    assert multiple(secret) == (int.from_bytes(X, "big"), int.from_bytes(Y, "big"))
    assert sm2._z((X, Y)).hex() == Z
    assert GM.hash(bytes.fromhex(Z) + MESSAGE).hex() == E
    assert sign_plain(secret, K, MESSAGE) == joined(R, S)


@pytest.mark.parametrize("make", VERIFIERS)
@pytest.mark.parametrize(
    ("message", "signature", "expected"),
    [
        pytest.param(MESSAGE, joined(R, S), True, id="the standard's"),
        pytest.param(MESSAGE + b".", joined(R, S), False, id="another message"),
        pytest.param(MESSAGE, joined(R ^ 1, S), False, id="another r"),
        pytest.param(MESSAGE, joined(R, S ^ 1), False, id="another s"),
        pytest.param(MESSAGE, joined(R, N - S), False, id="n - s"),
        pytest.param(MESSAGE, joined(0, S), False, id="r = 0"),
        pytest.param(MESSAGE, joined(R, 0), False, id="s = 0"),
        pytest.param(MESSAGE, joined(N, S), False, id="r = n"),
        pytest.param(MESSAGE, joined(R, N), False, id="s = n"),
        pytest.param(MESSAGE, joined(R, N - R), False, id="t = 0"),
        pytest.param(MESSAGE, b"\xff" * 64, False, id="all ones"),
        pytest.param(MESSAGE, joined(R, S)[:-1], False, id="a byte less"),
        pytest.param(MESSAGE, joined(R, S) + b"\0", False, id="a byte more"),
        pytest.param(MESSAGE, b"", False, id="nothing"),
    ],
)
def test_verification(make: object, message: bytes, signature: bytes, expected: bool) -> None:
    assert callable(make)
    assert make((X, Y))(message, signature) is expected


@settings(max_examples=30)
@given(
    st.sampled_from([1, 2, 3, 5, N - 2, N // 2]) | st.integers(1, N - 2),
    st.integers(1, N - 1),
    st.binary(max_size=80),
)
def test_plain_integers_accept_what_is_signed(secret: int, nonce: int, message: bytes) -> None:
    x, y = (part.to_bytes(32, "big") for part in multiple(secret))
    signature = sign_plain(secret, nonce, message)
    assert sm2.plain_verifier((x, y))(message, signature)
    assert not sm2.plain_verifier((x, y))(message + b"x", signature)


@needs_extra
@settings(max_examples=30)
@given(st.integers(1, N - 2), st.binary(max_size=80), st.integers(0, 63), st.integers(0, 255))
def test_both_verifiers_agree(secret: int, message: bytes, at: int, flip: int) -> None:
    key = PrivateKey("SM2-SM3", secret.to_bytes(32, "big"))
    coordinates = key.public.coordinates
    assert coordinates == tuple(part.to_bytes(32, "big") for part in multiple(secret))
    signature = bytearray(key.sign(message))
    signature[at] ^= flip
    answers = {
        make(coordinates)(message, bytes(signature)) for make in (sm2.plain_verifier, sm2.tongsuo_verifier)
    }
    assert answers == {flip == 0}


@settings(max_examples=30)
@given(st.integers(0, N - 1), st.integers(1, N - 1), st.integers(2, N - 2))
def test_joint_product_equals_separate_ones(s: int, t: int, secret: int) -> None:
    table = sm2._odd_multiples(multiple(secret), sm2._KEY_WIDTH)
    combined = (s + t * secret) % N
    total = sm2._two_products(s, t, table)
    if combined:
        assert sm2._affine([total]) == [multiple(combined)]
    else:
        assert not total[2]


def test_joint_product_that_is_infinity() -> None:
    assert not sm2._two_products(N - 6, 2, sm2._odd_multiples(multiple(3), sm2._KEY_WIDTH))[2]


@pytest.mark.parametrize("make", VERIFIERS)
@given(secret=st.integers(1, N - 2), t=st.integers(1, N - 1))
def test_a_sum_at_infinity_is_no_signature(make: object, secret: int, t: int) -> None:
    """s = -t·d makes s·G + t·A infinite, whatever the message: nobody may sign everything at once."""
    assert callable(make)
    x, y = (part.to_bytes(32, "big") for part in multiple(secret))
    s = -t * secret % N
    assert make((x, y))(b"anything", joined((t - s) % N, s)) is False


def point_with_small_x() -> tuple[int, int]:
    """A point whose x is so small that x + p still fits into 32 bytes."""
    for x in range(1, 200):
        square = (x**3 + sm2._A * x + sm2._B) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            return x, y
    raise AssertionError


@pytest.mark.parametrize("make", VERIFIERS)
def test_a_second_writing_of_a_point_is_refused(make: object) -> None:
    assert callable(make)
    x, y = point_with_small_x()
    good, again = ((number.to_bytes(32, "big"), y.to_bytes(32, "big")) for number in (x, x + P))
    assert callable(make(good))
    with pytest.raises(CryptoError) as caught:
        make(again)
    assert caught.value.code == "bad-key"


@pytest.mark.parametrize("width", [4, 7])
@given(number=st.integers(0, N))
def test_signed_digits_add_up(width: int, number: int) -> None:
    digits = sm2._signed_digits(number, width)
    assert sum(digit << place for place, digit in enumerate(digits)) == number
    assert all(digit == 0 or (digit % 2 and abs(digit) < 1 << width) for digit in digits)


@pytest.mark.parametrize(
    "coordinates",
    [
        pytest.param((bytes(32), bytes(32)), id="zeros"),
        pytest.param((X, X), id="not on the curve"),
        pytest.param((X, (P - int.from_bytes(Y, "big") + 1).to_bytes(32, "big")), id="beside the curve"),
        pytest.param((b"\xff" * 32, Y), id="beyond p"),
    ],
)
@pytest.mark.parametrize("make", [*VERIFIERS, pytest.param(sm2.SM2.verifier, id="the table's")])
def test_refuses_what_is_no_point(make: object, coordinates: tuple[bytes, bytes]) -> None:
    assert callable(make)
    with pytest.raises(CryptoError) as caught:
        make(coordinates)
    assert caught.value.code == "bad-key"


@needs_extra
@pytest.mark.parametrize("number", [0, N - 1, N, 2**256 - 1])
def test_refuses_secrets_out_of_range(number: int) -> None:
    with pytest.raises(CryptoError) as caught:
        PrivateKey("SM2-SM3", number.to_bytes(32, "big"))
    assert caught.value.code == "bad-key"


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm2, "_tongsuo", lambda: None)


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_verifying_works_and_signing_says_what_is_missing() -> None:
    assert PublicKey("SM2-SM3", PublicKey.from_coordinates("SM2-SM3", (X, Y)).to_jwk()).verify(
        MESSAGE, joined(R, S)
    )
    actions: list[Callable[[], object]] = [
        lambda: PrivateKey.generate("SM2-SM3"),
        lambda: PrivateKey("SM2-SM3", SECRET),
    ]
    for action in actions:
        with pytest.raises(CryptoError) as caught:
            action()
        assert caught.value.code == "gm-extra-missing"
