"""HTTP API of sharing and return flow. Acts without contents (apply, accept, consent, refuse, ...) are acts
of the contract (``POST /api/v1/acts``).

``run`` comes from the face that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import Body, FromQuery, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.sharing import comparing, copies, handing, listing, supervision
from wusong.data.sharing.service import SHARING
from wusong.errors import DataError

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The request's id.")]
_ROOT: Final = "/api/v1/data/sharing"
_ONE: Final = f"{_ROOT}/{{asset:str}}"
_get: Final = partial(get, sync_to_thread=True, tags=["data"])
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])
MAX_FILE: Final = 32 << 20
CSV: Final = "text/csv; charset=utf-8"


class Delivered(msgspec.Struct, forbid_unknown_fields=True):
    """``content``: the commitment that ``POST /api/v1/tables`` gave."""

    content: str


class Corrected(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """``remark``: the result of the check; ``content``: the corrected table, where there is one."""

    remark: str
    content: str = ""


class Wrong(msgspec.Struct, forbid_unknown_fields=True):
    """``wrong``: what is in doubt, and why; it stays in the vault."""

    wrong: str


@_get(_ROOT, summary="Requests for sharing")
def requests(run: Run) -> dict[str, list[dict[str, Any]]]:
    """The requests in which the caller's party stands, overdue first: ``part`` is what it is in each."""
    found = listing.lines(run.node, run.party, run.assets(SHARING))
    return {"requests": [one.to_json() for one in found]}


@_get(_ONE, summary="One request for sharing")
def request(asset: Asset, run: Run) -> dict[str, Any]:
    """The record, what is due, and what the applicant says is wrong, where the caller may read it."""
    record = _record(run, asset)
    due = [
        {"left": one.left, "limit": one.limit, "time": one.time} for one in listing.due_of(run.node, asset)
    ]
    said = handing.wrong_of(run.node, run.party, record)
    if said is not None:
        run.log("read-correction-request", asset)
    return record | {"due": due} | ({} if said is None else {"said_wrong": said})


@_get(f"{_ROOT}/picture", summary="What of a table would leave")
def picture(run: Run, content: FromQuery[str], sharing: FromQuery[str] = "") -> dict[str, Any]:
    """The profile of a table that the caller brought, and its columns by their fate; with ``sharing``, a
    request, also how the columns differ from the registered resource's: ``missing``, ``more``.
    """
    run.check("enter")
    run.log("read-profile", content)
    found = copies.picture(run.node, run.party, content).to_json()
    resource = _record(run, sharing)["fields"].get("resource", "") if sharing else ""
    differs = comparing.difference(run.node, run.party, resource, found["profile"])
    return found | ({} if differs is None else differs.to_json())


@_post(f"{_ONE}/deliver", summary="Deliver")
def deliver(asset: Asset, data: Annotated[Delivered, Body()], run: Run) -> dict[str, Any]:
    """The provider delivers a table; the copy names its receiver. 422 while marked columns are undecided."""
    return _enter(run, "deliver-shared", asset, data)


@_post(f"{_ONE}/correct", summary="Answer a request for correction")
def correct(asset: Asset, data: Annotated[Corrected, Body()], run: Run) -> dict[str, Any]:
    """The provider answers, with a new copy where the data were wrong."""
    return _enter(run, "correct-shared", asset, data)


def _enter(run: Run, case: str, asset: str, data: msgspec.Struct) -> dict[str, Any]:
    run.check("enter")
    _record(run, asset)
    entered: dict[str, Any] = run(case, {**msgspec.to_builtins(data), "asset": asset})
    return entered


@_post(f"{_ONE}/ask-correction", summary="Ask for correction")
def ask_correction(asset: Asset, data: Annotated[Wrong, Body()], run: Run) -> dict[str, Any]:
    """The applicant says what is wrong with what was delivered."""
    run.check("enter")
    _record(run, asset)
    if not data.wrong.strip():
        raise DataError("sharing-wrong-unsaid")
    commitment = contents.put(run.node.vault, data.wrong.strip().encode()).commitment
    brought(run.node).note(run.party, commitment)
    entered: dict[str, Any] = run("ask-correction", {"asset": asset, "wrong": commitment})
    return entered


@_get(f"{_ONE}/copy", summary="Fetch what was delivered")
def copy(asset: Asset, run: Run) -> Response[bytes]:
    """The copy as CSV, for the applicant while the use lasts, and for the provider; header ``wusong-salt``
    opens the commitment to it.
    """
    _record(run, asset)
    run.check("enter")
    handed = handing.copy_for(run.node, run.party, asset)
    run.log("fetch-shared", asset)
    headers = {"cache-control": "no-store", "wusong-salt": handed.opening["salt"]}
    headers["content-disposition"] = f'attachment; filename="{handed.filename}"'
    return Response(handed.content, media_type=CSV, headers=headers)


@post(
    f"{_ONE}/check",
    status_code=200,
    request_max_body_size=MAX_FILE,
    summary="Check a file that came by hand",
    tags=["data"],
)
async def check(
    asset: Asset, request: Request[Any, Any, Any], run: Run, salt: FromQuery[str]
) -> dict[str, bool]:
    """Whether a file, the body, is what the record commits to under a salt. Nothing is kept."""
    return await sync_to_thread(_check, run, asset, await request.body(), salt)


def _check(run: Run, asset: str, content: bytes, salt: str) -> dict[str, bool]:
    _record(run, asset)
    return {"agrees": handing.check(run.node, asset, content, salt)}


@_get(f"{_ROOT}/supervision", summary="Counts of requests by department")
def supervised(run: Run) -> dict[str, list[dict[str, Any]]]:
    """For the coordinating body of the requests; nobody else's are counted."""
    run.log("list-assets", SHARING)
    return {"departments": supervision.to_json(supervision.counts(run.node, run.party))}


@_get(f"{_ROOT}/supervision.csv", summary="Counts of requests by department, as a table")
def supervised_csv(run: Run) -> Response[bytes]:
    """The same as CSV."""
    run.log("export-sharing-counts", run.party)
    table = supervision.as_csv(supervision.counts(run.node, run.party), run.names)
    return Response(table, media_type=CSV, headers={"cache-control": "no-store"})


def _record(run: Run, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = run.asset(asset)
    if found["name"] != SHARING:
        raise DataError("no-such-asset", asset=asset, contract=SHARING)
    return found


ROUTES: Final = [
    requests, request, picture, deliver, correct, ask_correction, copy, check, supervised, supervised_csv,
]  # fmt: skip
