"""HTTP API of public data: what needs more than one act of a contract. The stages in between are acts
(``POST /api/v1/acts``).

``caller``, ``faces`` and ``run`` come from the face that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from litestar import Request, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import Body, PathParameter

from wusong.data import contents, service
from wusong.data.brought import brought
from wusong.data.host import leaf
from wusong.data.intake.profile import profile
from wusong.data.products.calls import PRODUCT, USE, book
from wusong.data.products.product import Question
from wusong.errors import DataError

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The record's id.")]
MAX_TABLE: Final = 32 << 20
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])


class Registration(msgspec.Struct, forbid_unknown_fields=True):
    """An application for registration; ``content`` is the commitment that ``POST /api/v1/tables`` gave."""

    name: str
    source_basis: str
    registry: str
    content: str
    grade: Literal["general", "important", "core"] = "general"
    update: str = "irregular"


class Product(msgspec.Struct, forbid_unknown_fields=True):
    """What an operator offers; ``price`` in 分."""

    name: str
    price: int
    question: Question


class Use(msgspec.Struct, forbid_unknown_fields=True):
    """What a user applies for; times in ms."""

    purpose: str
    starts: int
    ends: int
    calls: int
    benefit: Literal["public-governance", "public-welfare", "industry"] = "industry"


class Call(msgspec.Struct, forbid_unknown_fields=True):
    """A call: the question's parameters; ``use`` may be left out when the caller has one active data-use of
    the product.
    """

    parameters: dict[str, str | int] = {}
    use: str = ""
    request_id: str = ""
    purpose: str = ""


@post(
    "/api/v1/tables",
    status_code=201,
    request_max_body_size=MAX_TABLE,
    summary="Put a table into the vault",
    tags=["data"],
)
async def tables(request: Request[Any, Any, Any], run: Run) -> dict[str, Any]:
    """Put a CSV, the body, into the vault of this node; give its commitment and what it holds."""
    content = await request.body()
    return await sync_to_thread(_keep, run, content)


def _keep(run: Run, content: bytes) -> dict[str, Any]:
    from io import BytesIO

    run.check("enter")
    found = profile(BytesIO(content))
    commitment = contents.put(run.node.vault, content).commitment
    brought(run.node).note(run.party, commitment)
    return {"content": commitment, "profile": found.to_json()}


@_post("/api/v1/resources", summary="Apply for registration")
def register(data: Annotated[Registration, Body()], run: Run) -> dict[str, Any]:
    """A source department applies for the registration of a table that is in the vault."""
    run.check("enter")
    brought(run.node).demand(run.party, data.content)
    return _entered(run, "register", data)


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


@_post("/api/v1/products/{asset:str}/call", summary="Call a product")
def call(asset: Asset, data: Annotated[Call, Body()], run: Run) -> dict[str, Any]:
    """Ask the product's question. The call is recorded before the answer is given, and refused beyond the
    terms with the clause.
    """
    run.check("enter")
    leaf(run.node, asset, PRODUCT)
    use = data.use or _only_use(run, asset)
    if leaf(run.node, use, USE).fields["product"] != asset:
        raise DataError("no-such-asset", asset=use, contract=USE)
    answer = service.call(run.node, use, run.party, dict(data.parameters), data.request_id, data.purpose)
    run.log("call", use)
    return {
        "answer": answer.value,
        "digest": answer.digest,
        "number": answer.number,
        "time": answer.time,
        "use": use,
    }


@_post("/api/v1/uses/{asset:str}/meter", summary="Meter calls")
def meter(asset: Asset, run: Run) -> dict[str, Any]:
    """The operator meters the calls of a data-use that wait, in batches of root and count."""
    found: dict[str, Any] = run("meter", {"asset": asset})
    return found


@get("/api/v1/uses/{asset:str}/pending", sync_to_thread=True, summary="Calls not metered yet", tags=["data"])
def pending(asset: Asset, run: Run) -> dict[str, Any]:
    """How many calls of a data-use wait to be metered."""
    if run.asset(asset)["name"] != USE:
        raise DataError("no-such-asset", asset=asset, contract=USE)
    return {"use": asset, "count": book(run.node).pending(asset, 0).count}


def _only_use(run: Run, product: str) -> str:
    active = [
        one
        for one in run.assets(USE, "active")
        if one["fields"]["product"] == product and one["roles"]["user"] == run.party
    ]
    if len(active) != 1:
        raise DataError("no-such-asset", asset="use", contract=USE)
    return str(active[0]["asset"])


ROUTES: Final = [tables, register, offer, apply, call, meter, pending]
