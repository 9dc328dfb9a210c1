"""The calls of a period, one by one, each with the deed that metered it: what a statement of account rests
on.

A call of a data-use is metered when its batch has a deed; then ``deed``, ``root`` and ``index`` say where:
the deed's act names the root, and ``CallBook.opening`` shows the call under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from wusong.crypto import canonical
from wusong.data.host import Host
from wusong.data.products.callbook import OpenBatch
from wusong.data.products.calls import book

__all__ = ["CallLine", "batches", "calls", "each"]

_PIECE: Final = 2_000


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call. ``content`` is the digest of its record; ``deed`` and ``root`` are empty while it waits to be
    metered, ``index`` then is -1.
    """

    use: str
    number: int
    time: int
    content: str
    product: str
    deed: str = ""
    root: str = ""
    index: int = -1
    record: dict[str, Any] = field(default_factory=dict, repr=False)


def calls(host: Host, use: str, start: int, end: int) -> list[CallLine]:
    """The calls of a data-use with ``start <= time < end`` (ms), in order."""
    return list(each(host, use, start, end))


def each(host: Host, use: str, start: int, end: int) -> Iterator[CallLine]:
    """``calls``, one after the other, for periods of very many."""
    held, made = book(host), {batch.id: batch for batch in book(host).batches(use)}
    number = held.first_from(use, start)
    while piece := held.calls(use, number, _PIECE):
        for call in piece:
            if call.time >= end:
                return
            batch = made.get(call.batch or 0)
            yield CallLine(
                use=use,
                number=call.number,
                time=call.time,
                content=host.ledger.suite.hash(canonical.encode(call.record)).hex(),
                product=str(call.record["product"]),
                record=call.record,
                **_place(call.number, batch),
            )
        number = piece[-1].number + 1


def _place(number: int, batch: OpenBatch | None) -> dict[str, Any]:
    if batch is None or not batch.deed:
        return {}
    return {"deed": batch.deed, "root": batch.root.hex(), "index": number - batch.first}


def batches(host: Host, use: str, start: int, end: int) -> list[OpenBatch]:
    """The batches of a data-use that hold calls of a period, in order."""
    return [one for one in book(host).batches(use) if one.last_time >= start and one.first_time < end]
