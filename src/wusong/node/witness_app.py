"""A witness over HTTP: ``POST /add-checkpoint`` and nothing else (C2SP tlog-witness v1.0.0)."""

from __future__ import annotations

from typing import Any, Final

from litestar import Litestar, Request, Response, post

from wusong.ledger.witness import Witness

MAX_BODY: Final = 1 << 17
"""Bytes: a note has at most 64 KiB, a proof 63 lines of 44."""


def application(witness: Witness) -> Litestar:
    """The witness as an ASGI application."""

    @post("/add-checkpoint", status_code=200, request_max_body_size=MAX_BODY)
    async def add_checkpoint(request: Request[Any, Any, Any]) -> Response[bytes]:
        answer = witness.add_checkpoint(await request.body())
        return Response(answer.body, status_code=answer.status, media_type=answer.content_type)

    return Litestar([add_checkpoint], openapi_config=None)
