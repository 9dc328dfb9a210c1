"""One ledger on this machine: its file, its application, its engine, its cosigner.

ledger = Ledger.create(folder, genesis, seal_key)     # once
ledger = Ledger.open(folder, seal_key)                # each start; checks state and log tail
receipt = ledger.submit(envelope).result()
bundle = make_bundle(ledger, deed_id)
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.crypto import canonical
from wusong.errors import LedgerError, ProofError
from wusong.ledger import integrity, protocol, restore
from wusong.ledger.application import Application, Head
from wusong.ledger.beginning import initial_state
from wusong.ledger.checkpoint import Checkpoint, cosign, cosigner_set, trust_file
from wusong.ledger.genesis import Genesis, read
from wusong.ledger.receipt import decode_seal
from wusong.ledger.rules import Rules
from wusong.ledger.smt import Tree
from wusong.ledger.solo import Solo, wall_clock
from wusong.ledger.spent import SpentIds
from wusong.ledger.state import BlockState
from wusong.ledger.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from wusong.crypto.keys import PrivateKey
    from wusong.crypto.suites import Suite
    from wusong.ledger.receipt import Receipt

FILE: Final = "ledger.db"


class Ledger:
    """A solo ledger, open. ``seal_key`` cosigns; without it the ledger only reads."""

    def __init__(
        self,
        store: Store,
        app: Application,
        seal_key: PrivateKey | None,
        clock: Callable[[], int],
        offset: int = 0,
    ) -> None:
        self.store: Final = store
        self.app: Final = app
        self.rules: Final = app.rules
        self.genesis: Final = app.rules.genesis
        self.suite: Final[Suite] = app.rules.suite
        self.id: Final = app.rules.ledger
        self._seal_key = seal_key
        self._read_only = restore.is_restored(store)
        self._offset = offset
        self._cosigned: dict[str, list[dict[str, str]]] = {}
        self._lock: Final = threading.Lock()
        self._wall: Final = clock
        self.engine: Final = Solo(app, self._clock)

    # -- beginning -----------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        folder: Path,
        genesis: Genesis,
        seal_key: PrivateKey | None,
        clock: Callable[[], int] = wall_clock,
    ) -> Ledger:
        """A new ledger in ``folder``. Raises LedgerError ``ledger-exists``."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / FILE).exists():
            raise LedgerError("ledger-exists", file=FILE)
        genesis = read(genesis.encode())
        _write_new(folder, genesis)
        return cls.open(folder, seal_key, clock)

    @classmethod
    def open(
        cls,
        folder: Path,
        seal_key: PrivateKey | Callable[[int], PrivateKey] | None = None,
        clock: Callable[[], int] = wall_clock,
    ) -> Ledger:
        """Open what ``create`` made; the tree is rebuilt and compared, the log's tail checked.

        ``seal_key`` is the key, or gives the key of an epoch.

        Raises:
            LedgerError: ``no-ledger``, ``unknown-protocol``, ``wrong-seal-key``.
            StoreError: ``store-damaged`` names what does not fit.
        """
        if not (folder / FILE).exists():
            raise LedgerError("no-ledger", file=FILE)
        store = Store(folder / FILE)
        try:
            app = load(store)
            key = seal_key(app.head.epoch) if callable(seal_key) else seal_key
            if key is not None and cosigner_set(app.rules.suite, [key.public.to_jwk()]) != app.head.cosigners:
                raise LedgerError("wrong-seal-key", key=key.public.thumbprint)  # noqa: TRY301 - one way out
            with integrity.naming(store, "clock offset"):
                offset = int(store.meta("clock_offset") or b"0")
        except BaseException:
            store.close()
            raise
        return cls(store, app, key, clock, offset)

    # -- using ---------------------------------------------------------------------------------------------

    def submit(self, envelope: bytes) -> Future[Receipt]:
        """Hand in an envelope; see ``engine.Engine.submit``. Raises LedgerError ``read-only`` after a
        restore.
        """
        if self._read_only:
            raise LedgerError("read-only")
        return self.engine.submit(envelope)

    @property
    def read_only(self) -> bool:
        """Whether the ledger was restored from a backup, and takes no deeds until that is settled."""
        return self._read_only

    def settle_restore(self, witnessed: int) -> None:
        """Go on after a restore: a witness has seen this ledger's log at size ``witnessed`` and no greater.

        Raises:
            LedgerError: ``newer-acknowledged``.
        """
        restore.resume(self.store, self.app.log.size, witnessed)
        self._read_only = False

    def begin_epoch(self, new: PrivateKey) -> None:
        """Go on after a restore in a new epoch, whose checkpoints ``new`` cosigns. Raises LedgerError
        ``not-read-only``, ``wrong-seal-key``.
        """
        if not self._read_only:
            raise LedgerError("not-read-only")
        if self._seal_key is None:
            raise LedgerError("wrong-seal-key", key="")
        done = restore.begin_epoch(self.app, self.store, self._seal_key, new, self.now())
        self._seal_key = new
        self._read_only = False
        self.engine.tell(done)

    def now(self) -> int:
        """The time that the next block would have, ms."""
        return self.engine.now()

    def protocol_status(self) -> dict[str, Any]:
        """By which rules the next block is made (see ``protocol.status``)."""
        table = self.rules.table(self.view())
        return protocol.status(self.genesis.protocol, table, self.app.head.height + 1)

    def view(self) -> BlockState:
        """The newest durable state."""
        return self.app.view()

    def close(self) -> None:
        """Finish what is under way, and close the file."""
        self.engine.close()
        self.store.close()

    def set_forward(self, milliseconds: int) -> None:
        """Set the clock of a trial ledger forward. Raises LedgerError ``not-trial``, ``bad-time``."""
        if not self.genesis.trial:
            raise LedgerError("not-trial")
        if milliseconds <= 0:
            raise LedgerError("bad-time", milliseconds=milliseconds)
        self.store.set_meta("clock_offset", str(self._offset + milliseconds).encode())
        self._offset += milliseconds

    def _clock(self) -> int:
        return max(self._wall() + self._offset, self.genesis.time)

    # -- proving -------------------------------------------------------------------------------------------

    def checkpoint(self, height: int | None = None) -> Checkpoint:
        """The checkpoint after the block at ``height``, or the newest. Raises ProofError ``no-block``."""
        with self.app.lock:
            row = self.store.last_block() if height is None else self.store.block(height)
            if row is None:
                raise ProofError("no-block")
            seal = decode_seal(row.seal)
            size = seal.log.size + 1
            root = self.app.log.root_at(size).hex()
            return Checkpoint(seal.epoch, self.rules.ledger_hex, root, row.entries[-32:].hex(), size)

    def checkpoint_for(self, height: int) -> Checkpoint:
        """The best checkpoint that covers the block at ``height``: the newest that witnesses signed, else
        the newest.
        """
        seen = self._witnessed()
        # What was witnessed in an earlier epoch was cosigned by a key that this node no longer has.
        covers = seen.get("height", 0) >= height and seen.get("epoch") == self.app.head.epoch
        return self.checkpoint(seen["height"] if covers else None)

    def cosignatures(self, checkpoint: Checkpoint) -> list[dict[str, str]]:
        """This node's cosignature of a checkpoint; made when first wanted, since the block is durable
        already.
        """
        with self._lock:
            if checkpoint.root not in self._cosigned:
                if self._seal_key is None or checkpoint.epoch != self.app.head.epoch:
                    raise ProofError("no-seal-key")
                if len(self._cosigned) > 64:
                    self._cosigned.clear()
                self._cosigned[checkpoint.root] = [msgspec.to_builtins(cosign(checkpoint, self._seal_key))]
            return self._cosigned[checkpoint.root]

    def set_changes(self, size: int) -> list[dict[str, Any]]:
        """Every change of the cosigner set since genesis that is in force for checkpoints of ``size``."""
        return restore.changes(self.store, size)

    def witness_signatures(self, checkpoint: Checkpoint) -> list[dict[str, Any]]:
        """What witnesses said of this very checkpoint."""
        seen = self._witnessed()
        if (seen.get("size"), seen.get("root"), seen.get("epoch")) != (
            checkpoint.size,
            checkpoint.root,
            checkpoint.epoch,
        ):
            return []
        return list(seen["signatures"])

    def remember_witnesses(
        self, height: int, checkpoint: Checkpoint, signatures: list[dict[str, Any]]
    ) -> None:
        """Keep what witnesses said of the checkpoint after the block at ``height``."""
        seen = {
            "epoch": checkpoint.epoch,
            "height": height,
            "root": checkpoint.root,
            "signatures": signatures,
            "size": checkpoint.size,
        }
        self.store.set_meta("witnessed", canonical.encode(seen))

    def _witnessed(self) -> dict[str, Any]:
        with integrity.naming(self.store, "what witnesses said"):
            stored = self.store.meta("witnessed")
            seen: Any = {} if stored is None else canonical.decode(stored)
            return dict(seen)

    def trust(self, witnesses: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """The trust file of this ledger."""
        return trust_file(self.rules.ledger_hex, self.genesis.cosigners, witnesses or [])


def load(store: Store) -> Application:
    """The application as the store has it; every inconsistency between state, log tail and last seal is
    named.
    """
    with integrity.naming(store, "genesis"):
        rules = Rules(read(store.meta("genesis") or b""))
        newest = store.last_block()
        if newest is not None:
            protocol.check_seal(newest.seal)
    with integrity.naming(store, "leaves"):
        records: dict[bytes, bytes] = {}
        leaves = integrity.keeping_spent(store.leaves(), records)
        tree = Tree.build(rules.suite.hash, leaves, os.cpu_count() or 1, rules.suite.hash_each)
    with integrity.naming(store, "blocks"):
        log = integrity.load_log(store, rules)
        head = _head(store, rules)
        integrity.check_head(store, rules, tree, log, head)
    with integrity.naming(store, "installed pages"):
        integrity.check_pages(store, rules)
    with integrity.naming(store, "cosigner sets"):
        integrity.check_sets(store, rules, log.size, head)
    with integrity.naming(store, "spent deeds"):
        spent = integrity.load_spent(store, rules, head.time if head.seal else rules.genesis.time, records)
    return Application(rules, store, tree, log, head, SpentIds(spent))


def _write_new(folder: Path, genesis: Genesis) -> None:
    """Put a new ledger's file in place as a whole: what a crash leaves behind is no ledger yet."""
    beside, leaves = folder / f"{FILE}.new", initial_state(genesis)
    for left in folder.glob(f"{FILE}.new*"):
        left.unlink()
    store = Store(beside, new=True)
    try:
        store.write_genesis(genesis.encode(), leaves)
    finally:
        store.close()
    beside.rename(folder / FILE)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _head(store: Store, rules: Rules) -> Head:
    row = store.last_block()
    if row is None:
        cosigners = cosigner_set(rules.suite, rules.genesis.cosigners)
        return Head(0, rules.genesis.time - 1, rules.ledger, 0, cosigners)
    seal = decode_seal(row.seal)
    return Head(seal.height, seal.time, seal.digest(rules.suite), seal.epoch, seal.cosigners, seal)


__all__ = ["FILE", "Ledger", "load"]
