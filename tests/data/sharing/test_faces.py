"""Sharing in the portal, the API and the terminal: who sees, does and fetches what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.market import registered
from data.sharing.district import PERSONAL, TABLE, District, start
from web.portalkit import Browser, Site
from web.test_story import act
from wusong.cli.app import run as typed
from wusong.data.money.standing import now
from wusong.data.sharing import service
from wusong.data.sharing.service import SHARING
from wusong.node.people import ROLES
from wusong.web.app import create_app

JSON = {"accept": "application/json"}
ROOT = "/api/v1/data/sharing"
Place = tuple[Site, District, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    district = start(tmp_path_factory.mktemp("sharing") / "node")
    resource = registered(district.market)
    (district.node.folder / "wusong.toml").write_text("[node]\nfour_eyes = false\n", "utf-8")
    app = create_app(district.node)
    faces = app.state.faces
    faces.entries.four_eyes = False
    parties = {name: getattr(district, name) for name in ("bureau", "office", "centre", "passer")}
    everyone, viewer = faces.people.add("试用人员"), faces.people.add("查阅人员")
    for did in parties.values():
        faces.people.grant(everyone, did, ROLES)
        faces.people.grant(viewer, did, ["viewer"])
    yield Site(district.node, app, faces, parties, everyone, {"viewer": viewer}), district, resource
    district.node.close()


def at(site: Site, party: str, lang: str = "en", person: str = "") -> Browser:
    browser = site.client(person or site.everyone, lang)
    browser.work_for(party)
    return browser


def asked(place: Place) -> str:
    """A request by the form of the contract page, reached from the catalogue's record."""
    site, district, resource = place
    office = at(site, "office")
    link = f"/contracts/data-sharing@1/new/apply?resource={resource}"
    assert link in office.get(f"/catalogue/{resource}").text
    assert link in office.get(f"/assets/{resource}").text
    assert link not in at(site, "bureau").get(f"/catalogue/{resource}").text
    assert office.get(link).status_code == 200
    last = datetime.fromtimestamp(district.node.ledger.now() / 1000, UTC) + timedelta(days=100)
    form = {"resource": resource, "coordinator": district.centre, "matter": "区划代码", "purpose": "入学审核"}
    form |= {"duty": "教育法", "last_day": last.strftime("%Y-%m-%d")}
    answer = office.post("/contracts/data-sharing@1/new/apply", form)
    assert answer.status_code == 303, answer.text
    made: str = answer.headers["location"].removeprefix("/assets/")[:64]
    return made


def brought(browser: Browser, asset: str, table: bytes = TABLE, step: str = "deliver") -> str:
    answer = browser.post(
        f"/sharing/{asset}/table", {"step": step}, files={"table": ("t.csv", table, "text/csv")}
    )
    assert answer.status_code == 303, answer.text
    where: str = answer.headers["location"]
    assert where.startswith(f"/sharing/{asset}/{step}?content=")
    return where


def test_from_the_catalogue_to_the_disposal(place: Place) -> None:
    site = place[0]
    asset = asked(place)
    bureau, office = at(site, "bureau"), at(site, "office", "zh")
    assert "10 working days left" in bureau.get("/sharing").text
    assert f"/assets/{asset}/act/accept" in bureau.get(f"/sharing/{asset}").text
    shown = office.get(f"/sharing/{asset}").text
    assert "撤回申请" in shown
    assert "act/accept" not in shown
    act(bureau, "bureau", asset, "accept")
    act(bureau, "bureau", asset, "consent", terms="仅限入学审核")
    assert f"/sharing/{asset}/deliver" in bureau.get(f"/sharing/{asset}").text
    before = bureau.get(brought(bureau, asset)).text
    assert "代码、名称、人口" in before
    content = before.split('name="content" value="')[1][:64]
    assert bureau.post(f"/sharing/{asset}/deliver", {"content": content}).status_code == 303

    copy = office.get(f"/sharing/{asset}/copy")
    assert copy.status_code == 200
    assert "本副本仅供数商使用" in copy.content.decode("utf-8-sig")
    salt = bureau.get(f"/sharing/{asset}", headers=JSON).json()["opening"]["salt"]
    assert office.get(f"/sharing/{asset}", headers=JSON).json()["opening"] is None
    for given, said in ((copy.content, "文件与账本记载一致"), (b"other", "文件与账本记载不一致")):
        office.get(f"/sharing/{asset}")
        answer = office.post(
            f"/sharing/{asset}/check", {"salt": salt}, files={"file": ("f.csv", given, "text/csv")}
        )
        assert said in answer.text

    assert office.get(f"/sharing/{asset}/ask-correction").status_code == 200
    assert office.post(f"/sharing/{asset}/ask-correction", {"wrong": " "}).status_code == 422
    assert office.post(f"/sharing/{asset}/ask-correction", {"wrong": "第三行有误"}).status_code == 303
    assert "第三行有误" in bureau.get(f"/sharing/{asset}").text
    assert "第三行有误" not in at(site, "centre").get(f"/sharing/{asset}").text
    assert bureau.get(f"/sharing/{asset}/correct").status_code == 200
    form = {"content": "", "remark": "经核无误"}
    assert bureau.post(f"/sharing/{asset}/correct", form).status_code == 303
    act(office, "office", asset, "end")
    assert office.get(f"/sharing/{asset}/copy").status_code == 409
    act(office, "office", asset, "dispose", disposal="已删除")
    assert "已处置" in office.get("/sharing").text


def test_others_see_and_fetch_nothing(place: Place) -> None:
    site, district, resource = place
    asset = district.delivered(resource)
    stranger = at(site, "passer")
    for path in ("", "/copy", "/deliver", "/correct", "/ask-correction"):
        assert stranger.get(f"/sharing/{asset}{path}").status_code == 404, path
    assert asset not in stranger.get("/sharing").text
    assert at(site, "centre").get(f"/sharing/{asset}/copy").status_code == 403
    assert at(site, "office", person=site.people["viewer"]).get(f"/sharing/{asset}/copy").status_code == 403
    assert at(site, "office").get(f"/sharing/{resource}").status_code == 404
    assert at(site, "office").get(f"/sharing/{'0' * 64}").status_code == 404
    assert at(site, "bureau").get(f"/sharing/{asset}/copy").status_code == 200
    reads = site.faces.access.readings()
    assert any(row["what"] == "fetch-shared" and row["target"] == asset for row in reads)


def test_a_table_of_another_party_is_neither_shown_nor_delivered(place: Place) -> None:
    site, district, resource = place
    asset = district.consented(resource)
    theirs = district.bring(district.passer, PERSONAL)
    bureau = at(site, "bureau")
    assert bureau.get(f"/sharing/{asset}/deliver?content={theirs}").status_code >= 400
    answer = bureau.post(f"/sharing/{asset}/deliver", {"content": theirs})
    assert answer.status_code >= 400
    assert "手机号" not in answer.text
    form = {"contract": SHARING, "action": "deliver", "asset": asset, "args": {"content": theirs}}
    refused = bureau.http.post(
        "/api/v1/acts",
        json={**form, "as": {"provider": district.bureau}},
        headers={"x-csrf-token": bureau.csrf},
    )
    assert refused.status_code >= 400
    assert now(district.node, asset, SHARING).state == "consented"


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\xd0\xcf\x11\xe0" + b"\x00" * 600])
def test_what_is_no_table_comes_back_with_the_reason(place: Place, content: bytes) -> None:
    site, district, resource = place
    asset = district.consented(resource)
    bureau = at(site, "bureau")
    bureau.get(f"/sharing/{asset}/deliver")
    answer = bureau.post(
        f"/sharing/{asset}/table", {"step": "deliver"}, files={"table": ("t.xls", content, "text/csv")}
    )
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_undecided_columns_are_named_and_stop_the_delivery(place: Place, lang: str) -> None:
    site, district, resource = place
    asset = district.consented(resource)
    bureau = at(site, "bureau", lang)
    bureau.get(f"/sharing/{asset}/deliver")
    shown = bureau.get(brought(bureau, asset, PERSONAL)).text
    assert "手机号、证件号" in shown
    content = shown.split("/intake/")[1][:64]
    assert 'type="hidden" name="content"' not in shown
    answer = bureau.post(f"/sharing/{asset}/deliver", {"content": content})
    assert answer.status_code == 422
    assert ("尚未判定" if lang == "zh" else "Nobody has decided") in answer.text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_columns_that_are_not_the_registered_ones_are_named_before_delivery(place: Place, lang: str) -> None:
    site, district, resource = place
    asset = district.consented(resource)
    bureau = at(site, "bureau", lang)
    bureau.get(f"/sharing/{asset}/deliver")
    where = brought(bureau, asset, TABLE.replace("代码,名称".encode(), "代码,简称".encode(), 1))
    shown = bureau.get(where, headers=JSON).json()["different"]
    assert "名称" in shown["missing"]
    assert "简称" in shown["more"]
    page = bureau.get(where).text
    assert "简称" in page.split('role="note"')[1].split("</div>")[0]
    assert 'type="hidden" name="content"' in page, "it stops nothing"
    chosen = where.split("content=")[1]
    again = bureau.get(f"/sharing/{asset}/deliver").text
    assert f'<option value="{chosen}">t.csv' in again, "a table taken in can be chosen"


@pytest.mark.parametrize(("lang", "word"), [("en", "Answered in time"), ("zh", "按期答复")])
def test_the_coordinating_body_sees_the_counts(place: Place, lang: str, word: str) -> None:
    site, district, resource = place
    district.consented(resource)
    district.node.models.wait(district.node.ledger.app.head.height)
    centre = at(site, "centre", lang)
    page = centre.get("/sharing/supervision").text
    assert word in page
    assert "数源部门" in page
    table = centre.get("/sharing/supervision.csv").content.decode("utf-8-sig")
    assert table.startswith("提供部门,申请件数,按期答复")
    assert "数源部门" not in at(site, "bureau", lang).get("/sharing/supervision.csv").text


def test_the_same_by_api(place: Place) -> None:
    site, district, resource = place
    asset = district.consented(resource)
    bureau, office = at(site, "bureau"), at(site, "office")
    head = {"x-csrf-token": bureau.csrf}
    content = bureau.http.post("/api/v1/tables", content=TABLE, headers=head).json()["content"]
    picture = bureau.http.get(f"{ROOT}/picture?content={content}", headers=head).json()
    assert picture["kept"] == ["代码", "名称", "人口"]
    compared = bureau.http.get(f"{ROOT}/picture?content={content}&sharing={asset}", headers=head).json()
    assert {"missing", "more"} <= set(compared), "the registered table has other columns"
    made = bureau.http.post(f"{ROOT}/{asset}/deliver", json={"content": content}, headers=head)
    assert made.status_code == 200, made.text
    head = {"x-csrf-token": office.csrf}
    copy = office.http.get(f"{ROOT}/{asset}/copy", headers=head)
    assert copy.status_code == 200, copy.text
    salt = copy.headers["wusong-salt"]
    checked = office.http.post(f"{ROOT}/{asset}/check?salt={salt}", content=copy.content, headers=head)
    assert checked.json() == {"agrees": True}
    wrong = office.http.post(f"{ROOT}/{asset}/ask-correction", json={"wrong": "有误"}, headers=head)
    assert wrong.status_code == 200, wrong.text
    assert office.http.get(f"{ROOT}/{asset}").json()["said_wrong"] == "有误"
    head = {"x-csrf-token": bureau.csrf}
    fixed = bureau.http.post(
        f"{ROOT}/{asset}/correct", json={"remark": "已更正", "content": content}, headers=head
    )
    assert fixed.status_code == 200, fixed.text
    listed = {one["asset"]: one for one in office.http.get(ROOT).json()["requests"]}
    assert listed[asset]["part"] == "applicant"
    (count,) = at(site, "centre").http.get(f"{ROOT}/supervision").json()["departments"]
    assert count["provider"] == district.bureau
    assert at(site, "passer").http.get(f"{ROOT}/{asset}").status_code == 404


# --- the terminal --------


def told(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert typed([*map(str, words), "--json"]) == status
    said = capsys.readouterr()
    found: dict[str, dict[str, Any]] = json.loads(said.out or said.err)
    return found.get("error", found)


def test_the_same_in_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = start(tmp_path / "node")
    resource = registered(district.market)
    last = datetime.fromtimestamp(district.node.ledger.now() / 1000, UTC) + timedelta(days=100)
    district.node.close()
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "node"))
    table, copy = tmp_path / "表.csv", tmp_path / "副本.csv"
    table.write_bytes(TABLE)
    stated = ("--matter", "区划代码", "--purpose", "入学审核", "--duty", "教育法", "--until", last.date())
    parties = ("--as", "数商", "--to", "市数据局")
    asset = told(capsys, "data", "ask-sharing", *parties, *stated, "--resource", resource)["asset"]
    other = told(capsys, "data", "ask-sharing", *parties, *stated, "--return-from", "数源部门")["asset"]
    assert (
        told(capsys, "data", "act-on-sharing", asset, "grant", status=1)["code"] == "sharing-unknown-action"
    )
    told(capsys, "data", "act-on-sharing", asset, "accept")
    told(capsys, "data", "act-on-sharing", asset, "consent", "--text", "仅限入学审核")
    told(capsys, "data", "act-on-sharing", other, "extend", "--text", "系统改造")
    told(capsys, "data", "act-on-sharing", other, "accept")
    told(capsys, "data", "act-on-sharing", other, "refuse", "--ground", "not-held", "--text", "未采集")
    made = told(capsys, "data", "deliver-shared", asset, table)
    assert (made["state"], made["removed"]) == ("using", [])
    fetched = told(capsys, "data", "fetch-shared", asset, "--as", "数商", "--out", copy)
    assert told(capsys, "data", "check-shared", asset, copy, "--salt", fetched["salt"])["agrees"] is True
    assert told(capsys, "data", "check-shared", asset, table, "--salt", fetched["salt"], status=1) == {
        "agrees": False
    }
    refused = told(capsys, "data", "fetch-shared", asset, "--as", "市数据局", "--out", f"{copy}.2", status=1)
    assert refused["code"] == "sharing-not-yours"
    told(capsys, "data", "ask-correction", asset, "--wrong", "第三行有误")
    told(capsys, "data", "correct-shared", asset, "--remark", "已更正", "--table", table)
    listed = told(capsys, "data", "sharing", "--as", "数商")["sharing"]
    assert {one["part"] for one in listed} == {"applicant"}
    assert len(told(capsys, "data", "sharing")["sharing"]) == 2
    (count,) = told(capsys, "data", "sharing-counts", "--as", "市数据局", "--out", tmp_path / "统计.csv")[
        "counts"
    ]
    assert (count["requests"], count["in_time"], count["refused"]["not-held"]) == (2, 2, 1)
    assert "按期答复" in (tmp_path / "统计.csv").read_text("utf-8-sig")
    told(capsys, "data", "act-on-sharing", asset, "end")
    told(capsys, "data", "act-on-sharing", asset, "dispose", "--text", "已删除")


def test_use_cases_say_what_they_are() -> None:
    from wusong.data.sharing.usecases import CASES

    assert set(CASES) == {"ask-correction", "correct-shared", "deliver-shared"}
    assert service.SHARING == SHARING
