"""Rooms are opened soon after a node starts, so that the first calls need not wait for them.

* Only tables that were called before, and as many as leave half of the space free; one at a time.
* Only what a table answers already is settled: the order in which questions are first asked stays with those
  who ask.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from weakref import WeakKeyDictionary

from wusong.data import host as hosts
from wusong.data.host import Host
from wusong.data.products import asking
from wusong.data.products.calls import USE, book
from wusong.errors import WusongError

__all__ = ["warm_one"]

_left: Final[WeakKeyDictionary[Any, list[str]]] = WeakKeyDictionary()
_log = logging.getLogger(__name__)


def warm_one(host: Host) -> bool:
    """Open the next room that is likely to be wanted; False when there is none left."""
    left = _left.get(host.ledger)
    if left is None:
        left = _left[host.ledger] = book(host).uses()
    while left:
        use = left.pop()
        try:
            standing = hosts.leaf(host, use, USE)
            if standing.state == "active" and asking.warm(host, standing.fields["product"]):
                return True
        except WusongError as error:
            _log.info("no room opened ahead for %s: %s", use, error.code)
    return False
