"""Portal pages of a data-use: what is left of it, calling it from a program, tokens, files; who holds what of
a product; for whom a copy was made.

``page`` is the portal's hand on the request (``wusong.web.pages``), ``form`` what was typed.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import PathParameter

from wusong.data.products import delivery, questions, snippets, tokens, tracing
from wusong.data.products.api import response_of
from wusong.data.products.asking import parameters_of
from wusong.data.products.calls import OPERATION, PRODUCT, RESOURCE, USE, book, left
from wusong.data.products.holders import candidates
from wusong.data.products.holders import holders as held_by
from wusong.data.products.way import PORTAL, Way
from wusong.errors import DataError, WusongError

__all__ = ["ROUTES", "way_of"]

Page: TypeAlias = NamedDependency[Any]
Form: TypeAlias = NamedDependency[Any]
Answer: TypeAlias = Any
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
TokenId = Annotated[str, PathParameter(pattern="^[0-9a-f]{16}$")]
MAX_COPY: Final = 32 << 20


def way_of(page: Any) -> Way:  # noqa: ANN401 - the portal's hand
    """The way of a call that a person makes in the portal."""
    came = page.came_by
    return Way(came["kind"], came["name"], PORTAL, came["address"])


@get("/uses/{asset:str}", sync_to_thread=True)
def use(asset: AssetId, page: Page) -> Answer:
    """One data-use: what is left of it, its terms, its tokens, and how a program calls it."""
    return page.show("data/use.html", **_context(page, asset), secret="", error=None)


def _context(page: Page, asset: str) -> dict[str, Any]:
    shown = _record(page, asset, USE)
    product = page.peek(shown["fields"]["product"])
    parameters = parameters_of(page.node, shown["fields"]["product"])
    mine = shown["roles"].get("user") == page.party
    files = product is not None and product["fields"]["output"] == "file"
    base = page.node.settings.public_url.rstrip("/") or str(page.request.base_url).rstrip("/")
    return {
        "use": shown,
        "product": product,
        "parameters": parameters,
        "is_file": files,
        "mine": mine,
        "now": page.node.ledger.now(),
        "left": left(page.node, asset, shown["quantity"]),
        "waiting": book(page.node).pending(asset, 0).count,
        "tokens": tokens.listed(page.node, page.party, asset) if mine else [],
        "files": held_by(page.node, [shown], asset),
        "snippets": snippets.of(base, asset, parameters, files=files),
        "words": page.words_for([shown]),
        "given": {},
    }


@post("/uses/{asset:str}/tokens", sync_to_thread=True)
def issue(asset: AssetId, form: Form, page: Page) -> Answer:
    """Issue a token; the page that follows shows its secret, this once."""
    context = _context(page, asset)
    try:
        page.demand("sign")
        days, calls = page.number(form, "days"), page.number(form, "calls")
        secret, _ = tokens.issue(page.node, page.party, asset, form["holder"], days, calls)
    except WusongError as error:
        return page.problem("data/use.html", error, **{**context, "given": form.values}, secret="")
    page.log("issue-token", asset)
    return page.show("data/use.html", **_context(page, asset), secret=secret, error=None)


@post("/uses/{asset:str}/tokens/{token:str}/revoke", sync_to_thread=True)
def revoke(asset: AssetId, token: TokenId, form: Form, page: Page) -> Answer:  # noqa: ARG001 - its token is checked
    """Revoke a token."""
    _record(page, asset, USE)
    page.demand("enter")
    tokens.revoke(page.node, page.party, token)
    page.log("revoke-token", token)
    return page.go(f"/uses/{asset}", "saved")


@post("/uses/{asset:str}/file", sync_to_thread=True)
def file(asset: AssetId, form: Form, page: Page) -> Answer:
    """Hand the file over, marked for its receiver."""
    context = _context(page, asset)
    try:
        page.demand("enter")
        parameters = questions.parameters(context["parameters"], form.values)
        wanted = "xlsx" if form["form"] == "xlsx" else "csv"
        made = delivery.deliver(page.node, asset, page.party, wanted, parameters, way=way_of(page))
    except WusongError as error:
        return page.problem("data/use.html", error, **{**context, "given": form.values}, secret="")
    page.log("file", asset)
    answer: Response[bytes] = response_of(made)
    return answer


@get("/holders/{asset:str}", sync_to_thread=True)
def holders(asset: AssetId, page: Page) -> Answer:
    """Who holds what of a product, an authorisation or a resource."""
    shown = page.asset(asset)
    if shown["name"] not in {PRODUCT, OPERATION, RESOURCE}:
        raise DataError("no-such-asset", asset=asset, contract=PRODUCT)
    uses = page.among(candidates(page.node, asset))
    page.log("list-holders", asset)
    return page.show(
        "data/holders.html",
        record=shown,
        holders=held_by(page.node, uses, asset),
        words=page.words_for(uses),
        use_contract=uses[0]["contract"] if uses else "",
    )


@get("/trace", sync_to_thread=True)
def trace_page(page: Page) -> Answer:
    """For whom a copy was made: choose the file."""
    page.demand("enter")
    return page.show("data/trace.html", traced=None, error=None)


@post("/trace", request_max_body_size=MAX_COPY)
async def trace(form: Form, page: Page) -> Answer:
    """For whom a copy was made, among the files of the party's own products."""
    page.demand("enter")
    upload = form.files.get("copy")
    content = b"" if upload is None else await upload.read()
    return await sync_to_thread(_trace, page, content)


def _trace(page: Page, content: bytes) -> Answer:
    try:
        found = tracing.trace(page.node, content, operator=page.party)
    except DataError as error:
        return page.problem("data/trace.html", error, traced=None)
    page.log("trace", ",".join(copy.mark for copy in found.copies[:5]))
    return page.show("data/trace.html", traced=found, error=None)


def _record(page: Page, asset: str, contract: str) -> dict[str, Any]:
    found: dict[str, Any] = page.asset(asset)
    if found["name"] != contract:
        raise DataError("no-such-asset", asset=asset, contract=contract)
    return found


ROUTES: Final = [use, issue, revoke, file, holders, trace_page, trace]
