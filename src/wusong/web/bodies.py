"""Reading the bodies of requests: what is no JSON is refused as such, whatever the decoder makes of it."""

from __future__ import annotations

from typing import Any

from litestar import Request

from wusong.errors import AccessError


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON nests no deeper than the decoder goes, and is text."""

    async def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """The body's value. Raises AccessError ``bad-request``."""
        try:
            return await super().json()
        except (RecursionError, UnicodeDecodeError):
            raise AccessError("bad-request", reason="JSON") from None
