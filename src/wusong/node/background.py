"""What a node does beside its other work: in a thread of its own, as long as the node runs.

* The thread is told by an event that it is to end, and is waited for.
* Work that is done in rounds goes on after a round that failed: the failure is logged.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


@contextmanager
def running(name: str, work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Have ``work`` run in a thread called ``name`` until the block ends; it gets the event to heed."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def rounds(stop: threading.Event, seconds: float, each: Callable[[int], None]) -> None:
    """Call ``each`` with 1, 2, ... every so many seconds until told to stop."""
    turn = 0
    while not stop.wait(seconds):
        turn += 1
        try:
            each(turn)
        except Exception:  # noqa: BLE001 - one bad round must not end the thread
            _log.exception("work in the background failed: %s", threading.current_thread().name)
