"""Where an application stands, and how many working days are left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data import market as places
from data.market import DAY, Market
from wusong.contract.calendar import weekdays
from wusong.data import contents, service
from wusong.data.intake.decisions import Book, Decision
from wusong.data.registration import projection, stages
from wusong.data.registration.service import Application, Change, Correction
from wusong.errors import DeedError


def at(text: str) -> int:
    """Beijing time, ms."""
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)).timestamp() * 1000)


LEFT: list[tuple[str, str, str, int | None]] = [
    ("the day itself", "2026-03-04 23:00", "2026-03-05", 0),
    ("Wednesday to the end of Friday", "2026-03-04 08:00", "2026-03-07", 2),
    ("over a weekend", "2026-03-06 08:00", "2026-03-10", 1),
    ("Saturday to the end of Monday", "2026-03-07 08:00", "2026-03-10", 1),
    ("passed on Friday, today Monday", "2026-03-09 08:00", "2026-03-07", -1),
    ("into a year that nobody published", "2026-12-30 08:00", "2027-01-05", None),
]


@pytest.mark.parametrize(("now", "due", "days"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
def test_working_days_left(now: str, due: str, days: int | None) -> None:
    known = {2026: weekdays(2026)}
    assert stages.left(known.get, at(now), at(due)) == days


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = places.start(tmp_path_factory.mktemp("market") / "node")
    yield made
    made.node.close()


def stand(market: Market, asset: str) -> tuple[list[tuple[str, bool, bool]], list[tuple[str, int | None]]]:
    """(state, reached, here) of each stage; (limit, working days left) of what is due."""
    standing = stages.now_of(market.node, asset)
    shown = stages.of(standing, projection.of(market.node.models, asset))
    due = stages.due_of(market.node, standing)
    return [(one.state, one.reached is not None, one.here) for one in shown], [(d.limit, d.left) for d in due]


def test_the_stages_of_a_first_registration(market: Market) -> None:
    node, registry = market.node, market.registry
    application = Application("人口统计", "依法履职产生", places.TABLE)
    asset = service.register(node, market.department, registry, application).asset
    way, due = stand(market, asset)
    whole = ["applied", "accepted", "examined", "noticed", "cleared", "registered"]
    assert [state for state, _, _ in way] == whole
    assert (way[0], due) == (("applied", True, True), [("acceptance", 3)])
    service.accept(node, registry, asset)
    assert stand(market, asset)[1] == [("examination", 20)]
    service.send_back(node, registry, asset, "请补充来源说明")
    way, due = stand(market, asset)
    assert ([reached for _, reached, _ in way], due) == ([True, True, *[False] * 5], [("supplementing", 10)])
    assert [state for state, _, here in way if here] == ["returned"]
    service.supplement(node, market.department, asset, source_basis="依法履职产生，已核对")
    service.accept(node, registry, asset)
    service.examine(node, registry, asset, "材料齐全")
    service.publish(node, registry, asset)
    assert stand(market, asset)[1] == [("notice", 10)]
    places.pass_notice(market, asset)
    way, due = stand(market, asset)
    assert (way[3:5], due) == ([("noticed", True, False), ("cleared", True, True)], [])
    service.assign_code(node, registry, asset, places.next_code(node), node.ledger.now() + 40 * DAY)
    way, due = stand(market, asset)
    assert (way[5], [limit for limit, _ in due]) == (("registered", True, True), ["validity"])


def test_what_is_not_corrected_in_time_is_withdrawn(market: Market) -> None:
    application = Application("逾期", "依法履职产生", places.TABLE)
    asset = service.register(market.node, market.department, market.registry, application).asset
    service.send_back(market.node, market.registry, asset, "请补充来源说明")
    market.node.ledger.set_forward(30 * DAY)
    assert stages.now_of(market.node, asset).state == "withdrawn"
    assert [(state, here) for state, _, here in stand(market, asset)[0]] == [
        ("applied", False),
        ("withdrawn", True),
    ]
    assert stand(market, asset)[1] == []


def test_a_correction_takes_effect_without_notice_and_the_registration_stands_meanwhile(
    market: Market,
) -> None:
    node, registry = market.node, market.registry
    asset = places.registered(market)
    code = stages.now_of(node, asset).fields["code"]
    operation = places.in_force(market, asset)
    wanted = Change("correction", "名称录入有误", Correction(name="区划与人口数据"))
    application = service.change(node, market.department, asset, wanted).asset
    assert [state for state, _, _ in stand(market, application)[0]][-2:] == ["examined", "effected"]
    service.accept(node, registry, application)
    with pytest.raises(DeedError) as caught:
        service.take_effect(node, registry, application)
    assert caught.value.code in {"wrong-state", "guard-failed"}
    service.examine(node, registry, application, "属文字差错")
    assert stages.now_of(node, asset).state == "registered"
    service.take_effect(node, registry, application)
    standing = stages.now_of(node, asset)
    assert (standing.fields["name"], standing.fields["changed_by"]) == ("区划与人口数据", application)
    assert (standing.state, standing.fields["code"]) == ("registered", code)
    assert stages.now_of(node, application).state == "effected"
    service.set_ceiling(node, market.body, operation, 90, "测算调整")


def test_a_renewal_in_the_last_sixty_days(market: Market) -> None:
    node, registry = market.node, market.registry
    asset = places.registered(market)
    with pytest.raises(DeedError) as early:
        service.change(node, market.department, asset, Change("renewal", "继续运营"))
    assert early.value.data["clause"] == "in-the-last-sixty-days"
    until = stages.now_of(node, asset).fields["valid_until"]
    node.ledger.set_forward(until - node.ledger.now() - 50 * DAY)
    application = service.change(node, market.department, asset, Change("renewal", "继续运营")).asset
    service.accept(node, registry, application)
    service.examine(node, registry, application, "符合续期要求")
    service.take_effect(node, registry, application, until + 1_000 * DAY)
    node.ledger.set_forward(60 * DAY)
    assert stages.now_of(node, asset).state == "registered"
    node.ledger.set_forward(1_000 * DAY)
    assert stages.now_of(node, asset).state == "expired"


PERSONAL = ("单位,手机号\n" + "".join(f"{n} 部,1390000{n:04}\n" for n in range(20))).encode()


def test_decisions_about_columns_open_a_resource(market: Market) -> None:
    node = market.node
    open_ = Application("联系人", "依法履职产生", PERSONAL, sharing="open")
    with pytest.raises(DeedError) as caught:
        service.register(node, market.department, market.registry, open_)
    assert caught.value.data["clause"] == "columns-decided"
    waiting = Application("联系人", "依法履职产生", PERSONAL)
    asset = service.register(node, market.department, market.registry, waiting).asset
    fields = stages.now_of(node, asset).fields
    marked = [
        c["name"] for c in contents.read_json(node.vault, fields["profile"])["columns"] if "personal" in c
    ]
    assert fields["undecided"] == len(marked) > 0
    with Book(node.folder) as book:
        for column in marked:
            decision = Decision(
                column=column, verdict="removed", reason="对外提供前删除", time=node.ledger.now()
            )
            profile = contents.read_json(node.vault, fields["profile"])
            book.decide(fields["content"], market.department, profile, decision)
    service.send_back(node, market.registry, asset, "请判定疑似字段")
    service.supplement(node, market.department, asset, Correction(sharing="open"))
    fields = stages.now_of(node, asset).fields
    assert (fields["undecided"], fields["sharing"]) == (0, "open")
    other = replace(open_, name="联系人（开放）")
    assert service.register(node, market.department, market.registry, other).asset != asset
