"""A metering is charged once and divided once: periods of the same two parties share no day."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from data.market import DAY, Market
from data.money.test_run import HEX, ONE, RED, act, agreed, confirmed, used
from wusong.data.money import invoices, issuing, reconcile, splitting, standing, usecases
from wusong.data.money import run as running
from wusong.data.money.periods import Period
from wusong.errors import DataError
from wusong.node.node import Node


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Period]:
    """Seven calls of a day that is over; the node, closed."""
    made = used(tmp_path_factory.mktemp("kept") / "node")
    made[0].node.ledger.set_forward(2 * DAY)
    made[0].node.close()
    return made


@pytest.fixture
def market(kept: tuple[Market, Period], tmp_path: Path) -> Iterator[tuple[Market, Period]]:
    shutil.copytree(kept[0].node.folder, tmp_path / "node")
    node = Node.open(tmp_path / "node")
    yield replace(kept[0], node=node), kept[1]
    node.close()


def around(period: Period) -> list[Period]:
    return [Period(period.first, period.last + 1), Period(period.first - 1, period.last)]


def by_hand(market: Market, period: Period) -> str:
    """A statement that the operator puts on the ledger past this node's issuing."""
    return act(
        market, standing.STATEMENT, "issue", "operator", market.operator, None,
        amount=350, calls=7, first=period.first, last=period.last, statement=HEX, user=market.merchant,
    )  # fmt: skip


def code(caught: pytest.ExceptionInfo[DataError]) -> tuple[str, str]:
    return caught.value.code, str(caught.value.data.get("asset", ""))


def test_a_period_that_shares_a_day_with_a_statement_is_refused(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    for other in around(period):
        with pytest.raises(DataError) as caught:
            issuing.issue_all(made.node, made.operator, other)
        assert code(caught) == ("period-overlaps", row.asset)
        args = {"first": other.first, "last": other.last, "user": made.merchant}
        with pytest.raises(DataError) as caught:
            usecases.check_act(made.node, standing.STATEMENT, "issue", args, made.operator)
        assert code(caught) == ("period-overlaps", row.asset)
    assert issuing.issue_all(made.node, made.operator, period) == [row]
    assert issuing.correct(made.node, made.operator, row.asset).version == 2


def test_a_statement_withdrawn_frees_its_days(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    act(made, standing.STATEMENT, "withdraw", "operator", made.operator, row.asset)
    (wider,) = issuing.issue_all(made.node, made.operator, around(period)[0])
    assert (wider.amount, wider.asset != row.asset) == (350, True)


def test_of_several_at_once_one_is_issued(market: tuple[Market, Period]) -> None:
    made, period = market

    def issue(wanted: Period) -> str:
        try:
            issuing.issue(made.node, made.operator, made.merchant, wanted)
        except DataError as error:
            return error.code
        return "issued"

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(issue, [period, *around(period)]))
    assert sorted(said) == ["issued", "period-overlaps", "period-overlaps"]


def test_a_second_statement_by_hand_is_found_and_not_divided(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    said = issuing.content_of(made.node, made.merchant, row.asset)
    assert reconcile.reconcile(made.node, said).agrees
    twin = by_hand(made, around(period)[0])
    found = reconcile.reconcile(made.node, said)
    assert {(one.name, one.detail) for one in found.differences} == {("metering-stated-twice", twin)}
    assert not found.agrees
    confirmed(made, row.asset)
    with pytest.raises(DataError) as caught:
        splitting.split(made.node, made.operator, agreed(made), period)
    assert code(caught) == ("period-overlaps", twin)


def test_distributions_of_an_agreement_share_no_day(market: tuple[Market, Period]) -> None:
    made, period = market
    share = agreed(made)
    (row,) = running.run(made.node, made.operator, share, period).statements
    confirmed(made, row.asset)
    done = splitting.split(made.node, made.operator, share, period)
    for other in around(period):
        with pytest.raises(DataError) as caught:
            splitting.split(made.node, made.operator, share, other)
        assert code(caught) == ("period-overlaps", share)
    assert splitting.split(made.node, made.operator, share, period) == done


def test_a_number_of_this_very_statement_is_said_to_be(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    confirmed(made, row.asset)
    invoices.bind(made.node, made.operator, row.asset, ONE)
    assert invoices.entries(made.node, ONE)[0].live
    for again in (invoices.bind, invoices.red_letter):
        with pytest.raises(DataError) as caught:
            again(made.node, made.operator, row.asset, ONE)
        assert caught.value.code == "invoice-bound-already"
    invoices.red_letter(made.node, made.operator, row.asset, RED)
    assert [invoices.entries(made.node, one)[0].live for one in (ONE, RED)] == [False, False]
    for used_up in (ONE, RED):
        with pytest.raises(DataError) as caught:
            invoices.bind(made.node, made.operator, row.asset, used_up)
        assert (caught.value.code, caught.value.data["red"]) == ("invoice-reversed", RED)
