"""No freeze eats a right: times in which somebody may answer stand still with the asset, due dates do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market, compiled

DAY = 86_400_000
LOT, RECEIPT = "goods-lot", "warehouse-receipt"
STILL = {
    "bill-of-lading": {"answer"},
    "warehouse-receipt": {"objection"},
    "letter-of-credit": {"examination"},
    "domestic-letter-of-credit": {"examination"},
    "guarantee": {"examination"},
    "delivery-order": set(),
    "payment": set(),
    "credit-voucher": set(),
    "escrow": set(),
}


@pytest.mark.parametrize("name", STILL)
def test_times_to_answer_stand_still_and_nothing_else_does(name: str) -> None:
    assert {limit.name for limit in compiled(name).page.deadlines if limit.suspends} == STILL[name]


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    net = Net.create(tmp_path / "net", pages=(), names=PARTIES)
    made = Market.open(net, LOT, RECEIPT)
    net.accredit("admin", "freeze-authority")
    for officer in ("bank", "bank_b"):
        net.accredit(officer, "freeze-officer")
    yield made
    net.close()


def reported_lost(market: Market) -> str:
    """A receipt of the seller that another says it lost, with sixty days for objections."""
    weighed = {"goods": "~g", "certificate": "~c", "place": "A1", "weight": 5}
    roles = {"keeper": "store", "weigher": "scale", "owner": "seller"}
    (lot,) = market.done(Act(LOT, "weigh", roles, weighed))
    args = {"lot": lot, "holder": "@seller", "weight": 5, "until_day": 30_000}
    (made,) = market.done(
        Act(RECEIPT, "issue", {"keeper": "store"}, args, None, {"goods": 1}),
        Act(LOT, "cover", {"keeper": "store"}, {"weight": 5}, lot, {"receipt": 0}),
    )
    until = {"claimant": "@other", "objections_until": market.net.clock() + 61 * DAY}
    market.done(Act(RECEIPT, "report-lost", {"keeper": "store", "claimant": "other"}, until, made))
    return made


def frozen(market: Market, asset: str, days: int) -> None:
    """An authority and two officers freeze it."""
    net = market.net
    draft = net.draft("admin", "bank", "bank_b")
    roles = net.roles({"authority": "admin", "officer_a": "bank", "officer_b": "bank_b"})
    args = {"basis": "order", "days": days, "document": "No 1"}
    draft.act("system/freeze", "freeze", args, as_=roles, asset=asset)
    assert net.submit(net.seal_up(draft)).code == "ok"


def test_a_freeze_longer_than_the_time_for_objections_takes_no_receipt_from_its_holder(
    market: Market,
) -> None:
    made = reported_lost(market)
    frozen(market, made, 62)
    market.net.clock.time += 63 * DAY
    replace = Act(RECEIPT, "replace", {"keeper": "store", "claimant": "other"}, {}, made)
    assert market.refused(replace) == "deadline-not-passed"
    market.done(Act(RECEIPT, "object", {"holder": "seller"}, {}, made))
    assert market.leaf(made).roles["holder"] == market.net.did("seller")
