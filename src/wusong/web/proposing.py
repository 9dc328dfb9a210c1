"""Proposing what several parties sign, from the page of the record that it is about.

* Offered is what the contract lets be done from the record's state in a role that the party stands in,
  together with others.
* Who signs is who stands in the roles that sign; a role that nobody fills yet must be filled by an argument.
* A record that several sign to make is begun in the same way; the form asks who they are.
* Where another act must stand in the same deed, the form asks for both (``composing``).
* What a condition leaves no choice about is shown, not asked for (``settled``).
* Sending the form signs for the proposer, or waits as an entry for a colleague; then it is a pending
  deed. Where the party turns out to be the only one that signs, the deed is handed in at once.
"""

from __future__ import annotations

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
from wusong.web import asking, composing, offering, seats, typed
from wusong.web.bodies import MAX_UPLOAD
from wusong.web.carrying import took_in
from wusong.web.entering import enter
from wusong.web.faces import Caller, Faces
from wusong.web.filled import Filled
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenFilled, GivenPages
from wusong.web.settled import Settled, settled
from wusong.web.standing import Standing, now_standing, standing
from wusong.web.words import heading

AssetId = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The asset's id.")]
DAYS: Final = 7
MOST_DAYS: Final = 30
_DAY: Final = 86_400_000
_ITS: Final = "its-"
_RECORD: Final = "its.record"


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
        and seats.is_joint(action, asset, caller.party)
    ]


# -- the form --------


@get("/assets/{asset:str}/propose/{action:str}", sync_to_thread=True)
def propose_page(
    asset: AssetId, action: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """The form of one action that several sign, or that another act must go with."""
    context = _context(faces, caller, about(faces, caller, asset, action))
    return page.show("propose.html", **context, given={"days": str(DAYS)}, error=None)


@post("/assets/{asset:str}/propose/{action:str}", request_max_body_size=MAX_UPLOAD)
async def propose(asset: AssetId, action: FromPath[str], filled: GivenFilled) -> Response[Any]:
    """Propose it to all who sign, or enter it for a colleague to sign."""
    subject = await sync_to_thread(about, filled.faces, filled.caller, asset, action)
    return await sync_to_thread(_propose, subject, filled)


@get("/contracts/{name:str}/propose/{action:str}", sync_to_thread=True)
def begin_page(
    name: FromPath[str], action: FromPath[str], page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """The form of an action that makes a record and that several sign, or that another act must go with."""
    context = _context(faces, caller, beginning(faces, caller, name, action))
    return page.show("propose.html", **context, given={"days": str(DAYS)}, error=None)


@post("/contracts/{name:str}/propose/{action:str}", request_max_body_size=MAX_UPLOAD)
async def begin(name: FromPath[str], action: FromPath[str], filled: GivenFilled) -> Response[Any]:
    """Propose the record to all who sign, or make it where the party signs alone."""
    subject = await sync_to_thread(beginning, filled.faces, filled.caller, name, action)
    return await sync_to_thread(_propose, subject, filled)


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
        seats.is_joint(model, record, caller.party)
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


def _propose(subject: Subject, filled: Filled) -> Response[Any]:
    faces, caller, page = filled.faces, filled.caller, filled.page
    try:
        entered = enter(faces, caller, "propose", _proposal(filled, subject))
    except WusongError as error:
        context = _context(faces, caller, subject)
        return page.problem("propose.html", error, **context, given=filled.given)
    if not entered.done:
        return page.go(f"/entries/{entered.entry}", "entered")
    if entered.result.get("pending"):
        return page.go(f"/pending/{entered.result['pending']}", "proposed")
    return page.go(f"/assets/{entered.result['asset']}", "done")


def _proposal(filled: Filled, subject: Subject) -> dict[str, Any]:
    """The proposal that was filled in. Raises AccessError ``form-wrong``."""
    faces, form = filled.faces, filled.form
    asked = _asked(faces, filled.caller, subject)
    args = typed.read_args(faces, asked.fields, form, filled.uploads, asked.titles)
    took_in(faces.node, filled.caller.party, typed.commitments(asked.fields, args, form, filled.uploads))
    days = form["days"] or str(DAYS)
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= MOST_DAYS):
        raise typed.form_wrong({"days": (_DAYS_TITLE, _DAYS_RIGHT)})
    mine = asked.ours.fill({name: value for name, value in args.items() if not name.startswith(_ITS)})
    its = _stripped(args)
    theirs = its if asked.its is None else asked.its.fill(its)
    acts = _acts(faces, filled.caller, form, subject, mine, theirs)
    signing = {party for act in acts for party in act["as"].values()}
    alone = {"alone": True} if signing == {filled.caller.party} else {}
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
    parties = seats.parties_of(subject.model, record, mine, {**_chosen(form, subject), "": caller.party})
    asset = {} if record is None else {"asset": record["asset"]}
    act = {"contract": subject.digest, "action": subject.model.name, "as": parties, "args": mine, **asset}
    if other is None:
        return [act]
    its = {"contract": other.digest, "action": other.action.name, "args": theirs}
    its["as"] = seats.parties_of(other.action, found, theirs, {**parties, "": caller.party})
    if found is not None:
        its["asset"] = found["asset"]
    first = record is None or not other.creates
    both = [act | {"with": {other.need.name: int(first)}}]
    both.append(its | ({"with": {other.back: int(not first)}} if other.back else {}))
    return both if first else both[::-1]


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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: the arguments, the companion's by names of their own, with their titles; and what
    is settled on both sides.
    """

    fields: list[Field]
    titles: dict[str, dict[str, str]]
    ours: Settled
    its: Settled | None

    @property
    def names(self) -> set[str]:
        """The names of the arguments."""
        return {one.name for one in self.fields}

    def fixed(self) -> list[dict[str, Any]]:
        """What is settled, as the form shows it."""
        return [*self.ours.rows(), *([] if self.its is None else self.its.rows())]


def _asked(faces: Faces, caller: Caller, subject: Subject) -> Asked:
    page, model, record, other = subject.page, subject.model, subject.record, subject.other
    titles = asking.titles(page, model)
    if other is None:
        names = {one.name for one in model.args}
        ours = settled(faces, caller, page, model, record, asked=names)
        return Asked([one for one in model.args if one.name not in ours], titles, ours, None)
    mine, its = {*other.ours_asked(model)}, {*other.its_asked()}
    _, linked = other.complete({}, record, {}, None)
    ours = settled(faces, caller, page, model, record, asked=mine)
    theirs = settled(faces, caller, other.page, other.action, None, asked=its, linked=linked)
    fields = [one for one in model.args if one.name in mine and one.name not in ours]
    fields += [
        msgspec.structs.replace(one, name=_ITS + one.name)
        for one in other.action.args
        if one.name in its and one.name not in theirs
    ]
    its_titles = asking.titles(other.page, other.action)
    return Asked(fields, titles | {_ITS + name: title for name, title in its_titles.items()}, ours, theirs)


def _context(faces: Faces, caller: Caller, subject: Subject) -> dict[str, Any]:
    page, model, record = subject.page, subject.model, subject.record
    asked = _asked(faces, caller, subject)
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
        "inputs": [one for one in inputs if one["name"] in asked.names],
        "fixed": asked.fixed(),
        "titles": asked.titles,
        "most_days": MOST_DAYS,
        "clauses": [{"name": one.name, "says": offering.said(one.says, one.name)} for one in model.when],
        "signing": [] if record is None else seats.shown(page, model, record),
        "roles": _role_inputs(faces, subject),
        "companion": _companion(faces, caller, subject, asked.names),
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
        fit = [(row["asset"], asking.label(faces, row)) for row in rows if row["state"] in action.from_]
        title = offering.said(page.kind, page.name)
        chosen = [{"name": _RECORD, "title": title, "optional": False, "kind": "asset", "choices": fit}]
    return {
        "title": offering.said(action.title, action.name),
        "kind": offering.said(page.kind, page.name),
        "says": offering.said(other.need.says, other.need.name),
        "inputs": [*chosen, *(one for one in inputs if one["name"] in names)],
    }


_DAYS_TITLE: Final = {"en": "Days to sign", "zh": "签署期限（日）"}
_DAYS_RIGHT: Final = {
    "en": f"Enter a whole number of days, 1 to {MOST_DAYS}.",
    "zh": f"请填写 1 至 {MOST_DAYS} 之间的整数。",
}

ROUTES: Final = [propose_page, propose, begin_page, begin]
