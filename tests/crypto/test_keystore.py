from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from wusong.crypto import canonical
from wusong.crypto.algorithm import b64u
from wusong.crypto.keys import PrivateKey
from wusong.crypto.keystore import Keystore
from wusong.crypto.sm2 import extra_installed
from wusong.crypto.suites import GM, INTL, Suite, suite
from wusong.errors import CryptoError

PASSPHRASE = "潮打空城寂寞回"
CHEAP = {"intl": {"n": 2**14, "r": 8, "p": 1}, "gm": {"iterations": 100_000}}
BOTH = pytest.mark.parametrize(
    "row",
    [
        pytest.param(INTL, id="intl"),
        pytest.param(
            GM, id="gm", marks=pytest.mark.skipif(not extra_installed(), reason="no extra gm (tongsuopy)")
        ),
    ],
)


def create(folder: Path, row: Suite = INTL) -> Keystore:
    return Keystore.create(folder / "keys.json", row, PASSPHRASE, parameters=CHEAP[row.name])


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(CryptoError) as caught:
        action()
    explained = caught.value.explain("zh")
    assert PASSPHRASE not in f"{caught.value!r} {caught.value} {explained}"
    return caught.value.code


@BOTH
def test_keys_come_back(tmp_path: Path, row: Suite) -> None:
    store = create(tmp_path, row)
    deed = store.generate("office", "deed")
    store.add("seal-1", "seal", PrivateKey.generate(row.signatures[-1]))
    store.add_secret("vault", "vault", b"m" * row.cipher.key_bytes)
    again = Keystore.open(tmp_path / "keys.json", PASSPHRASE)
    assert again.suite is row
    assert [(entry.name, entry.purpose) for entry in again.entries()] == [
        ("office", "deed"), ("seal-1", "seal"), ("vault", "vault"),
    ]  # fmt: skip
    assert [entry.name for entry in again.entries("deed")] == ["office"]
    assert [entry.key() for entry in again.entries("deed")] == [deed.public]
    assert again.entries("vault")[0].key() is None
    assert again.key("office").secret_bytes() == deed.secret_bytes()
    assert again.secret("vault") == b"m" * row.cipher.key_bytes


@BOTH
def test_a_new_keystore_uses_the_suite_defaults(tmp_path: Path, row: Suite) -> None:
    Keystore.create(tmp_path / "keys.json", row, PASSPHRASE)
    record = json.loads((tmp_path / "keys.json").read_text())["kdf"]
    assert record["name"] == row.kdf.name
    assert record["parameters"] == dict(row.kdf.parameters)
    assert Keystore.open(tmp_path / "keys.json", PASSPHRASE).entries() == []


def test_wrong_passphrase(tmp_path: Path) -> None:
    create(tmp_path).generate("office", "deed")
    for wrong in ("潮打空城寂寞回 ", "x"):
        assert refusal(partial(Keystore.open, tmp_path / "keys.json", wrong)) == "keystore-passphrase"
    assert refusal(lambda: Keystore.open(tmp_path / "keys.json", "")) == "passphrase-empty"


def test_a_passphrase_typed_on_another_system_is_the_same(tmp_path: Path) -> None:
    Keystore.create(tmp_path / "keys.json", INTL, "caf\u00e9", parameters=CHEAP["intl"])
    assert Keystore.open(tmp_path / "keys.json", "cafe\u0301").entries() == []


def test_every_damaged_byte_is_noticed(tmp_path: Path) -> None:
    create(tmp_path).generate("office", "deed")
    path = tmp_path / "keys.json"
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert refusal(lambda: Keystore.open(path, PASSPHRASE)) == "keystore-damaged"
    for cut in (b"", data[:-1], data + b"\n", data * 2, b"null"):
        path.write_bytes(cut)
        assert refusal(lambda: Keystore.open(path, PASSPHRASE)) == "keystore-damaged"


def rewritten(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """An attacker's edit: the digest is put right again, since it needs no key."""
    file = json.loads(path.read_text())
    change(file)
    row = suite(file["suite"])
    file["digest"] = ""
    file["digest"] = row.digest("keystore", canonical.encode(file)).hex()
    path.write_bytes(canonical.encode(file))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda _f: None, None, id="nothing"),
        pytest.param(lambda f: f["entries"].pop(), "keystore-damaged", id="an entry taken away"),
        pytest.param(lambda f: f["entries"].append(f["entries"][0]), "keystore-damaged", id="an entry twice"),
        pytest.param(lambda f: f["entries"].reverse(), "keystore-damaged", id="entries swapped"),
        pytest.param(lambda f: f["entries"][0].update(name="x"), "keystore-damaged", id="renamed"),
        pytest.param(
            lambda f: f["entries"][0].update(purpose="seal"), "keystore-damaged", id="another purpose"
        ),
        pytest.param(lambda f: f["entries"][0].update(more=1), "keystore-damaged", id="a member more"),
        pytest.param(lambda f: f["kdf"]["parameters"].update(n=2), "kdf-parameters", id="cheap derivation"),
        pytest.param(
            lambda f: f["kdf"]["parameters"].update(n=2**40), "kdf-parameters", id="endless derivation"
        ),
        pytest.param(lambda f: f["kdf"].update(name="none"), "kdf-parameters", id="no derivation"),
        pytest.param(lambda f: f["kdf"].update(salt=""), "kdf-parameters", id="no salt"),
        pytest.param(lambda f: f["kdf"].update(salt="zz" * 32), "kdf-parameters", id="salt not hex"),
        pytest.param(lambda f: f["kdf"].update(salt="00" * 32), "keystore-passphrase", id="another salt"),
        pytest.param(lambda f: f.update(check="AAAA"), "keystore-passphrase", id="another check"),
        pytest.param(lambda f: f.update(suite="gm"), "kdf-parameters", id="another suite"),
        pytest.param(lambda f: f.update(format="wusong-keystore/2"), "keystore-damaged", id="another format"),
    ],
)
def test_edits_by_who_has_no_passphrase(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], code: str | None
) -> None:
    store = create(tmp_path)
    store.generate("office", "deed")
    store.generate("other", "deed")
    path = tmp_path / "keys.json"
    rewritten(path, change)
    if code is None:
        assert Keystore.open(path, PASSPHRASE).key("office").alg == "Ed25519"
    else:
        assert refusal(lambda: Keystore.open(path, PASSPHRASE)) == code


def test_secrets_do_not_show(tmp_path: Path) -> None:
    store = create(tmp_path)
    secret = store.generate("office", "deed").secret_bytes()
    store.add_secret("vault", "vault", b"V" * 32)
    shown = f"{store!r} {store} {store.entries()!r} {store._lock!r}" + (tmp_path / "keys.json").read_text()
    for hidden in (secret, b"V" * 32, store._lock.key, PASSPHRASE.encode()):
        assert not any(form in shown for form in (hidden.hex(), b64u(hidden), repr(hidden), PASSPHRASE))


def test_the_file_is_its_owners_only_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        create(tmp_path).generate("office", "deed")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = create(tmp_path)
    before = (tmp_path / "keys.json").read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError):
            store.generate("office", "deed")
    assert (tmp_path / "keys.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    assert store.entries() == []
    store.generate("office", "deed")
    assert Keystore.open(tmp_path / "keys.json", PASSPHRASE).key("office").alg == "Ed25519"


def test_two_writers_do_not_undo_each_other(tmp_path: Path) -> None:
    first = create(tmp_path)
    second = Keystore.open(tmp_path / "keys.json", PASSPHRASE)
    first.generate("a", "deed")
    assert refusal(lambda: second.generate("b", "deed")) == "keystore-changed"
    assert [entry.name for entry in Keystore.open(tmp_path / "keys.json", PASSPHRASE).entries()] == ["a"]


def test_passphrase_change(tmp_path: Path) -> None:
    store, path = create(tmp_path), tmp_path / "keys.json"
    key = store.generate("office", "deed")
    store.change_passphrase("another", parameters=CHEAP["intl"])
    assert refusal(lambda: Keystore.open(path, PASSPHRASE)) == "keystore-passphrase"
    again = Keystore.open(path, "another")
    assert again.key("office").secret_bytes() == store.key("office").secret_bytes() == key.secret_bytes()


def test_removal(tmp_path: Path) -> None:
    store = create(tmp_path)
    store.generate("office", "deed")
    store.remove("office")
    again = Keystore.open(tmp_path / "keys.json", PASSPHRASE)
    assert again.entries() == []
    for action in (again.key, again.secret, again.remove):
        assert refusal(lambda action=action: action("office")) == "keystore-no-key"  # type: ignore[misc]


def test_what_it_does_not_take(tmp_path: Path) -> None:
    store = create(tmp_path)
    store.generate("office", "deed")
    store.add_secret("vault", "vault", b"s")
    rows: list[tuple[Callable[[], object], str]] = [
        (lambda: store.generate("office", "deed"), "keystore-name"),
        (lambda: store.generate("", "deed"), "keystore-name"),
        (lambda: store.generate("x" * 641, "deed"), "keystore-name"),
        (lambda: store.generate("new", "printing money"), "keystore-name"),
        (lambda: store.generate("new", "deed", "RS256"), "unknown-algorithm"),
        (lambda: store.key("vault"), "keystore-no-key"),
        (lambda: store.secret("office"), "keystore-no-key"),
        (lambda: create(tmp_path), "keystore-exists"),
        (lambda: Keystore.open(tmp_path / "none.json", PASSPHRASE), "keystore-missing"),
        (lambda: Keystore.create(tmp_path / "new.json", INTL, ""), "passphrase-empty"),
    ]
    for action, code in rows:
        assert refusal(action) == code
    if extra_installed():
        key = PrivateKey.generate("SM2-SM3")
        assert refusal(lambda: store.add("new", "deed", key)) == "algorithm-not-in-suite"
    assert not (tmp_path / "new.json").exists()
