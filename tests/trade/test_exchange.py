"""Compositions on a real ledger: what stands in one deed happens together or not at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market

BILL = "bill-of-lading"
RING = ("seller", "buyer", "other")


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    net = Net.create(tmp_path / "net", pages=(), names=PARTIES)
    yield Market.open(net, BILL)
    net.close()


def bill(market: Market, holder: str, number: str, form: str = "order") -> str:
    args = {"holder": f"@{holder}", "form": form, "number": number, "document": "~steel", "packages": 40}
    if form != "bearer":
        args["title"] = f"@{holder}"
    (made,) = market.done(Act(BILL, "issue", {"carrier": "line", "shipper": holder}, args))
    return made


def ring(bills: list[str]) -> list[Act]:
    """Each gives its bill to the next, title and possession."""
    return [
        Act(
            BILL,
            "transfer-both",
            {"title": giver, "holder": giver},
            {"title": f"@{taker}", "holder": f"@{taker}"},
            asset,
        )
        for giver, taker, asset in zip(RING, (*RING[1:], RING[0]), bills, strict=True)
    ]


def test_three_parties_exchange_three_titles_in_one_deed(market: Market) -> None:
    bills = [bill(market, party, f"COSU{n}") for n, party in enumerate(RING)]
    market.done(*ring(bills))
    held = [market.leaf(asset).roles for asset in bills]
    assert [roles["holder"] for roles in held] == [market.net.did(p) for p in ("buyer", "other", "seller")]
    assert [roles["title"] for roles in held] == [market.net.did(p) for p in ("buyer", "other", "seller")]


@pytest.mark.parametrize("silent", RING)
def test_without_one_signature_none_of_the_three_moves(market: Market, silent: str) -> None:
    bills = [bill(market, party, f"COSU{n}") for n, party in enumerate(RING)]
    before = [market.leaf(asset) for asset in bills]
    assert market.refused(*ring(bills), without=(silent,)) == "missing-signer"
    assert [market.leaf(asset) for asset in bills] == before


def test_one_pledged_title_stops_the_whole_ring(market: Market) -> None:
    bills = [bill(market, party, f"COSU{n}") for n, party in enumerate(RING)]
    pledge = {"pledgee": "@bank", "claim": "~loan", "possession": False}
    roles = {"holder": "buyer", "title": "buyer", "pledgee": "bank"}
    market.done(Act(BILL, "pledge", roles, pledge, bills[1]))
    before = [market.leaf(asset) for asset in bills]
    assert market.refused(*ring(bills)) == "missing-signer"
    assert [market.leaf(asset) for asset in bills] == before


def test_a_bill_passed_on_twice_in_one_deed_has_one_holder(market: Market) -> None:
    (asset,) = [bill(market, "seller", "COSU1", form="bearer")]
    first = Act(BILL, "transfer-possession", {"holder": "seller"}, {"to": "@buyer"}, asset)
    second = Act(BILL, "transfer-possession", {"holder": "seller"}, {"to": "@other"}, asset)
    assert market.refused(first, second) in {"wrong-role", "missing-signer", "stale-rev"}
    assert market.leaf(asset).roles["holder"] == market.net.did("seller")


def amended(asset: str) -> list[Act]:
    reissue = {"replaces": asset, "document": "~copper", "number": "COSU2"}
    return [
        Act(BILL, "reissue", {"carrier": "line"}, reissue, None, {"old": 1}),
        Act(BILL, "replace", {"carrier": "line"}, {"successor": "#0.0"}, asset, {"new": 0}),
    ]


def test_an_amended_bill_takes_the_place_of_the_old_one_and_links_to_it(market: Market) -> None:
    asset = bill(market, "seller", "COSU1")
    ask = {"document": "~copper", "reason": "correction", **_answer(market)}
    market.done(Act(BILL, "ask-amendment", {"holder": "seller", "title": "seller"}, ask, asset))
    new, *_ = market.done(*amended(asset))
    assert market.leaf(asset).state == "replaced"
    assert market.leaf(asset).fields["successor"] == new
    assert market.leaf(new).fields["replaces"] == asset
    assert market.leaf(new).state == "issued"


@pytest.mark.parametrize("left_out", [0, 1])
def test_there_is_never_an_old_and_a_new_bill_nor_neither(market: Market, left_out: int) -> None:
    asset = bill(market, "seller", "COSU1")
    ask = {"document": "~copper", "reason": "correction", **_answer(market)}
    market.done(Act(BILL, "ask-amendment", {"holder": "seller", "title": "seller"}, ask, asset))
    acts = amended(asset)
    del acts[left_out]
    if left_out == 0:
        acts = [Act(BILL, "replace", {"carrier": "line"}, {"successor": asset}, asset)]
    assert market.refused(*acts) == "missing-companion"
    assert market.leaf(asset).state == "amendment-asked"


def test_one_old_bill_does_not_become_two_new_ones(market: Market) -> None:
    asset = bill(market, "seller", "COSU1")
    ask = {"document": "~copper", "reason": "correction", **_answer(market)}
    market.done(Act(BILL, "ask-amendment", {"holder": "seller", "title": "seller"}, ask, asset))
    reissue, replace = amended(asset)
    again = dataclasses.replace(reissue, companions={"old": 2})
    assert market.refused(reissue, replace, reissue) == "guard-failed"
    assert market.refused(again, again, replace) == "missing-companion"
    assert market.leaf(asset).state == "amendment-asked"


def _answer(market: Market) -> dict[str, int]:
    return {"answer_by": market.net.clock() + 86_400_000}
