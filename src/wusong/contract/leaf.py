"""The leaf of an asset, as state holds it and as contracts read it (docs/formats.md, section 4).

* Members that are empty are absent from its canonical JSON.
* The interpreter never changes a leaf that it was given: every effect is a new leaf.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Leaf(msgspec.Struct, omit_defaults=True, gc=False):
    """What the ledger knows of one asset.

    ``rev`` is 1 at creation, plus 1 with each act that touches it; ``quantity`` counts the page's unit;
    ``parent`` is the asset it was split from. ``deadlines`` and ``holds`` are reserved. ``salt`` is the
    ledger's.
    """

    contract: str
    state: str
    rev: int
    roles: dict[str, str] = {}
    fields: dict[str, Any] = {}
    quantity: int | None = None
    parent: str | None = None
    deadlines: dict[str, int] = {}
    holds: list[Any] = []
    salt: str | None = None
