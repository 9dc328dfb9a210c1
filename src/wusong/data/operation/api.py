"""HTTP API of authorised operation. ``run`` comes from the face that mounts these routes, by name.

Acts that one side signs are done, or entered for a colleague to sign; a renewal is proposed to the other
side.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import Body, FromQuery, PathParameter

from wusong.crypto import canonical
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.money.standing import now
from wusong.data.operation import disclosure, overview, submitting, workbook
from wusong.data.operation.due import due_of
from wusong.data.operation.service import OPERATION, Cause, Protection
from wusong.errors import DataError

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The authorisation's id.")]
Year = Annotated[int, PathParameter(description="The calendar year.")]
Kind = Annotated[Literal["xlsx", "public"], PathParameter(description="The workbook, or the one to publish.")]
_ROOT: Final = "/api/v1/data/operations"
_YEARLY: Final = "/api/v1/data/disclosures/{year:int}"
_get: Final = partial(get, sync_to_thread=True, tags=["data"])
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])
MAX_FILE: Final = 32 << 20


class _Said(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What an act says; what is left out is not said."""


class Authorise(_Said, kw_only=True):
    """An authorisation: times in ms, amounts in minor units; ``agreement``, ``plan``, ``decision`` and
    ``security`` are commitments that ``POST /api/v1/data/operations/files`` gave.
    """

    operator: str
    resource: str
    scope: str
    starts: int
    ends: int
    ceiling: int
    columns: list[str] | None = None
    purposes: list[str] | None = None
    classes: list[str] | None = None
    class_ceilings: list[int] | None = None
    agreement: str | None = None
    plan: str | None = None
    decision: str | None = None
    security: str | None = None
    protection: Protection | None = None


class Ceiling(_Said, kw_only=True):
    """New ceilings in minor units, with the document that sets them."""

    ceiling: int
    document: str
    classes: list[str] | None = None
    class_ceilings: list[int] | None = None


class Until(_Said, kw_only=True):
    """``ends``: the new end of the term, ms."""

    ends: int


class Reason(_Said, kw_only=True):
    """``document``: the reason, and the document that gives it."""

    document: str


class Notice(Reason, kw_only=True):
    """``day``: the day on which the withdrawal takes effect, counted from 1970-01-01."""

    day: int


class Withdrawal(Reason, kw_only=True):
    """``cause`` of an immediate withdrawal; none of what was not accepted yet."""

    cause: Cause | None = None


class Incident(_Said, kw_only=True):
    """``incident``: the commitment that ``.../files`` gave; ``found``, ms."""

    incident: str
    found: int


class Measures(_Said, kw_only=True):
    """``measures``: the commitment that ``.../files`` gave."""

    measures: str


class Nothing(_Said, kw_only=True):
    """The act says nothing more."""


class Submit(_Said, kw_only=True):
    """``attest``: also attest the digests of the files."""

    attest: bool = False


# -- reading --------


@_get(_ROOT, summary="Authorisations")
def operations(
    run: Run, part: FromQuery[Literal["", "body", "operator"]] = ""
) -> dict[str, list[dict[str, Any]]]:
    """The authorisations that the caller may see, each with what is due; ``part``: only those in which the
    caller's party stands there.
    """
    run.log("list-assets", OPERATION)
    found = overview.listed(run.node.models, run.among, run.party, part)
    return {"operations": [one | {"due": _dues(run, one["asset"])} for one in found]}


@_get(f"{_ROOT}/{{asset:str}}", summary="One authorisation")
def operation(asset: Asset, run: Run) -> dict[str, Any]:
    """The record, what is due, what stands under it, and for its two sides what was done."""
    record = _record(run, asset)
    own = run.party in record["roles"].values()
    return record | {
        "due": _dues(run, asset),
        "history": overview.history(run.node.models, asset) if own else [],
        "under": overview.under(run.node.models, asset, run.among),
    }


# -- acts --------


@post(
    f"{_ROOT}/files",
    status_code=201,
    request_max_body_size=MAX_FILE,
    summary="Put a file of an authorisation into the vault",
    tags=["data"],
)
async def file(request: Request[Any, Any, Any], run: Run) -> dict[str, str]:
    """Put a file, the body, into the vault of this node; give its commitment for an act to name."""
    content = await request.body()
    return await sync_to_thread(_keep, run, content)


def _keep(run: Run, content: bytes) -> dict[str, str]:
    run.check("enter")
    commitment: str = contents.put(run.node.vault, content).commitment
    brought(run.node).note(run.party, commitment)
    return {"content": commitment}


@_post(_ROOT, summary="Authorise an operator")
def authorise(data: Annotated[Authorise, Body()], run: Run) -> dict[str, Any]:
    """An implementing body authorises an operator; it waits for the operator's acceptance."""
    return _act(run, "authorise", "body", data)


@_post(f"{_ROOT}/{{asset:str}}/accept", summary="Accept an authorisation")
def accept(asset: Asset, data: Annotated[Nothing, Body()], run: Run) -> dict[str, Any]:
    """The operator accepts, and undertakes what the page says."""
    return _act(run, "accept", "operator", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/decline", summary="Decline an authorisation")
def decline(asset: Asset, data: Annotated[Nothing, Body()], run: Run) -> dict[str, Any]:
    """The operator does not accept."""
    return _act(run, "decline", "operator", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/ceiling", summary="Change the price ceilings")
def ceiling(asset: Asset, data: Annotated[Ceiling, Body()], run: Run) -> dict[str, Any]:
    """The body changes the ceilings; classes left out fall under the general one."""
    return _act(run, "set-ceiling", "body", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/renew", summary="Propose a renewal")
def renew(asset: Asset, data: Annotated[Until, Body()], run: Run) -> dict[str, Any]:
    """Either side proposes a longer term and signs; it takes effect when the other side has signed too."""
    record = _record(run, asset)
    roles = {part: record["roles"][part] for part in ("body", "operator")}
    act = {"contract": OPERATION, "action": "renew", "asset": asset, "as": roles, "args": _args(data)}
    found: dict[str, Any] = run("propose", {"acts": [act]})
    return found


@_post(f"{_ROOT}/{{asset:str}}/suspend", summary="Suspend an authorisation")
def suspend(asset: Asset, data: Annotated[Reason, Body()], run: Run) -> dict[str, Any]:
    """The body suspends, with its reason; calls stop with the block."""
    return _act(run, "suspend", "body", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/resume", summary="Resume an authorisation")
def resume(asset: Asset, data: Annotated[Nothing, Body()], run: Run) -> dict[str, Any]:
    """The body lets the operation go on."""
    return _act(run, "resume", "body", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/incident", summary="Report a security incident")
def incident(asset: Asset, data: Annotated[Incident, Body()], run: Run) -> dict[str, Any]:
    """The operator reports; a report on the measures is owed within five days."""
    return _act(run, "report-incident", "operator", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/measures", summary="Report on the measures taken")
def measures(asset: Asset, data: Annotated[Measures, Body()], run: Run) -> dict[str, Any]:
    """The operator reports on the measures that it took."""
    return _act(run, "report-measures", "operator", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/notice", summary="Give notice of withdrawal")
def notice(asset: Asset, data: Annotated[Notice, Body()], run: Run) -> dict[str, Any]:
    """The body gives notice, thirty days ahead at the earliest."""
    return _act(run, "give-notice", "body", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/withdraw", summary="Withdraw an authorisation")
def withdraw(asset: Asset, data: Annotated[Withdrawal, Body()], run: Run) -> dict[str, Any]:
    """The body withdraws at once, with reason and cause; calls stop with the block."""
    return _act(run, "withdraw", "body", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/expire", summary="Record that the term has ended")
def expire(asset: Asset, data: Annotated[Nothing, Body()], run: Run) -> dict[str, Any]:
    """Anyone records it."""
    return _act(run, "expire", "anyone", data, asset)


# -- disclosure --------


@_get(_YEARLY, summary="The yearly disclosure")
def disclosed(year: Year, run: Run) -> dict[str, Any]:
    """The disclosure of the caller's party for a year, computed now (`wusong-disclosure/1`)."""
    run.log("read-disclosure", str(year))
    return disclosure.make(run.node, run.party, year)


@_get(f"{_YEARLY}/file/{{kind:str}}", summary="The workbook of the yearly disclosure")
def disclosed_file(year: Year, kind: Kind, run: Run) -> Response[bytes]:
    """The workbook, or the one to publish, which has no sheet that names users."""
    run.log("export-disclosure", str(year))
    said = disclosure.make(run.node, run.party, year)
    return Response(workbook.file_of(said, public=kind == "public"), media_type=workbook.MEDIA["xlsx"])


@_post(_YEARLY, summary="Submit the yearly disclosure")
def submit(year: Year, data: Annotated[Submit, Body()], run: Run) -> dict[str, Any]:
    """Put it into the vault and its commitment on the ledger, under every authorisation that runs."""
    run.check("enter")
    content = submitting.keep(run.node, run.party, disclosure.make(run.node, run.party, year))
    args = {"attest": data.attest, "content": content, "year": year}
    found: dict[str, Any] = run("submit-disclosure", args)
    return found | {"content": content}


@_get(f"{_ROOT}/{{asset:str}}/disclosure", summary="The disclosure submitted last")
def submitted(asset: Asset, run: Run) -> Response[bytes]:
    """The very bytes that the ledger's commitment is about, for the party that submitted them."""
    _record(run, asset)
    said = submitting.submitted(run.node, run.party, asset)
    run.log("export-disclosure", asset)
    return Response(canonical.encode(said), media_type="application/json")


# ------------------------------------------------------------------------------------------------------------


def _record(run: Run, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = run.asset(asset)
    if found["name"] != OPERATION:
        raise DataError("no-such-asset", asset=asset, contract=OPERATION)
    return found


def _dues(run: Run, asset: str) -> list[dict[str, Any]]:
    return [one.to_json() for one in due_of(run.node, now(run.node, asset, OPERATION), run.party)]


def _args(data: _Said) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(data)
    return found


def _act(run: Run, action: str, role: str, data: _Said, asset: str = "") -> dict[str, Any]:
    """Enter one act of the page with what was sent."""
    wanted = {"contract": OPERATION, "action": action, "role": role, "args": _args(data)}
    if asset:
        _record(run, asset)
        wanted["asset"] = asset
    found: dict[str, Any] = run("act", wanted)
    return found


ROUTES: Final = [
    operations, operation, file, authorise, accept, decline, ceiling, renew, suspend, resume, incident,
    measures, notice, withdraw, expire, disclosed, disclosed_file, submit, submitted,
]  # fmt: skip
