"""Calendars: who publishes a year, what a correction may change, and what time limits read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from ledger.kit import Net
from ledger.refusing import suspend
from system.standing import DAY, accredit_all, offer, ok, publish, refused
from wusong.contract.calendar import day_number, weekdays
from wusong.node.working_days import days, shipped

TODAY = dt.date(2026, 9, 21)
"""The day on which the tests' clock begins: 21 September 2026 in Beijing."""


@pytest.fixture
def ledger(open_net: Callable[..., Net]) -> Net:
    net = open_net(pages=("offer",))
    accredit_all(net)
    return net


def turned(text: str, *dates: dt.date) -> str:
    """A year's bits with these days turned over."""
    bits = int(text, 16)
    for day in dates:
        bits ^= 1 << (368 - day.timetuple().tm_yday)
    return f"{bits:092x}"


def extend(net: Net, asset: str, day: dt.date, number: int) -> bytes:
    """Let the offer expire with the working day ``number`` after ``day``."""
    args = {"day": day_number(day), "days": number}
    return net.one("alice", net.pages["offer"], "extend", args, as_={"maker": "alice"}, asset=asset)


def test_the_clock_of_these_tests(ledger: Net) -> None:
    beijing = dt.timezone(dt.timedelta(hours=8))
    assert dt.datetime.fromtimestamp(ledger.ledger.now() / 1000, beijing).date() == TODAY


def test_a_time_limit_counts_the_working_days_of_the_notice(ledger: Net) -> None:
    """Three working days after Wednesday 30 September 2026: the holidays end on Wednesday 7 October, and
    Saturday 10 October is worked.
    """
    ok(ledger, publish(ledger, 2026, days(shipped("cn-work", 2026))))
    asset = offer(ledger, ledger.ledger.now() + DAY)
    ok(ledger, extend(ledger, asset, dt.date(2026, 9, 30), 3))
    due = ledger.leaf(asset).deadlines["expiry>lapsed"]
    beijing = dt.timezone(dt.timedelta(hours=8))
    assert dt.datetime.fromtimestamp(due / 1000, beijing) == dt.datetime(2026, 10, 11, tzinfo=beijing)


def test_a_year_that_is_not_published_refuses(ledger: Net) -> None:
    asset = offer(ledger, ledger.ledger.now() + DAY)
    assert refused(ledger, extend(ledger, asset, TODAY, 3)) == "effect-error calendar-unpublished"
    ok(ledger, publish(ledger, 2026))
    assert refused(ledger, extend(ledger, asset, TODAY, 200)) == "effect-error calendar-unpublished"
    ok(ledger, publish(ledger, 2027))
    ok(ledger, extend(ledger, asset, TODAY, 200))


def test_a_calendar_counts_among_what_a_deed_touches(ledger: Net) -> None:
    ok(ledger, publish(ledger, 2026))
    asset = offer(ledger, ledger.ledger.now() + DAY)
    ok(ledger, extend(ledger, asset, TODAY, 3))  # neither the read nor the write is refused


def test_a_year_is_published_once(ledger: Net) -> None:
    ok(ledger, publish(ledger, 2027))
    assert refused(ledger, publish(ledger, 2027)) == "asset-exists"


CHRISTMAS, TOMORROW = dt.date(2026, 12, 25), TODAY + dt.timedelta(days=1)


def test_a_correction_changes_days_ahead(ledger: Net) -> None:
    ok(ledger, publish(ledger, 2026))
    better = turned(weekdays(2026), TOMORROW, CHRISTMAS)
    ok(ledger, publish(ledger, 2026, better, "correct", reason="更正"))
    leaf = ledger.leaf(ledger.state_key("calendar", "cn-work 2026"))
    assert (leaf.fields["days"], leaf.fields["reason"], leaf.rev) == (better, "更正", 2)


@pytest.mark.parametrize("day", [TODAY, TODAY - dt.timedelta(days=1), dt.date(2026, 1, 1)])
def test_days_up_to_today_keep_their_value(day: dt.date, ledger: Net) -> None:
    ok(ledger, publish(ledger, 2026))
    worse = turned(weekdays(2026), day, CHRISTMAS)
    assert refused(ledger, publish(ledger, 2026, worse, "correct", reason="x")) == "calendar-day-past"


def test_today_is_today_in_beijing(ledger: Net) -> None:
    """Midnight in Beijing, 16:00 UTC the day before, makes tomorrow today."""
    ok(ledger, publish(ledger, 2026))
    better = turned(weekdays(2026), TOMORROW)
    ledger.clock.time = (day_number(TOMORROW) * 24 - 8) * 3_600_000
    assert refused(ledger, publish(ledger, 2026, better, "correct", reason="x")) == "calendar-day-past"


def test_a_correction_that_changes_nothing(ledger: Net) -> None:
    ok(ledger, publish(ledger, 2026))
    assert refused(ledger, publish(ledger, 2026, action="correct", reason="x")) == "bad-args days"


def test_another_publisher_corrects_only_after_the_first_has_lost_its_accreditation(ledger: Net) -> None:
    ok(ledger, publish(ledger, 2026))
    ledger.accredit("bob", "calendar-publisher")
    better = turned(weekdays(2026), CHRISTMAS)
    order = publish(ledger, 2026, better, "correct", "bob", reason="x")
    assert refused(ledger, order) == "wrong-role other-party"
    args = {"name": "calendar-publisher", "party": ledger.did("admin"), "reason": "x"}
    record = ledger.state_key("accreditation", f"{ledger.did('admin')} calendar-publisher")
    ledger.system("accreditation", "revoke", args, "accreditor", record)
    ok(ledger, publish(ledger, 2026, better, "correct", "bob", reason="x"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"days": "ff" * 46}, "bad-args days"),
        ({"days": "00" * 45}, "bad-args days"),
        ({"days": "FF" * 45 + "00"}, "bad-args days"),
        ({"days": weekdays(2028)[:-1] + "4"}, "bad-args days"),  # a bit after the last day
        ({"by": "alice"}, "not-accredited"),
        ({"name": "Cn_Work"}, "bad-args name"),
        ({"reason": "none is asked"}, "bad-args reason"),
    ],
)
def test_what_is_no_year_or_no_publisher(change: dict[str, str], why: str, ledger: Net) -> None:
    assert refused(ledger, publish(ledger, 2027, **change)) == why


def test_a_leap_year_has_one_bit_more(ledger: Net) -> None:
    ok(ledger, publish(ledger, 2028, turned(weekdays(2028), dt.date(2028, 12, 31))))


def test_a_suspended_publisher_publishes_nothing(ledger: Net) -> None:
    ledger.accredit("bob", "calendar-publisher")
    suspend(ledger, "bob")
    with pytest.raises(Exception, match="party-suspended"):
        ledger.submit(publish(ledger, 2027, by="bob"))


def test_before_protocol_2_there_is_no_calendar(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=1)
    assert refused(net, publish(net, 2027)) == "unknown-contract"
