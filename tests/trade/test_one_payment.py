"""One payment discharges one obligation: every page that takes a payment, against every other."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market, compiled
from trade.test_compositions import (
    BILL,
    CREDIT,
    GUARANTEE,
    OFFICES,
    PAYMENT,
    SUM,
    VOUCHER,
    bill,
    days,
    handed,
    promised,
    publish,
)

DOMESTIC = "domestic-letter-of-credit"
DEFERRED = "honour-deferred"
TAKERS = {
    (VOUCHER, "settle"),
    (VOUCHER, "finance"),
    (CREDIT, "honour"),
    (DOMESTIC, "pay"),
    (DOMESTIC, "negotiate"),
    (DOMESTIC, "forfait"),
    (GUARANTEE, "pay"),
    (GUARANTEE, "pay-part"),
}


@dataclasses.dataclass(frozen=True)
class Owed:
    """What the bank can pay the seller for: the act that takes the payment, and what goes with it."""

    act: Act
    beside: tuple[Act, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.act.page} {self.act.action}"

    def paid_with(self, claim: str) -> list[Act]:
        """This act, the receipt of ``claim`` and whatever else has to be in the deed."""
        receipt = Act(PAYMENT, "discharge", {"creditor": "seller"}, {}, claim)
        taking = dataclasses.replace(self.act, args={**self.act.args, "payment": claim})
        return [taking, receipt, *self.beside]


def voucher(market: Market, action: str) -> Owed:
    """A voucher that the seller holds: of the bank, to be settled, or of the buyer, to be financed."""
    debtor, payer = ("bank", "debtor") if action == "settle" else ("buyer", "financier")
    args = {"holder": "@seller", "amount": SUM, "due_day": days(market, 90), "background": "~order"}
    (made,) = market.done(Act(VOUCHER, "open", {"debtor": debtor}, {**args, "most_hops": 3}))
    market.done(Act(VOUCHER, "accept", {"holder": "seller"}, {}, made))
    more = {"financier": "@bank"} if action == "finance" else {}
    return Owed(Act(VOUCHER, action, {payer: "bank", "holder": "seller"}, more, made, {"payment": 1}))


def presented(market: Market, available: str) -> tuple[str, str]:
    """A credit of the bank under which the seller has presented a bill; both."""
    args = {"beneficiary": "@seller", "amount": SUM, "currency": "CNY", "terms": "~terms"}
    tenor = 60 if available == "deferred" else 0
    args |= {"expiry": days(market, 60), "available": available, "tenor": tenor, "transferable": False}
    (made,) = market.done(Act(CREDIT, "issue", {"issuer": "bank", "applicant": "buyer"}, args))
    paper = bill(market, f"COSU-{available}")
    drawn = {"bill": paper, "documents": "~papers", "drawn": SUM, "shipped_on": days(market, 0)}
    market.done(Act(CREDIT, "present", {"beneficiary": "seller"}, drawn, made))
    return made, paper


def honour(market: Market) -> Owed:
    """A sight credit under which documents were presented."""
    made, paper = presented(market, "sight")
    roles = {"payer": "bank", "beneficiary": "seller"}
    act = Act(CREDIT, "honour", roles, {}, made, {"payment": 1, "documents": 2})
    return Owed(act, (handed(paper, "bank"),))


def deferred(market: Market) -> str:
    """The bank's promise under a deferred credit, which names it as its payment."""
    made, paper = presented(market, "deferred")
    promise = promised(market, "bank", "seller", obligation=made)
    promise = dataclasses.replace(promise, args={**promise.args, "due_day": days(market, 60)})
    roles = {"payer": "bank", "beneficiary": "seller"}
    taking = Act(CREDIT, DEFERRED, roles, {"payment": "#0.0"}, made, {"promise": 0, "documents": 2})
    (claim,) = market.done(promise, taking, handed(paper, "bank"))
    assert market.leaf(made).fields["payment"] == claim
    return claim


def domestic(market: Market, action: str) -> Owed:
    """A usance credit: of the bank, to be paid, or of another, to be negotiated or sold."""
    issuer = "bank" if action == "pay" else "bank_b"
    args = {"beneficiary": "@seller", "adviser": "@bank_b", "amount": SUM, "terms": "~terms"}
    args |= {"expiry": days(market, 60), "available": "usance", "tenor": 90}
    (made,) = market.done(Act(DOMESTIC, "issue", {"issuer": issuer, "applicant": "buyer"}, args))
    drawn = {"documents": "~papers", "drawn": SUM}
    market.done(Act(DOMESTIC, "present", {"beneficiary": "seller"}, drawn, made))
    market.done(Act(DOMESTIC, "confirm-maturity", {"issuer": issuer}, {}, made))
    roles, more = {
        "pay": ({"issuer": "bank", "payee": "seller"}, {}),
        "negotiate": ({"negotiator": "bank", "beneficiary": "seller"}, {"negotiator": "@bank"}),
        "forfait": ({"forfaiter": "bank", "payee": "seller"}, {"forfaiter": "@bank"}),
    }[action]
    return Owed(Act(DOMESTIC, action, roles, more, made, {"payment": 1}))


def guarantee(market: Market, action: str) -> Owed:
    """A guarantee of the bank under which the seller demanded all, or a part."""
    args = {"beneficiary": "@seller", "currency": "CNY", "terms": "~terms", "expiry": days(market, 60)}
    amount = SUM if action == "pay" else SUM + 1
    opening = Act(GUARANTEE, "issue", {"guarantor": "bank", "applicant": "buyer"}, {**args, "amount": amount})
    (made,) = market.done(opening)
    demand = {"amount": SUM, "documents": "~demand"}
    market.done(Act(GUARANTEE, "demand", {"beneficiary": "seller"}, demand, made))
    roles = {"guarantor": "bank", "beneficiary": "seller"}
    return Owed(Act(GUARANTEE, action, roles, {}, made, {"payment": 1}))


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    net = Net.create(tmp_path_factory.mktemp("payments") / "net", pages=(), names=PARTIES)
    made = Market.open(net, BILL, PAYMENT, CREDIT, VOUCHER, DOMESTIC, GUARANTEE)
    for party, offices in OFFICES.items():
        for office in offices:
            net.accredit(party, office)
    net.accredit("admin", "calendar-publisher")
    publish(net, "cn-bank")
    publish(net, "cn-work")
    yield made
    net.close()


@pytest.fixture(scope="module")
def owed(market: Market) -> list[Owed]:
    """One of everything that takes a payment."""
    return [
        voucher(market, "settle"),
        voucher(market, "finance"),
        honour(market),
        domestic(market, "pay"),
        domestic(market, "negotiate"),
        domestic(market, "forfait"),
        guarantee(market, "pay"),
        guarantee(market, "pay-part"),
    ]


def test_the_table_names_every_action_that_takes_a_payment() -> None:
    taking = {
        (name, action.name)
        for name in (CREDIT, VOUCHER, DOMESTIC, GUARANTEE)
        for action in compiled(name).page.actions
        if any(need.contract == "payment@1" for need in action.requires)
    }
    assert taking == TAKERS | {(CREDIT, DEFERRED)}


def test_what_is_owed_under_a_deferred_credit_pays_for_nothing_else(market: Market, owed: list[Owed]) -> None:
    claim = deferred(market)
    found = {each.name: market.refused(*each.paid_with(claim)) for each in owed}
    assert found == {f"{page} {action}": "missing-companion" for page, action in TAKERS}
    market.done(Act(PAYMENT, "discharge", {"creditor": "seller"}, {}, claim))


def test_a_payment_for_one_obligation_pays_for_no_other_and_then_for_its_own(
    market: Market, owed: list[Owed]
) -> None:
    promises = [promised(market, "bank", "seller", obligation=each.act.asset or "") for each in owed]
    claims = [market.done(promise)[0] for promise in promises]
    for (claim, first), second in itertools.product(zip(claims, owed, strict=True), owed):
        if first is not second:
            found = market.refused(*second.paid_with(claim))
            assert found in {"guard-failed", "missing-companion"}, (first.name, second.name)
    for claim, each in zip(claims, owed, strict=True):
        market.done(*each.paid_with(claim))
        assert market.leaf(claim).state == "settled"


def test_a_promise_for_an_obligation_is_no_second_claim_to_sell(market: Market) -> None:
    held = voucher(market, "finance")
    asset = held.act.asset or ""
    (claim,) = market.done(promised(market, "buyer", "seller", obligation=asset))
    assign = Act(PAYMENT, "assign", {"creditor": "seller"}, {"to": "@bank_b"}, claim)
    assert market.refused(assign) == "guard-failed"
    (loan,) = market.done(promised(market, "bank", "seller", obligation=asset))
    market.done(*held.paid_with(loan))
    assert market.refused(assign) == "guard-failed"
    market.done(Act(PAYMENT, "release", {"creditor": "seller"}, {}, claim))
    assert market.leaf(claim).quantity == 0


def test_a_promise_that_its_obligation_names_or_that_stands_alone_is_assigned(market: Market) -> None:
    (alone,) = market.done(promised(market, "buyer", "seller"))
    for claim in (alone, deferred(market)):
        market.done(Act(PAYMENT, "assign", {"creditor": "seller"}, {"to": "@bank_b"}, claim))
        assert market.leaf(claim).roles["creditor"] == market.net.did("bank_b")


def test_a_promise_whose_voucher_was_divided_is_released(market: Market) -> None:
    held = voucher(market, "settle")
    asset = held.act.asset or ""
    (claim,) = market.done(promised(market, "bank", "seller", obligation=asset))
    parts = {"parts": [SUM - 1, 1]}
    market.done(Act(VOUCHER, "split", {"holder": "seller"}, parts, asset), children=2)
    for action in ("confirm", "discharge"):
        assert market.refused(Act(PAYMENT, action, {"creditor": "seller"}, {}, claim)) == "guard-failed"
    market.done(Act(PAYMENT, "release", {"creditor": "seller"}, {}, claim))
    assert market.leaf(claim).state == "released"
