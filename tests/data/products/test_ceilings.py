"""Ceilings by product class: two classes, one of them lowered while uses run; the same in every face."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.market import DAY, QUESTION, Market, approved, registered, start
from web.portalkit import Site
from wusong.cli.app import run
from wusong.data import service
from wusong.data.domain import DOMAIN
from wusong.data.host import Intent, leaf
from wusong.data.money import statement
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import reconcile
from wusong.data.products import ceilings
from wusong.errors import DeedError
from wusong.node.people import ROLES
from wusong.web.app import create_app

CLASSES = service.Conditions(classes=("统计", "核验"), class_ceilings=(80, 60))
AUTHORISED = {"ceiling": 100, "classes": ["统计", "核验", "统计"], "class_ceilings": [80, 60, 70]}


@pytest.mark.parametrize(
    ("offered", "amount"),
    [({"class": "核验"}, 60), ({"class": "统计"}, 80), ({"class": "评分"}, 100), ({}, 100)],
)
def test_the_ceiling_that_binds(offered: dict[str, Any], amount: int) -> None:
    assert ceilings.ceiling(AUTHORISED, offered) == amount
    assert ceilings.ceiling({"ceiling": 100}, offered) == 100


def authorised(market: Market) -> str:
    node, now = market.node, market.node.ledger.now()
    asset = service.authorise(
        node, market.body, market.operator, registered(market), scope="统计与核验", starts=now,
        ends=now + 365 * DAY, ceiling=100, conditions=CLASSES,
    ).asset  # fmt: skip
    service.accept_authorisation(node, market.operator, asset)
    return asset


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    made = start(tmp_path / "node")
    yield made
    made.node.close()


def offered(market: Market, operation: str, class_: str, price: int) -> str:
    wanted = service.Offer(f"省内{class_}", QUESTION, price, class_=class_)
    return service.offer(market.node, market.operator, operation, wanted).asset


def clause(act: Callable[[], object]) -> str:
    with pytest.raises(DeedError) as caught:
        act()
    return str(caught.value.data["clause"])


def test_a_class_is_lowered_while_its_use_runs(market: Market) -> None:
    node = market.node
    operation = authorised(market)
    for class_, price in (("", 10), ("统计", 81), ("核验", 61)):
        expected = "price-within-class-ceiling" if class_ else "class-stated"
        assert clause(lambda c=class_, p=price: offered(market, operation, c, p)) == expected  # type: ignore[misc]
    counted, verified = offered(market, operation, "统计", 80), offered(market, operation, "核验", 60)
    offered(market, operation, "评分", 100)  # a class that is not named falls under the general ceiling
    counts, verifies = approved(market, counted, 9), approved(market, verified, 9)
    waiting = service.apply(
        node,
        market.merchant,
        verified,
        service.UseTerms("待批", node.ledger.now(), node.ledger.now() + DAY, 1),
    ).asset
    today = (node.ledger.now() + 8 * 3_600_000) // DAY

    def called(times: int) -> None:
        for use in (counts, verifies):
            for _ in range(times):
                service.call(node, use, market.merchant, {"province": "江苏"})

    called(2)
    service.meter_all(node)
    called(1)
    service.set_ceiling(node, market.body, operation, 100, "价格文件", ("核验", "统计"), (40, 80))
    assert clause(lambda: service.approve(node, market.operator, waiting)) == "price-within-class-ceiling"
    assert (
        clause(lambda: service.reprice(node, market.operator, verified, 41)) == "price-within-class-ceiling"
    )
    called(1)
    service.meter_all(node)
    charged = {use: leaf(node, use, "data-use@1").fields for use in (counts, verifies)}
    assert [charged[counts][name] for name in ("metered", "fee", "charged")] == [4, 160, 320]
    assert [charged[verifies][name] for name in ("metered", "fee", "charged")] == [4, 80, 200]
    node.ledger.set_forward(DAY)
    said = statement.make(node, market.operator, market.merchant, Period(today, today))
    assert said["amount"] == 520
    lines = {use["use"]: [one["price"] for one in use["meterings"]] for use in said["uses"]}
    assert lines == {counts: [80, 80], verifies: [60, 40]}
    assert reconcile(node, said).agrees
    service.set_ceiling(
        node, market.body, operation, 70, "第二号价格文件"
    )  # without classes: the general one
    called(1)
    service.meter_all(node)
    assert [leaf(node, use, "data-use@1").fields["fee"] for use in (counts, verifies)] == [70, 60]


def test_a_metering_that_hides_the_class_is_refused(market: Market) -> None:
    node = market.node
    use = approved(market, offered(market, authorised(market), "核验", 60), 3)
    now = node.ledger.now()
    told = {"calls": "0" * 64, "calls_count": 1, "after": 0, "first": now, "last": now}
    tries: list[tuple[dict[str, Any], str]] = [
        ({}, "classes-as-authorised"),
        ({"classes": ["核验", "统计"]}, "classes-as-authorised"),
        ({"classes": ["统计"], "class_ceiling": 80}, "classes-as-authorised"),
        ({"classes": ["统计", "核验"]}, "ceiling-of-class"),
        ({"classes": ["统计", "核验"], "class_ceiling": 80}, "ceiling-of-class"),
    ]
    for more, expected in tries:
        act = Intent("data-use@1", "meter", told | more, {"operator": market.operator}, use)
        assert clause(lambda act=act: node.act([act])) == expected  # type: ignore[misc]


def test_no_face_offers_without_a_class(
    market: Market, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node = market.node
    (node.folder / "wusong.toml").write_text("[node]\nfour_eyes = false\n", "utf-8")
    operation = authorised(market)
    app = create_app(node)
    faces = app.state.faces
    faces.entries.four_eyes = False
    parties = {"body": market.body, "operator": market.operator}
    everyone = faces.people.add("试用人员")
    for did in parties.values():
        faces.people.grant(everyone, did, ROLES)
    site = Site(node, app, faces, parties, everyone)
    browser = site.client(everyone, "zh")
    browser.work_for("operator")
    shown = browser.get(f"/operations/{operation}/offer").text
    assert '<option value="核验">核验 · 最高限价 ¥0.60</option>' in shown
    form = {"name": "核验一", "output": "answer", "sql": QUESTION.sql, "parameter-1": "province"}
    form |= {"least_group": "5", "price": "0.61"}
    refused = browser.post(f"/operations/{operation}/offer", form)
    assert refused.status_code == 422, refused.text
    assert "应当载明产品类别" in refused.text
    dear = browser.post(f"/operations/{operation}/offer", {**form, "class": "核验"})
    assert "产品价格高于授权对该类别产品约定的最高限价" in dear.text
    assert '<option value="核验" selected>' in dear.text
    other = browser.post(f"/operations/{operation}/offer", {**form, "price": "1.01", "other_class": "评分"})
    assert 'value="评分"' in other.text
    done = browser.post(f"/operations/{operation}/offer", {**form, "price": "0.60", "class": "核验"})
    assert done.status_code == 303, done.text
    product = done.headers["location"].removeprefix("/assets/")[:64]
    assert "最高限价 ¥0.60" in browser.get(f"/products/{product}").text
    service.set_ceiling(node, market.body, operation, 100, "价格文件", ("核验",), (40,))
    under = browser.get(f"/operations/{operation}").text
    assert "<td>核验</td>" in under
    assert "¥0.40" in under

    body = {"name": "核验二", "price": 30, "question": QUESTION.to_json()}
    head = {"accept": "application/json", "x-csrf-token": browser.csrf}
    path = f"/api/v1/operations/{operation}/products"
    assert browser.http.post(path, json=body, headers=head).json()["clause"] == "class-stated"
    dear_one = browser.http.post(path, json={**body, "class": "核验", "price": 41}, headers=head)
    assert dear_one.json()["clause"] == "price-within-class-ceiling"
    assert browser.http.post(path, json={**body, "class": "核验"}, headers=head).json()["done"] is True

    DOMAIN.close(node)
    node.close()
    file = tmp_path / "question.json"
    file.write_text(json.dumps(QUESTION.to_json()), "utf-8")
    words = ["data", "offer", str(file), "--operation", operation, "--name", "核验三", "--home"]
    words += [str(node.folder), "--json"]
    capsys.readouterr()
    assert run([*words, "--price", "0.30"]) != 0
    assert json.loads(capsys.readouterr().out)["error"]["data"]["clause"] == "class-stated"
    assert run([*words, "--price", "0.40", "--class", "核验"]) == 0
