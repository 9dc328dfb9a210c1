"""Signing in and out, and one's own access: links, passphrases, resets, past sign-ins.

* A link is opened by a page with a form, so that no mail program uses it up by looking at it. The form
  chooses the passphrase.
* A wrong name and a wrong passphrase look the same; nothing that was typed is shown again but the name.
* Who was reset is told so after signing in, for a month, and always on the page of one's own access.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from wusong.errors import AccessError, WusongError
from wusong.node.resets import MACHINE, Reset
from wusong.node.sessions import Opening, Session
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.pages import Pages, local

_MAX_TOKEN = 128


@get("/sign-in", sync_to_thread=True)
def sign_in_page(page: GivenPages, faces: GivenFaces, back: FromQuery[str] = "/") -> Response[Any]:
    """Name and passphrase, or a link that was handed over; afterwards ``back`` to where one was going."""
    return page.show("sign_in.html", name="", back=local(back), nobody=faces.people.is_empty())


@get("/sign-in/{token:str}", sync_to_thread=True)
def sign_in_link(token: FromPath[str], page: GivenPages, faces: GivenFaces) -> Response[Any]:
    """A one-time link: where its person chooses a passphrase. Looking uses nothing up."""
    opened = faces.sessions.opening(token)
    if opened is None:
        return _not_in(page, faces, AccessError("sign-in-link"))
    return page.show("choose.html", **_opened(opened, token), error=None)


@post("/sign-in", sync_to_thread=True)
def sign_in(
    form: GivenForm, page: GivenPages, faces: GivenFaces, request: Request[Any, Any, Any]
) -> Response[Any]:
    """Sign in: with name and passphrase, or with a link and the passphrase chosen for it."""
    token = form["token"].rpartition("/")[2]
    opened = faces.sessions.opening(token) if token else None
    if opened is not None and not form["passphrase"] and not form["later"]:
        return page.go(f"/sign-in/{token[:_MAX_TOKEN]}")  # a link that was pasted
    try:
        secret, session = _signed_in(faces, form, token, _source(request))
    except AccessError as error:
        if opened is not None and error.code != "sign-in-link":
            return page.problem("choose.html", error, **_opened(opened, token))
        return _not_in(page, faces, error, form["name"], form["back"])
    answer = page.go("/me" if faces.sessions.resets.news(session.person.id) else local(form["back"]))
    answer.set_cookie(
        key=faces.cookie,
        value=secret,
        path="/",
        httponly=True,
        samesite="strict",
        secure=faces.secure,
        max_age=faces.node.settings.session_minutes * 60,
    )
    return answer


def _signed_in(faces: Faces, form: Form, token: str, source: str) -> tuple[str, Session]:
    if not token:
        return faces.sessions.sign_in(form["name"], form["passphrase"], source)
    if form["later"]:
        return faces.sessions.redeem(token, source, put_off=True)
    _demand_alike(form)
    return faces.sessions.redeem(token, source, form["passphrase"])


def _not_in(page: Pages, faces: Faces, error: AccessError, name: str = "", back: str = "/") -> Response[Any]:
    return page.problem("sign_in.html", error, name=name, back=local(back), nobody=faces.people.is_empty())


def _opened(opened: Opening, token: str) -> dict[str, Any]:
    return {
        "name": opened.person.name,
        "resets": opened.resets,
        "may_put_off": opened.may_put_off,
        "token": token[:_MAX_TOKEN],
    }


@post("/sign-out", sync_to_thread=True)
def sign_out(
    form: GivenForm,  # noqa: ARG001 - reading the form checks its token
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
) -> Response[Any]:
    """End the session."""
    if caller.session is not None:
        faces.sessions.end(caller.session)
    answer = page.go("/sign-in", "signed-out")
    answer.delete_cookie(faces.cookie, path="/")
    return answer


# -- one's own access --------


@get("/me", sync_to_thread=True)
def me(page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """One's own access: since when the passphrase, who had it reset, past sign-ins."""
    return page.show("me.html", **_mine(faces, caller), error=None)


@post("/me", sync_to_thread=True)
def change(
    form: GivenForm,
    page: GivenPages,
    faces: GivenFaces,
    caller: GivenCaller,
    request: Request[Any, Any, Any],
) -> Response[Any]:
    """Choose another passphrase; one's other sessions end."""
    if caller.session is None:
        raise AccessError("not-signed-in")
    try:
        _demand_alike(form)
        faces.sessions.change_passphrase(caller.session, form["old"], form["passphrase"], _source(request))
    except WusongError as error:
        return page.problem("me.html", error, **_mine(faces, caller))
    return page.go("/me", "passphrase")


def _demand_alike(form: Form) -> None:
    if form["passphrase"] != form["again"]:
        raise AccessError("passphrase-unlike")


def _mine(faces: Faces, caller: Caller) -> dict[str, Any]:
    if caller.person is None:
        raise AccessError("not-signed-in")
    person, sessions = caller.person, faces.sessions
    return {
        "changed": sessions.credentials.of(person.id).changed,
        "resets": [told(faces, one) for one in sessions.resets.of(person.id)],
        "news": bool(sessions.resets.news(person.id)),
        "sign_ins": [_way(one) for one in sessions.sign_ins(person.id)],
    }


def _way(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the log of sign-ins: ``time``, ``way``, ``source``."""
    first, _, source = row["target"].partition(" ")
    if row["what"] == "sign-in-refused":
        first, source = "wrong-passphrase", row["target"]
    return {"time": row["time"], "way": first, "source": source}


def told(faces: Faces, reset: Reset) -> dict[str, Any]:
    """A reset with the names of who asked for it and who decided; None where nobody did."""
    names = {person.id: person.name for person in faces.people.all()}
    return {
        "reset": reset.reset,
        "person": names.get(reset.person, ""),
        "asker": "" if reset.asker == MACHINE else names.get(reset.asker, ""),
        "asked": reset.asked,
        "decider": names.get(reset.decider, ""),
        "decided": reset.decided,
        "state": reset.state,
        "used": reset.used,
    }


def _source(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else ""


ROUTES = [sign_in_page, sign_in_link, sign_in, sign_out, me, change]
