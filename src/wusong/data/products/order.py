"""The second mark of a copy: the order of its rows, which no removed column takes away.

* Rows stand in blocks of eight as the table has them. Within its block each row has a rank of four bytes, a
  part of a MAC over the block's number under the copy's secret; they stand in the order of their ranks. So no
  value changes, no row moves further than seven places, and the blocks stay in the table's order.
* Whoever has the rows as they were before finds each row of a copy among them by the cells that are left. Of
  those of a block that are still there two and two are compared, each row in one pair only, in the order of
  the table: which of the two the copy has first is one bit.
* What was not made under a secret, whether another copy, the table itself or anything else, agrees with the
  ranks under that secret in each pair with probability 1/2, independently. That it agrees in ``a`` of ``n``
  has a probability of at most exp(-2n(a/n - 1/2)**2) (Hoeffding). A trace divides by the number of copies
  compared (union bound).
* It survives cut columns as long as the rest tells rows apart, removed rows (from a block of which half is
  left come two or three rows, hence one pair), changed cells as far as rows are found again, other formats,
  and the mixing of several copies. It does not survive another order: sorting or shuffling takes it away. Who
  sorts and cuts the column of codes leaves neither mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from wusong.crypto.suites import Suite

__all__ = ["BLOCK", "Agreement", "Pair", "agreement", "arranged", "pairs"]

BLOCK: Final = 8
_RANK: Final = 4
_MOST: Final = 69.0
"""exp(69) is about 10**30: beyond it nobody wants to know."""

Row = TypeVar("Row")
Pair = tuple[int, int]
"""Two places of a block in the table; the copy has the first one first."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """In how many of how many pairs a copy's order is that of a secret."""

    agreeing: int = 0
    pairs: int = 0

    def one_in(self, compared: int) -> int:
        """As much agreement comes about by chance at most once in so many times (at most 10**30), when so
        many copies were compared.
        """
        above = self.agreeing / self.pairs - 0.5 if self.pairs else 0.0
        exponent = 2 * self.pairs * above * above if above > 0 else 0.0
        return max(int(math.exp(min(exponent, _MOST)) / max(compared, 1)), 1)


def arranged(suite: Suite, secret: bytes, rows: Sequence[Row]) -> list[Row]:
    """The rows in the order of a copy."""
    found: list[Row] = []
    for start in range(0, len(rows), BLOCK):
        block, ranks = rows[start : start + BLOCK], _ranks(suite, secret, start // BLOCK)
        found += [block[place] for place in sorted(range(len(block)), key=lambda one: (ranks[one], one))]
    return found


def pairs(places: Iterable[int]) -> list[Pair]:
    """What a copy says, whose rows were found at these places of the table (from 0, in the copy's order)."""
    blocks: dict[int, dict[int, int]] = {}
    for turn, place in enumerate(places):
        blocks.setdefault(place // BLOCK, {}).setdefault(place, turn)
    found: list[Pair] = []
    for block in blocks.values():
        there = sorted(block)
        for one, other in zip(there[::2], there[1::2], strict=False):
            found.append((one, other) if block[one] < block[other] else (other, one))
    return found


def agreement(suite: Suite, secret: bytes, seen: Sequence[Pair]) -> Agreement:
    """How far the order that was seen is that of a secret."""
    ranks: Mapping[int, Sequence[bytes]] = {
        block: _ranks(suite, secret, block) for block in {one // BLOCK for one, _ in seen}
    }
    agreeing = 0
    for one, other in seen:
        block = ranks[one // BLOCK]
        agreeing += (block[one % BLOCK], one) < (block[other % BLOCK], other)
    return Agreement(agreeing, len(seen))


def _ranks(suite: Suite, secret: bytes, block: int) -> list[bytes]:
    mac = suite.mac(secret, b"wusong:file-order\n" + block.to_bytes(8, "big"))
    return [mac[place : place + _RANK] for place in range(0, BLOCK * _RANK, _RANK)]
