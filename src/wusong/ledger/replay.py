"""Re-execution of the archive from genesis: the proof that the state is what the deeds make it.

* Nothing stored is believed but genesis and envelopes: leaves, receipts and seals are computed anew, and each
  seal must equal the stored one byte for byte. A seal binds state, log and predecessor, so equal seals mean
  equal everything.
* Each block must be one that the rules admit: deeds admissible, in their order, at a later time.
* Where an act was erased its deed cannot be re-executed. Its block's writes are then taken from the archive,
  where the receipts commit to them, and the seal is compared as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.errors import LedgerError, StoreError
from wusong.ledger import protocol
from wusong.ledger.acting import ActRecord
from wusong.ledger.application import Application, Head
from wusong.ledger.beginning import initial_state
from wusong.ledger.checkpoint import cosigner_set
from wusong.ledger.deed import Deed, Payload, parse
from wusong.ledger.encoding import unb64
from wusong.ledger.execute import Executed, Quota
from wusong.ledger.genesis import read
from wusong.ledger.growth import Growth
from wusong.ledger.ids import DeedId
from wusong.ledger.integrity import check_deed, damaged, naming
from wusong.ledger.log import Log
from wusong.ledger.receipt import decode_receipt, decode_seal
from wusong.ledger.rules import Rules
from wusong.ledger.smt import Tree
from wusong.ledger.spent import SpentIds, record_spent
from wusong.ledger.state import BlockState, Write, decode_leaf
from wusong.ledger.system.context import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wusong.ledger.receipt import Receipt, Seal
    from wusong.ledger.store import BlockRow, BlockWrite, DeedRow, Store


class Memory:
    """A store that keeps only what execution reads."""

    def __init__(self, leaves: dict[bytes, bytes]) -> None:
        self.leaves: Final = leaves
        self.pages: Final[dict[str, bytes]] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value at a state key."""
        return self.leaves.get(key)

    def page(self, digest: str) -> bytes | None:
        """The canonical model of an installed page."""
        return self.pages.get(digest)

    def write(self, block: BlockWrite) -> None:
        """Take over what a block changed."""
        for key, value in block.changes.items():
            if value is None:
                self.leaves.pop(key, None)
            else:
                self.leaves[key] = value
        self.pages.update(block.pages)


def replay(store: Store, on_block: Callable[[int], None] | None = None) -> Application:
    """The application that the archive makes, executed from genesis; ``on_block`` hears each height.

    Raises:
        StoreError: ``store-damaged`` names the first block whose seal comes out different, or cannot be read.
        LedgerError: ``unknown-protocol``.
    """
    with naming(store, "genesis"):
        app = begin(Rules(read(store.meta("genesis") or b"")))
    deeds = store.deeds()
    for row in store.blocks():
        with naming(store, f"block {row.height}"):
            _replay_block(store, app, row, deeds)
        if on_block is not None:
            on_block(row.height)
    return app


def begin(rules: Rules) -> Application:
    """A ledger at height 0, in memory."""
    leaves = {bytes(key): value for key, value in initial_state(rules.genesis).items()}
    cosigners = cosigner_set(rules.suite, rules.genesis.cosigners)
    head = Head(0, rules.genesis.time - 1, rules.ledger, 0, cosigners)
    tree = Tree.build(rules.suite.hash, leaves.items())
    return Application(rules, Memory(leaves), tree, Log(rules.suite.hash), head, SpentIds())


def _replay_block(store: Store, app: Application, row: BlockRow, deeds: Iterator[DeedRow]) -> None:
    protocol.check_seal(row.seal)
    seal = decode_seal(row.seal)
    rows = [next(deeds) for _ in range(len(row.entries) // 32 - 1)]
    change = {"epoch": seal.epoch, "cosigners": seal.cosigners}
    if any(_has_erased(one) for one in rows):
        state, executed = _recorded(store, app, seal, row, rows)
        done = app.conclude(state, executed, seal.time, seal.system, **change)
    else:
        done = app.finalise(_admitted(store, app, seal, rows), seal.time, seal.system, **change)
    if done.seal.encode() != row.seal:
        differing = [
            name for name in seal.__struct_fields__ if getattr(seal, name) != getattr(done.seal, name)
        ]
        app.discard()
        raise damaged(store, f"block {row.height}", f"executed again it has another {', '.join(differing)}")
    for one, archived in zip(done.executed, rows, strict=True):
        if (one.receipt.encode(), _records(one)) != (archived.receipt, archived.records):
            app.discard()
            raise damaged(
                store, f"deed {archived.id.hex()}", "executed again it has another receipt or effect"
            )
    app.commit()


def _admitted(store: Store, app: Application, seal: Seal, rows: list[DeedRow]) -> list[Deed]:
    deeds = [parse(one.envelope, app.rules.suite, app.rules.ledger_hex) for one in rows]
    try:
        app.process(deeds, seal.time)
    except StoreError:
        raise
    except LedgerError as error:
        raise damaged(store, f"block {seal.height}", f"it may not hold its deeds: {error}") from None
    return deeds


def _has_erased(row: DeedRow) -> bool:
    return b"null" in row.envelope and None in msgspec.json.decode(row.envelope)["acts"]


def _recorded(
    store: Store, app: Application, seal: Seal, block: BlockRow, rows: list[DeedRow]
) -> tuple[BlockState, list[Executed]]:
    """What a block with erased acts did, as the archive has it and the receipts commit to it."""
    rules = app.rules
    state = BlockState(app.store)
    at = Moment(seal.height, seal.time, rules.version(state, seal.height))
    quota, growth = Quota(rules, state, at), Growth(rules, state, at)
    executed: list[Executed] = []
    for index, row in enumerate(rows):
        check_deed(store, rules, row, block.entries[32 * index : 32 * index + 32], (seal.height, index))
        one = _executed(row)
        executed.append(one)
        if _was_charged(one.receipt):
            _charge(quota, one)
        growth.charge(one.deed.submitter, one.records)
        for record in one.records:
            for write in record.writes:
                state.put(write.key, write.value)
    quota.write()
    growth.write()
    record_spent(state, rules.suite, rules.ledger, [one.deed for one in executed], app.spent.past(seal.time))
    state.pages.update({digest: model for digest, model in store.pages() if app.store.page(digest) is None})
    return state, executed


def _executed(row: DeedRow) -> Executed:
    envelope: Any = msgspec.json.decode(row.envelope)
    payload = msgspec.json.decode(unb64(envelope["payload"]), type=Payload)
    acts: list[Any] = [
        _Erased if act is None else _Act(act["contract"], act["action"]) for act in envelope["acts"]
    ]
    deed = Deed(DeedId(row.id), payload, acts, [], [], envelope["payload"], row.envelope)
    records = [
        ActRecord([_write(key, value) for key, value in writes], informed) for writes, informed in row.records
    ]
    return Executed(deed, decode_receipt(row.receipt), records, page_cost=row.page_cost)


def _records(one: Executed) -> list[tuple[list[tuple[bytes, bytes]], list[str]]]:
    return [([(bytes(w.key), w.value) for w in record.writes], record.informed) for record in one.records]


def _write(key: bytes, value: bytes) -> Write:
    leaf = decode_leaf(value)
    return Write(key, leaf.rev, value, leaf)


class _Act(msgspec.Struct):
    """As much of an act as its cost needs."""

    contract: str
    action: str


_Erased: Final = _Act("", "")


def _was_charged(receipt: Receipt) -> bool:
    """Whether a deed came as far as its submitter's quota: keys and signatures are judged before it."""
    return (
        receipt.accepted or receipt.act is not None or receipt.code in {"quota", "extra-signer", "act-failed"}
    )


def _charge(quota: Quota, one: Executed) -> None:
    try:
        quota.charge(one.deed, one.page_cost)
    except LedgerError:
        return  # refused for the quota, and charged all the same
