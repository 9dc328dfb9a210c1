"""From the engine's threads to the event loop: many receipts, one wake-up.

``asyncio.wrap_future`` wakes the loop once for each future; a block finishes hundreds at once, so they are
collected and the loop is woken for all of them together.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from wusong.ledger.receipt import Receipt


class Inbox:
    """Hands envelopes in and awaits their receipts. ``submit`` is the engine's."""

    def __init__(self, submit: Callable[[bytes], Future[Receipt]]) -> None:
        self._submit: Final = submit
        self._bells: WeakKeyDictionary[asyncio.AbstractEventLoop, _Bell] = WeakKeyDictionary()

    async def submit(self, envelope: bytes) -> Receipt:
        """The receipt of an envelope, once durable. Raises as ``Engine.submit``."""
        loop = asyncio.get_running_loop()
        bell = self._bells.get(loop)
        if bell is None:
            bell = self._bells[loop] = _Bell(loop)
        waiting: asyncio.Future[Receipt] = loop.create_future()
        self._submit(envelope).add_done_callback(lambda done: bell.ring(waiting, done))
        return await waiting


class _Bell:
    """What has finished for one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop: Final = loop
        self._finished: Final[deque[tuple[asyncio.Future[Receipt], Future[Receipt]]]] = deque()
        self._rung = False

    def ring(self, waiting: asyncio.Future[Receipt], done: Future[Receipt]) -> None:
        """In an engine's thread: something finished. Appended first, then looked whether a wake-up is under
        way.
        """
        self._finished.append((waiting, done))
        if not self._rung and not self._loop.is_closed():
            self._rung = True
            self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        self._rung = False
        while self._finished:
            waiting, done = self._finished.popleft()
            if waiting.done():
                continue
            error = done.exception()
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)
