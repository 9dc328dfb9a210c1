"""Sharing from application to disposal, with its clocks, refusals and hostile parties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.market import registered
from data.sharing.district import PERSONAL, TABLE, District, opened, start
from wusong.contract import calendar
from wusong.data.host import leaf
from wusong.data.intake.decisions import Book, Decision
from wusong.data.money.standing import now
from wusong.data.products import tracing
from wusong.data.sharing import copies, handing, listing, service, supervision
from wusong.data.sharing.service import SHARING
from wusong.errors import DataError, DeedError, WusongError
from wusong.ledger.intent import Intent


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[District, str]]:
    district, resource = opened(tmp_path_factory.mktemp("sharing") / "node")
    yield district, resource
    district.node.close()


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_the_whole_story(tmp_path: Path, suite: str) -> None:
    district, resource = opened(tmp_path / "node", suite)
    node, bureau, office = district.node, district.bureau, district.office
    asset = district.delivered(resource)
    handed = handing.copy_for(node, office, asset)
    text = handed.content.decode("utf-8-sig")
    assert "本副本仅供数商使用" in text.splitlines()[0]
    assert [line.rpartition(",")[0] for line in text.splitlines()] == TABLE.decode().splitlines()
    assert handed == handing.copy_for(node, bureau, asset)
    assert handing.check(node, asset, handed.content, handed.opening["salt"])
    assert not handing.check(node, asset, handed.content + b" ", handed.opening["salt"])
    assert not handing.check(node, asset, handed.content, "00" * 32)
    assert not handing.check(node, asset, handed.content, "salt")

    service.request_correction(node, office, asset, "第三行人口有误".encode())
    assert handing.wrong_of(node, bureau, leaf(node, asset, SHARING)) == "第三行人口有误"
    assert handing.wrong_of(node, district.passer, leaf(node, asset, SHARING)) is None
    service.correct(node, bureau, asset, "已更正", district.bring(bureau, TABLE.replace(b"1002", b"1902")))
    assert b"1902" in handing.copy_for(node, office, asset).content
    assert not handing.check(node, asset, handed.content, handed.opening["salt"])
    service.give_feedback(node, office, asset, "可用")
    service.end(node, office, asset)
    with pytest.raises(DataError, match="sharing-not-in-use"):
        handing.copy_for(node, office, asset)
    service.dispose(node, office, asset, "已删除")
    assert now(node, asset, SHARING).state == "disposed"
    node.close()


def test_the_clock_leaves_holidays_out(tmp_path: Path) -> None:
    """Three weekdays off in March 2029 put the end of ten working days off by as many."""
    working = [dt.date(2029, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    off = {dt.date(2029, 3, day) for day in (7, 8, 9)}
    days = calendar.hex_of([day.weekday() < 5 and day not in off for day in working])
    district = start(tmp_path / "node", calendar_of={2029: days})
    asset = service.apply_return(
        district.node, district.office, district.bureau, district.at((2029, 3, 5)).request()
    ).asset
    (due,) = listing.due_of(district.node, asset)
    assert (due.limit, due.left) == ("answer", 10)
    assert due.time == district.midnight(2029, 3, 23)
    district.at((2029, 3, 22))
    service.accept(district.node, district.bureau, asset)
    assert listing.due_of(district.node, asset)[0].left == 0
    district.at((2029, 3, 23))
    assert listing.due_of(district.node, asset)[0].left == -1
    district.node.close()


def test_an_overdue_answer_still_counts_and_is_counted_late(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    before = {one.provider: one for one in supervision.counts(node, district.centre)}
    asset = district.asked(resource)
    district.forward(20)
    (line,) = [
        one
        for one in listing.lines(node, district.bureau, [_record(district, asset)])
        if one.record["asset"] == asset
    ]
    assert line.due[0].limit == "answer"
    assert (line.due[0].left or 0) < 0
    service.consent(node, district.bureau, asset)
    node.models.wait(node.ledger.app.head.height)
    (count,) = supervision.counts(node, district.centre)
    assert count.late == (before[district.bureau].late if before else 0) + 1
    service.withdraw(node, district.office, asset)


def _record(district: District, asset: str) -> dict[str, object]:
    standing = now(district.node, asset, SHARING)
    return {"asset": asset, "roles": standing.roles, "state": standing.state}


@pytest.mark.parametrize("ground", supervision.GROUNDS)
def test_each_ground_of_refusal_is_counted_for_the_coordinator_only(
    place: tuple[District, str], ground: service.Ground
) -> None:
    district, resource = place
    node = district.node
    asset = district.asked(resource)
    service.accept(node, district.bureau, asset)
    service.refuse(node, district.bureau, asset, ground, "理由")
    node.models.wait(node.ledger.app.head.height)
    (count,) = supervision.counts(node, district.centre)
    assert count.refused[ground] == 1
    table = supervision.as_csv([count], {district.bureau: "=数源部门"}).decode("utf-8-sig")
    assert "'=数源部门" in table
    assert count.requests == sum(
        (count.in_time, count.late, count.unanswered, count.waiting, count.withdrawn)
    )
    assert supervision.counts(node, district.bureau) == []
    service.escalate(node, district.office, asset, "确需")
    service.reject(node, district.centre, asset, "不共享")


def test_what_nobody_answered_is_counted_whatever_is_decided(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    asset = district.asked(resource)
    district.forward(20)
    service.direct(node, district.centre, asset, "应当共享")
    node.models.wait(node.ledger.app.head.height)
    (count,) = supervision.counts(node, district.centre)
    assert (count.unanswered, count.directed) == (1, 1)
    service.stop(node, district.bureau, asset, "law-changed", "法规已修改")
    assert now(node, asset, SHARING).state == "ended"


def test_a_longer_time_is_allowed_once(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    asset = district.asked(resource)
    district.forward(3)
    service.extend(node, district.centre, asset, "系统改造")
    assert listing.due_of(node, asset)[0].left == 10
    with pytest.raises(DeedError) as refused:
        service.extend(node, district.centre, asset, "再次")
    assert refused.value.data["clause"] == "extended-once"
    service.withdraw(node, district.office, asset)


def test_return_flow_needs_no_resource(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    plain = service.apply_return(node, district.office, district.bureau, district.request()).asset
    named = service.apply_return(node, district.office, district.bureau, district.request(), resource).asset
    assert "resource" not in leaf(node, plain, SHARING).fields
    assert leaf(node, named, SHARING).fields["resource"] == resource
    for asset in (plain, named):
        service.withdraw(node, district.office, asset)


# --- personal and important columns --------


def decide(district: District, content: str, column: str, verdict: str) -> None:
    profile = copies.picture(district.node, district.bureau, content).profile
    decision = Decision(column=column, verdict=verdict, reason="依规认定", time=1)  # type: ignore[arg-type]
    with Book(district.node.folder) as book:
        book.decide(content, district.bureau, profile, decision)


def test_marked_columns_leave_only_as_decided(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    asset = district.consented(resource)
    content = district.bring(district.bureau, PERSONAL)
    assert set(copies.picture(node, district.bureau, content).undecided) == {"手机号", "证件号"}
    kept = len(copies.book(node).all())
    with pytest.raises(DataError, match="sharing-columns-undecided"):
        service.deliver(node, district.bureau, asset, content)
    assert len(copies.book(node).all()) == kept
    decide(district, content, "手机号", "masked")
    decide(district, content, "证件号", "removed")
    service.deliver(node, district.bureau, asset, content)
    text = handing.copy_for(node, district.office, asset).content.decode("utf-8-sig")
    assert text.startswith("编号,手机号,批次号")
    assert text.splitlines()[1].startswith("0,***,")
    assert "1390000" not in text
    service.end(node, district.office, asset)


def test_nothing_is_delivered_where_nothing_would_be_left(place: tuple[District, str]) -> None:
    district, resource = place
    asset = district.consented(resource)
    content = district.bring(district.bureau, "手机号\n13900000001\n13900000002\n13900000003\n".encode())
    decide(district, content, "手机号", "removed")
    with pytest.raises(DataError, match="sharing-nothing-left"):
        service.deliver(district.node, district.bureau, asset, content)


# --- hostile parties --------


def test_only_the_applicant_and_the_provider_fetch(place: tuple[District, str]) -> None:
    district, resource = place
    asset = district.delivered(resource)
    for other in (district.passer, district.centre):
        with pytest.raises(DataError, match="sharing-not-yours"):
            handing.copy_for(district.node, other, asset)
    district.forward(201)
    with pytest.raises(DataError, match="sharing-not-in-use"):
        handing.copy_for(district.node, district.office, asset)


def test_a_frozen_request_gives_its_applicant_nothing(place: tuple[District, str]) -> None:
    district, resource = place
    node, asset = district.node, district.delivered(resource)
    court, first, second = (node.new_party(name) for name in ("某人民法院", "执行员一", "执行员二"))
    for party, name in ((court, "freeze-authority"), (first, "freeze-officer"), (second, "freeze-officer")):
        node.accredit(party, name)
    args = {"document": "(2026)沪01执1号", "basis": "民事诉讼法 第一百零六条", "days": 30}
    roles = {"authority": court, "officer_a": first, "officer_b": second}
    assert handing.copy_for(node, district.office, asset).content
    node.act([Intent("system/freeze", "freeze", args, roles, asset)])
    with pytest.raises(DataError, match="sharing-not-in-use"):
        handing.copy_for(node, district.office, asset)


def test_a_commitment_on_the_record_is_no_key_to_another_content(place: tuple[District, str]) -> None:
    """Provider and applicant put the commitment to somebody else's table on the record, by a plain act."""
    district, resource = place
    node = district.node
    victim = leaf(node, resource, "data-resource@1").fields["content"]
    asset = service.apply_return(node, district.office, district.passer, district.request()).asset
    service.accept(node, district.passer, asset)
    service.consent(node, district.passer, asset)
    with pytest.raises(DataError, match="content-not-brought"):
        service.deliver(node, district.passer, asset, victim)
    service._do(node, "deliver", {"provider": district.passer}, asset, {"content": victim})
    for party in (district.office, district.passer):
        with pytest.raises(DataError, match="content-not-here"):
            handing.copy_for(node, party, asset)
    service._do(node, "request-correction", {"applicant": district.office}, asset, {"wrong": victim})
    assert handing.wrong_of(node, district.passer, leaf(node, asset, SHARING)) is None


def test_a_copy_of_another_request_is_not_given_for_this_one(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    first = district.delivered(resource)
    second = district.consented(resource)
    content = leaf(node, first, SHARING).fields["content"]
    service._do(node, "deliver", {"provider": district.bureau}, second, {"content": content})
    with pytest.raises(DataError, match="content-not-here"):
        handing.copy_for(node, district.office, second)


def test_a_refused_delivery_leaves_nothing(place: tuple[District, str]) -> None:
    district, resource = place
    node = district.node
    asset = district.asked(resource)
    before = (len(copies.book(node).all()), len(list(node.vault.list())))
    content = district.bring(district.bureau, TABLE + "999999,末,1\n".encode())
    with pytest.raises(DeedError):
        service.deliver(node, district.bureau, asset, content)
    with pytest.raises(WusongError):
        service.deliver(node, district.passer, asset, content)
    assert (len(copies.book(node).all()), len(list(node.vault.list()))) == (before[0], before[1] + 1)
    service.withdraw(node, district.office, asset)


def test_a_copy_that_turns_up_names_its_receiver(place: tuple[District, str]) -> None:
    district, resource = place
    asset = district.delivered(resource)
    lines = handing.copy_for(district.node, district.office, asset).content.decode("utf-8-sig").splitlines()
    leaked = "\n".join(["a,b,c,d", *lines[9:4:-1]]).encode()
    for provider in ("", district.bureau):
        (found,) = tracing.trace(district.node, leaked, provider).copies
        assert (found.use, found.user, found.rows, found.certain) == (asset, district.office, 5, True)
        assert found.shared
        assert not found.named
    assert tracing.trace(district.node, leaked, district.passer).copies == ()
    assert tracing.trace(district.node, "\n".join(lines).encode()).copies[0].named


@pytest.mark.parametrize("asset", ["", "0" * 64, "nonsense", "资源"])
def test_numbers_that_name_no_request(place: tuple[District, str], asset: str) -> None:
    district, resource = place
    for number in (asset, resource):
        with pytest.raises(DataError, match="no-such-asset"):
            handing.copy_for(district.node, district.office, number)


def test_open_data_are_answered_within_a_working_day(tmp_path: Path) -> None:
    district = start(tmp_path / "node")
    asset = district.asked(registered(district.market, sharing="open"))
    assert listing.due_of(district.node, asset)[0].left == 1
    service.accept(district.node, district.bureau, asset)
    with pytest.raises(DeedError, match="guard-failed"):
        service.refuse(district.node, district.bureau, asset, "security-risk", "涉密")
    with pytest.raises(DeedError, match="guard-failed"):
        service.consent(district.node, district.bureau, asset, "须付费")
    service.consent(district.node, district.bureau, asset)
    district.node.close()
