"""Which of several calls of one data-use may be written down, and which may be metered together.

* Written down are all of them, if a metering of all would be accepted and no way passes its limit; otherwise
  they are judged one after the other, each as the next. So many that come at once cost one judgement, and
  none goes without.
* Metered together are all that wait, if a metering of all would be accepted; otherwise as many of the first
  as are found by halving.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from wusong.data.products.callrows import Call, Judge, Standing, Wanted
from wusong.errors import DataError, WusongError

__all__ = ["allowed", "passing"]


def allowed(
    asked: list[tuple[int, Wanted]],
    base: Standing,
    spent: Counter[str],
    judge: Judge,
    found: dict[int, Call | WusongError],
) -> list[tuple[int, Wanted]]:
    """Those that may be written down: all, if they may together, otherwise judged one after the other."""
    coming = spent + Counter(one.entry["way"] for _, one in asked if one.limit)
    if len(asked) > 1 and all(coming[one.entry["way"]] <= one.limit for _, one in asked if one.limit):
        try:
            judge(_with(base, [one for _, one in asked]))
        except WusongError:
            pass
        else:
            return asked
    allowed: list[tuple[int, Wanted]] = []
    for place, one in asked:
        try:
            if one.limit and spent[one.entry["way"]] >= one.limit:
                raise DataError("way-used-up", limit=one.limit)
            judge(_with(base, [one], len(allowed)))
        except WusongError as error:
            found[place] = error
            continue
        allowed.append((place, one))
        spent[str(one.entry.get("way", ""))] += 1
    return allowed


def _with(base: Standing, ones: Sequence[Wanted], before: int = 0) -> Standing:
    count = before + len(ones)
    return Standing(
        base.use,
        base.number + count - 1,
        base.time,
        base.today + count,
        tuple(one.entry for one in ones),
    )


def passing(calls: Sequence[Call], judge: Callable[[Sequence[Call]], None]) -> Sequence[Call]:
    """The first of these calls, as many as ``judge`` lets pass together. Raises what it raised when not even
    one passes.
    """
    try:
        judge(calls)
    except WusongError as error:
        fine, refused, reason = 0, len(calls), error
    else:
        return calls
    while refused - fine > 1:
        middle = (fine + refused) // 2
        try:
            judge(calls[:middle])
        except WusongError as error:
            refused, reason = middle, error
        else:
            fine = middle
    if not fine:
        raise reason
    return calls[:fine]
