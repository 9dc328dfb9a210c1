"""Reading deeds and checking their signatures in a process of its own, so that two cores do useful work under
load.

* Within one process every signature check would hand the interpreter back and forth between threads, which
  costs more than the check. The helper process is started when there is load, and ends with the node.
* Of each envelope it says whether it reads as a deed of this ledger (``deed.parse``), the deed's id, and
  whether its signatures hold by the keys they name. It is told keys by their thumbprints as the node meets
  them; it has no secret and no state.
* Whether a key is in force is judged in the node. So is an envelope of which the helper says no: the node
  reads it again and finds the reason. Where the helper cannot run, the node reads everything for itself.

Frames on its standard input and output: four bytes of length, big-endian; asked in msgpack (``Asked``),
answered with 33 bytes for each envelope: one of ``UNREADABLE``, ``READABLE``, ``HOLDS``, then the deed's id.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import struct
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Final, TypeAlias

import msgspec

from wusong.crypto.keys import PublicKey
from wusong.crypto.suites import suite
from wusong.ledger.deed import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wusong.crypto.suites import Suite
    from wusong.ledger.deed import Deed

Asked: TypeAlias = tuple[list[tuple[str, tuple[bytes, ...]]], list[bytes]]
"""Keys that the helper does not know yet, by algorithm and coordinates, and envelopes."""

ANSWER: Final = 33
"""Bytes that answer for one envelope."""
UNREADABLE, READABLE, HOLDS = range(3)
_LENGTH: Final = struct.Struct(">I")
_MAX_KEYS: Final = 100_000
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Asked).decode
_log = logging.getLogger(__name__)


class VerifyingProcess:
    """The helper process of one ledger as its owner sees it."""

    def __init__(self, suite: str, ledger: str) -> None:
        self._command: Final = [sys.executable, "-m", "wusong.ledger.verifying", suite, ledger]
        self._process: subprocess.Popen[bytes] | None = None
        self._callbacks: Final[queue.SimpleQueue[Callable[[bytes | None], None] | None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._failed = False

    def ask(
        self, envelopes: list[bytes], keys: Sequence[PublicKey], answer: Callable[[bytes | None], None]
    ) -> None:
        """Have ``envelopes`` read and their signatures checked; ``keys`` are those met since it was last
        asked. ``answer`` gets the answers, ``ANSWER`` bytes each, in order, in another thread; or None, then
        or later, when the helper is not to be had.
        """
        if not self._start():
            answer(None)
            return
        self._callbacks.put(answer)
        try:
            told = [(key.alg, key.coordinates) for key in keys]
            _write(self._process.stdin, _encode((told, envelopes)))  # type: ignore[union-attr, arg-type]
        except OSError:
            self._failed = True  # the thread that reads finds the end of the stream, and answers what waits

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._callbacks.put(None)
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # what a dead helper never took cannot be flushed
                self._process.stdin.close()
        if self._thread is not None:
            self._thread.join()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _start(self) -> bool:
        if self._failed:
            return False
        if self._process is None:
            try:
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            except OSError:
                self._failed = True
                return False
            self._thread = threading.Thread(target=self._collect, name="wusong-verified", daemon=True)
            self._thread.start()
        return True

    def _collect(self) -> None:
        while (answer := self._callbacks.get()) is not None:
            reply = None if self._failed or self._process is None else _read(self._process.stdout)
            if reply is None and not self._failed:
                self._failed = True
                _log.warning("the verifying process ended; deeds are read in the node's own process")
            answer(reply)


def serve(source: IO[bytes], sink: IO[bytes], suite: Suite, ledger: str) -> None:
    """Answer what is asked until the end of ``source``."""
    known: dict[str, PublicKey] = {}
    while (frame := _read(source)) is not None:
        keys, envelopes = _decode(frame)
        if len(known) > _MAX_KEYS:
            known.clear()
        for key in (PublicKey.from_coordinates(alg, coordinates) for alg, coordinates in keys):
            known[key.thumbprint] = key
        _write(sink, b"".join([_answer(envelope, suite, ledger, known) for envelope in envelopes]))


def _answer(envelope: bytes, suite: Suite, ledger: str, known: dict[str, PublicKey]) -> bytes:
    try:
        deed = parse(envelope, suite, ledger)
        said = HOLDS if _holds(deed, known) else READABLE
    except Exception:  # noqa: BLE001 - the node finds the reason, whatever it is
        return bytes([UNREADABLE]) + bytes(ANSWER - 1)
    return bytes([said]) + deed.id


def _holds(deed: Deed, known: dict[str, PublicKey]) -> bool:
    keys = [known.get(header.kid) for header in deed.headers]
    return all(
        key is not None and key.verify(deed.signing_input(index), deed.signature(index))
        for index, key in enumerate(keys)
    )


def _write(sink: IO[bytes], frame: bytes) -> None:
    sink.write(_LENGTH.pack(len(frame)) + frame)
    sink.flush()


def _read(source: IO[bytes] | None) -> bytes | None:
    head = b"" if source is None else source.read(_LENGTH.size)
    if source is None or len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    frame = source.read(size)
    return frame if len(frame) == size else None


if __name__ == "__main__":
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner ends this process by closing the stream
    serve(sys.stdin.buffer, sys.stdout.buffer, suite(sys.argv[1]), sys.argv[2])
