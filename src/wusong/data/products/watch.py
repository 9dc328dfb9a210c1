"""A watch over what can be interrupted: one thread for many short runs, none of which outlasts its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Final, Self

__all__ = ["Watch"]

_NEVER: Final = float("inf")


class Watch:
    """``with watch:`` around each run; ``interrupt`` is called when it lasts longer than ``seconds``."""

    def __init__(self, interrupt: Callable[[], object], seconds: float) -> None:
        self._interrupt: Final = interrupt
        self._seconds: Final = seconds
        self._until = _NEVER
        self._lock: Final = Lock()
        self._busy: Final = Event()
        self._closed = False
        self._thread: Final = Thread(target=self._follow, name="wusong-watch", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        with self._lock:
            self._until = time.monotonic() + self._seconds
        self._busy.set()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._until = _NEVER
        self._busy.clear()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._busy.set()
        self._thread.join()

    def _follow(self) -> None:
        while self._busy.wait() and not self._closed:
            with self._lock:  # so that the run after the one that is too long is not hit
                if time.monotonic() > self._until:
                    self._interrupt()
            time.sleep(min(self._seconds / 8, 0.1))
