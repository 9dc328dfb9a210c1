"""An act may be missing from the archive only by order."""

from __future__ import annotations

import json
import sqlite3

import pytest

from ledger.kit import Net, did_of
from wusong.crypto import canonical
from wusong.errors import StoreError
from wusong.ledger.integrity import scrub


def test_an_act_erased_by_order_passes_the_scrub(net: Net) -> None:
    receipt = net.do(
        "alice", net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": "alice"}
    )
    order = {"act": 0, "basis": "test", "deed": receipt.deed}
    net.system("erasure", "erase", order, "authority", net.state_key("erasure", f"{receipt.deed} 0"))
    row = net.ledger.store.deed(bytes.fromhex(receipt.deed))
    assert row is not None
    assert json.loads(row.envelope)["acts"] == [None]
    assert list(scrub(net.ledger.store, net.ledger.rules))


def test_an_act_erased_without_an_order_is_named(net: Net) -> None:
    receipt = net.do(
        "alice", net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": "alice"}
    )
    with sqlite3.connect(net.ledger.store.path) as file:
        (envelope,) = file.execute(
            "SELECT envelope FROM deeds WHERE id = ?", (bytes.fromhex(receipt.deed),)
        ).fetchone()
        changed = canonical.encode({**json.loads(envelope), "acts": [None]})
        file.execute("UPDATE deeds SET envelope = ? WHERE id = ?", (changed, bytes.fromhex(receipt.deed)))
    file.close()
    with pytest.raises(StoreError, match="store-damaged"):
        list(scrub(net.ledger.store, net.ledger.rules))
