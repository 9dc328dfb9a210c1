"""Portal pages of authorised operation: the list with what is due, one authorisation, the yearly disclosure.

Acts that the contract describes (authorise, accept, suspend, ...) are forms of the contract; what both
sides sign is proposed there. ``page`` is the hand of the portal on the request, ``form`` what
was typed; both come by name, because a domain imports nothing above its floor.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Final, Literal, TypeAlias

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, PathParameter

from wusong.crypto import canonical
from wusong.data.money.standing import now
from wusong.data.operation import disclosure, overview, submitting, workbook
from wusong.data.operation.due import due_of
from wusong.data.operation.service import OPERATION
from wusong.data.products import ceilings
from wusong.errors import DataError, WusongError

__all__ = ["OWN_FORMS", "ROUTES", "extras"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
Part: TypeAlias = Literal["", "body", "operator"]
Kind: TypeAlias = Literal["json", "public", "xlsx"]
_BEIJING: Final = timezone(timedelta(hours=8))


# -- the list and one authorisation --------


@get("/operations", sync_to_thread=True)
def operations(page: Page, part: FromQuery[Part] = "") -> Answer:
    """The authorisations that the party may see, with what is due of it."""
    page.log("list-assets", OPERATION)
    found = overview.listed(page.node.models, page.among, page.party, part)
    rows = [one | {"due": _dues(page, one["asset"]), "resource": _resource(page, one)} for one in found]
    return page.show(
        "data/operations.html",
        authorises=any(one["did"] == page.party for one in page.accredited("data-implementing-body")),
        operations=rows,
        part=part,
        words=page.words_for(found),
        year=_last_year(page),
    )


def _dues(page: Page, asset: str) -> list[dict[str, Any]]:
    return [one.to_json() for one in due_of(page.node, now(page.node, asset, OPERATION), page.party)]


def _resource(page: Page, one: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = page.peek(one["fields"]["resource"])
    return found


def _last_year(page: Page) -> int:
    """The year that is disclosed now."""
    return datetime.fromtimestamp(page.node.ledger.now() / 1000, _BEIJING).year - 1


@get("/operations/{asset:str}", sync_to_thread=True)
def operation(asset: AssetId, page: Page) -> Answer:
    """One authorisation: scope, ceilings, products, calls, revenue, what is due and what was done."""
    shown = _record(page, asset)
    own = page.party in shown["roles"].values()
    found = overview.under(page.node.models, asset, page.among)
    return page.show(
        "data/operation.html",
        causes=overview.CAUSES,
        ceilings={
            one["asset"]: ceilings.ceiling(shown["fields"], one["fields"]) for one in found["products"]
        },
        classes=ceilings.by_class(shown["fields"]),
        due=_dues(page, asset),
        history=overview.history(page.node.models, asset) if own else [],
        offers=[*overview.offers(page.node, page.party, shown), *_further(page.party, shown)],
        operation=shown,
        own=own,
        resource=_resource(page, shown),
        sides=page.party in (shown["roles"].get("body"), shown["roles"].get("operator")),
        words=page.words_for([shown, *found["products"], *found["uses"]]),
        **found,
    )


def _record(page: Page, asset: str) -> dict[str, Any]:
    """An authorisation that the caller may see. Raises AccessError ``not-found``, DataError
    ``no-such-asset``.
    """
    found: dict[str, Any] = page.asset(asset)
    if found["name"] != OPERATION:
        raise DataError("no-such-asset", asset=asset, contract=OPERATION)
    return found


# -- the yearly disclosure --------


@get("/operations/disclosure", sync_to_thread=True)
def disclosed(page: Page, year: FromQuery[int] = 0) -> Answer:
    """What is to be disclosed for a year, to look at, to save, and to submit."""
    wanted = year or _last_year(page)
    try:
        said = disclosure.make(page.node, page.party, wanted)
    except WusongError as error:
        return page.problem("data/operation_disclosure.html", error, disclosure=None, year=wanted)
    page.log("read-disclosure", str(wanted))
    return page.show("data/operation_disclosure.html", disclosure=said, year=wanted, error=None)


@get("/operations/disclosure/{year:int}/{kind:str}", sync_to_thread=True)
def disclosed_file(year: FromPath[int], kind: FromPath[Kind], page: Page) -> Response[bytes]:
    """The disclosure as a workbook, as the workbook to publish, or as canonical JSON."""
    said = disclosure.make(page.node, page.party, year)
    page.log("export-disclosure", str(year))
    return _download(said, kind)


@post("/operations/disclosure", sync_to_thread=True)
def submit(form: Form, page: Page) -> Answer:
    """Submit it, or enter it for a colleague to sign; what is signed is what was made here."""
    page.demand("enter")
    year, said = page.number(form, "year"), None
    try:
        said = disclosure.make(page.node, page.party, year)
        content = submitting.keep(page.node, page.party, said)
        args = {"attest": form["attest"] == "yes", "content": content, "year": year}
        outcome = page.enter("submit-disclosure", args)
    except WusongError as error:
        return page.problem("data/operation_disclosure.html", error, disclosure=said, year=year)
    return page.after(outcome, "/operations")


@get("/operations/{asset:str}/disclosure/{kind:str}", sync_to_thread=True)
def submitted(asset: AssetId, kind: FromPath[Kind], page: Page) -> Response[bytes]:
    """The disclosure that the party submitted last under an authorisation."""
    _record(page, asset)
    said = submitting.submitted(page.node, page.party, asset)
    page.log("export-disclosure", asset)
    return _download(said, kind)


def _download(said: dict[str, Any], kind: Kind) -> Response[bytes]:
    form = "json" if kind == "json" else "xlsx"
    data = canonical.encode(said) if kind == "json" else workbook.file_of(said, public=kind == "public")
    name = f"disclosure-{said['year']}{'-public' if kind == 'public' else ''}.{form}"
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=workbook.MEDIA[form], headers=headers)


# ------------------------------------------------------------------------------------------------------------


def extras(party: str, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What else a party can do with an authorisation, beside the forms of its contract."""
    one = {
        "path": f"/operations/{asset['asset']}",
        "title": {"en": "Authorised operation", "zh": "授权运营情况"},
    }
    return [one, *_further(party, asset)]


def _further(party: str, asset: dict[str, Any]) -> list[dict[str, Any]]:
    one, operates = asset["asset"], asset["roles"].get("operator") == party
    found = []
    if operates and asset["state"] == "in-force":
        found.append(
            {"path": f"/operations/{one}/offer", "title": {"en": "Offer a product", "zh": "上架产品"}}
        )
    if party in (asset["roles"].get("body"), asset["roles"].get("operator")):
        found.append({"path": f"/holders/{one}", "title": {"en": "Who holds what", "zh": "持有情况"}})
    return found


OWN_FORMS: Final[dict[tuple[str, str], str]] = {
    (OPERATION, "disclose"): "/operations/disclosure",
    (OPERATION, "report"): "/operations/disclosure",
}
"""Actions that have a page of ours instead of the contract's own form."""

ROUTES: Final = [operations, operation, disclosed, disclosed_file, submit, submitted]
