"""Time limits of an asset: what has become due, whether or not anybody acts.

* ``leaf.deadlines`` maps ``NAME>STATE`` (a limit that moves the asset to STATE) or ``NAME`` (one that only
  opens and closes actions) to its time in ms. Who has the leaf can say, without the page, which state the
  asset is in.
* A limit runs only while the asset's state is among its own; an act that leaves them ends it.
* At a time t, those with ``>`` whose time is t or earlier take effect in the order of (time, key). Each
  changes the state, so that it may end others. A frozen asset stands still; what became due takes effect
  when the freeze ends.
* A limit that ``suspends`` stands still with its asset: when a freeze ends, its time is later by as long as
  the asset was frozen, unless it had passed before. Once all holds have lapsed nobody need write that:
  ``effective`` drops them and moves the times, and the next act writes both, so that no freeze counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from wusong.contract.holds import frozen, span
from wusong.contract.leaf import Leaf


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of a page. ``key`` is its name in a leaf."""

    name: str
    key: str
    states: frozenset[str]
    to: str | None
    burn: bool
    clear: tuple[str, ...]
    says: Mapping[str, str] = field(default_factory=dict)
    suspends: bool = False


_LATEST: Final = 2**53 - 1
"""The last time that a leaf can hold, ms."""


def key_of(name: str, to: str | None) -> str:
    """What a leaf calls a limit."""
    return name if to is None else f"{name}>{to}"


def kept(limits: Mapping[str, Limit], running: Mapping[str, int], state: str) -> dict[str, int]:
    """Those of the ``running`` limits that still run in ``state``."""
    return {key: time for key, time in running.items() if key in limits and state in limits[key].states}


def effective(limits: Mapping[str, Limit], leaf: Leaf, now: int) -> Leaf:
    """The asset at ``now`` (ms), with what has become due. The same object when nothing has."""
    if leaf.holds:
        if frozen(leaf, now):
            return leaf
        leaf = _resumed(limits, leaf)
    due = sorted((time, key) for key, time in leaf.deadlines.items() if time <= now and ">" in key)
    for _, key in due:
        limit = limits.get(key)
        if limit is not None and key in leaf.deadlines and leaf.state in limit.states:
            leaf = _passed(limits, limit, leaf)
    return leaf


def later(limits: Mapping[str, Limit], running: Mapping[str, int], since: int, by: int) -> dict[str, int]:
    """The ``running`` limits after the asset was frozen from ``since`` for ``by`` ms."""
    return {
        key: min(time + by, _LATEST) if key in limits and limits[key].suspends and time > since else time
        for key, time in running.items()
    }


def suspending(limits: Mapping[str, Limit]) -> bool:
    """Whether any of the limits stands still while the asset is frozen."""
    return any(limit.suspends for limit in limits.values())


def _resumed(limits: Mapping[str, Limit], leaf: Leaf) -> Leaf:
    """The asset whose holds have all lapsed, without them, where they count for its limits."""
    if not suspending(limits):
        return leaf
    since, end = span(leaf.holds)
    moved = later(limits, leaf.deadlines, since, end - since)
    return msgspec.structs.replace(leaf, holds=[], deadlines=moved)


def _passed(limits: Mapping[str, Limit], limit: Limit, leaf: Leaf) -> Leaf:
    state = limit.to or leaf.state
    running = {key: time for key, time in leaf.deadlines.items() if key != limit.key}
    return msgspec.structs.replace(
        leaf,
        state=state,
        roles={name: party for name, party in leaf.roles.items() if name not in limit.clear},
        fields={name: value for name, value in leaf.fields.items() if name not in limit.clear},
        quantity=0 if limit.burn and leaf.quantity is not None else leaf.quantity,
        deadlines=kept(limits, running, state),
    )
