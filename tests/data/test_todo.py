"""What the rooms of the data domain remind a party of."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.market import DAY, Market, opened, pass_notice, start
from wusong.data import service
from wusong.data.todo import todo
from wusong.tasks import Task


def said(market: Market, party: str) -> list[tuple[str, bool]]:
    return [(one.what["zh"], one.last) for one in todo(market.node, party, [])]


def applied(market: Market) -> str:
    application = service.Application("区划", "依法履职产生", b"a,b\n1,2\n", undecided=0)
    return service.register(market.node, market.department, market.registry, application).asset


def test_each_step_of_a_registration_waits_for_one_party_with_its_days(tmp_path: Path) -> None:
    market = start(tmp_path / "node")
    node, registry, asset = market.node, market.registry, applied(market)
    assert said(market, registry) == [("受理申请或者退回补正", False)]
    (first,) = todo(node, registry, [])
    assert (first.left, first.about, first.path) == (3, "区划", f"/registrations/{asset}")
    assert said(market, market.department) == said(market, market.merchant) == []
    service.send_back(node, registry, asset, "补充依据")
    assert said(market, registry) == []
    (back,) = todo(node, market.department, [])
    assert (back.left, back.path) == (10, f"/registrations/{asset}/supplement")
    service.supplement(node, market.department, asset, source_basis="依法履职产生（有据）")
    service.accept(node, registry, asset)
    service.examine(node, registry, asset, "齐全")
    assert said(market, registry) == [("发布公示", False)]
    service.publish(node, registry, asset)
    assert said(market, registry) == []
    pass_notice(market, asset)
    assert said(market, registry) == [("办理赋码", False)]
    service.assign_code(node, registry, asset, "T-1", node.ledger.now() + 100 * DAY)
    assert said(market, registry) == said(market, market.department) == []
    node.ledger.set_forward(41 * DAY)
    assert said(market, market.department) == [("申请续期", True)]
    assert said(market, registry) == []
    node.ledger.set_forward(60 * DAY)
    assert said(market, market.department) == []
    node.close()


def test_what_is_overdue_says_by_how_many_days(tmp_path: Path) -> None:
    market = start(tmp_path / "node")
    applied(market)
    market.node.ledger.set_forward(30 * DAY)
    (late,) = todo(market.node, market.registry, [])
    assert late.left is not None
    assert late.left < 0
    assert late.due is not None
    assert late.due < market.node.ledger.now()
    market.node.close()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    return opened(tmp_path_factory.mktemp("todo") / "node", calls=10)


def test_uses_are_decided_by_the_operator_and_renewed_by_the_user(market: Market) -> None:
    node = market.node
    terms = service.UseTerms("另一用途", node.ledger.now(), node.ledger.now() + 300 * DAY, 5)
    asked = service.apply(node, market.merchant, market.product, terms).asset
    (waits,) = todo(node, market.operator, [])
    assert (waits.what["zh"], waits.asset) == ("审批使用申请", asked)
    service.approve(node, market.operator, asked)
    assert todo(node, market.operator, []) == []
    (ending,) = todo(node, market.merchant, [])  # the thirty days of the first one
    assert (ending.last, ending.asset, ending.path) == (True, market.use, f"/products/{market.product}/apply")
    assert ending.what["zh"].startswith("使用授权即将到期")


def test_no_task_for_who_stands_in_no_role(market: Market) -> None:
    stranger = market.node.new_party("无关单位")
    found: list[Task] = todo(market.node, stranger, [])
    assert found == []
    assert todo(market.node, "did:key:unknown", []) == []
