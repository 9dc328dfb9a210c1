"""HTTP API of money: statements, settlement, invoices, the permitted revenue. ``run`` comes from the face
that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import Body, FromPath, FromQuery, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.money import accounts, invoices, issuing, revenue, rounds, standing, statement
from wusong.data.money import book as books
from wusong.data.money.accounts import Account
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import reconcile
from wusong.errors import DataError

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The record's id.")]
_get: Final = partial(get, sync_to_thread=True, tags=["money"])
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["money"])


class Enter(msgspec.Struct, forbid_unknown_fields=True):
    """``party``: whose account, empty: the caller's own; the others as at the bank, ``code`` CNAPS or BIC."""

    number: str
    holder: str
    bank: str
    code: str
    party: str = ""

    def __repr__(self) -> str:
        """Without what it holds: this text may end in a traceback."""
        return "Enter(...)"


class Issue(msgspec.Struct, forbid_unknown_fields=True):
    """``period``: a month (2026-03), or two days (2026-03-01..2026-03-31)."""

    period: str


class Settle(msgspec.Struct, forbid_unknown_fields=True):
    """``share``: the agreement; ``rows``: the file call,provider,rows where contribution decides, with the
    product's ``least`` group.
    """

    share: str
    period: str
    rows: str = ""
    least: int = 5


class Invoice(msgspec.Struct, forbid_unknown_fields=True):
    """``number`` has 20 digits; ``red``: it is the red-letter invoice that reverses the one bound."""

    number: str
    red: bool = False


@_get("/api/v1/usage", summary="What was metered in a period")
def usage(run: Run, period: FromQuery[str]) -> dict[str, Any]:
    """What was metered for the caller's party as user, operator or provider."""
    run.log("read-usage", period[:40])
    return {"period": period, "rows": statement.overview(run.node, Period.read(period), run.party)}


@_post("/api/v1/statements", summary="Issue the statements of a period")
def issue(data: Annotated[Issue, Body()], run: Run) -> dict[str, Any]:
    """The operator issues a statement to every user of a period; each once."""
    found: dict[str, Any] = run("issue-statements", {"period": str(Period.read(data.period))})
    return found


@_get("/api/v1/statements/{asset:str}", summary="One statement")
def one_statement(asset: Asset, run: Run) -> dict[str, Any]:
    """What a statement says, as committed on the ledger; for its two sides."""
    _demand(run, asset)
    return issuing.content_of(run.node, run.party, asset)


@_get("/api/v1/statements/{asset:str}/reconciled", summary="Hold a statement against the records")
def reconciled(asset: Asset, run: Run) -> dict[str, Any]:
    """Every difference between a statement, the ledger and the book of calls."""
    _demand(run, asset)
    found = reconcile(run.node, issuing.content_of(run.node, run.party, asset))
    return {
        "agrees": found.agrees,
        "calls": found.calls,
        "differences": msgspec.to_builtins(found.differences),
        "meterings": found.meterings,
    }


@_post("/api/v1/statements/{asset:str}/invoice", summary="Enter an invoice number")
def invoice(asset: Asset, data: Annotated[Invoice, Body()], run: Run) -> dict[str, Any]:
    """Bind an invoice to a confirmed statement, or reverse the one bound by a red-letter invoice."""
    _demand(run, asset)
    found: dict[str, Any] = run("enter-invoice", {"asset": asset, "number": data.number, "red": data.red})
    return found


@_get("/api/v1/invoice-numbers/{number:str}", summary="Where an invoice number stands")
def invoice_number(number: FromPath[str], run: Run) -> dict[str, Any]:
    """The entries of a number in the register of invoice numbers: none, or the one that counts. The claim is
    named by its id; only its parties can open it.
    """
    run.log("look-up-invoice-number", number[:40])
    return {
        "number": number,
        "entries": [msgspec.to_builtins(one) for one in invoices.entries(run.node, number)],
    }


@_post("/api/v1/settlements", summary="Go on with a period")
def settle(data: Annotated[Settle, Body()], run: Run) -> dict[str, Any]:
    """Statements, distribution, settlement: as far as the period can go; what it waits for is said."""
    run.check("enter")
    args: dict[str, Any] = {"period": str(Period.read(data.period)), "share": data.share}
    if data.rows:
        rows = contents.put(run.node.vault, data.rows.encode()).commitment
        brought(run.node).note(run.party, rows)
        args |= {"least": data.least, "rows": rows}
    found: dict[str, Any] = run("settle-period", args)
    return found


@_get("/api/v1/settlements/{asset:str}/{period:str}", summary="One period of an agreement")
def settlement(asset: Asset, period: FromPath[str], run: Run) -> dict[str, Any]:
    """The distribution with its ground, and what is to be paid; never an account. ``round``: what the ledger
    shows of it to every party of the agreement.
    """
    _demand(run, asset, standing.SHARE)
    span = Period.read(period)
    steps = books.book(run.node).rows(party=run.party, other=asset, first=span.first, last=span.last)
    said = {row.kind: contents.read_json(run.node.vault, row.content) for row in steps}
    divided = rounds.of_period(run.node, asset, str(span))
    return said if divided is None else said | {"round": rounds.told(divided, run)}


@_get("/api/v1/accounts", summary="The caller's list of bank accounts")
def account_list(run: Run) -> dict[str, Any]:
    """The accounts that the caller's party keeps, its own and its payees', numbers masked; by party."""
    run.log("list-accounts", "")
    return {"accounts": msgspec.to_builtins(accounts.listed(run.node, run.party))}


@_post("/api/v1/accounts", summary="Enter a bank account")
def enter_account(data: Annotated[Enter, Body()], run: Run) -> dict[str, Any]:
    """Enter an account into the list of the caller's party; a person's entry waits for a signatory."""
    run.check("enter")
    given = Account(data.number, data.holder, data.bank, data.code)
    args = accounts.entry(run.node, run.party, data.party or run.party, given)
    if run.came_by["kind"] == "key":
        args["way"] = "program"
    found: dict[str, Any] = run("enter-account", args)
    run.log("enter-account", args["payee"])
    return found


@_post("/api/v1/permitted-revenue", summary="The permitted revenue of a period")
def permitted(data: Annotated[revenue.Sheet, Body()], run: Run) -> dict[str, Any]:
    """Calculate the sheet; the revenue of the period is what was metered for the caller as operator."""
    run.check("enter")
    return revenue.calculate(data, revenue.earned(run.node, run.party, Period.read(data.period)))


def _demand(run: Any, asset: str, name: str = standing.STATEMENT) -> None:  # noqa: ANN401 - the API's hand
    if run.asset(asset)["name"] != name:
        raise DataError("no-such-statement")


ROUTES: Final = [
    usage,
    issue,
    one_statement,
    reconciled,
    invoice,
    invoice_number,
    settle,
    settlement,
    account_list,
    enter_account,
    permitted,
]
