"""Finding damage in the store: at start what the next block rests on, in the background everything (the
scrub).

Damage is named as precisely as it is known, and never repaired silently.

* At start: every log entry is where its block says; the log has the size and root that the last seal
  names; the tree built from all leaves has the last seal's state root; the chain of the newest seals is
  unbroken.
* The scrub: every seal hashes to its entry and names its predecessor; every envelope hashes to its deed
  id, every receipt to its entry, every value that an act wrote to the effects that the receipt names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.errors import StoreError, WusongError
from wusong.ledger import ids
from wusong.ledger.encoding import unb64
from wusong.ledger.log import Log
from wusong.ledger.receipt import decode_receipt, decode_seal, effects_bytes
from wusong.ledger.state import decode_leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wusong.ledger.application import Head
    from wusong.ledger.receipt import Receipt
    from wusong.ledger.rules import Rules
    from wusong.ledger.smt import Tree
    from wusong.ledger.store import DeedRow, Store

_TAIL: Final = 64


def damaged(store: Store, part: str, detail: str) -> StoreError:
    """The error that names what is damaged."""
    return StoreError("store-damaged", file=store.path.name, part=part, detail=detail)


def load_log(store: Store, rules: Rules) -> Log:
    """The log from the entries of all blocks."""
    log = Log(rules.suite.hash)
    entries: list[bytes] = []
    for height, row in enumerate(store.blocks(), 1):
        size = log.size + len(entries)
        if row.height != height or row.first != size or not row.entries or len(row.entries) % 32:
            raise damaged(
                store, f"block {height}", "height, first entry or entries do not follow the block before"
            )
        entries += [row.entries[at : at + 32] for at in range(0, len(row.entries), 32)]
        if len(entries) > 100_000:
            log.append_many(entries)
            entries = []
    log.append_many(entries)
    return log


def check_head(store: Store, rules: Rules, tree: Tree, log: Log, head: Head) -> None:
    """Whether tree, log and newest seals belong together."""
    if head.seal is None:
        if log.size:
            raise damaged(store, "log", "entries without a block")
        return
    if log.size != head.seal.log.size + 1 or log.root_at(head.seal.log.size).hex() != head.seal.log.root:
        raise damaged(store, "log", f"size or root differs from the seal of block {head.height}")
    if tree.root.hex() != head.seal.state:
        raise damaged(store, "state", f"the root of all leaves differs from the seal of block {head.height}")
    for height in range(max(1, head.height - _TAIL), head.height + 1):
        check_block(store, rules, height)


def check_block(store: Store, rules: Rules, height: int) -> None:
    """One block's seal against its log entry and its predecessor."""
    row = store.block(height)
    if row is None:
        raise damaged(store, f"block {height}", "missing")
    try:
        seal = decode_seal(row.seal)
    except (WusongError, msgspec.DecodeError) as error:
        raise damaged(store, f"seal of block {height}", str(error)) from None
    before = rules.ledger if height == 1 else _entry_of_seal(store, height - 1)
    if (
        seal.digest(rules.suite) != row.entries[-32:]
        or seal.height != height
        or seal.previous != before.hex()
    ):
        raise damaged(
            store, f"seal of block {height}", "does not hash to its log entry, or names another predecessor"
        )


def scrub(store: Store, rules: Rules) -> Iterator[int]:
    """Check the whole archive, giving the height after each block; raises StoreError at the first damage."""
    deeds = store.deeds()
    last = store.last_block()
    for height in range(1, (0 if last is None else last.height) + 1):
        check_block(store, rules, height)
        row = store.block(height)
        assert row is not None  # noqa: S101 - check_block has just read it
        for index in range(len(row.entries) // 32 - 1):
            deed = next(deeds, None)
            if deed is None:
                raise damaged(store, f"block {height}", f"deed {index} is missing from the archive")
            _check_deed(store, rules, deed, row.entries[32 * index : 32 * index + 32], (height, index))
        yield height
    if next(deeds, None) is not None:
        raise damaged(store, "archive", "holds deeds that no block names")


def _check_deed(store: Store, rules: Rules, row: DeedRow, entry: bytes, place: tuple[int, int]) -> None:
    name = f"deed {row.id.hex()} (block {place[0]}, index {place[1]})"
    try:
        receipt = decode_receipt(row.receipt)
        problem = _problem(rules, row, receipt, entry, place)
    except (WusongError, msgspec.DecodeError, ValueError, KeyError, TypeError) as error:
        problem = f"unreadable: {type(error).__name__}"
    if problem:
        raise damaged(store, name, problem)


def _problem(rules: Rules, row: DeedRow, receipt: Receipt, entry: bytes, place: tuple[int, int]) -> str:
    suite = rules.suite
    if receipt.entry(suite) != entry or (receipt.height, receipt.index) != place:
        return "the receipt does not hash to its log entry"
    envelope: Any = msgspec.json.decode(row.envelope)
    payload = unb64(envelope["payload"])
    if ids.deed_id(suite, payload) != row.id or receipt.deed != row.id.hex():
        return "the payload does not hash to the deed's id"
    digests = msgspec.json.decode(payload)["acts"]
    for index, act in enumerate(envelope["acts"]):
        if act is not None and ids.act_digest(suite, _encode(act)).hex() != digests[index]:
            return f"act {index} does not hash to its digest"
    if suite.digest("signatures", _encode(envelope["signatures"])).hex() != receipt.signatures:
        return "the signatures do not hash to the receipt's digest"
    written = [suite.digest("effects", _effects(rules, writes)).hex() for writes, _ in row.records]
    return "" if written == receipt.acts else "what the acts wrote does not hash to the receipt's effects"


def _effects(rules: Rules, writes: list[tuple[bytes, bytes]]) -> bytes:
    return effects_bytes(
        [(key.hex(), decode_leaf(value).rev, rules.suite.hash(value).hex()) for key, value in writes]
    )


def _entry_of_seal(store: Store, height: int) -> bytes:
    row = store.block(height)
    if row is None:
        raise damaged(store, f"block {height}", "missing")
    return row.entries[-32:]


_encode = msgspec.json.Encoder(order="sorted").encode
