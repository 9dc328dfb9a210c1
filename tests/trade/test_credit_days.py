"""How a letter of credit counts days (UCP 600, art. 14, 29, 33), where banks work Monday to Friday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market
from trade.test_compositions import BILL, CREDIT, OFFICES, bill, publish

EPOCH = date(1970, 1, 1)


def day(text: str) -> int:
    """A date as pages count it."""
    return (date.fromisoformat(text) - EPOCH).days


def at(market: Market, text: str) -> None:
    """It is this time in Beijing."""
    market.net.clock.time = int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


@pytest.fixture
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    net = Net.create(tmp_path_factory.mktemp("days") / "net", pages=(), names=PARTIES)
    made = Market.open(net, BILL, "payment", CREDIT)
    for office in OFFICES["bank"]:
        net.accredit("bank", office)
    net.accredit("admin", "calendar-publisher")
    publish(net, "cn-bank")
    yield made
    net.close()


def credit(market: Market, expiry: str) -> str:
    """A credit of the bank for the seller, available until ``expiry``."""
    args = {"beneficiary": "@seller", "amount": 100, "currency": "CNY", "terms": "~terms", "tenor": 0}
    args |= {"expiry": day(expiry), "available": "sight", "transferable": False}
    (made,) = market.done(Act(CREDIT, "issue", {"issuer": "bank", "applicant": "buyer"}, args))
    return made


def presentation(made: str, paper: str, shipped: str) -> Act:
    args = {"bill": paper, "documents": "~papers", "drawn": 100, "shipped_on": day(shipped)}
    return Act(CREDIT, "present", {"beneficiary": "seller"}, args, made)


def refusal(made: str) -> Act:
    return Act(CREDIT, "refuse", {"issuer": "bank"}, {"discrepancies": "~late", "disposal": "return"}, made)


@pytest.mark.parametrize(
    ("shipped", "presented", "in_time"),
    [
        ("2026-09-26", "2026-10-19T23:59:59", True),  # the 21st day is a Saturday: Monday
        ("2026-09-26", "2026-10-20T00:00:00", False),
        ("2026-09-28", "2026-10-19T23:59:59", True),  # a Monday
        ("2026-09-28", "2026-10-20T00:00:00", False),
        ("2026-09-25", "2026-10-17T10:00:00", False),  # a Friday: not even Saturday
    ],
)
def test_the_twenty_first_day_moves_to_a_banking_day(
    market: Market, shipped: str, presented: str, in_time: bool
) -> None:
    made, paper = credit(market, "2026-12-31"), bill(market)
    at(market, presented)
    act = presentation(made, paper, shipped)
    if in_time:
        market.done(act)
        return
    assert market.refused(act) == "guard-failed"


def test_a_credit_that_expires_under_examination_is_refused_and_not_extended(market: Market) -> None:
    made, paper = credit(market, "2026-10-22"), bill(market)
    at(market, "2026-10-22T10:00:00")
    market.done(presentation(made, paper, "2026-10-10"))
    at(market, "2026-10-28T10:00:00")
    market.done(refusal(made))
    assert market.leaf(made).fields["expiry"] == day("2026-10-22")
    assert market.refused(presentation(made, paper, "2026-10-10")) == "deadline-passed"
    market.done(Act(CREDIT, "expire", {"issuer": "bank"}, {}, made))
    assert market.leaf(made).state == "expired"


@pytest.mark.parametrize(
    ("presented", "last"),
    [
        ("2026-11-07T10:00:00", "2026-11-16T23:59:59"),  # a Saturday counts as Monday the 9th
        ("2026-11-09T10:00:00", "2026-11-16T23:59:59"),
        ("2026-11-06T10:00:00", "2026-11-13T23:59:59"),
    ],
)
def test_examination_counts_from_a_banking_day(market: Market, presented: str, last: str) -> None:
    both = [(credit(market, "2026-12-31"), bill(market, f"COSU-{n}")) for n in range(2)]
    at(market, presented)
    for made, paper in both:
        market.done(presentation(made, paper, "2026-11-05"))
    at(market, last)
    market.done(refusal(both[0][0]))
    market.net.clock.time += 1000
    assert market.refused(refusal(both[1][0])) == "deadline-passed"
