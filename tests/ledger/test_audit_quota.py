"""A quota limits what the ledger keeps: what is beyond it leaves no trace, whoever proposes the block."""

from __future__ import annotations

import pytest

from ledger.kit import Net, did_of
from wusong.errors import DeedError
from wusong.ledger.deed import Deed


def lowered(net: Net) -> None:
    change = {"reason": "test", "set": {"quota_minute": 10}}
    net.system("parameters", "change", change, "authority", net.state_key("parameters"))


def issues(net: Net, count: int) -> list[Deed]:
    args, as_ = {"holder": did_of("alice"), "lot": "L"}, {"issuer": "alice"}
    return [net.ledger.app.read(net.one("alice", net.title, "issue", args, as_=as_)) for _ in range(count)]


def test_what_is_beyond_the_quota_is_not_archived(net: Net) -> None:
    lowered(net)
    before = sum(1 for _ in net.ledger.store.deeds())
    futures = [net.ledger.submit(deed.envelope) for deed in issues(net, 40)]
    codes = []
    for future in futures:
        try:
            codes.append(future.result(30).code)
        except DeedError as error:
            codes.append(error.code)
    assert sorted(codes) == ["ok"] * 5 + ["quota"] * 35
    assert sum(1 for _ in net.ledger.store.deeds()) == before + 5


def test_a_proposal_beyond_the_quota_is_rejected(net: Net) -> None:
    lowered(net)
    with pytest.raises(DeedError, match="quota"):
        net.ledger.app.process(issues(net, 6), net.ledger.now())


def test_execution_refuses_it_too(net: Net) -> None:
    lowered(net)
    done = net.ledger.app.finalise(issues(net, 6), net.ledger.now())
    net.ledger.app.discard()
    assert [one.receipt.code for one in done.executed] == ["ok"] * 5 + ["quota"]
