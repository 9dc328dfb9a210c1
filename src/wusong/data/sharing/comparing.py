"""Whether a table that is to be delivered has the columns of the resource that was asked for.

* Compared are names of columns, with those of the profile that stands on the registration. What differs is
  told before the delivery; it stops nothing, since a request may be answered with a part.
* The registered profile is read only for the department that brought it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.money.standing import now
from wusong.data.registration.service import RESOURCE
from wusong.errors import WusongError

__all__ = ["Difference", "difference"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Columns that the registered resource has and the table has not, and the other way round."""

    missing: tuple[str, ...]
    more: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As data."""
        return {name: list(names) for name, names in asdict(self).items()}


def difference(host: Host, party: str, resource: str, profile: Mapping[str, Any]) -> Difference | None:
    """What of a table's profile differs from that of a registered resource of the party; None where nothing
    does, or nothing is known of the resource's columns. ``resource`` may be empty: no resource was named.
    """
    registered = _columns(host, party, resource) if resource else ()
    if not registered:
        return None
    here = [str(column["name"]) for column in profile["columns"]]
    missing = tuple(name for name in registered if name not in here)
    more = tuple(name for name in here if name not in registered)
    return Difference(missing, more) if missing or more else None


def _columns(host: Host, party: str, resource: str) -> tuple[str, ...]:
    try:
        standing = now(host, resource, RESOURCE)
        profile = standing.fields.get("profile")
        if profile is None or standing.roles.get("department") != party:
            return ()
        brought(host).demand(party, profile)
        columns = contents.read_json(host.vault, profile)["columns"]
        return tuple(one["name"] for one in msgspec.convert(columns, list[dict[str, Any]]))
    except (WusongError, msgspec.ValidationError, KeyError, TypeError):
        return ()  # a profile that was written by hand may be anything
