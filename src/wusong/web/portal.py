"""The portal's own pages: home, the party worked for, the language, entries. Domains bring theirs."""

from __future__ import annotations

from importlib import resources
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, PathParameter

from wusong.errors import AccessError, WusongError
from wusong.i18n import choose
from wusong.node import library
from wusong.web import pending
from wusong.web.carrying import carry, use_case
from wusong.web.contract_words import words_for, words_of
from wusong.web.faces import LANGUAGE_COOKIE, Caller, Faces
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.offering import all_begins
from wusong.web.pages import local
from wusong.web.todo import LIMIT, entered_for, items

_SHOWN: Final = 30
_YEAR: Final = 365 * 24 * 3600
_CSS: Final = (resources.files("wusong.web") / "static" / "wusong.css").read_bytes()
EntryId = Annotated[str, PathParameter(pattern="^[0-9a-f]{32}$")]


@get("/static/wusong.css", sync_to_thread=False, opt={"quiet": True})
def stylesheet() -> Response[bytes]:
    """The one style sheet."""
    return Response(
        _CSS,
        media_type="text/css; charset=utf-8",
        headers={"cache-control": "max-age=300", "x-content-type-options": "nosniff"},
    )


@get("/", sync_to_thread=True)
def home(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """What waits for the caller, and what happened lately."""
    if not caller.known:
        return page.go("/sign-in")
    if caller.person and caller.person.office:
        return page.go("/admin/log" if caller.person.office == "audit" else "/admin/people")
    reader = caller.reader("portal")
    faces.access.log(reader, "read-home", caller.party)
    recent = [row for row in faces.access.recent(reader, 40) if not row["name"].startswith("system/")][:12]
    own = faces.access.assets(reader, party=caller.party, limit=LIMIT)
    mine = [row for row in own if not row["name"].startswith("system/")][:12]
    entries = faces.entries.of(caller.party, waiting=True)
    todo = items(faces.node, caller.party, own, entered_for(entries))
    seen = {row["contract"] for row in (*recent, *mine)} | {one.contract for one in todo if one.contract}
    return page.show(
        "home.html",
        entries=_listed(faces, entries),
        todo=[one for one in todo if not one.last][:_SHOWN],
        coming=[one for one in todo if one.last][:_SHOWN],
        more=max(0, sum(not one.last for one in todo) - _SHOWN),
        now=faces.node.ledger.now(),
        pendings=pending.waiting(faces, caller.party),
        recent=recent,
        mine=mine,
        begins=all_begins(faces, caller),
        kinds={row["name"] for row in own},
        words=words_for(faces, seen),
    )


# -- the party worked for, and the language --------


@post("/party", sync_to_thread=True)
def work_for(form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Switch the party that the person works for."""
    if caller.session is None:
        raise AccessError("not-signed-in")
    faces.sessions.work_for(caller.session, form["party"])
    return page.go(local(form["back"]))


@get("/language/{wanted:str}", sync_to_thread=False)
def language(
    wanted: FromPath[str], page: GivenPages, faces: GivenFaces, back: FromQuery[str] = "/"
) -> Response[Any]:
    """Choose the language; kept in a cookie."""
    answer = page.go(local(back))
    chosen = choose(wanted)
    if chosen is not None:
        answer.set_cookie(
            key=LANGUAGE_COOKIE,
            value=chosen,
            path="/",
            samesite="lax",
            secure=faces.secure,
            httponly=True,
            max_age=_YEAR,
        )
    return answer


# -- entries --------


@get("/entries", sync_to_thread=True)
def entries(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """What was entered for the party, waiting or decided."""
    caller.demand("read")
    return page.show("entries.html", entries=_listed(faces, faces.entries.of(caller.party)))


@get("/entries/{entry:str}", sync_to_thread=True)
def entry(entry: EntryId, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Check answers: one entry as it would be signed."""
    return page.show("entry.html", **_entry(faces, caller, entry), error=None)


@post("/entries/{entry:str}", sync_to_thread=True)
def decide(
    entry: EntryId, form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """Approve, return or review an entry."""
    if caller.person is None:
        raise AccessError("not-signed-in")
    try:
        said = _decide(faces, caller, entry, form)
    except WusongError as error:
        return page.problem("entry.html", error, **_entry(faces, caller, entry))
    return page.go(f"/entries/{entry}", said)


def _decide(faces: Faces, caller: Caller, entry: str, form: Form) -> str:
    assert caller.person is not None  # noqa: S101 - asked by the caller
    if form["decision"] == "approve":
        _entry(faces, caller, entry)  # what cannot be shown cannot be approved
        faces.entries.approve(
            caller.person, entry, lambda name, party, args: carry(faces.node, name, party, args)
        )
        return "approved"
    if form["decision"] == "return":
        faces.entries.give_back(caller.person, entry, form["note"])
        return "returned"
    faces.entries.review(caller.person, entry, form["note"])
    return "reviewed"


def _entry(faces: Faces, caller: Caller, entry: str) -> dict[str, Any]:
    """An entry in the words of its use case or, for an act, of its contract."""
    if caller.person is None:
        raise AccessError("not-signed-in")
    found = faces.entries.get(caller.person, entry)
    shown = {"entry": found, "own": found["author"] == caller.person.id, "acts": []}
    if found["use_case"] in ("propose", "sign-pending"):
        acts = pending.acts_of_entry(faces, found)
        return shown | {"title": use_case(found["use_case"]).title, "act": None, "acts": acts}
    if found["use_case"] != "act":
        return shown | {"title": use_case(found["use_case"]).title, "act": None}
    wanted = found["args"]
    words = _words(faces, wanted["contract"])
    if not words or wanted["action"] not in words["actions"]:
        raw = {**wanted, "as": {wanted["role"]: found["party"]}}
        return shown | {"title": wanted["action"], "act": None, "acts": pending.shown(faces, [raw])}
    title = words["actions"].get(wanted["action"], wanted["action"])
    return shown | {
        "title": title,
        "act": {
            "words": words,
            "action": wanted["action"],
            "asset": wanted.get("asset"),
            "args": wanted["args"],
        },
    }


def _words(faces: Faces, contract: str) -> dict[str, Any]:
    """The words of a contract; none for what is built in or not on this ledger."""
    try:
        return words_of(faces, library.find(faces.node, contract).digest)
    except WusongError:
        return {}


def _listed(faces: Faces, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries with what they are about: an act by its action and its contract."""
    return [one | _about(faces, one) for one in found]


def _about(faces: Faces, entry: dict[str, Any]) -> dict[str, Any]:
    args, case = entry["args"], entry["use_case"]
    if case != "act":
        return {"title": _titles().get(case, case), "under": ""}
    words = _words(faces, args["contract"])
    title = words.get("actions", {}).get(args["action"], args["action"])
    return {"title": title, "under": words.get("title", args["contract"])}


def _titles() -> dict[str, dict[str, str]]:
    from wusong.web.carrying import use_cases

    return {name: case.title for name, case in use_cases().items()}


ROUTES = [
    stylesheet,
    home,
    work_for,
    language,
    entries,
    entry,
    decide,
]
