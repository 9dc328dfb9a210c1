"""What the ledger's archive says of money, found by the index (``projection``) and read from the deeds.

* The index is waited for until it shows the ledger's last block; who cannot wait is told (``index-behind``).
* It gives places only. What is said there is read from the archive; an erased act is nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from wusong.contract.leaf import Leaf
from wusong.data.host import Host
from wusong.data.money.projection import steps
from wusong.errors import DataError
from wusong.ledger.state import decode_leaf
from wusong.ledger.store import DeedRow

__all__ = ["acts_at", "carried", "found"]


def found(host: Host, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """The rows of a query over the index as of now. Raises DataError ``index-behind``."""
    if not host.models.wait(host.ledger.app.head.height):
        raise DataError("index-behind")
    with host.models.engine.connect() as connection:
        return connection.execute(query).all()


def acts_at(
    host: Host, places: Sequence[tuple[str, int]]
) -> Iterator[tuple[str, int, dict[str, Any], list[tuple[str, Leaf]]]]:
    """Of each deed and act: deed, act, what it said and what it wrote; an erased act is left out."""
    deed, row = "", None
    acts: list[Any] = []
    for wanted, place in places:
        if wanted != deed:
            deed, row = wanted, host.ledger.store.deed(bytes.fromhex(wanted))
            acts = [] if row is None else msgspec.json.decode(row.envelope)["acts"]
        if row is not None and acts[place] is not None:
            yield deed, place, acts[place], written(row, place)


def written(row: DeedRow, place: int) -> list[tuple[str, Leaf]]:
    """The assets as an act wrote them."""
    return [(key.hex(), decode_leaf(value)) for key, value in row.records[place][0]]


def carried(host: Host, argument: str, commitment: str) -> tuple[str, str, Leaf] | None:
    """The accepted deed with an act whose argument is this commitment: deed, the asset that it wrote, and the
    asset as it wrote it.
    """
    query = sa.select(steps.c.deed, steps.c.act).filter_by(commitment=commitment, argument=argument)
    for deed, _, act, wrote in acts_at(host, [(row.deed, row.act) for row in found(host, query)]):
        if act["args"].get(argument) == commitment:
            return deed, *wrote[0]
    return None
