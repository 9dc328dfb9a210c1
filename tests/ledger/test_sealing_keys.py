"""Sealing keys of parties: published, rotated, revoked, and never more than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.kit import Net, did_of
from ledger.refusing import published
from wusong.crypto.algorithm import b64u
from wusong.crypto.keys import PrivateKey
from wusong.crypto.sealing_keys import SealingKey
from wusong.ledger.encoding import b64
from wusong.ledger.replay import replay
from wusong.ledger.system.party import possession_message
from wusong.ledger.system.sealing import MAX_IN_FORCE


def key(suite: str, number: int = 9) -> dict[str, str]:
    """A sealing key of a suite."""
    if suite == "gm":
        return PrivateKey("SM2-SM3", number.to_bytes(32)).public.to_jwk()
    return {"crv": "X25519", "kty": "OKP", "x": b64u(number.to_bytes(32, "little"))}


def name(jwk: dict[str, str]) -> str:
    return SealingKey.from_jwk(jwk).thumbprint


def listed(net: Net, party: str = "alice") -> list[dict[str, Any]]:
    """The sealing keys of a party's leaf."""
    return list(net.leaf(net.state_key("party", did_of(party))).fields.get("sealing", []))


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_published_rotated_revoked(open_net: Callable[..., Net], suite: str) -> None:
    net = open_net(suite=suite)
    old, new = key(suite, 9), key(suite, 10)
    assert net.submit(published(net, "alice", sealing=[old])).accepted
    assert listed(net) == [{"jwk": old}]
    assert net.submit(published(net, "alice", sealing=[new], unseal=[name(old)])).accepted
    assert listed(net) == [{"jwk": old, "revoked": True}, {"jwk": new}]
    assert net.submit(published(net, "alice", unseal=[name(new)])).accepted, "none is needed"
    assert all(entry["revoked"] for entry in listed(net))
    assert net.issue("alice"), "deed keys are as they were"
    assert replay(net.ledger.store).head == net.ledger.app.head


def test_a_registrar_admits_with_it(net: Net) -> None:
    deed_key, did, jwk = PrivateKey("Ed25519", bytes(32)), did_of("erin"), key("intl")
    proof = b64(deed_key.sign(possession_message(net.ledger.id, did, deed_key.public.to_jwk())))
    args = {
        "did": did,
        "keys": [deed_key.public.to_jwk()],
        "name": "erin",
        "proofs": [proof],
        "sealing": [jwk],
    }
    net.system("party", "admit", args, "registrar", net.state_key("party", did))
    assert listed(net, "erin") == [{"jwk": jwk}]


BAD: dict[str, dict[str, list[Any]]] = {
    "twice": {"sealing": [key("intl"), key("intl")]},
    "no key": {"sealing": [{"crv": "X25519"}]},
    "no object": {"sealing": ["x"]},
    "a small order": {"sealing": [key("intl", 1)]},
    "a signing curve": {"sealing": [PrivateKey("Ed25519", bytes(32)).public.to_jwk()]},
    "revoked without being listed": {"unseal": ["ab" * 32]},
    "revoked by no name": {"unseal": [5]},
    "too many": {"sealing": [key("intl", number) for number in range(9, 10 + MAX_IN_FORCE)]},
}


@pytest.mark.parametrize("args", BAD.values(), ids=BAD.keys())
def test_what_is_no_sealing_key_is_refused(net: Net, args: dict[str, list[Any]]) -> None:
    assert net.submit(published(net, "alice", None, **args)).code == "bad-args"
    assert listed(net) == []


def test_one_published_before_is_not_published_again(net: Net) -> None:
    assert net.submit(published(net, "alice", sealing=[key("intl")])).accepted
    assert net.submit(published(net, "alice", sealing=[key("intl")])).code == "bad-args"


def test_protocol_1_knows_none(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=1)
    assert net.submit(published(net, "alice", sealing=[key("intl")])).code == "bad-args"
    assert net.submit(published(net, "alice", unseal=[])).code == "bad-args"
