"""A witness and a log that asks it, without HTTP."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ledger.kit import Net
from wusong.crypto.keys import PrivateKey
from wusong.crypto.suites import suite as find_suite
from wusong.ledger.checkpoint import Checkpoint, origin
from wusong.ledger.encoding import b64
from wusong.ledger.log import Log
from wusong.ledger.note import read_cosignature, read_line, sign_log
from wusong.ledger.witness import Answer, Witness, request_body

NAME = "witness.example/w"
SECONDS = 1_790_000_100


def key(name: str, suite: str) -> PrivateKey:
    """A key, always the same."""
    return PrivateKey(
        find_suite(suite).signatures[0], hashlib.sha256(f"witness {suite} {name}".encode()).digest()
    )


def witness(folder: Path, suite: str) -> Witness:
    """A witness whose clock stands still."""
    return Witness(folder, find_suite(suite), NAME, key("w", suite), lambda: SECONDS * 1000)


def signed(suite: str, text: bytes, name: str, by: PrivateKey | None = None) -> bytes:
    """A checkpoint's text, signed by its log."""
    return text + b"\n" + sign_log(find_suite(suite), text, name, by or key("log", suite))


def ask(one: Witness, suite: str, log: Log, checkpoint: Checkpoint, old: int) -> Answer:
    """Ask for a cosignature of a ledger's checkpoint, proving growth since ``old``."""
    text, name = checkpoint.note_text(), origin(checkpoint.ledger, checkpoint.epoch)
    proof = log.consistency(old, checkpoint.size) if old else []
    return one.add_checkpoint(request_body(old, proof, signed(suite, text, name)))


def witnessed(net: Net, one: Witness, old: int = 0) -> dict[str, Any]:
    """Have the newest checkpoint witnessed and remembered; the witness as a trust file names it."""
    ledger, suite = net.ledger, net.suite
    checkpoint = ledger.checkpoint()
    one.trust(origin(checkpoint.ledger, checkpoint.epoch), key("log", suite).public)
    answer = ask(one, suite, ledger.app.log, checkpoint, old)
    assert answer.status == 200, answer
    line = read_line(answer.body.removesuffix(b"\n"))
    public = key("w", suite).public
    seconds = read_cosignature(ledger.suite, checkpoint.note_text(), line, public)
    said = {
        "key": public.thumbprint,
        "name": line.name,
        "signature": b64(line.signature[8:]),
        "time": seconds,
    }
    ledger.remember_witnesses(ledger.app.head.height, checkpoint, [said])
    return {"jwk": public.to_jwk(), "name": NAME}
