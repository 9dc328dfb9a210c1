"""What a domain's API works with: the caller's party, the use cases, the records that it may see. Given by
the name ``run``.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request
from litestar.di import NamedDependency

from wusong.node.people import Right
from wusong.web.entering import run
from wusong.web.faces import Caller, Faces
from wusong.web.listing import party_names
from wusong.web.origin import bearer, came_by


class Runner:
    """One caller at work through the API."""

    def __init__(
        self, request: Request[Any, Any, Any], faces: NamedDependency[Faces], caller: NamedDependency[Caller]
    ) -> None:
        self._request: Final = request
        self._faces: Final = faces
        self._caller: Final = caller
        self.node: Final = faces.node

    @property
    def party(self) -> str:
        """The party that the caller works for."""
        return self._caller.party

    def __call__(self, use_case: str, args: dict[str, Any]) -> dict[str, Any]:
        """Carry out a use case, or enter it for a colleague to sign. Raises what refuses it."""
        return run(self._faces, self._caller, self._request, use_case, args)

    def check(self, right: Right) -> None:
        """Raise AccessError unless the caller has ``right`` and, with a session, sent its token."""
        from wusong.web.forms import check_token

        self._caller.demand(right)
        check_token(self._caller, self._request.headers.get("x-csrf-token", ""))

    def assets(self, name: str, state: str = "") -> list[dict[str, Any]]:
        """Records of a kind that the caller may see; listing them is logged."""
        reader = self._caller.reader()
        self._faces.access.log(reader, "list-assets", name)
        return self._faces.access.assets(reader, name=name, state=state)

    def among(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Of these records, those that the caller may see, as they stand now."""
        return self._faces.access.among(self._caller.reader(), ids)

    @functools.cached_property
    def names(self) -> dict[str, str]:
        """The name of every party, by DID; read once."""
        return party_names(self._faces)

    @property
    def base(self) -> str:
        """The address under which others reach this node."""
        return self.node.settings.public_url.rstrip("/") or str(self._request.base_url).rstrip("/")

    def asset(self, asset: str) -> dict[str, Any]:
        """One record; its reading is logged. Raises AccessError ``not-found``."""
        reader = self._caller.reader()
        found = self._faces.access.asset(reader, asset)
        self._faces.access.log(reader, "read-asset", asset)
        return found

    @property
    def came_by(self) -> dict[str, str]:
        """How the request came: ``kind`` (``key``, ``session``), ``name``, ``address``."""
        return came_by(self._request, self._caller, self.node.settings.trusted_proxies)

    @property
    def bearer(self) -> str:
        """The bearer token that the request brings, or an empty text."""
        return bearer(self._request.headers.get("authorization", ""))

    def log(self, what: str, target: str) -> None:
        """Write to the access log."""
        self._faces.access.log(self._caller.reader(), what, target)
