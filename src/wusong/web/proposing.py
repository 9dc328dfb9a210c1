"""Proposing what several parties sign, from the page of the record that it is about.

* Offered is what the contract lets be done from the record's state in a role that the party stands in,
  together with others.
* Who signs is who stands in the roles that sign; a role that nobody fills yet must be filled by an argument.
* A record that several sign to make is begun in the same way; the form asks who they are.
* Where another act must stand in the same deed, the form asks for both (``composing``).
* Sending the form signs for the proposer, or waits as an entry for a colleague; then it is a pending
  deed. Where the party turns out to be the only one that signs, the deed is handed in at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, PathParameter

from wusong.contract.model import Action, Field, Page
from wusong.errors import AccessError, WusongError
from wusong.node import library
from wusong.web import asking, composing, offering, typed
from wusong.web.acting import enter
from wusong.web.bodies import MAX_UPLOAD
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.pages import Pages
from wusong.web.standing import Standing, now_standing, standing
from wusong.web.words import heading

AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The asset's id.")]
DAYS: Final = 7
MOST_DAYS: Final = 30
_DAY: Final = 86_400_000
_ITS: Final = "its-"
_RECORD: Final = "its.record"
_ARGUMENT: Final = re.compile(r"\s*args\.([a-z0-9_]+)\s*")


def offers(
    faces: Faces, caller: Caller, asset: dict[str, Any], now: Standing | None = None
) -> list[dict[str, Any]]:
    """What the caller's party can propose about a record: ``path``, ``title``, and ``refused`` as
    ``offering.offers`` has it; ``now`` says which actions time and freezes leave open.
    """
    if asset["contract"].startswith("system/") or "enter" not in caller.rights():
        return []
    page = offering.page_of(faces, asset["contract"])
    return [
        {
            "path": f"/assets/{asset['asset']}/propose/{action.name}",
            "title": offering.said(action.title, action.name),
            "role_title": "",
            "refused": offering.not_now(faces, asset["asset"], action, now),
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
    """The form of one action that several sign, or that another act must go with."""
    context = _context(faces, caller, about(faces, caller, asset, action))
    return page.show("propose.html", **context, given={"days": str(DAYS)}, error=None)


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
    subject = await sync_to_thread(about, faces, caller, asset, action)
    return await sync_to_thread(_propose, subject, form, uploads, page, faces, caller)


@get("/contracts/{name:str}/propose/{action:str}", sync_to_thread=True)
def begin_page(
    name: FromPath[str], action: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """The form of an action that makes a record and that several sign, or that another act must go with."""
    context = _context(faces, caller, beginning(faces, caller, name, action))
    return page.show("propose.html", **context, given={"days": str(DAYS)}, error=None)


@post("/contracts/{name:str}/propose/{action:str}", request_max_body_size=MAX_UPLOAD)
async def begin(
    name: FromPath[str],
    action: FromPath[str],
    form: GivenForm,
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
) -> Response[Any]:
    """Propose the record to all who sign, or make it where the party signs alone."""
    uploads = {field: await upload.read() for field, upload in form.files.items()}
    subject = await sync_to_thread(beginning, faces, caller, name, action)
    return await sync_to_thread(_propose, subject, form, uploads, page, faces, caller)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: an action, its record (None: it makes one), and its companion if it has one."""

    page: Page
    digest: str
    model: Action
    record: dict[str, Any] | None
    other: composing.Other | None
    name: str


def about(faces: Faces, caller: Caller, asset: str, action: str) -> Subject:
    """An action on a record. Raises AccessError ``not-found``, ``not-allowed``."""
    reader = caller.reader("portal")
    caller.demand("enter")
    record = faces.access.asset(reader, asset)
    if record["contract"].startswith("system/"):
        raise AccessError("not-found")
    record = now_standing(record, standing(faces, asset, record["contract"]))
    page = offering.page_of(faces, record["contract"])
    model = next((one for one in page.actions if one.name == action and one.from_), None)
    if model is None or not (
        _is_joint(model, record, caller.party)
        or (model.requires and offering.alone(page, model, record, caller.party))
    ):
        raise AccessError("not-allowed", right=action, contract=record["contract"])
    return Subject(page, record["contract"], model, record, composing.other(faces, page, model), "")


def beginning(faces: Faces, caller: Caller, name: str, action: str) -> Subject:
    """An action that makes a record. Raises AccessError ``not-allowed``; what library.find raises."""
    caller.demand("enter")
    found = library.find(faces.node, name)
    page = found.compiled.page
    model = next((one for one in page.actions if one.name == action and not one.from_), None)
    if model is None or not (
        offering.may_begin_together(faces, page, model, caller.party)
        or (model.requires and offering.alone(page, model, None, caller.party))
    ):
        raise AccessError("not-allowed", right=action, contract=found.digest)
    return Subject(page, found.digest, model, None, composing.other(faces, page, model), found.name)


def _propose(
    subject: Subject, form: Form, uploads: dict[str, bytes], page: Pages, faces: Faces, caller: Caller
) -> Response[Any]:
    try:
        entered = enter(faces, caller, "propose", _proposal(faces, caller, form, uploads, subject))
    except WusongError as error:
        return page.problem("propose.html", error, **_context(faces, caller, subject), given=form.values)
    if not entered.done:
        return page.go(f"/entries/{entered.entry}", "entered")
    if entered.result.get("pending"):
        return page.go(f"/pending/{entered.result['pending']}", "proposed")
    return page.go(f"/assets/{entered.result['asset']}", "done")


def _proposal(
    faces: Faces, caller: Caller, form: Form, uploads: dict[str, bytes], subject: Subject
) -> dict[str, Any]:
    """The proposal that was filled in. Raises AccessError ``form-wrong``."""
    fields, titles = _asked(subject)
    args = typed.read_args(faces, fields, form, uploads, titles)
    days = form["days"] or str(DAYS)
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= MOST_DAYS):
        raise typed.form_wrong({"days": (_DAYS_TITLE, _DAYS_RIGHT)})
    mine = {name: value for name, value in args.items() if not name.startswith(_ITS)}
    acts = _acts(faces, caller, form, subject, mine, _stripped(args))
    signing = {party for act in acts for party in act["as"].values()}
    alone = {"alone": True} if signing == {caller.party} else {}
    return {"acts": acts, "lifetime": int(days) * _DAY, **alone}


def _stripped(args: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(_ITS): value for name, value in args.items() if name.startswith(_ITS)}


def _acts(
    faces: Faces,
    caller: Caller,
    form: Form,
    subject: Subject,
    mine: dict[str, Any],
    theirs: dict[str, Any],
) -> list[dict[str, Any]]:
    """The act, and its companion beside it, each naming the other where its contract asks for it."""
    record, other, found = subject.record, subject.other, None
    if other is not None:
        named = other.record(mine, record, form[_RECORD])
        found = None if named is None else faces.access.asset(caller.reader("portal"), named)
        mine, theirs = other.complete(mine, record, theirs, found)
    parties = _parties(subject.model, record, mine, {**_chosen(form, subject), "": caller.party})
    asset = {} if record is None else {"asset": record["asset"]}
    act = {"contract": subject.digest, "action": subject.model.name, "as": parties, "args": mine, **asset}
    if other is None:
        return [act]
    its = {"contract": other.digest, "action": other.action.name, "args": theirs}
    its["as"] = _parties(other.action, found, theirs, {**parties, "": caller.party})
    if found is not None:
        its["asset"] = found["asset"]
    first = record is None or not other.creates
    both = [act | {"with": {other.need.name: int(first)}}]
    both.append(its | ({"with": {other.back: int(not first)}} if other.back else {}))
    return both if first else both[::-1]


def _parties(
    action: Action, record: dict[str, Any] | None, args: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, str]:
    """Who signs in which role: who stands in it, who an argument or the form names, else the proposer."""
    signing = _signing(action, record or {"roles": {}})
    found = {}
    for role, party in signing.items():
        named = str(args.get(_filled_by(action, role)) or "")
        found[role] = party or named or chosen.get(role) or chosen[""]
    if record is None:
        optional = [one.role for one in action.by if one.optional and chosen.get(one.role)]
        found |= {role: chosen[role] for role in optional}
    return found


def _chosen(form: Form, subject: Subject) -> dict[str, str]:
    """The parties that the form names for roles of a record that begins."""
    chosen: dict[str, str] = {}
    wrong = {}
    for one in _open_roles(subject):
        party = form[f"as-{one['role']}"]
        if party:
            chosen[one["role"]] = party
        elif not one["optional"]:
            wrong[f"as-{one['role']}"] = (one["title"], typed.CHOICE)
    if wrong:
        raise typed.form_wrong(wrong)
    return chosen


def _open_roles(subject: Subject) -> list[dict[str, Any]]:
    """The roles that sign to begin a record and that the form asks for."""
    model, must = subject.model, [one for one in subject.model.by if not one.optional]
    if subject.record is not None or len(must) < 2:
        return []
    roles = {role.name: role for role in subject.page.roles}
    return [
        {
            "role": one.role,
            "title": offering.said(roles[one.role].title, one.role),
            "optional": one.optional,
            "accreditation": roles[one.role].accredited or "",
        }
        for one in model.by
        if not model.set.get(one.role)
    ]


def _asked(subject: Subject) -> tuple[list[Field], dict[str, dict[str, str]]]:
    """The arguments that the form asks for, the companion's by names of their own, and their titles."""
    model, other = subject.model, subject.other
    titles = asking.titles(subject.page, model)
    if other is None:
        return model.args, titles
    ours, its = other.ours_asked(model), other.its_asked()
    fields = [one for one in model.args if one.name in ours]
    fields += [
        msgspec.structs.replace(one, name=_ITS + one.name) for one in other.action.args if one.name in its
    ]
    theirs = asking.titles(other.page, other.action)
    return fields, titles | {_ITS + name: title for name, title in theirs.items()}


def _context(faces: Faces, caller: Caller, subject: Subject) -> dict[str, Any]:
    page, model, record = subject.page, subject.model, subject.record
    names = {one.name for one in _asked(subject)[0]}
    inputs = asking.inputs(faces, caller, page, model)
    back = f"/contracts/{subject.name}" if record is None else f"/assets/{record['asset']}"
    return {
        "record": record,
        "back": back,
        "path_here": f"{back}/propose/{model.name}",
        "heading": offering.said(page.title, page.name) if record is None else heading(record),
        "kind": offering.said(page.kind, page.name),
        "model": model,
        "title": offering.said(model.title, model.name),
        "inputs": [one for one in inputs if one["name"] in names],
        "titles": _asked(subject)[1],
        "most_days": MOST_DAYS,
        "clauses": [{"name": one.name, "says": offering.said(one.says, one.name)} for one in model.when],
        "signing": [] if record is None else _shown(page, model, record),
        "roles": _role_inputs(faces, subject),
        "companion": _companion(faces, caller, subject, names),
        "joint": _takes_several(subject, caller.party),
    }


def _takes_several(subject: Subject, party: str) -> bool:
    """Whether others may have to sign, as far as the form can tell."""
    other = subject.other
    if other is not None and len([one for one in other.action.by if not one.optional]) > 1:
        return True
    return not offering.alone(subject.page, subject.model, subject.record, party)


def _role_inputs(faces: Faces, subject: Subject) -> list[dict[str, Any]]:
    return [
        {
            "name": f"as-{one['role']}",
            "title": one["title"],
            "optional": one["optional"],
            "kind": "party",
            "choices": asking.parties(faces, one["accreditation"]),
        }
        for one in _open_roles(subject)
    ]


def _companion(faces: Faces, caller: Caller, subject: Subject, names: set[str]) -> dict[str, Any] | None:
    """The companion's part of the form."""
    other = subject.other
    if other is None:
        return None
    page, action = other.page, other.action
    inputs = [{**one, "name": _ITS + one["name"]} for one in asking.inputs(faces, caller, page, action)]
    chosen: list[dict[str, Any]] = []
    if other.record_asked():
        rows = faces.access.assets(caller.reader("portal"), name=page.name, limit=200)
        fit = [(row["asset"], heading(row)) for row in rows if row["state"] in action.from_]
        title = offering.said(page.kind, page.name)
        chosen = [{"name": _RECORD, "title": title, "optional": False, "kind": "asset", "choices": fit}]
    return {
        "title": offering.said(action.title, action.name),
        "kind": offering.said(page.kind, page.name),
        "says": offering.said(other.need.says, other.need.name),
        "inputs": [*chosen, *(one for one in inputs if one["name"] in names)],
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

ROUTES: Final = [propose_page, propose, begin_page, begin]
