"""Spent deed ids: what keeps a deed from taking effect twice (docs/formats.md section 6).

The ids lie outside the state tree, by expiry minute; the tree holds each minute's count and running
digest, so that two nodes that disagree about them disagree about the state root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.crypto import canonical
from wusong.ledger import ids
from wusong.ledger.deed import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wusong.crypto.suites import Suite
    from wusong.ledger.deed import Deed
    from wusong.ledger.state import BlockState

_ZERO: Final = "00" * 32
SPENT_BEGINS: Final = b'{"count":'
"""Canonical JSON sorts members; no other record of the state begins with this one."""


class SpentIds:
    """The ids spent and not yet expired."""

    def __init__(self, spent: Iterable[tuple[int, bytes]] = ()) -> None:
        self._minutes: dict[int, set[bytes]] = {}
        self.add(spent)

    def __contains__(self, deed: Deed) -> bool:
        return deed.id in self._minutes.get(deed.minute, ())

    def add(self, spent: Iterable[tuple[int, bytes]]) -> None:
        """Remember (minute, deed id) pairs."""
        for minute, deed in spent:
            self._minutes.setdefault(minute, set()).add(deed)

    def past(self, time: int) -> list[int]:
        """The minutes that lie wholly before ``time``, in order."""
        return sorted(minute for minute in self._minutes if minute < time // MINUTE)

    def forget(self, time: int) -> None:
        """Drop the minutes that lie wholly before ``time``."""
        for minute in self.past(time):
            del self._minutes[minute]

    def pairs(self) -> list[tuple[int, bytes]]:
        """All (minute, deed id) pairs, sorted: part of a snapshot."""
        return [(minute, deed) for minute in sorted(self._minutes) for deed in sorted(self._minutes[minute])]


def record_spent(
    state: BlockState, suite: Suite, ledger: ids.LedgerId, deeds: list[Deed], past: list[int]
) -> None:
    """Write the running digests of a block's deeds, and remove the records of past minutes."""
    for minute in past:
        state.put(ids.system_key(suite, ledger, "spent", str(minute)), None)
    by_minute: dict[int, list[Deed]] = {}
    for deed in deeds:
        by_minute.setdefault(deed.minute, []).append(deed)
    for minute, group in by_minute.items():
        key = ids.system_key(suite, ledger, "spent", str(minute))
        state.put(key, running_record(suite, (deed.id for deed in group), state.get(key)))


def running_record(suite: Suite, deeds: Iterable[bytes], before: bytes | None = None) -> bytes:
    """The record of one minute after ``deeds`` (ids, in order) joined what ``before`` says."""
    record = {"count": 0, "digest": _ZERO} if before is None else canonical.decode(before)
    assert isinstance(record, dict)  # noqa: S101 - only this function writes it
    count, digest = int(str(record["count"])), bytes.fromhex(str(record["digest"]))
    for deed in deeds:
        count, digest = count + 1, suite.digest("spent", digest + deed)
    return canonical.encode({"count": count, "digest": digest.hex()})
