"""What happened on the ledger, as read models and faces take it: one event for each act of an accepted
deed, one for each refused deed. Events are made from the archive, so a read model can always be rebuilt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.ledger.deed import Payload
from wusong.ledger.encoding import unb64
from wusong.ledger.receipt import Receipt, decode_seal
from wusong.ledger.state import decode_leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wusong.contract.leaf import Leaf
    from wusong.ledger.ledger import Ledger
    from wusong.ledger.store import DeedRow


@dataclass(frozen=True, slots=True)
class Acted:
    """One act that took effect. ``content`` is None where the act was erased from the archive."""

    height: int
    index: int
    act: int
    time: int
    deed: str
    contract: str
    name: str
    content: dict[str, Any] | None
    signers: tuple[str, ...]
    writes: list[tuple[str, Leaf]]
    informed: frozenset[str]

    @property
    def action(self) -> str:
        """The action, empty where erased."""
        return "" if self.content is None else self.content["action"]

    @property
    def args(self) -> dict[str, Any]:
        """The arguments, empty where erased."""
        return {} if self.content is None else self.content["args"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed of the archive with its place, its receipt and its events."""

    seq: int
    deed: str
    time: int
    receipt: Receipt
    signers: tuple[str, ...]
    acts: list[Acted]
    attempted: list[dict[str, Any] | None]


def entries(ledger: Ledger, start: int = 0, limit: int = -1) -> Iterator[Entry]:
    """The archive from sequence number ``start`` on, in order."""
    known = _Known()
    for row in ledger.store.deeds(start, limit):
        yield entry(ledger, row, known)


@dataclass(slots=True)
class _Known:
    """What one reading of the archive looked up already: times of blocks, names of contracts."""

    times: dict[int, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def entry(ledger: Ledger, row: DeedRow, known: _Known | None = None) -> Entry:
    """One deed of the archive as events."""
    known = known or _Known()
    receipt = _decode_receipt(row.receipt)  # of our own archive: canonical, which the scrub holds it to
    time = _time(ledger, receipt.height, known.times)
    envelope: Any = msgspec.json.decode(row.envelope)
    payload = _decode_payload(unb64(envelope["payload"]))
    signers = tuple(signer.party for signer in payload.signers)
    acts = [
        _acted(ledger, row, receipt, time, signers, index, envelope["acts"][index], known.names)
        for index in range(len(row.records))
    ]
    return Entry(row.seq, row.id.hex(), time, receipt, signers, acts, envelope["acts"])


def _acted(
    ledger: Ledger,
    row: DeedRow,
    receipt: Receipt,
    time: int,
    signers: tuple[str, ...],
    index: int,
    content: Any,  # noqa: ANN401
    names: dict[str, str],
) -> Acted:
    writes, informed = row.records[index]
    leaves = [(key.hex(), decode_leaf(value)) for key, value in writes]
    contract = content["contract"] if content is not None else leaves[0][1].contract
    if contract not in names:
        names[contract] = contract_name(ledger, contract)
    return Acted(
        height=receipt.height,
        index=receipt.index,
        act=index,
        time=time,
        deed=row.id.hex(),
        contract=contract,
        name=names[contract],
        content=content,
        signers=signers,
        writes=leaves,
        informed=frozenset(informed),
    )


def contract_name(ledger: Ledger, contract: str) -> str:
    """``name@major`` of a page, or the system kind itself."""
    return contract if contract.startswith("system/") else ledger.rules.compiled(ledger.view(), contract).name


def _time(ledger: Ledger, height: int, times: dict[int, int]) -> int:
    if height not in times:
        row = ledger.store.block(height)
        times.clear()
        times[height] = 0 if row is None else decode_seal(row.seal).time
    return times[height]


_decode_receipt: Final = msgspec.json.Decoder(Receipt).decode
_decode_payload: Final = msgspec.json.Decoder(Payload).decode
