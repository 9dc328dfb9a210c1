"""The contract's text (合同范本): Markdown with places ``{name}``, filled from an asset.

* A place is a field, a role, or one of ``quantity``, ``id``, ``kind``, ``state``. ``{{`` and ``}}`` are
  braces.
* Filling replaces places and nothing else: what is filled in is never read for places again.

    fill("Holder: {holder}", {"holder": "did:web:owner.example"})
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from wusong.contract.model import Page
from wusong.errors import JsonData

OWN: Final = ("id", "kind", "quantity", "state")
"""Places that are no field and no role."""
_PLACE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding about a text, ``at`` so many characters into it."""

    code: str
    at: int
    data: dict[str, JsonData] = field(default_factory=dict)


def places_of(page: Page) -> list[str]:
    """What a text of ``page`` may be filled from, sorted."""
    own = [name for name in OWN if name != "quantity" or page.quantity is not None]
    roles = [role.name for role in page.roles if role.among is None]
    return sorted({*own, *roles, *(each.name for each in page.fields)})


def problems(text: str, known: Collection[str]) -> Iterator[Problem]:
    """Everything wrong with a text whose places may be those ``known``."""
    for match in _PLACE.finditer(text):
        if match[0] in {"{", "}"}:
            yield Problem("page-text-brace", match.start(), {"at": match.start() + 1})
        elif match[0] not in {"{{", "}}"} and match[1] not in known:
            named: dict[str, JsonData] = {"name": match[1], "known": ", ".join(known)}
            yield Problem("page-text-place", match.start(), named)


def places(text: str) -> list[str]:
    """The places of a text, in order, each as often as it stands there."""
    return [match[1] for match in _PLACE.finditer(text) if match[1] is not None]


def fill(text: str, values: Mapping[str, str], empty: str = "______") -> str:
    """The text with its places filled; ``empty`` stands where there is no value."""

    def put(match: re.Match[str]) -> str:
        if match[1] is not None:
            return values.get(match[1], empty)
        return match[0][0]

    return _PLACE.sub(put, text)
