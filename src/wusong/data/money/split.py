"""Dividing an amount to the last minor unit, as ``apportion`` of the contract language does
(docs/contract-language.md, section 10): each part rounded down, then one unit more for each of the largest
remainders, earlier first.
"""

from __future__ import annotations

from collections.abc import Sequence

from wusong.errors import DataError

__all__ = ["apportion"]


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Parts of ``total`` by ``weights``; they sum to it exactly. Raises DataError ``contribution-none``,
    ``contribution-negative``.
    """
    whole = sum(weights)
    if total < 0 or min(weights, default=0) < 0:
        raise DataError(
            "contribution-negative", provider=next((n for n, w in enumerate(weights) if w < 0), 0)
        )
    if whole == 0:
        raise DataError("contribution-none")
    parts = [total * weight // whole for weight in weights]
    largest = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in largest[: total - sum(parts)]:
        parts[n] += 1
    return parts
