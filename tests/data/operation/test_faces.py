"""Authorised operation in the portal, the API and the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.market import DAY
from data.operation.test_disclosure import Story, told
from web.portalkit import Browser, Site
from wusong.cli.app import run
from wusong.data.money.standing import now
from wusong.data.operation.service import OPERATION
from wusong.node.people import ROLES
from wusong.web.app import create_app

JSON = {"accept": "application/json"}
ROOT = "/api/v1/data/operations"


@dataclass(frozen=True)
class Place:
    story: Story
    site: Site
    clerk: str

    @property
    def operation(self) -> str:
        return self.story.market.operation

    def at(self, party: str, lang: str = "en", person: str = "") -> Browser:
        browser = self.site.client(person or self.site.everyone, lang)
        browser.work_for(party)
        return browser

    def post(self, party: str, path: str, **body: Any) -> Any:  # noqa: ANN401
        browser = self.at(party)
        return browser.http.post(path, json=body, headers={**JSON, "x-csrf-token": browser.csrf})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    story = told(tmp_path_factory.mktemp("market") / "node")
    market = story.market
    (market.node.folder / "wusong.toml").write_text("[node]\nfour_eyes = false\n", "utf-8")
    app = create_app(market.node)
    faces = app.state.faces
    faces.entries.four_eyes = False
    parties = {
        name: getattr(market, name) for name in ("department", "registry", "body", "operator", "merchant")
    }
    everyone, clerk = faces.people.add("试用人员"), faces.people.add("经办人员")
    for did in parties.values():
        faces.people.grant(everyone, did, ROLES)
        faces.people.grant(clerk, did, ["clerk"])
    yield Place(story, Site(market.node, app, faces, parties, everyone), clerk)
    market.node.close()


# -- the portal --------


def test_the_list_says_what_is_due(place: Place) -> None:
    shown = place.at("body").get("/operations").text
    assert "Body&#39;s yearly disclosure" in shown
    assert "days left" in shown
    assert "实施机构年度披露" in place.at("body", "zh").get("/operations?part=body").text
    assert place.operation not in place.at("body").get("/operations?part=operator").text
    stranger = place.at("merchant").get("/operations").text
    assert "days left" not in stranger
    assert place.at("merchant").get("/operations?part=owner").status_code == 400


def test_one_authorisation_for_its_sides_and_for_strangers(place: Place) -> None:
    shown = place.at("operator").get(f"/operations/{place.operation}").text
    for words in ("省内区划数", "within", "¥2.00", "reported late", "整改通知", "Offer a product", "Renew"):
        assert words in shown, words
    assert "Suspend" in place.at("body").get(f"/operations/{place.operation}").text
    stranger = place.at("merchant").get(f"/operations/{place.operation}").text
    assert "省内区划数" in stranger
    for words in ("reported late", "What was done", "Suspend</a>", "Uses and revenue", "¥2.00"):
        assert words not in stranger, words


def test_its_forms_are_those_of_the_contract(place: Place) -> None:
    body = place.at("body")
    page = body.get(f"/operations/{place.operation}").text
    for action in ("act/set-ceiling", "act/suspend", "act/give-notice", "act/withdraw", "propose/renew"):
        path = f"/assets/{place.operation}/{action}"
        assert path in page
        assert body.get(path).status_code == 200, action
    assert "act/disclose" not in page


@pytest.mark.parametrize("kind", ["resource", "product", "use", "none"])
def test_other_records_are_no_authorisations(place: Place, kind: str) -> None:
    asset = "0" * 64 if kind == "none" else getattr(place.story.market, kind)
    browser = place.at("operator")
    for path in (f"/operations/{asset}", f"/operations/{asset}/disclosure/json", f"{ROOT}/{asset}"):
        assert browser.get(path, headers=JSON).status_code == 404, path
    assert place.post("operator", f"{ROOT}/{asset}/accept").status_code == 404


def test_the_disclosure_is_looked_at_saved_and_submitted(place: Place) -> None:
    operator, year = place.at("operator"), place.story.year
    shown = operator.get("/operations/disclosure").text
    assert f"Yearly disclosure of {year}" in shown
    assert "Submit the disclosure" in shown
    book = openpyxl.load_workbook(BytesIO(operator.get(f"/operations/disclosure/{year}/xlsx").content))
    public = openpyxl.load_workbook(BytesIO(operator.get(f"/operations/disclosure/{year}/public").content))
    assert len(book.sheetnames) == 11
    assert not {"收入", "使用与调用", "对账单"} & set(public.sheetnames)
    texts = {str(cell.value) for sheet in public for row in sheet for cell in row}
    assert "数商" not in texts
    answer = operator.post("/operations/disclosure", {"year": str(year), "attest": "yes"})
    assert answer.status_code == 303, answer.text
    fields = now(place.site.node, place.operation, OPERATION).fields
    assert fields["reported"] == year
    mine = operator.get(f"/operations/{place.operation}/disclosure/json")
    assert mine.json()["year"] == year
    assert place.at("body").get(f"/operations/{place.operation}/disclosure/json").status_code == 404
    running = operator.get(f"/operations/disclosure?year={year + 1}").text
    assert "not over" in running
    assert "Submit the disclosure" not in running
    early = operator.post("/operations/disclosure", {"year": str(year + 1), "attest": ""})
    assert (early.status_code, "disclosure-not-over" in early.text) == (409, True)


@pytest.mark.parametrize(("year", "code"), [("1999", 400), ("9999", 400), ("2999", 400), ("x", 400)])
def test_odd_years(place: Place, year: str, code: int) -> None:
    assert place.at("operator").get(f"/operations/disclosure?year={year}").status_code == code
    assert place.at("merchant").get("/operations/disclosure").status_code == 404


def test_under_four_eyes_what_was_looked_at_is_signed(place: Place) -> None:
    body = place.at("body", person=place.clerk)
    entries: Any = place.site.faces.entries
    entries.four_eyes = True
    try:
        assert "Submit" in body.get("/operations/disclosure").text
        answer = body.post("/operations/disclosure", {"year": str(place.story.year), "attest": ""})
        assert answer.headers["location"].startswith("/entries/")
        assert "disclosed" not in now(place.site.node, place.operation, OPERATION).fields
        entry = answer.headers["location"].removeprefix("/entries/").partition("?")[0]
        signer = place.at("body")
        assert signer.get(f"/entries/{entry}").status_code == 200
    finally:
        entries.four_eyes = False


# -- the API --------


def test_the_api_tells_the_same(place: Place) -> None:
    (one,) = place.at("body").get(ROOT, headers=JSON).json()["operations"]
    assert {due["limit"] for due in one["due"]} >= {"term"}
    full = place.at("operator").get(f"{ROOT}/{place.operation}", headers=JSON).json()
    assert full["under"]["totals"] == {"amount": 200, "calls": 6, "free": 2, "uses": 2}
    stranger = place.at("merchant").get(f"{ROOT}/{place.operation}", headers=JSON).json()
    assert (stranger["history"], stranger["due"]) == ([], [])
    yearly = f"/api/v1/data/disclosures/{place.story.year}"
    said = place.at("operator").get(yearly, headers=JSON).json()
    assert said["format"] == "wusong-disclosure/1"
    assert place.at("operator").get(f"{yearly}/file/xlsx").content[:2] == b"PK"
    assert place.at("merchant").get(yearly, headers=JSON).json()["code"] == "disclosure-empty"


def test_a_whole_life_by_api(place: Place) -> None:
    site, market = place.site, place.story.market
    begins = site.node.ledger.now()
    browser = place.at("body")
    file = browser.http.post(
        f"{ROOT}/files", content="实施方案".encode(), headers={**JSON, "x-csrf-token": browser.csrf}
    )
    terms = {"operator": market.operator, "resource": market.resource, "scope": "核验", "ceiling": 100}
    terms |= {"starts": begins, "ends": begins + 100 * DAY, "plan": file.json()["content"]}
    made = place.post("body", ROOT, **terms)
    assert made.status_code == 200, made.text
    asset = made.json()["result"]["asset"]
    path = f"{ROOT}/{asset}"
    assert place.post("merchant", f"{path}/accept").json()["code"] in ("wrong-role", "missing-signer")
    assert place.post("operator", f"{path}/accept").json()["done"] is True
    assert place.post("body", f"{path}/ceiling", ceiling=90, document="文件").json()["done"] is True
    assert place.post("body", f"{path}/ceiling", ceiling=90, document="").json()["clause"] == "document-named"
    renewed = place.post("body", f"{path}/renew", ends=begins + 200 * DAY).json()["result"]
    assert renewed["state"] == "waiting"
    assert now(site.node, asset, OPERATION).fields["ends"] == begins + 100 * DAY
    signed = place.post("operator", f"/api/v1/pending/{renewed['pending']}/sign")
    assert signed.status_code == 200, signed.text
    assert now(site.node, asset, OPERATION).fields["ends"] == begins + 200 * DAY
    assert place.post("merchant", f"{path}/renew", ends=begins + 300 * DAY).status_code >= 400
    assert place.post("body", f"{path}/suspend", document="整改").json()["done"] is True
    assert place.post("body", f"{path}/resume").json()["done"] is True
    browser = place.at("operator")
    file = browser.http.post(
        f"{ROOT}/files", content="事件".encode(), headers={**JSON, "x-csrf-token": browser.csrf}
    )
    leak = {"incident": file.json()["content"], "found": begins}
    assert place.post("operator", f"{path}/incident", **leak).json()["done"] is True
    assert place.post("operator", f"{path}/measures", measures=leak["incident"]).json()["done"] is True
    day = (begins + 8 * 3_600_000) // DAY + 40
    assert place.post("body", f"{path}/notice", document="调整", day=day).json()["done"] is True
    assert place.post("body", f"{path}/withdraw", document="违约", cause="breach").json()["done"] is True
    assert place.post("body", f"{path}/resume").json()["code"] == "wrong-state"
    shown = place.at("operator", "zh").get(f"/operations/{asset}").text
    assert "违约事由" in shown
    assert "安全管理员" not in shown


ODD = [
    ("ceiling", {"ceiling": -1, "document": "文件"}),
    ("ceiling", {"ceiling": 1 << 60, "document": "文件"}),
    ("suspend", {"document": "长" * 10_000}),
    ("withdraw", {"document": "x", "cause": "mood"}),
    ("notice", {"document": "x", "day": 1 << 62}),
    ("accept", {"more": 1}),
]


@pytest.mark.parametrize(("action", "body"), ODD)
def test_odd_bodies_are_refused(place: Place, action: str, body: dict[str, Any]) -> None:
    before = now(place.site.node, place.operation, OPERATION).rev
    answer = place.post("body", f"{ROOT}/{place.operation}/{action}", **body)
    assert 400 <= answer.status_code < 500, answer.text
    assert now(place.site.node, place.operation, OPERATION).rev == before


def test_nobody_submits_what_is_another_s(place: Place) -> None:
    """A commitment stands on the ledger for others to read; it is no key to the content behind it."""
    from wusong.data.operation import submitting
    from wusong.errors import DataError

    market, year = place.story.market, place.story.year
    said = place.at("operator").get(f"/api/v1/data/disclosures/{year}", headers=JSON).json()
    content = submitting.keep(market.node, market.operator, said)
    with pytest.raises(DataError) as refused:
        submitting.submit(market.node, market.body, year, content)
    assert refused.value.code == "content-not-brought"
    forged = submitting.keep(market.node, market.body, said)
    with pytest.raises(DataError) as refused:
        submitting.submit(market.node, market.body, year, forged)
    assert refused.value.code == "disclosure-wrong"


# -- the terminal --------


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*map(str, words), "--json"]) == status
    shown = capsys.readouterr()
    found: dict[str, dict[str, Any]] = json.loads(shown.out or shown.err)
    return found.get("error", found)


def test_the_same_in_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told(tmp_path / "node")
    market, year = story.market, story.year
    market.node.close()
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "node"))
    (one,) = said(capsys, "data", "operations")["operations"]
    assert {due["limit"] for due in one["due"]} == {"disclosure", "reporting", "term"}
    out = tmp_path / "披露.xlsx"
    told_ = said(capsys, "data", "disclose", "--year", year, "--as", "运营机构", "--out", out, "--submit")
    assert told_["operations"] == [market.operation]
    assert "收入" in openpyxl.load_workbook(out).sheetnames
    assert said(capsys, "data", "operation", market.operation)["fields"]["reported"] == year
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"plan")
    made = said(
        capsys, "data", "authorise", "--as", "实施机构", "--to", "运营机构", "--resource", market.resource,
        "--scope", "核验", "--starts", f"{year + 1}-01-01", "--ends", f"{year + 1}-12-31T18:00", "--ceiling",
        "0.80", "--class", "核验=0.50", "--column", "省", "--plan", plan,
    )["asset"]  # fmt: skip
    said(capsys, "data", "accept-authorisation", made)
    said(capsys, "data", "set-ceiling", made, "--ceiling", "0.70", "--document", "文件")
    said(capsys, "data", "renew-authorisation", made, "--ends", f"{year + 2}-06-30")
    said(capsys, "data", "suspend-authorisation", made, "--document", "整改")
    said(capsys, "data", "resume-authorisation", made)
    said(capsys, "data", "report-incident", made, plan, "--found", f"{year + 1}-01-01")
    said(capsys, "data", "report-measures", made, plan)
    said(capsys, "data", "give-notice", made, "--document", "调整", "--day", f"{year + 1}-06-30")
    done = said(capsys, "data", "withdraw-authorisation", made, "--document", "违约", "--cause", "breach")
    assert done["state"] == "withdrawn"
    assert (
        said(capsys, "data", "expire-authorisation", made, "--as", "数商", status=1)["code"] == "wrong-state"
    )
    other = said(
        capsys, "data", "authorise", "--as", "实施机构", "--to", "运营机构", "--resource", market.resource,
        "--scope", "核验", "--starts", f"{year + 1}-01-01", "--ends", f"{year + 1}-12-31", "--ceiling", "1",
    )["asset"]  # fmt: skip
    assert said(capsys, "data", "decline-authorisation", other)["state"] == "declined"
    early = said(capsys, "data", "disclose", "--year", year + 1, "--as", "运营机构", "--submit", status=1)
    assert early["code"] == "disclosure-not-over"


@pytest.mark.parametrize("amount", ["-1", "0.001", "NaN", "1e30", "一元"])
def test_amounts_that_are_none(amount: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "set-ceiling", "0" * 64, "--ceiling", amount, "--document", "x"]) == 2
    capsys.readouterr()
