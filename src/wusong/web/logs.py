"""Logs: one JSON object a line, without secrets.

* A request is logged with its method, its route (never its path: sign-in links hold a secret), status and
  duration.
* Nothing that a caller sent is logged: no body, no query, no header, no cookie.
* Other loggers' lines go the same way; their messages are ours.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog

if TYPE_CHECKING:
    from litestar.types import Message, Scope

_log: Final = structlog.get_logger("wusong.web")
_BEGAN: Final = "wusong-began"


def configure(level: str = "info", form: str = "json", stream: TextIO | None = None) -> None:
    """Send every log line of this process to ``stream`` (standard error), as JSON or as text for people."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("httpx", "httpx2", "httpcore", "httpcore2", "_granian", "granian", "granian.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def log_answer(message: Message, scope: Scope) -> None:
    """A ``before_send`` hook: one line for each answer, but not for routes that say ``quiet``."""
    if message["type"] != "http.response.start":
        return
    handler: Any = scope.get("route_handler")
    if handler is None or handler.opt.get("quiet"):
        return
    method = scope.get("method", "")
    route = min(handler.paths)
    _log.info("request", method=method, route=route, status=message["status"], ms=_elapsed(scope))


async def begin(scope_holder: Any) -> None:  # noqa: ANN401 - Litestar's request
    """A ``before_request`` hook: remember when a request began."""
    scope_holder.scope["state"][_BEGAN] = time.perf_counter()


def _elapsed(scope: Scope) -> float | None:
    began = scope["state"].get(_BEGAN)
    return None if began is None else round((time.perf_counter() - began) * 1000, 2)
