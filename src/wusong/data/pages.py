"""Portal pages of public data: the products, applying, calling.

Stages that a contract describes fully (accept, examine, publish, approve, ...) are forms of the contract,
not pages of ours; these are the steps where contents outside the ledger come in. ``page`` is the portal's
hand on the request (``wusong.web.pages``), ``form`` what was typed; both are given by name, because a
domain imports nothing above its floor.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Final, TypeAlias

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter

from wusong.data import service
from wusong.data.money import pages as money
from wusong.data.operation import pages as operation_room
from wusong.data.products import asking, ceilings, questions
from wusong.data.products.calls import OPERATION, PRODUCT, RESOURCE, USE, book, columns_of, left
from wusong.data.products.holders import of_product
from wusong.data.products.pages import way_of
from wusong.data.products.question import Question
from wusong.data.products.service import PURPOSES
from wusong.data.registration import pages as registration
from wusong.data.sharing import pages as sharing
from wusong.data.sharing.service import SHARING
from wusong.errors import AccessError, DataError, WusongError

__all__ = ["OWN_FORMS", "ROUTES", "extras"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
BENEFITS: Final = ("industry", "public-governance", "public-welfare")
_BEIJING: Final = timezone(timedelta(hours=8))


# -- products --------


@get("/products/{asset:str}", sync_to_thread=True)
def product(asset: AssetId, page: Page) -> Answer:
    """One product: what it answers, on which data, at which price, and the party's own uses of it."""
    shown = _record(page, asset, PRODUCT)
    operation = page.peek(shown["fields"]["operation"])
    resource = page.peek(operation["fields"]["resource"]) if operation else None
    uses = page.among(of_product(page.node, asset, page.party))
    versions = [one for one in page.assets(name=PRODUCT) if one["fields"].get("earlier") == asset]
    return page.show(
        "data/product.html",
        earlier=page.peek(shown["fields"].get("earlier") or "0" * 64),
        later=versions,
        product=shown,
        parameters=asking.parameters_of(page.node, asset),
        analysis=asking.told(page.node, asset),
        whole=shown["roles"].get("operator") == page.party,
        operation=operation,
        ceiling=ceilings.ceiling(operation["fields"], shown["fields"]) if operation else None,
        resource=resource,
        uses=uses,
        left={one["asset"]: left(page.node, one["asset"], one["quantity"]) for one in uses},
        words=page.words_for([shown, *uses]),
    )


@get("/products/{asset:str}/apply", sync_to_thread=True)
def apply_page(asset: AssetId, page: Page) -> Answer:
    """Apply for use: purpose, term, number of calls."""
    page.demand("enter")
    return page.show(
        "data/apply.html",
        product=_record(page, asset, PRODUCT),
        benefits=BENEFITS,
        purposes=PURPOSES,
        given=_term(page),
        error=None,
    )


@post("/products/{asset:str}/apply", sync_to_thread=True)
def apply(asset: AssetId, form: Form, page: Page) -> Answer:
    """Apply, or enter the application for a colleague to sign."""
    product = _record(page, asset, PRODUCT)
    try:
        args = {
            "benefit": form["benefit"],
            "calls": page.number(form, "calls"),
            "ends": page.moment(form, "ends"),
            "product": asset,
            "purpose": form["purpose"],
            "starts": page.moment(form, "starts"),
            "purpose_class": form["purpose_class"],
            "per_day": page.number(form, "per_day") if form["per_day"] else 0,
            "places": _lines(form["places"]),
            "recipients": _lines(form["recipients"]),
            "undertaking": form["undertaking"] == "yes",
        }
        outcome = page.enter("apply-for-use", args)
    except WusongError as error:
        about = {"product": product, "benefits": BENEFITS, "purposes": PURPOSES}
        return page.problem("data/apply.html", error, **about, given=form.values)
    return page.after(outcome, f"/products/{asset}")


@get("/operations/{asset:str}/offer", sync_to_thread=True)
def offer_page(asset: AssetId, page: Page) -> Answer:
    """Offer a product: write the question."""
    page.demand("enter")
    return page.show("data/offer.html", **_offer_context(page, asset), analysis=None, given={}, error=None)


@post("/operations/{asset:str}/offer", sync_to_thread=True)
def offer(asset: AssetId, form: Form, page: Page) -> Answer:
    """Offer it, or enter it for a colleague to sign."""
    context = _offer_context(page, asset)
    try:
        question = questions.read(form.values)
        if form.values.get("look"):
            return _look(page, context, question, form)
        args = {
            "name": form["name"],
            "operation": asset,
            "price": page.cents(form, "price"),
            "question": question.to_json(),
            "purposes": form.lists.get("purposes", []),
            "undertaking": form["undertaking"] == "yes",
            "earlier": form["earlier"],
            "class": form["class"] or form["other_class"],
        }
        outcome = page.enter("offer", args)
    except WusongError as error:
        given = {**form.values, "purposes": form.lists.get("purposes", [])}
        return page.problem("data/offer.html", error, **context, analysis=None, given=given)
    return page.after(outcome, f"/assets/{asset}")


def _look(page: Page, context: dict[str, Any], question: Question, form: Form) -> Answer:
    """Show what the question would let out, and offer nothing yet."""
    analysis = asking.analysed(page.node, context["operation"]["fields"]["resource"], question)
    given = {**form.values, "purposes": form.lists.get("purposes", [])}
    return page.show("data/offer.html", **context, analysis=analysis, whole=True, given=given, error=None)


def _offer_context(page: Page, asset: str) -> dict[str, Any]:
    """The columns are content of the department's: for the authorised operator only, and logged."""
    operation = _record(page, asset, OPERATION)
    if operation["roles"].get("operator") != page.party:
        raise AccessError("not-allowed", right="offer")
    resource = operation["fields"]["resource"]
    columns = columns_of(page.node, resource) if operation["state"] == "in-force" else ()
    own = page.assets(name=PRODUCT, party=page.party)
    earlier = [one for one in own if one["fields"]["operation"] == asset and one["state"] != "recalled"]
    page.log("read-columns", resource)
    return {
        "operation": operation,
        "classes": ceilings.by_class(operation["fields"]),
        "columns": columns,
        "places": questions.PLACES,
        "purposes": PURPOSES,
        "products": earlier,
    }


# -- calling and metering --------


@get("/uses/{asset:str}/call", sync_to_thread=True)
def call_page(asset: AssetId, page: Page) -> Answer:
    """The question's parameters as a form."""
    return page.show("data/call.html", **_call_context(page, asset), given={}, answer=None, error=None)


@post("/uses/{asset:str}/call", sync_to_thread=True)
def call(asset: AssetId, form: Form, page: Page) -> Answer:
    """Ask; the call is written down before the answer is given."""
    context = _call_context(page, asset)
    try:
        page.demand("enter")
        parameters = questions.parameters(context["parameters"], form.values)
        answer = service.call(page.node, asset, page.party, parameters, way=way_of(page))
    except WusongError as error:
        return page.problem("data/call.html", error, **context, given=form.values, answer=None)
    page.log("call", asset)
    shown = {"value": answer.value, "number": answer.number, "time": answer.time, "digest": answer.digest}
    return page.show(
        "data/call.html", **_call_context(page, asset), given=form.values, answer=shown, error=None
    )


def _call_context(page: Page, asset: str) -> dict[str, Any]:
    use = _record(page, asset, USE)
    waiting = book(page.node).pending(asset, 0).count
    shown = page.peek(use["fields"]["product"])
    return {
        "use": use,
        "product": shown,
        "parameters": asking.parameters_of(page.node, use["fields"]["product"]),
        "left": left(page.node, asset, use["quantity"]),
        "mine": use["roles"].get("user") == page.party,
        "waiting": waiting,
    }


@post("/uses/{asset:str}/meter", sync_to_thread=True)
def meter(asset: AssetId, form: Form, page: Page) -> Answer:  # noqa: ARG001 - reading the form checks its token
    """Meter the calls that wait: the operator burns what was used."""
    _record(page, asset, USE)
    try:
        outcome = page.enter("meter", {"asset": asset})
    except WusongError as error:
        return page.problem("error.html", error)
    return page.after(outcome, f"/assets/{asset}")


# ------------------------------------------------------------------------------------------------------------


def _record(page: Page, asset: str, contract: str) -> dict[str, Any]:
    """A record of this kind that the caller may see. Raises AccessError ``not-found``, DataError
    ``no-such-asset``.
    """
    found: dict[str, Any] = page.asset(asset)
    if found["name"] != contract:
        raise DataError("no-such-asset", asset=asset, contract=contract)
    return found


def _lines(text: str) -> list[str]:
    """What was typed, one a line or separated by commas."""
    parts = text.replace("，", ",").replace("、", ",").replace("\n", ",").split(",")
    return [one.strip() for one in parts if one.strip()]


def _term(page: Page) -> dict[str, str]:
    """From now for 90 days, as a form shows it."""
    now = datetime.fromtimestamp(page.node.ledger.now() / 1000, _BEIJING)
    return {
        "starts": now.strftime("%Y-%m-%dT%H:%M"),
        "ends": (now + timedelta(days=90)).strftime("%Y-%m-%dT%H:%M"),
        "calls": "100",
    }


def extras(party: str, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What else a party can do with a record, beside the forms of its contract: ``path``, ``title``, and
    ``post`` for a button.
    """
    kind, state, roles = asset["name"], asset["state"], asset["roles"]
    one = asset["asset"]
    if kind == "usage-statement@1":
        title = {"en": "Statement, line by line", "zh": "对账单明细"}
        return [{"path": f"/statements/{one}", "title": title}]
    if kind == RESOURCE:
        own = [*registration.extras(party, asset), *sharing.extras(party, asset)]
        if state != "registered":
            return own
        return [
            *own,
            {
                "path": f"/contracts/{OPERATION}/new/authorise?resource={one}",
                "needs": "data-implementing-body",
                "title": {"en": "Authorise an operator", "zh": "授权运营"},
            },
        ]
    if kind == OPERATION:
        return operation_room.extras(party, asset)
    if kind == SHARING:
        return sharing.extras(party, asset)
    if kind == PRODUCT:
        mine = (
            []
            if roles.get("operator") == party or state != "listed"
            else [{"path": f"/products/{one}/apply", "title": {"en": "Apply for use", "zh": "申请使用"}}]
        )
        held = [{"path": f"/holders/{one}", "title": {"en": "Who holds what", "zh": "持有情况"}}]
        product_page = {"path": f"/products/{one}", "title": {"en": "Product page", "zh": "产品页面"}}
        return [product_page, *mine, *(held if roles.get("operator") == party else [])]
    if kind == USE and state == "active" and roles.get("user") == party:
        return [
            {"path": f"/uses/{one}/call", "title": {"en": "Call the product", "zh": "调用产品"}},
            {
                "path": f"/uses/{one}",
                "title": {"en": "Tokens, programs, files", "zh": "令牌、程序调用和文件"},
            },
        ]
    if kind == USE and state in ("active", "stopped") and roles.get("operator") == party:
        return [
            {
                "path": f"/uses/{one}/meter",
                "title": {"en": "Meter the calls made", "zh": "计量已发生的调用"},
                "post": True,
            }
        ]
    return []


OWN_FORMS: Final[dict[tuple[str, str], str]] = {
    **money.OWN_FORMS,
    **registration.OWN_FORMS,
    **operation_room.OWN_FORMS,
    **sharing.OWN_FORMS,
    (PRODUCT, "offer"): "",
    (USE, "apply"): "",
    (USE, "meter"): "",
}
"""Actions that have a page of ours instead of the contract's own form; an empty path: offered elsewhere."""

ROUTES: Final = [
    product, apply_page, apply, offer_page, offer, call_page, call, meter,
]  # fmt: skip
