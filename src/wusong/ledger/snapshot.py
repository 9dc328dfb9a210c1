"""Snapshots: what execution needs, so that a node can join without the whole archive (DESIGN section 6).

* A snapshot is taken at a block: genesis, the block's seal, all leaves, installed pages, spent ids, and
  the log's entries.
* It travels in chunks; the manifest names each chunk's digest. History follows from a peer's archive,
  checked against the log.
* Nothing in it is believed: leaves must have the seal's state root, the entries its log root; pages hash to
  their addresses, and spent ids, in the order in which they were spent, to the state's records; and the seal
  must be covered by a checkpoint that the receiver trusts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.errors import ProofError
from wusong.ledger.deed import MINUTE
from wusong.ledger.ids import LedgerId, system_key
from wusong.ledger.log import Log
from wusong.ledger.protocol import check_seal
from wusong.ledger.receipt import decode_seal
from wusong.ledger.smt import Tree
from wusong.ledger.spent import SPENT_BEGINS, running_record
from wusong.ledger.store import BlockRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wusong.crypto.suites import Suite
    from wusong.ledger.application import Application
    from wusong.ledger.receipt import Seal
    from wusong.ledger.store import Store

CHUNK: Final = 8_000_000
"""Greatest length of a chunk, bytes; CometBFT advises 10 MB and refuses 16."""
_pack: Final = msgspec.msgpack.Encoder().encode
_unpack: Final = msgspec.msgpack.Decoder(list[Any]).decode


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is: the height, the seal's canonical bytes, and the digest of each chunk."""

    height: int
    seal: bytes
    chunks: tuple[bytes, ...]


def take(app: Application, store: Store) -> tuple[Manifest, list[bytes]]:
    """A snapshot of the newest block. Raises ProofError ``no-block``."""
    with app.lock:
        row = store.last_block()
        if row is None:
            raise ProofError("no-block")
        chunks = list(_chunks(_records(app, store)))
    digests = tuple(app.rules.suite.digest("snapshot", chunk) for chunk in chunks)
    return Manifest(row.height, row.seal, digests), chunks


def check_chunk(suite: Suite, manifest: Manifest, index: int, chunk: bytes) -> bool:
    """Whether a chunk is the one that the manifest names."""
    return 0 <= index < len(manifest.chunks) and suite.digest("snapshot", chunk) == manifest.chunks[index]


@dataclass(slots=True)
class Content:
    """A snapshot's content, read."""

    leaves: dict[bytes, bytes]
    pages: dict[str, bytes]
    spent: list[tuple[int, bytes]]
    blocks: list[BlockRow]


def read(suite: Suite, manifest: Manifest, chunks: Iterable[bytes]) -> Content:
    """Put a snapshot together and check it against its own seal.

    Raises:
        ProofError: ``snapshot-refused``.
        LedgerError: ``unknown-protocol``.
    """
    check_seal(manifest.seal)
    content = Content({}, {}, [], [])
    for index, chunk in enumerate(chunks):
        if not check_chunk(suite, manifest, index, chunk):
            raise ProofError("snapshot-refused", part=f"chunk {index}")
        try:
            for record in _unpack(chunk):
                _READERS[record[0]](content, record)
        except (msgspec.MsgspecError, LookupError, TypeError):
            raise ProofError("snapshot-refused", part=f"chunk {index}") from None
    _check(suite, decode_seal(manifest.seal), content)
    return content


def _check(suite: Suite, seal: Seal, content: Content) -> None:
    sound = {
        "state": _has_state(suite, seal, content),
        "blocks": _has_log(suite, seal, content),
        "pages": all(
            suite.digest("contract", model).hex() == digest for digest, model in content.pages.items()
        ),
        "spent": _has_spent(suite, seal, content),
    }
    for part, holds in sound.items():
        if not holds:
            raise ProofError("snapshot-refused", part=part)


def _has_state(suite: Suite, seal: Seal, content: Content) -> bool:
    return Tree.build(suite.hash, content.leaves.items()).root.hex() == seal.state


def _has_log(suite: Suite, seal: Seal, content: Content) -> bool:
    log = Log(suite.hash)
    for height, row in enumerate(content.blocks, 1):
        if (row.height, row.first) != (height, log.size) or not row.entries or len(row.entries) % 32:
            return False
        log.append_many(row.entries[at : at + 32] for at in range(0, len(row.entries), 32))
    return (
        bool(content.blocks)
        and (len(content.blocks), log.size) == (seal.height, seal.log.size + 1)
        and log.root_at(seal.log.size).hex() == seal.log.root
        and content.blocks[-1].entries[-32:] == seal.digest(suite)
    )


def _has_spent(suite: Suite, seal: Seal, content: Content) -> bool:
    minutes: dict[int, list[bytes]] = {}
    for minute, deed in content.spent:
        minutes.setdefault(minute, []).append(deed)
    ledger = LedgerId(bytes.fromhex(seal.ledger))
    wanted = {
        system_key(suite, ledger, "spent", str(minute)): running_record(suite, deeds)
        for minute, deeds in minutes.items()
    }
    stored = {key: value for key, value in content.leaves.items() if value.startswith(SPENT_BEGINS)}
    return stored == wanted


def _records(app: Application, store: Store) -> Iterator[list[Any]]:
    yield from (["leaf", key, value] for key, value in store.leaves())
    yield from (["page", digest, model] for digest, model in store.pages())
    yield from (["spent", minute, deed] for minute, deed in store.spent(app.head.time // MINUTE))
    yield from (["block", row.height, row.first, row.seal, row.entries] for row in store.blocks())


def _chunks(records: Iterable[list[Any]]) -> Iterator[bytes]:
    pending: list[list[Any]] = []
    size = 0
    for record in records:
        pending.append(record)
        size += sum(len(part) for part in record if isinstance(part, bytes)) + 32
        if size >= CHUNK:
            yield _pack(pending)
            pending, size = [], 0
    if pending:
        yield _pack(pending)


_READERS: Final[dict[str, Any]] = {
    "block": lambda content, record: content.blocks.append(BlockRow(*record[1:])),
    "leaf": lambda content, record: content.leaves.__setitem__(record[1], record[2]),
    "page": lambda content, record: content.pages.__setitem__(record[1], record[2]),
    "spent": lambda content, record: content.spent.append((record[1], record[2])),
}
