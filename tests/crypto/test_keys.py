from __future__ import annotations

import pickle
import threading

import pytest

from wusong.crypto.algorithm import b64u, unb64u
from wusong.crypto.keys import ALGORITHMS, PrivateKey, PublicKey
from wusong.crypto.sm2 import extra_installed
from wusong.crypto.suites import GM, INTL
from wusong.errors import CryptoError

EVERY = pytest.mark.parametrize(
    "alg",
    [
        pytest.param(
            alg,
            marks=pytest.mark.skipif(
                alg == "SM2-SM3" and not extra_installed(), reason="the extra gm (tongsuopy) is not installed"
            ),
        )
        for alg in ALGORITHMS
    ],
)


@EVERY
def test_signs_and_verifies(alg: str) -> None:
    key = PrivateKey.generate(alg)
    signature = key.sign(b"message")
    assert len(signature) == 64
    assert key.public.verify(b"message", signature)
    assert not key.public.verify(b"Message", signature)
    assert not PrivateKey.generate(alg).public.verify(b"message", signature)


@EVERY
def test_comes_back_from_its_secret_and_its_jwk(alg: str) -> None:
    key = PrivateKey.generate(alg)
    assert PrivateKey(alg, key.secret_bytes()).public == key.public
    again = PublicKey.from_jwk(key.public.to_jwk())
    assert again == key.public
    assert hash(again) == hash(key.public)
    assert pickle.loads(pickle.dumps(again)) == key.public  # noqa: S301 - our own bytes


@EVERY
def test_new_keys_differ(alg: str) -> None:
    assert len({PrivateKey.generate(alg).public.thumbprint for _ in range(5)}) == 5


@EVERY
def test_secrets_do_not_show(alg: str) -> None:
    key = PrivateKey.generate(alg)
    shown = repr(key) + str(key) + f"{key}" + repr(vars(type(key)))
    secret = key.secret_bytes()
    assert not any(
        form in shown for form in (secret.hex(), b64u(secret), repr(secret), str(int.from_bytes(secret)))
    )
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_thumbprint_of_rfc8037() -> None:
    # RFC 8037 appendices A.2 and A.3
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    expected = unb64u("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k").hex()
    assert PublicKey.from_jwk(jwk).thumbprint == expected


def test_thumbprint_of_sm2_is_by_sm3() -> None:
    jwk = {
        "crv": "SM2",
        "kty": "EC",
        "x": "CfnfMR5UIaFQ3X0WHkvFxnIXn60YM_wHa7CP81bzUCA",
        "y": "zOpJDOJndaUtxupxjMGqYArtBfvzXghKZjL2By2prRM",
    }
    written = "{" + ",".join(f'"{name}":"{value}"' for name, value in jwk.items()) + "}"
    key = PublicKey.from_jwk(jwk)
    assert key.thumbprint == GM.hash(written.encode()).hex() != INTL.hash(written.encode()).hex()


GOOD = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}, "bad-key", id="a private key"),
        pytest.param({"alg": "ES256"}, "bad-key", id="another algorithm"),
        pytest.param({"kty": "EC"}, "unknown-algorithm", id="type and curve disagree"),
        pytest.param({"crv": "X25519"}, "unknown-algorithm", id="a curve for key agreement"),
        pytest.param({"crv": ["Ed25519"]}, "unknown-algorithm", id="a list for a name"),
        pytest.param({"x": None}, "bad-key", id="no coordinate"),
        pytest.param({"x": 7}, "bad-key", id="a number"),
        pytest.param({"x": GOOD["x"] + "="}, "bad-key", id="padding"),
        pytest.param({"x": GOOD["x"][:-1]}, "bad-key", id="too short"),
        pytest.param({"x": GOOD["x"][:-1] + "p"}, "bad-base64url", id="unused bits set"),
        pytest.param({"x": GOOD["x"].replace("_", "/")}, "bad-base64url", id="the other base64"),
        pytest.param({"x": "A" + GOOD["x"][1:20] + "\n" + GOOD["x"][21:]}, "bad-base64url", id="line break"),
        pytest.param({"x": "A" * 43}, "bad-key", id="a point of small order"),
        pytest.param({"x": "_" * 42 + "8"}, "bad-key", id="not canonical"),
        pytest.param({"x": "键" * 43}, "bad-base64url", id="not ASCII"),
    ],
)
def test_refuses(change: dict[str, object], code: str) -> None:
    with pytest.raises(CryptoError) as caught:
        PublicKey.from_jwk({**GOOD, **change})
    assert caught.value.code == code


@pytest.mark.parametrize("more", [{"alg": "Ed25519"}, {"alg": "EdDSA"}, {"kid": "1", "use": "sig"}])
def test_members_that_are_not_the_key_do_not_matter(more: dict[str, str]) -> None:
    assert PublicKey.from_jwk({**GOOD, **more}).to_jwk() == GOOD


def test_unknown_algorithm() -> None:
    for action in (PrivateKey.generate, lambda name: PrivateKey(name, bytes(32))):
        with pytest.raises(CryptoError) as caught:
            action("RS256")
        assert caught.value.code == "unknown-algorithm"


def test_secret_of_the_wrong_length() -> None:
    with pytest.raises(CryptoError) as caught:
        PrivateKey("Ed25519", bytes(31))
    assert caught.value.code == "bad-key"


def test_parsed_keys_are_kept() -> None:
    assert PublicKey.from_jwk(GOOD) is PublicKey.from_jwk(dict(GOOD))


@EVERY
def test_one_key_may_be_used_from_several_threads(alg: str) -> None:
    key, wrong = PrivateKey.generate(alg), []

    def work(number: int) -> None:
        for turn in range(20):
            message = f"{number}/{turn}".encode()
            if not key.public.verify(message, key.sign(message)):
                wrong.append(message)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
