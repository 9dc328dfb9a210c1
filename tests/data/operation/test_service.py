"""Every use case of authorised operation, on both suites, and what is due in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from data.market import DAY, QUESTION, Market, approved, in_force, registered, start
from wusong.data import contents, service
from wusong.data.money.standing import now
from wusong.data.operation.due import due_of
from wusong.data.operation.service import OPERATION
from wusong.data.operation.todo import todo
from wusong.errors import DataError, DeedError, WusongError

NONE = "0" * 64


@pytest.fixture(scope="module", params=["intl", "gm"])
def market(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Market]:
    made = start(tmp_path_factory.mktemp("market") / "node", request.param)
    yield made
    made.node.close()


@pytest.fixture(scope="module")
def resource(market: Market) -> str:
    return registered(market)


@pytest.fixture
def operation(market: Market, resource: str) -> str:
    return in_force(market, resource)


def state(market: Market, operation: str) -> str:
    return now(market.node, operation, OPERATION).state


def dues(market: Market, operation: str, party: str) -> dict[str, int]:
    found = due_of(market.node, now(market.node, operation, OPERATION), party)
    return {one.limit: one.left for one in found}


def clause(act: Callable[[], object]) -> str:
    with pytest.raises(WusongError) as refused:
        act()
    return str(refused.value.data.get("clause") or refused.value.code)


def test_authorised_with_files_that_stay_in_the_vault(market: Market, resource: str) -> None:
    node, begins = market.node, market.node.ledger.now()
    conditions = service.Conditions(
        columns=("省",), purposes=("选址",), classes=("核验",), class_ceilings=(50,), plan=b"plan",
        decision=b"minutes", security=b"rules", protection="level-3",
    )  # fmt: skip
    made = service.authorise(
        node, market.body, market.operator, resource, scope="统计", starts=begins, ends=begins + 30 * DAY,
        ceiling=100, agreement=b"deal", conditions=conditions,
    ).asset  # fmt: skip
    fields = now(node, made, OPERATION).fields
    kept = {
        name: contents.read(node.vault, fields[name])
        for name in ("agreement", "plan", "decision", "security")
    }
    assert kept == {"agreement": b"deal", "plan": b"plan", "decision": b"minutes", "security": b"rules"}
    assert (fields["classes"], fields["class_ceilings"], fields["protection"]) == (["核验"], [50], "level-3")
    assert dues(market, made, market.body) == {}
    service.decline_authorisation(node, market.operator, made)
    assert state(market, made) == "declined"


def test_what_is_due_of_whom(market: Market, operation: str) -> None:
    assert set(dues(market, operation, market.body)) == {"disclosure", "term"}
    assert set(dues(market, operation, market.operator)) == {"reporting", "term"}
    assert dues(market, operation, market.merchant) == {}
    assert dues(market, operation, market.operator)["term"] == 365


def test_the_ceiling_is_changed_by_a_document(market: Market, operation: str) -> None:
    node = market.node
    service.set_ceiling(node, market.body, operation, 80, "价格文件", ("核验",), (40,))
    fields = now(node, operation, OPERATION).fields
    assert (fields["ceiling"], fields["class_ceilings"], fields["document"]) == (80, [40], "价格文件")
    service.set_ceiling(node, market.body, operation, 70, "价格文件二")
    assert "classes" not in now(node, operation, OPERATION).fields
    assert clause(lambda: service.set_ceiling(node, market.body, operation, 70, "")) == "document-named"
    offer = service.Offer("贵", QUESTION, 71)
    assert clause(lambda: service.offer(node, market.operator, operation, offer)) == "price-within-ceiling"


def test_renewed_by_both(market: Market, operation: str) -> None:
    ends = now(market.node, operation, OPERATION).fields["ends"]
    service.renew(market.node, operation, ends + DAY)
    assert dues(market, operation, market.body)["term"] == 366
    assert clause(lambda: service.renew(market.node, operation, ends)) == "longer-than-before"


def test_a_suspension_stops_calls_until_resumed(market: Market, operation: str) -> None:
    node = market.node
    product = service.offer(node, market.operator, operation, service.Offer("停", QUESTION, 50)).asset
    use = approved(market, product)
    service.suspend(node, market.body, operation, "整改")
    asked = {"province": "江苏"}
    refused = clause(lambda: service.call(node, use, market.merchant, asked))
    assert refused == "authorised-when-called"
    service.resume(node, market.body, operation)
    assert service.call(node, use, market.merchant, asked).value is not None
    assert clause(lambda: service.resume(node, market.body, operation)) == "wrong-state"


def test_an_incident_in_time_and_one_too_late(market: Market, operation: str) -> None:
    node, operator = market.node, market.operator
    service.report_incident(node, operator, operation, b"leak", node.ledger.now())
    assert now(node, operation, OPERATION).fields["reported_late"] is False
    assert dues(market, operation, operator)["handling"] == 5
    assert "handling" not in dues(market, operation, market.body)
    node.ledger.set_forward(7 * DAY)
    assert dues(market, operation, operator)["handling"] == -2
    assert state(market, operation) == "in-force"
    service.report_measures(node, operator, operation, b"closed")
    assert "handling" not in dues(market, operation, operator)
    service.report_incident(node, operator, operation, b"again", node.ledger.now() - 25 * 3_600_000)
    assert now(node, operation, OPERATION).fields["reported_late"] is True


def test_notice_takes_effect_by_itself(market: Market, operation: str) -> None:
    node = market.node
    day = (node.ledger.now() + 8 * 3_600_000) // DAY + 30
    give = service.give_notice
    early = clause(lambda: give(node, market.body, operation, "方案调整", day - 1))
    assert early == "thirty-days-ahead"
    give(node, market.body, operation, "方案调整", day)
    assert dues(market, operation, market.operator)["notice"] == 30
    node.ledger.set_forward(31 * DAY)
    assert state(market, operation) == "withdrawn"
    assert dues(market, operation, market.operator) == {}


def test_withdrawn_at_once_for_cause_only(market: Market, operation: str) -> None:
    node = market.node
    end = service.withdraw_authorisation
    without = clause(lambda: end(node, market.body, operation, "调整", None))
    assert without == "notice-or-cause"
    end(node, market.body, operation, "违反安全约定", "security")
    assert state(market, operation) == "withdrawn"


def test_the_end_of_the_term_is_recorded_by_anyone(market: Market, resource: str) -> None:
    node, begins = market.node, market.node.ledger.now()
    made = service.authorise(
        node, market.body, market.operator, resource, scope="统计", starts=begins, ends=begins + DAY,
        ceiling=1,
    ).asset  # fmt: skip
    service.accept_authorisation(node, market.operator, made)
    assert clause(lambda: service.expire(node, market.merchant, made)) == "term-over"
    node.ledger.set_forward(2 * DAY)
    assert dues(market, made, market.body)["term"] == -1
    service.expire(node, market.merchant, made)
    assert state(market, made) == "expired"


HOSTILE: dict[str, Callable[[Market, str], object]] = {
    "accept": lambda m, o: service.accept_authorisation(m.node, m.merchant, o),
    "set-ceiling": lambda m, o: service.set_ceiling(m.node, m.merchant, o, 1, "文件"),
    "set-ceiling-operator": lambda m, o: service.set_ceiling(m.node, m.operator, o, 1, "文件"),
    "suspend": lambda m, o: service.suspend(m.node, m.operator, o, "理由"),
    "incident": lambda m, o: service.report_incident(m.node, m.body, o, b"x", 1),
    "notice": lambda m, o: service.give_notice(m.node, m.merchant, o, "理由", 30_000),
    "withdraw": lambda m, o: service.withdraw_authorisation(m.node, m.operator, o, "理由"),
    "disclose": lambda m, o: service.disclose(m.node, m.merchant, 2026, "ab" * 32, [o]),
}


@pytest.mark.parametrize("act", HOSTILE)
def test_nobody_acts_in_a_role_that_is_not_theirs(market: Market, operation: str, act: str) -> None:
    before = now(market.node, operation, OPERATION).rev
    with pytest.raises(DeedError):
        HOSTILE[act](market, operation)
    assert now(market.node, operation, OPERATION).rev == before


@pytest.mark.parametrize("wrong", ["", "z" * 64, NONE, "resource"])
def test_numbers_of_nothing_or_of_something_else(market: Market, resource: str, wrong: str) -> None:
    asset = resource if wrong == "resource" else wrong
    with pytest.raises(DataError) as refused:
        now(market.node, asset, OPERATION)
    assert refused.value.code == "no-such-asset"
    with pytest.raises(WusongError):
        service.renew(market.node, asset, 1)


def test_what_is_to_be_done_stands_on_the_list(market: Market, operation: str) -> None:
    node, operator = market.node, market.operator

    def told(party: str) -> set[str]:
        return {task.path for task in todo(node, party) if task.asset == operation}

    assert not told(market.merchant)
    service.report_incident(node, operator, operation, b"leak", node.ledger.now())
    measures = f"/assets/{operation}/act/report-measures"
    assert measures in told(operator)
    assert measures not in told(market.body)
    service.report_measures(node, operator, operation, b"closed")
    assert measures not in told(operator)
    ends = now(node, operation, OPERATION).fields["ends"]
    node.ledger.set_forward(ends - node.ledger.now() - 30 * DAY)
    assert f"/operations/{operation}" in told(operator) & told(market.body)
    assert {task.last for task in todo(node, operator) if task.path.endswith(operation)} == {True}
