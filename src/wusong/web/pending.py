"""Pending deeds over HTTP: other nodes bring them, signers read and sign them.

* ``POST /api/v1/pending`` needs no sign-in: what comes must be signed by its proposer with a key in force,
  for this ledger, and for a party of this node; all else is denied. Nor does the notice that it has ended,
  which is signed by who ended it.
* Only for the signers is there anything to read. Each reading is written to the access log.
* A person signs what the page shows: the path names the deed's id, which stands for exactly those acts.
  Under four eyes the signature waits as an entry for a colleague.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import Body, PathParameter

from wusong.errors import NodeError, WusongError
from wusong.node import library
from wusong.node.pending import Pending, refusal_of
from wusong.node.pending_end import MAX_END
from wusong.node.pending_form import MAX_FORM
from wusong.web.contract_words import words_of
from wusong.web.deeds import JSON, REFUSED, RESPONSES
from wusong.web.entering import enter, run
from wusong.web.faces import Caller, Faces
from wusong.web.forms import Form, check_token
from wusong.web.given import GivenCaller, GivenFaces, GivenForm, GivenPages
from wusong.web.pages import Pages, explained

PendingId = Annotated[
    str, PathParameter(pattern="^[0-9a-f]{64}$", description="The id of the deed, 64 hex characters.")
]
_RESPONSES: Final = {**RESPONSES, 409: REFUSED, 413: REFUSED, 429: REFUSED}
_post: Final = partial(post, status_code=200, tags=["pending"], responses=_RESPONSES)


# -- for other nodes and for programs --------


@dataclass
class _FormBody(Operation):
    """The body is taken as bytes, so that its schema is told apart."""

    def __post_init__(self) -> None:
        schema = Schema(
            type=OpenAPIType.OBJECT, description="Canonical JSON: acts, format, payload, signatures"
        )
        self.request_body = RequestBody(content={JSON: OpenAPIMediaType(schema=schema)}, required=True)


@dataclass
class _EndBody(Operation):
    """The same for the notice that it has ended."""

    def __post_init__(self) -> None:
        said = "Canonical JSON: deed, format, ledger, party, protected, signature, state"
        schema = Schema(type=OpenAPIType.OBJECT, description=said)
        self.request_body = RequestBody(content={JSON: OpenAPIMediaType(schema=schema)}, required=True)


class Proposed(msgspec.Struct, forbid_unknown_fields=True, rename={"as_": "as", "with_": "with"}):
    """One act, with all who sign it by role; ``asset`` absent: it creates one."""

    contract: str
    action: str
    as_: dict[str, str]
    args: dict[str, Any] = {}
    asset: str | None = None
    rev: int | None = None
    with_: dict[str, int] = {}


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """The acts of one deed, in order; ``lifetime`` in ms."""

    acts: Annotated[list[Proposed], msgspec.Meta(min_length=1, max_length=32)]
    lifetime: Annotated[int, msgspec.Meta(ge=60_000)] | None = None


@_post(
    "/api/v1/pending",
    request_max_body_size=MAX_FORM,
    operation_class=_FormBody,
    summary="Bring a pending deed, or signatures for it",
)
async def receive(request: Request[Any, Any, Any], faces: GivenFaces) -> dict[str, Any]:
    """Take in a pending deed, signed at least by its proposer, or further signatures of one that is here."""
    body = await request.body()
    return {"deed": await sync_to_thread(faces.pendings.receive, body)}


@_post(
    "/api/v1/pending/{deed:str}/end",
    request_max_body_size=MAX_END,
    operation_class=_EndBody,
    summary="Tell that a pending deed was declined or withdrawn",
)
async def receive_end(deed: PendingId, request: Request[Any, Any, Any], faces: GivenFaces) -> dict[str, Any]:
    """Take in another node's notice, signed by the party that declined, or by the proposer that withdrew. The
    deed is the one that the notice names.
    """
    body = await request.body()
    return {"deed": await sync_to_thread(faces.pendings.receive_end, body, deed)}


@_post("/api/v1/pending/proposals", summary="Propose a deed that several sign")
async def propose(
    data: Annotated[Proposal, Body(description="The acts.")],
    request: Request[Any, Any, Any],
    faces: GivenFaces,
    caller: GivenCaller,
) -> dict[str, Any]:
    """Put acts to all whom they name, signed for the caller's party, which must be among them."""
    args = msgspec.to_builtins(data)
    return await sync_to_thread(run, faces, caller, request, "propose", args)


@get("/api/v1/pending", sync_to_thread=True, summary="Pending deeds", tags=["pending"], responses=_RESPONSES)
def listed(faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """The pending deeds that the caller's party is a signer of, open or closed, newest first."""
    reader = caller.reader()
    faces.access.log(reader, "list-pending", caller.party)
    return {"pending": [one.to_json() for one in faces.pendings.of(caller.party)]}


@get(
    "/api/v1/pending/{deed:str}",
    sync_to_thread=True,
    summary="A pending deed",
    tags=["pending"],
    responses=_RESPONSES,
)
def one(deed: PendingId, faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """A pending deed with its acts and who has signed, for its signers; `form` is what travels."""
    found = _read(faces, caller, deed, "api")
    return found.to_json() | {"form": msgspec.json.decode(found.form.encode())}


@_post("/api/v1/pending/{deed:str}/sign", sync_to_thread=True, summary="Sign a pending deed")
def sign(
    deed: PendingId, request: Request[Any, Any, Any], faces: GivenFaces, caller: GivenCaller
) -> dict[str, Any]:
    """Sign with the key that the node holds for the caller's party. The last signature hands the deed in."""
    caller.demand("enter")
    faces.pendings.get(deed, caller.party)
    return run(faces, caller, request, "sign-pending", {"deed": deed})


@_post("/api/v1/pending/{deed:str}/decline", sync_to_thread=True, summary="Decline a pending deed")
def decline(
    deed: PendingId, request: Request[Any, Any, Any], faces: GivenFaces, caller: GivenCaller
) -> dict[str, Any]:
    """Refuse to sign. It is closed here, and at the other signers' nodes when the notice reaches them."""
    return _ended(faces.pendings.decline, deed, request, faces, caller)


@_post("/api/v1/pending/{deed:str}/withdraw", sync_to_thread=True, summary="Withdraw a pending deed")
def withdraw(
    deed: PendingId, request: Request[Any, Any, Any], faces: GivenFaces, caller: GivenCaller
) -> dict[str, Any]:
    """Take back what the caller's party proposed: closed here, and elsewhere when the notice arrives."""
    return _ended(faces.pendings.withdraw, deed, request, faces, caller)


def _ended(
    end: Callable[[str, str], None], deed: str, request: Request[Any, Any, Any], faces: Faces, caller: Caller
) -> dict[str, Any]:
    _demand_sign(caller, request)
    end(deed, caller.party)
    return faces.pendings.get(deed, caller.party).to_json()


def _demand_sign(caller: Caller, request: Request[Any, Any, Any]) -> None:
    caller.demand("sign")
    check_token(caller, request.headers.get("x-csrf-token", ""))


def _read(faces: Faces, caller: Caller, deed: str, way: str) -> Pending:
    reader = caller.reader(way)
    found = faces.pendings.get(deed, caller.party)
    faces.access.log(reader, "read-pending", deed)
    return found


# -- for people --------


@get("/pending/{deed:str}", sync_to_thread=True)
def page_of(deed: PendingId, page: GivenPages, faces: GivenFaces, caller: GivenCaller) -> Response[Any]:
    """Every act in the contract's words, who has signed, and until when."""
    return page.show("pending.html", **_context(faces, caller, deed, page.lang))


@post("/pending/{deed:str}", sync_to_thread=True)
def decide(
    deed: PendingId, form: GivenForm, page: GivenPages, faces: GivenFaces, caller: GivenCaller
) -> Response[Any]:
    """Sign, decline or withdraw."""
    try:
        return _decide(faces, caller, page, deed, form)
    except WusongError as error:
        return page.problem("pending.html", error, **_context(faces, caller, deed, page.lang))


def _decide(faces: Faces, caller: Caller, page: Pages, deed: str, form: Form) -> Response[Any]:
    caller.demand("enter")
    faces.pendings.get(deed, caller.party)
    if form["decision"] == "sign":
        entered = enter(faces, caller, "sign-pending", {"deed": deed})
        if not entered.done:
            return page.go(f"/entries/{entered.entry}", "entered")
        return page.go(f"/pending/{deed}", "done" if entered.result["state"] == "done" else "signed")
    caller.demand("sign")
    if form["decision"] == "withdraw":
        faces.pendings.withdraw(deed, caller.party)
        return page.go(f"/pending/{deed}", "withdrawn")
    faces.pendings.decline(deed, caller.party)
    return page.go(f"/pending/{deed}", "declined")


def _context(faces: Faces, caller: Caller, deed: str, lang: str) -> dict[str, Any]:
    found = _read(faces, caller, deed, "portal")
    refused = refusal_of(found)
    return {
        "pending": found.to_json(),
        "acts": shown(faces, found.acts),
        "may": _may(caller, found),
        "refused": None if refused is None else explained(refused, lang, faces),
    }


def _may(caller: Caller, found: Pending) -> list[str]:
    """What the page offers the caller."""
    rights = caller.rights()
    if found.state != "waiting" or "enter" not in rights:
        return []
    mine = caller.party in found.missing
    may = [("sign", mine), ("decline", mine and "sign" in rights)]
    may.append(("withdraw", found.proposer == caller.party and "sign" in rights))
    return [name for name, offered in may if offered]


def waiting(faces: Faces, party: str) -> list[dict[str, Any]]:
    """The open pending deeds of a party with what they are about, its own signature's first."""
    found = sorted(faces.pendings.of(party, open_=True), key=lambda one: party not in one.missing)
    return [
        {
            "deed": one.deed,
            "expires": one.expires,
            "missing": one.missing,
            "proposer": one.proposer,
            "titles": [act["title"] for act in shown(faces, one.acts)],
        }
        for one in found
    ]


def acts_of_entry(faces: Faces, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The acts that an entry would sign."""
    if entry["use_case"] == "propose":
        return shown(faces, entry["args"]["acts"])
    return shown(faces, faces.pendings.get(entry["args"]["deed"], entry["party"]).acts)


def shown(faces: Faces, acts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Acts with the words of their contracts."""
    return [{"args": {}, "asset": None, "rev": None, **act, **_words(faces, act)} for act in acts]


def _words(faces: Faces, act: dict[str, Any]) -> dict[str, Any]:
    if act["contract"].startswith("system/"):
        return {"words": {}, "title": act["action"], "clauses": []}
    try:
        found = library.find(faces.node, act["contract"])
    except NodeError:  # never on this ledger: the ledger would refuse it
        return {"words": {}, "title": act["action"], "clauses": []}
    words = words_of(faces, found.digest)
    model = next((one for one in found.compiled.page.actions if one.name == act["action"]), None)
    clauses = [
        {"name": one.name, "says": one.name if one.says is None else {"en": one.says.en, "zh": one.says.zh}}
        for one in (() if model is None else model.when)
    ]
    return {
        "words": words,
        "contract": found.digest,
        "title": words["actions"].get(act["action"], act["action"]),
        "clauses": clauses,
    }


API: Final = [receive, receive_end, propose, listed, one, sign, decline, withdraw]
PAGES: Final = [page_of, decide]
