"""A record names a commitment; what lies behind it may be anybody's, or anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.market import Market, start
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Intent
from wusong.data.money import issuing, standing
from wusong.data.money.reading import readable
from wusong.errors import DataError

ID = "ab" * 32
LINE = {"act": 0, "after": 0, "amount": 5, "count": 1, "deed": ID, "first": 1, "last": 1, "price": 5}
LINE |= {"root": ID, "time": 1}
USE = {"amount": 5, "closing": 1, "count": 1, "meterings": [LINE], "opening": 2, "product": ID, "use": ID}
GOOD = {
    "amount": 5,
    "count": 1,
    "currency": "CNY",
    "first": "2026-03-01",
    "format": "wusong-usage-statement/1",
}
GOOD |= {
    "last": "2026-03-31",
    "ledger": ID,
    "operator": "did:a",
    "user": "did:b",
    "uses": [USE],
    "version": 1,
}
BAD: dict[str, Any] = {
    "a list": [1, 2],
    "a text": "x",
    "another object": {"a": 1},
    "uses that are a text": GOOD | {"uses": "abc"},
    "a count that is a text": GOOD | {"count": "<b>"},
    "a use without meterings": GOOD | {"uses": [USE | {"meterings": []}]},
    "an id with markup": GOOD | {"uses": [USE | {"product": "=1+1<img src=x>"}]},
    "a deed with markup": GOOD | {"uses": [USE | {"meterings": [LINE | {"deed": "<script>"}]}]},
    "a time out of all calendars": GOOD | {"uses": [USE | {"meterings": [LINE | {"time": 2**52}]}]},
    "no such day": GOOD | {"first": "2026-02-30"},
    "an end before the beginning": GOOD | {"first": "2026-04-01"},
    "another operator": GOOD | {"operator": "did:c"},
    "another user": GOOD | {"user": "did:c"},
    "another format": GOOD | {"format": "x"},
}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = start(tmp_path_factory.mktemp("reading") / "node")
    yield made
    made.node.close()


def issued(market: Market, commitment: str) -> str:
    today = (market.node.ledger.now() + 28_800_000) // 86_400_000
    args = {"user": market.merchant, "first": today - 2, "last": today - 1, "statement": commitment}
    args |= {"calls": 1, "amount": 1}
    act = Intent(standing.STATEMENT, "issue", args, {"operator": market.operator})
    return str(market.node.act([act]).asset)


def test_a_statement_is_read_as_it_stands() -> None:
    assert readable(GOOD, "did:a", "did:b") == GOOD


@pytest.mark.parametrize("said", BAD.values(), ids=BAD)
def test_what_is_no_statement_is_told(said: object) -> None:
    with pytest.raises(DataError) as caught:
        readable(said, "did:a", "did:b")
    assert caught.value.code == "statement-unreadable"


def test_a_commitment_is_no_key_to_what_another_brought(market: Market) -> None:
    theirs = contents.put_json(market.node.vault, {"secret": 1}).commitment
    brought(market.node).note(market.department, theirs)
    asset = issued(market, theirs)
    for party in (market.operator, market.merchant):
        with pytest.raises(DataError, match="no-such-statement"):
            issuing.content_of(market.node, party, asset)


@pytest.mark.parametrize("content", [b"[1,2]", b'"x"', b"no json", b"\xff\xfe", b'{ "a": 1 }'])
def test_a_record_about_what_is_no_statement_says_so(market: Market, content: bytes) -> None:
    own = contents.put(market.node.vault, content).commitment
    brought(market.node).note(market.operator, own)
    with pytest.raises(DataError, match="statement-unreadable"):
        issuing.content_of(market.node, market.merchant, issued(market, own))
