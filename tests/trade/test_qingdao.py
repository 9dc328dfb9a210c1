"""Qingdao 2014, played again: receipts for 300,000 t over 100,000 t of metal, pledged to many banks.

Each way to get at a receipt, a pledge or the metal twice is tried as a deed on a real ledger, and each is
refused by name, with nothing changed. (Facts: about 100,000 t of aluminium, receipts for 300,000 t, 18
banks.)

What no ledger can see is a weigher who certifies metal that is not there, or the same metal twice. That needs
an accredited weigher, apart from keeper and depositor, who signs each certificate and answers for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.kit import Net
from trade.kit import PARTIES, Act, Market

LOT, RECEIPT = "goods-lot", "warehouse-receipt"
TONNE = 1_000
METAL = 100_000 * TONNE
DAY = 86_400_000


class Port:
    """A warehouse at the port: 100,000 t weighed in, one receipt over all, pledged to the first bank."""

    def __init__(self, market: Market) -> None:
        self.market = market
        market.net.accredit("other", "warehouse")
        (self.lot,) = market.done(self.weigh())
        (self.receipt,) = market.done(*self.issue(METAL))
        market.done(self.pledge("first", "bank", 10_000))

    def weigh(self, weigher: str = "scale") -> Act:
        roles = {"keeper": "store", "weigher": weigher, "owner": "seller"}
        args = {"goods": "~metal", "certificate": "~slip", "place": "Q-1", "weight": METAL}
        return Act(LOT, "weigh", roles, args)

    def issue(self, weight: int, keeper: str = "store", *, cover: int = 1) -> list[Act]:
        """A receipt, and the act that takes its weight out of the lot."""
        args = {"lot": self.lot, "holder": "@seller", "weight": weight, "until_day": 25_000}
        return [
            Act(RECEIPT, "issue", {"keeper": keeper}, args, None, {"goods": cover}),
            self.cover(weight, keeper, {"receipt": 0}),
        ]

    def cover(self, weight: int, keeper: str, companions: dict[str, int]) -> Act:
        return Act(LOT, "cover", {"keeper": keeper}, {"weight": weight}, self.lot, companions)

    def pledge(self, rank: str, bank: str, share: int, **signs: str) -> Act:
        roles = {"holder": "seller", "keeper": "store", rank: bank, **signs}
        args = {"pledgee": f"@{bank}", "share": share, "claim": "~loan"}
        return Act(RECEIPT, f"pledge-{rank}", roles, args, self.receipt)

    def on_receipt(self, action: str, args: dict[str, object], **roles: str) -> Act:
        return Act(RECEIPT, action, {"holder": "seller", "keeper": "store", **roles}, args, self.receipt)

    def standing(self) -> tuple[object, object]:
        return self.market.leaf(self.lot), self.market.leaf(self.receipt)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[Port]:
    net = Net.create(tmp_path / "net", pages=(), names=PARTIES)
    yield Port(Market.open(net, LOT, RECEIPT))
    net.close()


def two_receipts_from_one_weight(port: Port) -> list[Act]:
    issue, cover = port.issue(1)
    return [issue, issue, Act(LOT, "cover", cover.roles, cover.args, port.lot, {"receipt": 0})]


def a_receipt_over_nothing_with_an_old_one_as_its_weight(port: Port) -> list[Act]:
    issue, _ = port.issue(METAL)
    return [issue, port.on_receipt("record-loss", {"weight": 1, "certificate": "~slip"}, first="bank")]


def moving_it_to_another_keeper_behind_the_bank(port: Port) -> list[Act]:
    arrive = port.market.net.clock() + DAY
    args: dict[str, object] = {"next_keeper": "@other", "next_place": "Z-9", "arrive_by": arrive}
    return [port.on_receipt("move-out", args)]


def replacing_it_behind_the_bank(port: Port) -> list[Act]:
    args = {"claimant": "@other", "objections_until": port.market.net.clock() + 90 * DAY}
    return [Act(RECEIPT, "report-lost", {"keeper": "store", "claimant": "other"}, args, port.receipt)]


def withdrawing_it_and_issuing_again(port: Port) -> list[Act]:
    withdraw = Act(
        RECEIPT, "withdraw", {"holder": "seller", "keeper": "store"}, {}, port.receipt, {"goods": 1}
    )
    back = Act(LOT, "uncover", {"keeper": "store"}, {"weight": METAL}, port.lot, {"receipt": 0})
    return [withdraw, back]


FRAUDS: dict[str, tuple[Callable[[Port], list[Act]], str]] = {
    "a second receipt over the same metal": (lambda port: port.issue(METAL), "conservation"),
    "a receipt for one kilogram more": (lambda port: port.issue(1), "conservation"),
    "a receipt without metal": (lambda port: port.issue(METAL)[:1], "missing-companion"),
    "two receipts from one weight": (two_receipts_from_one_weight, "conservation"),
    "a receipt with another act in place of the metal": (
        a_receipt_over_nothing_with_an_old_one_as_its_weight,
        "missing-companion",
    ),
    "another warehouse issues over metal that it does not keep": (
        lambda port: port.issue(1, "other"),
        "guard-failed",
    ),
    "who is no warehouse issues": (lambda port: port.issue(1, "buyer"), "guard-failed"),
    "the owner weighs it in again": (lambda port: [port.weigh("seller")], "guard-failed"),
    "the keeper weighs it in again": (lambda port: [port.weigh("store")], "guard-failed"),
    "somebody weighs it in who may not": (lambda port: [port.weigh("buyer")], "not-accredited"),
    "a second first pledge": (lambda port: [port.pledge("first", "bank_b", 10_000)], "guard-failed"),
    "a second pledge of what is all pledged": (
        lambda port: [port.pledge("second", "bank_b", 1, first="bank")],
        "guard-failed",
    ),
    "a second pledge that the first bank does not see": (
        lambda port: [port.pledge("second", "bank_b", 10_000)],
        "guard-failed",
    ),
    "splitting it into three of the whole": (
        lambda port: [port.on_receipt("split", {"parts": [METAL, METAL, METAL]}, first="bank")],
        "conservation",
    ),
    "splitting it behind the bank": (
        lambda port: [port.on_receipt("split", {"parts": [METAL // 2, METAL // 2]})],
        "missing-signer",
    ),
    "selling it behind the bank": (
        lambda port: [port.on_receipt("transfer", {"to": "@buyer"})],
        "missing-signer",
    ),
    "taking out the metal behind the bank": (lambda port: [port.on_receipt("deliver", {})], "missing-signer"),
    "taking out a part behind the bank": (
        lambda port: [port.on_receipt("deliver-part", {"weight": 1})],
        "missing-signer",
    ),
    "calling it a loss behind the bank": (
        lambda port: [port.on_receipt("record-loss", {"weight": 1, "certificate": "~slip"})],
        "missing-signer",
    ),
    "moving it behind the bank": (moving_it_to_another_keeper_behind_the_bank, "missing-signer"),
    "having it replaced behind the bank": (replacing_it_behind_the_bank, "missing-signer"),
    "withdrawing it to issue again": (withdrawing_it_and_issuing_again, "guard-failed"),
    "taking the metal out of the lot instead": (
        lambda port: [Act(LOT, "take-out", {"keeper": "store", "owner": "seller"}, {"weight": 1}, port.lot)],
        "conservation",
    ),
    "putting the metal back while the receipt stands": (
        lambda port: [Act(LOT, "uncover", {"keeper": "store"}, {"weight": METAL}, port.lot)],
        "missing-companion",
    ),
    "declaring the debt paid": (
        lambda port: [Act(RECEIPT, "discharge-first", {"first": "seller"}, {}, port.receipt)],
        "wrong-role",
    ),
}


@pytest.mark.parametrize("fraud", FRAUDS)
def test_act_by_act_it_is_refused_and_nothing_changes(port: Port, fraud: str) -> None:
    acts, code = FRAUDS[fraud]
    before = port.standing()
    assert port.market.refused(*acts(port)) == code
    assert port.standing() == before


def test_after_all_attempts_receipts_make_up_what_was_weighed(port: Port) -> None:
    for acts, _ in FRAUDS.values():
        port.market.refused(*acts(port))
    lot, receipt = port.market.leaf(port.lot), port.market.leaf(port.receipt)
    assert (lot.quantity, receipt.quantity) == (0, METAL)
    assert lot.fields["covered"] == lot.fields["weighed"] == METAL


def test_what_is_honest_goes_through(port: Port) -> None:
    """Paid back, split, and two thirds of it pledged to two banks, each part once."""
    market = port.market
    market.done(Act(RECEIPT, "discharge-first", {"first": "bank"}, {}, port.receipt))
    parts = market.done(port.on_receipt("split", {"parts": [METAL // 4] * 4}), children=4)
    for part, bank in zip(parts, ("bank", "bank_b"), strict=False):
        port.receipt = part
        market.done(port.pledge("first", bank, 10_000))
        assert market.refused(port.pledge("first", "other", 10_000)) == "guard-failed"
    market.done(
        Act(RECEIPT, "merge", {"holder": "seller", "keeper": "store"}, {"others": [parts[3]]}, parts[2])
    )
    assert market.leaf(parts[2]).quantity == METAL // 2
    assert sum(market.leaf(part).quantity or 0 for part in parts) == METAL


def moved(port: Port, keeper: str, place: str, giver: str = "store") -> None:
    """The goods go to another keeper or place, who takes them in."""
    args = {"next_keeper": f"@{keeper}", "next_place": place, "arrive_by": port.market.net.clock() + DAY}
    port.market.done(port.on_receipt("move-out", args, keeper=giver))
    port.market.done(Act(RECEIPT, "move-in", {"next_keeper": keeper}, {}, port.receipt))


def returned(port: Port, keeper: str) -> list[Act]:
    """The receipt goes back into the lot that the first keeper keeps."""
    roles = {"holder": "seller", "keeper": keeper}
    return [
        Act(RECEIPT, "withdraw", roles, {}, port.receipt, {"goods": 1}),
        Act(LOT, "uncover", {"keeper": "store"}, {"weight": METAL}, port.lot, {"receipt": 0}),
    ]


@pytest.mark.parametrize(("keeper", "place"), [("other", "Z-9"), ("store", "Q-2"), ("other", "Q-1")])
def test_goods_that_were_moved_never_return_to_the_lot_of_the_old_place(
    port: Port, keeper: str, place: str
) -> None:
    """Else the old keeper could issue receipts over goods that lie elsewhere."""
    market = port.market
    market.done(Act(RECEIPT, "discharge-first", {"first": "bank"}, {}, port.receipt))
    moved(port, keeper, place)
    before = port.standing()
    assert market.refused(*returned(port, keeper)) == "guard-failed"
    assert port.standing() == before
    moved(port, "store", "Q-1", giver=keeper)
    market.done(*returned(port, "store"))
    assert market.leaf(port.lot).quantity == METAL
