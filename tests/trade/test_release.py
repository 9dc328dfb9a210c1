"""From bill of lading to delivery order on a real ledger: one right to the goods, never two, never none."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market

BILL, ORDER = "bill-of-lading", "delivery-order"
DAY = 86_400_000


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    net = Net.create(tmp_path / "net", pages=(), names=PARTIES)
    yield Market.open(net, BILL, ORDER)
    net.close()


def presented(market: Market, number: str = "COSU1") -> str:
    """A bill that its holder presented for delivery to ``buyer``."""
    args = {"holder": "@seller", "form": "bearer", "number": number, "document": "~steel", "packages": 40}
    (bill,) = market.done(Act(BILL, "issue", {"carrier": "line", "shipper": "seller"}, args))
    ask = {"receiver": "@buyer", "answer_by": market.net.clock() + DAY}
    market.done(Act(BILL, "ask-delivery", {"holder": "seller"}, ask, bill))
    return bill


def surrendered(market: Market, number: str = "COSU1") -> str:
    bill = presented(market, number)
    market.done(Act(BILL, "accept-surrender", {"carrier": "line"}, {}, bill))
    return bill


def exchange(market: Market, bill: str) -> list[Act]:
    """The order is issued, and the bill ends."""
    until = market.net.clock() + 7 * DAY
    args = {"bill": bill, "terminal": "@port", "customs": "@border", "valid_until": until}
    return [
        Act(ORDER, "issue", {"carrier": "line"}, args, None, {"bill": 1}),
        Act(BILL, "release", {"carrier": "line"}, {}, bill, {"order": 0}),
    ]


def test_bill_and_order_change_places_in_one_deed(market: Market) -> None:
    bill = surrendered(market)
    (order,) = market.done(*exchange(market, bill))
    assert market.leaf(bill).state == "released"
    leaf = market.leaf(order)
    assert (leaf.state, leaf.quantity, leaf.roles["holder"]) == ("held", 40, market.net.did("buyer"))
    assert leaf.fields["bill"] == bill


@pytest.mark.parametrize("kept", [0, 1], ids=["order without bill", "bill without order"])
def test_neither_happens_alone(market: Market, kept: int) -> None:
    bill = surrendered(market)
    act = dataclasses.replace(exchange(market, bill)[kept], companions={})
    assert market.refused(act) == "missing-companion"
    assert market.leaf(bill).state == "surrendered"


def test_one_bill_gives_no_second_order(market: Market) -> None:
    bill = surrendered(market)
    order, release = exchange(market, bill)
    second = dataclasses.replace(order, companions={"bill": 2})
    first = dataclasses.replace(order, companions={"bill": 2})
    assert market.refused(first, second, release) == "missing-companion"
    market.done(*exchange(market, bill))
    assert market.refused(*exchange(market, bill)) == "guard-failed"


def test_the_bill_of_another_shipment_does_not_stand_in(market: Market) -> None:
    bill, other = surrendered(market), surrendered(market, "COSU2")
    order, _ = exchange(market, bill)
    _, release = exchange(market, other)
    assert market.refused(order, release) == "missing-companion"


def test_an_answer_that_comes_too_late_finds_the_bill_with_its_holder(market: Market) -> None:
    bill = presented(market)
    market.net.clock.time += DAY
    assert market.refused(Act(BILL, "accept-surrender", {"carrier": "line"}, {}, bill)) == "wrong-state"
    market.done(Act(BILL, "transfer-possession", {"holder": "seller"}, {"to": "@other"}, bill))
    leaf = market.leaf(bill)
    assert (leaf.state, leaf.roles["holder"], leaf.deadlines) == ("issued", market.net.did("other"), {})


def test_parts_are_picked_up_one_by_one_until_the_validity_ends(market: Market) -> None:
    (order,) = market.done(*exchange(market, surrendered(market)))
    for light, who in (("carrier", "line"), ("terminal", "port"), ("customs", "border")):
        market.done(Act(ORDER, f"light-{light}", {light: who}, {"green": True}, order))
    early, late = market.done(
        Act(ORDER, "split", {"holder": "buyer"}, {"parts": [30, 10]}, order), children=2
    )
    for part in (early, late):
        args = {"haulier": "@truck", "vehicle": "~plate"}
        market.done(Act(ORDER, "appoint", {"holder": "buyer"}, args, part))
    pick_up = Act(ORDER, "pick-up", {"terminal": "port", "haulier": "truck"})
    market.done(dataclasses.replace(pick_up, asset=early))
    market.net.clock.time += 7 * DAY
    assert market.refused(dataclasses.replace(pick_up, asset=late)) == "wrong-state"
    until = {"valid_until": market.net.clock() + DAY}
    market.done(Act(ORDER, "reinstate", {"carrier": "line"}, until, late))
    leaf = market.leaf(late)
    assert (leaf.state, leaf.quantity, leaf.roles.get("haulier")) == ("held", 10, None)


def test_an_endorsement_is_signed_apart_and_is_void_unless_handed_in_in_time(market: Market) -> None:
    """What a signable escrow does: who signed may let the deed die in place of cancelling it."""
    args = {"holder": "@seller", "form": "bearer", "number": "COSU3", "document": "~steel", "packages": 1}
    (bill,) = market.done(Act(BILL, "issue", {"carrier": "line", "shipper": "seller"}, args))
    signed = market.write(Act(BILL, "transfer-possession", {"holder": "seller"}, {"to": "@buyer"}, bill))
    market.net.clock.time += DAY
    with pytest.raises(Exception, match="expired"):
        market.net.submit(signed)
    assert market.leaf(bill).roles["holder"] == market.net.did("seller")
