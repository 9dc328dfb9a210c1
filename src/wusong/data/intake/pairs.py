"""Whether the profile of a table is this node's: it says which columns are personal, so a profile written by
hand could open them.

* What the node makes it writes down (``brought.pair``); a pair that stands there is asked about no further.
* A profile handed in by hand, or made before pairs were kept, is held against the table as it is read now.
  To register (``demand``) it must say the same, with the decisions that the party stated here, no more and no
  less. To be used (``demand_marks``) no column that looks personal or important may stand there unmarked.
"""

from __future__ import annotations

from io import BufferedReader
from typing import Any, Final

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.intake import desk
from wusong.data.intake.profile import profile as profiled
from wusong.errors import DataError, WusongError

__all__ = ["demand", "demand_marks"]

_MARKS: Final = ("personal", "important")


def demand(host: Host, party: str, content: str, profile: str) -> None:
    """Raise DataError ``profile-not-made`` unless this node makes that profile of the party's table."""
    if not brought(host).paired(content, profile):
        _demand(_is_made(host, party, content, profile), content, profile)
        brought(host).pair(content, profile)


def demand_marks(host: Host, content: str, profile: str) -> None:
    """Raise DataError ``profile-not-made`` unless the profile marks what this node marks in that table."""
    if not brought(host).paired(content, profile):
        _demand(_is_marked(host, content, profile), content, profile)
        brought(host).pair(content, profile)


def _demand(holds: bool, content: str, profile: str) -> None:
    if not holds:
        raise DataError("profile-not-made", content=content, profile=profile)


def _is_made(host: Host, party: str, content: str, profile: str) -> bool:
    try:
        given = contents.read_json(host.vault, profile)
        found, measured = desk.examined(contents.read(host.vault, content))
    except WusongError:
        return False
    made = desk.pictured(host, party, content, found.to_json(), measured)
    bare = {name: value for name, value in made.items() if name != "quality"}
    return given in (made, bare)


def _is_marked(host: Host, content: str, profile: str) -> bool:
    try:
        given = contents.read_json(host.vault, profile)
        with host.vault.open(contents.find(host.vault, content).digest) as stream:
            found = profiled(BufferedReader(stream)).to_json()
        return [_marks(one) for one in given["columns"]] == [_marks(one) for one in found["columns"]]
    except (WusongError, KeyError, TypeError):
        return False  # what was written by hand may be anything


def _marks(column: dict[str, Any]) -> tuple[Any, ...]:
    """A column by name, and what is marked of it."""
    return (column["name"], *(bool(column.get(mark)) for mark in _MARKS))
