"""Signed notes and cosignatures (C2SP signed-note 1.0.0, tlog-checkpoint 1.0.0, tlog-cosignature 1.0.1)."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from ledger.witnessing import NAME, SECONDS, key
from wusong.crypto.suites import suite as find_suite
from wusong.errors import ProofError
from wusong.ledger.note import (
    cosign_note,
    read_checkpoint,
    read_cosignature,
    read_line,
    read_note,
    sign_log,
    verify_log,
)

ROOT = base64.b64encode(bytes(range(32))).decode()
TEXT = f"log.example/one\n7\n{ROOT}\n".encode()
both = pytest.mark.parametrize("suite", ["intl", "gm"])


def line(suite: str) -> bytes:
    """The log's signature line."""
    return sign_log(find_suite(suite), TEXT, "log.example/one", key("log", suite))


@both
def test_a_note_is_read_as_it_was_signed(suite: str) -> None:
    hashes, public = find_suite(suite), key("log", suite).public
    note = read_note(TEXT + b"\n" + line(suite))
    assert note.text == TEXT
    assert verify_log(hashes, note, "log.example/one", public)
    assert not verify_log(hashes, note, "log.example/two", public)
    assert not verify_log(hashes, note, "log.example/one", key("other", suite).public)
    changed = read_note(TEXT.replace(b"7", b"8") + b"\n" + line(suite))
    assert not verify_log(hashes, changed, "log.example/one", public)


@both
def test_lines_of_keys_that_nobody_knows_are_passed_over(suite: str) -> None:
    unknown = f"\u2014 else.example {base64.b64encode(bytes(68)).decode()}\n".encode()
    note = read_note(TEXT + b"\n" + unknown + line(suite))
    assert len(note.signatures) == 2
    assert verify_log(find_suite(suite), note, "log.example/one", key("log", suite).public)


def test_the_key_id_is_the_specifications_own() -> None:
    """The first four bytes of SHA-256(name || 0x0A || type || key): type 0x01 a log, 0x04 a witness."""
    import hashlib

    public = key("log", "intl").public.coordinates[0]
    expected = hashlib.sha256(b"log.example/one\n\x01" + public).digest()[:4]
    assert read_line(line("intl").removesuffix(b"\n")).key_id == expected
    made = cosign_note(find_suite("intl"), TEXT, NAME, key("w", "intl"), SECONDS)
    witness = key("w", "intl").public.coordinates[0]
    expected = hashlib.sha256(NAME.encode() + b"\n\x04" + witness).digest()[:4]
    assert read_line(made.removesuffix(b"\n")).key_id == expected


def other_text(suite: str) -> tuple[bytes, bytes, str]:
    """A cosignature over another text."""
    made = cosign_note(find_suite(suite), TEXT.replace(b"7", b"8"), NAME, key("w", suite), SECONDS)
    return TEXT, made, "w"


def other_time(suite: str) -> tuple[bytes, bytes, str]:
    """The time changed after it was signed."""
    made = cosign_note(find_suite(suite), TEXT, NAME, key("w", suite), SECONDS)
    data = bytearray(base64.b64decode(made.split()[2]))
    data[11] ^= 1
    return TEXT, f"\u2014 {NAME} {base64.b64encode(bytes(data)).decode()}\n".encode(), "w"


def other_witness(suite: str) -> tuple[bytes, bytes, str]:
    """By another key."""
    return TEXT, cosign_note(find_suite(suite), TEXT, NAME, key("other", suite), SECONDS), "w"


def a_logs_line(suite: str) -> tuple[bytes, bytes, str]:
    """A log's signature is no cosignature."""
    return TEXT, sign_log(find_suite(suite), TEXT, NAME, key("w", suite)), "w"


@both
@pytest.mark.parametrize("case", [other_text, other_time, other_witness, a_logs_line])
def test_a_cosignature_that_does_not_hold(
    case: Callable[[str], tuple[bytes, bytes, str]], suite: str
) -> None:
    text, made, name = case(suite)
    with pytest.raises(ProofError) as caught:
        read_cosignature(
            find_suite(suite), text, read_line(made.removesuffix(b"\n")), key(name, suite).public
        )
    assert caught.value.code == "witness-refused"
    assert "?" not in str(caught.value.explain("zh"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT,
        TEXT + b"\n",
        TEXT + b"\nno dash\n",
        TEXT + b"\n- a AAAAAAAA\n",
        TEXT + "\n\u2014 a b AAAAAAAA\n".encode(),
        TEXT + "\n\u2014 a+b AAAAAAAA\n".encode(),
        TEXT + "\n\u2014 a AAAA\n".encode(),
        TEXT + "\n\u2014 a !!!!\n".encode(),
        TEXT + "\n\u2014 a AAAAAAAA".encode(),
        b"x" * 70_000 + b"\n\n\xe2\x80\x94 a AAAAAAAA\n",
    ],
)
def test_what_is_no_note(data: bytes) -> None:
    with pytest.raises(ProofError, match="bad-note"):
        read_note(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"\n1\n{ROOT}\n",
        f"a\n01\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n1.0\n{ROOT}\n",
        f"a\n\u0661\n{ROOT}\n",
        f"a\n{'9' * 5_000}\n{ROOT}\n",
        "a\n1\nAA==\n",
        "a\n1\n?\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(ProofError, match="bad-note"):
        read_checkpoint(text.encode())


def test_lines_that_follow_in_a_checkpoint_are_opaque() -> None:
    found = read_checkpoint(TEXT + b"an extension\n")
    assert (found.origin, found.size, found.root) == ("log.example/one", 7, bytes(range(32)))
