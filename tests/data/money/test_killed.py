"""After kills at random moments, between record and answer, between deed and note, statements still agree."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from data.market import DAY, opened
from wusong.data import service
from wusong.data.money import issuing
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import reconcile
from wusong.data.products import calls
from wusong.node.node import Node

SCRIPT = Path(__file__).with_name("calling.py")


def killed_after(lines: int, folder: Path, use: str, merchant: str) -> None:
    """Calls and meters in a process of its own, killed some time after it told that many calls."""
    command = [sys.executable, str(SCRIPT), str(folder), use, merchant]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.kill()


@pytest.mark.slow
def test_statements_reconcile_after_random_kills(tmp_path: Path) -> None:
    market = opened(tmp_path / "node", calls=500)
    folder = market.node.folder
    today = (market.node.ledger.now() + 8 * DAY // 24) // DAY
    calls.close(market.node)
    market.node.close()
    chance = random.Random(5)
    for _ in range(4):
        killed_after(chance.randint(2, 15), folder, market.use, market.merchant)
    node = Node.open(folder)
    service.meter_all(node)
    node.ledger.set_forward(DAY)
    (row,) = issuing.issue_all(node, market.operator, Period(today, today))
    said = issuing.content_of(node, market.merchant, row.asset)
    found = reconcile(node, said)
    assert found.differences == ()
    assert found.calls == said["count"] == calls.book(node).next(market.use)[0] > 8
    assert found.meterings > 1
    node.close()
