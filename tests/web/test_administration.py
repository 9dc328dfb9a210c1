"""Administration of people, and forms that carry too much."""

from __future__ import annotations

from pathlib import Path

from web.portalkit import Site, build


def test_nobody_closes_their_own_access(site: Site) -> None:
    browser = site.client(site.people["system"])
    browser.get("/admin/people")
    answer = browser.post("/admin/people", {"what": "deactivate", "person": site.people["system"]})
    assert answer.status_code == 403
    assert "own-access" in answer.text or "your own access" in answer.text
    assert site.faces.people.get(site.people["system"]).active


def test_who_is_closed_is_offered_for_nothing(site: Site) -> None:
    gone = site.faces.people.add("离任人员")
    site.faces.people.deactivate(gone)
    browser = site.client(site.people["security"])
    assert f'value="{gone}"' not in browser.get("/admin/people").text


def test_nothing_is_given_to_who_is_closed_not_even_by_hand(site: Site) -> None:
    gone = site.faces.people.add("停用人员")
    site.faces.people.deactivate(gone)
    browser = site.client(site.people["security"])
    browser.get("/admin/people")
    given = {"person": gone, "party": site.parties["merchant"], "role": "viewer", "office": "audit"}
    for what in ("grant", "appoint"):
        assert browser.post("/admin/people", {"what": what, **given}).status_code == 409
    assert site.faces.people.get(gone).roles == {}
    assert site.faces.people.get(gone).office == ""


def test_closing_is_asked_about_and_can_be_undone(site: Site) -> None:
    person = site.faces.people.add("请假人员")
    browser = site.client(site.people["system"])
    listed = browser.get("/admin/people").text
    assert f"/admin/people/{person}/close" in listed
    asked = browser.get(f"/admin/people/{person}/close").text
    assert 'value="deactivate"' in asked
    assert "请假人员" in asked
    assert site.faces.people.get(person).active, "looking changes nothing"
    assert browser.post("/admin/people", {"what": "deactivate", "person": person}).status_code == 303
    assert not site.faces.people.get(person).active
    assert browser.post("/admin/people", {"what": "activate", "person": person}).status_code == 303
    assert site.faces.people.get(person).active
    assert site.client(site.people["security"]).get(f"/admin/people/{person}/close").status_code == 403


def test_the_last_who_could_confirm_is_not_closed_out(site: Site) -> None:
    browser = site.client(site.people["system"])
    browser.get("/admin/people")
    answer = browser.post("/admin/people", {"what": "deactivate", "person": site.people["security"]})
    assert answer.status_code == 409
    assert site.faces.people.get(site.people["security"]).active


def test_where_nobody_works_yet_the_page_says_how_to_go_on(tmp_path: Path) -> None:
    made = build(tmp_path / "node", four_eyes=True, people=False)
    said = made.client(lang="en").get("/sign-in").text
    assert "wusong up" in said
    system = made.faces.people.add("系统")
    made.faces.people.appoint(system, "system")
    assert "wusong up" not in made.client().get("/sign-in").text
    page = made.client(system).get("/admin/people").text
    assert "Nobody works for a party yet" in page
    assert "nobody confirms the links" in page
    made.node.close()


def test_too_large_a_body_is_answered_with_the_limit_to_who_is_signed_in(site: Site) -> None:
    browser = site.client(site.everyone)
    answer = browser.post("/party", {"party": "x" * 70_000, "back": "/"})
    assert answer.status_code == 413
    assert "64 KiB" in answer.text
    assert "/sign-out" in answer.text


def test_the_browser_verifier_is_handed_out(site: Site) -> None:
    answer = site.client().get("/verify/verify.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "verify/verify.html" in site.client().get("/verify").text
