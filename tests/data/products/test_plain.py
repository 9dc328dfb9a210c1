"""Values of the engine as answers hold them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from wusong.data.products.plain import plain

CASES: list[tuple[object, object]] = [
    (None, ""),
    (True, True),
    (12, 12),
    (2**53, str(2**53)),
    (-(2**70), str(-(2**70))),
    (Decimal("12.50"), "12.5"),
    (Decimal(100), 100),
    (Decimal(90071992547409930), "90071992547409930"),
    (Decimal("90071992547409930.100"), "90071992547409930.1"),
    (Decimal("1E+20"), "1" + "0" * 20),
    (0.1, "0.1"),
    (2.0, 2),
    (1e30, "1" + "0" * 30),
    (1.7976931348623157e308, "17976931348623157" + "0" * 292),
    (float("inf"), ""),
    (float("-inf"), ""),
    (float("nan"), ""),
    (date(2026, 1, 31), "2026-01-31"),
    ("甲", "甲"),
]


@pytest.mark.parametrize(("value", "told"), CASES, ids=[repr(row[0])[:40] for row in CASES])
def test_what_is_told_of_a_value(value: object, told: object) -> None:
    found = plain(value)
    assert (found, type(found)) == (told, type(told))
