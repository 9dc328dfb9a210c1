"""How a call came: with which key, token or session, through whom at the user's, and from which network.

* Recipients and places are agreed as texts in the data-use; here it is found out which of them a call has.
* A place is a network range (``10.1.0.0/16``), or a name that this node's setting ``networks`` gives ranges.
* Of an address nothing is kept but the place agreed in which it lies; where none was agreed, nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, Literal, TypeAlias

__all__ = ["PORTAL", "TERMINAL", "Kind", "Way", "place_of", "read_networks"]

Kind: TypeAlias = Literal["key", "token", "session", "terminal"]
Network: TypeAlias = IPv4Network | IPv6Network
PORTAL: Final = "portal"
TERMINAL: Final = "terminal"


@dataclass(frozen=True, slots=True)
class Way:
    """``name`` is the key's thumbprint, the token's number, or the person's; ``recipient`` who of the user
    calls, as a data-use names it; ``limit`` how many calls may come this way (0: as many as agreed).
    """

    kind: Kind = "terminal"
    name: str = ""
    recipient: str = TERMINAL
    address: str = ""
    limit: int = 0

    @property
    def label(self) -> str:
        """As the record of a call names it."""
        return f"{self.kind} {self.name}".strip()


def place_of(address: str, places: Sequence[str], networks: str) -> str:
    """Which of the places agreed an address lies in; empty for none. ``networks`` is the node's setting."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    named = read_networks(networks)
    mapped = getattr(found, "ipv4_mapped", None) or found
    for place in places:
        ranges = named.get(place) or _ranges(place)
        if any(mapped.version == one.version and mapped in one for one in ranges):
            return place
    return ""


@lru_cache(maxsize=16)
def read_networks(setting: str) -> Mapping[str, tuple[Network, ...]]:
    """``name = range range; name = range`` as a table. Raises ValueError for what is no range."""
    table: dict[str, tuple[Network, ...]] = {}
    for entry in filter(str.strip, setting.split(";")):
        name, _, ranges = entry.partition("=")
        table[name.strip()] = tuple(ip_network(one) for one in ranges.split())
    return table


@lru_cache(maxsize=1024)
def _ranges(place: str) -> tuple[Network, ...]:
    try:
        return (ip_network(place),)
    except ValueError:  # a name that this node gives no ranges: nothing lies there
        return ()
