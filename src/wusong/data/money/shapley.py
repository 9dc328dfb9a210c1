"""What each of several providers contributed: Shapley's value (Shapley 1953), exact or sampled.

* A game says what each coalition of providers is worth, in whole numbers or fractions; coalition ``mask`` has
  provider i when bit i is set; the empty coalition is worth nothing.
* Exact, up to 12 providers: all 2^n coalitions are valued; the value of a provider is the weighted mean of
  what it adds, the weights being k!(n-k-1)! over n!. Nothing is rounded.
* Sampled, above: what each adds along random orders of all providers. The orders follow from a declared
  seed, so that whoever has the game and the seed gets the same numbers. The parts still sum to the whole.
* Which game is fair is for the parties to agree upon; this module only counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Final, TypeAlias

from wusong.crypto.suites import INTL
from wusong.errors import DataError

__all__ = ["MOST", "Game", "Sampled", "exact", "sampled", "weights"]

MOST: Final = 12
"""Up to so many providers every coalition is valued."""
_MOST_SAMPLED: Final = 256
_LARGEST: Final = 2**53 - 1
Number: TypeAlias = int | Fraction
Game: TypeAlias = Callable[[int], Number] | Sequence[Number]
"""What a coalition is worth: a table of 2^n values by mask, or what gives one."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Values from ``orders`` random orders.

    With ``confidence``, no value is further from the exact one than ``bound`` (Hoeffding 1963, all providers
    together); ``errors`` are what the spread found suggests for each.
    """

    values: tuple[Fraction, ...]
    orders: int
    seed: str
    confidence: float
    bound: float
    errors: tuple[float, ...]


def exact(providers: int, game: Game) -> list[Fraction]:
    """The value of each provider, exactly. Raises DataError ``contribution-providers``,
    ``contribution-game``.
    """
    if not 1 <= providers <= MOST:
        raise DataError("contribution-providers", count=providers, most=MOST)
    worth = _table(providers, game)
    common = math.lcm(*(one.denominator for one in worth))
    whole = [one.numerator * (common // one.denominator) for one in worth]
    orders = math.factorial(providers)
    share = [
        math.factorial(k) * math.factorial(providers - k - 1) if k < providers else 0
        for k in range(providers + 1)
    ]
    sizes = [mask.bit_count() for mask in range(1 << providers)]
    without = sum(share[size] * one for size, one in zip(sizes, whole, strict=True))
    both = [
        (share[size] + share[size - 1]) * one if size else 0 for size, one in zip(sizes, whole, strict=True)
    ]
    return [Fraction(one - without, orders * common) for one in _by_member(both)]


def _table(providers: int, game: Game) -> list[Number]:
    worth = [game(mask) for mask in range(1 << providers)] if callable(game) else list(game)
    if len(worth) != 1 << providers or worth[0] != 0:
        raise DataError("contribution-game", values=len(worth), expected=1 << providers)
    return worth


def _by_member(values: list[int]) -> list[int]:
    """For each bit, the sum over the masks that have it: halves are folded upon each other."""
    sums: list[int] = []
    while len(values) > 1:
        half = len(values) // 2
        sums.append(sum(values[half:]))
        values = [low + high for low, high in zip(values[:half], values[half:], strict=True)]
    return sums[::-1]


def sampled(
    providers: int,
    game: Callable[[int], Number],
    *,
    seed: str,
    orders: int = 1_000,
    spread: Number | None = None,
    confidence: float = 0.95,
) -> Sampled:
    """Values estimated from random orders.

    ``spread``: the most that one provider can add to any coalition; left out, what all together are worth,
    which is right when no provider ever takes anything away. Raises DataError ``contribution-spread`` when a
    provider is seen to add less than nothing or more than that, ``contribution-providers``.
    """
    if not 1 <= providers <= _MOST_SAMPLED or orders < 2:
        raise DataError("contribution-providers", count=providers, most=_MOST_SAMPLED)
    width = game((1 << providers) - 1) if spread is None else spread
    sums, squares = [Fraction(0)] * providers, [Fraction(0)] * providers
    for order in _orders(providers, seed, orders):
        for provider, added in _added(order, game):
            if not 0 <= added <= width:
                raise DataError("contribution-spread", provider=provider, added=str(added), spread=str(width))
            sums[provider] += added
            squares[provider] += added * added
    bound = float(width) * math.sqrt(math.log(2 * providers / (1 - confidence)) / (2 * orders))
    quantile = NormalDist().inv_cdf((1 + confidence) / 2)
    errors = [
        quantile * math.sqrt(max(float(square / orders - (total / orders) ** 2), 0.0) / (orders - 1))
        for total, square in zip(sums, squares, strict=True)
    ]
    return Sampled(tuple(one / orders for one in sums), orders, seed, confidence, bound, tuple(errors))


def _added(order: Sequence[int], game: Callable[[int], Number]) -> Iterator[tuple[int, Number]]:
    """What each provider of an order adds to those before it."""
    mask, before = 0, Fraction(0)
    for provider in order:
        mask |= 1 << provider
        after = Fraction(game(mask))
        yield provider, after - before
        before = after


def _orders(providers: int, seed: str, orders: int) -> Iterator[list[int]]:
    """Orders of all providers by Fisher and Yates, drawn from SHA-256 of seed and counter: the same
    everywhere.
    """
    drawn = _drawn(seed)
    for _ in range(orders):
        order = list(range(providers))
        for last in range(providers - 1, 0, -1):
            other = _below(drawn, last + 1)
            order[last], order[other] = order[other], order[last]
        yield order


def _drawn(seed: str) -> Iterator[int]:
    counter = 0
    while True:
        block = INTL.hash(f"wusong-shapley/1\n{seed}\n{counter}".encode())
        yield from (int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4))
        counter += 1


def _below(drawn: Iterator[int], limit: int) -> int:
    """A number below ``limit``, each as likely: what would favour the small ones is drawn again."""
    fair = (1 << 32) - (1 << 32) % limit
    return next(one for one in drawn if one < fair) % limit


def weights(values: Sequence[Number]) -> list[int]:
    """Whole numbers in the proportion of the values, as the contract language apportions by.

    Where the exact numbers are too large for the ledger, parts of 10^15, by largest remainder. Raises
    DataError ``contribution-negative`` (a provider that takes away more than it adds is for the parties to
    settle), ``contribution-none``.
    """
    if any(one < 0 for one in values):
        raise DataError("contribution-negative", provider=next(n for n, one in enumerate(values) if one < 0))
    if not any(values):
        raise DataError("contribution-none")
    common = math.lcm(*(one.denominator for one in values))
    whole = [one.numerator * (common // one.denominator) for one in values]
    shared = math.gcd(*whole)
    reduced = [one // shared for one in whole]
    if sum(reduced) <= _LARGEST:
        return reduced
    from wusong.data.money.split import apportion

    return apportion(10**15, reduced)
