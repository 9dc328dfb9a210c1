"""Errors as answers: problem documents (RFC 9457) for programs, a page for people.

Members beside the standard's own: ``code``, ``data``, and ``texts`` with what happened, why and what to do
in zh and en. An error that nobody foresaw says nothing about itself but a reference, under which the log
has it.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from wusong.crypto.random import random_bytes
from wusong.errors import AccessError, WusongError
from wusong.web import reasons
from wusong.web.bodies import size
from wusong.web.headers import SECURITY

if TYPE_CHECKING:
    from wusong.ledger.receipt import Receipt

PROBLEM: Final = "application/problem+json"
TYPES: Final = "/api/v1/problems/"
_log = logging.getLogger("wusong.web")
_BY_STATUS: Final = {
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
}


def document(error: WusongError, lang: str = "en", receipt: Receipt | None = None) -> dict[str, Any]:
    """The problem document of an error."""
    said = reasons.plain(error, lang).explain(lang)
    texts = {one: msgspec.structs.asdict(_Text(*_parts(error, one))) for one in ("en", "zh")}
    body = {
        "type": f"{TYPES}{error.code}",
        "title": said.what,
        "status": error.status,
        "detail": f"{said.why} {said.do}",
        "code": error.code,
        "texts": texts,
    }
    clause = error.data.get("clause")
    if isinstance(clause, str) and clause:
        body["clause"] = clause
    if receipt is not None:
        body["receipt"] = msgspec.to_builtins(receipt)
    return body


def answer(error: WusongError, lang: str = "en", receipt: Receipt | None = None) -> Response[bytes]:
    """The problem document as a response."""
    headers = {**SECURITY, "cache-control": "no-store"}
    body = msgspec.json.encode(document(error, lang, receipt))
    return Response(body, status_code=error.status, media_type=PROBLEM, headers=headers)


def known(request: Request[Any, Any, Any], error: Exception) -> WusongError:
    """Any error as one of ours; what nobody foresaw is logged under the reference that the answer gives."""
    if isinstance(error, WusongError):
        return error
    if isinstance(error, HTTPException) and error.status_code < 500:
        return _of_litestar(request, error)
    reference = random_bytes(6).hex()
    _log.error("internal error %s", reference, exc_info=_without_values(error))
    return WusongError("internal-error", reference=reference)


def _of_litestar(request: Request[Any, Any, Any], error: HTTPException) -> WusongError:
    code = _BY_STATUS.get(error.status_code, "bad-request")
    data: dict[str, Any] = {"method": request.method} if code == "method-not-allowed" else {}
    if code == "not-allowed":
        data = {"right": "-"}
    if code == "body-too-large":
        limit = request.route_handler.resolve_request_max_body_size()
        data = {"limit": size(limit) if isinstance(limit, int) else "-"}
    if code == "bad-request":
        data = {"reason": _fields(error)}
    return AccessError(code, **data)


def _fields(error: HTTPException) -> str:
    """The names of what is wrong, never the values: a value may be a secret."""
    extra = error.extra if isinstance(error.extra, list) else []
    items = [item for item in extra if isinstance(item, dict)]
    names = [_named(str(item.get("message", "")), str(item.get("key", ""))) for item in items]
    missing = _MISSING.search(str(error.detail))
    names += [f"{missing[1]}: missing"] if missing else []
    return ", ".join(filter(None, names))[:200] or type(error).__name__


def _named(message: str, key: str) -> str:
    """Where a body is wrong, and whether something is missing there or not known."""
    at = _AT.search(message)
    inner = ".".join(part for part in (key if key != "data" else "", at[1] if at else "") if part)
    found = _MEMBER.search(message)
    if found is None:
        return inner or key
    return f"{'.'.join(part for part in (inner, found[2]) if part)}: {found[1].split()[0]}"


_MISSING: Final = re.compile(r"[Mm]issing required \w+ parameter '([\w-]+)'")
_MEMBER: Final = re.compile(r"(missing|unknown)(?: required)? field `([\w-]+)`")
_AT: Final = re.compile(r"at `\$\.?([\w.\[\]-]*)`")


def _without_values(error: BaseException) -> BaseException:
    """The error with its traceback, its message dropped: messages quote what callers sent."""
    return _Unforeseen(type(error).__name__).with_traceback(error.__traceback__)


class _Unforeseen(Exception):  # noqa: N818 - stands in the log for an error whose message may quote a caller
    """The name of another error's class, with its traceback."""


class _Text(msgspec.Struct):
    what: str
    why: str
    do: str


def _parts(error: WusongError, lang: str) -> tuple[str, str, str]:
    said = reasons.plain(error, lang).explain(lang)
    return said.what, said.why, said.do


__all__ = ["PROBLEM", "MediaType", "answer", "document", "known"]
