"""A period from calls to payment file: each step once, also when run again, disputed, or killed between."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from data.market import DAY, Market, opened
from wusong.data import contents, service
from wusong.data.host import Intent
from wusong.data.money import accounts, invoices, issuing, splitting, standing
from wusong.data.money import book as books
from wusong.data.money import run as running
from wusong.data.money.accounts import Account
from wusong.data.money.exports import statement_file
from wusong.data.money.periods import Period
from wusong.data.money.settlement import NAMESPACE
from wusong.data.money.splitting import Rows
from wusong.errors import DataError, DeedError
from wusong.node.node import Node

HEX = "ab" * 32


def act(
    market: Market, contract: str, action: str, role: str, party: str, asset: str | None, **args: object
) -> str:
    done = market.node.act([Intent(contract, action, args, {role: party}, asset)])
    return done.asset or ""


def agreed(market: Market, **more: str) -> str:
    """Operator 50 %, department 33.33 %, body 16.67 %, in force."""
    node = market.node
    today = (node.ledger.now() + 8 * 3_600_000) // DAY
    share = act(
        market, standing.SHARE, "propose", "organiser", market.operator, None,
        ends=today + 300, others=[market.department, market.body], own=5000,
        revenue=HEX, shares=[3333, 1667], **more,
    )  # fmt: skip
    act(market, standing.SHARE, "agree", "elector", market.department, share)
    act(market, standing.SHARE, "agree-last", "elector", market.body, share)
    return share


def used(folder: Path) -> tuple[Market, Period]:
    """Seven calls at 0.50, metered; the day is over."""
    market = opened(folder, calls=9)
    today = (market.node.ledger.now() + 8 * 3_600_000) // DAY
    for _ in range(7):
        service.call(market.node, market.use, market.merchant, {"province": "江苏"})
    service.meter_all(market.node)
    market.node.ledger.set_forward(DAY)
    register(market)
    return market, Period(today, today)


def register(market: Market) -> str:
    """The registration office opens a register of invoice numbers."""
    market.node.accredit(market.registry, "invoice-registrar")
    return act(market, invoices.NUMBER, "open", "registrar", market.registry, None)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Period]:
    """The node, made once and closed."""
    made = used(tmp_path_factory.mktemp("kept") / "node")
    made[0].node.close()
    return made


@pytest.fixture
def market(kept: tuple[Market, Period], tmp_path: Path) -> Iterator[tuple[Market, Period]]:
    """A copy of it, open."""
    shutil.copytree(kept[0].node.folder, tmp_path / "node")
    node = Node.open(tmp_path / "node")
    yield replace(kept[0], node=node), kept[1]
    node.close()


def confirmed(market: Market, statement: str) -> None:
    act(market, standing.STATEMENT, "confirm", "user", market.merchant, statement)


def banked(market: Market) -> None:
    for n, party in enumerate((market.operator, market.department, market.body)):
        account = Account(f"3100 0000 1234 56{n}", f"户名 {n}", "某银行上海分行", "102290000017")
        assert accounts.keep(market.node, party, party, account) == f"****456{n}"


def test_from_calls_to_a_payment_file(market: tuple[Market, Period]) -> None:
    made, period = market
    node, share = made.node, agreed(made)
    progress = running.run(node, made.operator, share, period)
    (stated,) = progress.statements
    assert (progress.waiting, stated.amount, stated.deed != "") == ("statement-open", 350, True)
    said = issuing.content_of(node, made.merchant, stated.asset)
    assert (said["count"], said["amount"]) == (7, 350)
    confirmed(made, stated.asset)

    progress = running.run(node, made.operator, share, period)
    assert progress.waiting == "split-open"
    assert progress.split is not None
    leaf = standing.now(node, share, standing.SHARE)
    assert leaf.fields["allotment"] == [175, 117, 58]
    ground = contents.read_json(node.vault, leaf.fields["ground"])
    assert (ground["allotment"], ground["amount"]) == (leaf.fields["allotment"], 350)

    node.ledger.set_forward(15 * DAY)  # nobody disputes
    progress = running.run(node, made.operator, share, period)
    assert progress.waiting == ""
    due = running.settlement_of(node, made.operator, share, period)
    assert [(one["party"], one["amount"]) for one in due["payments"]] == [
        (made.department, 117),
        (made.body, 58),
    ]
    assert (due["count"], due["control_sum"]) == (2, 175)

    with pytest.raises(DataError) as caught:
        running.files(node, due)
    assert caught.value.code == "account-missing"
    banked(made)
    files = running.files(node, due)
    assert files == running.files(node, running.settlement_of(node, made.operator, share, period))
    root = ET.fromstring(files[f"{due['message']}.xml"])  # noqa: S314 - made a line above
    amounts = [one.text for one in root.iter(f"{{{NAMESPACE}}}InstdAmt")]
    sums = [one.text for one in root.iter(f"{{{NAMESPACE}}}CtrlSum")]
    assert (amounts, sums) == (["1.17", "0.58"], ["1.75", "1.75"])
    lines = files[f"{due['message']}.csv"].decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[-1].startswith("合计,,,,2,,,1.75,CNY")

    again = running.run(node, made.operator, share, period)
    assert again == progress
    assert len(books.book(node).rows()) == 3


def test_accounts_are_sealed_and_masked(market: tuple[Market, Period]) -> None:
    made, _ = market
    banked(made)
    assert "123456" not in repr(accounts.of(made.node, made.operator, made.operator))
    for path in made.node.folder.rglob("*"):
        if path.is_file():
            assert b"310000001234" not in path.read_bytes(), path
    old = books.book(made.node).accounts(made.operator)[made.operator].content
    other = Account("6222000011112222", "新户名", "另一银行", "ICBKCNBJSHI")
    accounts.keep(made.node, made.operator, made.operator, other)
    with pytest.raises(DataError):
        contents.read(made.node.vault, old)


@pytest.mark.parametrize(
    ("account", "field"),
    [
        (Account("12 3", "户名", "银行", "102290000017"), "number"),
        (Account("ABCDEFGHIJ1234567", "户名", "银行", "102290000017"), "number"),
        (Account("1234567", "户名", "银行", "102290000017"), "number"),
        (Account("=1+1", "户名", "银行", "102290000017"), "number"),
        (Account("12345678", "", "银行", "102290000017"), "holder"),
        (Account("12345678", "户名", "银\n行", "102290000017"), "bank"),
        (Account("12345678", "户名", "银行", "10229000001"), "code"),
    ],
)
def test_accounts_that_cannot_be_right_are_refused_without_being_told(
    market: tuple[Market, Period], account: Account, field: str
) -> None:
    made, _ = market
    with pytest.raises(DataError) as caught:
        accounts.keep(made.node, made.operator, made.operator, account)
    assert caught.value.data == {"reason": field}
    assert field not in caught.value.explain("zh").what


def test_each_party_keeps_a_list_of_its_own(market: tuple[Market, Period]) -> None:
    """The payee's own entry is used where there is one; nobody writes, erases or reads another's."""
    made, _ = market
    node, operator, payee = made.node, made.operator, made.department
    same = Account("6222000011112222", "户名", "银行", "102290000017")
    later = Account("6222000033334444", "户名", "银行", "102290000017")
    accounts.keep(node, operator, payee, same)
    assert accounts.paying(node, operator, payee) == same
    accounts.keep(node, payee, payee, same)
    accounts.keep(node, operator, payee, later)  # erases the operator's old entry alone
    assert accounts.of(node, payee, payee) == same
    assert accounts.paying(node, operator, payee) == same
    assert accounts.of(node, operator, payee) == later
    assert set(accounts.listed(node, payee)) == {payee}
    assert accounts.listed(node, made.merchant) == {}
    with pytest.raises(DataError) as caught:
        accounts.of(node, made.merchant, payee)
    assert caught.value.code == "account-missing"
    foreign = books.book(node).accounts(payee)[payee].content
    for keeper, code in ((made.merchant, "content-not-brought"), (payee, "account-wrong")):
        with pytest.raises(DataError) as caught:
            accounts.enter(node, keeper, operator, foreign, "signatory")
        assert caught.value.code == code
    with pytest.raises(DataError) as caught:
        accounts.keep(node, operator, "did:wusong:nobody", same)
    assert caught.value.code == "account-unknown-party"


def test_accounts_from_before_lists_belong_to_the_parties_themselves(market: tuple[Market, Period]) -> None:
    made, _ = market
    node = made.node
    old = Account("3100000012345678", "户名", "银行", "102290000017")
    content = contents.put_json(node.vault, msgspec.to_builtins(old)).commitment
    books.close(node)
    with closing(sqlite3.connect(node.folder / books.FILE)) as db, db:
        db.execute("DROP TABLE IF EXISTS accounts")
        db.execute(
            "CREATE TABLE accounts (party TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID",
        )
        db.execute("INSERT INTO accounts VALUES (?, ?)", (made.department, content))
    for _ in range(2):
        assert accounts.paying(node, made.operator, made.department) == old
        assert accounts.listed(node, made.department)[made.department].made == 0
        assert accounts.listed(node, made.operator) == {}
        books.close(node)


@pytest.mark.parametrize(("argument", "table"), [("statement", books.STATEMENT), ("ground", books.SPLIT)])
def test_a_kill_between_deed_and_note_repeats_nothing(
    market: tuple[Market, Period], argument: str, table: str
) -> None:
    """What a kill leaves behind: the step without its deed, and the deed on the ledger."""
    made, period = market
    share = agreed(made)
    (stated,) = running.run(made.node, made.operator, share, period).statements
    confirmed(made, stated.asset)
    before = running.run(made.node, made.operator, share, period)
    height = made.node.ledger.app.head.height
    with closing(sqlite3.connect(made.node.folder / books.FILE)) as db, db:
        db.execute("UPDATE steps SET deed = '', asset = '' WHERE kind = ?", (table,))
    assert running.run(made.node, made.operator, share, period) == before
    assert made.node.ledger.app.head.height == height, argument


def test_a_kill_before_the_deed_is_carried_on(
    market: tuple[Market, Period], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, period = market

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(made.node), "act", killed)
    with pytest.raises(KeyboardInterrupt):
        issuing.issue_all(made.node, made.operator, period)
    monkeypatch.undo()
    (row,) = books.book(made.node).rows()
    assert row.deed == ""
    (done,) = issuing.issue_all(made.node, made.operator, period)
    assert done.content == row.content
    assert standing.now(made.node, done.asset, standing.STATEMENT).fields["statement"] == row.content


def test_a_disputed_statement_is_corrected_and_names_the_one_before(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    act(made, standing.STATEMENT, "dispute", "user", made.merchant, row.asset, reason=HEX)
    with pytest.raises(DataError) as caught:
        splitting.split(made.node, made.operator, agreed(made), period)
    assert caught.value.code == "statement-open"
    again = issuing.correct(made.node, made.operator, row.asset)
    leaf = standing.now(made.node, row.asset, standing.STATEMENT)
    assert (leaf.state, leaf.fields["version"], leaf.fields["previous"]) == ("issued", 2, row.content)
    said = contents.read_json(made.node.vault, again.content)
    assert (said["version"], said["previous"]) == (2, row.content)
    assert issuing.issue_all(made.node, made.operator, period) == [again]


def test_by_contribution_the_ledger_divides_by_the_same_weights(market: tuple[Market, Period]) -> None:
    made, period = market
    share = agreed(made, measure=HEX)
    (row,) = issuing.issue_all(made.node, made.operator, period)
    confirmed(made, row.asset)
    with pytest.raises(DataError) as caught:
        splitting.split(made.node, made.operator, share, period)
    assert caught.value.code == "contribution-file"
    lines = [
        f"u:{n},{party},{rows}" for n in range(7) for party, rows in ((made.department, 5), (made.body, 4))
    ]
    rows = Rows("call,provider,rows\n" + "\n".join(lines) + "\n", 5)
    done = splitting.split(made.node, made.operator, share, period, rows)
    ground = contents.read_json(made.node.vault, done.content)
    leaf = standing.now(made.node, share, standing.SHARE)
    assert (ground["method"], ground["values"], ground["weights"]) == ("exact", ["0", "7", "0"], [0, 1, 0])
    assert leaf.fields["allotment"] == ground["allotment"] == [0, 350, 0]


def test_nobody_contributed_so_the_shares_stand_in_and_it_says_so() -> None:
    found = splitting.contribution(["a", "b"], Rows("call,provider,rows\n", 5))
    assert (found["weights"], found["values"]) == ([], ["0", "0"])


def test_contributions_of_more_than_twelve_are_sampled_with_their_error() -> None:
    parties = [f"did:{n}" for n in range(14)]
    text = "call,provider,rows\n" + "".join(f"u:{n},did:{n % 14},5\n" for n in range(28))
    found = splitting.contribution(parties, Rows(text, 5), seed="2026-10")
    assert (found["method"], found["seed"], len(found["errors"])) == ("sampled", "2026-10", 14)
    assert found["weights"] == [1] * 14


# -- invoices --------

ONE, TWO, RED = "25312000000012345678", "25312000000012345679", "25312000000012345680"


def test_one_invoice_one_claim_until_it_is_reversed(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    confirmed(made, row.asset)
    other = act(
        made, standing.STATEMENT, "issue", "operator", made.operator, None,
        amount=9, calls=1, first=period.first, last=period.last, statement=HEX, user=made.registry,
    )  # fmt: skip
    act(made, standing.STATEMENT, "confirm", "user", made.registry, other)
    invoices.bind(made.node, made.operator, row.asset, f"{ONE[:8]} {ONE[8:]}")
    assert invoices.claim_of(made.node, ONE) == row.asset
    with pytest.raises(DataError) as caught:
        invoices.bind(made.node, made.operator, other, ONE)
    assert (caught.value.code, caught.value.data["asset"]) == ("invoice-bound-elsewhere", row.asset)
    with pytest.raises(DeedError) as refused:
        invoices.bind(made.node, made.operator, row.asset, TWO)
    assert refused.value.data["clause"] == "one-invoice"
    with pytest.raises(DataError):
        invoices.red_letter(made.node, made.operator, row.asset, ONE)
    invoices.red_letter(made.node, made.operator, row.asset, RED)
    invoices.bind(made.node, made.operator, row.asset, TWO)
    assert standing.now(made.node, row.asset, standing.STATEMENT).fields["invoice"] == TWO
    for used_up in (ONE, TWO, RED):
        assert invoices.claim_of(made.node, used_up) == row.asset, "reversed or not, a number stays used"
        with pytest.raises(DataError) as caught:
            invoices.bind(made.node, made.operator, other, used_up)
        assert caught.value.code == "invoice-bound-elsewhere"


@pytest.mark.parametrize(
    "number", ["", "2531200000001234567", "2531200000001234567X", "２５３１２０００００００１２３４５６７８"]
)
def test_what_is_no_invoice_number_is_refused(number: str) -> None:
    with pytest.raises(DataError) as caught:
        invoices.checked(number)
    assert caught.value.code == "invoice-number"


# -- files --------


def test_a_statement_leaves_as_csv_workbook_and_the_committed_bytes(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    said = issuing.content_of(made.node, made.merchant, row.asset)
    assert statement_file(made.node, said, "json") == contents.read(made.node.vault, row.content)
    lines = statement_file(made.node, said, "csv").decode("utf-8-sig").splitlines()
    assert (len(lines), lines[-1]) == (3, "合计,,,,,,7,,3.50")
    assert statement_file(made.node, said, "xlsx")[:2] == b"PK"


def test_a_statement_is_for_its_two_sides_only(market: tuple[Market, Period]) -> None:
    made, period = market
    (row,) = issuing.issue_all(made.node, made.operator, period)
    with pytest.raises(DataError) as caught:
        issuing.content_of(made.node, made.department, row.asset)
    assert caught.value.code == "no-such-statement"


def test_a_restored_ledger_that_lacks_the_deeds_is_told_them_again(market: tuple[Market, Period]) -> None:
    made, period = market
    issuing.issue_all(made.node, made.operator, period)
    path = made.node.folder / books.FILE
    books.unsettle(path, lambda _: True)
    assert books.book(made.node).rows()[0].deed != ""
    books.unsettle(path, lambda _: False)
    assert books.book(made.node).rows()[0].deed == ""
