"""HTTP API of registration. The stages in between are acts (``POST /api/v1/acts``).

``run`` comes from the face that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import Body, FromQuery, PathParameter

from wusong.crypto import canonical
from wusong.data.brought import brought
from wusong.data.registration import certificate, projection, stages
from wusong.data.registration.service import RESOURCE, Procedure, Stated
from wusong.errors import DataError

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The registration's id.")]
_ROOT: Final = "/api/v1/data/registrations"
_get: Final = partial(get, sync_to_thread=True, tags=["data"])
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])


class Sent(Stated, frozen=True, kw_only=True):
    """What an application states. ``content``, ``evidence`` and ``risk`` are commitments that
    ``POST /api/v1/tables`` gave; what is left out stays, or has the default of a first registration.
    """

    content: str | None = None


class First(Sent, frozen=True, kw_only=True):
    """A first registration."""

    name: str
    source_basis: str
    content: str
    registry: str


class Changed(Sent, frozen=True, kw_only=True):
    """A change, a correction or a renewal."""

    procedure: Procedure
    reasons: str


class Effect(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """``valid_until``, ms: of a renewal only."""

    valid_until: int | None = None


@_get(_ROOT, summary="Registrations")
def registrations(run: Run, stage: FromQuery[str] = "") -> dict[str, list[dict[str, Any]]]:
    """The registrations and applications that the caller may see, each with what is due."""
    found = [one | {"due": _dues(run, one["asset"])} for one in run.assets(RESOURCE, stage)]
    return {"registrations": found}


@_get(f"{_ROOT}/{{asset:str}}", summary="One registration")
def registration(asset: Asset, run: Run) -> dict[str, Any]:
    """The record, its stages, and what is due; times in ms, what is left in working days."""
    record = _record(run, asset)
    shown = stages.of(stages.now_of(run.node, asset), projection.of(run.node.models, asset))
    return record | {
        "due": _dues(run, asset),
        "stages": [{"here": one.here, "reached": one.reached, "state": one.state} for one in shown],
    }


@_post(_ROOT, summary="Apply for a first registration")
def register(data: Annotated[First, Body()], run: Run) -> dict[str, Any]:
    """A source department applies for the registration of a table that is in the vault."""
    return _entered(run, "register", data)


@_post(f"{_ROOT}/{{asset:str}}/supplement", summary="Hand in corrections")
def supplement(asset: Asset, data: Annotated[Sent, Body()], run: Run) -> dict[str, Any]:
    """What was to be corrected, once and within its time."""
    return _entered(run, "supplement", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/change", summary="Apply for a change, a correction or a renewal")
def change(asset: Asset, data: Annotated[Changed, Body()], run: Run) -> dict[str, Any]:
    """The registration stands until the application takes effect."""
    return _entered(run, "change-registration", data, asset)


@_post(f"{_ROOT}/{{asset:str}}/effect", summary="Let a change take effect")
def effect(asset: Asset, data: Annotated[Effect, Body()], run: Run) -> dict[str, Any]:
    """Application and registration in one deed; the path names the application."""
    found: dict[str, Any] = run("take-effect", {**msgspec.to_builtins(data), "asset": asset})
    return found


@_get(f"{_ROOT}/{{asset:str}}/certificate", summary="The certificate")
def certificate_of(asset: Asset, run: Run) -> dict[str, Any]:
    """What the certificate says, and the texts of its QR codes. 409 when the registration is not in force."""
    _record(run, asset)
    run.log("read-certificate", asset)
    return certificate.issue(run.node, asset).to_json()


@_get(f"{_ROOT}/{{asset:str}}/certificate/bundle", summary="The evidence file of the certificate")
def certificate_bundle(asset: Asset, run: Run) -> Response[bytes]:
    """The state of the registration, and of the records of registrant and registration body."""
    _record(run, asset)
    run.log("export-certificate", asset)
    return Response(canonical.encode(certificate.file_of(run.node, asset)), media_type="application/json")


def _record(run: Run, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = run.asset(asset)
    if found["name"] != RESOURCE:
        raise DataError("no-such-asset", asset=asset, contract=RESOURCE)
    return found


def _dues(run: Run, asset: str) -> list[dict[str, Any]]:
    due = stages.due_of(run.node, stages.now_of(run.node, asset))
    return [{"left": one.left, "limit": one.limit, "time": one.time} for one in due]


def _entered(run: Run, use_case: str, data: Sent, asset: str = "") -> dict[str, Any]:
    """Enter a use case with what was sent; contents must be the caller's own."""
    run.check("enter")
    args = msgspec.to_builtins(data) | ({"asset": asset} if asset else {})
    brought(run.node).demand(
        run.party, *[args[name] for name in ("content", "evidence", "risk") if name in args]
    )
    found: dict[str, Any] = run(use_case, args)
    return found


ROUTES: Final = [
    registrations, registration, register, supplement, change, effect, certificate_of, certificate_bundle,
]  # fmt: skip
