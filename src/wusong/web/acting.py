"""Acting on a record through a form that its contract describes: a new kind of document needs a new page,
not new code.

* Offered is what the contract lets the party do from the record's state in a role that it stands in, or
  that is still open.
* What several parties must sign in one deed is not offered here: it waits as a pending deed with each of
  them.
* Contents of commitments are uploaded into the vault; the ledger gets the commitment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import Body, FromPath, PathParameter

from wusong.contract.model import (
    Action,
    Asset,
    Enum,
    Field,
    Money,
    Text,
)
from wusong.errors import AccessError, WusongError
from wusong.ledger.system.accreditation import holds, record_name
from wusong.node import library
from wusong.node.domains import domains
from wusong.node.entries import Entered
from wusong.web.carrying import carry
from wusong.web.deeds import RESPONSES
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form, check_token
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.pages import Pages
from wusong.web.typed import read_args

if TYPE_CHECKING:
    from wusong.contract.model import Page

MAX_UPLOAD: Final = 32 << 20
AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The asset's id.")]


def offers(faces: Faces, caller: Caller, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What the caller's party can do with a record now."""
    if asset["contract"].startswith("system/") or "enter" not in caller.rights():
        return []
    page = _page(faces, asset["contract"])
    forms = own_forms()
    found = []
    for action in page.actions:
        role = role_for(action, asset, caller.party)
        path = forms.get((page.name, action.name), f"/assets/{asset['asset']}/act/{action.name}")
        if role and path and asset["state"] in action.from_:
            title = next(one.title for one in page.roles if one.name == role)
            words = {"title": _said(action.title, action.name), "role_title": _said(title, role)}
            found.append({"path": path.format(asset=asset["asset"]), **words})
    return [*found, *extras(faces, caller, asset)]


def extras(faces: Faces, caller: Caller, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What domains offer beside."""
    return [
        {"role_title": "", **one}
        for domain in domains()
        for one in getattr(domain, "extras", lambda *_: [])(caller.party, asset)
        if "needs" not in one or _is_accredited(faces, caller.party, one["needs"])
    ]


def _is_accredited(faces: Faces, party: str, name: str) -> bool:
    ledger = faces.node.ledger
    return holds(
        ledger.view().leaf(ledger.rules.key("accreditation", record_name(party, name))), ledger.now()
    )


def own_forms() -> dict[tuple[str, str], str]:
    """Actions that have a page of a domain instead of the contract's own form."""
    found: dict[tuple[str, str], str] = {}
    for domain in domains():
        found |= getattr(domain, "own_forms", dict)()
    return found


def role_for(action: Action, asset: dict[str, Any] | None, party: str) -> str:
    """The role in which a party could sign an action alone; empty when it cannot."""
    must = [signer.role for signer in action.by if not signer.optional]
    if len(must) != 1 or action.anyone:
        return ""
    role, held = must[0], (asset or {}).get("roles", {})
    optional = [signer.role for signer in action.by if signer.optional]
    if any(held.get(other, party) != party for other in optional):
        return ""
    return role if held.get(role, party) == party else ""


# -- the form --------


@get("/assets/{asset:str}/act/{action:str}", sync_to_thread=True)
def act_page(
    asset: AssetId, action: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """The form of one action."""
    return page.show("act.html", **_context(faces, caller, asset, action), given={}, error=None)


@post("/assets/{asset:str}/act/{action:str}", request_max_body_size=MAX_UPLOAD)
async def act(
    asset: AssetId,
    action: FromPath[str],
    form: GivenForm,
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
) -> Response[Any]:
    """Take the action, or enter it for a colleague to sign."""
    uploads = {name: await upload.read() for name, upload in form.files.items()}
    return await sync_to_thread(_take, asset, action, form, uploads, page, faces, caller)


def _take(
    asset: str, action: str, form: Form, uploads: dict[str, bytes], page: Pages, faces: Faces, caller: Caller
) -> Response[Any]:
    context = _context(faces, caller, asset, action)
    try:
        args = read_args(faces, context["model"].args, form, uploads)
        wanted = {
            "contract": context["record"]["contract"],
            "action": action,
            "asset": asset,
            "role": context["role"],
            "args": args,
        }
        outcome = enter(faces, caller, "act", wanted)
    except WusongError as error:
        return page.problem("act.html", error, **context, given=form.values)
    return page.after(outcome, f"/assets/{asset}")


def enter(faces: Faces, caller: Caller, use_case: str, args: dict[str, Any]) -> Entered:
    """Enter a use case: done at once, or waiting for a signatory. Raises what refuses it."""
    if caller.person is None:
        raise AccessError("not-signed-in")
    return faces.entries.enter(
        caller.person,
        caller.party,
        use_case,
        args,
        lambda name, party, given: carry(faces.node, name, party, given),
    )


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
    given = {key: value for key, value in request.query_params.items() if isinstance(value, str)}
    return page.show("act.html", **_new(faces, caller, name, action), given=given, error=None)


@post("/contracts/{name:str}/new/{action:str}", request_max_body_size=MAX_UPLOAD)
async def new(
    name: FromPath[str],
    action: FromPath[str],
    form: GivenForm,
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
) -> Response[Any]:
    """Make the record, or enter it for a colleague to sign."""
    uploads = {field: await upload.read() for field, upload in form.files.items()}
    return await sync_to_thread(_make, name, action, form, uploads, page, faces, caller)


def _make(
    name: str,
    action: str,
    form: Form,
    uploads: dict[str, bytes],
    page: Pages,
    faces: Faces,
    caller: Caller,
) -> Response[Any]:
    context = _new(faces, caller, name, action)
    try:
        args = read_args(faces, context["model"].args, form, uploads)
        wanted = {"contract": context["contract"], "action": action, "role": context["role"], "args": args}
        outcome = enter(faces, caller, "act", wanted)
    except WusongError as error:
        return page.problem("act.html", error, **context, given=form.values)
    return page.after(outcome, "/assets")


def _new(faces: Faces, caller: Caller, name: str, action: str) -> dict[str, Any]:
    caller.demand("enter")
    found = library.find(faces.node, name)
    page = found.compiled.page
    model = next((one for one in page.actions if one.name == action and not one.from_), None)
    role = "" if model is None else role_for(model, None, caller.party)
    if model is None or not role:
        raise AccessError("not-allowed", right=action)
    back = f"/contracts/{found.name}"
    return {
        "contract": found.digest,
        "back": back,
        "heading": _said(page.title, found.name),
        **_shown(faces, caller, page, model, role),
    }


def _context(faces: Faces, caller: Caller, asset: str, action: str) -> dict[str, Any]:
    reader = caller.reader("portal")
    caller.demand("enter")
    record = faces.access.asset(reader, asset)
    page = _page(faces, record["contract"])
    model = next((one for one in page.actions if one.name == action), None)
    role = "" if model is None else role_for(model, record, caller.party)
    if model is None or not role:
        raise AccessError("not-allowed", right=action)
    heading = record["fields"].get("name") or record["fields"].get("purpose") or record["asset"]
    return {
        "record": record,
        "back": f"/assets/{asset}",
        "heading": heading,
        **_shown(faces, caller, page, model, role),
    }


def _shown(faces: Faces, caller: Caller, page: Page, model: Action, role: str) -> dict[str, Any]:
    return {
        "model": model,
        "kind": _said(page.kind, page.name),
        "role": role,
        "title": _said(model.title, model.name),
        "inputs": [_input(faces, caller, one) for one in model.args],
        "clauses": [{"name": one.name, "says": _said(one.says, one.name)} for one in model.when],
    }


def _input(faces: Faces, caller: Caller, field: Field) -> dict[str, Any]:
    """How a form asks for one argument."""
    kind = type(field.type).__name__.lower()
    found: dict[str, Any] = {
        "name": field.name,
        "title": _said(field.title, field.name),
        "kind": kind,
        "optional": field.optional,
        "choices": [],
    }
    if isinstance(field.type, Enum):
        found["choices"] = [(value, value) for value in field.type.values]
    if isinstance(field.type, Text):
        found["max"] = field.type.max
    if isinstance(field.type, Money):
        found["currency"] = field.type.currency
    if isinstance(field.type, Asset):
        rows = faces.access.assets(caller.reader("portal"), name=field.type.kind or "", limit=200)
        found["choices"] = [
            (row["asset"], row["fields"].get("name") or row["asset"][:12])
            for row in rows
            if not row["name"].startswith("system/")
        ]
    return found


def _page(faces: Faces, contract: str) -> Page:
    return library.find(faces.node, contract).compiled.page


def _said(text: Any, fallback: str) -> dict[str, str]:  # noqa: ANN401 - a contract's bilingual text, or none
    return {"en": fallback, "zh": fallback} if text is None else {"en": text.en, "zh": text.zh}


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


def run(
    faces: Faces, caller: Caller, request: Request[Any, Any, Any], use_case: str, args: dict[str, Any]
) -> dict[str, Any]:
    """Carry out a use case for a program, or enter it for a person."""
    caller.demand("enter")
    check_token(caller, request.headers.get("x-csrf-token", ""))
    if caller.person is None:
        return {"done": True, "entry": None, "result": carry(faces.node, use_case, caller.party, args)}
    entered = faces.entries.enter(
        caller.person,
        caller.party,
        use_case,
        args,
        lambda name, party, given: carry(faces.node, name, party, given),
    )
    return {"done": entered.done, "entry": entered.entry or None, "result": entered.result}


PAGES: Final = [act_page, act, new_page, new]
API: Final = [act_api]
