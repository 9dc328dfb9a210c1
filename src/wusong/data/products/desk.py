"""Many calls, one flush: what waits to be written down is written together, by one thread.

While the disk flushes one group the next one gathers, so the more calls there are at once, the less each
costs. Nobody hears of a call before its group is durable.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Final, TypeAlias

from wusong.data.products.callrows import Call, Wanted
from wusong.errors import WusongError

__all__ = ["Desk"]

MOST: Final = 512
Record: TypeAlias = Callable[[Sequence[Wanted]], list[Call | WusongError]]
_Waiting: TypeAlias = "tuple[Wanted, asyncio.AbstractEventLoop, asyncio.Future[Call]]"


class Desk:
    """``record`` writes a group down durably; it is called by one thread only."""

    def __init__(self, record: Record) -> None:
        self._record: Final = record
        self._waiting: Final[deque[_Waiting]] = deque()
        self._bell: Final = Condition()
        self._closed = False
        self._thread: Final = Thread(target=self._work, name="wusong-calls", daemon=True)
        self._thread.start()

    async def ask(self, wanted: Wanted) -> Call:
        """The call, once it is durable. Raises what refuses it."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Call] = loop.create_future()
        with self._bell:
            if self._closed:
                raise RuntimeError("the book of calls is closed")
            self._waiting.append((wanted, loop, answered))
            self._bell.notify()
        return await answered

    def close(self) -> None:
        """Write down what waits, then end."""
        with self._bell:
            self._closed = True
            self._bell.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._bell:
                while not self._waiting and not self._closed:
                    self._bell.wait()
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST))]
            if not group:
                return
            _tell(group, self._written([wanted for wanted, _, _ in group]))

    def _written(self, group: Sequence[Wanted]) -> Sequence[Call | Exception]:
        try:
            return self._record(group)
        except Exception as error:  # noqa: BLE001 - each caller is told, and the thread goes on
            return [error] * len(group)


def _tell(group: Sequence[_Waiting], results: Sequence[Call | Exception]) -> None:
    """Wake each loop once for all that it waits for."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Call], Call | Exception]]] = {}
    for (_, loop, answered), result in zip(group, results, strict=True):
        loops.setdefault(loop, []).append((answered, result))
    for loop, told in loops.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer, told)


def _answer(told: Sequence[tuple[asyncio.Future[Call], Call | Exception]]) -> None:
    for answered, result in told:
        if answered.done():  # who asked has gone; the call stands
            continue
        if isinstance(result, Exception):
            answered.set_exception(result)
        else:
            answered.set_result(result)
