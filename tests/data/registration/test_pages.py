"""The portal's pages of registration, and the same by API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from web.portalkit import DAY, TABLE, Browser, Site, build
from web.test_story import act, local, made, registered
from wusong.data.host import leaf
from wusong.data.registration import compact
from wusong.data.registration.service import RESOURCE

JSON = {"accept": "application/json"}
ROOT = "/api/v1/data/registrations"


@dataclass
class Place:
    site: Site
    browser: Browser
    resource: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    site = build(tmp_path_factory.mktemp("portal") / "node", four_eyes=False)
    browser = site.client(site.everyone)
    yield Place(site, browser, registered(site, browser))
    site.node.close()


def changed(place: Place, **form: str) -> str:
    """An application of the department's for a change, by the portal's form."""
    place.browser.work_for("department")
    path = f"/registrations/{place.resource}/change"
    assert place.browser.get(path).status_code == 200
    answer = place.browser.post(path, {"reasons": "名称录入有误", **form})
    assert answer.status_code == 303, answer.text
    made: str = answer.headers["location"].partition("/assets/")[2][:64]
    return made


def test_the_list_says_what_is_due_and_the_page_shows_the_stages(place: Place) -> None:
    place.browser.work_for("department")
    step = place.browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    content = step.text.split('name="content" value="')[1][:64]
    form = {"name": "停车泊位", "source_basis": "依法履职产生", "grade": "general", "update": "yearly"}
    form |= {"sharing": "conditional", "rights": "stated", "use": "yes", "risk_conclusion": "风险可控"}
    answer = place.browser.post(
        "/registrations",
        {**form, "registry": place.site.parties["registry"], "content": content},
        files={"risk": ("risk.txt", "评估报告".encode(), "text/plain")},
    )
    asset = answer.headers["location"].partition("/assets/")[2][:64]
    fields = leaf(place.site.node, asset, RESOURCE).fields
    assert (fields["holding"], fields["use"], fields["operation"]) == (False, True, False)
    assert (fields["sharing"], fields["undecided"]) == ("conditional", 1)
    assert len(fields["risk"]) == 64
    assert "3 working days left" in place.browser.get("/registrations?stage=applied").text
    assert asset not in place.browser.get("/registrations?stage=registered").text
    shown = place.browser.get(f"/registrations/{asset}").text
    assert 'aria-current="step"' in shown
    assert shown.count("not yet") == 5


def test_the_stages_offer_what_the_party_can_do_and_say_where_the_application_stands(place: Place) -> None:
    browser, node = place.browser, place.site.node
    browser.work_for("department")
    step = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    form = {
        "name": "路灯",
        "source_basis": "普查",
        "content": step.text.split('name="content" value="')[1][:64],
    }
    asset = made(browser.post("/registrations", {**form, "registry": place.site.parties["registry"]}))

    def stages_of(party: str) -> str:
        browser.work_for(party)
        shown: str = browser.get(f"/registrations/{asset}").text
        return shown

    accept = f'<a class="button" href="/assets/{asset}/act/accept">'
    assert accept in stages_of("registry")
    assert f'<a class="button second" href="/assets/{asset}/act/return">' in stages_of("registry")
    assert accept not in stages_of("department")
    assert " 24:00</time>" in stages_of("department")
    act(browser, "registry", asset, "return", remark="请补充来源证明")
    back = stages_of("department")
    assert f'<a class="button" href="/registrations/{asset}/supplement">' in back
    assert "What must be corrected</strong></p><p>请补充来源证明" in back
    assert browser.post(f"/registrations/{asset}/supplement", {"source_basis": "普查办法"}).status_code == 303
    act(browser, "registry", asset, "accept")
    act(browser, "registry", asset, "examine", remark="材料齐全")
    assert "Opinion of the registration body</strong></p><p>材料齐全" in stages_of("department")
    act(browser, "registry", asset, "publish")
    node.ledger.set_forward(leaf(node, asset, RESOURCE).fields["notice_until"] - node.ledger.now())
    cleared = stages_of("registry")
    assert f'<a class="button" href="/assets/{asset}/act/assign-code">' in cleared
    here = cleared.partition('aria-current="step"')[2].partition("</li>")[0]
    assert "Notice period over" in here
    taken = {"code": "sh-0001", "valid_until": local(node.ledger.now() + 900 * DAY)}
    answer = browser.post(f"/assets/{asset}/act/assign-code", taken)
    assert answer.status_code == 409
    assert 'value="sh-0001"' in answer.text


def test_an_open_resource_needs_every_marked_column_decided(place: Place) -> None:
    place.browser.work_for("department")
    step = place.browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    content = step.text.split('name="content" value="')[1][:64]
    form = {"name": "停车泊位开放", "source_basis": "依法履职产生", "sharing": "open", "content": content}
    answer = place.browser.post("/registrations", {**form, "registry": place.site.parties["registry"]})
    assert answer.status_code == 422
    assert "columns-decided" in answer.text


def test_a_correction_is_applied_for_and_takes_effect(place: Place) -> None:
    asset = changed(place, procedure="correction", name="区划代码表")
    act(place.browser, "registry", asset, "accept")
    act(place.browser, "registry", asset, "examine", remark="属文字差错")
    assert place.browser.get(f"/registrations/{asset}/effect").status_code == 200
    answer = place.browser.post(f"/registrations/{asset}/effect", {})
    assert answer.status_code == 303, answer.text
    shown = place.browser.get(f"/registrations/{place.resource}").text
    assert "区划代码表" in shown
    assert asset in shown


def test_a_change_without_reasons_comes_back_with_what_was_typed(place: Place) -> None:
    place.browser.work_for("department")
    path = f"/registrations/{place.resource}/change"
    answer = place.browser.post(path, {"procedure": "correction", "reasons": "", "name": "另一名称"})
    assert answer.status_code == 422
    assert 'value="另一名称"' in answer.text


def test_the_certificate_is_a_sheet_that_loads_nothing(place: Place) -> None:
    answer = place.browser.get(f"/registrations/{place.resource}/certificate")
    assert answer.status_code == 200
    assert answer.text.count("<svg") == len(codes(place))
    assert "default-src 'none'; style-src 'sha256-" in answer.headers["content-security-policy"]
    assert "src=" not in answer.text
    assert "Date of registration" in answer.text
    assert f'<a href="/registrations/{place.resource}">Back to the stages</a>' in answer.text
    assert ".screen{display:none}" in answer.text
    file = place.browser.get(f"/registrations/{place.resource}/certificate/bundle")
    assert (file.status_code, file.json()["acts"]) == (200, [])


def codes(place: Place) -> list[str]:
    answer = place.browser.get(f"{ROOT}/{place.resource}/certificate", headers=JSON)
    assert answer.json()["code"] == "SH-0001"
    found: list[str] = answer.json()["codes"]
    return found


def test_the_codes_of_the_api_hold_the_bundle(place: Place) -> None:
    assert compact.join(codes(place))["format"] == "wusong-bundle/1"


def send(place: Place, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - an answer
    headers = {**JSON, "x-csrf-token": place.browser.csrf}
    return place.browser.http.post(path, headers=headers, json=body)


def test_the_same_by_api(place: Place) -> None:
    place.browser.work_for("department")
    place.browser.get("/registrations/new")
    token = {**JSON, "x-csrf-token": place.browser.csrf}
    kept = place.browser.http.post("/api/v1/tables", headers=token, content=TABLE).json()
    stated = {"name": "停车", "source_basis": "依法", "content": kept["content"], "description": "泊位"}
    made = send(place, ROOT, {**stated, "registry": place.site.parties["registry"]})
    assert made.status_code == 200, made.text
    asset = made.json()["result"]["asset"]
    shown = place.browser.get(f"{ROOT}/{asset}", headers=JSON).json()
    assert (shown["due"][0]["limit"], shown["due"][0]["left"]) == ("acceptance", 3)
    assert [one["state"] for one in shown["stages"]][-1] == "registered"
    refused = place.browser.get(f"{ROOT}/{asset}/certificate", headers=JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "certificate-not-in-force")
    foreign = send(place, ROOT, {**stated, "content": "1" * 64, "registry": place.site.parties["registry"]})
    assert foreign.json()["code"] == "content-not-brought"
    listed = place.browser.get(f"{ROOT}?stage=applied", headers=JSON).json()["registrations"]
    assert asset in {one["asset"] for one in listed}
