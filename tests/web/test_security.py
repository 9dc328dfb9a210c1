"""Sessions, forged forms, four eyes, split administration, who reads what, and what the log never says."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from itertools import count

import pytest

from web.portalkit import TABLE, Browser, Site
from wusong.web import logs


def test_the_cookie_is_out_of_reach(site: Site) -> None:
    token = site.faces.sessions.issue_link(site.everyone)
    cookie = site.client().post("/sign-in", {"token": token, "later": "yes"}).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_guessing_is_slowed(careful: Site) -> None:
    browser = careful.client()
    statuses = [browser.post("/sign-in", {"token": f"guess-{n}"}).status_code for n in range(12)]
    assert statuses[0] == 403
    assert statuses[-1] == 429


def test_signing_out_ends_the_session(site: Site) -> None:
    browser = site.client(site.everyone)
    cookies = dict(browser.http.cookies)
    assert browser.post("/sign-out").status_code == 303
    browser.http.cookies.update(cookies)
    assert browser.get("/").headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"csrf": "0" * 64}},
        {"data": {}},
        {"headers": {"origin": "https://elsewhere.example"}},
        {"headers": {"sec-fetch-site": "cross-site"}},
    ],
)
def test_forged_forms_are_refused(site: Site, how: dict[str, dict[str, str]]) -> None:
    browser = site.client(site.everyone)
    data = how.get("data", {"csrf": browser.csrf})
    answer = browser.http.post(
        "/party",
        data={"party": site.parties["body"], **data},
        headers=how.get("headers"),
        follow_redirects=False,
    )
    assert answer.status_code == 403
    assert "forged-form" in answer.text


def test_other_sites_are_no_way_back(site: Site) -> None:
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        assert site.client().get(f"/language/en?back={back}").headers["location"] == "/"


@pytest.mark.parametrize("person", ["viewer", "reviewer"])
def test_who_only_reads_enters_nothing(site: Site, person: str) -> None:
    browser = site.client(site.people[person])
    assert browser.get("/registrations").status_code == 200
    assert browser.get("/registrations/new").status_code == 403
    refused = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    assert refused.status_code == 403


_COUNT = count(1)


def apply(browser: Browser, site: Site) -> str:
    step = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    content = step.text.split('name="content" value="')[1][:64]
    form = {
        "name": f"双人复核表 {next(_COUNT)}",
        "source_basis": "依法",
        "grade": "general",
        "update": "yearly",
        "content": content,
    }
    answer = browser.post("/registrations", {**form, "registry": site.parties["registry"]})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def test_four_eyes(careful: Site) -> None:
    clerk, signatory = careful.client(careful.people["clerk"]), careful.client(careful.people["signatory"])
    entry = apply(clerk, careful)
    assert entry.startswith("/entries/")
    assert clerk.post(entry, {"decision": "approve"}).status_code == 403
    own = apply(signatory, careful)
    refused = signatory.post(own, {"decision": "approve"})
    assert refused.status_code == 403
    assert "own-entry" in refused.text
    reviewer = careful.client(careful.people["reviewer"])
    assert reviewer.post(entry, {"decision": "review", "note": "无异议"}).status_code == 303
    assert signatory.post(entry, {"decision": "approve"}).status_code == 303
    assert "carried out" in signatory.get(entry).text
    assert signatory.post(entry, {"decision": "approve"}).status_code == 409
    stranger = careful.faces.people.add("外人")
    careful.faces.people.grant(stranger, careful.parties["merchant"], ["signatory"])
    assert careful.client(stranger).get(entry).status_code == 404


def test_what_one_party_brought_is_no_other_s(site: Site) -> None:
    browser = site.client(site.everyone)
    browser.work_for("department")
    step = browser.post("/registrations/new", files={"table": ("t.csv", TABLE, "text/csv")})
    content = step.text.split('name="content" value="')[1][:64]
    browser.work_for("merchant")
    form = {"name": "x", "source_basis": "x", "grade": "core", "update": "yearly", "content": content}
    assert browser.post("/registrations", {**form, "registry": site.parties["registry"]}).status_code == 404


def test_a_record_is_seen_by_its_parties_only(site: Site) -> None:
    browser = site.client(site.everyone)
    browser.work_for("department")
    asset = apply(browser, site).removeprefix("/assets/")
    assert browser.get(f"/assets/{asset}").status_code == 200
    deed = browser.get(f"/assets/{asset}").text.split('href="/deeds/')[1][:64]
    browser.work_for("registry")
    assert browser.get(f"/assets/{asset}").status_code == 200
    browser.work_for("merchant")
    for path in (
        f"/assets/{asset}",
        f"/deeds/{deed}",
        f"/deeds/{deed}/bundle",
        f"/assets/{asset}/act/accept",
    ):
        assert browser.get(path).status_code == 404, path


def test_each_office_has_its_own(site: Site) -> None:
    system, security, audit = (site.client(site.people[office]) for office in ("system", "security", "audit"))
    assert system.get("/admin/people").status_code == 200
    assert security.get("/admin/people").status_code == 200
    assert audit.get("/admin/log").status_code == 200
    assert audit.get("/admin/people").status_code == 403
    assert system.get("/admin/log").status_code == 403
    assert site.client(site.everyone).get("/admin/log").status_code == 403
    system.get("/admin/people")
    security.get("/admin/people")
    assert system.post("/admin/people", {"what": "add", "name": "新人"}).status_code == 303
    assert security.post("/admin/people", {"what": "add", "name": "新人"}).status_code == 403
    grant = {
        "what": "grant",
        "person": site.people["viewer"],
        "party": site.parties["department"],
        "role": "viewer",
    }
    assert system.post("/admin/people", grant).status_code == 403
    assert security.post("/admin/people", grant).status_code == 303


def test_readings_are_logged(site: Site) -> None:
    browser = site.client(site.everyone)
    browser.work_for("department")
    path = apply(browser, site)
    browser.get(path)
    lines = site.faces.access.readings(limit=20)
    assert any(
        line["what"] == "read-asset" and line["target"] in path and line["person"] == site.everyone
        for line in lines
    )


def test_pages_have_json_twins(site: Site) -> None:
    browser = site.client(site.everyone)
    for path in ("/", "/catalogue", "/registrations", "/assets", "/contracts", "/ledger", "/entries"):
        answer = browser.get(path, headers={"accept": "application/json"})
        assert answer.headers["content-type"] == "application/json", path
        assert isinstance(answer.json(), dict)


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    kept, level = root.handlers[:], root.level
    logs.configure("debug", "json", stream)
    yield stream
    root.handlers[:] = kept
    root.setLevel(level)


def test_the_log_keeps_secrets(site: Site, log_lines: io.StringIO) -> None:
    secret = "topsecret-4f1b8"
    browser = site.client(site.everyone)
    cookie = browser.http.cookies[site.faces.cookie]
    token = site.faces.sessions.issue_link(site.everyone)
    for path in (
        f"/sign-in/{token}",
        f"/catalogue?q={secret}",
        f"/nothing/{secret}",
        f"/api/v1/assets?name={secret}",
        f"/contracts/{secret}",
    ):
        browser.get(path)
    for path in (
        "/sign-in",
        "/party",
        "/registrations",
        "/verify",
        f"/entries/{'0' * 32}",
        "/admin/people",
        "/api/v1/acts",
        "/api/v1/deeds",
    ):
        browser.post(path, {"token": secret, "name": secret, "party": secret, "note": secret})
        browser.http.post(
            path,
            content=f'{{"x": "{secret}"}}',
            headers={"content-type": "application/json", "authorization": secret},
        )
        browser.post(
            path,
            {},
            files={"table": ("t.csv", secret.encode(), "text/csv"), "bundle": ("b", secret.encode())},
        )
    written = log_lines.getvalue()
    assert '"event": "request"' in written
    for hidden in (secret, cookie, token, browser.csrf):
        assert hidden not in written
    stored = b"".join(file.read_bytes() for file in site.node.folder.glob("node.db*"))
    assert cookie.encode() not in stored
    assert token.encode() not in stored


def test_an_entry_is_shown_in_the_words_of_its_contract(careful: Site) -> None:
    clerk, signatory = careful.client(careful.people["clerk"]), careful.client(careful.people["signatory"])
    entry = apply(clerk, careful)
    answer = signatory.post(entry, {"decision": "approve"})
    assert answer.status_code == 303
    asset = signatory.get(entry, headers={"accept": "application/json"}).json()["entry"]["result"]["asset"]
    waiting = clerk.post(f"/assets/{asset}/act/withdraw").headers["location"].partition("?")[0]
    page = signatory.get(waiting).text
    assert "Withdraw the application" in page
    assert f"/assets/{asset}" in page
    assert signatory.post(waiting, {"decision": "return", "note": "暂不撤回"}).status_code == 303
    assert "暂不撤回" in clerk.get(waiting).text


def test_a_product_page_does_not_give_the_question_away(site: Site) -> None:
    browser = site.client(site.everyone)
    for one in (hit["record"] for hit in browser.get("/catalogue?format=json").json()["hits"]):
        for path in (f"/{kind}/{one['asset']}" for kind in ("catalogue", "products", "assets")):
            assert "select" not in browser.get(f"{path}?format=json").text.lower()
