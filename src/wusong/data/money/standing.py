"""Records of the ledger as they stand now: what has become due has happened."""

from __future__ import annotations

from wusong.contract.leaf import Leaf
from wusong.data.host import Host, leaf, page

__all__ = ["SHARE", "STATEMENT", "now"]

STATEMENT = "usage-statement@1"
SHARE = "revenue-share@1"


def now(host: Host, asset: str, contract: str) -> Leaf:
    """A record, with the time limits that have passed applied. Raises DataError ``no-such-asset``."""
    found = leaf(host, asset, contract)
    return page(host, found.contract).effective(found, host.ledger.now())
