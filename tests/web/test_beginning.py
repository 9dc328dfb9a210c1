"""What a party can begin is offered at home, in the library, and on the contract's page."""

from __future__ import annotations

import pytest

from web.portalkit import Site


@pytest.mark.parametrize("path", ["/", "/contracts", "/contracts/evidence@1"])
def test_evidence_can_be_begun_from(site: Site, path: str) -> None:
    browser = site.client(site.people["clerk"])
    assert "/contracts/evidence@1/new/" in browser.get(path).text


def test_each_offered_beginning_opens_its_form(site: Site) -> None:
    browser = site.client(site.people["clerk"])
    begins = browser.get("/contracts?format=json").json()["begins"]
    assert begins
    for one in begins:
        assert browser.get(one["path"]).status_code == 200, one


def test_what_needs_an_accreditation_is_offered_to_the_accredited_only(site: Site) -> None:
    """An authorisation is the implementing body's to give."""
    browser = site.client(site.everyone)
    offered = {}
    for name in ("department", "body"):
        browser.work_for(name)
        offered[name] = browser.get("/contracts/data-operation@1?format=json").json()["begins"]
    assert offered["department"] == []
    assert offered["body"]


@pytest.mark.parametrize("person", ["viewer", None])
def test_who_enters_nothing_is_offered_nothing(site: Site, person: str | None) -> None:
    browser = site.client(person and site.people[person])
    assert browser.get("/contracts?format=json").json()["begins"] == []
