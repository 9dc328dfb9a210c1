"""HTTP API of public data: what needs more than one act of a contract. The stages in between are acts
(``POST /api/v1/acts``).

``caller``, ``faces`` and ``run`` come from the face that mounts these routes, by name.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from litestar import Request, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import Body, PathParameter

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.intake import taken
from wusong.data.intake.profile import profile

__all__ = ["ROUTES"]

Run: TypeAlias = NamedDependency[Any]
Asset = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$", description="The record's id.")]
MAX_TABLE: Final = 32 << 20
_post: Final = partial(post, status_code=200, sync_to_thread=True, tags=["data"])


class Registration(msgspec.Struct, forbid_unknown_fields=True):
    """An application for registration; ``content`` is the commitment that ``POST /api/v1/tables`` gave."""

    name: str
    source_basis: str
    registry: str
    content: str
    grade: Literal["general", "important", "core"] = "general"
    update: str = "irregular"


@post(
    "/api/v1/tables",
    status_code=201,
    request_max_body_size=MAX_TABLE,
    summary="Put a table into the vault",
    tags=["data"],
)
async def tables(request: Request[Any, Any, Any], run: Run) -> dict[str, Any]:
    """Put a CSV, the body, into the vault of this node; give its commitment and what it holds."""
    content = await request.body()
    return await sync_to_thread(_keep, run, content)


def _keep(run: Run, content: bytes) -> dict[str, Any]:
    from io import BytesIO

    run.check("enter")
    found = profile(BytesIO(content))
    commitment = contents.put(run.node.vault, content).commitment
    brought(run.node).note(run.party, commitment)
    taken.note(run.node, run.party, commitment, "", found.to_json())
    return {"content": commitment, "profile": found.to_json()}


@_post("/api/v1/resources", summary="Apply for registration")
def register(data: Annotated[Registration, Body()], run: Run) -> dict[str, Any]:
    """A source department applies for the registration of a table that is in the vault."""
    run.check("enter")
    brought(run.node).demand(run.party, data.content)
    return _entered(run, "register", data)


def _entered(run: Run, use_case: str, data: msgspec.Struct, **about: str) -> dict[str, Any]:
    """Enter a use case with what was sent, and the record that the path names."""
    found: dict[str, Any] = run(use_case, {**msgspec.to_builtins(data), **about})
    return found


ROUTES: Final = [tables, register]
