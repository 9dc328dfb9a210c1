"""Under ``gm`` no international primitive runs, under ``intl`` no national one.

The interpreter reports every call into compiled code and every call within the libraries' Python parts while
a suite's whole repertoire runs; what may not be among them is named here. The last test shows that the watch
is awake for each primitive.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wusong.crypto import commitments, did_key, ed25519, keys, merkle, sealing, sm2
from wusong.crypto.keys import PrivateKey, PublicKey
from wusong.crypto.keystore import Keystore
from wusong.crypto.suites import GM, INTL, Suite

INTERNATIONAL = (
    "sha1", "sha224", "sha256", "sha384", "sha512", "sha3", "blake2", "md5", "scrypt", "argon2", "aes",
    "chacha", "ed25519", "crypto_sign", "ecdsa", "ecprivatekey", "ecpublickey",
)  # fmt: skip
# A length check that the library makes for every cipher in GCM mode.
HARMLESS = {"_check_aes_key_length []"}
LIBRARIES = ("hashlib.py", "hmac.py", "/cryptography/", "/nacl/")
NATIONAL = ("sm2", "sm3", "sm4", "tongsuo")
CHEAP = {"intl": {"n": 2**14, "r": 8, "p": 1}, "gm": {"iterations": 100_000}}

needs_extra = pytest.mark.skipif(
    not sm2.extra_installed(), reason="the extra gm (tongsuopy) is not installed"
)


def repertoire(suite: Suite, folder: Path) -> None:
    """Everything that ``crypto`` does for a node, once."""
    suite.digest("deed", b"payload")
    suite.mac(bytes(32), b"message")
    suite.hasher().update(b"contents")
    for alg in suite.signatures:
        key = PrivateKey.generate(alg)
        public = PublicKey.from_jwk(key.public.to_jwk())
        assert public.verify(b"m", key.sign(b"m"))
        assert did_key.key_from_did(did_key.did_for(public)).thumbprint == public.thumbprint
    batch = commitments.Batch(suite, [bytes(32)] * 3, [bytes(32)] * 3)
    assert commitments.verify_opening(suite, batch.root, 3, bytes(32), batch.opening(1))
    assert merkle.Tree(suite, [bytes(32)] * 3).consistency(2)
    secret = sealing.new_key(suite)
    assert sealing.open_(suite, secret, sealing.seal(suite, secret, b"x", b""), b"") == b"x"
    sealed = b"".join(sealing.seal_stream(suite, secret, [b"x"], b""))
    assert b"".join(sealing.open_stream(suite, secret, io.BytesIO(sealed).read, b"")) == b"x"
    store = Keystore.create(folder / f"{suite.name}.json", suite, "p", parameters=CHEAP[suite.name])
    store.generate("office", "deed")
    assert Keystore.open(folder / f"{suite.name}.json", "p").key("office").alg == suite.signatures[0]


def calls_during(action: Callable[[], object]) -> set[str]:
    """What compiled code and which functions of libraries ran, with names of algorithms, in lower case."""
    seen: set[str] = set()

    def watch(frame: Any, event: str, function: Any) -> None:  # noqa: ANN401
        if event == "c_call":
            owner = getattr(function, "__self__", None)
            algorithm = getattr(owner, "algorithm", None)
            names = (getattr(owner, "name", ""), getattr(algorithm, "name", ""))
            seen.add(f"{function.__qualname__} {type(owner).__name__} {names}".lower())
        elif event == "call" and "tongsuopy" in frame.f_code.co_filename:
            seen.add("tongsuopy")  # its SM2 goes by the names of ECDSA
        elif event == "call" and any(part in frame.f_code.co_filename for part in LIBRARIES):
            words = [value for value in frame.f_locals.values() if isinstance(value, str)]
            seen.add(f"{frame.f_code.co_qualname} {words}".lower())

    assert threading.current_thread() is threading.main_thread()
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        action()
    finally:
        sys.setprofile(before)
    return seen


def found(calls: set[str], names: tuple[str, ...]) -> set[str]:
    return {call for call in calls if call not in HARMLESS and any(name in call for name in names)}


def watched(suite: Suite, folder: Path) -> set[str]:
    """The calls of a second run: the first lets the libraries finish importing themselves."""
    (folder / "first").mkdir()
    repertoire(suite, folder / "first")
    for cache in (keys._parsed, ed25519._backend, sm2._g_table):
        cache.cache_clear()
    return calls_during(lambda: repertoire(suite, folder))


@needs_extra
def test_gm_runs_national_primitives_only(tmp_path: Path) -> None:
    calls = watched(GM, tmp_path)
    assert not found(calls, INTERNATIONAL)
    assert found(calls, NATIONAL)


def test_intl_runs_international_primitives_only(tmp_path: Path) -> None:
    calls = watched(INTL, tmp_path)
    assert not found(calls, NATIONAL)
    assert found(calls, INTERNATIONAL)


@pytest.mark.parametrize(
    ("action", "name"),
    [
        pytest.param(lambda: INTL.hash(b""), "sha256", id="hash"),
        pytest.param(lambda: INTL.hasher().update(b""), "sha256", id="stream"),
        pytest.param(lambda: INTL.mac(b"k", b""), "sha256", id="mac"),
        pytest.param(lambda: INTL.cipher.seal(bytes(32), bytes(12), b"", b""), "aesgcm", id="cipher"),
        pytest.param(lambda: INTL.kdf.derive(b"p", bytes(16), CHEAP["intl"], 32), "scrypt", id="kdf"),
        pytest.param(lambda: PrivateKey("Ed25519", b"s" * 32).sign(b""), "crypto_sign", id="Ed25519"),
        pytest.param(lambda: PrivateKey("ES256", b"s" * 32).sign(b""), "ecprivatekey", id="ES256"),
        pytest.param(lambda: GM.hash(b""), "sm3", id="SM3"),
        pytest.param(lambda: GM.mac(b"k", b""), "sm3", id="HMAC-SM3"),
        pytest.param(lambda: GM.cipher.seal(bytes(16), bytes(12), b"", b""), "sm4", id="SM4"),
        pytest.param(lambda: GM.kdf.derive(b"p", bytes(16), CHEAP["gm"], 16), "pbkdf2", id="PBKDF2"),
    ],
)
def test_the_watch_is_awake(action: Callable[[], object], name: str) -> None:
    assert found(calls_during(action), (name,))
