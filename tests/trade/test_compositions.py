"""Credit and payment on a real ledger: money and what it is paid for change hands together or not at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market
from wusong.contract.calendar import weekdays

BILL, PAYMENT, CREDIT, VOUCHER = "bill-of-lading", "payment", "letter-of-credit", "credit-voucher"
MARK, GUARANTEE = "use-mark", "guarantee"
OFFICES = {
    "bank": ("bank", "financial-institution", "use-marker"),
    "bank_b": ("bank", "financial-institution", "use-marker"),
    "scale": ("document-registrar",),
}
DAY = 86_400_000
SUM = 90_000


def days(market: Market, number: int) -> int:
    """A day so many days after today, as pages count them."""
    return (market.net.clock() + 8 * 3_600_000) // DAY + number


def publish(net: Net, name: str) -> None:
    """Monday to Friday are working days of three years."""
    for year in (2026, 2027, 2028):
        args = {"name": name, "year": year, "days": weekdays(year), "basis": "notice"}
        key = net.state_key("calendar", f"{name} {year}")
        net.system("calendar", "publish", args, "publisher", key)


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    net = Net.create(tmp_path / "net", pages=(), names=PARTIES)
    market = Market.open(net, BILL, PAYMENT)
    for party, offices in OFFICES.items():
        for office in offices:
            net.accredit(party, office)
    net.accredit("admin", "calendar-publisher")
    publish(net, "cn-bank")
    yield market
    net.close()


def bill(market: Market, number: str = "COSU1") -> str:
    """An order bill that the seller holds with title."""
    args = {"holder": "@seller", "title": "@seller", "form": "order", "number": number, "document": "~steel"}
    roles = {"carrier": "line", "shipper": "seller"}
    (made,) = market.done(Act(BILL, "issue", roles, {**args, "packages": 40}))
    return made


def promised(market: Market, debtor: str, creditor: str, amount: int = SUM, **more: str) -> Act:
    """A promise of payment within a month."""
    args = {"creditor": f"@{creditor}", "currency": "CNY", "basis": "~invoice", **more}
    numbers = {"amount": amount, "due_day": days(market, 30)}
    return Act(PAYMENT, "promise", {"debtor": debtor}, {**args, **numbers})


def handed(asset: str, to: str, giver: str = "seller") -> Act:
    """Title and possession of a bill go over."""
    roles = {"title": giver, "holder": giver}
    return Act(BILL, "transfer-both", roles, {"title": f"@{to}", "holder": f"@{to}"}, asset)


# Sale against payment


def sale(market: Market) -> tuple[str, str, list[Act]]:
    asset = bill(market)
    (claim,) = market.done(promised(market, "buyer", "seller", against=asset))
    receipt = Act(PAYMENT, "confirm-against-bill", {"creditor": "seller"}, {}, claim, {"bill": 1})
    return asset, claim, [receipt, handed(asset, "buyer")]


def test_bill_and_price_change_hands_in_one_deed(market: Market) -> None:
    asset, claim, acts = sale(market)
    market.done(*acts)
    assert market.leaf(claim).state == "settled"
    assert market.leaf(asset).roles["title"] == market.leaf(asset).roles["holder"] == market.net.did("buyer")


def test_the_price_is_not_taken_without_the_bill(market: Market) -> None:
    asset, claim, (receipt, _) = sale(market)
    assert market.refused(dataclasses.replace(receipt, companions={})) == "missing-companion"
    plain = Act(PAYMENT, "confirm", {"creditor": "seller"}, {}, claim)
    assert market.refused(plain) == "guard-failed"
    assert market.leaf(claim).state == "promised"
    assert market.leaf(asset).roles["title"] == market.net.did("seller")


@pytest.mark.parametrize("case", ["another bill", "another buyer"])
def test_neither_another_bill_nor_another_buyer_stands_in(market: Market, case: str) -> None:
    asset, claim, (receipt, _) = sale(market)
    wrong = handed(bill(market, "COSU2"), "buyer") if case == "another bill" else handed(asset, "other")
    assert market.refused(receipt, wrong) == "missing-companion"
    assert market.leaf(claim).state == "promised"


# Pledge against loan


@pytest.mark.parametrize("silent", ["seller", "bank"])
def test_the_pledge_stands_with_the_loan_and_neither_without_both_signatures(
    market: Market, silent: str
) -> None:
    asset = bill(market)
    terms = {"pledgee": "@bank", "claim": "~loan", "possession": True}
    pledge = Act(BILL, "pledge", {"holder": "seller", "title": "seller", "pledgee": "bank"}, terms, asset)
    loan = promised(market, "bank", "seller")
    assert market.refused(pledge, loan, without=(silent,)) in {"missing-signer", "wrong-role"}
    assert "pledgee" not in market.leaf(asset).roles
    (claim,) = market.done(pledge, loan)
    assert market.leaf(asset).roles["pledgee"] == market.leaf(claim).roles["debtor"]


# Honour against documents


@pytest.fixture
def credit(market: Market) -> tuple[str, str]:
    """A credit under which the seller has presented a bill; both."""
    market.install(CREDIT)
    args = {"beneficiary": "@seller", "amount": 100_000, "currency": "CNY", "terms": "~terms"}
    args |= {"expiry": days(market, 60), "available": "sight", "tenor": 0, "transferable": False}
    (made,) = market.done(Act(CREDIT, "issue", {"issuer": "bank", "applicant": "buyer"}, args))
    asset = bill(market)
    papers = {"bill": asset, "documents": "~papers", "drawn": SUM, "shipped_on": days(market, -3)}
    market.done(Act(CREDIT, "present", {"beneficiary": "seller"}, papers, made))
    return made, asset


def honoured(market: Market, credit: str, asset: str, to: str = "bank", amount: int = SUM) -> list[Act]:
    """The bank promises and pays, the credit is honoured, and the documents go to the bank."""
    return [
        promised(market, "bank", "seller", amount, obligation=credit),
        Act(CREDIT, "honour", {"payer": "bank", "beneficiary": "seller"}, {"payment": "#0.0"}, credit,
            {"documents": 2, "payment": 3}),
        handed(asset, to),
        Act(PAYMENT, "discharge", {"creditor": "seller"}, {}, "#0.0"),
    ]  # fmt: skip


def test_a_credit_is_honoured_against_its_documents(market: Market, credit: tuple[str, str]) -> None:
    made, asset = credit
    (claim,) = market.done(*honoured(market, made, asset))
    assert market.leaf(made).state == "honoured"
    assert market.leaf(made).fields["payment"] == claim
    assert market.leaf(claim).state == "settled"
    assert market.leaf(asset).roles["title"] == market.net.did("bank")


@pytest.mark.parametrize("case", ["documents to another", "too little", "no documents", "no payment"])
def test_neither_documents_nor_payment_go_alone(market: Market, credit: tuple[str, str], case: str) -> None:
    made, asset = credit
    acts = honoured(market, made, asset)
    match case:
        case "documents to another":
            acts = honoured(market, made, asset, to="buyer")
        case "too little":
            acts = honoured(market, made, asset, amount=SUM - 1)
        case "no documents":
            honour = dataclasses.replace(acts[1], companions={"payment": 2})
            acts = [acts[0], honour, acts[3]]
        case "no payment":
            acts = [acts[0], dataclasses.replace(acts[1], companions={"documents": 2}), acts[2]]
    assert market.refused(*acts) == "missing-companion"
    assert market.leaf(made).state == "presented"
    assert market.leaf(asset).roles["title"] == market.net.did("seller")


def test_who_says_nothing_for_five_banking_days_can_only_pay(market: Market, credit: tuple[str, str]) -> None:
    made, asset = credit
    market.net.clock.time += 9 * DAY
    notice = {"discrepancies": "~late", "disposal": "hold"}
    assert market.refused(Act(CREDIT, "refuse", {"issuer": "bank"}, notice, made)) == "deadline-passed"
    market.done(*honoured(market, made, asset))
    assert market.leaf(made).state == "honoured"


# One payment never discharges two obligations


@pytest.fixture
def vouchers(market: Market) -> list[str]:
    """Two vouchers of the buyer that the seller holds."""
    publish(market.net, "cn-work")
    market.install(VOUCHER)
    args = {"holder": "@seller", "amount": SUM, "due_day": days(market, 90), "background": "~order"}
    opening = Act(VOUCHER, "open", {"debtor": "buyer"}, {**args, "most_hops": 3})
    made = market.done(opening, opening)
    for voucher in made:
        market.done(Act(VOUCHER, "accept", {"holder": "seller"}, {}, voucher))
    return made


def settled(voucher: str, claim: str, companion: int) -> Act:
    roles = {"debtor": "buyer", "holder": "seller"}
    return Act(VOUCHER, "settle", roles, {"payment": claim}, voucher, {"payment": companion})


def test_one_payment_does_not_settle_two_vouchers_in_one_deed(market: Market, vouchers: list[str]) -> None:
    one, two = vouchers
    (claim,) = market.done(promised(market, "buyer", "seller", obligation=one))
    discharge = Act(PAYMENT, "discharge", {"creditor": "seller"}, {}, claim)
    both = [settled(one, claim, 2), settled(two, claim, 2), discharge]
    assert market.refused(*both) == "missing-companion"
    assert {market.leaf(voucher).state for voucher in vouchers} == {"held"}
    market.done(settled(one, claim, 1), discharge)
    assert market.leaf(one).state == market.leaf(claim).state == "settled"


def test_nor_two_vouchers_one_after_the_other(market: Market, vouchers: list[str]) -> None:
    one, two = vouchers
    (claim,) = market.done(promised(market, "buyer", "seller", obligation=one))
    discharge = Act(PAYMENT, "discharge", {"creditor": "seller"}, {}, claim)
    assert market.refused(settled(two, claim, 1), discharge) == "guard-failed"
    market.done(settled(one, claim, 1), discharge)
    assert market.refused(settled(two, claim, 1), discharge) == "wrong-state"
    assert market.leaf(two).state == "held"


def test_a_payment_is_not_booked_without_the_obligation_that_it_is_for(
    market: Market, vouchers: list[str]
) -> None:
    (claim,) = market.done(promised(market, "buyer", "seller", obligation=vouchers[0]))
    for action in ("confirm", "discharge"):
        assert market.refused(Act(PAYMENT, action, {"creditor": "seller"}, {}, claim)) == "guard-failed"
    assert market.leaf(claim).state == "promised"


def test_a_voucher_is_financed_against_money_and_once(market: Market, vouchers: list[str]) -> None:
    voucher = vouchers[0]
    (loan,) = market.done(promised(market, "bank", "seller", SUM - 500, obligation=voucher))
    finance = Act(
        VOUCHER,
        "finance",
        {"holder": "seller", "financier": "bank"},
        {"financier": "@bank", "payment": loan},
        voucher,
        {"payment": 1},
    )
    received = Act(PAYMENT, "discharge", {"creditor": "seller"}, {}, loan)
    assert market.refused(dataclasses.replace(finance, companions={})) == "missing-companion"
    market.done(finance, received)
    leaf = market.leaf(voucher)
    assert (leaf.state, leaf.roles["holder"]) == ("financed", market.net.did("bank"))
    assert leaf.fields["due_day"] == market.leaf(vouchers[1]).fields["due_day"]
    again = dataclasses.replace(finance, roles={"holder": "bank", "financier": "bank_b"})
    again = dataclasses.replace(again, args={"financier": "@bank_b", "payment": loan})
    assert market.refused(again, received) in {"wrong-state", "missing-signer"}


# Marks on a document


def marked(paper: str, marker: str, amount: int, counted: int | None = None) -> list[Act]:
    """The value is taken and the mark is set; ``counted`` is what the document counts, if it is another."""
    taken = {"amount": amount if counted is None else counted, "marker": f"@{marker}"}
    mark = {"of": paper, "amount": amount, "purpose": "~loan"}
    return [
        Act(MARK, "take", {"owner": "seller"}, taken, paper, {"mark": 1}),
        Act(MARK, "mark", {"marker": marker, "owner": "seller"}, mark, None, {"taken": 0}),
    ]


@pytest.fixture
def paper(market: Market) -> str:
    """An invoice in the register, over 1,000."""
    market.install(MARK)
    args = {"document": "~invoice", "currency": "CNY", "value": 1_000}
    (made,) = market.done(Act(MARK, "register", {"registrar": "scale", "owner": "seller"}, args))
    return made


def test_two_banks_never_lend_on_more_than_one_document_is_worth(market: Market, paper: str) -> None:
    market.done(*marked(paper, "bank", 600))
    assert market.refused(*marked(paper, "bank_b", 401)) == "guard-failed"
    assert market.refused(*marked(paper, "bank_b", 401, counted=400)) == "missing-companion"
    assert market.refused(marked(paper, "bank_b", 400)[1]) == "missing-companion"
    market.done(*marked(paper, "bank_b", 400))
    assert market.leaf(paper).fields["used"] == 1_000


def test_a_mark_gives_back_its_amount_once_and_by_its_marker_alone(market: Market, paper: str) -> None:
    (mark,) = market.done(*marked(paper, "bank", 600))

    def cancelled(marker: str) -> list[Act]:
        return [
            Act(MARK, "cancel", {"marker": marker}, {}, mark, {"given-back": 1}),
            Act(MARK, "give-back", {"anyone": "other"}, {"mark": mark}, paper, {"cancelled": 0}),
        ]

    assert market.refused(*cancelled("bank_b")) in {"wrong-role", "missing-signer"}
    assert market.refused(cancelled("bank")[1]) == "missing-companion"
    market.done(*cancelled("bank"))
    assert market.leaf(paper).fields["used"] == 0
    assert market.refused(*cancelled("bank")) == "wrong-state"


# Payment of a guarantee


def test_what_is_paid_reduces_the_guarantee_and_is_paid_once(market: Market) -> None:
    market.install(GUARANTEE)
    args = {"beneficiary": "@buyer", "amount": 100_000, "currency": "CNY", "terms": "~terms"}
    issue = Act(
        GUARANTEE, "issue", {"guarantor": "bank", "applicant": "seller"}, {**args, "expiry": days(market, 60)}
    )
    (cover,) = market.done(issue)
    claim = {"amount": SUM, "documents": "~demand"}
    market.done(Act(GUARANTEE, "demand", {"beneficiary": "buyer"}, claim, cover))
    (owed,) = market.done(promised(market, "bank", "buyer", obligation=cover))
    roles = {"guarantor": "bank", "beneficiary": "buyer"}
    pay = Act(GUARANTEE, "pay-part", roles, {"payment": owed}, cover, {"payment": 1})
    received = Act(PAYMENT, "discharge", {"creditor": "buyer"}, {}, owed)
    assert market.refused(dataclasses.replace(pay, companions={})) == "missing-companion"
    market.done(pay, received)
    leaf = market.leaf(cover)
    assert (leaf.state, leaf.quantity) == ("issued", 10_000)
    market.done(Act(GUARANTEE, "demand", {"beneficiary": "buyer"}, {**claim, "amount": 9_000}, cover))
    assert market.refused(pay, received) == "wrong-state"
    assert market.leaf(cover).quantity == 10_000
