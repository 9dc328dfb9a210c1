"""What is applied for already: first registrations of a department that have not ended, by their names.

* Names are compared as the catalogue workbook reads them: in one form of Unicode, runs of blanks as one.
* The ledger is asked, not a book of ours: whatever face an application came from, it counts.
* Whether something is applied for is asked, and the application handed in, by one at a time (``alone``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from wusong.crypto import canonical
from wusong.data.host import Host, leaf, page
from wusong.data.projection import resources
from wusong.errors import DataError

__all__ = ["RESOURCE", "Standing", "alone", "demand_new", "standing"]

RESOURCE: Final = "data-resource@1"
LOCK: Final = "applications.lock"
_FIRST: Final = "first"


@dataclass(frozen=True, slots=True)
class Standing:
    """Live first registrations and applications: the earliest by each name, and all of them."""

    by_name: Mapping[str, str]
    assets: frozenset[str]


def standing(host: Host, party: str, registry: str, names: Sequence[str] = ()) -> Standing:
    """What a party has applied for with a registration body and what has not ended; ``names``: of these
    only. Raises DataError ``index-behind``.
    """
    table = resources.c
    chosen = [
        table.department == party,
        table.registry == registry,
        *([table.name.in_(names)] if names else []),
    ]
    live = [(asset, name) for asset, name in _rows(host, *chosen) if _lives(host, asset)]
    return Standing({_plain(name): asset for asset, name in live}, frozenset(asset for asset, _ in live))


def demand_new(host: Host, party: str, name: str, content: str) -> None:
    """Refuse what a party has applied for already: the same content under the same name, with whichever
    registration body. Raises DataError ``already-applied``, ``index-behind``.
    """
    table = resources.c
    for asset, known in _rows(host, table.department == party, table.content == content):
        if _plain(known) == _plain(name) and _lives(host, asset):
            raise DataError("already-applied", asset=asset, resource=known)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One application at a time, of all processes that have the node's folder."""
    with (folder / LOCK).open("a") as handle:
        flock(handle, LOCK_EX)
        yield


def _rows(host: Host, *conditions: sa.ColumnElement[bool]) -> list[tuple[str, str]]:
    """Resources and their names, earliest last."""
    if not host.models.wait(host.ledger.app.head.height):
        raise DataError("index-behind")
    table = resources.c
    query = sa.select(table.asset, table.name).where(*conditions, table.procedure == _FIRST)
    with host.models.engine.connect() as connection:
        found = connection.execute(query.order_by(table.created.desc(), table.asset)).all()
    return [(str(asset), str(name)) for asset, name in found]


def _lives(host: Host, asset: str) -> bool:
    """Whether it has not ended, time limits included."""
    raw = leaf(host, asset, RESOURCE)
    rules = page(host, raw.contract)
    state = rules.effective(raw, host.ledger.now()).state
    return not next(one.final for one in rules.page.states if one.name == state)


def _plain(name: str) -> str:
    return canonical.to_text(" ".join(name.split()))
