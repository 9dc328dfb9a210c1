"""Finding damage in the store: at start what the next block rests on, in the background everything (the
scrub).

Damage is named as precisely as it is known, and never repaired silently.

* At start: every log entry is where its block says; the log has the size and root that the last seal
  names; the tree built from all leaves has the last seal's state root; the chain of the newest seals is
  unbroken.
  Pages hash to their addresses, set changes lead to the set in force, spent ids to the state's records.
* The scrub: SQLite finds its own file sound; every seal hashes to its entry and names its predecessor;
  every envelope hashes to its deed id, every receipt to its entry, every value that an act wrote to the
  effects that the receipt names; what was installed is there.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.crypto.keys import PublicKey
from wusong.errors import LedgerError, StoreError
from wusong.ledger import ids
from wusong.ledger.beginning import initial_state
from wusong.ledger.checkpoint import change_message, cosigner_set
from wusong.ledger.deed import MINUTE
from wusong.ledger.encoding import unb64
from wusong.ledger.log import Log
from wusong.ledger.receipt import decode_receipt, decode_seal, effects_bytes
from wusong.ledger.restore import changes
from wusong.ledger.smt import Tree
from wusong.ledger.spent import SPENT_BEGINS, running_record
from wusong.ledger.state import decode_leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wusong.ledger.application import Head
    from wusong.ledger.receipt import Receipt
    from wusong.ledger.rules import Rules
    from wusong.ledger.store import DeedRow, Store

_TAIL: Final = 64


def damaged(store: Store, part: str, detail: str) -> StoreError:
    """The error that names what is damaged."""
    return StoreError("store-damaged", file=store.path.name, part=part, detail=detail)


@contextmanager
def naming(store: Store, part: str) -> Iterator[None]:
    """Name ``part`` as damaged when its rows cannot be read: a flipped byte may become any value."""
    try:
        yield
    except LedgerError as error:
        if error.code != "bad-genesis":
            raise
        raise damaged(store, part, str(error)) from None
    except Exception as error:
        raise damaged(store, part, f"unreadable: {type(error).__name__}") from error


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
        if tree.root != Tree.build(rules.suite.hash, initial_state(rules.genesis).items()).root:
            raise damaged(store, "state", "the leaves are not those that follow from the genesis")
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
    except Exception as error:  # noqa: BLE001 - a flipped byte may become any value
        detail = str(error) or type(error).__name__
        raise damaged(store, f"seal of block {height}", detail) from None
    before = rules.ledger if height == 1 else _entry_of_seal(store, height - 1)
    if (
        seal.digest(rules.suite) != row.entries[-32:]
        or (seal.height, seal.ledger, seal.previous) != (height, rules.ledger_hex, before.hex())
        or seal.log.size != row.first + len(row.entries) // 32 - 1
    ):
        raise damaged(
            store, f"seal of block {height}", "does not hash to its log entry, or names another predecessor"
        )


def check_pages(store: Store, rules: Rules) -> None:
    """Whether each installed page is the one that its address says, and is installed."""
    for digest, model in store.pages():
        found = rules.suite.digest("contract", model).hex()
        if found != digest or store.get(rules.key("page", digest)) is None:
            raise damaged(store, f"page {digest}", "does not hash to its address, or was never installed")


def check_sets(store: Store, rules: Rules, size: int, head: Head) -> None:
    """Whether the stored set changes, each signed by the set before, lead to the set that is in force."""
    members = {key.thumbprint: key for key in map(PublicKey.from_jwk, rules.genesis.cosigners)}
    digest = cosigner_set(rules.suite, rules.genesis.cosigners)
    for change in changes(store, size):
        digest = cosigner_set(rules.suite, change["cosigners"])
        message = change_message(rules.ledger_hex, digest, change["epoch"], change["from"])
        good = [
            one
            for one in change["signatures"]
            if members[one["key"]].verify(message, unb64(one["signature"]))
        ]
        if 3 * len(good) <= 2 * len(members):
            raise damaged(
                store, "cosigner sets", f"the change at {change['from']} is not signed by the set before"
            )
        members = {key.thumbprint: key for key in map(PublicKey.from_jwk, change["cosigners"])}
    if digest != head.cosigners:
        raise damaged(store, "cosigner sets", "do not lead to the set in force")


def keeping_spent(
    leaves: Iterable[tuple[bytes, bytes]], records: dict[bytes, bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """``leaves`` as they are; the spent records among them are put into ``records`` on the way, so that the
    state, which is read as a whole at start anyway, need not be searched for them again.
    """
    for key, value in leaves:
        if value.startswith(SPENT_BEGINS):
            records[bytes(key)] = value
        yield key, value


def load_spent(store: Store, rules: Rules, time: int, records: dict[bytes, bytes]) -> list[tuple[int, bytes]]:
    """The spent ids that matter at ``time``, as the archive has them and the state's ``records`` confirm.

    Both ways, however far ahead a deed expires: the archive holds every id that a record counts, and each id
    that it holds is counted. A deed missing on either side could be handed in a second time.
    """
    spent = store.spent(time // MINUTE)
    minutes: dict[int, list[bytes]] = {}
    for minute, deed in spent:
        minutes.setdefault(minute, []).append(deed)
    left = dict(records)
    for minute, deeds in minutes.items():
        if left.pop(rules.key("spent", str(minute)), None) != running_record(rules.suite, deeds):
            raise damaged(store, f"spent deeds of minute {minute}", "differ from what the state says of them")
    if left:
        raise damaged(store, "spent deeds", "the state counts deeds that the archive does not hold")
    return spent


def scrub(store: Store, rules: Rules) -> Iterator[int]:
    """Check the whole archive, giving the height after each block; raises StoreError at the first damage."""
    for problem in store.problems():
        raise damaged(store, "pages of the file", problem)
    with naming(store, "installed pages"):
        check_pages(store, rules)
    heights = _scrub_blocks(store, rules)
    while True:
        with naming(store, "archive"):
            height = next(heights, None)
        if height is None:
            return
        yield height


def _scrub_blocks(store: Store, rules: Rules) -> Iterator[int]:
    """Block by block, each in a read of its own, so that the ledger goes on meanwhile."""
    last, seq = store.last_block(), 0
    end = 0 if last is None else last.height
    for height in range(1, end + 1):
        check_block(store, rules, height)
        row = store.block(height)
        assert row is not None  # noqa: S101 - check_block has just read it
        count = len(row.entries) // 32 - 1
        deeds = list(store.deeds(seq, count)) if count else []
        for index in range(count):
            if index >= len(deeds):
                raise damaged(store, f"block {height}", f"deed {index} is missing from the archive")
            check_deed(store, rules, deeds[index], row.entries[32 * index : 32 * index + 32], (height, index))
        seq = deeds[-1].seq + 1 if deeds else seq
        yield height
    _check_end(store, seq, end)


def _check_end(store: Store, seq: int, end: int) -> None:
    """Whether what follows in the archive, after block ``end``, belongs to blocks that came meanwhile."""
    following = list(store.deeds(seq, 1))
    last = store.last_block()
    known = 0 if last is None else last.height
    if following and not end < decode_receipt(following[0].receipt).height <= known:
        raise damaged(store, "archive", "holds deeds that no block names")


def check_deed(store: Store, rules: Rules, row: DeedRow, entry: bytes, place: tuple[int, int]) -> None:
    """Whether an archived deed, at (height, index), fits its log entry in every part. Raises StoreError."""
    name = f"deed {row.id.hex()} (block {place[0]}, index {place[1]})"
    try:
        receipt = decode_receipt(row.receipt)
        problem = _problem(rules, row, receipt, entry, place) or _missing_page(store, rules, row)
        problem = problem or _erased_unordered(store, rules, row)
    except Exception as error:  # noqa: BLE001 - a flipped byte may become any value of any type
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
    signed = msgspec.json.decode(payload)
    if row.minute != signed["expires"] // MINUTE:
        return "it is kept under another minute than it expires in"
    digests = signed["acts"]
    if len(envelope["acts"]) != len(digests):
        return "acts are missing"
    for index, act in enumerate(envelope["acts"]):
        if act is not None and ids.act_digest(suite, _encode(act)).hex() != digests[index]:
            return f"act {index} does not hash to its digest"
    if suite.digest("signatures", _encode(envelope["signatures"])).hex() != receipt.signatures:
        return "the signatures do not hash to the receipt's digest"
    written = [suite.digest("effects", _effects(rules, writes)).hex() for writes, _ in row.records]
    return "" if written == receipt.acts else "what the acts wrote does not hash to the receipt's effects"


def _erased_unordered(store: Store, rules: Rules, row: DeedRow) -> str:
    if b"null" not in row.envelope:
        return ""
    for index, act in enumerate(msgspec.json.decode(row.envelope)["acts"]):
        if act is None and store.get(rules.key("erasure", f"{row.id.hex()} {index}")) is None:
            return f"act {index} was erased without an order"
    return ""


def _missing_page(store: Store, rules: Rules, row: DeedRow) -> str:
    if not row.records or b'"system/contract"' not in row.envelope:
        return ""
    for act in msgspec.json.decode(row.envelope)["acts"]:
        if act is not None and (act["contract"], act["action"]) == ("system/contract", "install"):
            model = _encode(act["args"]["model"])
            if store.page(rules.suite.digest("contract", model).hex()) != model:
                return "the page that it installed is missing"
    return ""


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
