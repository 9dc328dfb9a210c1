"""The ledger as a page's guards see it while one deed is carried out.

* What is seen is what the deed has left so far, with what has become due by the block's time.
* Every leaf that a guard reads counts among those that the deed touches.
* Nothing here knows the deed's course (``acting``): what a deed made goes when its last reader lets go of it,
  without the collector, which on a busy ledger took a fifth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wusong.contract.holds import frozen
from wusong.contract.values import is_hex
from wusong.errors import DeedError
from wusong.ledger.deed import MAX_TOUCHED
from wusong.ledger.system import calendar
from wusong.ledger.system.accreditation import holds, record_name

if TYPE_CHECKING:
    from wusong.contract.leaf import Leaf
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import DeedState


class Touched:
    """The leaves that one deed reads or writes."""

    __slots__ = ("_keys",)

    def __init__(self) -> None:
        self._keys: set[bytes] = set()

    def add(self, key: bytes) -> None:
        """Count a leaf. Raises DeedError ``too-many-assets``."""
        self._keys.add(key)
        if len(self._keys) > MAX_TOUCHED:
            raise DeedError("too-many-assets", limit=MAX_TOUCHED)


@dataclass(slots=True)
class DeedWorld:
    """What one deed's acts may see (``contract.acts.World``)."""

    rules: Rules
    state: DeedState
    touched: Touched
    now: int

    def asset(self, asset: str) -> Leaf | None:
        """An asset's leaf, by id, with what has become due; None for what is no id."""
        if not is_hex(asset):
            return None
        key = bytes.fromhex(asset)
        self.touched.add(key)
        leaf = self.state.leaf(key)
        if leaf is None or leaf.contract.startswith("system/"):
            return None
        if not leaf.deadlines:
            return leaf
        return self.rules.compiled(self.state, leaf.contract).effective(leaf, self.now)

    def kind(self, contract: str) -> str | None:
        """``name@major`` of an installed page, by its digest."""
        try:
            return self.rules.compiled(self.state, contract).name
        except DeedError:
            return None

    def party_active(self, did: str) -> bool:
        """Whether a party is admitted and not suspended. Raises DeedError ``party-frozen``."""
        leaf = self.rules.authority.party(self.state, did)
        if leaf is not None and leaf.holds:
            self.rules.authority.expect_free(self.state, did, self.now)
        return leaf is not None and leaf.state == "active"

    def accredited(self, did: str, name: str) -> bool:
        """Whether a party is accredited as ``name`` now."""
        leaf = self.state.leaf(self.rules.key("accreditation", record_name(did, name)))
        return holds(leaf, self.now)

    def calendar(self, name: str, year: int) -> str | None:
        """The working days of a year, when a publisher has published it."""
        key = self.rules.key(calendar.RECORD, calendar.name_of(name, year))
        self.touched.add(key)
        return calendar.days(self.state, key)

    def frozen(self, leaf: Leaf) -> bool:
        """Whether an asset is frozen now."""
        return frozen(leaf, self.now)
