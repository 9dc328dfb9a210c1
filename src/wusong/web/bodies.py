"""Reading the bodies of requests: how large they may be; what is no JSON is refused as such, whatever the
decoder makes of it; what is uploaded stays in memory.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, _multipart
from litestar.datastructures import UploadFile

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


class InMemoryUpload(UploadFile):
    """A file of a form, held in memory: contents belong into the vault, and nowhere in clear on the disk. The
    largest body that a route takes is the most there can be.
    """

    __slots__ = ()

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - what the parser gives
        super().__init__(*given, **named | {"max_spool_size": 0})


# The parser takes no other class and no limit: a test sees to it that nothing is written all the same.
_multipart.UploadFile = InMemoryUpload  # type: ignore[attr-defined]
