"""A node beside the process that runs it: fresh reading, nothing written."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from node.care_kit import attest, opened
from wusong.node import beside
from wusong.node.beside import Beside


def test_what_is_read_is_as_it_is_now(folder: Path) -> None:
    with opened(folder) as node, closing(Beside.open(folder)) as other:
        for _ in range(3):
            deed = attest(node)
            assert other.ledger.store.deed(bytes.fromhex(deed)) is not None
            assert other.models.wait(0)
            assert other.ledger.now() >= node.ledger.app.head.time
            key = node.ledger.rules.key("party", node.founder)
            assert other.ledger.view().leaf(key) == node.ledger.view().leaf(key)


def test_a_proof_leaves_nothing_behind(folder: Path) -> None:
    with opened(folder) as node, closing(Beside.open(folder)) as other:
        deed = attest(node)
        before = sorted(entry.name for entry in folder.iterdir())
        assert other.bundle(deed)["receipt"] == node.bundle(deed)["receipt"]
        assert sorted(entry.name for entry in folder.iterdir()) == before


def test_witnessing_is_waited_for_but_not_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_WITNESSED", 0.05)
    with opened(folder) as node, closing(Beside.open(folder)) as other:
        attest(node)
        assert not other.witnessed()
        height = node.ledger.app.head.height
        node.ledger.remember_witnesses(height, node.ledger.checkpoint(), [])
        assert other.witnessed()
        attest(node)
        assert not other.witnessed()
