"""A witness: remembers how far each log had grown, and signs a checkpoint only if the log still holds what
it held before (C2SP tlog-witness v1.0.0, ``add-checkpoint``).

* The witness knows each log's origin and key beforehand; it answers no others.
* It writes down the new size and root durably before it signs, so that it never signs two histories.
* Answers: 200 cosignature; 400 malformed; 403 no good signature of the log; 404 unknown log; 409 with the
  size it has (type ``text/x.tlog.size``), or when the log shows another root at that size; 422 proof that
  does not hold.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wusong.crypto import merkle
from wusong.crypto.files import replace
from wusong.crypto.keys import PublicKey
from wusong.errors import CryptoError, ProofError
from wusong.ledger.note import LogSize, Note, cosign_note, is_size, read_checkpoint, read_note, verify_log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite

MAX_PROOF: Final = 63
SIZE_TYPE: Final = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


class Witness:
    """One witness with its memory, a folder with one file per log."""

    def __init__(
        self, folder: Path, suite: Suite, name: str, key: PrivateKey, clock: Callable[[], int]
    ) -> None:
        self.name: Final = name
        self._folder: Final = folder
        self._suite: Final = suite
        self._key: Final = key
        self._clock: Final = clock
        self._lock: Final = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def trust(self, origin: str, key: PublicKey) -> None:
        """Witness the log called ``origin`` from now on, under its key."""
        with self._lock:
            known = self._read(origin)
            self._write(
                origin, key.to_jwk(), *((0, merkle.empty_root(self._suite)) if known is None else known[1:])
            )

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one ``POST add-checkpoint``."""
        try:
            old, proof, note = _read_request(body)
            claimed = read_checkpoint(note.text)
        except ProofError:
            return Answer(400, b"malformed request\n")
        with self._lock:
            return self._judge(old, proof, note, claimed)

    def _judge(self, old: int, proof: list[bytes], note: Note, claimed: LogSize) -> Answer:
        known = self._read(claimed.origin)
        if known is None:
            return Answer(404, b"unknown log\n")
        key, size, root = known
        if not verify_log(self._suite, note, claimed.origin, key):
            return Answer(403, b"no signature of the log\n")
        if old > claimed.size:
            return Answer(400, b"old size is greater than the checkpoint's\n")
        if old != size:
            return Answer(409, f"{size}\n".encode(), SIZE_TYPE)
        if old == claimed.size and root != claimed.root:
            return Answer(409, b"the log had another root at this size\n")
        if not self._grew(old, root, claimed, proof):
            return Answer(422, b"the consistency proof does not hold\n")
        self._write(claimed.origin, key.to_jwk(), claimed.size, claimed.root)
        return Answer(200, cosign_note(self._suite, note.text, self.name, self._key, self._clock() // 1000))

    def _grew(self, old: int, root: bytes, claimed: LogSize, proof: list[bytes]) -> bool:
        if old in {0, claimed.size}:
            return not proof
        try:
            return merkle.verify_consistency(self._suite, old, claimed.size, proof, root, claimed.root)
        except CryptoError:
            return False

    def _file(self, origin: str) -> Path:
        return self._folder / f"{self._suite.digest('witness', origin.encode()).hex()}.json"

    def _read(self, origin: str) -> tuple[PublicKey, int, bytes] | None:
        file = self._file(origin)
        if not file.exists():
            return None
        state = json.loads(file.read_text("utf-8"))
        return PublicKey.from_jwk(state["key"]), int(state["size"]), bytes.fromhex(state["root"])

    def _write(self, origin: str, key: dict[str, str], size: int, root: bytes) -> None:
        state = {"key": key, "origin": origin, "root": root.hex(), "size": size}
        replace(self._file(origin), json.dumps(state, sort_keys=True).encode())


def request_body(old: int, proof: list[bytes], note: bytes) -> bytes:
    """The body of ``add-checkpoint``."""
    lines = "".join(base64.b64encode(node).decode() + "\n" for node in proof)
    return f"old {old}\n{lines}\n".encode() + note


def _read_request(body: bytes) -> tuple[int, list[bytes], Note]:
    head, gap, note = body.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    size = first.removeprefix(b"old ")
    if not gap or first == size or not is_size(size.decode("latin-1")) or len(lines) > MAX_PROOF:
        raise ProofError("bad-note")
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines]
    except binascii.Error:
        raise ProofError("bad-note") from None
    if any(len(node) != 32 for node in proof):
        raise ProofError("bad-note")
    return int(size), proof, read_note(note)
