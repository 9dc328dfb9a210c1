"""Pending deeds: other nodes bring them, signers find them in their inbox, read every act, and sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from node.pending_kit import Trade, prepare
from web.portalkit import Browser, build
from wusong.crypto import canonical
from wusong.ledger.drafting import signature
from wusong.node import pending_end
from wusong.node.pending_form import Form
from wusong.node.people import ROLES

JSON = {"accept": "application/json"}


class Yard:
    """A site on which a receipt waits to be delivered."""

    def __init__(self, folder: Path, *, four_eyes: bool) -> None:
        self.site = build(folder, four_eyes=four_eyes)
        self.trade: Trade = prepare(self.site.node)
        self.site.parties |= {name: getattr(self.trade, name) for name in ("keeper", "holder", "bank")}
        self.all = ("keeper", "holder", "bank")
        for did in (self.trade.keeper, self.trade.holder, self.trade.bank):
            self.site.faces.people.grant(self.site.everyone, did, ROLES)

    def person(self, party: str, *roles: str) -> Browser:
        """Somebody new who works for one party."""
        number = len(self.site.faces.people.all())
        person = self.site.faces.people.add(f"{party} {'、'.join(roles)} {number}")
        self.site.faces.people.grant(person, self.site.parties[party], roles or ROLES)
        return self.site.client(person)

    def form(self, *acts: Any) -> Form:  # noqa: ANN401 - intents
        """What the holder's node would send."""
        node = self.site.node
        draft = node.draft(acts or self.trade.deliver(), [self.trade.holder, self.trade.keeper])
        payload = draft.payload(node.ledger.now(), 86_400_000)
        given = signature(payload, node.keys.deed_key(self.trade.holder))
        return Form(payload, draft.acts, {self.trade.holder: given})

    def brought(self, *acts: Any) -> str:  # noqa: ANN401 - intents
        """Bring it, as the holder's node would; gives the deed's id."""
        answer = TestClient(self.site.app).post("/api/v1/pending", content=self.form(*acts).encode())
        assert answer.status_code == 200, answer.text
        return str(answer.json()["deed"])


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    made = Yard(tmp_path_factory.mktemp("yard") / "node", four_eyes=False)
    yield made
    made.site.node.close()


@pytest.fixture(scope="module")
def careful_yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    made = Yard(tmp_path_factory.mktemp("careful-yard") / "node", four_eyes=True)
    yield made
    made.site.node.close()


def test_only_what_its_proposer_signed_is_taken_in(yard: Yard) -> None:
    client = TestClient(yard.site.app)
    form = yard.form()
    unsigned = client.post("/api/v1/pending", content=Form(form.payload, form.acts, {}).encode())
    assert (unsigned.status_code, unsigned.json()["code"]) == (403, "pending-unsigned")
    altered = form.encode().replace(b'"deliver"', b'"release"')
    answer = client.post("/api/v1/pending", content=altered)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "act-mismatch"
    assert client.post("/api/v1/pending", content=b"x" * 200_000).status_code == 413


def test_another_node_tells_that_it_was_declined(yard: Yard) -> None:
    deed, client = yard.brought(), TestClient(yard.site.app)
    node = yard.site.node
    key = node.keys.deed_key(yard.trade.keeper)
    notice = pending_end.write(node.ledger.rules.ledger_hex, deed, yard.trade.keeper, "declined", key)
    elsewhere = client.post(f"/api/v1/pending/{'0' * 64}/end", content=notice)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "no-such-pending")
    forged = client.post(f"/api/v1/pending/{deed}/end", content=notice.replace(b"declined", b"withdrawn"))
    assert forged.status_code == 403
    assert yard.site.faces.pendings.get(deed, yard.trade.holder).state == "waiting"
    assert client.post(f"/api/v1/pending/{deed}/end", content=notice).json() == {"deed": deed}
    assert yard.site.faces.pendings.get(deed, yard.trade.holder).state == "declined"
    assert client.post(f"/api/v1/pending/{deed}/end", content=b"x" * 10_000).status_code == 413


@pytest.mark.parametrize("path", ["/api/v1/pending", f"/api/v1/pending/{'0' * 64}"])
def test_strangers_read_nothing(yard: Yard, path: str) -> None:
    assert TestClient(yard.site.app).get(path).status_code == 401


def test_those_who_do_not_sign_find_nothing(yard: Yard) -> None:
    deed = yard.brought()
    bank = yard.person("bank")
    assert bank.get(f"/pending/{deed}").status_code == 404
    assert bank.get("/api/v1/pending", headers=JSON).json() == {"pending": []}
    assert bank.post(f"/pending/{deed}", {"decision": "sign"}).status_code == 404
    assert deed not in bank.get("/").text


def test_a_viewer_reads_and_signs_nothing(yard: Yard) -> None:
    deed = yard.brought()
    viewer = yard.person("keeper", "viewer")
    page = viewer.get(f"/pending/{deed}").text
    assert 'value="sign"' not in page
    assert viewer.post(f"/pending/{deed}", {"decision": "sign"}).status_code == 403
    assert yard.site.faces.pendings.get(deed, yard.trade.keeper).state == "waiting"


def test_a_refused_deed_shows_its_clause_and_stays_refused(yard: Yard) -> None:
    deed = yard.brought(*yard.trade.split(400, 601))
    keeper = yard.person("keeper")
    answer = keeper.post(f"/pending/{deed}", {"decision": "sign"})
    assert answer.status_code >= 400
    page = keeper.get(f"/pending/{deed}").text
    assert "Refused: nothing changed" in page
    assert "conservation" in page
    assert 'value="sign"' not in page


def test_declined_and_withdrawn(yard: Yard) -> None:
    keeper, holder = yard.person("keeper"), yard.person("holder")
    deed = yard.brought()
    assert keeper.post(f"/pending/{deed}", {"decision": "decline"}).status_code == 303
    assert "declined" in keeper.get(f"/pending/{deed}").text
    acts = [
        {
            "contract": "warehouse-receipt@1",
            "action": "deliver",
            "as": roles(yard),
            "asset": yard.trade.receipt,
        }
    ]
    made = propose(holder, acts)
    assert made["result"]["state"] == "waiting"
    path = f"/api/v1/pending/{made['result']['pending']}"
    headers = {**JSON, "x-csrf-token": holder.csrf}
    assert holder.http.post(f"{path}/withdraw").status_code == 403
    assert holder.http.post(f"{path}/withdraw", headers=headers).json()["state"] == "withdrawn"
    late = keeper.http.post(f"{path}/sign", headers={**JSON, "x-csrf-token": keeper.csrf})
    assert (late.status_code, late.json()["code"]) == (409, "pending-closed")


def roles(yard: Yard) -> dict[str, str]:
    return {"holder": yard.trade.holder, "keeper": yard.trade.keeper}


def propose(browser: Browser, acts: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    headers = {**JSON, "x-csrf-token": browser.csrf}
    answer = browser.http.post("/api/v1/pending/proposals", json={"acts": acts}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_form_lets_one_sign_with_a_key_of_ones_own(yard: Yard) -> None:
    deed = yard.brought()
    form = yard.person("keeper").get(f"/api/v1/pending/{deed}", headers=JSON).json()["form"]
    assert canonical.encode(form) == yard.site.faces.pendings.get(deed, yard.trade.keeper).form.encode()


def test_from_the_inbox_to_the_ledger(yard: Yard) -> None:
    """Last: it delivers the receipt."""
    deed = yard.brought()
    keeper = yard.person("keeper")
    assert f'href="/pending/{deed}"' in keeper.get("/").text
    assert "Our signature" in keeper.get("/").text
    page = keeper.get(f"/pending/{deed}").text
    for words in (
        "Electronic warehouse receipt",
        "deliver",
        "货主",
        "has not signed",
        yard.trade.receipt[:12],
    ):
        assert words in page, words
    assert keeper.http.post(f"/pending/{deed}", data={"decision": "sign"}).status_code == 403  # no token
    answer = keeper.post(f"/pending/{deed}", {"decision": "sign"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/pending/{deed}?said=done")
    assert f'href="/deeds/{deed}"' in keeper.get(f"/pending/{deed}").text
    assert keeper.get(f"/deeds/{deed}").status_code == 200
    assert f'href="/pending/{deed}"' not in keeper.get("/").text
    form = yard.site.faces.pendings.get(deed, yard.trade.keeper).form.encode()
    again = TestClient(yard.site.app).post("/api/v1/pending", content=form)
    assert (again.status_code, again.json()["code"]) == (409, "spent")


def test_under_four_eyes_a_colleague_signs_what_the_entry_shows(careful_yard: Yard) -> None:
    yard = careful_yard
    deed = yard.brought()
    clerk, signatory = yard.person("keeper", "clerk"), yard.person("keeper", "signatory")
    answer = clerk.post(f"/pending/{deed}", {"decision": "sign"})
    entry = answer.headers["location"].partition("?")[0]
    assert entry.startswith("/entries/")
    assert yard.site.faces.pendings.get(deed, yard.trade.keeper).state == "waiting"
    assert clerk.post(entry, {"decision": "approve"}).status_code == 403
    page = signatory.get(entry).text
    assert "Electronic warehouse receipt" in page
    assert f'href="/pending/{deed}"' in page
    assert signatory.post(entry, {"decision": "approve"}).status_code == 303
    assert yard.site.faces.pendings.get(deed, yard.trade.keeper).state == "done"
    assert f'href="/deeds/{deed}"' in signatory.get(entry).text


def test_in_chinese(careful_yard: Yard) -> None:
    deed = careful_yard.brought()
    page = careful_yard.site.client(careful_yard.site.everyone, "zh")
    page.post("/party", {"party": careful_yard.trade.keeper, "back": "/"})
    assert page.get(f"/pending/{deed}").status_code == 200
    text = page.get(f"/pending/{deed}").text
    assert "待签指令" in text
    assert "电子仓单" in text
    assert "尚未签署" in text
