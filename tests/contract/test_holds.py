"""Which hold is in force: terms that lapse by themselves, and the queue behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wusong.contract import Leaf
from wusong.contract.holds import DAY, frozen, in_force, until

FIRST = {"authority": "a", "document": "1", "days": 10, "since": 1000}
SECOND = {"authority": "b", "document": "2", "days": 5}
THIRD = {"authority": "c", "document": "3", "days": 1}


@pytest.mark.parametrize(
    ("day", "document", "since"),
    [(0, "1", 0), (9, "1", 0), (10, "2", 10), (14, "2", 10), (15, "3", 15), (16, None, 0)],
)
def test_the_queue(day: int, document: str | None, since: int) -> None:
    found = in_force([FIRST, SECOND, THIRD], 1000 + day * DAY)
    assert (None if found is None else found[0]["document"]) == document
    if found is not None:
        assert found[1] == 1000 + since * DAY
    assert frozen(Leaf("p", "open", 1, holds=[FIRST, SECOND, THIRD]), 1000 + day * DAY) == (found is not None)


def test_a_hold_lapses_with_its_last_ms() -> None:
    end = until(FIRST, 1000)
    assert in_force([FIRST], end - 1) is not None
    assert in_force([FIRST], end) is None


def test_nothing_is_frozen_without_a_hold() -> None:
    assert in_force([], 5) is None
    assert not frozen(Leaf("p", "open", 1), 5)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=5), st.integers(0, 120))
def test_one_after_the_other_without_a_gap(terms: list[int], day: int) -> None:
    queue: list[dict[str, int]] = [{"n": n, "days": days} for n, days in enumerate(terms)]
    queue[0]["since"] = 0
    expected = next((n for n in range(len(terms)) if day < sum(terms[: n + 1])), None)
    found = in_force(queue, day * DAY)
    assert (None if found is None else found[0]["n"]) == expected
