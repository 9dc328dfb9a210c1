"""What a party has to do across the data domain: each room tells its own (``<room>/todo.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from wusong.data.host import Host
from wusong.data.money import todo as money
from wusong.tasks import Task

__all__ = ["ROOMS", "todo"]

ROOMS: Final[tuple[str, ...]] = ("registration", "operation", "sharing", "products")
"""The rooms that have something to remind of, beside what the contracts' lifecycles tell."""


def todo(host: Host, party: str, records: Sequence[dict[str, Any]]) -> list[Task]:
    """All rooms' tasks of a party; ``records``: those in which it stands in a role, as they stand now."""
    rooms = (import_module(f"wusong.data.{room}.todo") for room in ROOMS)
    return [*(task for room in rooms for task in room.todo(host, party)), *money.todo(host, party, records)]
