"""A backup under traffic: what the ledger names is beside it, and what came a moment later is done again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from data import market as places
from data.market import Market
from wusong.data import attest, evidence, examining
from wusong.data.host import leaf
from wusong.data.products import calls, metering
from wusong.node import backup
from wusong.node.node import Node


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """A node with a use of 10,000 calls, of which one is metered."""
    made = places.opened(tmp_path / "node", calls=10_000)
    once(made)
    yield made
    made.node.close()


def once(market: Market) -> None:
    """A call, its metering, and an attested file."""
    calls.call(market.node, market.use, market.merchant, {"province": "江苏"})
    metering.meter(market.node, market.use)
    evidence.attest(market.node, market.department, [("a", b"\1" * 32)])


@contextmanager
def restored(market: Market, source: Path) -> Iterator[Node]:
    """The node that a backup gives."""
    folder = source.with_name(f"{source.name}-restored")
    backup.restore(source, folder)
    shutil.copy(market.node.folder / "passphrase", folder)
    node = Node.open(folder)
    try:
        yield node
    finally:
        node.close()


def check(market: Market, source: Path) -> int:
    """That books and ledger belong together, and every call is metered once; gives how many there are."""
    with restored(market, source) as node:
        found = [one.en for one in examining.examine(node, node.keys.parties()) if one.sure]
        assert found == []
        backup.new_epoch(node)
        metering.meter(node, market.use)
        count = calls.book(node).next(market.use)[0]
        assert leaf(node, market.use, calls.USE).fields["metered"] == count
        assert [one.en for one in examining.examine(node, node.keys.parties()) if one.sure] == []
        return count


def test_books_and_ledger_belong_together_under_traffic(market: Market, tmp_path: Path) -> None:
    stop = threading.Event()

    def traffic() -> None:
        while not stop.is_set():
            once(market)

    thread = threading.Thread(target=traffic)
    thread.start()
    try:
        made = [tmp_path / f"b{n}" for n in range(3)]
        for target in made:
            backup.take(market.node.folder, target)
    finally:
        stop.set()
        thread.join()
    counts = [check(market, target) for target in made]
    assert counts == sorted(counts)


def test_what_came_after_the_ledger_was_held_is_taken_back(
    market: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst case: between ledger and books a call is metered and a file attested."""
    real, seen = backup._held, []

    def late(path: Path) -> AbstractContextManager[sqlite3.Connection]:
        seen.append(path.name)
        if len(seen) == 2:
            once(market)
        return real(path)

    monkeypatch.setattr(backup, "_held", late)
    backup.take(market.node.folder, tmp_path / "b")
    assert seen[0] == "ledger.db"
    assert set(seen) >= {"ledger.db", "brought.db", "budget.db", "calls.db", "evidence.db"}
    assert check(market, tmp_path / "b") == 2
    with attest.Book(tmp_path / "b-restored" / attest.FILE) as book:
        assert len(book.unsettled()) == 1
        assert len(book.settled()) == 2


def test_what_is_held_does_not_change(market: Market) -> None:
    """Also while it is written to, and without keeping the writer waiting."""
    path = market.node.folder / attest.FILE
    with backup._held(path) as held:
        before = held.execute("SELECT COUNT(*) FROM batches").fetchone()
        once(market)
        assert held.execute("SELECT COUNT(*) FROM batches").fetchone() == before
    with backup._held(path) as held:
        assert held.execute("SELECT COUNT(*) FROM batches").fetchone() == (before[0] + 1,)
