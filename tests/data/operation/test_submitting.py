"""Submitting a disclosure: under what runs, beside what has ended, twice, for many, and in the next year."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.market import DAY, QUESTION, Market, approved, in_force, opened
from data.operation.test_disclosure import new_year, year_now
from wusong.crypto import canonical
from wusong.data import contents, service
from wusong.data.host import leaf
from wusong.data.money.standing import now
from wusong.data.operation import disclosure, submitting
from wusong.data.operation.service import OPERATION
from wusong.errors import DataError, DeedError
from wusong.node.node import Node


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The market, made once and closed."""
    made = opened(tmp_path_factory.mktemp("kept") / "node")
    made.node.close()
    return made


@pytest.fixture
def market(kept: Market, tmp_path: Path) -> Iterator[Market]:
    """A copy of it, open."""
    shutil.copytree(kept.node.folder, tmp_path / "node")
    node = Node.open(tmp_path / "node")
    yield dataclasses.replace(kept, node=node)
    node.close()


def made(market: Market, party: str, year: int) -> tuple[dict[str, Any], str]:
    said = disclosure.make(market.node, party, year)
    return said, submitting.keep(market.node, party, said)


def test_the_commitment_on_the_ledger_is_to_what_was_looked_at(market: Market) -> None:
    year = year_now(market)
    new_year(market)
    said, content = made(market, market.body, year)
    service.set_ceiling(market.node, market.body, market.operation, 60, "此后的文件")
    done = submitting.submit(market.node, market.body, year, content)
    assert (done.operations, len(done.deeds), done.evidence) == ([market.operation], 1, "")
    fields = now(market.node, market.operation, OPERATION).fields
    assert (fields["disclosed"], fields["disclosure"]) == (year, content)
    assert contents.read(market.node.vault, content) == canonical.encode(said)
    assert submitting.submitted(market.node, market.body, market.operation) == said


def test_again_replaces_the_commitment_and_next_year_it_is_too_late(market: Market) -> None:
    year = year_now(market)
    new_year(market)
    for _ in range(2):
        _, content = made(market, market.operator, year)
        submitting.submit(market.node, market.operator, year, content)
        assert now(market.node, market.operation, OPERATION).fields["report"] == content
    new_year(market)
    _, content = made(market, market.operator, year)
    with pytest.raises(DeedError) as refused:
        submitting.submit(market.node, market.operator, year, content)
    assert refused.value.data["clause"] == "last-year"


def test_what_has_ended_is_told_and_attested(market: Market) -> None:
    node, year = market.node, year_now(market)
    service.call(node, market.use, market.merchant, {"province": "江苏"})
    service.withdraw_authorisation(node, market.body, market.operation, "违约", "breach")
    new_year(market)
    said, content = made(market, market.operator, year)
    assert [one["state"] for one in said["authorisations"]] == ["withdrawn"]
    assert said["changes"][-1]["cause"] == "breach"
    done = submitting.submit(node, market.operator, year, content)
    assert (done.deeds, done.operations) == ([], [])
    assert leaf(node, done.evidence, "evidence@1").fields["root_count"] == 3
    with pytest.raises(DataError) as refused:
        submitting.submitted(node, market.operator, market.operation)
    assert refused.value.code == "no-such-disclosure"

    service.meter(node, market.use)  # the call of last year is metered in this one
    later = disclosure.make(node, market.operator, year + 1)
    assert (later["totals"]["calls"], [one["asset"] for one in later["authorisations"]]) == (
        1,
        [market.operation],
    )
    assert [one["asset"] for one in later["products"]] == [market.product]
    with pytest.raises(DataError) as refused:
        disclosure.make(node, market.body, year + 1)
    assert refused.value.code == "disclosure-empty"


def test_a_notice_that_took_effect_counts_until_its_day(market: Market) -> None:
    node, year = market.node, year_now(market)
    day = (node.ledger.now() + 8 * 3_600_000) // DAY + 31
    service.give_notice(node, market.body, market.operation, "方案调整", day)
    ended = (date(1970, 1, 1) + timedelta(days=day)).year
    while year_now(market) <= ended:
        new_year(market)
    said = disclosure.make(node, market.body, ended)
    assert [one["state"] for one in said["authorisations"]] == ["withdrawn"]
    for before in range(year, ended):
        said = disclosure.make(node, market.body, before)
        assert [one["state"] for one in said["authorisations"]] == ["in-force"]
    with pytest.raises(DataError):
        disclosure.make(node, market.body, ended + 1)


def test_more_than_a_deed_holds(market: Market) -> None:
    node, year = market.node, year_now(market)
    others = [in_force(market, market.resource) for _ in range(32)]
    new_year(market)
    _, content = made(market, market.body, year)
    done = submitting.submit(node, market.body, year, content, attest=True)
    assert (len(done.deeds), len(done.operations), bool(done.evidence)) == (2, 33, True)
    assert {now(node, one, OPERATION).fields["disclosed"] for one in [market.operation, *others]} == {year}


def test_a_provider_that_authorises_is_told_the_calls(market: Market) -> None:
    node = market.node
    node.accredit(market.department, "data-implementing-body")
    own = dataclasses.replace(market, body=market.department)
    operation = in_force(own, market.resource)
    product = service.offer(node, market.operator, operation, service.Offer("另授", QUESTION, 40)).asset
    use = approved(market, product)
    service.call(node, use, market.merchant, {"province": "江苏"})
    service.meter_all(node)
    said = disclosure.make(node, market.department, year_now(market))
    assert (said["totals"]["calls"], said["totals"]["amount"], "revenue" in said) == (1, 40, False)
    assert [one["asset"] for one in said["authorisations"]] == [operation]


FORGED = [
    {"format": "wusong-disclosure/2"},
    {"party": "did:example:other"},
    {"year": 2000},
    {"complete": False},
]


@pytest.mark.parametrize("change", FORGED)
def test_contents_that_are_no_disclosure_of_the_party(market: Market, change: dict[str, Any]) -> None:
    year = year_now(market)
    new_year(market)
    said, _ = made(market, market.body, year)
    forged = submitting.keep(market.node, market.body, said | change)
    with pytest.raises(DataError) as refused:
        submitting.submit(market.node, market.body, year, forged)
    assert refused.value.code in ("disclosure-wrong", "disclosure-not-over")
    assert "disclosed" not in now(market.node, market.operation, OPERATION).fields
