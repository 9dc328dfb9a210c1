"""The locked rooms that a node keeps at hand, one for each table that is asked about."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from wusong.data.products.room import MEMORY_MB, Room

__all__ = ["Rooms"]


class Rooms:
    """The rooms of the tables that are asked about most lately: at most ``most``, and no more than fit into
    ``memory_mb`` together, but always one.
    """

    def __init__(self, most: int = 8, memory_mb: int = 2 * MEMORY_MB) -> None:
        self._most: Final = most
        self._memory: Final = memory_mb * 1_000_000
        self._rooms: Final[OrderedDict[str, Room]] = OrderedDict()
        self._opening: Final[dict[str, Lock]] = {}
        self._lock: Final = Lock()

    def of(self, key: str, make: Callable[[], Room]) -> Room:
        """The room of a table; whoever asks for one that is being made waits for it. Raises as ``make``."""
        room = self.get(key)
        if room is not None:
            return room
        with self._lock:
            opening = self._opening.setdefault(key, Lock())
        with opening:
            try:
                return self.get(key) or self.put(key, make())
            finally:
                with self._lock:
                    self._opening.pop(key, None)

    @property
    def has_space(self) -> bool:
        """Whether there is much space left, for rooms that nobody waits for."""
        with self._lock:
            return len(self._rooms) * 2 < self._most and self._taken() * 2 < self._memory

    def get(self, key: str) -> Room | None:
        """The room of a table that is there already."""
        with self._lock:
            room = self._rooms.get(key)
            if room is not None:
                self._rooms.move_to_end(key)
            return room

    def put(self, key: str, room: Room) -> Room:
        """Keep a room; the one that was asked longest ago goes."""
        with self._lock:
            standing = self._rooms.setdefault(key, room)
            leaving = []
            while len(self._rooms) > 1 and self._is_too_full():
                leaving.append(self._rooms.popitem(last=False)[1])
        if standing is not room:
            leaving.append(room)
        for one in leaving:
            one.close()
        return standing

    def _is_too_full(self) -> bool:
        return len(self._rooms) > self._most or self._taken() > self._memory

    def _taken(self) -> int:
        return sum(room.size for room in self._rooms.values())

    def close(self) -> None:
        """Forget all tables."""
        with self._lock:
            leaving = list(self._rooms.values())
            self._rooms.clear()
        for one in leaving:
            one.close()
