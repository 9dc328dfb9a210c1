"""A quota counts what the pages that a deed acts under make every node compute, from protocol 2 on."""

from __future__ import annotations

import json
from collections.abc import Callable

from ledger.kit import Net, did_of
from ledger.test_execute import install
from ledger.test_protocol import activated, run_to
from wusong.ledger.execute import Quota
from wusong.ledger.replay import replay
from wusong.ledger.rules import STEPS
from wusong.ledger.system.context import Moment

DEAR = """
contract: dear
version: 1
title: {en: Dear, zh: 昂贵}
roles: {holder: {zh: 持有人}}
fields: {numbers: {type: "list(int, 60)", zh: 数, en: Numbers}}
states: {kept: {zh: 在}}
actions:
  make:
    by: holder
    args: {numbers: "list(int, 60)"}
    when:
      pairs:
        that: args.numbers.all(a, args.numbers.all(b, a != b + 1))
        says: {en: No., zh: 不。}
    set: {numbers: args.numbers}
    to: kept
"""


def used(net: Net, name: str) -> int:
    value = net.ledger.store.get(bytes.fromhex(net.state_key("quota", did_of(name))))
    return 0 if value is None else int(json.loads(value)["used"])


def bound(net: Net, page: str) -> int:
    return int(net.ledger.rules.compiled(net.ledger.app.view(), page).program.costs["make"])


def make(net: Net, page: str) -> str:
    receipt = net.do("bob", page, "make", {"numbers": [1]}, as_={"holder": "bob"})
    assert receipt.accepted
    return receipt.deed


def test_each_full_thousand_of_the_bound_counts_as_a_unit(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=2)
    page = install(net, DEAR)
    dear = bound(net, page) // STEPS
    assert dear > 10
    make(net, page)
    assert used(net, "bob") == 2 + dear
    refused = net.do("bob", page, "no-such", {}, as_={"holder": "bob"})
    assert (refused.code, used(net, "bob")) == ("unknown-action", 2 + dear + 2)


def test_before_protocol_2_pages_cost_nothing(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=1)
    page = install(net, DEAR)
    make(net, page)
    assert used(net, "bob") == 2
    run_to(net, activated(net))
    before = used(net, "bob")
    make(net, page)
    assert used(net, "bob") in {2 + bound(net, page) // STEPS, before + 2 + bound(net, page) // STEPS}


def test_a_page_is_counted_as_it_stands_in_the_state(open_net: Callable[..., Net]) -> None:
    """Not as this program happens to remember it: another node must come to the same number."""
    net = open_net(protocol=2)
    page = install(net, DEAR)
    deed = net.ledger.app.read(net.one("bob", page, "make", {"numbers": []}, as_={"holder": "bob"}))
    now, view = net.ledger.now(), net.ledger.app.view()
    assert Quota(net.ledger.rules, view, Moment(9, now, 2)).page_cost(deed) == bound(net, page) // STEPS
    assert Quota(net.ledger.rules, view, Moment(9, now, 1)).page_cost(deed) == 0
    net.system(
        "contract", "suspend", {"contract": page, "reason": "test"}, "authority", net.state_key("page", page)
    )
    quota = Quota(net.ledger.rules, net.ledger.app.view(), Moment(9, now, 2))
    assert quota.page_cost(deed) == 0


def test_what_was_charged_is_replayed_when_the_act_is_erased(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=2)
    page = install(net, DEAR)
    deed = make(net, page)
    order = {"act": 0, "basis": "test", "deed": deed}
    net.system("erasure", "erase", order, "authority", net.state_key("erasure", f"{deed} 0"))
    row = net.ledger.store.deed(bytes.fromhex(deed))
    assert row is not None
    assert json.loads(row.envelope)["acts"] == [None]
    assert row.page_cost == bound(net, page) // STEPS
    assert replay(net.ledger.store).head.digest == net.ledger.app.head.digest
