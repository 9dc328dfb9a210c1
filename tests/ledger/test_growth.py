"""Growth limits: bytes written by each party on one day, whoever signs beside it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ledger.kit import Net, did_of
from ledger.refusing import limits
from wusong.ledger.growth import DAY
from wusong.ledger.receipt import Receipt
from wusong.ledger.replay import replay


def record(net: Net, name: str) -> dict[str, int] | None:
    """The growth record of a party."""
    value = net.ledger.store.get(bytes.fromhex(net.state_key("growth", did_of(name))))
    return None if value is None else dict(json.loads(value))


def used(net: Net, name: str) -> int:
    """Bytes that a party has used today."""
    found = record(net, name)
    return 0 if found is None else found["bytes"]


def written(net: Net, receipt: Receipt) -> int:
    """Bytes that a deed wrote, as the archive has them."""
    row = net.ledger.store.deed(bytes.fromhex(receipt.deed))
    assert row is not None
    return sum(len(value) for writes, _ in row.records for _key, value in writes)


def test_it_counts_what_the_archive_keeps(net: Net) -> None:
    asset = net.issue("alice")
    begun = used(net, "alice")
    receipt = net.submit(net.transfer("alice", asset, "bob"))
    assert written(net, receipt) > 100
    assert used(net, "alice") == begun + written(net, receipt)
    assert used(net, "bob") == 0


def test_of_several_signers_the_first_is_charged(net: Net) -> None:
    asset = net.issue("alice")
    roles = {"holder": did_of("alice"), "issuer": did_of("alice")}
    net.submit(net.transfer("alice", asset, "bob"))
    before, roles["holder"] = used(net, "alice"), did_of("bob")
    draft = net.draft("bob", "alice")
    draft.act(net.title, "handover", {"to": did_of("carol")}, as_=roles, asset=asset, rev=2)
    receipt = net.submit(net.seal_up(draft))
    assert receipt.accepted
    assert used(net, "bob") == written(net, receipt)
    assert used(net, "alice") == before


def test_what_is_refused_adds_nothing(net: Net) -> None:
    asset = net.issue("alice")
    before = used(net, "alice")
    assert not net.submit(net.transfer("alice", asset, "alice")).accepted
    assert used(net, "alice") == before


def test_beyond_the_limit_until_the_next_day(net: Net) -> None:
    limits(net, growth_day=100_000)
    as_ = {"principal": "alice"}
    scope = [{"actions": [f"{n:0128d}" for n in range(64)], "contract": net.title}] * 6
    args = {"delegate": did_of("bob"), "scope": scope}
    told = [net.do("alice", "system/mandate", "grant", args, as_=as_).code for _ in range(3)]
    assert told == ["ok", "growth-limit", "growth-limit"]
    assert net.issue("bob"), "others go on"
    assert net.issue("alice"), "and who has room for less, writes less"
    net.clock.time += DAY
    assert net.do("alice", "system/mandate", "grant", args, as_=as_).code == "ok"
    found = record(net, "alice")
    assert found is not None
    assert found["day"] == net.ledger.app.head.time // DAY


def test_several_deeds_of_one_block_share_the_day(net: Net) -> None:
    limits(net, growth_day=100_000)
    app, as_ = net.ledger.app, {"principal": "alice"}
    scope = [{"actions": [f"{n:0128d}" for n in range(64)], "contract": net.title}] * 6
    args = {"delegate": did_of("bob"), "scope": scope}
    deeds = [app.read(net.one("alice", "system/mandate", "grant", args, as_=as_)) for _ in range(3)]
    done = app.finalise(deeds, net.ledger.now())
    app.discard()
    assert [one.receipt.code for one in done.executed] == ["ok", "growth-limit", "growth-limit"]


def test_before_protocol_2_there_is_no_limit(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=1)
    net.issue("alice")
    assert record(net, "alice") is None


@pytest.mark.parametrize("erased", [False, True], ids=["whole", "with an act erased"])
def test_re_execution_counts_the_same(net: Net, erased: bool) -> None:
    asset = net.issue("alice")
    receipt = net.submit(net.transfer("alice", asset, "bob"))
    assert not net.submit(net.transfer("bob", asset, "bob")).accepted
    if erased:
        args = {"act": 0, "basis": "order 1", "deed": receipt.deed}
        net.system("erasure", "erase", args, "authority", net.state_key("erasure", f"{receipt.deed} 0"))
    again = replay(net.ledger.store)
    assert again.head == net.ledger.app.head
    key = bytes.fromhex(net.state_key("growth", did_of("alice")))
    assert again.store.get(key) == net.ledger.store.get(key)
    assert net.ledger.store.get(key)
