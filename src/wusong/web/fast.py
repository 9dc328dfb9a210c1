"""The short way for deeds: ``POST /api/v1/deeds`` answered before routing, dependency injection and
encoding come in.

The handler in ``deeds`` says what the endpoint means, and answers where this way is not taken; both give
the same bytes (tests/web/test_deeds.py holds them together). Only what is plainly the common case goes this
way: one whole body of known length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Litestar

from wusong.errors import WusongError
from wusong.ledger.deed import MAX_INSTALL
from wusong.web.headers import SECURITY

if TYPE_CHECKING:
    from litestar.types import Receive, Scope, Send

    from wusong.web.faces import Faces

PATH: Final = "/api/v1/deeds"
_HEADERS: Final = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    *((name.encode(), value.encode()) for name, value in SECURITY.items()),
]
_SLOW: Final = (b"content-encoding", b"transfer-encoding", b"origin", b"sec-fetch-site")


class App(Litestar):
    """The application, with the short way in front."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Take one connection (ASGI)."""
        if scope.get("path") == PATH and scope.get("method") == "POST" and _is_plain(scope):
            await _answer(self, scope, receive, send)
            return
        await super().__call__(scope, receive, send)


def _is_plain(scope: Any) -> bool:  # noqa: ANN401 - an ASGI scope
    length = b""
    for name, value in scope["headers"]:
        if name in _SLOW:
            return False
        if name == b"content-length":
            length = value
    return length.isdigit() and int(length) <= MAX_INSTALL


async def _answer(app: Litestar, scope: Scope, receive: Receive, send: Send) -> None:
    message: Any = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    faces: Faces = app.state.faces
    try:
        receipt = await faces.inbox.submit(body)
    except WusongError as error:
        await _refuse(error, None, scope, send)
        return
    if not receipt.accepted:
        from wusong.web.deeds import refusal

        await _refuse(refusal(faces, receipt), receipt, scope, send)
        return
    content = receipt.encode()
    headers = [*_HEADERS, (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


async def _refuse(error: WusongError, receipt: Any, scope: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    from litestar import Request

    from wusong.web import problems
    from wusong.web.faces import find_lang

    content = msgspec.json.encode(problems.document(error, find_lang(Request(scope)), receipt))
    headers = [
        (b"content-type", problems.PROBLEM.encode()),
        *_HEADERS[1:],
        (b"content-length", str(len(content)).encode()),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
