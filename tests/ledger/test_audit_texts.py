"""Texts of system kinds are shown to people, and copied with each revision: plain, and of bounded length."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.kit import Net, did_of, key_of
from wusong.ledger.encoding import b64
from wusong.ledger.system.party import possession_message


def admit(net: Net, name: str) -> str:
    key, did = key_of("erin", net.suite), did_of("erin")
    jwk = key.public.to_jwk()
    proof = b64(key.sign(possession_message(net.ledger.id, did, jwk)))
    args = {"did": did, "keys": [jwk], "name": name, "proofs": [proof]}
    asset = net.state_key("party", did)
    return net.do("admin", "system/party", "admit", args, as_={"registrar": "admin"}, asset=asset).code


@pytest.mark.parametrize("name", ["a\x00b", "Bank\u202eknaB", "\u200bBank", "two\u2028lines"])
def test_a_party_is_not_called_by_what_cannot_be_seen(net: Net, name: str) -> None:
    assert admit(net, name) == "bad-args"


def test_a_party_may_be_called_by_what_can_be_seen(net: Net) -> None:
    assert admit(net, "上海航运（集团）有限公司 Ltd.") == "ok"


@pytest.mark.parametrize(
    "item",
    [
        {"actions": ["*"], "contract": "x" * 129},
        {"actions": ["x" * 129], "contract": "title@1"},
        {"actions": [""], "contract": "title@1"},
    ],
)
def test_a_mandate_names_contracts_and_actions(net: Net, item: dict[str, Any]) -> None:
    args = {"delegate": did_of("bob"), "scope": [item]}
    assert net.do("alice", "system/mandate", "grant", args, as_={"principal": "alice"}).code == "bad-args"
