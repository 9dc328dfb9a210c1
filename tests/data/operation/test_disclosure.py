"""The annual disclosure: what it says, that it reconciles, that its workbook is the same twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.market import DAY, QUESTION, Market, approved, registered, start
from wusong.crypto import canonical
from wusong.data import service
from wusong.data.money import issuing
from wusong.data.money.periods import Period
from wusong.data.operation import disclosure, workbook
from wusong.errors import DataError

BEIJING = timezone(timedelta(hours=8))
PURPOSE = '=HYPERLINK("http://example.invalid")'


def year_now(market: Market) -> int:
    return datetime.fromtimestamp(market.node.ledger.now() / 1000, BEIJING).year


def new_year(market: Market, days: int = 1) -> None:
    """Set the clock to the first days of the next year."""
    then = datetime(year_now(market) + 1, 1, 1, 9, tzinfo=BEIJING).timestamp() * 1000
    market.node.ledger.set_forward(int(then) - market.node.ledger.now() + (days - 1) * DAY)


@dataclass(frozen=True)
class Story:
    market: Market
    year: int
    free: str


def told(folder: Path, suite: str = "intl") -> Story:
    """A year: authorised, ceilings lowered, two products of which one is recalled, paid and free calls, an
    incident reported late, suspended and resumed, a statement for one month; the year is over.
    """
    market = start(folder, suite)
    node = market.node
    resource = registered(market)
    new_year(market)
    year, now = year_now(market), node.ledger.now()
    conditions = service.Conditions(
        columns=("省",), classes=("统计",), class_ceilings=(80,), protection="level-3"
    )
    operation = service.authorise(
        node, market.body, market.operator, resource, scope=PURPOSE, starts=now, ends=now + 700 * DAY,
        ceiling=100, conditions=conditions,
    ).asset  # fmt: skip
    service.accept_authorisation(node, market.operator, operation)
    counted = service.Offer("省内区划数", QUESTION, 60, class_="统计")
    product = service.offer(node, market.operator, operation, counted).asset
    unlisted = service.Offer("另一产品", QUESTION, 10, class_="核验")
    other = service.offer(node, market.operator, operation, unlisted).asset
    service.set_ceiling(node, market.body, operation, 90, "价格文件一号")
    service.reprice(node, market.operator, product, 50)
    service.recall(node, market.operator, other, "问题表述有误")
    paid = approved(market, product, 9)
    terms = service.UseTerms("疫情防控", now, now + 200 * DAY, 5, benefit="public-governance")
    free = service.apply(node, market.merchant, product, terms).asset
    service.approve(node, market.operator, free)
    for use, times in ((paid, 3), (free, 2)):
        for _ in range(times):
            service.call(node, use, market.merchant, {"province": "江苏"})
    service.meter_all(node)
    day = (node.ledger.now() + 8 * 3_600_000) // DAY
    node.ledger.set_forward(DAY)
    issuing.issue_all(node, market.operator, Period(day, day))
    service.call(node, paid, market.merchant, {"province": "江苏"})
    service.meter_all(node)
    service.report_incident(
        node, market.operator, operation, "账号泄露".encode(), node.ledger.now() - 2 * DAY
    )
    node.ledger.set_forward(DAY)
    service.report_measures(node, market.operator, operation, "已停用账号".encode())
    service.suspend(node, market.body, operation, "整改通知")
    service.resume(node, market.body, operation)
    service.renew(node, operation, now + 900 * DAY)
    new_year(market)
    parties = replace(market, resource=resource, operation=operation, product=product, use=paid)
    return Story(parties, year, free)


@pytest.fixture(scope="module", params=["intl", "gm"])
def story(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Story]:
    made = told(tmp_path_factory.mktemp("market") / "node", request.param)
    yield made
    made.market.node.close()


def test_what_an_operator_discloses(story: Story) -> None:
    market = story.market
    said = disclosure.make(market.node, market.operator, story.year)
    (one,) = said["authorisations"]
    assert (one["state"], one["parts"], one["code"], one["ceiling"]) == ("in-force", ["operator"], "T-1", 90)
    assert [(row["ceiling"], row["document"]) for row in said["ceilings"]] == [
        (100, ""),
        (90, "价格文件一号"),
    ]
    assert said["ceilings"][0]["classes"] == [{"ceiling": 80, "name": "统计"}]
    assert [(row["name"], row["class"], row["ceiling"], row["state"]) for row in said["products"]] == [
        ("省内区划数", "统计", 90, "listed"), ("另一产品", "核验", 90, "recalled"),
    ]  # fmt: skip
    assert [row["price"] for row in said["prices"] if row["product"] == market.product] == [60, 50]
    assert said["totals"] == {
        "amount": 200, "calls": 6, "free": 2,
        "benefits": {"industry": 4, "public-governance": 2, "public-welfare": 0},
    }  # fmt: skip
    (user,) = said["revenue"]
    assert (user["amount"], user["stated"], user["open"], user["calls"]) == (200, 150, 50, 6)
    (statement,) = said["statements"]
    assert (statement["agrees"], statement["amount"], statement["state"]) == (True, 150, "confirmed")
    (incident,) = said["incidents"]
    assert (incident["late"], incident["overdue"], incident["measures"] > 0) == (True, False, True)
    assert [row["action"] for row in said["changes"]] == ["suspend", "resume", "renew"]
    assert said["changes"][0]["document"] == "整改通知"
    assert said["complete"] is True


def test_its_sheets_are_those_of_the_vector() -> None:
    vector = json.loads(Path(__file__).with_name("disclosure.json").read_text("utf-8"))
    made = workbook.sheets(vector["disclosure"])
    plain = {
        name: [[str(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in rows]
        for name, rows in made.items()
    }
    assert plain == vector["sheets"]
    opened = openpyxl.load_workbook(BytesIO(workbook.file_of(vector["disclosure"])))
    for name, rows in made.items():
        shown = [[cell.value for cell in row] for row in opened[name]]
        assert len(shown) == len(rows), name
        assert shown[0] == list(rows[0]), name


def test_its_members_are_those_of_the_vector(story: Story) -> None:
    """The format of the content that the ledger's commitment is about does not change by itself."""
    vector = json.loads(Path(__file__).with_name("disclosure.json").read_text("utf-8"))["disclosure"]
    said = disclosure.make(story.market.node, story.market.operator, story.year)
    assert members(said) == members(vector)


def members(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The names of members, with one of each list."""
    if isinstance(value, dict):
        return {name: members(one) for name, one in value.items() if name != "names"}
    return [members(value[0])] if isinstance(value, list) and value else type(value).__name__


def test_a_body_is_told_no_user_and_no_amount(story: Story) -> None:
    said = disclosure.make(story.market.node, story.market.body, story.year)
    assert not {"revenue", "statements", "totals", "uses"} & set(said), "absent, not nought"
    assert len(said["products"]) == 2
    assert story.market.merchant not in canonical.encode(said).decode()
    assert not {"使用与调用", "收入", "对账单"} & set(workbook.sheets(said))


@pytest.mark.parametrize("party", ["merchant", "registry", "department"])
def test_strangers_disclose_nothing(story: Story, party: str) -> None:
    with pytest.raises(DataError) as refused:
        disclosure.make(story.market.node, getattr(story.market, party), story.year)
    assert refused.value.code == "disclosure-empty"


def test_the_workbook_is_the_same_twice_and_runs_no_formula(story: Story) -> None:
    said = disclosure.make(story.market.node, story.market.operator, story.year)
    again = disclosure.make(story.market.node, story.market.operator, story.year)
    assert canonical.encode(said) == canonical.encode(again)
    book = workbook.file_of(said)
    assert book == workbook.file_of(again)
    opened = openpyxl.load_workbook(BytesIO(book))
    cells = [cell for sheet in opened for row in sheet for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert "'" + PURPOSE in {cell.value for cell in cells}
