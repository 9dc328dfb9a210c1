"""Proposing what several parties sign, from the page of the record that it is about.

* Offered is what the contract lets be done from the record's state in a role that the party stands in,
  together with others.
* Who signs is who stands in the roles that sign; a role that nobody fills yet must be filled by an argument.
* Sending the form signs for the proposer, or waits as an entry for a colleague; then it is a pending deed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, PathParameter

from wusong.contract.model import Action, Page
from wusong.errors import AccessError, WusongError
from wusong.web import asking, offering, typed
from wusong.web.acting import enter
from wusong.web.bodies import MAX_UPLOAD
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.pages import Pages
from wusong.web.standing import Standing
from wusong.web.words import heading

AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The asset's id.")]
DAYS: Final = 7
MOST_DAYS: Final = 30
_DAY: Final = 86_400_000
_ARGUMENT: Final = re.compile(r"\s*args\.([a-z0-9_]+)\s*")


def offers(
    faces: Faces, caller: Caller, asset: dict[str, Any], now: Standing | None = None
) -> list[dict[str, Any]]:
    """What the caller's party can propose about a record: ``path`` and ``title``; ``now`` says which actions
    time and freezes leave open.
    """
    if asset["contract"].startswith("system/") or "enter" not in caller.rights():
        return []
    page = offering.page_of(faces, asset["contract"])
    return [
        {
            "path": f"/assets/{asset['asset']}/propose/{action.name}",
            "title": offering.said(action.title, action.name),
        }
        for action in page.actions
        if (asset["state"] in action.from_ if now is None else now.is_open(action))
        and _is_joint(action, asset, caller.party)
    ]


def _is_joint(action: Action, asset: dict[str, Any], party: str) -> bool:
    """Whether a party stands in a role that signs an action, and others sign with it."""
    if action.anyone or party not in {asset["roles"].get(signer.role) for signer in action.by}:
        return False
    signing = _signing(action, asset)
    empty = [role for role, held in signing.items() if not held]
    return len({*signing.values(), party}) > 1 and all(_filled_by(action, role) for role in empty)


def _signing(action: Action, asset: dict[str, Any]) -> dict[str, str]:
    """Each role that signs, with who stands in it; "" where nobody does yet."""
    held = asset["roles"]
    return {
        signer.role: held.get(signer.role, "")
        for signer in action.by
        if signer.role in held or not signer.optional
    }


def _filled_by(action: Action, role: str) -> str:
    """The argument that fills a role; "" for none."""
    found = _ARGUMENT.fullmatch(action.set.get(role) or "")
    return found[1] if found else ""


# -- the form --------


@get("/assets/{asset:str}/propose/{action:str}", sync_to_thread=True)
def propose_page(
    asset: AssetId, action: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """The form of one action that several sign."""
    given = {"days": str(DAYS)}
    return page.show("propose.html", **_context(faces, caller, asset, action), given=given, error=None)


@post("/assets/{asset:str}/propose/{action:str}", request_max_body_size=MAX_UPLOAD)
async def propose(
    asset: AssetId,
    action: FromPath[str],
    form: GivenForm,
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
) -> Response[Any]:
    """Propose it to all who sign, or enter it for a colleague to sign."""
    uploads = {name: await upload.read() for name, upload in form.files.items()}
    return await sync_to_thread(_propose, asset, action, form, uploads, page, faces, caller)


def _propose(
    asset: str, action: str, form: Form, uploads: dict[str, bytes], page: Pages, faces: Faces, caller: Caller
) -> Response[Any]:
    context = _context(faces, caller, asset, action)
    try:
        entered = enter(faces, caller, "propose", _proposal(faces, form, uploads, context))
    except WusongError as error:
        return page.problem("propose.html", error, **context, given=form.values)
    if not entered.done:
        return page.go(f"/entries/{entered.entry}", "entered")
    return page.go(f"/pending/{entered.result['pending']}", "proposed")


def _proposal(
    faces: Faces, form: Form, uploads: dict[str, bytes], context: Mapping[str, Any]
) -> dict[str, Any]:
    """The proposal that was filled in. Raises AccessError ``form-wrong``."""
    model, record = context["model"], context["record"]
    args = typed.read_args(faces, model.args, form, uploads, context["titles"])
    signing = _signing(model, record).items()
    parties = {role: party or str(args.get(_filled_by(model, role), "")) for role, party in signing}
    days = form["days"]
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= MOST_DAYS):
        raise typed.form_wrong({"days": (_DAYS_TITLE, _DAYS_RIGHT)})
    act = {"contract": record["contract"], "action": model.name, "as": parties, "args": args}
    return {"acts": [{**act, "asset": record["asset"]}], "lifetime": int(days) * _DAY}


def _context(faces: Faces, caller: Caller, asset: str, action: str) -> dict[str, Any]:
    reader = caller.reader("portal")
    caller.demand("enter")
    record = faces.access.asset(reader, asset)
    if record["contract"].startswith("system/"):
        raise AccessError("not-found")
    page = offering.page_of(faces, record["contract"])
    model = next((one for one in page.actions if one.name == action), None)
    if model is None or not _is_joint(model, record, caller.party):
        raise AccessError("not-allowed", right=action, contract=record["contract"])
    return {
        "record": record,
        "back": f"/assets/{asset}",
        "path_here": f"/assets/{asset}/propose/{action}",
        "heading": heading(record),
        "kind": offering.said(page.kind, page.name),
        "model": model,
        "title": offering.said(model.title, model.name),
        "inputs": asking.inputs(faces, caller, page, model),
        "titles": asking.titles(page, model),
        "most_days": MOST_DAYS,
        "clauses": [{"name": one.name, "says": offering.said(one.says, one.name)} for one in model.when],
        "signing": _shown(page, model, record),
    }


def _shown(page: Page, model: Action, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The roles that sign, with who stands in them."""
    titles = {role.name: offering.said(role.title, role.name) for role in page.roles}
    return [
        {"title": titles[role], "party": party} for role, party in _signing(model, record).items() if party
    ]


_DAYS_TITLE: Final = {"en": "Days to sign", "zh": "签署期限（日）"}
_DAYS_RIGHT: Final = {
    "en": f"Enter a whole number of days, 1 to {MOST_DAYS}.",
    "zh": f"请填写 1 至 {MOST_DAYS} 之间的整数。",
}

ROUTES: Final = [propose_page, propose]
