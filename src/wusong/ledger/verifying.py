"""Signature mathematics in a process of its own, so that two cores do useful work under load.

Within one process every signature check would hand the interpreter back and forth between threads, which
costs more than the check. The helper process is started when there is load, ends with the node, and only
ever says yes or no to (key, message, signature); whether a key is in force is judged elsewhere. Where it
cannot run, callers verify for themselves.

Frames on its standard input and output: four bytes of length, big-endian, then msgpack.
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

if TYPE_CHECKING:
    from collections.abc import Callable

Check: TypeAlias = tuple[str, tuple[bytes, ...], bytes, bytes]
"""Algorithm, coordinates of the public key, message, signature."""

_LENGTH: Final = struct.Struct(">I")
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[Check]).decode
_log = logging.getLogger(__name__)


class VerifyingProcess:
    """The helper process as its owner sees it. ``ask`` calls back, in order, with one byte (0 or 1) for
    each check.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._callbacks: Final[queue.SimpleQueue[Callable[[bytes | None], None] | None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._failed = False

    def ask(self, checks: list[Check], answer: Callable[[bytes | None], None]) -> None:
        """Have ``checks`` made. ``answer`` gets None when the helper is not to be had; it runs in another
        thread then or later.
        """
        if not self._start():
            answer(None)
            return
        self._callbacks.put(answer)
        try:
            _write(self._process.stdin, _encode(checks))  # type: ignore[union-attr, arg-type]
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
            command = [sys.executable, "-m", "wusong.ledger.verifying"]
            try:
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
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
                _log.warning("the verifying process ended; signatures are checked in the node's own process")
            answer(reply)


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer checks until the end of ``source``."""
    while (frame := _read(source)) is not None:
        _write(sink, bytes(_holds(check) for check in _decode(frame)))


def _holds(check: Check) -> bool:
    alg, coordinates, message, signature = check
    return PublicKey.from_coordinates(alg, coordinates).verify(message, signature)


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
    serve(sys.stdin.buffer, sys.stdout.buffer)
