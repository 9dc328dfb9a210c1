"""What ends while calls are under way: authorisation, product, term, the list of callers. None is answered
after the block, all before it are metered, and whoever holds something is listed.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data import market as places
from wusong.data import service
from wusong.data.domain import DOMAIN
from wusong.data.host import leaf
from wusong.data.products import calls
from wusong.data.products.admitting import passing
from wusong.data.products.callbook import Call
from wusong.data.products.holders import candidates, holders, of_product
from wusong.data.products.permits import USE
from wusong.data.products.service import recipients_act
from wusong.data.products.way import Way
from wusong.errors import DataError, DeedError, WusongError
from wusong.node.node import Node

GIVEN = {"province": "江苏"}
RISK, CREDIT = Way(recipient="风控系统"), Way(recipient="信贷系统")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> places.Market:
    """A market whose node is closed, to be copied."""
    made = places.opened(tmp_path_factory.mktemp("withdrawn") / "node", calls=100_000)
    DOMAIN.close(made.node)
    made.node.close()
    return made


@pytest.fixture
def market(founded: places.Market, tmp_path: Path) -> Iterator[places.Market]:
    """The market, for one test alone."""
    node = Node.open(shutil.copytree(founded.node.folder, tmp_path / "node"))
    yield replace(founded, node=node)
    DOMAIN.close(node)
    node.close()


def call(market: places.Market, use: str, way: Way = RISK) -> int:
    return service.call(market.node, use, market.merchant, GIVEN, way=way).number


def clause(act: Callable[[], object]) -> Any:  # noqa: ANN401
    with pytest.raises((DataError, DeedError)) as found:
        act()
    return found.value.data.get("clause")


def withdraw(market: places.Market) -> None:
    service.withdraw_authorisation(market.node, market.body, market.operation, "沪数〔2026〕1号")


def recall(market: places.Market) -> None:
    service.recall(market.node, market.operator, market.product, "口径有误")


def stop(market: places.Market) -> None:
    service.stop(market.node, market.merchant, market.use)


ENDS = [
    ("authorisation withdrawn", withdraw, "authorised-when-called", "operation", "ended_at"),
    ("product recalled", recall, "not-recalled-when-called", "product", "ended_at"),
    ("use stopped", stop, "not-stopped-when-called", "use", "stopped_at"),
]


@pytest.mark.parametrize(
    ("end", "says", "where", "when"), [row[1:] for row in ENDS], ids=[r[0] for r in ENDS]
)
def test_no_call_is_answered_after_the_block_and_all_before_are_metered(
    market: places.Market, end: Callable[[places.Market], None], says: str, where: str, when: str
) -> None:
    answered: list[int] = []
    refusals: list[WusongError] = []
    after = threading.Event()
    late: list[int] = []

    def work() -> None:
        while True:
            ended = after.is_set()
            try:
                number = call(market, market.use)
            except WusongError as error:
                refusals.append(error)
                return
            answered.append(number)
            if ended:
                late.append(number)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    while len(answered) < 30:
        assert any(worker.is_alive() for worker in workers), refusals
    end(market)
    after.set()
    for worker in workers:
        worker.join(60)
    assert late == []
    assert {error.data.get("clause") for error in refusals} == {says}
    kept = calls.book(market.node).calls(market.use)
    assert sorted(answered) == [one.number for one in kept]
    moment = _ended(market, where, when)
    due = sum(one.time <= moment for one in kept)
    _meter_what_can_be(market, market.use)
    assert leaf(market.node, market.use, USE).fields["metered"] == due
    (held,) = holders(market.node, _uses(market), market.product)
    assert (held.calls, held.metered, held.user) == (len(kept), due, market.merchant)


def _ended(market: places.Market, where: str, when: str) -> int:
    asset = getattr(market, where)
    moment: int = leaf(market.node, asset, f"data-{where}@1").fields[when]
    return moment


def _meter_what_can_be(market: places.Market, use: str) -> None:
    with suppress(DataError):  # of calls that came in the very moment of the end
        service.meter(market.node, use)


def _uses(market: places.Market, *uses: str) -> list[dict[str, Any]]:
    found = {one: leaf(market.node, one, USE) for one in uses or (market.use,)}
    return [
        {"asset": one, "state": use.state, "roles": use.roles, "fields": use.fields}
        for one, use in found.items()
    ]


def test_a_call_in_the_moment_of_the_end_keeps_no_earlier_one_from_being_metered(
    market: places.Market,
) -> None:
    for _ in range(5):
        call(market, market.use)
    withdraw(market)
    kept, now = calls.book(market.node), market.node.ledger.now()
    entry = dict(kept.calls(market.use)[0].record)
    for name in ("format", "number", "time", "use"):
        del entry[name]
    for n in range(3):  # judged before the block was seen, written down after its time
        kept.record(market.use, f"late {n}", now, entry, lambda _number, _time: None)
    assert clause(lambda: service.meter(market.node, market.use)) == "authorised-when-called"
    assert leaf(market.node, market.use, USE).fields["metered"] == 5
    assert kept.pending(market.use, 0).count == 3
    assert service.meter_all(market.node) == []
    service.terminate(market.node, market.operator, market.use, "授权收回")
    assert leaf(market.node, market.use, USE).state == "terminated"


def test_who_may_call_is_changed_while_earlier_calls_wait(market: places.Market) -> None:
    use = market.use
    call(market, use, CREDIT)
    service.name_recipients(market.node, use, ["风控系统"])
    assert clause(lambda: call(market, use, CREDIT)) == "by-recipients-agreed"
    assert [call(market, use, RISK) for _ in range(2)] == [1, 2]
    assert len(service.meter(market.node, use)) == 2
    call(market, use, RISK)
    service.name_recipients(market.node, use, ["信贷系统"])
    assert clause(lambda: call(market, use, RISK)) == "by-recipients-agreed"
    assert call(market, use, CREDIT) == 4
    service.meter(market.node, use)
    assert leaf(market.node, use, USE).fields["metered"] == 5


def test_the_list_is_changed_by_both_only(market: places.Market) -> None:
    assert clause(lambda: service.name_recipients(market.node, market.use, [])) == "someone-may-call"
    stop(market)
    with pytest.raises(DeedError, match="wrong-state"):
        service.name_recipients(market.node, market.use, ["风控系统"])
    act = recipients_act(market.node, market.use, ["风控系统"])
    assert act["as"] == {"user": market.merchant, "operator": market.operator}
    assert act["args"] == {"recipients": ["风控系统"]}


@pytest.mark.parametrize("fine", range(12))
def test_as_many_as_pass_together(fine: int) -> None:
    made = [Call(number, 0, {}, b"") for number in range(11)]

    def judge(some: object) -> None:
        assert isinstance(some, list)
        if len(some) > fine:
            raise DataError("metering-refused", clause="c", says={}, number=0, use="u")

    if not fine:
        with pytest.raises(DataError, match="metering-refused"):
            passing(made, judge)
        return
    assert passing(made, judge) == made[:fine]


def test_who_holds_what_is_complete(market: places.Market) -> None:
    """Every data-use of which something was answered is listed, whatever became of it; and who may still
    call.
    """
    node: Node = market.node
    used = {name: places.approved(market, market.product, 2) for name in ("up", "stopped", "ended", "idle")}
    for name in ("up", "stopped", "ended"):
        call(market, used[name])
    service.meter_all(node)
    call(market, used["up"])
    service.meter_all(node)
    service.close(node, market.merchant, used["up"])
    service.stop(node, market.merchant, used["stopped"])
    service.terminate(node, market.operator, used["ended"], "到期")
    newer = service.Offer("省内区划数（新）", places.QUESTION, 50, earlier=market.product)
    second = service.offer(node, market.operator, market.operation, newer).asset
    moved = {name: places.approved(market, market.product, 2) for name in ("called", "silent")}
    call(market, moved["called"])
    for one in moved.values():
        service.move(node, market.merchant, one, second)
    call(market, moved["silent"])
    ids = candidates(node, market.product)
    assert set(ids) == {*used.values(), *moved.values(), market.use}
    told = {one.use for one in holders(node, _uses(market, *ids), market.product)}
    assert told == {*used.values(), moved["called"], market.use}
    assert set(of_product(node, second, market.merchant)) == set(moved.values())
    assert of_product(node, second, market.body) == []
    withdraw(market)
    found = {
        one.use: (one.state, one.calls)
        for one in holders(node, _uses(market, *used.values()), market.operation)
    }
    assert found == {
        used["up"]: ("closed", 2),
        used["stopped"]: ("stopped", 1),
        used["ended"]: ("terminated", 1),
        used["idle"]: ("active", 0),
    }
