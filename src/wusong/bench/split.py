"""``split``: seconds for exact shares of 12 providers, from the calls of a period to what each is due.

* 10,000 calls over tables of 12 providers, each answered from at least five rows; a coalition's worth is the
  calls that it could have answered alone (coverage). All 4,096 coalitions are valued, the shares are exact
  fractions, and an amount is divided by them to the last minor unit.
* Before the clock starts the result is held against the definition, order by order, on six of the providers.
* Limit: valuing the 4,096 coalitions alone, without computing any share from them.
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Final

from wusong.bench.figure import Goal, Measured, seconds
from wusong.data.money import coverage, shapley
from wusong.data.money.split import apportion

GOAL: Final = Goal("split", "s", "less", 2, 0.2)
_LEAST: Final = 5
_AMOUNT: Final = 123_456_789


def measure(quick: bool) -> Measured:
    """Take the figure."""
    providers = shapley.MOST
    count, runs = (500, 1) if quick else (10_000, 5)
    calls = _calls(providers, count)
    _hold_against_definition(calls)
    value = seconds(lambda: _parts(providers, calls), runs)
    limit = seconds(lambda: coverage.table(providers, calls, _LEAST), runs)
    kinds = len({tuple(min(one, _LEAST) for one in call) for call in calls})
    return Measured(value, limit, f"{count:,} calls of {kinds:,} kinds; limit: valuing the coalitions alone")


def _calls(providers: int, count: int) -> list[tuple[int, ...]]:
    """The rows of each provider that each call touches: a third of them none, the others up to 17."""
    touched = random.Random(2026)  # noqa: S311 - a fixed sample, nothing secret
    return [tuple(max(touched.randrange(26) - 8, 0) for _ in range(providers)) for _ in range(count)]


def _parts(providers: int, calls: list[tuple[int, ...]]) -> list[int]:
    values = shapley.exact(providers, coverage.table(providers, calls, _LEAST))
    parts = apportion(_AMOUNT, shapley.weights(values))
    if sum(parts) != _AMOUNT:
        message = "the parts do not make up the amount"
        raise RuntimeError(message)
    return parts


def _hold_against_definition(calls: list[tuple[int, ...]]) -> None:
    """Raises RuntimeError when the values are not the mean over all orders: then the figure is void."""
    few = min(len(calls[0]), 6)
    worth = coverage.table(few, [call[:few] for call in calls], _LEAST)
    mean = [Fraction(0)] * few
    orders = list(itertools.permutations(range(few)))
    for order in orders:
        mask = 0
        for one in order:
            mean[one] += worth[mask | 1 << one] - worth[mask]
            mask |= 1 << one
    if shapley.exact(few, worth) != [one / len(orders) for one in mean]:
        message = "the shares are not Shapley's"
        raise RuntimeError(message)
