"""Records of the ledger as they stand now: what has become due has happened."""

from __future__ import annotations

from wusong.contract.leaf import Leaf
from wusong.data.host import Host, leaf, page
from wusong.data.money.metered import accepted
from wusong.ledger.state import decode_leaf

__all__ = ["SHARE", "STATEMENT", "carried", "now"]

STATEMENT = "usage-statement@1"
SHARE = "revenue-share@1"


def now(host: Host, asset: str, contract: str) -> Leaf:
    """A record, with the time limits that have passed applied. Raises DataError ``no-such-asset``."""
    found = leaf(host, asset, contract)
    return page(host, found.contract).effective(found, host.ledger.now())


def carried(host: Host, argument: str, commitment: str) -> tuple[str, str, Leaf] | None:
    """The accepted deed with an act whose argument is this commitment: deed, the asset that it wrote, and the
    asset as it wrote it.
    """
    for row, _, acts in accepted(host, commitment):
        for place, act in enumerate(acts):
            if act is not None and act["args"].get(argument) == commitment:
                key, value = row.records[place][0][0]
                return row.id.hex(), key.hex(), decode_leaf(value)
    return None
