"""Money to the last minor unit: extreme amounts and weights, free use, years that end, other currencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.market import DAY, QUESTION, Market, approved, in_force, registered, start
from data.money.test_files import ACCOUNTS, SHARE
from data.money.test_run import HEX, act, agreed
from wusong.contract.calendar import weekdays
from wusong.contract.expr import runtime
from wusong.data import service
from wusong.data.host import Intent
from wusong.data.money import exports, issuing, run, settlement, standing, statement
from wusong.data.money.capital import capital
from wusong.data.money.metered import Metering
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import _sums
from wusong.data.money.split import apportion
from wusong.errors import DataError, DeedError
from wusong.ledger.system import calendar

LARGEST = 2**53 - 1
HOUR = 3_600_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the ledger counts days in Beijing; the year is enough here
MONTH = Period.read("2026-03")


@settings(max_examples=150)
@given(st.integers(0, LARGEST), st.lists(st.integers(0, LARGEST), min_size=1, max_size=8))
def test_extreme_amounts_and_weights_lose_nothing_and_favour_nobody(total: int, weights: list[int]) -> None:
    if not any(weights):
        with pytest.raises(DataError):
            apportion(total, weights)
        return
    parts = apportion(total, weights)
    assert parts == runtime.apportion(total, list(weights))
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights), "less than one minor unit away"


@given(st.integers(0, LARGEST), st.integers(1, LARGEST))
def test_equal_weights_differ_by_one_minor_unit_at_most(total: int, weight: int) -> None:
    parts = apportion(total, [weight] * 7)
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True), "what is left goes to those who stand first"


@st.composite
def metered(draw: st.DrawFn) -> list[Metering]:
    """Meterings of up to three uses, each in order, at prices from nothing to ten billion yuan a call."""
    found = []
    for use in range(draw(st.integers(1, 3))):
        price = draw(st.sampled_from([0, 1, 50, 10**12]))
        after = draw(st.integers(0, 500))
        for n in range(draw(st.integers(1, 5))):
            count = draw(st.integers(1, 1_000))
            ids = {
                "deed": f"{use}{n}" * 8,
                "use": f"use-{use}",
                "product": "p",
                "operation": "o",
                "root": "r",
            }
            sides = {"operator": "did:operator", "provider": "", "user": "did:user"}
            at = {"act": 0, "time": MONTH.start + n, "first": 1, "last": 2}
            counted = {"after": after, "count": count, "fee": count * price}
            left = {"approved": 10**6, "metered": after + count}
            found.append(msgspec.convert(ids | sides | at | counted | left, Metering))
            after += count
    return found


@settings(max_examples=80)
@given(metered())
def test_every_sum_of_a_statement_is_that_of_its_lines(between: list[Metering]) -> None:
    said = statement.of_meterings("ledger", MONTH, between)
    assert said["amount"] == sum(one.fee for one in between)
    assert said["count"] == sum(one.count for one in between)
    assert list(_sums(said)) == []
    lines = exports._lines(said)[1:-1]
    assert sum(line[-1] for line in lines if isinstance(line[-1], Decimal)) == exports.yuan(said["amount"])


@given(st.lists(st.integers(0, 10**14), min_size=2, max_size=6))
def test_payment_files_add_up_to_ten_to_the_twelve_yuan_each(parts: list[int]) -> None:
    shared = list(zip(("did:a", "did:b", "did:c", "did:b", "did:c", "did:b"), parts, strict=False))
    if not any(parts[1:]):
        with pytest.raises(DataError, match="settlement-nothing"):
            settlement.settlement(SHARE, 1, "did:a", shared, 0, "2026-03")
        return
    due = settlement.settlement(SHARE, 1, "did:a", shared, 0, "2026-03")
    root = ET.fromstring(settlement.pain(due, ACCOUNTS))  # noqa: S314 - made a line above
    space = {"p": settlement.NAMESPACE}
    amounts = [Decimal(one.text or "") for one in root.iterfind(".//p:InstdAmt", space)]
    sums = {Decimal(one.text or "") for one in root.iterfind(".//p:CtrlSum", space)}
    assert sums == {sum(amounts)} == {exports.yuan(sum(parts[1:]))}
    assert {one.get("Ccy") for one in root.iterfind(".//p:InstdAmt", space)} == {"CNY"}


# -- amounts in capital figures --------

_FIGURES = {figure: n for n, figure in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


def read(text: str) -> int:
    """What an amount in capital figures says, in minor units; by a reading of its own."""
    body = text.removeprefix("人民币").removesuffix("整")
    yuan, _, rest = body.rpartition("元") if "元" in body else ("", "", body)
    cents = sum(
        _FIGURES[figure] * {"角": 10, "分": 1}[unit] for figure, unit in re.findall(r"(.)([角分])", rest)
    )
    if "亿" not in yuan:
        return group(yuan) * 100 + cents
    high, _, low = yuan.rpartition("亿")
    return (group(high) * 10**8 + group(low)) * 100 + cents


def group(text: str) -> int:
    if "万" in text:
        high, _, low = text.rpartition("万")
        return group(high) * 10_000 + group(low)
    total, figure = 0, 0
    for sign in text:
        if sign in _UNITS:
            total, figure = total + figure * _UNITS[sign], 0
        else:
            figure = _FIGURES[sign]
    return total + figure


@given(st.integers(0, 10**17) | st.integers(0, 10**6) | st.integers(0, 10**7).map(lambda n: n * 10**7))
def test_an_amount_in_capital_figures_reads_back(cents: int) -> None:
    said = capital(cents)
    assert read(said) == cents
    assert "零零" not in said
    assert "零元" not in said or cents == 0


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (140_950, "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "人民币陆仟零柒元壹角肆分"),
        (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (32_504, "人民币叁佰贰拾伍元零肆分"),
        (10**14, "人民币壹万亿元整"),
    ],
)
def test_amounts_in_capital_figures_as_the_rules_have_them(cents: int, said: str) -> None:
    assert capital(cents) == said


# -- on the ledger --------


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Market, Period]]:
    """A free product, called in the last hour of a year and the first of the next; the second day is over."""
    market = start(tmp_path_factory.mktemp("free") / "node")
    node, resource = market.node, registered(market)
    year = (_EPOCH + timedelta(milliseconds=node.ledger.now())).year
    period = Period.read(f"{year}-12-31..{year + 1}-01-01")
    node.ledger.set_forward(period.start + DAY - HOUR - node.ledger.now())
    operation = in_force(market, resource)
    offered = service.Offer("公益区划数", QUESTION, 0)
    use = approved(market, service.offer(node, market.operator, operation, offered).asset)
    for _ in range(2):
        service.call(node, use, market.merchant, {"province": "江苏"})
        service.meter(node, use)
        node.ledger.set_forward(HOUR)
    node.ledger.set_forward(DAY)
    yield market, period
    node.close()


def test_free_use_is_stated_confirmed_and_closed_and_leaves_nothing_to_divide(
    free: tuple[Market, Period],
) -> None:
    market, period = free
    share = agreed(market)
    progress = run.run(market.node, market.operator, share, period)
    (row,) = progress.statements
    said = issuing.content_of(market.node, market.merchant, row.asset)
    assert (said["count"], said["amount"], said["first"][5:], said["last"][5:]) == (2, 0, "12-31", "01-01")
    assert [one["after"] for one in said["uses"][0]["meterings"]] == [0, 1]
    act(market, standing.STATEMENT, "confirm", "user", market.merchant, row.asset)
    with pytest.raises(DataError) as caught:
        run.run(market.node, market.operator, share, period)
    assert caught.value.code == "settlement-nothing"
    assert standing.now(market.node, share, standing.SHARE).state == "in-force"
    with pytest.raises(DeedError):
        act(market, standing.STATEMENT, "receive", "operator", market.operator, row.asset, evidence=HEX)
    act(market, standing.STATEMENT, "close", "operator", market.operator, row.asset)


def test_each_side_of_the_new_year_is_a_period_of_its_own(free: tuple[Market, Period]) -> None:
    market, period = free
    for day in (period.first, period.last):
        said = statement.make(market.node, market.operator, market.merchant, Period(day, day))
        assert said["count"] == 1
    before = Period(period.first - 1, period.first - 1)
    with pytest.raises(DataError, match="statement-empty"):
        statement.make(market.node, market.operator, market.merchant, before)


def banking_days(market: Market) -> None:
    """The founder publishes the banking calendar of this year and the next: Monday to Friday."""
    node = market.node
    year = (_EPOCH + timedelta(milliseconds=node.ledger.now())).year
    for one in (year, year + 1, year + 2):
        key = node.ledger.rules.key(calendar.RECORD, calendar.name_of("cn-bank", one))
        args = {"basis": "test", "days": weekdays(one), "name": "cn-bank", "year": one}
        node.act([Intent(calendar.KIND, "publish", args, {"publisher": node.founder}, key.hex())])


def test_only_yuan_settle_a_statement(tmp_path: Path) -> None:
    market = start(tmp_path / "node")
    banking_days(market)
    node, today = market.node, (market.node.ledger.now() + 8 * HOUR) // DAY
    bill = act(
        market, standing.STATEMENT, "issue", "operator", market.operator, None,
        amount=900, calls=1, first=today - 2, last=today - 1, statement=HEX, user=market.merchant,
    )  # fmt: skip
    act(market, standing.STATEMENT, "confirm", "user", market.merchant, bill)
    for currency, amount in (("USD", 900), ("CNY", 899), ("CNY", 900)):
        promised = act(
            market, "payment@1", "promise", "debtor", market.merchant, None,
            amount=amount, basis=HEX, creditor=market.operator, currency=currency, due_day=today,
            obligation=bill,
        )  # fmt: skip
        signed = {"operator": market.operator}
        settle = Intent(
            standing.STATEMENT, "settle", {"payment": promised}, signed, bill, with_={"payment": 1}
        )
        discharge = Intent("payment@1", "discharge", {}, {"creditor": market.operator}, promised)
        if (currency, amount) != ("CNY", 900):
            with pytest.raises(DeedError, match="missing-companion"):
                node.act([settle, discharge])
            continue
        node.act([settle, discharge])
        assert standing.now(node, bill, standing.STATEMENT).state == "paid"
    node.close()
