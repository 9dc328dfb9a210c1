"""Growth limits: how much a party may make every node keep, beside its quota of cost units.

* What counts are the bytes of every leaf that an accepted deed writes, each time it is written, charged to
  the first signer: also the copy of a large mandate that each use under it writes anew.
* Per party and day of block time (UTC), at most the parameter ``growth_day``. A deed that would pass it is
  refused with its receipt (``growth-limit``), writes nothing and adds nothing.
* Why writes and not standing bytes: archive and snapshots keep every value that was ever written, so what a
  party overwrites is not given back; and standing bytes would need an owner, a deposit and a refund for each
  leaf, through splits, merges and transfers, where this needs one number for each party.
* What refused deeds leave in the archive is the quota's business, and pages come from installers only, whom
  genesis names, at 100 cost units each.
* The record is ``{"bytes","day"}`` at the key ``growth``, DID (docs/formats.md section 4), written once a
  block. Before protocol 2 there is neither limit nor record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wusong.errors import DeedError
from wusong.ledger.protocol import allows

if TYPE_CHECKING:
    from wusong.ledger import ids
    from wusong.ledger.acting import ActRecord
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import BlockState
    from wusong.ledger.system.context import Moment

DAY: Final = 86_400_000
KIND: Final = "growth"


class _Written(msgspec.Struct, gc=False):
    """The record of what a submitter's deeds wrote."""

    bytes: int
    day: int


_encode: Final = msgspec.json.Encoder(order="sorted").encode
_decode: Final = msgspec.json.Decoder(_Written).decode


class Growth:
    """Bytes that each submitter's deeds wrote on the day of the block's time."""

    def __init__(self, rules: Rules, state: BlockState, at: Moment) -> None:
        self._rules = rules
        self._state = state
        self._day: Final = at.time // DAY
        limited = allows(at.version, "growth-limits")
        self._limit: Final = rules.parameter(state, "growth_day") if limited else None
        self._used: dict[str, int] = {}

    def charge(self, party: str, records: list[ActRecord]) -> None:
        """Charge what a deed wrote to its submitter. DeedError ``growth-limit`` charges nothing."""
        if self._limit is None:
            return
        size = sum([len(write.value) for record in records for write in record.writes])
        used = self._used[party] if party in self._used else self._before(party)
        if used + size > self._limit:
            raise DeedError("growth-limit", party=party, used=used, size=size, limit=self._limit)
        self._used[party] = used + size

    def write(self) -> None:
        """Write what was used, in the order of the parties' names."""
        for party in sorted(self._used):
            self._state.put(self._key(party), _encode(_Written(self._used[party], self._day)))

    def _before(self, party: str) -> int:
        value = self._state.get(self._key(party))
        record = None if value is None else _decode(value)
        return 0 if record is None or record.day != self._day else record.bytes

    def _key(self, party: str) -> ids.StateKey:
        return self._rules.key(KIND, party)
