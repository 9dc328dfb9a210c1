"""What the money room reminds of: consent, distributions that silence would bind, months to state, calls."""

from __future__ import annotations

from pathlib import Path

from data.market import DAY, Market, opened
from data.money.test_run import HEX, act
from wusong.data import service
from wusong.data.money import issuing, rounds, standing
from wusong.data.money.periods import Period
from wusong.data.money.todo import todo


def told(market: Market, party: str) -> list[tuple[str, str]]:
    assert market.node.models.wait(market.node.ledger.app.head.height)
    return [(task.what["zh"], task.path.rpartition("/")[2]) for task in todo(market.node, party, [])]


def test_consent_distribution_and_what_an_operator_has_to_state(tmp_path: Path) -> None:
    market = opened(tmp_path / "node", calls=9)
    node = market.node
    today = (node.ledger.now() + 8 * 3_600_000) // DAY
    share = act(
        market, standing.SHARE, "propose", "organiser", market.operator, None,
        ends=today + 300, others=[market.department, market.body], own=5000, revenue=HEX, shares=[3333, 1667],
    )  # fmt: skip
    assert told(market, market.operator) == []
    assert told(market, market.department) == [("同意约定", "agree")]
    act(market, standing.SHARE, "agree", "elector", market.department, share)
    assert told(market, market.department) == []
    assert told(market, market.body) == [("同意约定（最后一方）", "agree-last")]
    act(market, standing.SHARE, "agree-last", "elector", market.body, share)
    assert told(market, market.body) == []

    act(market, standing.SHARE, "allot", "member", market.operator, share, amount=350)
    assert told(market, market.department) == [("确认分配或者提出异议", "confirm")]
    (divided,) = rounds.of(node, share)
    assert (divided.state, divided.period, divided.waits_for(market.body)) == ("allotted", "", True)
    act(market, standing.SHARE, "dispute", "member", market.body, share, reason=HEX)
    assert rounds.of(node, share)[0].state == "disputed"
    node.ledger.set_forward(120 * DAY)
    assert rounds.of(node, share)[0].state == "lapsed"
    act(market, standing.SHARE, "allot", "member", market.operator, share, amount=100)
    act(market, standing.SHARE, "confirm", "member", market.department, share)
    assert told(market, market.body) == [("确认分配或者提出异议（最后一方）", "confirm-last")]
    act(market, standing.SHARE, "confirm-last", "member", market.body, share)
    found = [(one.number, one.state, sum(one.parts.values())) for one in rounds.of(node, share)]
    assert found == [(2, "confirmed", 100), (1, "lapsed", 350)]
    node.close()


def test_a_month_that_is_over_and_calls_that_wait(tmp_path: Path) -> None:
    market = opened(tmp_path / "node", calls=9)
    node = market.node
    service.call(node, market.use, market.merchant, {"province": "江苏"})
    assert told(market, market.operator) == [("计量待计量的调用（1 次）", market.use)]
    assert told(market, market.merchant) == []
    service.meter_all(node)
    assert told(market, market.operator) == []
    for _ in range(31):  # to the first of the next month
        if not told(market, market.operator):
            node.ledger.set_forward(DAY)
    ((what, path),) = told(market, market.operator)
    assert what == "出具上月对账单"
    month = path.partition("=")[2]
    issuing.issue_all(node, market.operator, Period.read(month))
    assert told(market, market.operator) == []
    node.close()
