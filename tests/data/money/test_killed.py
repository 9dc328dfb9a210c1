"""After kills at random moments, from calls to settlements, nothing is lost and nothing paid twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data.market import Market, opened
from data.money import living
from data.money.test_run import agreed
from wusong.data import contents, service
from wusong.data.money import book as books
from wusong.data.money import issuing, standing
from wusong.data.money.metered import meterings
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import reconcile
from wusong.data.products import calls
from wusong.ledger.receipt import decode_receipt
from wusong.node.node import Node

LIVES = 30


def planned(folder: Path) -> tuple[Market, living.Plan]:
    """A market whose use lasts, with an agreement on its revenue; closed."""
    market = opened(folder, calls=3)
    now = market.node.ledger.now()
    terms = service.UseTerms("选址分析", now, now + 300 * living.DAY, 2_000)
    use = service.apply(market.node, market.merchant, market.product, terms).asset
    service.approve(market.node, market.operator, use)
    share, first = agreed(market), living.today(market.node)
    market.node.close()
    return market, living.Plan(
        market.operator, market.merchant, market.department, market.body, use, share, first
    )


def accepted(node: Node) -> Counter[str]:
    """How often each action was accepted by the ledger."""
    found: Counter[str] = Counter()
    for row in node.ledger.store.deeds():
        if decode_receipt(row.receipt).accepted:
            found.update(act["action"] for act in msgspec.json.decode(row.envelope)["acts"])
    return found


@pytest.mark.slow
def test_after_thirty_lives_each_period_was_stated_divided_and_settled_once(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    _, plan = planned(folder)
    before = Node.open(folder)
    known = accepted(before)
    before.close()
    command = [sys.executable, living.__file__, str(folder), json.dumps(plan._asdict()), str(LIVES), "5"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(set(ran.stdout.split())) >= 5, ran.stdout

    node = Node.open(folder)
    service.meter_all(node)
    node.ledger.set_forward(living.DAY)
    living.catch_up(node, plan, lambda _: None)
    everything = Period(plan.first, living.today(node))
    metered = meterings(node, everything, operator=plan.operator)
    days = {(one.time + 8 * living.HOUR) // living.DAY for one in metered}
    rows = books.book(node).rows()
    assert Counter(row.kind for row in rows) == dict.fromkeys(
        (books.STATEMENT, books.SPLIT, books.SETTLEMENT), len(days)
    )
    done = accepted(node) - known
    assert (done["issue"], done["allot"], done["confirm-last"]) == (len(days),) * 3
    stated = [issuing.content_of(node, plan.merchant, row.asset) for row in rows if row.kind == "statement"]
    for said in stated:
        assert reconcile(node, said).differences == ()
    written = calls.book(node).next(plan.use)[0]
    assert sum(said["count"] for said in stated) == written >= LIVES / 4
    use = standing.now(node, plan.use, "data-use@1")
    assert sum(said["amount"] for said in stated) == use.fields["charged"] == written * 50
    paid_once(node, rows, stated)
    node.close()


def paid_once(node: Node, rows: list[books.Row], stated: list[dict[str, Any]]) -> None:
    """The settlements have messages of their own and pay what was stated, but for the payer's own half."""
    due = [contents.read_json(node.vault, row.content) for row in rows if row.kind == books.SETTLEMENT]
    assert len({one["message"] for one in due}) == len(due)
    split = [contents.read_json(node.vault, row.content) for row in rows if row.kind == books.SPLIT]
    assert sum(one["amount"] for one in split) == sum(said["amount"] for said in stated)
    own = sum(one["allotment"][0] for one in split)
    assert sum(one["control_sum"] for one in due) + own == sum(one["amount"] for one in split)
