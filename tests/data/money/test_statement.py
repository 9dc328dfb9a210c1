"""Statements say what the ledger metered, and what is wrong with one is found and named."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from data.market import DAY, Market, approved, opened
from wusong.crypto import canonical
from wusong.data import service
from wusong.data.money import statement
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import Difference, reconcile
from wusong.data.products import callbook
from wusong.errors import DataError


def period_now(market: Market) -> Period:
    """The day that it is."""
    today = (market.node.ledger.now() + 8 * 3_600_000) // DAY
    return Period(today, today)


def called(market: Market, use: str, times: int) -> None:
    for _ in range(times):
        service.call(market.node, use, market.merchant, {"province": "江苏"})


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Market, Period, dict[str, Any]]]:
    """Two data-uses, three meterings and one call that waits; the period is over."""
    market = opened(tmp_path_factory.mktemp("market") / "node", calls=9)
    second = approved(market, market.product, calls=5)
    period = period_now(market)
    called(market, market.use, 3)
    called(market, second, 2)
    service.meter_all(market.node)
    called(market, market.use, 2)
    service.meter(market.node, market.use)
    called(market, market.use, 1)
    assert period_now(market) == period, "midnight passed"
    market.node.ledger.set_forward(DAY)
    yield market, period, statement.make(market.node, market.operator, market.merchant, period)
    market.node.close()


def test_it_lists_every_metering_with_balances(stated: tuple[Market, Period, dict[str, Any]]) -> None:
    market, _, said = stated
    assert (said["count"], said["amount"], said["currency"]) == (7, 350, "CNY")
    by_use = {one["use"]: one for one in said["uses"]}
    first = by_use[market.use]
    assert (first["approved"], first["opening"], first["closing"], first["count"]) == (9, 9, 4, 5)
    assert [(one["after"], one["count"], one["price"], one["amount"]) for one in first["meterings"]] == [
        (0, 3, 50, 150),
        (3, 2, 50, 100),
    ]
    assert canonical.decode(canonical.encode(said)) == said


def test_who_computes_it_again_gets_the_same(stated: tuple[Market, Period, dict[str, Any]]) -> None:
    market, period, said = stated
    assert statement.make(market.node, market.operator, market.merchant, period) == said


def test_it_agrees_and_the_call_that_waits_is_told(stated: tuple[Market, Period, dict[str, Any]]) -> None:
    market, _, said = stated
    found = reconcile(market.node, said)
    assert found.agrees
    assert (found.meterings, found.calls) == (3, 7)
    assert found.differences == (Difference("call-unmetered", market.use, "", 5),)


def _lines(said: dict[str, Any], use: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = next(one for one in said["uses"] if one["use"] == use)["meterings"]
    return found


def leave_out(said: dict[str, Any], use: str) -> None:
    del _lines(said, use)[0]


def double(said: dict[str, Any], use: str) -> None:
    _lines(said, use).append(_lines(said, use)[0])


def invent(said: dict[str, Any], use: str) -> None:
    _lines(said, use).append(_lines(said, use)[0] | {"deed": "0" * 64})


def dearer(said: dict[str, Any], use: str) -> None:
    line = _lines(said, use)[0]
    line["price"], line["amount"] = 60, 180


def more(said: dict[str, Any], use: str) -> None:
    line = _lines(said, use)[0]
    line["count"], line["amount"] = 4, 200


def other_root(said: dict[str, Any], use: str) -> None:
    _lines(said, use)[0]["root"] = "0" * 64


def other_sum(said: dict[str, Any], use: str) -> None:  # noqa: ARG001 - as the others
    said["amount"] += 1


def other_balance(said: dict[str, Any], use: str) -> None:
    next(one for one in said["uses"] if one["use"] == use)["closing"] -= 1


def other_currency(said: dict[str, Any], use: str) -> None:  # noqa: ARG001 - as the others
    said["currency"] = "USD"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (leave_out, {"metering-missing", "wrong-sum"}),
        (double, {"metering-doubled", "wrong-sum"}),
        (invent, {"metering-unknown", "wrong-sum"}),
        (dearer, {"wrong-price", "wrong-amount", "wrong-sum"}),
        (more, {"wrong-count", "wrong-amount", "wrong-sum"}),
        (other_root, {"wrong-record"}),
        (other_sum, {"wrong-sum"}),
        (other_balance, {"wrong-balance"}),
        (other_currency, {"wrong-party"}),
    ],
)
def test_what_was_changed_is_named(
    stated: tuple[Market, Period, dict[str, Any]],
    change: Callable[[dict[str, Any], str], None],
    names: set[str],
) -> None:
    market, _, said = stated
    changed = copy.deepcopy(said)
    change(changed, market.use)
    found = reconcile(market.node, changed)
    assert not found.agrees
    assert {one.name for one in found.differences} - {"call-unmetered"} == names


@pytest.mark.parametrize(
    ("statement_", "names"),
    [
        ("DELETE FROM calls WHERE use = ? AND number = 1", {"call-missing"}),
        ("UPDATE calls SET time = time + 1 WHERE use = ? AND number = 1", {"call-changed"}),
        ("UPDATE calls SET salt = zeroblob(32) WHERE use = ? AND number = 1", {"root-differs"}),
    ],
)
def test_a_book_that_was_changed_is_named(
    stated: tuple[Market, Period, dict[str, Any]], statement_: str, names: set[str]
) -> None:
    market, _, said = stated
    path = market.node.folder / callbook.FILE
    with closing(sqlite3.connect(path)) as db:
        before = db.execute("SELECT * FROM calls WHERE use = ? AND number = 1", (market.use,)).fetchone()
        db.execute(statement_, (market.use,))
        db.commit()
        try:
            found = reconcile(market.node, said)
        finally:
            db.execute("INSERT OR REPLACE INTO calls VALUES (?,?,?,?,?,?,?)", before)
            db.commit()
    assert {one.name for one in found.differences} - {"call-unmetered"} == names
    assert not found.agrees


def test_a_period_that_is_not_over_has_no_statement(stated: tuple[Market, Period, dict[str, Any]]) -> None:
    market, period, _ = stated
    with pytest.raises(DataError) as caught:
        statement.make(market.node, market.operator, market.merchant, Period(period.first, period.last + 1))
    assert caught.value.code == "period-not-over"


def test_a_period_without_calls_has_no_statement(stated: tuple[Market, Period, dict[str, Any]]) -> None:
    market, period, _ = stated
    with pytest.raises(DataError) as caught:
        statement.make(
            market.node, market.operator, market.merchant, Period(period.first - 9, period.first - 9)
        )
    assert caught.value.code == "statement-empty"


def test_each_side_sees_its_own_part(stated: tuple[Market, Period, dict[str, Any]]) -> None:
    market, period, _ = stated
    for party, part in (
        (market.merchant, "user"),
        (market.operator, "operator"),
        (market.department, "provider"),
    ):
        (row,) = statement.overview(market.node, period, party)
        assert (row["part"], row["calls"], row["amount"], row["meterings"]) == (part, 7, 350, 3)
    assert statement.overview(market.node, period, market.registry) == []


@pytest.mark.parametrize(
    ("text", "days", "shown"),
    [
        ("2026-03", (20513, 20543), "2026-03"),
        ("2026-12", (20788, 20818), "2026-12"),
        ("2026-03-01..2026-03-31", (20513, 20543), "2026-03"),
        ("2026-03-02..2026-03-02", (20514, 20514), "2026-03-02..2026-03-02"),
    ],
)
def test_periods_are_days_in_beijing(text: str, days: tuple[int, int], shown: str) -> None:
    found = Period.read(text)
    assert (found.first, found.last, str(found)) == (*days, shown)
    assert found.start == days[0] * DAY - 8 * 3_600_000
    assert found.end - found.start == (days[1] - days[0] + 1) * DAY


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-03-31..2026-03-01", "2026-02-30..2026-03-01", "三月"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(DataError) as caught:
        Period.read(text)
    assert caught.value.code == "period-wrong"
