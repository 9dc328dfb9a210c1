"""Freezes: who orders them, what they stop, how they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.kit import Net, did_of
from ledger.refusing import store
from system.standing import (
    DAY,
    accredit_all,
    freeze,
    offer,
    ok,
    party,
    refused,
    several,
    take,
    unfreeze,
)  # fmt: skip
from wusong.contract import holds
from wusong.ledger.encoding import b64
from wusong.ledger.ids import DeedId
from wusong.ledger.protocol import NEWEST
from wusong.ledger.system.contract import report_message


@pytest.fixture
def court(open_net: Callable[..., Net]) -> Net:
    net = open_net(pages=("title", "grain", "offer"))
    accredit_all(net)
    return net


def go_on(net: Net, asset: str, days: int) -> None:
    """Set the clock to ``days`` days after the first freeze of a record came into force."""
    net.clock.time = net.leaf(asset).holds[0]["since"] + days * DAY


def in_force(net: Net, asset: str) -> str:
    found = holds.in_force(net.leaf(asset).holds, net.ledger.now())
    return "" if found is None else str(found[0]["document"])


def test_a_frozen_asset_takes_no_act_until_it_is_unfrozen(court: Net) -> None:
    asset = court.issue("alice")
    ok(court, freeze(court, asset))
    assert refused(court, court.transfer("alice", asset, "bob")) == "asset-frozen"
    ok(court, unfreeze(court, asset))
    assert court.leaf(asset).holds == []
    assert court.submit(court.transfer("alice", asset, "bob")).accepted


def test_a_freeze_lapses_by_itself(court: Net) -> None:
    asset = court.issue("alice")
    ok(court, freeze(court, asset, days=2))
    go_on(court, asset, 2)
    court.clock.time -= 1_000
    assert refused(court, court.transfer("alice", asset, "bob")) == "asset-frozen"
    go_on(court, asset, 2)
    assert court.submit(court.transfer("alice", asset, "bob")).accepted


def test_a_renewal_before_the_lapse_adds_days(court: Net) -> None:
    asset = court.issue("alice")
    ok(court, freeze(court, asset, days=2))
    since = court.leaf(asset).holds[0]["since"]
    court.clock.time += DAY
    ok(court, freeze(court, asset, "renew", days=3))
    assert court.leaf(asset).holds[0] | {"since": since, "days": 5} == court.leaf(asset).holds[0]
    court.clock.time += 3 * DAY
    assert refused(court, court.transfer("alice", asset, "bob")) == "asset-frozen"
    court.clock.time += 2 * DAY
    assert refused(court, freeze(court, asset, "renew")) == "not-frozen"


def test_a_renewal_reaches_three_years_from_the_day_it_is_ordered(court: Net) -> None:
    asset = court.issue("alice")
    ok(court, freeze(court, asset, days=1_000))
    assert refused(court, freeze(court, asset, "renew", days=500)) == "bad-args days"
    court.clock.time += 500 * DAY
    ok(court, freeze(court, asset, "renew", days=500))


def queued(net: Net) -> str:
    """An asset frozen by one authority for 10 days, with another's freeze of 5 days in the queue."""
    asset = net.issue("alice")
    ok(net, freeze(net, asset, days=10, document="No 1"))
    ok(net, freeze(net, asset, days=5, document="No 2", authority="bob"))
    assert "since" not in net.leaf(asset).holds[1]
    return asset


def test_the_queue_takes_over_at_the_lapse(court: Net) -> None:
    asset = queued(court)
    assert in_force(court, asset) == "No 1"
    go_on(court, asset, 10)
    assert in_force(court, asset) == "No 2"
    assert refused(court, court.transfer("alice", asset, "bob")) == "asset-frozen"
    assert refused(court, unfreeze(court, asset)) == "not-frozen"
    go_on(court, asset, 15)
    assert court.submit(court.transfer("alice", asset, "bob")).accepted


def test_the_queue_takes_over_at_the_lift_for_its_full_term(court: Net) -> None:
    asset = queued(court)
    court.clock.time += 3 * DAY
    lifted = ok(court, unfreeze(court, asset))
    assert lifted.accepted
    (left,) = court.leaf(asset).holds
    assert (left["document"], left["since"]) == ("No 2", court.ledger.app.head.time)
    assert refused(court, court.transfer("alice", asset, "bob")) == "asset-frozen"


def test_a_freeze_in_the_queue_is_lifted_and_not_renewed(court: Net) -> None:
    asset = queued(court)
    assert (
        refused(court, freeze(court, asset, "renew", document="No 2", authority="bob")) == "bad-args document"
    )
    ok(court, unfreeze(court, asset, "No 2", "bob"))
    assert [hold["document"] for hold in court.leaf(asset).holds] == ["No 1"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"officer_b": "carol"}, "wrong-role signs-twice"),
        ({"officer_a": "admin"}, "wrong-role signs-twice"),
        ({"officer_b": "alice"}, "not-accredited"),
        ({"authority": "alice"}, "not-accredited"),
    ],
)
def test_who_orders(change: dict[str, Any], why: str, court: Net) -> None:
    assert refused(court, freeze(court, court.issue("alice"), **change)) == why


@pytest.mark.parametrize("days", [0, -1, 1_096])
def test_a_term_is_a_day_to_three_years(days: int, court: Net) -> None:
    assert refused(court, freeze(court, court.issue("alice"), days=days)) == "bad-args days"


def test_only_its_own_authority_lifts_a_freeze(court: Net) -> None:
    asset = court.issue("alice")
    ok(court, freeze(court, asset))
    assert refused(court, unfreeze(court, asset, authority="bob")) == "wrong-role other-party"
    assert refused(court, unfreeze(court, asset, "No 9")) == "not-frozen"
    assert refused(court, freeze(court, asset, "renew", authority="bob")) == "wrong-role other-party"
    assert refused(court, freeze(court, asset)) == "bad-args document"


def test_what_is_no_asset_and_no_party_is_not_frozen(court: Net) -> None:
    assert refused(court, freeze(court, court.state_key("parameters"))) == "bad-args asset"
    assert refused(court, freeze(court, "ab" * 32)) == "unknown-asset"


def test_the_holder_learns_of_the_freeze(court: Net) -> None:
    asset = court.issue("alice")
    order = ok(court, freeze(court, asset))
    row = court.ledger.store.deed(DeedId(bytes.fromhex(order.deed)))
    assert row is not None
    assert {did_of("admin"), did_of("alice")} <= set(row.records[0][1])


# -- parties ---------------------------------------------------------------------------------------------


def test_a_frozen_party_signs_nothing_and_comes_into_no_role(court: Net) -> None:
    own, other = court.issue("alice"), court.issue("bob")
    ok(court, freeze(court, party(court, "alice"), days=2))
    assert refused(court, court.transfer("alice", own, "bob")) == "party-frozen"
    assert refused(court, court.transfer("bob", other, "alice")) == "party-frozen"
    args: dict[str, Any] = {"endpoints": {}}
    roles = {"party": "alice"}
    rotation = court.one("alice", "system/party", "update", args, as_=roles, asset=party(court, "alice"))
    assert refused(court, rotation) == "party-frozen"
    go_on(court, party(court, "alice"), 2)
    assert court.submit(court.transfer("alice", own, "bob")).accepted


def test_a_frozen_party_stops_what_others_sign_with_it(court: Net) -> None:
    asset = court.issue("alice")
    ok(court, court.transfer("alice", asset, "bob"))
    ok(court, freeze(court, party(court, "alice")))
    roles = {"holder": "bob", "issuer": "alice"}
    both = several(court, court.title, "handover", {"to": did_of("carol")}, roles, asset=asset, rev=2)
    assert refused(court, both) == "party-frozen"


@pytest.mark.parametrize("frozen", ["alice", "bob"])
def test_nobody_signs_under_a_mandate_of_or_as_a_frozen_party(frozen: str, court: Net) -> None:
    mandate = court.mandate("alice", "bob", [{"actions": ["*"], "contract": court.title}])
    ok(court, freeze(court, party(court, frozen)))
    draft = court.draft({"mandate": mandate, "party": "alice"})
    draft.act(court.title, "issue", {"holder": did_of("carol"), "lot": "L"}, as_={"issuer": did_of("alice")})
    assert refused(court, court.seal_up(draft, court.key("bob"))) == "party-frozen"


def test_a_frozen_party_becomes_nobody_s_delegate(court: Net) -> None:
    ok(court, freeze(court, party(court, "bob")))
    args = {"delegate": did_of("bob"), "scope": [{"actions": ["*"], "contract": court.title}]}
    assert refused(
        court, court.one("alice", "system/mandate", "grant", args, as_={"principal": "alice"})
    ) == ("party-frozen")


# -- what moves by itself --------------------------------------------------------------------------------


def test_a_deadline_waits_for_the_end_of_the_freeze(court: Net) -> None:
    asset = offer(court, court.ledger.now() + DAY)
    ok(court, freeze(court, asset, days=3))
    court.clock.time += 2 * DAY
    assert refused(court, take(court, asset)) == "asset-frozen"
    assert court.leaf(asset).state == "open"
    ok(court, unfreeze(court, asset))
    assert court.leaf(asset).state == "open"  # nobody has written it yet
    assert refused(court, take(court, asset)) == "wrong-state"
    ok(court, court.one("carol", court.pages["offer"], "lapse", as_={"anyone": "carol"}, asset=asset))
    assert court.leaf(asset).state == "lapsed"


def test_what_was_due_before_the_freeze_is_written_with_it(court: Net) -> None:
    asset = offer(court, court.ledger.now() + DAY)
    court.clock.time += 2 * DAY
    ok(court, freeze(court, asset))
    leaf = court.leaf(asset)
    assert (leaf.state, leaf.deadlines, len(leaf.holds)) == ("lapsed", {}, 1)


def test_what_became_due_between_two_freezes_is_written_with_the_second(court: Net) -> None:
    asset = offer(court, court.ledger.now() + DAY)
    ok(court, freeze(court, asset, days=3))
    court.clock.time += 4 * DAY
    ok(court, freeze(court, asset, document="No 2"))
    leaf = court.leaf(asset)
    assert (leaf.state, [hold["document"] for hold in leaf.holds]) == ("lapsed", ["No 2"])


@pytest.mark.parametrize("which", ["own", "absorbed"])
def test_a_frozen_asset_does_not_merge(which: str, court: Net) -> None:
    own, other = store(court, 5), store(court, 6)
    ok(court, freeze(court, own if which == "own" else other))
    args = {"others": [other]}
    merge = court.one("alice", court.pages["grain"], "merge", args, as_={"holder": "alice"}, asset=own)
    assert refused(court, merge) == "asset-frozen"


def test_a_freeze_needs_no_revision_so_that_nobody_evades_it_by_acting(court: Net) -> None:
    asset = court.issue("alice")
    order = freeze(court, asset)
    ok(court, court.transfer("alice", asset, "bob"))
    ok(court, order)
    assert in_force(court, asset) == "No 1"


def test_before_protocol_2_there_is_no_freeze(open_net: Callable[..., Net]) -> None:
    assert NEWEST >= 2
    net = open_net(protocol=1)
    accredit_all(net)
    assert refused(net, freeze(net, party(net, "alice"))) == "unknown-contract"


def test_a_frozen_examiner_examines_nothing(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=(), examiners=[did_of("alice")])
    accredit_all(net)
    ok(net, freeze(net, party(net, "alice")))
    args, digest = net.install_args("title")
    alice = net.key("alice")
    signature = b64(alice.sign(report_message(args["report"])))
    args |= {"examiner": did_of("alice"), "key": alice.public.thumbprint, "signature": signature}
    asset = net.state_key("page", digest)
    deed = net.one("admin", "system/contract", "install", args, as_={"installer": "admin"}, asset=asset)
    assert refused(net, deed) == "party-frozen"


# -- time limits that stand still ------------------------------------------------------------------------


def claimed(net: Net, left: int) -> str:
    """A claim with so many days left to object."""
    args = {"last": net.clock() + left * DAY}
    deed = net.one("alice", net.pages["claim"], "make", args, as_={"holder": "alice"})
    return net.created(ok(net, deed))


def time_left(net: Net, asset: str) -> int:
    """What is left of the time to object at the last block, as everybody derives it."""
    leaf, now = net.leaf(asset), net.ledger.app.head.time
    page = net.ledger.rules.compiled(net.ledger.view(), leaf.contract)
    left: int = page.effective(leaf, now).deadlines["objection"] - now
    return left


@pytest.mark.parametrize(
    "ends", ["lapses", "is lifted", "is lifted with another in the queue", "is followed"]
)
def test_who_could_not_object_while_frozen_has_the_same_time_afterwards(
    ends: str, open_net: Callable[..., Net]
) -> None:
    net = open_net(pages=("title", "claim"))
    accredit_all(net)
    asset = claimed(net, 5)
    term = net.leaf(asset).deadlines["term"]
    ok(net, freeze(net, asset, days=10))
    left = time_left(net, asset)
    frozen = net.leaf(asset).holds[0]["since"]
    net.clock.time += 7 * DAY
    assert refused(
        net, net.one("alice", net.pages["claim"], "object", as_={"holder": "alice"}, asset=asset)
    ) == ("asset-frozen")
    over = frozen + 10 * DAY
    if ends == "is lifted":
        ok(net, unfreeze(net, asset))
        over = net.ledger.app.head.time
    elif ends == "is lifted with another in the queue":
        ok(net, freeze(net, asset, days=20, document="No 2", authority="bob"))
        ok(net, unfreeze(net, asset))
        over = net.leaf(asset).holds[0]["since"] + 20 * DAY
    elif ends == "is followed":
        ok(net, freeze(net, asset, days=20, document="No 2", authority="bob"))
        net.clock.time = over + DAY
        ok(net, freeze(net, asset, days=1, document="No 3"))
        over += 21 * DAY
    net.clock.time = max(net.clock.time, over)
    ok(net, net.one("alice", net.pages["claim"], "look", as_={"holder": "alice"}, asset=asset))
    leaf = net.leaf(asset)
    assert leaf.holds == []
    assert leaf.deadlines == {"objection": over + left, "term": term}
    ok(net, freeze(net, asset, days=1, document="No 4"))
    net.clock.time += 2 * DAY
    ok(net, net.one("alice", net.pages["claim"], "object", as_={"holder": "alice"}, asset=asset))


def test_a_limit_that_passed_before_the_freeze_stays_past(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "claim"))
    accredit_all(net)
    asset = claimed(net, 1)
    net.clock.time += 2 * DAY
    ok(net, freeze(net, asset, days=10))
    ok(net, unfreeze(net, asset))
    deed = net.one("alice", net.pages["claim"], "object", as_={"holder": "alice"}, asset=asset)
    assert refused(net, deed) == "deadline-passed passed"
