"""Moving an asset to a page that follows its own."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contract.worlds import NOW, Place, did, page, stored
from wusong.contract import ActInput, Compiled, Leaf, load
from wusong.contract.upgrade import losses, unmapped
from wusong.errors import ContractError

DAY = 86_400_000
ORDER = stored("order")
NEXT = """\
contract: order
version: 2
title: {en: Order for delivery, zh: 交付订单}
roles:
  seller: {zh: 卖方}
  buyer: {zh: 买方}
  broker: {zh: 经纪人, optional: true, accredited: brokerage}
quantity: {unit: piece, zh: 件, en: pieces}
fields:
  agents: "list(party, 4)"
  latest: date
  note: text(20)?
states: [running, late, done!]
deadlines:
  delivery: {zh: 交付期限, in: running, to: done, burn: all}
  question: {zh: 质询期, in: late}
follows:
  page: order@1
  states: {open: running}
  fields: {latest: self.promised, broker: self.answerer}
  drops: [answerer]
actions:
  order:
    by: [buyer, seller]
    args: {agents: "list(party, 4)", latest: date, pieces: quantity}
    to: running
    mint: args.pieces
    set: {agents: args.agents, latest: args.latest}
    due: {delivery: day_end(args.latest)}
  deliver: {by: seller, from: [running, late], to: done, burn: all}
  ask: {by: buyer, from: late, due: {question: now + 1}}
always:
  held: self.quantity > 0 || self.state == "done"
"""
LATER = page(NEXT)
BOTH = ["shop", "mill"]


@pytest.fixture
def place() -> Place:
    return Place()


def order(place: Place) -> str:
    return place.act(
        ORDER, "order", by=BOTH, as_={"buyer": "shop", "seller": "mill"},
        agents=[did("ann")], promised=NOW // DAY + 10, pieces=9,
    ).effects[0][0]  # fmt: skip


def moved(place: Place, asset: str, later: Compiled = LATER, by: list[str] | None = None) -> Leaf:
    given = place.given(ORDER, "upgrade", asset, by=BOTH if by is None else by)
    act = ActInput("upgrade", asset, given.leaf, {}, {}, given.signers, given.child, later.name)
    outcome = later.upgrade(place, act, ORDER)
    ((key, leaf),) = outcome.effects
    assert key == asset
    assert set(outcome.informed) >= {did("shop"), did("mill")}
    later.check_always(place, asset, leaf)
    return leaf


def refused(place: Place, asset: str, later: Compiled = LATER, **rest: Any) -> ContractError:  # noqa: ANN401
    before = msgspec.json.encode(place.leaves[asset])
    with pytest.raises(ContractError) as caught:
        moved(place, asset, later, **rest)
    assert msgspec.json.encode(place.leaves[asset]) == before
    assert caught.value.explain("zh").what
    return caught.value


def changed(*pairs: tuple[str, str]) -> Compiled:
    text = NEXT
    for found, replacement in pairs:
        assert found in text
        text = text.replace(found, replacement)
    return page(text)


def test_an_asset_moves_with_what_it_is(place: Place) -> None:
    asset = order(place)
    before = place.leaves[asset]
    leaf = moved(place, asset)
    assert (leaf.contract, leaf.state, leaf.rev, leaf.quantity) == ("order@2", "running", 2, 9)
    assert leaf.roles == {"seller": did("mill"), "buyer": did("shop")}
    assert leaf.fields == {"agents": [did("ann")], "latest": NOW // DAY + 10}
    assert leaf.deadlines == {"delivery>done": before.deadlines["delivery>late"]}


def test_what_is_due_moves_first(place: Place) -> None:
    asset = order(place)
    place.now += 12 * DAY
    leaf = moved(place, asset)
    assert (leaf.state, leaf.deadlines) == ("late", {})


def test_who_comes_into_a_role_is_fit_for_it(place: Place) -> None:
    asset = order(place)
    place.now += 12 * DAY
    place.act(ORDER, "ask", asset, by=["ann"], as_={"agent": "ann"})
    error = refused(place, asset)
    assert (error.code, error.data["role"]) == ("not-accredited", "broker")
    place.accreditations = {did("ann"): {"brokerage"}}
    leaf = moved(place, asset)
    assert leaf.roles["broker"] == did("ann")
    assert set(leaf.deadlines) == {"question"}


@pytest.mark.parametrize("by", [["shop"], ["mill"], ["zoe"], []])
def test_all_whom_the_older_page_names_sign(place: Place, by: list[str]) -> None:
    assert refused(place, order(place), by=by).code == "missing-signer"


def test_what_is_over_stays_where_it_is(place: Place) -> None:
    asset = order(place)
    place.act(ORDER, "deliver", asset, by=["mill"])
    assert refused(place, asset).code == "wrong-state"


def test_what_is_frozen_stays_where_it_is(place: Place) -> None:
    asset = order(place)
    place.leaves[asset].holds = [{"authority": did("court"), "document": "x", "days": 1, "since": NOW}]
    assert refused(place, asset).code == "asset-frozen"


WRONG = [
    ("follows another page", [("order@1", "orders@1")], "cannot-upgrade", "does-not-follow"),
    ("loses a field", [("drops: [answerer]", "drops: []"), (", broker: self.answerer", "")], "cannot-upgrade",
     "loses"),
    ("has no such state", [("  states: {open: running}\n", "")], "cannot-upgrade", "state"),
    ("counts in another unit", [("unit: piece", "unit: kg")], "cannot-upgrade", "unit"),
    ("has no value for a field", [("note: text(20)?", "note: text(20)"), ("latest: args.latest}",
     "latest: args.latest, note: \"'x'\"}")], "effect-error", "missing"),
    ("computes what does not exist", [("self.promised", "self.promise")], "cannot-upgrade", "loses"),
    ("holds quantity at its end", [("{open: running}", "{open: done}")], "conservation", "final-holds"),
    ("takes fewer", [("list(party, 4)", "list(asset, 4)")], "effect-error", "wrong-type"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "code", "reason"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_the_newer_page(place: Place, pairs: list[tuple[str, str]], code: str, reason: str) -> None:
    error = refused(place, order(place), changed(*pairs))
    assert (error.code, error.data["reason"]) == (code, reason)


def test_nobody_may_where_the_older_page_says_nothing(place: Place) -> None:
    later = page(NEXT.replace("version: 2", "version: 3").replace("order@1", "order@2"))
    asset = order(place)
    act = ActInput(
        "upgrade", asset, place.leaves[asset], {}, {}, frozenset(), lambda n: f"{n:064x}", "order@3"
    )
    with pytest.raises(ContractError) as caught:
        later.upgrade(place, act, LATER)
    assert caught.value.data["reason"] == "nobody-may"


def test_an_invariant_of_the_newer_page_is_judged(place: Place) -> None:
    asset = order(place)
    strict = changed(("self.quantity > 0 ||", "self.quantity > 9 ||"))
    assert refused(place, asset, strict).code == "invariant-broken"


def test_what_is_lost_is_known_beforehand() -> None:
    later = changed(
        ("drops: [answerer]", "drops: []"),
        (", broker: self.answerer", ""),
        ("{open: running}", "{}"),
        ("running", "begun"),
    )
    assert losses(later.program, ORDER.page) == ["answerer"]
    assert unmapped(later.page, ORDER.page) == ["open"]
    assert losses(LATER.program, ORDER.page) == unmapped(LATER.page, ORDER.page) == []


def test_the_page_is_of_the_second_profile() -> None:
    assert load(NEXT).model["profile"] == "wusong-cel/2"
