"""What the catalogue searches: each resource and product with its texts folded and spoken.

Table ``data_catalogue``: ``asset`` (hex), ``kind`` (the page's name), ``head`` (the folded name), ``words``
(every text of the record, folded), ``spoken`` (the name's syllables, one space between), ``joined`` (the same
without spaces), ``initials``; where a name has several readings, ``|`` stands between them. Built
from ledger events only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.catalogue.folding import fold, initials, readings
from wusong.data.projection import Entry, View

__all__ = ["CatalogueView", "entries", "metadata"]

metadata: Final = sa.MetaData()
entries: Final = sa.Table(
    "data_catalogue",
    metadata,
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("kind", sa.Text, index=True),
    *[sa.Column(name, sa.Text) for name in ("head", "words", "spoken", "joined", "initials")],
)
KINDS: Final = frozenset({"data-resource", "data-product"})
_IN: Final = 400
_HEX: Final = re.compile("[0-9a-f]{64}")


class CatalogueView(View):
    """The projection behind the catalogue."""

    name = "data-catalogue"
    version = 1
    metadata = metadata

    def apply_all(self, connection: sa.Connection, entries_: Sequence[Entry]) -> None:
        """Take in deeds of the archive, in order: of each record the last state."""
        last: dict[str, dict[str, Any]] = {}
        for act in (act for entry in entries_ for act in entry.acts):
            kind = act.name.partition("@")[0]
            if kind in KINDS:
                last |= {asset: _row(asset, kind, leaf) for asset, leaf in act.writes}
        names = list(last)
        for at in range(0, len(names), _IN):
            connection.execute(entries.delete().where(entries.c.asset.in_(names[at : at + _IN])))
        if last:
            connection.execute(entries.insert(), list(last.values()))


def _row(asset: str, kind: str, leaf: Leaf) -> dict[str, Any]:
    name = str(leaf.fields.get("name", ""))
    spoken = readings(name)
    texts = [value for value in leaf.fields.values() if isinstance(value, str) and not _HEX.fullmatch(value)]
    return {
        "asset": asset,
        "head": fold(name),
        "initials": "|".join(dict.fromkeys(initials(one) for one in spoken)),
        "joined": "|".join("".join(one) for one in spoken),
        "kind": kind,
        "spoken": "|".join(" ".join(one) for one in spoken),
        "words": fold(" ".join(texts)),
    }
