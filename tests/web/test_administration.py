"""Administration of people, and forms that carry too much."""

from __future__ import annotations

from web.portalkit import Site


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


def test_too_large_a_body_is_answered_with_the_limit_to_who_is_signed_in(site: Site) -> None:
    browser = site.client(site.everyone)
    answer = browser.post("/party", {"party": "x" * 70_000, "back": "/"})
    assert answer.status_code == 413
    assert "65536" in answer.text.replace(",", "")
    assert "/sign-out" in answer.text


def test_a_used_link_says_so_at_once_and_looking_uses_nothing_up(site: Site) -> None:
    token = site.faces.sessions.issue_link(site.everyone)
    browser = site.client()
    assert [browser.get(f"/sign-in/{token}").status_code for _ in range(2)] == [200, 200]
    assert browser.post("/sign-in", {"token": token}).status_code == 303
    assert site.client().get(f"/sign-in/{token}").status_code == 403


def test_the_browser_verifier_is_handed_out(site: Site) -> None:
    answer = site.client().get("/verify/verify.html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "verify/verify.html" in site.client().get("/verify").text
