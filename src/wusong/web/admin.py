"""Administration, split (三员分立): system makes people and links, security gives roles and confirms resets,
audit reads the access log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from litestar import Response, get, post
from litestar.params import PathParameter

from wusong.errors import AccessError, WusongError
from wusong.node.access import Reader
from wusong.node.people import OFFICES, ROLES, Person
from wusong.web.api import Before
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.signing import told

PersonId = Annotated[str, PathParameter(pattern="^[0-9a-f]{32}$")]


# -- people --------


@get("/admin/people", sync_to_thread=True)
def people(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Everyone who may sign in."""
    _demand(caller, "system", "security")
    return page.show("people.html", **_people(faces, caller), error=None, link="")


@post("/admin/people", sync_to_thread=True)
def change(form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Make a person, give roles, appoint, close or open access, or ask for a sign-in link: each by the office
    it belongs to.
    """
    try:
        link = _change(form, faces, caller)
    except WusongError as error:
        _demand(caller, "system", "security")
        return page.problem("people.html", error, **_people(faces, caller), link="")
    if link:
        return page.show("people.html", **_people(faces, caller), error=None, link=link)
    if form["what"] == "link":
        return page.go("/admin/resets", "asked")
    return page.go("/admin/people", "saved")


@get("/admin/people/{person:str}/close", sync_to_thread=True)
def close(person: PersonId, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Before somebody's access is closed: who it is, and what ends."""
    caller.office("system")
    return page.show("close.html", one=faces.people.get(person))


def _change(form: Form, faces: Faces, caller: Caller) -> str:
    known = _CHANGES.get(form["what"])
    if known is None:
        raise AccessError("bad-request", reason="what")
    office, carry = known
    me, person = caller.office(office), form["person"]
    if person == me.id and form["what"] != "link":
        raise AccessError("own-access" if office == "system" else "own-entry")
    faces.access.log(_reader(caller), f"admin-{form['what']}", person or "-")
    return carry(faces, form, me) or ""


def _add(faces: Faces, form: Form, _me: Person) -> None:
    faces.people.add(form["name"])


def _link(faces: Faces, form: Form, me: Person) -> str:
    return faces.sessions.resets.ask(form["person"], me.id)


def _deactivate(faces: Faces, form: Form, _me: Person) -> None:
    faces.sessions.resets.demand_closable(faces.people.get(form["person"]))
    faces.people.deactivate(form["person"])


def _activate(faces: Faces, form: Form, _me: Person) -> None:
    faces.people.activate(form["person"])


def _grant(faces: Faces, form: Form, _me: Person) -> None:
    faces.people.grant(form["person"], form["party"], form.lists.get("role", []))


def _appoint(faces: Faces, form: Form, _me: Person) -> None:
    faces.people.appoint(form["person"], form["office"])


_CHANGES: Final[Mapping[str, tuple[str, Callable[[Faces, Form, Person], str | None]]]] = {
    "activate": ("system", _activate),
    "add": ("system", _add),
    "appoint": ("security", _appoint),
    "deactivate": ("system", _deactivate),
    "grant": ("security", _grant),
    "link": ("system", _link),
}
"""Each change with the office that it belongs to; what makes a link gives its token."""


def _people(faces: Faces, caller: Caller) -> dict[str, Any]:
    office = caller.person.office if caller.person else ""
    everyone = faces.people.all()
    return {
        "people": everyone,
        "standing": faces.sessions.credentials.all(),
        "guarded": faces.sessions.resets.is_guarded(),
        "nobody_works": not any(one.roles for one in everyone if one.active),
        "office": office,
        "roles": ROLES,
        "offices": OFFICES,
        "held": faces.node.keys.parties(),
    }


# -- resets --------


@get("/admin/resets", sync_to_thread=True)
def resets(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Links that wait for a second administrator, or for being made."""
    _demand(caller, *OFFICES)
    return page.show("resets.html", **_resets(faces, caller), error=None)


@post("/admin/resets", sync_to_thread=True)
def decide(form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Confirm or refuse a reset. Nobody decides what they asked for, or what concerns them."""
    me = _demand(caller, *OFFICES)
    decision = form["decision"]
    if decision not in ("confirm", "refuse"):
        raise AccessError("bad-request", reason="decision")
    try:
        faces.sessions.resets.decide(form["reset"], me, confirm=decision == "confirm")
        faces.access.log(_reader(caller), f"admin-reset-{decision}", form["reset"])
    except WusongError as error:
        return page.problem("resets.html", error, **_resets(faces, caller))
    return page.go("/admin/resets", "saved")


def _resets(faces: Faces, caller: Caller) -> dict[str, Any]:
    me = caller.person.id if caller.person else ""
    rows = []
    for one in faces.sessions.resets.open():
        able = faces.sessions.resets.confirmers(faces.people.get(one.person), one.asker)
        may = one.state == "waiting" and me in {person.id for person in able}
        mine = one.state == "confirmed" and one.asker == me
        rows.append(told(faces, one) | {"may": may, "mine": mine, "who": one.person})
    return {"rows": rows}


# -- the access log --------


@get("/admin/log", sync_to_thread=True)
def readings(page: GivenPages, faces: GivenFaces, caller: GivenCaller, before: Before = 0) -> Response[Any]:
    """Who read and exported what, who signed in, and what administrators did."""
    caller.office("audit")
    faces.access.log(_reader(caller), "read-access-log", str(before))
    found = faces.access.readings(before=before)
    names = {person.id: person.name for person in faces.people.all()}
    return page.show(
        "access_log.html", readings=found, names=names, more=found[-1]["id"] if len(found) == 200 else 0
    )


def _reader(caller: Caller) -> Reader:
    """The administrator as one who reads."""
    return Reader(caller.party, caller.person.id if caller.person else "", "portal")


def _demand(caller: Caller, *offices: str) -> Person:
    """The administrator, who must hold one of the offices. Raises AccessError ``not-signed-in``,
    ``not-office``.
    """
    if caller.person is None:
        raise AccessError("not-signed-in")
    if caller.person.office not in offices:
        raise AccessError("not-office", office=" / ".join(offices))
    return caller.person


ROUTES = [people, change, close, resets, decide, readings]
