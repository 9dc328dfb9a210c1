"""Who is asked to sign reads the record first, while the proposal waits, if its proposer may see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from web.portalkit import Browser
from web.test_pending import JSON, Yard, propose
from wusong.errors import AccessError
from wusong.ledger.intent import Intent
from wusong.node.access import Reader


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    made = Yard(tmp_path / "node", four_eyes=False)
    yield made
    made.site.node.close()


def act(yard: Yard, action: str, args: dict[str, Any], **roles: str) -> dict[str, Any]:
    asset = yard.trade.receipt
    return {"contract": "warehouse-receipt@1", "action": action, "as": roles, "asset": asset, "args": args}


def pledge(yard: Yard) -> dict[str, Any]:
    trade = yard.trade
    parties = {"holder": trade.holder, "keeper": trade.keeper, "pledgee": trade.bank}
    return act(yard, "pledge", {"pledgee": trade.bank, "claim": "cd" * 32}, **parties)


def proposed(yard: Yard, by: str, one: dict[str, Any]) -> str:
    return str(propose(yard.person(by), [one])["result"]["pending"])


def status(browser: Browser, yard: Yard) -> int:
    return int(browser.get(f"/assets/{yard.trade.receipt}").status_code)


def read_lines(yard: Yard) -> list[tuple[str, str]]:
    rows = yard.site.faces.access.readings()
    return [(row["what"], row["party"]) for row in rows if row["target"] == yard.trade.receipt]


def test_a_proposed_pledgee_reads_the_record_before_it_signs(yard: Yard) -> None:
    bank, merchant, path = yard.person("bank"), yard.person("merchant"), f"/assets/{yard.trade.receipt}"
    assert status(bank, yard) == 404
    deed = proposed(yard, "holder", pledge(yard))
    page = bank.get(path)
    assert page.status_code == 200
    assert "because you are asked to sign" in page.text
    assert f'href="/pending/{deed}"' in page.text
    assert path in bank.get(f"/pending/{deed}").text
    assert ("read-proposed", yard.trade.bank) in read_lines(yard)
    told = bank.get(f"/api/v1{path}", headers=JSON).json()
    assert told["fields"]["lot"] == "L-1"
    assert [(row["action"], row["content"]) for row in told["history"]] == [("issue", None)]
    assert path not in bank.get("/assets").text, "a list does not show it"
    assert status(merchant, yard) == 404, "who is not asked reads nothing"
    assert "because you are asked to sign" not in yard.person("keeper").get(path).text


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire"])
def test_it_ends_with_the_proposal(yard: Yard, end: str) -> None:
    bank = yard.person("bank")
    deed = proposed(yard, "holder", pledge(yard))
    assert status(bank, yard) == 200
    if end == "expire":
        yard.site.node.ledger.set_forward(8 * 86_400_000)
    else:
        who = {"decline": "bank", "withdraw": "holder"}[end]
        assert yard.person(who).post(f"/pending/{deed}", {"decision": end}).status_code == 303
    assert status(yard.person("bank"), yard) == 404


def test_once_signed_the_bank_reads_as_pledgee(yard: Yard) -> None:
    deed = proposed(yard, "holder", pledge(yard))
    for who in ("bank", "keeper"):
        assert yard.person(who).post(f"/pending/{deed}", {"decision": "sign"}).status_code == 303
    page = yard.person("bank").get(f"/assets/{yard.trade.receipt}")
    assert page.status_code == 200
    assert "because you are asked to sign" not in page.text
    assert read_lines(yard)[0] == ("read-asset", yard.trade.bank)


def test_who_cannot_see_it_opens_it_to_nobody(yard: Yard) -> None:
    """Whoever knows a record's number may write it into a proposal; the ledger refuses it only later."""
    node, trade, merchant = yard.site.node, yard.trade, yard.site.parties["merchant"]
    parties = {"holder": merchant, "keeper": trade.keeper, "pledgee": trade.bank}
    args = {"pledgee": trade.bank, "claim": "cd" * 32}
    intent = Intent("warehouse-receipt@1", "pledge", args, parties, trade.receipt)
    pendings = yard.site.faces.pendings
    deed = pendings.propose([intent], merchant)
    pendings.sign(deed, merchant)
    assert yard.person("bank").get(f"/pending/{deed}").status_code == 200
    assert status(yard.person("bank"), yard) == 404
    node.accredit(merchant, "supervisor")
    assert status(yard.person("bank"), yard) == 404


def test_an_unsigned_proposal_opens_nothing(yard: Yard) -> None:
    pendings, trade = yard.site.faces.pendings, yard.trade
    deed = pendings.propose(trade.pledge(), trade.holder)
    reader = Reader(trade.bank, way="portal")
    with pytest.raises(AccessError, match="not-found"):
        yard.site.faces.access.asset(reader, trade.receipt)
    pendings.sign(deed, trade.holder)
    assert yard.site.faces.access.asset(reader, trade.receipt)["asset"] == trade.receipt
