"""Money and rates as they are typed."""

from __future__ import annotations

import pytest

from wusong.contract.show.amounts import minor, points


@pytest.mark.parametrize(
    ("text", "value"),
    [("1000", 100_000), ("1,000.00", 100_000), ("0.5", 50), ("0", 0)]
    + [(bad, None) for bad in ("", "1.005", "-1", "1e3", "1,00", "NaN", "一", "10 yuan")],
)
def test_money_is_in_the_main_unit(text: str, value: int | None) -> None:
    assert minor(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30%", 3000),
        ("3.5 ％", 350),
        ("0.25%", 25),
        ("3000bp", 3000),
        ("3000", None),
        ("bp", None),
        ("%", None),
    ],
)
def test_a_rate_names_its_unit(text: str, value: int | None) -> None:
    assert points(text) == value
