"""Data pages and endpoints: whose contents they show, and what they say to a number of another kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from web.portalkit import Browser, Site, build
from web.test_story import offered, registered, used
from wusong.data.api import ROUTES as API
from wusong.data.pages import ROUTES as PAGES
from wusong.data.products.api import ROUTES as PRODUCTS_API
from wusong.data.products.pages import ROUTES as PRODUCTS_PAGES
from wusong.node.access import NODE
from wusong.node.people import ROLES

JSON = {"accept": "application/json"}


@dataclass
class Market:
    """A site where a product is in use, one record of every kind, and somebody with no part in it."""

    site: Site
    ids: dict[str, str]
    stranger: str
    person: str

    def browser(self, party: str = "") -> Browser:
        made = self.site.client(self.site.everyone if party else self.person)
        if party:
            made.work_for(party)
        made.get("/entries")
        return made


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - yields a Market
    site = build(tmp_path_factory.mktemp("market") / "node", four_eyes=False)
    stranger = site.node.new_party("另一单位")
    person = site.faces.people.add("另一单位经办")
    site.faces.people.grant(person, stranger, ROLES)
    browser = site.client(site.everyone)
    resource = registered(site, browser)
    product = offered(site, browser, resource)
    ids = {"resource": resource, "product": product, "use": used(site, browser, product)}
    for kind, name in (("operation", "data-operation"), ("accreditation", "system/accreditation")):
        ids[kind] = site.faces.access.assets(NODE, name=name)[0]["asset"]
    ids["party"] = site.node.ledger.rules.key("party", stranger).hex()
    ids["none"] = "0" * 64
    yield Market(site, ids, stranger, person)
    site.node.close()


# -- whose contents --------


def columns_read(market: Market) -> int:
    return sum(row["what"] == "read-columns" for row in market.site.faces.access.readings())


def test_only_the_authorised_operator_reads_the_columns_and_it_is_logged(market: Market) -> None:
    path = f"/operations/{market.ids['operation']}/offer?format=json"
    before = columns_read(market)
    for party in ("", "registry", "body", "merchant", "department"):
        browser = market.browser(party)
        for answer in (
            browser.get(path, headers=JSON),
            browser.post(path, {"name": "探查", "price": "1", "sql": "x", "output": "answer"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed"), party
            assert "手机号" not in answer.text
    assert columns_read(market) == before
    answer = market.browser("operator").get(path, headers=JSON)
    assert "手机号" in answer.json()["columns"]
    reading = market.site.faces.access.readings()[0]
    assert (reading["what"], reading["target"]) == ("read-columns", market.ids["resource"])
    assert reading["party"] == market.site.parties["operator"]


def test_the_commitments_of_another_department_are_no_application(market: Market) -> None:
    browser = market.browser()
    record = browser.get(f"/api/v1/assets/{market.ids['resource']}", headers=JSON).json()
    shown = {name: record["fields"][name] for name in ("content", "profile")}
    args: dict[str, Any] = {
        "registry": market.site.parties["registry"],
        "name": "我的表",
        "source_basis": "依法",
    }
    args |= {"grade": "general", "update": "yearly", "registrant_code": "11310000MB0000000A", **shown}
    args |= {"sharing": "conditional", "undecided": 0, "holding": True, "use": True, "operation": False}
    args |= {"description": "各区代码", "risk_conclusion": "低风险"}
    typed = {**args, "undecided": "0", "holding": "yes", "use": "yes", "operation": "no"}
    form = browser.post("/contracts/data-resource@1/new/apply", typed)
    assert form.status_code == 404
    assert "content-not-brought" in form.text
    wanted = {"contract": "data-resource@1", "action": "apply", "role": "department", "args": args}
    answer = browser.http.post("/api/v1/acts", headers={**JSON, "x-csrf-token": browser.csrf}, json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (404, "content-not-brought")
    mine = market.site.faces.access.assets(NODE, name="data-resource", party=market.stranger)
    assert mine == []


# -- numbers of another kind --------

OWN_KIND = {"products": "product", "operations": "operation", "uses": "use"}
BODIES: dict[str, Any] = {
    "/api/v1/operations/{asset:str}/products": {
        "name": "甲",
        "price": 1,
        "question": {"output": "answer", "sql": "select count(*) from data"},
    },
    "/api/v1/products/{asset:str}/uses": {"purpose": "研究", "starts": 1, "ends": 2, "calls": 1},
    "/api/v1/products/{asset:str}/call": {"parameters": {"province": "江苏"}},
    "/api/v1/uses/{asset:str}/call": {"parameters": {"province": "江苏"}},
    "/api/v1/uses/{asset:str}/recipients": {"recipients": ["风控系统"]},
    "/api/v1/uses/{asset:str}/file": {},
    "/api/v1/uses/{asset:str}/tokens": {"holder": "风控系统"},
}
FORM = {
    "name": "甲", "source_basis": "依法", "benefit": "industry", "calls": "1", "purpose": "研究",
    "starts": "2026-01-01T00:00", "ends": "2026-02-01T00:00", "sql": "select count(*) from data",
    "output": "answer", "least_group": "5", "p-province": "江苏", "price": "1",
    "holder": "风控系统", "days": "1", "form": "csv",
}  # fmt: skip


def routes() -> list[tuple[str, str, str]]:
    """Every route of the data domain that takes a record's number: method, path, kind."""
    found = []
    for handler in [*PAGES, *API, *PRODUCTS_PAGES, *PRODUCTS_API]:
        for path in handler.paths:
            if "{asset" in path and "/holders/" not in path:  # which are of records of several kinds
                (method,) = handler.http_methods & {"GET", "POST"}
                found.append((str(method), path, OWN_KIND[path.removeprefix("/api/v1").split("/")[1]]))
    return found


ROUTED = routes()
KINDS = ("resource", "operation", "product", "use", "accreditation", "party", "none")


def send(browser: Browser, method: str, path: str, asset: str) -> Any:  # noqa: ANN401
    where = path.replace("{asset:str}", asset).replace("{token:str}", "0" * 16)
    headers = {**JSON, "x-csrf-token": browser.csrf}
    if method == "GET":
        return browser.get(where, headers=headers)
    if path.startswith("/api/"):
        return browser.http.post(where, headers=headers, json=BODIES.get(path, {}))
    return browser.post(where, FORM, headers=headers)


def test_the_table_has_every_route() -> None:
    assert len(ROUTED) == 23
    assert {kind for _, _, kind in ROUTED} == set(OWN_KIND.values())


@pytest.mark.parametrize(("method", "path", "kind"), ROUTED, ids=[f"{row[0]} {row[1]}" for row in ROUTED])
@pytest.mark.parametrize("party", ["operator", "merchant", "department"])
def test_a_number_of_another_kind_is_not_found(
    market: Market, method: str, path: str, kind: str, party: str
) -> None:
    browser = market.browser(party)
    for other in KINDS:
        if other != kind:
            answer = send(browser, method, path, market.ids[other])
            assert answer.status_code == 404, (other, answer.text)
            assert answer.json()["code"] in ("no-such-asset", "not-found"), other
            assert answer.json()["texts"]["zh"]["what"] != answer.json()["texts"]["en"]["what"]


@pytest.mark.parametrize("use", ["product", "resource", "none", "party"])
def test_a_call_names_a_use_of_this_very_product(market: Market, use: str) -> None:
    browser = market.browser("merchant")
    body = {"parameters": {"province": "江苏"}, "use": market.ids[use]}
    where = f"/api/v1/products/{market.ids['product']}/call"
    headers = {**JSON, "x-csrf-token": browser.csrf}
    answer = browser.http.post(where, headers=headers, json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-asset")
    odd = browser.http.post(where, headers=headers, json={**body, "use": "z" * 64})
    assert (odd.status_code, odd.json()["code"]) == (404, "no-such-asset")


def test_pages_say_it_to_people_in_their_language(market: Market) -> None:
    for lang, words in (("zh", "找不到编号为"), ("en", "There is no")):
        browser = market.site.client(market.site.everyone, lang)
        browser.work_for("department")
        answer = browser.get(f"/products/{market.ids['resource']}")
        assert answer.status_code == 404
        assert words in answer.text


# -- calling from programs --------


def test_a_token_is_issued_on_the_page_of_the_use_shown_once_calls_and_is_revoked(market: Market) -> None:
    use = market.ids["use"]
    merchant = market.browser("merchant")
    page = merchant.get(f"/uses/{use}").text
    assert page.count("<h2>") > 1, page
    assert f"/api/v1/uses/{use}/call" in page
    assert "WUSONG_TOKEN" in page
    issued = merchant.post(f"/uses/{use}/tokens", {"holder": "风控系统", "days": "7", "calls": "1"})
    (secret,) = re.findall(r"wst_[\w-]+", issued.text)
    assert "wst_" not in merchant.get(f"/uses/{use}").text
    headers = {**JSON, "authorization": f"Bearer {secret}"}
    body = {"parameters": {"province": "江苏"}}
    client = market.site.client(market.person).http
    client.cookies.clear()
    path = f"/api/v1/uses/{use}/call"
    assert client.post(path, headers=headers, json=body).json()["answer"]["output"] == "aggregate"
    answer = client.post(path, headers=headers, json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "way-used-up")
    for other in ("/api/v1/assets", f"/api/v1/uses/{use}/calls"):
        assert client.get(other, headers=headers).status_code == 401
    (token,) = merchant.get(f"/api/v1/uses/{use}/tokens", headers=JSON).json()["tokens"]
    assert (token["holder"], token["used"], "secret" in token) == ("风控系统", 1, False)
    merchant.post(f"/uses/{use}/tokens/{token['token']}/revoke", {})
    answer = client.post(path, headers=headers, json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-refused")
    assert "revoked" in merchant.get(f"/uses/{use}").text


def test_an_operator_sees_who_holds_what_and_others_do_not(market: Market) -> None:
    product = market.ids["product"]
    operator = market.browser("operator")
    (held,) = operator.get(f"/api/v1/holders/{product}", headers=JSON).json()["holders"]
    assert (held["use"], held["user"]) == (market.ids["use"], market.site.parties["merchant"])
    assert market.site.parties["merchant"] not in market.browser().get(f"/holders/{product}").text
    assert market.browser().get(f"/api/v1/holders/{product}", headers=JSON).json()["holders"] == []
    assert f"/holders/{product}" in operator.get(f"/products/{product}").text
    merchant = market.browser("merchant")
    calls = merchant.get(f"/api/v1/uses/{market.ids['use']}/calls", headers=JSON).json()["calls"]
    assert all(call["record"]["use"] == market.ids["use"] for call in calls)


def test_a_copy_without_marks_is_traced_to_nobody(market: Market) -> None:
    operator = market.browser("operator")
    answer = operator.http.post(
        "/trace",
        data={"csrf": operator.csrf},
        files={"copy": ("a.csv", "代码,名称\n310101,黄浦区\n".encode(), "text/csv")},
        headers={"accept": "text/html"},
    )
    assert answer.status_code == 200, answer.text
    assert "No mark of these files was found" in answer.text


def test_who_may_call_is_changed_by_user_and_operator_together(market: Market) -> None:
    use = market.ids["use"]
    merchant, operator = market.browser("merchant"), market.browser("operator")
    assert f"/assets/{use}/propose/name-recipients" in merchant.get(f"/uses/{use}").text
    form = merchant.get(f"/assets/{use}/propose/name-recipients")
    assert form.status_code == 200, form.text
    path, body = f"/api/v1/uses/{use}/recipients", {"recipients": ["风控系统", "portal"]}

    def post(browser: Browser, path: str, body: object = None) -> dict[str, Any]:
        answer = browser.http.post(path, headers={**JSON, "x-csrf-token": browser.csrf}, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    proposed = post(merchant, path, body)["result"]
    assert proposed["state"] == "waiting"
    post(operator, f"/api/v1/pending/{proposed['pending']}/sign", {})
    shown = merchant.get(f"/api/v1/assets/{use}", headers=JSON).json()
    assert shown["fields"]["recipients"] == ["风控系统", "portal"]
