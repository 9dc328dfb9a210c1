"""Acting on a record through a form that its contract describes: a new kind of document needs a new page,
not new code.

* Offered is what the contract lets the party do from the record's state in a role that it stands in, or
  that is still open.
* What several parties must sign in one deed is proposed (``proposing``): it waits as a pending deed with
  each of them.
* What a condition leaves no choice about is shown, not asked for (``settled``).
* Contents of commitments are uploaded into the vault; the ledger gets the commitment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import Body, FromPath, PathParameter

from wusong.errors import AccessError, WusongError
from wusong.node import library
from wusong.web import asking
from wusong.web.bodies import MAX_UPLOAD
from wusong.web.carrying import took_in
from wusong.web.deeds import RESPONSES
from wusong.web.entering import enter, run
from wusong.web.faces import Caller, Faces
from wusong.web.filled import Filled
from wusong.web.given import GivenCaller, GivenFaces, GivenFilled, GivenPages
from wusong.web.offering import alone, may_begin_together, page_of, said
from wusong.web.settled import settled
from wusong.web.typed import commitments, read_args
from wusong.web.words import heading

if TYPE_CHECKING:
    from wusong.contract.model import Action, Page

AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The asset's id.")]


# -- the form --------


@get("/assets/{asset:str}/act/{action:str}", sync_to_thread=True)
def act_page(
    asset: AssetId, action: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """The form of one action."""
    return page.show("act.html", **_told(_context(faces, caller, asset, action)), given={}, error=None)


@post("/assets/{asset:str}/act/{action:str}", request_max_body_size=MAX_UPLOAD)
async def act(asset: AssetId, action: FromPath[str], filled: GivenFilled) -> Response[Any]:
    """Take the action, or enter it for a colleague to sign."""
    return await sync_to_thread(_take, asset, action, filled)


def _take(asset: str, action: str, filled: Filled) -> Response[Any]:
    context = _context(filled.faces, filled.caller, asset, action)
    return _sent(
        filled, context, {"contract": context["record"]["contract"], "asset": asset}, f"/assets/{asset}"
    )


def _sent(filled: Filled, context: dict[str, Any], about: dict[str, Any], path: str) -> Response[Any]:
    """Enter the act that was filled in, and go on to ``path``; or show the form again with what is wrong."""
    model, fixed = context["model"], context["fixed"]
    asked = [one for one in model.args if one.name not in fixed]
    try:
        args = read_args(filled.faces, asked, filled.form, filled.uploads, context["titles"])
        took_in(filled.faces.node, filled.caller.party, commitments(asked, args, filled.form, filled.uploads))
        wanted = {**about, "action": model.name, **_signed(context["roles"]), "args": fixed.fill(args)}
        outcome = enter(filled.faces, filled.caller, "act", wanted)
    except WusongError as error:
        return filled.page.problem("act.html", error, **_told(context), given=filled.given)
    return filled.page.after(outcome, path)


def _told(context: dict[str, Any]) -> dict[str, Any]:
    """What the template is told."""
    return {**context, "fixed": context["fixed"].rows()}


def _signed(roles: list[str]) -> dict[str, Any]:
    """The role in which an act is signed; all of them where one party stands in several."""
    return {"role": roles[0]} | ({"roles": roles} if len(roles) > 1 else {})


@get("/contracts/{name:str}/new/{action:str}", sync_to_thread=True)
def new_page(
    name: FromPath[str],
    action: FromPath[str],
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
    request: Request[Any, Any, Any],
) -> Response[Any]:
    """The form of an action that makes a record; what the query names is filled in."""
    if _is_composed(faces, caller, name, action):
        return page.go(f"/contracts/{name}/propose/{action}")
    given = {key: value for key, value in request.query_params.items() if isinstance(value, str)}
    return page.show("act.html", **_told(_new(faces, caller, name, action)), given=given, error=None)


@post("/contracts/{name:str}/new/{action:str}", request_max_body_size=MAX_UPLOAD)
async def new(name: FromPath[str], action: FromPath[str], filled: GivenFilled) -> Response[Any]:
    """Make the record, or enter it for a colleague to sign."""
    return await sync_to_thread(_make, name, action, filled)


def _make(name: str, action: str, filled: Filled) -> Response[Any]:
    context = _new(filled.faces, filled.caller, name, action)
    return _sent(filled, context, {"contract": context["contract"]}, "/assets")


def _is_composed(faces: Faces, caller: Caller, name: str, action: str) -> bool:
    """Whether several sign to make the record, or another act must stand in the same deed."""
    page = library.find(faces.node, name).compiled.page
    model = next((one for one in page.actions if one.name == action and not one.from_), None)
    if model is None:
        return False
    return bool(model.requires) or may_begin_together(faces, page, model, caller.party)


def _new(faces: Faces, caller: Caller, name: str, action: str) -> dict[str, Any]:
    caller.demand("enter")
    found = library.find(faces.node, name)
    page = found.compiled.page
    model = next((one for one in page.actions if one.name == action and not one.from_), None)
    roles = [] if model is None else alone(page, model, None, caller.party)
    if model is None or not roles:
        raise AccessError("not-allowed", right=action, contract=found.digest)
    back = f"/contracts/{found.name}"
    return {
        "contract": found.digest,
        "back": back,
        "heading": said(page.title, found.name),
        **_shown(faces, caller, page, model, roles, None),
    }


def _context(faces: Faces, caller: Caller, asset: str, action: str) -> dict[str, Any]:
    reader = caller.reader("portal")
    caller.demand("enter")
    record = faces.access.asset(reader, asset)
    page = page_of(faces, record["contract"])
    model = next((one for one in page.actions if one.name == action), None)
    roles = [] if model is None else alone(page, model, record, caller.party)
    if model is None or not roles:
        raise AccessError("not-allowed", right=action, contract=record["contract"])
    return {
        "record": record,
        "back": f"/assets/{asset}",
        "heading": heading(record),
        **_shown(faces, caller, page, model, roles, record),
    }


def _shown(
    faces: Faces,
    caller: Caller,
    page: Page,
    model: Action,
    roles: list[str],
    record: dict[str, Any] | None,
) -> dict[str, Any]:
    fixed = settled(faces, caller, page, model, record, asked={one.name for one in model.args})
    return {
        "model": model,
        "kind": said(page.kind, page.name),
        "roles": roles,
        "title": said(model.title, model.name),
        "inputs": [one for one in asking.inputs(faces, caller, page, model) if one["name"] not in fixed],
        "fixed": fixed,
        "titles": asking.titles(page, model),
        "clauses": [{"name": one.name, "says": said(one.says, one.name)} for one in model.when],
    }


# -- for programs --------


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """One act in one role of the caller's party; ``asset`` absent: it creates one."""

    contract: str
    action: str
    role: str
    args: dict[str, Any] = {}
    asset: str | None = None
    rev: int | None = None


@post(
    "/api/v1/acts", status_code=200, summary="Act with the node's keys", tags=["deeds"], responses=RESPONSES
)
async def act_api(
    data: Annotated[Wanted, Body(description="The act.")],
    request: Request[Any, Any, Any],
    faces: GivenFaces,
    caller: GivenCaller,
) -> dict[str, Any]:
    """Have the node write, sign and hand in a deed of one act for the caller's party, whose key it holds.

    People need the right to sign, and send their session's token as `X-CSRF-Token`; under four eyes the act
    waits as an entry.
    """
    return await sync_to_thread(run, faces, caller, request, "act", msgspec.to_builtins(data))


PAGES: Final = [act_page, act, new_page, new]
API: Final = [act_api]
