"""Handing in deeds, and reading what became of them.

``POST /api/v1/deeds`` needs no sign-in: a deed carries the signatures of those whom it binds. It is the
busiest path of a node, so it reads no database and writes no log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import PathParameter

from wusong.errors import AccessError, DeedError, WusongError
from wusong.ledger.deed import MAX_INSTALL
from wusong.ledger.receipt import Receipt
from wusong.web import problems
from wusong.web.faces import Faces, find_lang
from wusong.web.given import GivenCaller, GivenFaces
from wusong.web.headers import SECURITY

DeedId = Annotated[
    str, PathParameter(pattern="^[0-9a-f]{64}$", description="The deed's id, 64 hex characters.")
]
JSON = "application/json"
_HEADERS = {**SECURITY, "cache-control": "no-store"}


class Problem(msgspec.Struct):
    """A problem document (RFC 9457), with what happened, why and what to do in both languages."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    texts: dict[str, dict[str, str]]
    clause: str = ""
    receipt: dict[str, Any] | None = None


REFUSED = ResponseSpec(
    Problem, description="Refused, with the reason", media_type=problems.PROBLEM, generate_examples=False
)
RESPONSES = {400: REFUSED, 401: REFUSED, 403: REFUSED, 404: REFUSED, 422: REFUSED}


@dataclass
class _EnvelopeBody(Operation):
    """The body is taken as bytes, so that its schema is told apart."""

    def __post_init__(self) -> None:
        schema = Schema(
            type=OpenAPIType.OBJECT,
            description="Canonical envelope: payload, signatures, acts (docs/formats.md section 3)",
        )
        self.request_body = RequestBody(content={JSON: OpenAPIMediaType(schema=schema)}, required=True)


@post(
    "/api/v1/deeds",
    status_code=200,
    request_max_body_size=MAX_INSTALL,
    operation_class=_EnvelopeBody,
    summary="Hand in a deed",
    tags=["deeds"],
    responses={**RESPONSES, 413: REFUSED, 429: REFUSED},
    opt={"quiet": True},
)
async def submit(request: Request[Any, Any, Any], faces: GivenFaces) -> Response[bytes]:
    """Hand in a deed as canonical envelope bytes; the answer comes when it is durable.

    Accepted: 200 with the receipt. Refused: a problem; if the deed reached a block, its receipt is a member.
    """
    receipt = await faces.inbox.submit(await request.body())
    if not receipt.accepted:
        return problems.answer(refusal(faces, receipt), find_lang(request), receipt)
    return Response(receipt.encode(), media_type=JSON, headers=_HEADERS)


def refusal(faces: Faces, receipt: Receipt) -> WusongError:
    """A refused receipt as an error that explains itself."""
    known = faces.node.ledger.app.refusal(receipt.deed)
    data: dict[str, Any] = {} if known is None else dict(known.data)
    return DeedError(
        receipt.code, **{**data, "deed": receipt.deed, "act": receipt.act, "clause": receipt.clause}
    )


@get("/api/v1/deeds/{deed:str}", sync_to_thread=True, summary="A deed", tags=["deeds"], responses=RESPONSES)
def deed(deed: DeedId, faces: GivenFaces, caller: GivenCaller) -> dict[str, Any]:
    """A deed's standing, its receipt, and the acts of it that the caller may see."""
    reader = caller.reader()
    found = faces.access.deed(reader, deed)
    row = faces.node.ledger.store.deed(bytes.fromhex(deed))
    if row is None:
        raise AccessError("not-found")
    faces.access.log(reader, "read-deed", deed)
    return found | {"receipt": msgspec.json.decode(row.receipt)}


@get(
    "/api/v1/deeds/{deed:str}/bundle",
    sync_to_thread=True,
    summary="A deed's bundle",
    tags=["deeds"],
    responses=RESPONSES,
)
def bundle(deed: DeedId, faces: GivenFaces, caller: GivenCaller) -> Response[bytes]:
    """The bundle (evidence file) of a deed, canonical JSON, disclosing the acts that the caller may see."""
    body = faces.access.bundle(caller.reader(), deed)
    headers = {**_HEADERS, "content-disposition": f'attachment; filename="{deed[:16]}.bundle.json"'}
    return Response(msgspec.json.encode(body, order="sorted"), media_type=JSON, headers=headers)


ROUTES = [submit, deed, bundle]
