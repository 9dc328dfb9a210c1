"""Money in the portal, the API and the terminal: who sees, does and fetches what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.market import DAY, Market
from data.money.test_run import ONE, RED, TWO, agreed, confirmed, used
from web.portalkit import Browser, Site
from wusong.cli.app import run as typed
from wusong.data.money import issuing
from wusong.data.money.periods import Period
from wusong.node.people import ROLES
from wusong.web.app import create_app

JSON = {"accept": "application/json"}
ACCOUNT = {"number": "3100000012345678", "holder": "某单位", "bank": "某银行上海分行", "code": "102290000017"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Market, Period, str]]:
    market, period = used(tmp_path_factory.mktemp("money") / "node")
    (market.node.folder / "wusong.toml").write_text("[node]\nfour_eyes = false\n", "utf-8")
    share = agreed(market)
    app = create_app(market.node)
    faces = app.state.faces
    faces.entries.four_eyes = False
    parties = {
        name: getattr(market, name) for name in ("department", "body", "operator", "merchant", "registry")
    }
    everyone = faces.people.add("试用人员")
    clerk = faces.people.add("经办人员")
    for did in parties.values():
        faces.people.grant(everyone, did, ROLES)
        faces.people.grant(clerk, did, ["clerk"])
    yield Site(market.node, app, faces, parties, everyone, {"clerk": clerk}), market, period, share
    market.node.close()


def at(site: Site, party: str, person: str = "", lang: str = "en") -> Browser:
    browser = site.client(person or site.everyone, lang)
    browser.work_for(party)
    return browser


def test_a_period_in_the_portal(place: tuple[Site, Market, Period, str], capsys: Any) -> None:  # noqa: ANN401
    site, market, period, share = place
    operator = at(site, "operator")
    page = operator.get(f"/statements?period={period}").text
    assert "3.50" in page
    assert "Nothing was metered" in at(site, "registry").get(f"/statements?period={period}").text
    refused = operator.post("/statements", {"period": "2026"})
    assert refused.status_code == 422
    assert operator.post("/statements", {"period": str(period)}).status_code == 303
    (stated,) = operator.get("/statements", headers=JSON).json()["statements"]
    asset = stated["asset"]
    page = operator.get(f"/statements/{asset}").text
    assert "Agrees with the ledger" in page
    assert at(site, "department").get(f"/statements/{asset}").status_code == 404

    user = at(site, "merchant", lang="zh")
    shown = user.get(f"/statements/{asset}").text
    assert "对账单" in shown
    assert "Held against" not in shown
    confirmed(market, asset)
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("json", b"{"), ("xlsx", b"PK")):
        answer = user.get(f"/statements/{asset}/file/{kind}")
        assert answer.content.startswith(start)
        assert answer.headers["content-disposition"].startswith("attachment")
    assert user.get(f"/statements/{asset}/file/pdf").status_code in (400, 404)

    sheet = user.get(f"/statements/{asset}/print")
    assert "人民币叁元伍角整" in sheet.text
    assert said_of(operator, asset)["uses"][0]["meterings"][0]["deed"] in sheet.text
    assert "Amount owed" in operator.get(f"/statements/{asset}/print").text
    assert "style-src 'sha256-" in sheet.headers["content-security-policy"]
    assert at(site, "department").get(f"/statements/{asset}/print").status_code == 404

    assert "does not stand" in operator.get(f"/invoice-numbers?number={ONE}").text
    assert operator.get("/invoice-numbers?number=1").status_code == 422
    for other in ("department", "registry"):
        stranger = at(site, other)
        for path in ("invoice", "correct"):
            assert stranger.post(f"/statements/{asset}/{path}", {"number": ONE}).status_code == 404
        headers = {**JSON, "x-csrf-token": stranger.csrf}
        sent = stranger.http.post(
            f"/api/v1/statements/{asset}/invoice", json={"number": ONE}, headers=headers
        )
        assert sent.status_code == 404
        assert stranger.get(f"/api/v1/statements/{asset}/reconciled", headers=JSON).status_code == 404
    form = {"number": ONE}
    operator.get(f"/statements/{asset}")
    assert operator.post(f"/statements/{asset}/invoice", {"number": "1"}).status_code == 422
    assert operator.post(f"/statements/{asset}/invoice", form).status_code == 303
    page = operator.get(f"/statements/{asset}").text
    assert "red-letter" in page
    assert asset[:8] in at(site, "registry").get(f"/invoice-numbers?number={ONE}").text
    assert operator.post(f"/statements/{asset}/invoice", {"number": RED, "red": "yes"}).status_code == 303
    direct = {"contract": "usage-statement@1", "action": "bind-invoice", "asset": asset, "role": "operator"}
    direct |= {"args": {"invoice": ONE, "invoiced": 350}}
    again = operator.http.post("/api/v1/acts", json=direct, headers={**JSON, "x-csrf-token": operator.csrf})
    assert again.json()["code"] == "missing-companion"
    assert operator.post(f"/statements/{asset}/invoice", form).status_code == 409  # its number is used up
    assert operator.post(f"/statements/{asset}/invoice", {"number": TWO}).status_code == 303

    operator.get("/settlements")
    assert operator.post("/settlements", {"share": share, "period": str(period)}).status_code == 303
    page = operator.get(f"/settlements/{share}/{period}").text
    assert "1.75" in page
    assert "Not settled yet" in page
    market.node.ledger.set_forward(15 * DAY)
    assert operator.post("/settlements", {"share": share, "period": str(period)}).status_code == 303
    path = f"/settlements/{share}/{period}/file/xml"
    assert operator.get(path).status_code == 422  # no accounts yet
    shared(place)
    for party in ("operator", "department", "body"):
        own = at(site, party)
        own.get("/settlements/account")
        assert own.post("/settlements/account", {"party": site.parties[party], **ACCOUNT}).status_code == 303
        page = own.get("/settlements/account").text
        assert page.count("****5678") == 1
        assert ACCOUNT["number"] not in page
        assert "approved by a signatory" in page
    assert operator.get("/settlements/account").text.count("the payee's own entry") == 2
    assert ACCOUNT["number"] in operator.get(path).text
    assert operator.get(f"/settlements/{share}/{period}/file/csv").status_code == 200
    clerk = at(site, "operator", site.people["clerk"])
    assert clerk.get(f"/settlements/{share}/{period}").status_code == 200
    assert clerk.get(path).status_code == 403
    four_eyes(place, clerk)
    logged = json.dumps(site.faces.access.readings(limit=1000), ensure_ascii=False, default=str)
    assert "export-settlement" in logged
    assert ACCOUNT["number"] not in logged
    api(place, asset)
    terminal(place, asset, capsys)


def shared(place: tuple[Site, Market, Period, str]) -> None:
    """What every party to the agreement sees of the distribution; who is none sees nothing."""
    site, _, period, share = place
    payee = at(site, "department")
    page = payee.get(f"/settlements/{share}/{period}").text
    assert "1.17" in page
    assert "Confirmed" in page
    assert "33.33%" in page
    assert "Not divided yet" not in page
    assert f"/settlements/{share}/{period}" in payee.get("/settlements").text
    said = payee.get(f"/api/v1/settlements/{share}/{period}", headers=JSON).json()
    assert set(said) == {"round"}
    assert said["round"]["state"] == "confirmed"
    assert said["round"]["ground"]["statements"] == []
    assert said["round"]["stated"] == 1
    assert at(site, "merchant").get(f"/settlements/{share}/{period}").status_code == 404
    assert at(site, "merchant").get(f"/api/v1/settlements/{share}/{period}", headers=JSON).status_code == 404


def four_eyes(place: tuple[Site, Market, Period, str], clerk: Browser) -> None:
    """A clerk's entry waits, masked; the signatory sees it whole and approves."""
    site, *_ = place
    operator = at(site, "operator")
    given = {**ACCOUNT, "number": "6222 0000 9999 1111"}
    mine = {"party": site.parties["operator"], **given}
    clerk.get("/settlements/account")
    assert clerk.post("/settlements/account", {**mine, "party": site.parties["registry"]}).status_code == 422
    sent = clerk.post("/settlements/account", mine)
    assert sent.headers["location"] == "/settlements/account?said=entered"
    page = clerk.get("/settlements/account").text
    assert "6222000099991111" not in page
    assert "****1111" not in page
    page = operator.get("/settlements/account").text
    assert "6222000099991111" in page
    entry = page.split("/entries/")[1].split('"')[0]
    waits = operator.get(f"/entries/{entry}").text
    assert "****1111" in waits
    assert "6222000099991111" not in waits
    assert operator.post(f"/entries/{entry}", {"decision": "approve", "note": ""}).status_code == 303
    assert "****1111" in operator.get("/settlements/account").text
    headers = {**JSON, "x-csrf-token": operator.csrf}
    wrong = operator.http.post("/api/v1/accounts", json={**ACCOUNT, "number": "1"}, headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "account-wrong")
    sent = operator.http.post("/api/v1/accounts", json=ACCOUNT, headers=headers)
    assert sent.json()["result"] == {"account": "****5678"}
    listed = operator.get("/api/v1/accounts", headers=JSON).json()["accounts"]
    assert listed[site.parties["operator"]]["number"] == "****5678"
    assert set(listed) == {site.parties["operator"]}


def said_of(browser: Browser, asset: str) -> Any:  # noqa: ANN401 - JSON
    return browser.get(f"/api/v1/statements/{asset}", headers=JSON).json()


def api(place: tuple[Site, Market, Period, str], asset: str) -> None:
    site, _, period, share = place
    operator = at(site, "operator")
    usage = operator.get(f"/api/v1/usage?period={period}", headers=JSON).json()
    assert usage["rows"][0]["amount"] == 350
    assert operator.get(f"/api/v1/statements/{asset}", headers=JSON).json()["amount"] == 350
    assert operator.get(f"/api/v1/statements/{asset}/reconciled", headers=JSON).json()["agrees"]
    (entry,) = operator.get(f"/api/v1/invoice-numbers/{ONE}", headers=JSON).json()["entries"]
    assert (entry["claim"], entry["counts"]) == (asset, True)
    assert operator.get(f"/api/v1/invoice-numbers/{ONE[:-1]}0", headers=JSON).json()["entries"] == []
    found = operator.get(f"/api/v1/settlements/{share}/{period}", headers=JSON).json()
    assert set(found) == {"round", "split", "settlement"}
    assert ACCOUNT["number"] not in json.dumps(found)
    headers = {**JSON, "x-csrf-token": operator.csrf}
    done = operator.http.post(
        "/api/v1/settlements", json={"share": share, "period": str(period)}, headers=headers
    )
    assert done.json()["result"]["waiting"] == ""
    sheet = {"period": str(period), "costs": [{"kind": "storage", "amount": 100, "source": "账簿"}]}
    sheet |= {"base": 1_000, "yield": 200, "rate": 800, "tax": 10, "excess_before": 20}  # type: ignore[dict-item]
    sheet |= {"sources": dict.fromkeys(("base", "yield", "tax", "excess_before"), "核定文件")}  # type: ignore[dict-item]
    answer = operator.http.post("/api/v1/permitted-revenue", json=sheet, headers=headers).json()
    assert (answer["permitted"], answer["revenue"], answer["excess"]) == (170, 350, 180)


def terminal(place: tuple[Site, Market, Period, str], asset: str, capsys: Any) -> None:  # noqa: ANN401
    site, market, period, share = place
    home = ["--home", str(market.node.folder), "--json"]
    market.node.close()

    def said(*words: str) -> Any:  # noqa: ANN401
        capsys.readouterr()
        assert typed(["data", *words, *home]) == 0
        return json.loads(capsys.readouterr().out)

    assert said("usage", str(period), "--as", site.parties["operator"])["rows"][0]["calls"] == 7
    (stated,) = said("issue-statements", str(period), "--as", site.parties["operator"])["statements"]
    assert stated["asset"] == asset
    assert said("invoice-number", ONE)["entries"][0]["claim"] == asset
    assert said("statement", asset, "--as", site.parties["operator"])["agrees"] is True
    out = market.node.folder.parent / "out"
    done = said("settle", share, str(period), "--as", site.parties["operator"], "--out", str(out))
    assert sorted(Path(one).suffix for one in done["files"]) == [".csv", ".xml"]


def test_account_numbers_are_in_nothing_that_is_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Kept, replaced, refused, in portal and terminal; then every file, log and output is read."""
    market, period = used(tmp_path / "node")
    (market.node.folder / "wusong.toml").write_text("[node]\nfour_eyes = false\n", "utf-8")
    share = agreed(market)
    app = create_app(market.node)
    faces = app.state.faces
    faces.entries.four_eyes = False
    person = faces.people.add("试用人员")
    faces.people.grant(person, market.operator, ROLES)
    site = Site(market.node, app, faces, {"operator": market.operator}, person, {})
    operator = at(site, "operator")
    numbers = [f"6222{n}{n}{n}{n}0000111{n}" for n in range(5)]
    operator.get("/settlements")
    for number in numbers[:2]:
        sent = {"party": market.operator, **ACCOUNT, "number": number}
        assert operator.post("/settlements/account", sent).status_code == 303
    wrong = operator.post(
        "/settlements/account", {"party": market.operator, **ACCOUNT, "number": f"{numbers[2]}*"}
    )
    assert wrong.status_code == 422
    assert wrong.text.count(numbers[2]) == 1  # in the field, for who typed it
    assert "Account number: 8 to 34" in re.sub("<[^>]*>", "", wrong.text)
    wrong = operator.post(
        "/settlements/account", {"party": market.operator, **ACCOUNT, "number": numbers[3], "code": "1"}
    )
    assert wrong.status_code == 422
    assert wrong.text.count(numbers[3]) == 1
    (row,) = issuing.issue_all(market.node, market.operator, period)
    confirmed(market, row.asset)
    market.node.close()
    home = ["--home", str(market.node.folder)]
    file = tmp_path / "account.json"
    for code, wanted in (("102290000017", 0), ("1", 1)):
        file.write_text(json.dumps({**ACCOUNT, "number": numbers[4], "code": code}), "utf-8")
        assert bool(
            typed(["data", "account", market.operator, str(file), "--as", market.operator, *home])
        ) == bool(wanted)
    file.unlink()
    assert typed(["data", "settle", share, str(period), "--as", market.operator, *home]) == 0
    said = capfd.readouterr()
    for number in numbers:
        assert number not in said.out + said.err + caplog.text
        for path in market.node.folder.parent.rglob("*"):
            assert not path.is_file() or number.encode() not in path.read_bytes(), path
