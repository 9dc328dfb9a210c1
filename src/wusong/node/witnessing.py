"""Having witnesses sign this ledger's checkpoints (C2SP tlog-witness, ``add-checkpoint``).

* ``witnesses.json`` in the node's folder lists them: ``[{"jwk": JWK, "name": TEXT, "url": URL}]``; ``url``
  is the prefix to which ``/add-checkpoint`` is added. The trust file that the node hands out names the
  same keys.
* After new blocks, at most once a second, the newest checkpoint goes to each witness with a proof that the
  log only grew. What comes back is checked before it is kept.
* A witness that does not answer is asked again after 1, 2, 4, ... at most 60 seconds. The ledger never
  waits for one.
* The size a witness has seen is remembered; when it says another (409), the proof is made for that.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from wusong.crypto import files
from wusong.crypto.keys import PublicKey
from wusong.errors import CryptoError, NodeError, ProofError
from wusong.ledger.checkpoint import origin, trust_file
from wusong.ledger.encoding import b64
from wusong.ledger.note import read_cosignature, read_line, sign_log
from wusong.ledger.receipt import decode_seal
from wusong.ledger.witness import request_body
from wusong.node import codes_care as codes_care  # noqa: PLC0414 - registers its codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from wusong.crypto.keys import PrivateKey
    from wusong.ledger.checkpoint import Checkpoint
    from wusong.ledger.engine import Finalised
    from wusong.ledger.genesis import Genesis
    from wusong.ledger.ledger import Ledger
    from wusong.node.node import Node

FILE: Final = "witnesses.json"
MAX_WITNESSES: Final = 32
_TIMEOUT: Final = 10.0
_PAUSE: Final = 1.0
_LONGEST: Final = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """One witness of this ledger."""

    name: str
    url: str
    key: PublicKey


class UnreachableError(NodeError):
    """A witness did not give a cosignature this time."""


def listed(folder: Path) -> list[Listed]:
    """The witnesses of ``witnesses.json``; none when there is no file. Raises NodeError ``witness-file``."""
    file = folder / FILE
    if not file.exists():
        return []
    try:
        rows: Any = json.loads(file.read_text("utf-8"))
        found = [_listed(row) for row in _a_list(rows)]
    except (ValueError, TypeError, KeyError, AttributeError, CryptoError) as error:
        raise NodeError("witness-file", detail=f"{type(error).__name__}: {error}"[:200]) from None
    if len(found) > MAX_WITNESSES or len({one.name for one in found}) != len(found):
        raise NodeError("witness-file", detail=f"at most {MAX_WITNESSES} witnesses, each name once")
    return found


def _a_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is wanted")
    return value


def _listed(row: Any) -> Listed:  # noqa: ANN401 - whatever the file holds
    if (
        set(row) != {"jwk", "name", "url"}
        or urlsplit(row["url"]).scheme not in {"http", "https"}
        or not row["name"]
    ):
        raise ValueError("each has jwk, name and url (http or https)")
    return Listed(row["name"], row["url"].rstrip("/"), PublicKey.from_jwk(row["jwk"]))


def add(folder: Path, name: str, url: str, jwk: dict[str, str]) -> None:
    """List one more witness, or another key or address of one. Raises NodeError ``witness-file``."""
    rows = {one.name: {"jwk": one.key.to_jwk(), "name": one.name, "url": one.url} for one in listed(folder)}
    row = {"jwk": jwk, "name": name, "url": url}
    try:
        _listed(row)
    except (ValueError, TypeError, AttributeError, CryptoError) as error:
        raise NodeError("witness-file", detail=f"{type(error).__name__}: {error}"[:200]) from None
    rows[name] = row
    files.replace(
        folder / FILE, json.dumps([rows[key] for key in sorted(rows)], indent=1, sort_keys=True).encode()
    )


def trust(folder: Path, genesis: Genesis) -> dict[str, Any]:
    """The trust file of the ledger with the witnesses that this node has."""
    witnesses = [{"jwk": one.key.to_jwk(), "name": one.name} for one in listed(folder)]
    return trust_file(genesis.ledger.hex(), genesis.cosigners, witnesses)


# -- asking ------------------------------------------------------------------------------------------------


class Asking:
    """Asks each listed witness for its signature on the newest checkpoint."""

    def __init__(self, ledger: Ledger, log_key: PrivateKey, witnesses: Sequence[Listed]) -> None:
        self._ledger: Final = ledger
        self._key: Final = log_key
        self.witnesses: Final = list(witnesses)
        self._seen: dict[str, int] = {}
        self._again: dict[str, tuple[float, float]] = {}

    def ask(self, *, patient: bool = True) -> dict[str, str]:
        """Ask all of them once; gives what went wrong by name. ``patient``: leave those alone whose pause
        is not over.

        Raises ProofError ``no-block`` when there is nothing to sign yet.
        """
        ledger = self._ledger
        height, checkpoint = _newest(ledger)
        kept = {one["name"]: one for one in ledger.witness_signatures(checkpoint)}
        failed: dict[str, str] = {}
        for witness in self.witnesses:
            if witness.name in kept or (
                patient and self._again.get(witness.name, (0.0, 0.0))[0] > time.monotonic()
            ):
                continue
            try:
                kept[witness.name] = self._ask_one(witness, checkpoint)
                self._again.pop(witness.name, None)
            except (NodeError, ProofError) as error:
                failed[witness.name] = str(error.data.get("detail", error.code))
                self._later(witness.name)
        if kept:
            ledger.remember_witnesses(height, checkpoint, [kept[name] for name in sorted(kept)])
        return failed

    @property
    def waiting(self) -> float:
        """Seconds until the next one whose pause is over; 0 when none pauses."""
        moments = [moment for moment, _ in self._again.values()]
        return max(0.05, min(moments) - time.monotonic()) if moments else 0.0

    def _later(self, name: str) -> None:
        pause = min(_LONGEST, 2 * self._again.get(name, (0.0, _PAUSE / 2))[1])
        self._again[name] = (time.monotonic() + pause, pause)

    def _ask_one(self, witness: Listed, checkpoint: Checkpoint) -> dict[str, Any]:
        key = f"{checkpoint.epoch} {witness.name}"
        for _ in range(3):
            old = self._seen.get(key, 0)
            status, answer = _post(witness, self.request(checkpoint, old))
            if status == 200:
                signed = self._read(witness, checkpoint, answer)
                self._seen[key] = checkpoint.size
                return signed
            if status != 409 or not answer.strip().isdigit():
                raise UnreachableError(
                    "no-witness",
                    detail=f"{witness.name}: {status} {answer[:100].decode('utf-8', 'replace').strip()}",
                )
            self._seen[key] = int(answer)
            if int(answer) > checkpoint.size:
                break
        raise UnreachableError(
            "no-witness",
            detail=f"{witness.name}: it has seen size {self._seen[key]}, ours is {checkpoint.size}",
        )

    def request(self, checkpoint: Checkpoint, old: int) -> bytes:
        """The body that asks for a signature on ``checkpoint``, from a witness that has seen size ``old``."""
        text = checkpoint.note_text()
        name = origin(checkpoint.ledger, checkpoint.epoch)
        note = text + b"\n" + sign_log(self._ledger.suite, text, name, self._key)
        with self._ledger.app.lock:
            proof = self._ledger.app.log.consistency(old, checkpoint.size) if old else []
        return request_body(old, list(proof), note)

    def _read(self, witness: Listed, checkpoint: Checkpoint, answer: bytes) -> dict[str, Any]:
        text = checkpoint.note_text()
        for raw in answer.removesuffix(b"\n").split(b"\n"):
            line = read_line(raw)
            if line.name == witness.name:
                seconds = read_cosignature(self._ledger.suite, text, line, witness.key)
                signature = b64(line.signature[8:])
                return {
                    "key": witness.key.thumbprint,
                    "name": witness.name,
                    "signature": signature,
                    "time": seconds,
                }
        raise ProofError(
            "witness-refused", witness=witness.name, detail="its answer holds no signature of that name"
        )


def _newest(ledger: Ledger) -> tuple[int, Checkpoint]:
    """The newest checkpoint with the height of its block."""
    with ledger.app.lock:
        row = ledger.store.last_block()
        if row is None:
            raise ProofError("no-block")
        return decode_seal(row.seal).height, ledger.checkpoint(row.height)


def _post(witness: Listed, body: bytes) -> tuple[int, bytes]:
    import httpx2 as httpx

    try:
        answer = httpx.post(f"{witness.url}/add-checkpoint", content=body, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise UnreachableError("no-witness", detail=f"{witness.name}: {type(error).__name__}") from None
    return answer.status_code, answer.content[:4096]


def sizes(ledger: Ledger, log_key: PrivateKey, witnesses: Sequence[Listed]) -> dict[str, int | None]:
    """The size of this ledger's log that each witness has seen; None when it did not answer.

    Nothing moves: each is asked for our newest checkpoint as if it had it already. Then it signs it again,
    or says its size (409).

    Raises:
        NodeError: ``history-differs`` when a witness has another log of the same size.
        ProofError: ``no-block``.
    """
    asking = Asking(ledger, log_key, witnesses)
    _, checkpoint = _newest(ledger)
    body = asking.request(checkpoint, checkpoint.size)
    return {witness.name: _size(witness, checkpoint.size, body) for witness in witnesses}


def _size(witness: Listed, ours: int, body: bytes) -> int | None:
    try:
        status, answer = _post(witness, body)
    except NodeError:
        return None
    said = int(answer) if status == 409 and answer.strip().isdigit() else None
    if status == 422 or (status == 409 and said in {None, ours}):
        raise NodeError("history-differs", witness=witness.name, size=ours)
    return ours if status == 200 else said


# -- following the ledger ----------------------------------------------------------------------------------


@contextmanager
def following(node: Node) -> Iterator[None]:
    """Keep the witnesses up to date as long as the node runs."""
    witnesses = listed(node.folder)
    if not witnesses:
        yield
        return
    follower = Follower(Asking(node.ledger, node.keys.log_key(), witnesses), node.ledger)
    try:
        yield
    finally:
        follower.close()


class Follower:
    """A thread that asks the witnesses after new blocks."""

    def __init__(self, asking: Asking, ledger: Ledger) -> None:
        self._asking: Final = asking
        self._news: Final = threading.Event()
        self._stop: Final = threading.Event()
        self._news.set()
        ledger.engine.add_listener(self._on_block)
        self._thread: Final = threading.Thread(target=self._run, name="wusong-witnessing", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._news.set()
        self._thread.join(timeout=2 * _TIMEOUT)

    def _on_block(self, _done: Finalised) -> None:
        self._news.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.wait(self._asking.waiting or None)
            self._news.clear()
            if self._stop.is_set():
                return
            try:
                for name, detail in self._asking.ask().items():
                    _log.warning("witness %s did not sign: %s", name, detail)
            except ProofError:
                pass  # no block yet
            except Exception:  # noqa: BLE001 - witnessing must not stop because of one bad answer
                _log.exception("asking the witnesses failed")
            self._stop.wait(_PAUSE)
