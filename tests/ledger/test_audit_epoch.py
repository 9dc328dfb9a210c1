"""A new epoch that was interrupted before its first block, and then was not wanted any more."""

from __future__ import annotations

import pytest

from ledger.kit import Net, key_of
from ledger.verifying import verdict
from wusong.errors import StoreError
from wusong.ledger.bundle import make_bundle
from wusong.ledger.ids import DeedId
from wusong.ledger.restore import mark_restored


def test_listeners_hear_of_the_block_that_begins_an_epoch(net: Net) -> None:
    net.issue("alice")
    mark_restored(net.ledger.store)
    net.reopen()
    heard: list[int] = []
    net.ledger.engine.add_listener(lambda done: heard.append(done.seal.height))
    before = net.ledger.app.head.height
    net.ledger.begin_epoch(key_of("seal 1", net.suite))
    assert heard == [before + 1]


def test_resuming_after_an_interrupted_epoch(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    net.issue("alice")
    mark_restored(net.ledger.store)
    net.reopen()
    with monkeypatch.context() as broken:

        def full(_: object) -> None:
            raise StoreError("store-full", file="ledger.db")

        broken.setattr(net.ledger.store, "write", full)
        with pytest.raises(StoreError):
            net.ledger.begin_epoch(key_of("seal 1", net.suite))
    net.ledger.settle_restore(net.ledger.app.log.size)
    asset = net.issue("alice")
    receipt = net.submit(net.transfer("alice", asset, "bob"))
    bundle = make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed)))
    assert bundle["sets"] == []
    assert verdict(bundle, net.ledger.trust())["acts"][0]["action"] == "transfer"
    net.reopen()
