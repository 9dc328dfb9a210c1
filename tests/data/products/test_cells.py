"""What ``uncertified`` passes is examined by trying every small set of rows, in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.data.products.cells import Cell, uncertified


def rank(lines: list[list[int]]) -> int:
    """The rank of a matrix, by elimination in fractions."""
    left = [[Fraction(number) for number in line] for line in lines]
    found = 0
    for column in range(len(lines[0]) if lines else 0):
        pivot = next((line for line in left if line[column]), None)
        if pivot is None:
            continue
        found += 1
        left.remove(pivot)
        left = [
            [a - b * line[column] / pivot[column] for a, b in zip(line, pivot, strict=True)] for line in left
        ]
    return found


def derives_few(cells: list[Cell], least: int) -> bool:
    """Whether some combination of the classes is zero on all but fewer than ``least`` rows."""
    classes = sorted({one for cell in cells for one in cell.classes})
    lines = [[1, *[int(one in cell.classes) for one in classes]] for cell in cells for _ in range(cell.rows)]
    whole = rank(lines)
    return any(
        rank([line for place, line in enumerate(lines) if place not in few]) < whole
        for few in combinations(range(len(lines)), min(least - 1, len(lines)))
    )


CASES = [
    ("one class, the rest large", [((1,), 5), ((), 5)], 3, True),
    ("one class, the rest small", [((1,), 5), ((), 2)], 3, False),
    ("one class that is everything", [((1,), 5)], 3, True),
    ("two classes that differ by few", [((1, 2), 6), ((1,), 1), ((), 6)], 3, False),
    ("the tracker: target in both, padding in one each", [((1, 2), 1), ((1,), 6), ((2,), 6)], 3, False),
    ("the union of few and the rest", [((1, 2), 2), ((1,), 5), ((), 5)], 3, False),
    (
        "by group and in total, one group left out",
        [((1, 9), 4), ((2, 9), 4), ((9,), 1), ((), 9)],
        3,
        False,
    ),
    (
        "two tables of totals with small meetings",
        [((1, 3), 6), ((1, 4), 1), ((2, 3), 6), ((2, 4), 6)],
        3,
        True,
    ),
    (
        "a small class seen against a large one",
        [((1, 3), 1), ((1, 4), 1), ((1, 5), 1), ((2, 3), 6), ((2, 4), 6), ((2, 5), 6)],
        3,
        True,
    ),
    ("the same again", [((1, 2), 6), ((), 6)], 3, True),
]


@pytest.mark.parametrize(
    ("cells", "least", "fine"), [row[1:] for row in CASES], ids=[str(row[0]) for row in CASES]
)
def test_what_can_be_derived(cells: list[tuple[tuple[int, ...], int]], least: int, fine: bool) -> None:
    made = [Cell(*cell) for cell in cells]
    assert (not uncertified(made, least)) is fine
    assert derives_few(made, least) is not fine


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=9),
    weights=st.lists(st.integers(1, 3), min_size=9, max_size=9),
    least=st.integers(2, 3),
)
@settings(max_examples=150, deadline=None)
def test_what_is_certified_never_derives_few_rows(
    rows: list[tuple[int, ...]], weights: list[int], least: int
) -> None:
    grouped: dict[tuple[int, ...], int] = {}
    for row, weight in zip(rows, weights, strict=False):
        classes = tuple(3 * family + label for family, label in enumerate(row, 0) if label)
        grouped[classes] = grouped.get(classes, 0) + weight
    cells = [Cell(classes, number) for classes, number in grouped.items()]
    if not uncertified(cells, least):
        assert not derives_few(cells, least)
