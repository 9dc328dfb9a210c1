"""Forms: read once, only with the token of the session, only from our own pages."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from wusong.errors import AccessError
from wusong.web.faces import Caller

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and uploaded. Texts are stripped; a name that came several times is in ``lists``, its
    files in ``several``.
    """

    values: dict[str, str]
    lists: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, UploadFile] = field(default_factory=dict)
    several: dict[str, list[UploadFile]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A text, empty where nothing was typed."""
        return self.values.get(name, "")


async def same_origin(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A guard: what changes something is not taken from other sites' pages. Raises AccessError
    ``forged-form``. It waits for nothing; were it no coroutine, a thread would be woken for every request.
    """
    if connection.scope.get("method", "GET") in _SAFE:
        return
    site = connection.headers.get("sec-fetch-site", "same-origin")
    origin = connection.headers.get("origin", "")
    host = connection.headers.get("host", "")
    own = {host, connection.app.state.faces.node.settings.public_url.partition("://")[2].rstrip("/")}
    if site not in ("same-origin", "none") or (origin and origin.partition("://")[2] not in own):
        raise AccessError("forged-form")


async def read_form(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Form:
    """The form of a request. Raises AccessError ``forged-form`` when the session's token is not in it."""
    data = await request.form()
    values: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    several: dict[str, list[UploadFile]] = {}
    for name, value in list(data.multi_items())[:_MAX_FIELDS]:
        if isinstance(value, UploadFile):
            files[name] = value
            several.setdefault(name, []).append(value)
        else:
            values[name] = str(value).strip()
            lists.setdefault(name, []).append(values[name])
    check_token(caller, values.pop("csrf", ""))
    return Form(values, lists, files, several)


def check_token(caller: Caller, token: str) -> None:
    """Raise AccessError ``forged-form`` unless ``token`` is the session's. Programs need none."""
    if caller.session is not None and not secrets.compare_digest(
        token.encode(), caller.session.csrf.encode()
    ):
        raise AccessError("forged-form")
