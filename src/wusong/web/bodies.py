"""Reading the bodies of requests: how large they may be; what is no JSON is refused as such, whatever the
decoder makes of it.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request

from wusong.errors import AccessError

MAX_UPLOAD: Final = 32 << 20
"""Bytes of a form that takes a file."""


def size(limit: int) -> str:
    """A number of bytes as people say it."""
    return f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON nests no deeper than the decoder goes, and is text."""

    async def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body's value. Raises AccessError ``bad-request``."""
        try:
            return await super().json()
        except (RecursionError, UnicodeDecodeError):
            raise AccessError("bad-request", reason="JSON") from None
