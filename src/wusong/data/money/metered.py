"""The meterings of a period, as the ledger's archive has them, and nothing else.

* A metering belongs to the period in which the ledger accepted its deed: so each belongs to exactly one, and
  whoever holds the ledger finds the same ones. Calls of the last evening that are metered after midnight
  stand in the next period.
* What a metering charges is what the data-use says after it (``fee``); a page without that field charges
  count times price.
* The archive is read from the first deed on; only envelopes that name the action are opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from wusong.contract.leaf import Leaf
from wusong.data.host import Host, page
from wusong.data.money.periods import Period
from wusong.data.products.calls import USE
from wusong.ledger.receipt import Receipt, decode_receipt, decode_seal
from wusong.ledger.state import decode_leaf
from wusong.ledger.store import DeedRow

__all__ = ["Metering", "accepted", "meterings"]


@dataclass(frozen=True, slots=True)
class Metering:
    """One batch of calls that the ledger metered. ``after`` is the number of its first call; ``approved`` and
    ``metered`` are the data-use's calls in all and so far, this batch included; ``fee`` in minor units.
    """

    deed: str
    act: int
    time: int
    use: str
    user: str
    operator: str
    product: str
    operation: str
    root: str
    after: int
    count: int
    first: int
    last: int
    fee: int
    approved: int
    metered: int

    @property
    def price(self) -> int:
        """What one call of it costs."""
        return self.fee // self.count


def meterings(host: Host, period: Period) -> list[Metering]:
    """The meterings of a period, in the order of the ledger."""
    found: list[Metering] = []
    times = _Times(host)
    for row, receipt, acts in accepted(host, '"action":"meter"'):
        time = times.of(receipt.height)
        if time >= period.end:
            break
        if time >= period.start:
            found += _metered(host, row, acts, time)
    return found


def accepted(host: Host, words: str) -> Iterator[tuple[DeedRow, Receipt, list[Any]]]:
    """The accepted deeds whose envelopes hold these words, with their acts; an erased act is None."""
    sought = words.encode()
    for row in host.ledger.store.deeds():
        if sought not in row.envelope:
            continue
        receipt = decode_receipt(row.receipt)
        if receipt.accepted:
            yield row, receipt, msgspec.json.decode(row.envelope)["acts"]


def _metered(host: Host, row: DeedRow, acts: list[Any], time: int) -> Iterator[Metering]:
    for place, act in enumerate(acts):
        if act is None or act["action"] != "meter":
            continue
        leaf = _written(row, place, str(act["asset"]))
        if leaf is not None and page(host, leaf.contract).name == USE:
            yield _metering(row, place, time, act, leaf)


def _written(row: DeedRow, place: int, asset: str) -> Leaf | None:
    """The asset as an act wrote it."""
    key = bytes.fromhex(asset)
    return next((decode_leaf(value) for at, value in row.records[place][0] if at == key), None)


def _metering(row: DeedRow, place: int, time: int, act: Any, leaf: Leaf) -> Metering:  # noqa: ANN401 - as decoded
    args, fields = act["args"], leaf.fields
    count = args["calls_count"]
    return Metering(
        deed=row.id.hex(),
        act=place,
        time=time,
        use=act["asset"],
        user=leaf.roles["user"],
        operator=leaf.roles["operator"],
        product=fields["product"],
        operation=fields["operation"],
        root=args["calls"],
        after=args["after"],
        count=count,
        first=args["first"],
        last=args["last"],
        fee=fields.get("fee", count * fields["price"]),
        approved=fields["calls"],
        metered=fields["metered"],
    )


class _Times:
    """The time of each block, looked up once."""

    def __init__(self, host: Host) -> None:
        self._host, self._known = host, dict[int, int]()

    def of(self, height: int) -> int:
        if height not in self._known:
            block = self._host.ledger.store.block(height)
            self._known[height] = 0 if block is None else decode_seal(block.seal).time
        return self._known[height]
