"""What waits for a signatory can be seen by the signatory, whatever contract it is under."""

from __future__ import annotations

import pytest

from web.portalkit import Site


@pytest.mark.parametrize("contract", ["system/accreditation", "unheard-of@1"])
def test_an_entry_is_shown_as_it_would_be_signed(careful: Site, contract: str) -> None:
    args = {"contract": contract, "action": "grant", "role": "admin", "args": {"name": "zebra"}}
    clerk = careful.faces.people.get(careful.people["clerk"])
    party = careful.parties["department"]
    entered = careful.faces.entries.enter(clerk, party, "act", args, lambda *_: None)
    browser = careful.client(careful.people["signatory"])
    page = browser.get(f"/entries/{entered.entry}")
    assert page.status_code == 200
    assert "zebra" in page.text
    assert contract in page.text
    assert contract in browser.get("/entries").text
    assert contract in browser.get("/").text


def test_what_cannot_be_seen_cannot_be_approved(careful: Site) -> None:
    clerk = careful.faces.people.get(careful.people["clerk"])
    party, args = careful.parties["department"], {"deed": "ab" * 32}
    entered = careful.faces.entries.enter(clerk, party, "sign-pending", args, lambda *_: None)
    browser = careful.client(careful.people["signatory"])
    assert browser.get(f"/entries/{entered.entry}").status_code == 404
    assert browser.post(f"/entries/{entered.entry}", {"decision": "approve"}).status_code == 404
    assert careful.faces.entries.get(clerk, entered.entry)["state"] == "waiting"
