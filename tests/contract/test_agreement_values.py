"""The specification's own values by the slow second implementation, and days counted by both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contract.reference.evaluate import Failed, Scene, shares
from contract.reference.syntax import parse
from wusong.contract import calendar
from wusong.contract.calendar import weekdays

SPECIFICATION = Path(__file__).parents[2] / "docs" / "contract-language.md"
ROW = re.compile(r"^\| `(.+?)` \| (error|`.*`) \|$", re.MULTILINE)
VALUES = [
    (text.replace("\\|", "|"), wanted.strip("`"))
    for table in re.split(
        r"^\| expression.* \| value \|$", SPECIFICATION.read_text("utf-8"), flags=re.MULTILINE
    )[1:]
    for text, wanted in ROW.findall(table.partition("\n\n")[0])
]
SPARSE = "8" + "0" * 91
YEARS = {("cn-work", year): weekdays(year) for year in range(2020, 2031)}
YEARS |= {("sparse", year): SPARSE for year in range(2024, 2031)}


def value(text: str, **names: Any) -> Any:  # noqa: ANN401 - whatever the expression gives
    scene = Scene(names, lambda _: None, lambda name, year: YEARS.get((name, year)), 480)
    return scene.value(parse(text))


def test_the_tables_are_found() -> None:
    assert len(VALUES) > 30


@pytest.mark.parametrize(("text", "wanted"), VALUES)
def test_the_specification_says_what_the_second_implementation_gives(text: str, wanted: str) -> None:
    try:
        found = value(text)
    except Failed:
        found = "error"
    assert found == (wanted if wanted == "error" else value(wanted))


@given(st.integers(20_000, 22_200), st.integers(-1, 367), st.sampled_from(["cn-work", "sparse"]))
@example(20_818, 3, "sparse")  # 2026-12-31: the first day that counts is of the next year
@settings(max_examples=150, deadline=None)
def test_working_days_are_counted_alike(day: int, n: int, name: str) -> None:
    try:
        ours: int | str = calendar.workday(day, n, lambda year: YEARS.get((name, year)))
    except calendar.CalendarError:
        ours = "error"
    try:
        theirs: int | str = value(f'workday({day}, {n}, "{name}")')
    except Failed:
        theirs = "error"
    assert ours == theirs


@given(st.integers(-800_000, 3_000_000), st.integers(-1_300, 1_300))
@settings(max_examples=200, deadline=None)
def test_months_are_counted_alike(day: int, n: int) -> None:
    try:
        ours: int | str = calendar.months(day, n)
    except calendar.CalendarError:
        ours = "error"
    try:
        theirs: int | str = value(f"months({day}, {n})")
    except Failed:
        theirs = "error"
    assert ours == theirs


@given(st.integers(0, 2**53 - 1), st.lists(st.integers(0, 10_000), min_size=1, max_size=9).filter(any))
@settings(max_examples=100, deadline=None)
def test_shares_sum_to_the_whole(total: int, weights: list[int]) -> None:
    found = shares(total, weights)
    assert sum(found) == total == sum(value(f"apportion({total}, {weights})"))
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights)
        for part, weight in zip(found, weights, strict=True)
    )
