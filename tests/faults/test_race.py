"""64 clients race to transfer one title: exactly one wins, and each of the others learns why."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from ledger.kit import START, Net, did_of, key_of
from ledger.verifying import verdict
from wusong.ledger.bundle import make_bundle
from wusong.ledger.genesis import GenesisParty
from wusong.ledger.ids import DeedId
from wusong.ledger.receipt import Receipt

CLIENTS = 64


def buyers(suite: str) -> list[GenesisParty]:
    """The usual parties, and a buyer for each client."""
    names = ["admin", "alice", *(f"buyer-{n}" for n in range(CLIENTS))]
    return [
        GenesisParty(did=did_of(n), keys=[key_of(n, suite).public.to_jwk()], name=n) for n in sorted(names)
    ]


def race(net: Net, envelopes: list[bytes]) -> list[Receipt]:
    """Hand in all envelopes at once, each from a thread of its own."""
    start = threading.Barrier(len(envelopes))
    receipts: list[Receipt | None] = [None] * len(envelopes)

    def client(index: int) -> None:
        start.wait()
        receipts[index] = net.submit(envelopes[index])

    threads = [threading.Thread(target=client, args=(index,)) for index in range(len(envelopes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [receipt for receipt in receipts if receipt is not None]


@pytest.mark.parametrize("says_rev", [True, False], ids=["with rev", "without rev"])
def test_one_title_64_clients(says_rev: bool, open_net: Callable[..., Net]) -> None:
    net = open_net(parties=sorted(buyers("intl"), key=lambda party: party.did))
    asset = net.issue("alice")
    rev = {"rev": 1} if says_rev else {}
    receipts = race(net, [net.transfer("alice", asset, f"buyer-{n}", **rev) for n in range(CLIENTS)])

    assert len(receipts) == CLIENTS
    counts = Counter(receipt.code for receipt in receipts)
    assert counts == {"ok": 1, "stale-rev" if says_rev else "wrong-role": CLIENTS - 1}
    leaf = net.leaf(asset)
    assert leaf.rev == 2
    winner = next(receipt for receipt in receipts if receipt.accepted)
    shown = make_bundle(net.ledger, DeedId(bytes.fromhex(winner.deed)))
    assert verdict(shown, net.ledger.trust())["acts"][0]["action"] == "transfer"
    assert leaf.roles["holder"] == shown["acts"][0]["act"]["args"]["to"]
    for receipt in receipts:
        if not receipt.accepted:
            refusal = net.ledger.app.refusal(receipt.deed)
            assert refusal is not None
            assert "?" not in str(refusal.explain("zh")) + str(refusal.explain("en"))


def test_one_deed_64_times(open_net: Callable[..., Net]) -> None:
    net = open_net()
    envelope = net.transfer("alice", net.issue("alice"), "bob")
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(CLIENTS)

    def client() -> None:
        start.wait()
        error = net.ledger.submit(envelope).exception(30)
        outcomes[getattr(error, "code", "ok")] += 1

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {"ok": 1, "spent": CLIENTS - 1}
    assert net.ledger.app.head.time > START
