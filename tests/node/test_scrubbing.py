"""The scrub of a running node: no false alarm while deeds come in, every real damage named."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from node.care_kit import attest, opened
from wusong.ledger import integrity
from wusong.node import scrubbing


def test_finds_nothing_while_deeds_come_in(folder: Path) -> None:
    with opened(folder) as node:
        heights = integrity.scrub(node.ledger.store, node.ledger.rules)
        for _ in heights:
            attest(node)
        assert list(scrubbing.findings(node)) == []


def test_a_deed_without_a_block_is_found(folder: Path) -> None:
    with opened(folder) as node:
        writer = node.ledger.store._writer
        names = [row[1] for row in writer.execute("PRAGMA table_info(deeds)")]
        changed = {"seq": "seq + 1000", "id": "zeroblob(32)"}
        columns = ", ".join(changed.get(name, name) for name in names)
        writer.execute(f"INSERT INTO deeds SELECT {columns} FROM deeds WHERE seq = 1")  # noqa: S608
        assert [error.code for error in scrubbing.findings(node)] == ["store-damaged"]


def test_ends_when_told(folder: Path) -> None:
    with opened(folder) as node:
        stop = threading.Event()
        stop.set()
        assert list(scrubbing.findings(node, stop)) == []
        with scrubbing.following(node):
            assert "wusong-scrub" in {thread.name for thread in threading.enumerate()}
        assert "wusong-scrub" not in {thread.name for thread in threading.enumerate()}


def test_can_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUSONG_SCRUB", "false")
    with opened(folder) as node, scrubbing.following(node):
        assert "wusong-scrub" not in {thread.name for thread in threading.enumerate()}
