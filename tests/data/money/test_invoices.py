"""The register of invoice numbers: the ledger keeps each to one claim, whoever signs what deed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from data.market import Market, start
from data.money.test_run import HEX, ONE, RED, TWO, act, register
from wusong.data.host import Intent
from wusong.data.money import invoices, standing
from wusong.data.money.projection import numbers
from wusong.errors import DataError, DeedError
from wusong.node.node import Node

EMPTY = "00000000000000000000"
DAY = 86_400_000


def confirmed(market: Market, amount: int = 9) -> str:
    """A confirmed statement of the operator's."""
    today = (market.node.ledger.now() + 8 * 3_600_000) // DAY
    asset = act(
        market, standing.STATEMENT, "issue", "operator", market.operator, None,
        amount=amount, calls=1, first=today - 2, last=today - 1, statement=HEX, user=market.merchant,
    )  # fmt: skip
    act(market, standing.STATEMENT, "confirm", "user", market.merchant, asset)
    return asset


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, str, str, str]:
    """A node with an open register and two confirmed statements, closed."""
    market = start(tmp_path_factory.mktemp("kept") / "node")
    book, first, second = register(market), confirmed(market), confirmed(market)
    market.node.close()
    return market, book, first, second


@pytest.fixture
def made(kept: tuple[Market, str, str, str], tmp_path: Path) -> Iterator[tuple[Market, str, str, str]]:
    shutil.copytree(kept[0].node.folder, tmp_path / "node")
    node = Node.open(tmp_path / "node")
    yield replace(kept[0], node=node), *kept[1:]
    node.close()


def binding(market: Market, claim: str, number: str, *, entry: int = 1) -> Intent:
    args = {"invoice": number, "invoiced": 9}
    signed = {"operator": market.operator}
    return Intent(standing.STATEMENT, "bind-invoice", args, signed, claim, with_={"number": entry})


def entering(market: Market, claim: str, number: str, before: str, *, link: int = 2, who: str = "") -> Intent:
    args = {"before": before, "claim": claim, "number": number}
    return Intent(invoices.NUMBER, "enter", args, {"issuer": who or market.operator}, with_={"linked": link})


def linking(market: Market, before: str, entry: str = "#1.0") -> Intent:
    return Intent(invoices.NUMBER, "link", {"entry": entry}, {"anyone": market.operator}, before)


def refused(market: Market, *intents: Intent) -> tuple[str, str]:
    with pytest.raises(DeedError) as caught:
        market.node.act(intents)
    return caught.value.code, str(caught.value.data.get("clause", ""))


def test_the_three_acts_of_a_binding_stand_in_one_deed(made: tuple[Market, str, str, str]) -> None:
    market, book, first, _ = made
    bind, enter, link = (
        binding(market, first, ONE),
        entering(market, first, ONE, book),
        linking(market, book),
    )
    assert refused(market, replace(bind, with_={})) == ("missing-companion", "number")
    assert refused(market, replace(enter, with_={})) == ("missing-companion", "linked")
    assert refused(market, bind, replace(enter, with_={}))[0] == "missing-companion"
    assert refused(market, link)[0] != ""
    market.node.act([bind, enter, link])
    assert invoices.claim_of(market.node, ONE) == first


def test_an_entry_for_another_claim_number_or_issuer_binds_nothing(
    made: tuple[Market, str, str, str],
) -> None:
    market, book, first, second = made
    market.node.accredit(market.body, "data-operator")
    for enter in (
        entering(market, second, ONE, book),
        entering(market, first, TWO, book),
        entering(market, first, ONE, book, who=market.body),
    ):
        assert refused(market, binding(market, first, ONE), enter, linking(market, book)) == (
            "missing-companion",
            "number",
        )


def test_one_entry_serves_one_statement(made: tuple[Market, str, str, str]) -> None:
    market, book, first, second = made
    enter, link = entering(market, first, ONE, book), linking(market, book)
    both = [binding(market, first, ONE), enter, link, binding(market, second, ONE)]
    assert refused(market, *both) == ("missing-companion", "number")


def test_two_entries_cannot_share_a_place(made: tuple[Market, str, str, str]) -> None:
    """In one deed, too: the second finds its neighbour changed, or has no link of its own."""
    market, book, first, second = made
    mine = entering(market, first, ONE, book, link=2)
    theirs = entering(market, second, ONE, book, link=3)
    links = linking(market, book, "#0.0"), linking(market, book, "#1.0")
    assert refused(market, mine, theirs, *links) == ("guard-failed", "nothing-between")
    assert refused(market, mine, replace(theirs, with_={"linked": 2}), links[0])[0] == "missing-companion"
    lower = entering(market, second, "11111111111111111111", book, link=3)
    assert refused(market, mine, lower, *links) == ("guard-failed", "nothing-between")


def test_a_number_of_the_register_is_entered_by_nobody_again(made: tuple[Market, str, str, str]) -> None:
    market, _, first, second = made
    invoices.bind(market.node, market.operator, first, TWO)
    invoices.bind(market.node, market.operator, second, ONE)
    invoices.red_letter(market.node, market.operator, second, RED)
    records = {number: asset for asset, number in listed(market)}
    assert sorted(records) == [EMPTY, ONE, TWO, RED]
    for number in (ONE, TWO, RED):
        for before in records.values():
            code, clause = refused(market, entering(market, second, number, before), linking(market, before))
            assert (code, clause) in {
                ("guard-failed", "after-the-one-before"),
                ("guard-failed", "not-entered-yet"),
            }
        with pytest.raises(DataError) as caught:
            invoices.bind(market.node, market.operator, second, number)
        own = number in (ONE, RED)  # second's invoice, reversed, and what reversed it
        assert caught.value.code == ("invoice-reversed" if own else "invoice-bound-elsewhere")


def listed(market: Market) -> list[tuple[str, str]]:
    """The register from its beginning, as the ledger has it."""
    with market.node.models.engine.connect() as connection:
        rows = connection.execute(numbers.select().order_by(numbers.c.number)).all()
    for one, after in pairwise(rows):
        assert one.next == after.number
    for row in rows:
        leaf = standing.now(market.node, row.asset, invoices.NUMBER)
        assert (leaf.fields["number"], leaf.fields["next"]) == (row.number, row.next)
    return [(row.asset, row.number) for row in rows]


def test_many_at_once_are_all_entered_and_none_twice(made: tuple[Market, str, str, str]) -> None:
    market, _, _, _ = made
    claims = [confirmed(market) for _ in range(6)]
    wanted = [f"2531200000000000000{n}" for n in (5, 3, 3, 9, 1, 5)]

    def bind(pair: tuple[str, str]) -> str:
        try:
            invoices.bind(market.node, market.operator, *pair)
        except DataError as error:
            return error.code
        return "bound"

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(bind, zip(claims, wanted, strict=True)))
    assert sorted(said) == ["bound"] * 4 + ["invoice-bound-elsewhere"] * 2
    assert [number for _, number in listed(market)] == [EMPTY, *sorted(set(wanted))]


def test_who_was_overtaken_tries_again_from_the_new_neighbour(
    made: tuple[Market, str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    market, book, first, second = made
    stale = invoices._before(market.node, TWO)
    invoices.bind(market.node, market.operator, first, ONE)
    seen: list[Any] = [stale]
    real = invoices._before
    monkeypatch.setattr(invoices, "_before", lambda *args: seen.pop() if seen else real(*args))
    invoices.bind(market.node, market.operator, second, TWO)
    assert invoices.claim_of(market.node, TWO) == second
    assert book != first


def test_without_a_register_nothing_is_bound(tmp_path: Path) -> None:
    market = start(tmp_path / "node")
    claim = confirmed(market)
    with pytest.raises(DataError) as caught:
        invoices.bind(market.node, market.operator, claim, ONE)
    assert caught.value.code == "invoice-register-missing"
    with pytest.raises(DeedError) as refusal:
        act(market, invoices.NUMBER, "open", "registrar", market.operator, None)
    assert refusal.value.code == "not-accredited"
    market.node.close()


def test_a_second_register_does_not_count_and_is_told(made: tuple[Market, str, str, str]) -> None:
    """Only a registrar can open one; numbers of another register than the first show as doubled."""
    market, _, first, second = made
    invoices.bind(market.node, market.operator, first, ONE)
    other = act(market, invoices.NUMBER, "open", "registrar", market.registry, None)
    market.node.act(
        [binding(market, second, ONE), entering(market, second, ONE, other), linking(market, other)]
    )
    assert invoices.claim_of(market.node, ONE) == first
    entries = invoices.entries(market.node, ONE)
    assert [(one.claim, one.counts) for one in entries] == [(first, True), (second, False)]


@pytest.mark.parametrize("claim", ["", "0" * 64, "x"])
def test_what_is_no_statement_is_refused(made: tuple[Market, str, str, str], claim: str) -> None:
    market, book, _, _ = made
    for asset in (claim, book):
        with pytest.raises(DataError) as caught:
            invoices.bind(market.node, market.operator, asset, ONE)
        assert caught.value.code == "no-such-asset"


def test_another_operator_cannot_bind_for_this_one(made: tuple[Market, str, str, str]) -> None:
    market, _, first, _ = made
    market.node.accredit(market.body, "data-operator")
    with pytest.raises(DeedError):
        invoices.bind(market.node, market.body, first, ONE)
    assert invoices.claim_of(market.node, ONE) == ""
