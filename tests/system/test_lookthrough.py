"""Look-throughs: who opens one, what it says, how it ends (who then reads what: tests/node)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.kit import Net, did_of, genesis_for
from system.standing import DAY, accredit_all, look, ok, refused, several
from wusong.errors import LedgerError
from wusong.ledger.genesis import read

SCOPE = {"acts": [{"actions": ["transfer"], "contract": "title@1"}], "from": 1, "to": 2}


@pytest.fixture
def ledger(net: Net) -> Net:
    accredit_all(net)
    return net


@pytest.mark.parametrize("target", ["asset", "party", "mandate"])
def test_a_supervisor_opens_one_and_closes_it(target: str, ledger: Net) -> None:
    targets = {
        "asset": ledger.issue("alice"),
        "party": did_of("alice"),
        "mandate": ledger.mandate("alice", "bob", [{"actions": ["*"], "contract": ledger.title}]),
    }
    opened = ledger.created(ok(ledger, look(ledger, targets[target], "carol", scope=SCOPE)))
    leaf = ledger.leaf(opened)
    assert (leaf.state, leaf.roles) == ("open", {"supervisor": did_of("carol")})
    assert (leaf.fields["target"], leaf.fields["basis"]) == (targets[target], "数据安全法 44")
    close = ledger.one("carol", "system/look-through", "close", {"reason": "办结"},
                       as_={"supervisor": "carol"}, asset=opened)  # fmt: skip
    ok(ledger, close)
    assert ledger.leaf(opened).state == "closed"


def test_only_its_own_supervisors_close_one(ledger: Net) -> None:
    opened = ledger.created(ok(ledger, look(ledger, did_of("alice"), "carol")))
    args, roles = {"reason": "x"}, {"supervisor": "dave"}
    close = ledger.one("dave", "system/look-through", "close", args, as_=roles, asset=opened)
    assert refused(ledger, close) == "wrong-role other-party"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"target": "ab" * 32}, "bad-args target"),
        ({"target": "nobody"}, "bad-args target"),
        ({"target": did_of("zoe")}, "unknown-party"),
        ({"until": 0}, "bad-args until"),
        ({"until": 367 * DAY}, "bad-args until"),
        ({"scope": {"acts": []}}, "bad-args scope"),
        ({"scope": {"acts": "all"}}, "bad-args scope"),
        ({"scope": {"from": 5, "to": 5}}, "bad-args scope"),
        ({"scope": {"from": "x"}}, "bad-args scope"),
        ({"scope": {"parties": []}}, "bad-args scope"),
        ({"basis": ""}, "bad-args basis"),
    ],
)
def test_what_is_no_look_through(change: dict[str, Any], why: str, ledger: Net) -> None:
    given = {"target": did_of("alice"), **change}
    until = {"until": given.pop("until")} if "until" in given else {}
    assert refused(ledger, look(ledger, given.pop("target"), "carol", **until, **given)) == why


def test_a_record_of_a_party_is_no_target_but_its_name_is(ledger: Net) -> None:
    key = ledger.state_key("party", did_of("alice"))
    assert refused(ledger, look(ledger, key, "carol")) == "bad-args target"


def test_who_is_no_supervisor_looks_at_nothing(ledger: Net) -> None:
    assert refused(ledger, look(ledger, did_of("alice"), "bob")) == "not-accredited"


def test_as_many_as_the_genesis_says_look_together(open_net: Callable[..., Net]) -> None:
    net = open_net(look_through=2)
    accredit_all(net)
    assert refused(net, look(net, did_of("alice"), "carol")) == "look-through-quorum"
    opened = net.created(ok(net, look(net, did_of("alice"), "carol", "dave")))
    assert net.leaf(opened).roles == {"supervisor": did_of("carol"), "supervisor_2": did_of("dave")}


def test_one_supervisor_is_not_two(open_net: Callable[..., Net]) -> None:
    net = open_net(look_through=2)
    accredit_all(net)
    assert refused(net, look(net, did_of("alice"), "carol", "carol")) == "wrong-role signs-twice"


def test_more_than_are_needed_may_look_together(ledger: Net) -> None:
    opened = ledger.created(ok(ledger, look(ledger, did_of("alice"), "carol", "dave")))
    assert len(ledger.leaf(opened).roles) == 2


def test_a_role_that_is_none(ledger: Net) -> None:
    given = {"basis": "x", "document": "x", "purpose": "x", "target": did_of("alice"), "until": 1}
    made = several(ledger, "system/look-through", "open", given, {"holder": "carol"})
    assert refused(ledger, made) == "wrong-role empty"


@pytest.mark.parametrize("number", [0, 6])
def test_a_genesis_asks_for_one_to_five(number: int) -> None:
    with pytest.raises(LedgerError, match="bad-genesis"):
        read(genesis_for(look_through=number).encode())
    with pytest.raises(LedgerError, match="bad-genesis"):
        read(genesis_for(look_through=2, protocol=1).encode())


def test_a_genesis_that_does_not_say_has_the_bytes_that_it_always_had() -> None:
    assert b"look_through" not in genesis_for().encode()
    assert read(genesis_for().encode()).supervisors_needed == 1
    assert read(genesis_for(look_through=3).encode()).supervisors_needed == 3


def test_before_protocol_2_there_is_no_look_through(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=1)
    accredit_all(net)
    assert refused(net, look(net, did_of("alice"), "carol")) == "unknown-contract"
