"""The small world in which a page is explored: parties by letter, assets by number, a clock that is set.

* Every party is admitted and holds every accreditation, so that parties differ only by what they do.
* Every other asset exists; what it says is never read, for that was set free.
* Every day of every calendar is a working day: a deadline is as far away whenever it starts.
"""

from __future__ import annotations

import string
from calendar import isleap
from typing import Final

from wusong.contract import model as m
from wusong.contract.leaf import Leaf

START: Final = 1_767_225_600_000
"""When every story begins: 2026-01-01T00:00:00Z, ms."""
DAY: Final = 86_400_000
OWN: Final = f"{1:064x}"
"""The asset whose life is explored."""
_DID: Final = "did:example:"
_LETTERS: Final = string.ascii_uppercase
_POOL: Final = 8
_ALL_DAYS: Final = {365: "ff" * 45 + "f8", 366: "ff" * 45 + "fc"}


def party(number: int) -> str:
    """The party with a number from 0: A, B, C, ... and, past Z, A1."""
    round_, letter = divmod(number, 26)
    return f"{_DID}{_LETTERS[letter]}{round_ or ''}"


def letter(did: str) -> str:
    """What stories call a party."""
    return did.removeprefix(_DID)


def symbol(number: int) -> str:
    """A hash that means nothing: the commitment or digest with a number from 0."""
    return f"{0xC0000 + number:064x}"


class Place:
    """The world that acts see; ``leaf`` is the asset explored."""

    __slots__ = ("_kinds", "leaf", "name", "now", "zone")

    def __init__(self, page: m.Page) -> None:
        self.name = page.name
        self.zone = page.zone * 60_000
        self.now = START
        self.leaf: Leaf | None = None
        self._kinds: list[str] = []

    def today(self) -> int:
        """The date, in the page's zone."""
        return (self.now + self.zone) // DAY

    def other(self, kind: str | None, number: int) -> str:
        """The id of an asset of a kind (any, when None)."""
        name = kind or "other@1"
        if name not in self._kinds:
            self._kinds.append(name)
        return f"{0xA0000 + self._kinds.index(name) * _POOL + number:064x}"

    def asset(self, asset_id: str, /) -> Leaf | None:
        """The asset explored, a twin of it, or another that says nothing."""
        if asset_id == OWN:
            return self.leaf
        kind, number = divmod(int(asset_id, 16) - 0xA0000, _POOL)
        if not 0 <= kind < len(self._kinds) or number < 0:
            return None
        name = self._kinds[kind]
        if name == self.name and self.leaf is not None:
            return self.leaf  # a twin
        return Leaf(name, "", 1)

    def kind(self, contract: str, /) -> str | None:
        """The kind that a leaf names."""
        return contract

    def party_active(self, did: str, /) -> bool:
        """Every party is."""
        return did.startswith(_DID)

    def accredited(self, did: str, name: str, /) -> bool:
        """Every party is."""
        return did.startswith(_DID) and bool(name)

    def calendar(self, name: str, year: int, /) -> str | None:
        """Every day is a working day."""
        return _ALL_DAYS[365 + isleap(year)] if name else None

    def frozen(self, leaf: Leaf, /) -> bool:
        """Nothing is, unless a leaf says so."""
        return bool(leaf.holds)
