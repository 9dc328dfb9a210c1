"""A few rows that a provider shows of its own accord, so that others see what a table looks like.

* No sample is shown unless the source department says so, for a registered resource of general grade; it may
  withdraw it at any time.
* Columns that look personal are never part of a sample, nor those that the department leaves out.
* At most ten rows; they are the first of the table, and are copied when the department decides. What is shown
  is what it saw: a later version of the table changes nothing.
* One SQLite file, ``samples.db``, in the folder of the node; not on the ledger, so that it can be taken away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.durable import open_file
from wusong.data.host import Host, leaf
from wusong.data.intake import pairs
from wusong.data.intake.open import table
from wusong.errors import DataError

__all__ = ["FILE", "MOST", "Sample", "show", "shown", "withdraw"]

FILE: Final = "samples.db"
MOST: Final = 10
RESOURCE: Final = "data-resource@1"
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS samples (resource TEXT PRIMARY KEY, sample BLOB NOT NULL) WITHOUT ROWID
"""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A sample: its columns and rows, which columns were left out, when it was made (ms)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]
    made: int


def show(host: Host, party: str, resource: str, rows: int = 5, left_out: Sequence[str] = ()) -> Sample:
    """Show the first rows of a resource's table, without the columns that are left out or look personal.

    Raises DataError ``sample-not-yours``, ``sample-not-open``, ``sample-columns``, ``content-not-here``,
    ``profile-not-made``.
    """
    standing = leaf(host, resource, RESOURCE)
    _demand(standing.roles.get("department") == party)
    if standing.state != "registered" or standing.fields["grade"] != "general":
        raise DataError("sample-not-open", grade=standing.fields["grade"], state=standing.state)
    brought(host).demand(party, standing.fields["content"], standing.fields["profile"])
    pairs.demand_marks(host, standing.fields["content"], standing.fields["profile"])
    sample = _cut(host, standing.fields, max(1, min(rows, MOST)), frozenset(left_out))
    with _open(host.folder) as db:
        db.execute("INSERT OR REPLACE INTO samples VALUES (?, ?)", (resource, msgspec.json.encode(sample)))
    return sample


def _cut(host: Host, fields: Mapping[str, Any], count: int, left_out: frozenset[str]) -> Sample:
    profile = contents.read_json(host.vault, fields["profile"])
    columns = [one["name"] for one in profile["columns"]]
    hidden = left_out | {one["name"] for one in profile["columns"] if one.get("personal")}
    kept = [at for at, name in enumerate(columns) if name not in hidden]
    if not kept:
        raise DataError("sample-columns")
    blocks = table(BytesIO(contents.read(host.vault, fields["content"]))).blocks()
    rows = (row for block in blocks for row in block)
    return Sample(
        columns=tuple(columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in islice(rows, count)),
        left_out=tuple(name for name in columns if name in hidden),
        made=host.ledger.now(),
    )


def shown(host: Host, resource: str) -> Sample | None:
    """The sample of a resource, as long as the resource is registered and of general grade."""
    if not (host.folder / FILE).exists():
        return None
    standing = leaf(host, resource, RESOURCE)
    if standing.state != "registered" or standing.fields["grade"] != "general":
        return None
    with _open(host.folder) as db:
        row = db.execute("SELECT sample FROM samples WHERE resource = ?", (resource,)).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=Sample)


def withdraw(host: Host, party: str, resource: str) -> None:
    """Show the sample no longer. Raises DataError ``sample-not-yours``."""
    _demand(leaf(host, resource, RESOURCE).roles.get("department") == party)
    with _open(host.folder) as db:
        db.execute("DELETE FROM samples WHERE resource = ?", (resource,))


def _demand(own: bool) -> None:
    if not own:
        raise DataError("sample-not-yours")


@contextmanager
def _open(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_file(folder / FILE, _TABLE)) as db:
        yield db
