"""Which rules the ledger follows is said by the doctor: before, when and after they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from node.care_kit import attest, opened
from wusong.ledger import protocol
from wusong.ledger.intent import Intent
from wusong.node import doctor
from wusong.node.node import Node


def check(node: Node) -> doctor.Check:
    return next(one for one in doctor.inside(node, deep=False) if one.name == "protocol")


def activated(node: Node) -> int:
    """Have the authorities activate version 3 two blocks on; the height."""
    parameters, authority = node.ledger.rules.key("parameters").hex(), {"authority": node.founder}
    notice = {"reason": "test", "set": {"activation_notice": 1}}
    node.act([Intent("system/parameters", "change", notice, authority, parameters)])
    height = node.ledger.app.head.height + 3
    table = node.ledger.rules.key(protocol.TABLE).hex()
    args = {"from": height, "protocol": 3, "reason": "test"}
    node.act([Intent("system/parameters", "activate", args, authority, table)])
    return height


def test_each_standing_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as node:
        assert check(node).status == "ok"
        monkeypatch.setattr(protocol, "KNOWN", frozenset({1, 2, 3}))
        height = activated(node)
        planned = check(node)
        assert (planned.status, str(height) in planned.en, str(height) in planned.zh) == ("note", True, True)
        monkeypatch.undo()
        assert check(node).status == "warn", "it is time to upgrade"
        attest(node)
        assert node.ledger.app.head.height == height - 1
        assert check(node).status == "bad"
        assert "3" in check(node).en
