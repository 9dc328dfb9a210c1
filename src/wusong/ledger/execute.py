"""Execution: a block of deeds and a state give receipts and changes. A pure function.

No clock, no randomness, no I/O, no iteration over unordered sets. For each deed, in the block's order:

1. the keys are judged again, against the state that the deeds before it left;
2. the submitter's quota is charged, whether or not the deed will be accepted;
3. its acts run in order, each seeing the one before;
4. companions are discharged, invariants hold, everyone who had to sign has signed and nobody else;
5. what it wrote is charged to the submitter's growth;
6. all of it happens, or none; either way the deed has a receipt and is spent.

An act that meets an error of this program refuses its deed (``act-failed``), like any other refusal: one deed
never stops a ledger. What a node alone may meet (its storage, its memory) is no such error, and stops it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from wusong.errors import ContractError, DeedError
from wusong.ledger import ids
from wusong.ledger.acting import Acting, ActRecord
from wusong.ledger.admission import check_time, signatories
from wusong.ledger.authority import verify_signatures
from wusong.ledger.deed import MINUTE
from wusong.ledger.growth import Growth
from wusong.ledger.protocol import allows
from wusong.ledger.receipt import OK, Receipt, ReceiptSigner, effects_bytes
from wusong.ledger.spent import record_spent
from wusong.ledger.state import DeedState
from wusong.ledger.system import erasure
from wusong.ledger.system.context import Moment

if TYPE_CHECKING:
    from wusong.ledger.deed import Deed
    from wusong.ledger.rules import Rules
    from wusong.ledger.state import BlockState, Write

_log = logging.getLogger(__name__)

_PURE: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""Errors of computation, which every node that runs this program meets alike; not OSError, MemoryError,
RecursionError (which depends on the caller), a damaged leaf, nor an error of storage."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is to be executed: its place, its time (ms), its deeds in order, and by which protocol version."""

    height: int
    time: int
    deeds: list[Deed]
    version: int

    @property
    def moment(self) -> Moment:
        """When its acts are carried out."""
        return Moment(self.height, self.time, self.version)


@dataclass(slots=True)
class Executed:
    """One deed after execution. ``records`` is empty when it was refused; ``refusal`` then says more than
    the receipt may.
    """

    deed: Deed
    receipt: Receipt
    records: list[ActRecord] = field(default_factory=list)
    refusal: DeedError | ContractError | None = None
    page_cost: int = 0
    """What its pages added to its cost, kept with it: where an act is erased, nobody can reckon it again."""


def execute(rules: Rules, state: BlockState, block: Block, past: list[int]) -> list[Executed]:
    """Execute ``block`` upon ``state``, which then holds what changed.

    ``past`` lists the expiry minutes whose spent records end with this block.
    """
    meters = Meters(Quota(rules, state, block.moment), Growth(rules, state, block.moment))
    at = block.moment
    executed = [
        _execute_deed(rules, state, deed, at, index, meters) for index, deed in enumerate(block.deeds)
    ]
    meters.quota.write()
    meters.growth.write()
    record_spent(state, rules.suite, rules.ledger, block.deeds, past)
    return executed


def in_order(rules: Rules, previous: bytes, deeds: list[Deed]) -> list[Deed]:
    """The one order in which a block after ``previous`` holds ``deeds``: rounds of one deed of each
    submitter.
    """
    rank = {deed.id: rules.suite.hash(previous + deed.id) for deed in deeds}
    rounds: dict[str, int] = {}
    placed = []
    for deed in sorted(deeds, key=lambda deed: rank[deed.id]):
        turn = rounds.get(deed.submitter, 0)
        rounds[deed.submitter] = turn + 1
        placed.append((turn, rank[deed.id], deed))
    return [deed for _, _, deed in sorted(placed, key=lambda place: place[:2])]


def _execute_deed(
    rules: Rules, state: BlockState, deed: Deed, at: Moment, index: int, meters: Meters
) -> Executed:
    code, act, clause, page_cost = OK, None, "", 0
    records: list[ActRecord] = []
    refusal: DeedError | ContractError | None = None
    try:
        check_time(rules, state, deed, at.time)
        verify_signatures(deed, signatories(rules, state, deed))
        page_cost = meters.quota.page_cost(deed)
        meters.quota.charge(deed, page_cost)
        deed_state = DeedState(state, rules.suite)
        acting = Acting(rules, deed_state, deed, at)
        try:
            records = acting.run()
        except (DeedError, ContractError):
            act = acting.current
            raise
        except _PURE as failure:
            act = acting.current
            raise _failed(deed, act, failure) from failure
        meters.growth.charge(deed.submitter, records)
        state.accept(deed_state)
    except (DeedError, ContractError) as error:
        code, clause, records = error.code, str(error.data.get("clause", "")), []
        refusal = error.with_traceback(None)  # it is kept: what execution had at hand must not be
    receipt = _receipt(rules, state, deed, at.height, index)
    receipt.code, receipt.act, receipt.clause = code, act, clause
    receipt.acts = [effects_digest(rules, record.writes).hex() for record in records]
    return Executed(deed, receipt, records, refusal, page_cost)


def _failed(deed: Deed, act: int | None, failure: Exception) -> DeedError:
    """The refusal of an act that the program could not carry out, without a word of the program's error. What
    is no refusal at all is raised again.
    """
    if isinstance(failure, msgspec.MsgspecError):
        raise failure  # a leaf that cannot be read: this node's storage is damaged
    _log.error("act %s of deed %s failed", act, deed.id.hex(), exc_info=failure)
    one = deed.acts[act or 0]
    return DeedError("act-failed", action=one.action, contract=one.contract)


def effects_digest(rules: Rules, writes: list[Write]) -> bytes:
    """The digest of what an act wrote (docs/formats.md section 5)."""
    value_hash = rules.suite.hash
    effects = [(write.key.hex(), write.rev, value_hash(write.value).hex()) for write in writes]
    return rules.suite.digest("effects", effects_bytes(effects))


def _receipt(rules: Rules, state: BlockState, deed: Deed, height: int, index: int) -> Receipt:
    signatures = canonical_signatures(deed)
    return Receipt(
        acts=[],
        code=OK,
        deed=deed.id.hex(),
        height=height,
        index=index,
        signatures=rules.suite.digest("signatures", signatures).hex(),
        signers=[_receipt_signer(state, deed, i) for i in range(len(deed.headers))],
    )


def canonical_signatures(deed: Deed) -> bytes:
    """The canonical bytes of a deed's signature list; all its members are ASCII without anything to
    escape.
    """
    return (
        b"["
        + b",".join(
            f'{{"protected":"{s.protected}","signature":"{s.signature}"}}'.encode() for s in deed.signatures
        )
        + b"]"
    )


def _receipt_signer(state: BlockState, deed: Deed, index: int) -> ReceiptSigner:
    signer, header = deed.payload.signers[index], deed.headers[index]
    if not signer.mandate:
        return ReceiptSigner(alg=header.alg, key=header.kid, party=signer.party)
    leaf = state.leaf(bytes.fromhex(signer.mandate))
    delegate = "" if leaf is None else leaf.roles.get("delegate", "")
    return ReceiptSigner(
        alg=header.alg, key=header.kid, party=signer.party, delegate=delegate, mandate=signer.mandate
    )


class _Used(msgspec.Struct, gc=False):
    """The record of what a submitter used."""

    minute: int
    used: int


class Quota:
    """Cost units that each submitter used in the minute of the block's time; written once, at the block's
    end.
    """

    def __init__(self, rules: Rules, state: BlockState, at: Moment) -> None:
        self._rules = rules
        self._state = state
        self._minute: Final = at.time // MINUTE
        self._counts_pages: Final = allows(at.version, "page-costs")
        self._limit: Final = rules.parameter(state, "quota_minute")
        self._used: dict[str, int] = {}

    def page_cost(self, deed: Deed) -> int:
        """What the pages that a deed acts under add to its cost, upon the state that it finds."""
        return self._rules.page_cost(self._state, deed) if self._counts_pages else 0

    def charge(self, deed: Deed, page_cost: int) -> None:
        """Charge a deed, and what its pages cost, to its submitter. Raises DeedError ``quota``."""
        party, cost = deed.submitter, deed.cost + page_cost
        used = self._used[party] if party in self._used else self._before(party)
        self._used[party] = used + cost
        if used + cost > self._limit:
            raise DeedError("quota", party=party, used=used, cost=cost, limit=self._limit)

    def write(self) -> None:
        """Write what was used, in the order of the parties' names."""
        for party in sorted(self._used):
            self._state.put(self._key(party), _encode(_Used(self._minute, self._used[party])))

    def _before(self, party: str) -> int:
        value = self._state.get(self._key(party))
        record = None if value is None else _decode(value)
        return 0 if record is None or record.minute != self._minute else record.used

    def _key(self, party: str) -> ids.StateKey:
        return self._rules.key("quota", party)


@dataclass(frozen=True, slots=True)
class Meters:
    """What each party uses of the ledger in one block: cost units, and bytes written."""

    quota: Quota
    growth: Growth


_encode: Final = msgspec.json.Encoder(order="sorted").encode
_decode: Final = msgspec.json.Decoder(_Used).decode


def erasures(executed: list[Executed]) -> list[tuple[bytes, int]]:
    """What a block's accepted deeds order erased: deed id and index of the act."""
    leaves = [write.leaf for one in executed for record in one.records for write in record.writes]
    orders = [leaf.fields for leaf in leaves if leaf.contract == erasure.KIND]
    return [(bytes.fromhex(order["deed"]), order["act"]) for order in orders]
