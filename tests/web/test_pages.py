"""How pages write times."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from wusong.cli import values
from wusong.web.pages import until

BEIJING = timezone(timedelta(hours=8))
ENDS = [
    pytest.param((2026, 11, 27), "2026-11-26 24:00", id="at midnight: with the day before"),
    pytest.param((2027, 1, 1), "2026-12-31 24:00", id="with the year"),
    pytest.param((2026, 11, 27, 0, 0, 1), "2026-11-27 00:00:01", id="a second later"),
    pytest.param((2028, 12, 31, 18, 0, 0), "2028-12-31 18:00:00", id="within a day"),
]


@pytest.mark.parametrize(("moment", "said"), ENDS)
def test_a_limit_ends_with_a_day_in_portal_and_terminal(moment: tuple[int, ...], said: str) -> None:
    at = datetime(*moment, tzinfo=BEIJING)  # type: ignore[misc,arg-type]
    time = int(at.timestamp() * 1000)
    shown = until(time)
    assert f">{said}<" in shown
    assert f'datetime="{at.isoformat(timespec="seconds")}"' in shown
    assert values.until(time) == said
