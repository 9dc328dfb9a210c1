"""Rules in force and keys of a party: shown in the terminal, and changed by ``wusong act``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.kit import Wusong
from wusong.crypto.algorithm import b64u
from wusong.ledger import protocol
from wusong.node import lock

pytestmark = pytest.mark.usefixtures("home")


def activate(wusong: Wusong, version: int, height: int) -> object:
    args = (f"protocol={version}", f"from={height}", "reason=升级")
    return wusong("act", "system/parameters", "activate", *args, "--as", "authority=founder", "--json").json


def test_the_rules_in_force_and_those_that_come(
    wusong: Wusong, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = wusong("status", "--json").json
    assert before["protocol"] == {"known": True, "next": None, "version": protocol.NEWEST}
    assert "protocol 2" in wusong("status").out
    height = before["height"] + 500
    refused = wusong("act", "system/parameters", "activate", "protocol=3", f"from={height}", "reason=x",
                     "--as", "authority=founder", "--json")  # fmt: skip
    assert refused.code == "unknown-protocol"
    monkeypatch.setattr(protocol, "KNOWN", frozenset({1, 2, 3}))
    activate(wusong, 3, height)
    planned = wusong("status", "--json").json["protocol"]
    assert planned == {"known": True, "next": {"from": height, "protocol": 3}, "version": 2}
    assert f"第 {height} 个区块" in wusong("status", "--lang", "zh").out
    with lock.holding(home, "up http://127.0.0.1:1"):
        assert wusong("status", "--json").json["protocol"] == planned, "also while the node runs"


def test_the_keys_of_a_party_with_what_each_is_for(wusong: Wusong) -> None:
    jwk = {"crv": "X25519", "kty": "OKP", "x": b64u(b"\x09" + bytes(31))}
    added = f"sealing={json.dumps([jwk])}"
    assert wusong("act", "system/party", "rotate", added, "--as", "party=founder").status == 0
    keys = wusong("party", "show", "founder", "--json").json["party"]["keys"]
    assert [(key["purpose"], key["alg"], key["revoked"]) for key in keys] == [
        ("deed", "Ed25519", False),
        ("sealing", "X25519", False),
    ]
    revoked = f"unseal={json.dumps([keys[1]['key']])}"
    assert wusong("act", "system/party", "rotate", revoked, "--as", "party=founder").status == 0
    shown = wusong("party", "show", "founder", "--lang", "zh").out
    assert f"{keys[1]['key']} X25519（已撤销）" in shown
    assert "密封密钥" in shown
    assert "签署密钥" in shown
