"""The order of rows as a mark: what it changes, what it survives, how often chance looks like it."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto.suites import GM, INTL, Suite
from wusong.data.products.order import BLOCK, Agreement, agreement, arranged, pairs
from wusong.data.products.recognising import places

NAMES = ("代码", "名称", "人口")
TABLE = [(f"{n:06}", f"第{n % 7}区", str(n * n % 101)) for n in range(600)]
OURS, THEIRS = b"\x01" * 32, b"\x02" * 32


@pytest.mark.parametrize("suite", [INTL, GM], ids=["intl", "gm"])
@given(size=st.integers(0, 60), secret=st.binary(min_size=32, max_size=32))
@settings(max_examples=40, deadline=None)
def test_rows_stay_the_same_and_near_their_place(suite: Suite, size: int, secret: bytes) -> None:
    made = arranged(suite, secret, range(size))
    assert sorted(made) == list(range(size))
    assert all(abs(place - row) < BLOCK for place, row in enumerate(made))
    seen = pairs(made)
    assert len(seen) == size // BLOCK * (BLOCK // 2) + size % BLOCK // 2
    assert agreement(suite, secret, seen) == Agreement(len(seen), len(seen))


Rows = list[tuple[str, ...]]
_chance = random.Random(11)


def _half(rows: Rows) -> Rows:
    return [row for row in rows if _chance.random() < 0.5]


CHANGES: list[tuple[str, Callable[[Rows], tuple[tuple[str, ...], Rows]], bool]] = [
    ("as it is", lambda rows: (NAMES, rows), True),
    ("columns cut, titles gone", lambda rows: (("a",), [(row[0],) for row in rows]), True),
    ("half of the rows gone", lambda rows: (NAMES, _half(rows)), True),
    ("a part from the middle", lambda rows: (NAMES, rows[200:300]), True),
    ("two columns changed", lambda rows: (NAMES, [(row[0], "x", "y") for row in rows]), True),
    ("columns turned round", lambda rows: (NAMES[::-1], [row[::-1] for row in rows]), True),
    ("rows doubled", lambda rows: (NAMES, [row for row in rows for _ in range(2)]), True),
    ("sorted", lambda rows: (NAMES, sorted(rows)), False),
    ("shuffled", lambda rows: (NAMES, _chance.sample(rows, len(rows))), False),
    ("a column that tells no rows apart", lambda rows: (("x",), [(row[1],) for row in rows]), False),
    ("thirty rows", lambda rows: (NAMES, rows[:30]), False),
    ("another table", lambda rows: (("q",), [(f"别处{n}",) for n, _ in enumerate(rows)]), False),
    ("nothing", lambda _: (NAMES, []), False),
]


@pytest.mark.parametrize(("change", "found"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_what_the_order_survives(change: Callable[[Rows], tuple[tuple[str, ...], Rows]], found: bool) -> None:
    columns, rows = change(arranged(INTL, OURS, TABLE))
    seen = pairs(places(NAMES, TABLE, columns, rows))
    assert (agreement(INTL, OURS, seen).one_in(100) >= 10**6) is found
    assert agreement(INTL, THEIRS, seen).one_in(100) < 10**6


def test_both_copies_that_were_mixed_are_found() -> None:
    ours, theirs = arranged(INTL, OURS, TABLE), arranged(INTL, THEIRS, TABLE)
    mixed = [row for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) for row in ([a, b][n // 16 % 2],)]
    seen = pairs(places(NAMES, TABLE, NAMES, mixed))
    assert all(agreement(INTL, secret, seen).one_in(100) >= 10**6 for secret in (OURS, THEIRS))


def test_the_bound_is_one_on_chance() -> None:
    """Of 400 secrets that a file was not made with, none agrees more than the bound lets expect."""
    seen = pairs(places(NAMES, TABLE, NAMES, arranged(INTL, OURS, TABLE)))
    rates = [agreement(INTL, bytes([n % 256, n // 256]) * 16, seen).one_in(1) for n in range(600, 1_000)]
    for times in (4, 20, 100):
        assert sum(one >= times for one in rates) <= 2 * len(rates) / times
    assert max(rates) < 10**6


def test_more_agreement_is_less_chance_and_more_copies_more() -> None:
    sure = [Agreement(agreeing, 40).one_in(1) for agreeing in range(41)]
    assert all(a <= b for a, b in pairwise(sure))
    assert set(sure[:21]) == {1}
    assert sure[40] == int(2.718281828459045**20)
    assert Agreement(40, 40).one_in(1_000) == sure[40] // 1_000
    assert Agreement(10**6, 10**6).one_in(1) == pytest.approx(10**30, rel=0.1)
