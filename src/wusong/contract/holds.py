"""Holds on an asset: which one is in force.

* ``leaf.holds`` is in the order in which authorities ordered them: ``{authority, document, officers, days,
  since?}``. The first is in force from ``since`` (ms) for ``days`` days.
* A hold lapses by itself when its days are over; from that moment the next one in the queue is in force,
  for its own days. Nobody needs to write that down: whoever has the leaf derives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wusong.contract.leaf import Leaf

DAY: Final = 86_400_000


def in_force(holds: Sequence[Mapping[str, Any]], now: int) -> tuple[Mapping[str, Any], int] | None:
    """The hold in force at ``now`` (ms) and since when; None when all have lapsed."""
    end = 0
    for hold in holds:
        since = int(hold.get("since", end))
        end = until(hold, since)
        if now < end:
            return hold, since
    return None


def span(holds: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """From when to when holds freeze their asset if nobody lifts one: each follows the one before at once."""
    end = since = int(holds[0].get("since", 0))
    for hold in holds:
        end = until(hold, int(hold.get("since", end)))
    return since, end


def until(hold: Mapping[str, Any], since: int) -> int:
    """The first ms at which a hold in force since ``since`` no longer is."""
    return since + int(hold.get("days", 0)) * DAY


def frozen(leaf: Leaf, now: int) -> bool:
    """Whether an asset is frozen at ``now`` (ms)."""
    return bool(leaf.holds) and in_force(leaf.holds, now) is not None
