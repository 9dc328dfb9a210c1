"""Where a request comes from, when proxies stand before the node.

* The address of the connection counts, unless it is one of the node's own proxies (setting
  ``trusted_proxies``). Then ``X-Forwarded-For`` is read from its end: the last address in it that is no such
  proxy is the client's. What stands before it is the client's own word, and is ignored.
* An address that cannot be read ends the search: it is given as it is and lies in no network.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar import Request

    from wusong.web.faces import Caller

__all__ = ["address_of", "bearer", "came_by"]


def came_by(request: Request[Any, Any, Any], caller: Caller, trusted: str) -> dict[str, str]:
    """How a request came: ``kind`` (``key``, ``session``), ``name`` (the key's thumbprint, the person's
    number) and ``address``.
    """
    connected = request.scope["client"] or ("", 0)
    address = address_of(str(connected[0]), request.headers.get("x-forwarded-for", ""), trusted)
    if caller.key:
        return {"kind": "key", "name": caller.key, "address": address}
    return {"kind": "session", "name": caller.person.id if caller.person else "", "address": address}


def bearer(authorization: str) -> str:
    """The token of an ``Authorization: Bearer`` field (RFC 6750, 2.1), or an empty text."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address_of(connected: str, forwarded: str, trusted: str) -> str:
    """The client's address: ``connected`` is the connection's, ``forwarded`` the header's text, ``trusted``
    the setting's.

    >>> address_of("10.0.0.1", "203.0.113.9, 198.51.100.7", "10.0.0.0/8")
    '198.51.100.7'
    >>> address_of("192.0.2.1", "203.0.113.9", "10.0.0.0/8")
    '192.0.2.1'
    """
    proxies = _ranges(trusted)
    found = connected
    for claimed in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
        if not _among(found, proxies):
            return found
        found = claimed
    return found


@lru_cache(maxsize=16)
def _ranges(setting: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in setting.replace(",", " ").split())


def _among(address: str, ranges: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found.version == one.version and found in one for one in ranges)
