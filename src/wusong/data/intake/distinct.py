"""Counting distinct values in constant memory: exactly up to a bound, then by estimate.

* Up to the bound every value is kept with its count; these also give the most frequent values.
* Beyond it only the K smallest of the values' hashes are kept (k-minimum-values, Bar-Yossef et al. 2002);
  the estimate is (K-1) / the K-th smallest hash as a share of the range, with a standard error of about 1 /
  sqrt(K-2): 1.1 percent.
* The hash is the same on every machine and in every process; it is for spreading only and protects nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, Protocol

__all__ = ["STANDARD_ERROR_BP", "Counted", "Distinct"]

_K: Final = 8192
STANDARD_ERROR_BP: Final = 110
_PRIME: Final = 2**64 - 59  # cubing permutes the residues of this prime
_WIDE_PRIME: Final = 2**127 - 1
_OFFSET: Final = 0x9E3779B97F4A7C15  # so that values of one or two characters spread as well
_LONG: Final = 64


class Counted(Protocol):
    """How many distinct values a column has, from whoever counted them."""

    @property
    def count(self) -> int:
        """How many distinct values there were."""

    @property
    def method(self) -> Literal["exact", "estimate"]:
        """Whether ``count`` is exact."""

    @property
    def error_bp(self) -> int:
        """One standard error of ``count``; 0 when it is exact."""

    @property
    def known(self) -> Counter[str] | None:
        """All values with their counts, where they are kept."""

    def add(self, block: Counter[str], longest: int) -> None:
        """Take in values with their counts."""

    def most_frequent(self, number: int, at_least: int) -> list[tuple[str, int]]:
        """The most frequent values."""


class Distinct:
    """The distinct values of one column. ``bound`` is how many are kept exactly."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._counts: Counter[str] | None = Counter()
        self._smallest: set[int] = set()
        self._limit = _PRIME

    def add(self, block: Counter[str], longest: int) -> None:
        """Take in the values of a block with their counts; ``longest`` is the length of the longest value."""
        block = _shortened(block) if longest > _LONG else block
        if self._counts is None:
            self._sketch(block)
            return
        self._counts.update(block)
        if len(self._counts) > self._bound:
            self._sketch(self._counts)
            self._counts = None

    @property
    def method(self) -> Literal["exact", "estimate"]:
        """Whether ``count`` is exact."""
        return "estimate" if self._counts is None else "exact"

    @property
    def count(self) -> int:
        """How many distinct values there were."""
        if self._counts is not None:
            return len(self._counts)
        kept = sorted(self._smallest)
        return len(kept) if len(kept) < _K else (_K - 1) * _PRIME // kept[_K - 1]

    @property
    def error_bp(self) -> int:
        """One standard error of ``count``, in basis points."""
        return STANDARD_ERROR_BP if self._counts is None else 0

    @property
    def known(self) -> Counter[str] | None:
        """All values with their counts, long ones by a stand-in; None beyond the bound."""
        return self._counts

    def most_frequent(self, number: int, at_least: int) -> list[tuple[str, int]]:
        """The most frequent values that are short, each with its count, in a fixed order.

        Empty beyond the bound.
        """
        if self._counts is None:
            return []
        shown = [
            (value, count)
            for value, count in self._counts.items()
            if count >= at_least and len(value) <= _LONG
        ]
        return sorted(shown, key=lambda entry: (-entry[1], entry[0]))[:number]

    def _sketch(self, values: Iterable[str]) -> None:
        # One comprehension, no call per value: this line is where a long column spends its time.
        limit, number = self._limit, int.from_bytes
        hashes = [pow(number(value.encode(), "big") + _OFFSET, 3, _PRIME) for value in values]
        self._smallest.update([hashed for hashed in hashes if hashed < limit])
        if len(self._smallest) > 2 * _K:
            self._smallest = set(sorted(self._smallest)[:_K])
            self._limit = max(self._smallest)


def _shortened(block: Counter[str]) -> Counter[str]:
    """The block with long values in a form that takes little memory and is too long to be shown."""
    short: Counter[str] = Counter()
    for value, count in block.items():
        short[value if len(value) <= _LONG else _stand_in(value)] += count
    return short


def _stand_in(value: str) -> str:
    """Sixty-five digits for a long value: longer than what is shown, and equal for equal values."""
    return f"{pow(int.from_bytes(value.encode(), 'big') + _OFFSET, 5, _WIDE_PRIME):0{_LONG + 1}d}"
