"""Metering: calls leave the book in batches, each by one ``meter`` deed of the operator, each exactly once.

* A batch is formed once (``CallBook.form``) and named in the deed by root, count and the number of calls
  before it.
* A batch holds as many of the calls that wait, in their order, as the page would meter together now. Where
  the term, the authorisation or the list of callers ended between two calls, it ends there, and so a call
  that came in the very moment of an end never keeps earlier ones from being metered.
* The page accepts a batch only when it follows what is metered already, so a deed that was accepted although
  nobody heard of it (kill, power) is not repeated: after a restart the ledger says how far metering came, and
  which deed did it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from wusong.data import host as hosts
from wusong.data.host import Host, Intent
from wusong.data.products import permits
from wusong.data.products.callbook import Call, OpenBatch
from wusong.data.products.calls import USE, book
from wusong.errors import WusongError
from wusong.ledger.receipt import decode_receipt

__all__ = ["meter", "meter_all", "meters"]

BATCH: Final = 10_000
_log = logging.getLogger(__name__)


def meter_all(host: Host, least: int = 1) -> list[str]:
    """Meter every data-use with at least ``least`` calls waiting; give the deeds.

    A data-use whose metering is refused does not keep the others from theirs; it is tried again next time.
    """
    deeds: list[str] = []
    for use in book(host).uses_pending():
        if book(host).pending(use, 0).count < least:
            continue
        try:
            deeds += meter(host, use)
        except WusongError as error:
            _log.warning("metering of %s refused: %s %s", use, error.code, error.data.get("clause"))
    return deeds


def meter(host: Host, use: str, most: int = BATCH) -> list[str]:
    """Meter all calls of a data-use that wait, in batches of at most ``most``; give the deeds.

    Raises DataError ``metering-refused`` when the page would not meter the next call; DeedError when the
    ledger refuses a batch, which stays open and is tried again next time.
    """
    deeds = []

    def judge(calls: Sequence[Call]) -> None:
        permits.judge_batch(host, book(host), use, calls)

    while (batch := book(host).form(use, most, _metered(host, use), judge)) is not None:
        deed = _known(host, batch) or _submit(host, batch)
        book(host).settle(batch.id, deed)
        deeds.append(deed)
    return deeds


def _metered(host: Host, use: str) -> int:
    """How many calls of a data-use the ledger has metered."""
    metered: int = hosts.leaf(host, use, USE).fields["metered"]
    return metered


def _submit(host: Host, batch: OpenBatch) -> str:
    use = hosts.leaf(host, batch.use, USE)
    operator = use.roles["operator"]
    calls = book(host).calls(batch.use, batch.first, batch.count)
    args = permits.metering(host, book(host), batch.use, use, calls, batch.root.hex())
    return host.act([Intent(USE, "meter", args, {"operator": operator}, batch.use)]).deed


def _known(host: Host, batch: OpenBatch) -> str:
    """The deed that metered this batch already, or an empty text."""
    if _metered(host, batch.use) <= batch.first:
        return ""
    found = (row.id.hex() for row in host.ledger.store.deeds() if meters(row.envelope, row.receipt, batch))
    return next(found, "")


def meters(envelope: bytes, receipt: bytes, batch: OpenBatch) -> bool:
    """Whether this deed of the archive metered that batch."""
    if batch.root.hex().encode() not in envelope or not decode_receipt(receipt).accepted:
        return False
    acts = [act for act in msgspec.json.decode(envelope)["acts"] if act is not None]
    return any(act["asset"] == batch.use and act["args"].get("calls") == batch.root.hex() for act in acts)
