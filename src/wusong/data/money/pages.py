"""Portal pages of money: statements, one statement, the settlement of a period, its payment files (accounts:
``pages_accounts``).

Confirming, disputing, receiving are forms of the contract itself. ``page`` and ``form`` are the portal's
hand, given by name, because a domain imports nothing above its floor.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.money import book as books
from wusong.data.money import (
    exports,
    invoices,
    issuing,
    pages_accounts,
    printing,
    rounds,
    standing,
    statement,
)
from wusong.data.money import run as running
from wusong.data.money.pages_accounts import agreements
from wusong.data.money.periods import Period
from wusong.data.money.reconcile import NAMES, reconcile
from wusong.data.sheets import answer
from wusong.errors import AccessError, WusongError

__all__ = ["OWN_FORMS", "ROUTES"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
Kind: TypeAlias = Literal["csv", "json", "xlsx"]
Bank: TypeAlias = Literal["csv", "xml"]
MAX_ROWS: Final = 16 << 20


# -- statements --------


@get("/statements", sync_to_thread=True)
def statements(page: Page, period: FromQuery[str] = "") -> Answer:
    """The party's statements, and what was metered in a period for it."""
    context = _statements(page, period)
    try:
        used = statement.overview(page.node, Period.read(period), page.party) if period else []
    except WusongError as error:
        return page.problem("data/statements.html", error, **context, used=[])
    return page.show("data/statements.html", **context, used=used, error=None)


def _statements(page: Any, period: str) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    found = page.assets(name=standing.STATEMENT, party=page.party)
    return {
        "operates": any(one["did"] == page.party for one in page.accredited("data-operator")),
        "period": period,
        "statements": found,
        "words": page.words_for(found),
    }


@post("/statements", sync_to_thread=True)
def issue(form: Form, page: Page) -> Answer:
    """Issue the statements of a period, or enter them for a colleague to sign."""
    try:
        outcome = page.enter("issue-statements", {"period": str(Period.read(form["period"]))})
    except WusongError as error:
        return page.problem("data/statements.html", error, **_statements(page, form["period"]), used=[])
    return page.after(outcome, "/statements")


@get("/statements/{asset:str}", sync_to_thread=True)
def one_statement(asset: AssetId, page: Page) -> Answer:
    """One statement, line by line; for its operator, held against the records."""
    return page.show("data/statement.html", **_statement(page, asset), error=None)


def _statement(page: Any, asset: str) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    record = _record(page, asset)
    said = _contents(page, asset)
    operator = record["roles"]["operator"] == page.party
    compared = reconcile(page.node, said) if said is not None and operator else None
    return {
        "compared": compared,
        "differences": [] if compared is None else [(NAMES[one.name], one) for one in compared.differences],
        "operator": operator,
        "named": {} if said is None else statement.named(page.node, said),
        "record": record,
        "stated": said,
        "words": page.words_for([record]),
    }


def _contents(page: Any, asset: str) -> dict[str, Any] | None:  # noqa: ANN401 - the portal's hand
    try:
        return issuing.content_of(page.node, page.party, asset)
    except WusongError:  # issued on another node; its file comes from there
        return None


def _record(page: Any, asset: str, name: str = standing.STATEMENT) -> dict[str, Any]:  # noqa: ANN401
    record: dict[str, Any] = page.asset(asset)
    if record["name"] != name:
        raise AccessError("not-found")
    return record


@get("/statements/{asset:str}/print", sync_to_thread=True)
def printed(asset: AssetId, page: Page) -> Response[bytes]:
    """One statement on A4 sheets."""
    record = _record(page, asset)
    said = issuing.content_of(page.node, page.party, asset)
    page.log("print-statement", asset)
    state = page.say(page.words_for([record])[record["contract"]]["states"][record["state"]])
    trial = page.node.ledger.genesis.trial
    names = {**page.names, **statement.named(page.node, said)}
    return answer(printing.sheet(said, record, names, state, page.lang, trial=trial), printing.STYLE)


@get("/invoice-numbers", sync_to_thread=True)
def invoice_number(page: Page, number: FromQuery[str] = "") -> Answer:
    """Whether a number stands in the register of invoice numbers, and since when."""
    template = "data/statement_invoice.html"
    try:
        found = invoices.entries(page.node, number) if number else []
    except WusongError as error:
        return page.problem(template, error, number=number, entries=[])
    page.log("look-up-invoice-number", number[:40])
    return page.show(template, number=number, entries=found, error=None)


@get("/statements/{asset:str}/file/{kind:str}", sync_to_thread=True)
def statement_file(asset: AssetId, kind: FromPath[Kind], page: Page) -> Response[bytes]:
    """A statement as CSV, workbook or JSON."""
    _record(page, asset)
    said = issuing.content_of(page.node, page.party, asset)
    page.log("export-statement", asset)
    return _download(
        exports.statement_file(page.node, said, kind),
        exports.KINDS[kind],
        f"statement-{said['first']}.{kind}",
    )


@post("/statements/{asset:str}/correct", sync_to_thread=True)
def correct(asset: AssetId, form: Form, page: Page) -> Answer:  # noqa: ARG001 - reading the form checks its token
    """Issue a corrected version, computed anew."""
    try:
        outcome = page.enter("correct-statement", {"asset": asset})
    except WusongError as error:
        return page.problem("data/statement.html", error, **_statement(page, asset))
    return page.after(outcome, f"/statements/{asset}")


@post("/statements/{asset:str}/invoice", sync_to_thread=True)
def invoice(asset: AssetId, form: Form, page: Page) -> Answer:
    """Enter the number of an invoice, or of the red-letter one."""
    args = {"asset": asset, "number": form["number"], "red": form["red"] == "yes"}
    try:
        outcome = page.enter("enter-invoice", args)
    except WusongError as error:
        return page.problem("data/statement.html", error, **_statement(page, asset))
    return page.after(outcome, f"/statements/{asset}")


# -- settlement --------


@get("/settlements", sync_to_thread=True)
def settlements(page: Page) -> Answer:
    """The party's agreements, and how far each period is."""
    return page.show("data/settlements.html", **_settlements(page), given={}, error=None)


def _settlements(page: Any) -> dict[str, Any]:  # noqa: ANN401 - the portal's hand
    known = agreements(page)
    steps = books.book(page.node).rows(party=page.party)
    return {
        "agreements": known,
        "divided": [one for share in known for one in rounds.of(page.node, share["asset"])],
        "periods": [(str(Period(row.first, row.last)), row) for row in steps],
        "words": page.words_for(known),
    }


@post("/settlements", request_max_body_size=MAX_ROWS)
async def settle(form: Form, page: Page) -> Answer:
    """Go on with a period: statements, split, settlement, as far as it can go."""
    upload = form.files.get("rows")
    rows = b"" if upload is None else await upload.read()
    return await sync_to_thread(_settle, page, form, rows)


def _settle(page: Any, form: Any, rows: bytes) -> Answer:  # noqa: ANN401 - the portal's hand
    page.demand("enter")
    try:
        args = {"period": str(Period.read(form["period"])), "share": form["share"]}
        if rows:
            args |= {
                "least": page.number(form, "least"),
                "rows": contents.put(page.node.vault, rows).commitment,
            }
            brought(page.node).note(page.party, args["rows"])
        outcome = page.enter("settle-period", args)
    except WusongError as error:
        return page.problem("data/settlements.html", error, **_settlements(page), given=form.values)
    return page.after(outcome, f"/settlements/{args['share']}/{args['period']}")


@get("/settlements/{asset:str}/{period:str}", sync_to_thread=True)
def settlement(asset: AssetId, period: FromPath[str], page: Page) -> Answer:
    """One period of an agreement: who gets what and why, and the payer's files."""
    agreement = _record(page, asset, standing.SHARE)
    span = Period.read(period)
    steps = books.book(page.node).rows(party=page.party, other=asset, first=span.first, last=span.last)
    done = {row.kind: contents.read_json(page.node.vault, row.content) for row in steps}
    divided = rounds.of_period(page.node, asset, str(span))
    operator = any(one["did"] == page.party for one in page.accredited("data-operator"))
    return page.show(
        "data/settlement.html",
        agreement=agreement,
        divided=None if divided is None else rounds.told(divided, page),
        due=done.get(books.SETTLEMENT),
        waits=divided is not None and divided.waits_for(page.party),
        last=divided is not None and divided.last(page.party),
        operates=operator,
        period=str(span),
        words=page.words_for([agreement]),
    )


@get("/settlements/{asset:str}/{period:str}/file/{kind:str}", sync_to_thread=True)
def payment_file(asset: AssetId, period: FromPath[str], kind: FromPath[Bank], page: Page) -> Response[bytes]:
    """The payment file, for a signatory only; each download is logged."""
    page.demand("sign")
    due = running.settlement_of(page.node, page.party, asset, Period.read(period))
    name, data = next(
        (name, data) for name, data in running.files(page.node, due).items() if name.endswith(f".{kind}")
    )
    page.log("export-settlement", asset)
    media = "application/xml" if kind == "xml" else "text/csv; charset=utf-8"
    return _download(data, media, name)


def _download(data: bytes, media: str, name: str) -> Response[bytes]:
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media, headers=headers)


OWN_FORMS: Final[dict[tuple[str, str], str]] = {
    (standing.STATEMENT, "issue"): "",
    (standing.STATEMENT, "correct"): "/statements/{asset}",
    (standing.STATEMENT, "bind-invoice"): "/statements/{asset}",
    (standing.STATEMENT, "red-letter"): "/statements/{asset}",
    (invoices.NUMBER, "enter"): "",
    (invoices.NUMBER, "link"): "",
}
"""Actions that have a page of ours instead of the contract's own form; an empty path: offered elsewhere."""
ROUTES: Final = [
    statements, issue, one_statement, printed, statement_file, correct, invoice, invoice_number,
    settlements, settle, settlement, payment_file, *pages_accounts.ROUTES,
]  # fmt: skip
