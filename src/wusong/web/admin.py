"""Administration, split (三员分立): system makes people and links, security gives roles, audit reads the
access log.
"""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import PathParameter

from wusong.errors import AccessError, WusongError
from wusong.node.people import OFFICES, ROLES
from wusong.web.api import Before
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages

PersonId = Annotated[str, PathParameter(pattern="^[0-9a-f]{32}$")]


@get("/admin/people", sync_to_thread=True)
def people(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Everyone who may sign in."""
    _administrator(caller)
    return page.show("people.html", **_people(faces, caller), error=None, link="")


@post("/admin/people", sync_to_thread=True)
def change(form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Make a person, give roles, appoint, deactivate, or make a sign-in link: each by the office it belongs
    to.
    """
    try:
        link = _change(form, faces, caller)
    except WusongError as error:
        return page.problem("people.html", error, **_people(faces, caller), link="")
    if link:
        return page.show("people.html", **_people(faces, caller), error=None, link=link)
    return page.go("/admin/people", "saved")


def _change(form: Form, faces: Faces, caller: Caller) -> str:
    what, person = form["what"], form["person"]
    if what in ("add", "link", "deactivate"):
        me = caller.office("system")
        if what == "deactivate" and person == me.id:
            raise AccessError("own-access")
        faces.access.log(caller_reader(caller), f"admin-{what}", person or "-")
        if what == "add":
            faces.people.add(form["name"])
        if what == "deactivate":
            faces.people.deactivate(person)
        return faces.sessions.issue_link(person) if what == "link" else ""
    me = caller.office("security")
    if person == me.id:
        raise AccessError("own-entry")
    faces.access.log(caller_reader(caller), f"admin-{what}", person)
    if what == "grant":
        faces.people.grant(person, form["party"], form.lists.get("role", []))
    elif what == "appoint":
        faces.people.appoint(person, form["office"])
    return ""


@get("/admin/log", sync_to_thread=True)
def readings(page: GivenPages, faces: GivenFaces, caller: GivenCaller, before: Before = 0) -> Response[Any]:
    """Who read and exported what."""
    caller.office("audit")
    faces.access.log(caller_reader(caller), "read-access-log", str(before))
    found = faces.access.readings(before=before)
    names = {person.id: person.name for person in faces.people.all()}
    return page.show(
        "access_log.html", readings=found, names=names, more=found[-1]["id"] if len(found) == 200 else 0
    )


def caller_reader(caller: Caller) -> Any:  # noqa: ANN401 - a Reader without a party
    """The administrator as one who reads."""
    from wusong.node.access import Reader

    return Reader(caller.party, caller.person.id if caller.person else "", "portal")


def _administrator(caller: Caller) -> None:
    if caller.person is None:
        raise AccessError("not-signed-in")
    if caller.person.office not in ("system", "security"):
        raise AccessError("not-office", office="system / security")


def _people(faces: Faces, caller: Caller) -> dict[str, Any]:
    office = caller.person.office if caller.person else ""
    return {
        "people": faces.people.all(),
        "office": office,
        "roles": ROLES,
        "offices": OFFICES,
        "held": faces.node.keys.parties(),
    }


ROUTES = [people, change, readings]
