"""HTTP API of products: offering, applying, calling, tokens, files, who may call, who holds what.

A call comes with a signed request, with a session, or with a token (``Authorization: Bearer``), which opens
nothing but the calls of its data-use. ``run`` comes from the face that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import Body, FromQuery, PathParameter

from wusong.data.host import leaf
from wusong.data.products import calls, delivery, periods, tokens
from wusong.data.products.calls import USE, book
from wusong.data.products.holders import candidates, of_product
from wusong.data.products.holders import holders as held_by
from wusong.data.products.question import Question
from wusong.data.products.service import recipients_act
from wusong.data.products.way import PORTAL, Way
from wusong.errors import DataError

__all__ = ["ROUTES", "caller_of"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The record's id.")]
TokenId = Annotated[str, PathParameter(pattern="^[0-9a-f]{16}$", description="The token's number.")]
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])
_call_post: Final = partial(post, status_code=200, tags=["data"], opt={"quiet": True})
"""Calls stand in the book of calls, one by one: a line of log for each would say less and cost as much."""
_get: Final = partial(get, sync_to_thread=True, tags=["data"])
Purpose: TypeAlias = Literal[
    "public-service",
    "planning",
    "business",
    "risk-control",
    "credit",
    "compliance",
    "research",
    "development",
]


class Product(msgspec.Struct, forbid_unknown_fields=True):
    """What an operator offers; ``price`` in 分, ``class`` where the authorisation sets ceilings by class."""

    name: str
    price: int
    question: Question
    purposes: list[Purpose] = []
    undertaking: bool = False
    earlier: str = ""
    class_: str = msgspec.field(default="", name="class")


class Use(msgspec.Struct, forbid_unknown_fields=True):
    """What a user applies for; times in ms. ``places`` are network ranges or names of networks,
    ``recipients`` who may call: posts and systems that tokens are issued to, thumbprints of keys, ``portal``.
    """

    purpose: str
    starts: int
    ends: int
    calls: int
    benefit: Literal["public-governance", "public-welfare", "industry"] = "industry"
    purpose_class: Purpose | Literal[""] = ""
    per_day: int = 0
    places: list[str] = []
    recipients: list[str] = []
    undertaking: bool = False


class Call(msgspec.Struct, forbid_unknown_fields=True):
    """A call: the question's parameters. ``use`` may be left out with a token, or when the caller has one
    active data-use of the product.
    """

    parameters: dict[str, str | int] = {}
    use: str = ""
    request_id: str = ""
    purpose: str = ""


class Recipients(msgspec.Struct, forbid_unknown_fields=True):
    """Who may call from now on, as ``Use`` has it."""

    recipients: list[str]


class Issue(msgspec.Struct, forbid_unknown_fields=True):
    """A token that is wanted: its holder (a post or a system), days, and calls (0: as many as agreed)."""

    holder: str
    days: int = 30
    calls: int = 0


class Fetch(msgspec.Struct, forbid_unknown_fields=True):
    """A file that is wanted."""

    parameters: dict[str, str | int] = {}
    form: Literal["csv", "xlsx"] = "csv"
    request_id: str = ""


# -- offering and applying --------


@_post("/api/v1/operations/{asset:str}/products", summary="Offer a product")
def offer(asset: Asset, data: Annotated[Product, Body()], run: Run) -> dict[str, Any]:
    """Offer a product under an authorisation; the question is checked before anything is signed."""
    return _entered(run, "offer", data, operation=asset)


@_post("/api/v1/products/{asset:str}/uses", summary="Apply for use")
def apply(asset: Asset, data: Annotated[Use, Body()], run: Run) -> dict[str, Any]:
    """Apply to call a product: purpose, term, number of calls."""
    return _entered(run, "apply-for-use", data, product=asset)


def _entered(run: Run, use_case: str, data: msgspec.Struct, **about: str) -> dict[str, Any]:
    """Enter a use case with what was sent, and the record that the path names."""
    found: dict[str, Any] = run(use_case, {**msgspec.to_builtins(data), **about})
    return found


# -- calling --------


@_call_post("/api/v1/products/{asset:str}/call", summary="Call a product")
async def call(asset: Asset, data: Annotated[Call, Body()], run: Run) -> dict[str, Any]:
    """Ask the product's question. The call is recorded before the answer is given, and refused beyond the
    terms with the clause.
    """
    use = data.use or tokens.use_of(run.node, run.bearer)
    if not use:
        use = await sync_to_thread(_only_use, run, asset)
    if leaf(run.node, use, USE).fields["product"] != asset:
        raise DataError("no-such-asset", asset=use, contract=USE)
    return await _call(run, use, data)


@_call_post("/api/v1/uses/{asset:str}/call", summary="Call under a data-use")
async def call_use(asset: Asset, data: Annotated[Call, Body()], run: Run) -> dict[str, Any]:
    """Ask the question of a data-use's product, whichever version it is of."""
    return await _call(run, asset, data)


async def _call(run: Run, use: str, data: Call) -> dict[str, Any]:
    party, way = caller_of(run, use)
    parameters: dict[str, Any] = dict(data.parameters)
    answer = await calls.ask(run.node, use, party, parameters, data.request_id, data.purpose, way)
    if way.kind == "session":  # a person read something; programs' calls stand in the book of calls
        await sync_to_thread(run.log, "call", use)
    return {
        "answer": answer.value,
        "digest": answer.digest,
        "number": answer.number,
        "time": answer.time,
        "use": use,
    }


def caller_of(run: Run, use: str) -> tuple[str, Way]:
    """For which party a call comes, and which way. Raises DataError ``token-refused``, AccessError."""
    came = run.came_by
    if run.bearer:
        return tokens.way_of(run.node, run.bearer, use, came["address"])
    run.check("enter")
    recipient = PORTAL if came["kind"] == "session" else came["name"]
    return run.party, Way(came["kind"], came["name"], recipient, came["address"])


def _only_use(run: Run, product: str) -> str:
    run.check("enter")
    own = run.among(of_product(run.node, product, run.party))
    active = [one for one in own if one["state"] == "active" and one["roles"]["user"] == run.party]
    if len(active) != 1:
        raise DataError("no-such-asset", asset="use", contract=USE)
    return str(active[0]["asset"])


@_post("/api/v1/uses/{asset:str}/file", summary="Fetch the file of a data-use")
def file(asset: Asset, data: Annotated[Fetch, Body()], run: Run) -> Response[bytes]:
    """Have the file of a file product made for the caller: it carries the receiver's name and mark, and is
    recorded as a call before it is handed over.
    """
    party, way = caller_of(run, asset)
    parameters: dict[str, Any] = dict(data.parameters)
    made = delivery.deliver(run.node, asset, party, data.form, parameters, data.request_id, way)
    if way.kind == "session":
        run.log("file", asset)
    return response_of(made)


def response_of(made: delivery.Delivered) -> Response[bytes]:
    """A file as an answer; its mark and digest stand in the headers too."""
    headers = {
        "content-disposition": f'attachment; filename="{made.filename}"',
        "cache-control": "no-store",
        "wusong-mark": made.mark,
        "wusong-digest": made.digest,
        "wusong-call": str(made.number),
    }
    return Response(made.content, media_type=made.media_type, headers=headers)


# -- metering and examining --------


@_post("/api/v1/uses/{asset:str}/meter", summary="Meter calls")
def meter(asset: Asset, run: Run) -> dict[str, Any]:
    """The operator meters the calls of a data-use that wait, in batches of root and count."""
    found: dict[str, Any] = run("meter", {"asset": asset})
    return found


@_get("/api/v1/uses/{asset:str}/pending", summary="Calls not metered yet")
def pending(asset: Asset, run: Run) -> dict[str, Any]:
    """How many calls of a data-use wait to be metered."""
    _use(run, asset)
    return {"use": asset, "count": book(run.node).pending(asset, 0).count}


@_get("/api/v1/uses/{asset:str}/calls", summary="The calls of a period")
def listed(
    asset: Asset, run: Run, start: FromQuery[int] = 0, end: FromQuery[int] = 2**53 - 1
) -> dict[str, Any]:
    """The calls of a data-use with ``start <= time < end``, each with the deed that metered it, to its user
    and its operator.
    """
    shown = _use(run, asset)
    if run.party not in (shown["roles"].get("user"), shown["roles"].get("operator")):
        raise DataError("not-the-user", caller=run.party, use=asset)
    found = periods.calls(run.node, asset, start, end)
    names = ("number", "time", "product", "content", "deed", "root", "index", "record")
    return {"use": asset, "calls": [{name: getattr(one, name) for name in names} for one in found]}


@_get("/api/v1/holders/{asset:str}", summary="Who holds what")
def holders(asset: Asset, run: Run) -> dict[str, Any]:
    """Who holds what of a product, an authorisation, a resource or a data-use: uses, calls made, files handed
    over, as far as the caller may see the uses.
    """
    found = held_by(run.node, run.among(candidates(run.node, asset)), asset)
    run.log("list-holders", asset)
    return {"about": asset, "holders": [one.to_json() for one in found]}


@_post("/api/v1/uses/{asset:str}/recipients", summary="Change who may call")
def recipients(asset: Asset, data: Annotated[Recipients, Body()], run: Run) -> dict[str, Any]:
    """Propose to user and operator, for their party the first to sign, that from now on these may call. What
    comes back names the pending deed, which the other signs.
    """
    _use(run, asset)
    found: dict[str, Any] = run("propose", {"acts": [recipients_act(run.node, asset, data.recipients)]})
    return found


def _use(run: Run, asset: str) -> dict[str, Any]:
    shown: dict[str, Any] = run.asset(asset)
    if shown["name"] != USE:
        raise DataError("no-such-asset", asset=asset, contract=USE)
    return shown


# -- tokens --------


@_post("/api/v1/uses/{asset:str}/tokens", summary="Issue a token")
def issue(asset: Asset, data: Annotated[Issue, Body()], run: Run) -> dict[str, Any]:
    """Issue a token for a data-use of the caller's party. ``secret`` is shown this once."""
    run.check("sign")
    secret, token = tokens.issue(run.node, run.party, asset, data.holder, data.days, data.calls)
    run.log("issue-token", asset)
    return {"secret": secret, **token.to_json(0)}


@_get("/api/v1/uses/{asset:str}/tokens", summary="Tokens of a data-use")
def list_tokens(asset: Asset, run: Run) -> dict[str, Any]:
    """The tokens that the caller's party issued for a data-use, with the calls made by each."""
    _use(run, asset)
    return {"tokens": tokens.listed(run.node, run.party, asset)}


@_post("/api/v1/tokens/{token:str}/revoke", summary="Revoke a token")
def revoke(token: TokenId, run: Run) -> dict[str, Any]:
    """Revoke a token of the caller's party; it is refused from the next request on."""
    run.check("enter")
    tokens.revoke(run.node, run.party, token)
    run.log("revoke-token", token)
    return {"token": token, "revoked": True}


ROUTES: Final = [
    offer, apply, call, call_use, file, meter, pending, listed, holders, recipients, issue, list_tokens,
    revoke,
]  # fmt: skip
