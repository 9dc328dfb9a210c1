"""Documents of trade in the portal: records that several sign to begin, acts that go together, one party in
two roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest

from web.portalkit import Browser, Site, build
from wusong.ledger.intent import Intent
from wusong.node import library
from wusong.node.people import ROLES

PAGES = ("goods-lot", "warehouse-receipt", "bill-of-lading", "delivery-order")
TEXT = "b3" * 32


class Port:
    """A site whose parties trade, one browser for each."""

    def __init__(self, site: Site) -> None:
        self.site = site
        node = site.node
        for name in PAGES:
            library.install(node, page_text(name))
        for name, needs in (("carrier", "carrier"), ("keeper", "warehouse"), ("shipper", ""), ("buyer", "")):
            did = site.parties[name] = node.new_party(name)
            site.faces.people.grant(site.everyone, did, ROLES)
            if needs:
                node.accredit(did, needs)
        surveyor = site.parties["surveyor"] = node.new_party("surveyor")
        site.faces.people.grant(site.everyone, surveyor, ROLES)
        for name in ("weigher", "terminal", "customs"):
            node.accredit(surveyor, name)

    def who(self, party: str) -> Browser:
        browser = self.site.client(self.site.everyone)
        browser.work_for(party)
        return browser

    def did(self, party: str) -> str:
        return self.site.parties[party]

    def bill(self, holder: str, title: str) -> str:
        roles = {"carrier": self.did("carrier"), "shipper": self.did("shipper")}
        args: dict[str, object] = {"holder": self.did(holder), "title": self.did(title)}
        args |= {"form": "order", "number": "B1", "document": TEXT, "packages": 3}
        return self.site.node.act([Intent("bill-of-lading@1", "issue", args, roles)]).asset

    def state(self, asset: str) -> str:
        leaf = self.site.node.ledger.view().leaf(bytes.fromhex(asset))
        assert leaf is not None
        return leaf.state


def page_text(name: str) -> str:
    return (files("wusong.trade") / "contracts" / f"{name}.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Port]:
    made = Port(build(tmp_path_factory.mktemp("port") / "node", four_eyes=False))
    yield made
    made.site.node.close()


def test_a_bill_that_two_sign_is_begun_by_one_and_signed_by_the_other(port: Port) -> None:
    carrier, shipper = port.who("carrier"), port.who("shipper")
    moved = carrier.get("/contracts/bill-of-lading@1/new/issue")
    assert (moved.status_code, moved.headers["location"]) == (
        303,
        "/contracts/bill-of-lading@1/propose/issue",
    )
    where = moved.headers["location"]
    page = carrier.get(where).text
    assert 'name="as-carrier"' in page
    assert 'name="as-shipper"' in page
    given = {"as-carrier": port.did("carrier"), "holder": port.did("shipper"), "title": port.did("shipper")}
    given |= {"form": "order", "number": "B2", "packages": "4", "days": "7", "document.text": "goods"}
    wrong = carrier.post(where, given)
    assert wrong.status_code == 422, "the shipper must be named"
    answer = carrier.post(where, given | {"as-shipper": port.did("shipper")})
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"].partition("?")[0]
    assert place.startswith("/pending/")
    assert place in shipper.get("/").text
    assert shipper.post(place, {"decision": "sign"}).headers["location"].endswith("said=done")


def test_it_is_offered_as_a_beginning(port: Port) -> None:
    begins = port.who("shipper").get("/contracts/bill-of-lading@1?format=json").json()["begins"]
    assert "/contracts/bill-of-lading@1/propose/issue" in [one["path"] for one in begins]


def test_one_party_in_two_roles_acts_alone(port: Port) -> None:
    bill, shipper = port.bill("shipper", "shipper"), port.who("shipper")
    page = shipper.get(f"/assets/{bill}").text
    assert f"/assets/{bill}/act/endorse-to-order" in page
    assert f"/assets/{bill}/propose/endorse-to-order" not in page
    answer = shipper.post(f"/assets/{bill}/act/endorse-to-order", {"to": port.did("buyer")})
    assert answer.status_code == 303, answer.text
    leaf = port.site.node.ledger.view().leaf(bytes.fromhex(bill))
    assert leaf is not None
    assert (leaf.roles["title"], leaf.roles["holder"]) == (port.did("buyer"), port.did("shipper"))
    assert f"/assets/{bill}/act/endorse-to-order" not in shipper.get(f"/assets/{bill}").text


def surrendered(port: Port) -> str:
    bill, shipper = port.bill("shipper", "shipper"), port.who("shipper")
    node = port.site.node
    page = library.find(node, "bill-of-lading@1").compiled.page
    asks = [one for one in page.actions if one.to == "delivery-asked"]
    for one in asks:
        path = f"/assets/{bill}/act/{one.name}"
        answer = shipper.get(path)
        if answer.status_code == 200:
            given = {"receiver": port.did("buyer"), "answer_by": "2099-01-01T00:00"}
            assert shipper.post(path, given).status_code == 303
            break
    path = next(one.name for one in page.actions if one.to == "surrendered" and "delivery-asked" in one.from_)
    carrier = port.who("carrier")
    answer = carrier.post(f"/assets/{bill}/act/{path}", {})
    assert answer.status_code == 303, answer.text
    return bill


@pytest.mark.parametrize("begin_with", ["bill", "order"])
def test_release_and_delivery_order_go_in_one_deed(port: Port, begin_with: str) -> None:
    bill, carrier = surrendered(port), port.who("carrier")
    given = {"terminal": port.did("surveyor"), "customs": port.did("surveyor")}
    given["valid_until"] = "2099-01-01T00:00"
    if begin_with == "bill":
        where, asked = f"/assets/{bill}/propose/release", {f"its-{k}": v for k, v in given.items()}
        assert where in carrier.get(f"/assets/{bill}").text
    else:
        where, asked = "/contracts/delivery-order@1/propose/issue", given | {"bill": bill}
    page = carrier.get(where)
    assert page.status_code == 200
    assert ('name="its-bill"' in page.text, 'name="days"' in page.text) == (False, False)
    answer = carrier.post(where, asked)
    assert answer.status_code == 303, answer.text
    assert port.state(bill) == "released"


def test_a_receipt_is_issued_with_the_cover_of_its_lot(port: Port) -> None:
    roles = {"keeper": port.did("keeper"), "weigher": port.did("surveyor"), "owner": port.did("buyer")}
    args = {"goods": TEXT, "certificate": TEXT, "place": "A-1", "weight": 1000}
    lot = port.site.node.act([Intent("goods-lot@1", "weigh", args, roles)]).asset
    keeper = port.who("keeper")
    where = keeper.get("/contracts/warehouse-receipt@1/new/issue").headers["location"]
    page = keeper.get(where).text
    assert ('name="its-weight"' in page, 'name="weight"' in page, lot in page) == (False, True, True)
    given = {"lot": lot, "holder": port.did("buyer"), "weight": "400", "until_day": "2099-01-01"}
    assert keeper.post(where, given | {"weight": "4000"}).status_code == 422
    answer = keeper.post(where, given)
    assert answer.status_code == 303, answer.text
    leaf = port.site.node.ledger.view().leaf(bytes.fromhex(lot))
    assert leaf is not None
    assert leaf.quantity == 600
    assert (
        keeper.post(
            f"/assets/{lot}/propose/cover",
            {
                "weight": "600",
                "its-holder": port.did("buyer"),
                "its-until_day": "2099-01-01",
            },
        ).status_code
        == 303
    )


def test_what_the_ledger_would_refuse_is_not_proposed(port: Port) -> None:
    shipper = port.who("shipper")
    given = {"as-carrier": port.did("carrier"), "as-shipper": port.did("shipper"), "form": "bearer"}
    given |= {"holder": port.did("shipper"), "title": port.did("shipper"), "number": "B3", "packages": "4"}
    answer = shipper.post("/contracts/bill-of-lading@1/propose/issue", given | {"document.text": "goods"})
    assert (answer.status_code, "bearer-has-none" in answer.text) == (422, True), answer.text
    assert "A bearer bill names nobody" in answer.text


def test_only_what_can_be_done_now_is_offered_and_the_rest_says_why_not(port: Port) -> None:
    bill = port.bill("shipper", "shipper")
    page = port.who("shipper").get(f"/assets/{bill}").text
    for action in ("endorse-to-nominee", "withdraw-nomination", "reject-title"):
        assert f"/assets/{bill}/act/{action}" not in page, action
    assert f"/assets/{bill}/act/nominate" in page
    assert "Not now (" in page
    assert "Nobody is nominated." in page
    shipper = port.who("shipper")
    assert shipper.post(f"/assets/{bill}/act/nominate", {"nominee": port.did("buyer")}).status_code == 303
    after = shipper.get(f"/assets/{bill}").text
    assert f"/assets/{bill}/act/withdraw-nomination" in after


def test_the_amended_bill_takes_its_document_from_what_was_asked_for(port: Port) -> None:
    """A second upload of the same text would be another commitment: its salt is another."""
    bill, shipper, carrier = port.bill("shipper", "shipper"), port.who("shipper"), port.who("carrier")
    given = {"document.text": "copper", "reason": "correction", "answer_by": "2099-01-01T00:00"}
    asked = shipper.post(f"/assets/{bill}/act/ask-amendment", given)
    assert asked.status_code == 303, asked.text
    old = port.site.node.ledger.view().leaf(bytes.fromhex(bill))
    assert old is not None
    where = f"/assets/{bill}/propose/replace"
    page = carrier.get(where).text
    asked_for = [f'name="{name}"' in page for name in ("its-number", "its-document", "successor")]
    assert asked_for == [True, False, False]
    assert str(old.fields["wanted"]) in page, "what is taken from the record is shown"
    answer = carrier.post(where, {"its-number": "B1-2"})
    assert answer.status_code == 303, answer.text
    assert port.state(bill) == "replaced"
    new = next(
        one
        for one in carrier.get("/assets?name=bill-of-lading&format=json").json()["assets"]
        if one["fields"].get("replaces") == bill
    )
    assert new["fields"]["document"] == old.fields["wanted"]


def test_the_same_from_the_contract_with_the_old_bill_chosen(port: Port) -> None:
    bill, shipper, carrier = port.bill("shipper", "shipper"), port.who("shipper"), port.who("carrier")
    where = "/contracts/bill-of-lading@1/propose/reissue"
    page = carrier.get(where).text
    assert 'name="replaces"' in page
    assert 'name="document"' not in page
    early = carrier.post(where, {"replaces": bill, "number": "B3"})
    assert early.status_code == 422
    assert "has not what this act needs" in early.text
    given = {"document.text": "zinc", "reason": "correction", "answer_by": "2099-01-01T00:00"}
    assert shipper.post(f"/assets/{bill}/act/ask-amendment", given).status_code == 303
    answer = carrier.post(where, {"replaces": bill, "number": "B3"})
    assert answer.status_code == 303, answer.text
    assert port.state(bill) == "replaced"


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "bill of lading · B1 · issued"), ("zh", "电子提单 · B1 · 已签发")]
)
def test_a_list_of_records_says_which_is_which(port: Port, lang: str, words: str) -> None:
    bill = port.bill("shipper", "shipper")
    browser = port.site.client(port.site.everyone, lang)
    browser.work_for("carrier")
    page = browser.get("/contracts/bill-of-lading@1/propose/reissue").text
    option = next(line for line in page.split("<option ") if f'value="{bill}"' in line)
    assert bill[:12] in option
    assert words.casefold() in option.casefold()
