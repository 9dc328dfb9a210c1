"""Signing in: links that choose a passphrase, names and passphrases, resets that two agree on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from web.portalkit import Browser, Site, build

GOOD = "纸船 river quartz 91"
OTHER = "lantern oak 57 meadow"
BOTH = {"passphrase": GOOD, "again": GOOD}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A node of its own: here administrators have passphrases."""
    made = build(tmp_path_factory.mktemp("desk") / "node", four_eyes=True)
    for office in ("system", "security", "audit"):
        made.faces.sessions.credentials.choose(made.people[office], f"{office} 乙", OTHER)
    yield made
    made.node.close()


def link_for(browser: Browser, person: str) -> str:
    browser.get("/admin/people")
    answer = browser.post("/admin/people", {"what": "link", "person": person})
    found = re.search("/sign-in/([A-Za-z0-9_-]{43})", answer.text)
    return found.group(1) if found else ""


def signed_in(site: Site, name: str, passphrase: str) -> int:
    return int(site.client().post("/sign-in", {"name": name, "passphrase": passphrase}).status_code)


def test_a_link_chooses_a_passphrase_and_works_once(desk: Site) -> None:
    person = desk.faces.people.add("新人甲")
    token = link_for(desk.client(desk.people["system"]), person)
    browser = desk.client()
    for _ in range(2):
        page = browser.get(f"/sign-in/{token}")
        assert page.status_code == 200, "looking uses nothing up"
        assert "新人甲" in page.text
    wrong = browser.post("/sign-in", {"token": token, "passphrase": GOOD, "again": OTHER})
    assert (wrong.status_code, "two passphrases differ" in wrong.text) == (422, True)
    weak = browser.post("/sign-in", {"token": token, "passphrase": "123456789012", "again": "123456789012"})
    assert (weak.status_code, "row of neighbours" in weak.text) == (422, True)
    assert GOOD not in wrong.text
    assert browser.post("/sign-in", {"token": token, **BOTH}).status_code == 303
    assert "新人甲" in browser.get("/me").text
    assert desk.client().get(f"/sign-in/{token}").status_code == 403
    assert desk.client().post("/sign-in", {"token": token, **BOTH}).status_code == 403
    assert signed_in(desk, "新人甲", GOOD) == 303


def test_a_pasted_link_leads_to_its_page(desk: Site) -> None:
    token = desk.faces.sessions.issue_link(desk.faces.people.add("新人乙"))
    answer = desk.client().post("/sign-in", {"token": f"https://node.example/sign-in/{token}"})
    assert answer.headers["location"] == f"/sign-in/{token}"


def test_on_a_trial_network_the_choice_waits_once(site: Site) -> None:
    person = site.faces.people.add("体验者")
    for first in (True, False):
        token = site.faces.sessions.issue_link(person)
        page = site.client().get(f"/sign-in/{token}").text
        assert ('name="later"' in page) is first
        answer = site.client().post("/sign-in", {"token": token, "later": "yes"})
        assert answer.status_code == (303 if first else 422)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_unknown_and_wrong_are_answered_alike(desk: Site, lang: str) -> None:
    pages = []
    for name in ("从未听说", "system 乙"):
        answer = desk.client(lang=lang).post("/sign-in", {"name": name, "passphrase": "wrong " + GOOD})
        assert answer.status_code == 403
        pages.append(answer.text.replace(name, "?"))
    assert pages[0] == pages[1]


def test_guesses_at_one_name_must_wait(desk: Site) -> None:
    statuses = [signed_in(desk, "被猜测者", f"guess number {n} of many") for n in range(5)]
    assert statuses[0] == 403
    assert statuses[-1] == 429


def test_a_reset_takes_two_and_is_told(desk: Site) -> None:
    person = desk.people["clerk"]
    desk.faces.sessions.credentials.choose(person, "clerk 甲", GOOD)
    system = desk.client(desk.people["system"])
    assert link_for(system, person) == ""
    assert "not confirmed yet" in system.get("/admin/resets").text
    assert 'value="confirm"' not in system.get("/admin/resets").text
    (waiting,) = desk.faces.sessions.resets.open()
    own = system.post("/admin/resets", {"decision": "confirm", "reset": waiting.reset})
    assert own.status_code == 403
    audit = desk.client(desk.people["audit"])
    assert 'value="confirm"' not in audit.get("/admin/resets").text
    security = desk.client(desk.people["security"])
    assert 'value="confirm"' in security.get("/admin/resets").text
    assert security.post("/admin/resets", {"decision": "confirm", "reset": waiting.reset}).status_code == 303
    assert signed_in(desk, "clerk 甲", GOOD) == 303, "until the link is used, nothing changes"
    token = link_for(system, person)
    assert "being reset" in desk.client().get(f"/sign-in/{token}").text
    browser = desk.client()
    answer = browser.post("/sign-in", {"token": token, "passphrase": OTHER, "again": OTHER})
    assert answer.headers["location"] == "/me"
    told = browser.get("/me").text
    for word in ("Asked for by system 乙", "confirmed by security 乙", "with the link of a reset"):
        assert word in told
    assert signed_in(desk, "clerk 甲", GOOD) == 403
    log = desk.client(desk.people["audit"]).get("/admin/log").text
    for line in ("admin-link", "admin-reset-confirm", "reset testclient"):
        assert line in log


def test_people_without_office_see_no_resets(desk: Site) -> None:
    browser = desk.client(desk.people["signatory"])
    assert browser.get("/admin/resets").status_code == 403
    assert browser.post("/admin/resets", {"decision": "confirm", "reset": "0" * 32}).status_code == 403


def test_one_changes_one_s_own_passphrase(desk: Site) -> None:
    person = desk.people["reviewer"]
    desk.faces.sessions.credentials.choose(person, "reviewer 甲", GOOD)
    browser = desk.client(person)
    page = browser.get("/me")
    assert 'name="old"' in page.text
    new = {"passphrase": OTHER, "again": OTHER}
    assert browser.post("/me", {"old": OTHER, **new}).status_code == 403
    assert browser.post("/me", {"old": GOOD, **new}).status_code == 303
    assert browser.get("/me").status_code == 200, "this session goes on"
    assert signed_in(desk, "reviewer 甲", OTHER) == 303
    assert desk.client().get("/me").headers["location"] == "/sign-in?back=/me"
