"""Proposing what several sign, from the page of the record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from web.portalkit import Browser
from web.test_pending import Yard

PLEDGE = {"days": "3"}


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    made = Yard(tmp_path_factory.mktemp("yard") / "node", four_eyes=False)
    yield made
    made.site.node.close()


def path(yard: Yard, action: str) -> str:
    return f"/assets/{yard.trade.receipt}/propose/{action}"


def test_it_is_offered_to_who_signs_and_to_nobody_else(yard: Yard) -> None:
    record = f"/assets/{yard.trade.receipt}"
    for party in ("holder", "keeper"):
        page = yard.person(party).get(record).text
        assert path(yard, "deliver") in page
        assert f"{record}/act/deliver" not in page
    assert path(yard, "deliver") not in yard.person("holder", "viewer").get(record).text
    assert yard.person("holder", "viewer").get(path(yard, "deliver")).status_code == 403
    for action in ("issue", "no-such-action"):
        assert yard.person("holder").get(path(yard, action)).status_code == 403


def test_the_form_shows_who_signs_and_asks_for_what_is_missing(yard: Yard) -> None:
    holder = yard.person("holder")
    page = holder.get(path(yard, "pledge")).text
    for name in ("货主", "保管方", 'name="pledgee"', 'type="file"', "At most 32 MiB"):
        assert name in page
    assert 'name="role-pledgee"' not in page, "the argument fills the role"
    wrong = holder.post(path(yard, "pledge"), {"days": "31"})
    assert wrong.status_code == 422
    assert holder.get("/api/v1/pending", headers={"accept": "application/json"}).json() == {"pending": []}
    typed = holder.post(path(yard, "split"), {"parts.0": "400", "parts.1": "601", "days": "31"})
    assert (typed.status_code, "1 to 30" in typed.text, 'value="601"' in typed.text) == (422, True, True)


def proposed(browser: Browser, where: str, fields: dict[str, str], **options: object) -> str:
    answer = browser.post(where, fields, **options)
    assert answer.status_code == 303, answer.text
    place: str = answer.headers["location"]
    assert place.endswith("?said=proposed")
    return place.partition("?")[0]


def test_what_an_argument_fills_signs_too(yard: Yard) -> None:
    holder, bank = yard.person("holder"), yard.person("bank")
    given = {"pledgee": yard.trade.bank, **PLEDGE}
    place = proposed(holder, path(yard, "pledge"), given, files={"claim": ("claim.pdf", b"%PDF", "x/y")})
    page = bank.get(place).text
    assert 'value="sign"' in page
    deed = place.rpartition("/")[2]
    found = yard.site.faces.pendings.get(deed, yard.trade.bank)
    assert found.acts[0]["as"] == {
        "holder": yard.trade.holder,
        "keeper": yard.trade.keeper,
        "pledgee": yard.trade.bank,
    }
    assert (found.expires - found.created) // 3_600_000 in (71, 72)
    yard.site.faces.pendings.withdraw(deed, yard.trade.holder)


def test_from_the_record_to_the_ledger(tmp_path_factory: pytest.TempPathFactory) -> None:
    # the goods leave; the others still need theirs
    yard = Yard(tmp_path_factory.mktemp("own-yard") / "node", four_eyes=False)
    place = proposed(yard.person("keeper"), path(yard, "deliver"), {"days": "7"})
    holder = yard.person("holder")
    assert place in holder.get("/").text
    assert holder.post(place, {"decision": "sign"}).headers["location"].endswith("said=done")
    assert path(yard, "deliver") not in holder.get(f"/assets/{yard.trade.receipt}").text
    yard.site.node.close()


def test_under_four_eyes_a_colleague_proposes_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    yard = Yard(tmp_path_factory.mktemp("careful-yard") / "node", four_eyes=True)
    clerk, signatory = yard.person("keeper", "clerk"), yard.person("keeper", "signatory")
    entry = clerk.post(path(yard, "deliver"), {"days": "7"}).headers["location"].split("?")[0]
    assert entry.startswith("/entries/")
    assert "货主" in signatory.get(entry).text
    assert signatory.post(entry, {"decision": "approve"}).status_code == 303
    (waiting,) = yard.site.faces.pendings.of(yard.trade.holder, open_=True)
    assert waiting.signed == {yard.trade.keeper}
    yard.site.node.close()
