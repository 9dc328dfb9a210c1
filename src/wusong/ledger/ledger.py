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
from wusong.errors import LedgerError, ProofError, StoreError
from wusong.ledger import integrity
from wusong.ledger.application import Application, Head
from wusong.ledger.checkpoint import Checkpoint, cosign, cosigner_set, trust_file
from wusong.ledger.deed import MINUTE
from wusong.ledger.genesis import Genesis, initial_state, read
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

    def __init__(self, store: Store, app: Application, seal_key: PrivateKey | None, clock: Callable[[], int]) -> None:
        self.store: Final = store
        self.app: Final = app
        self.rules: Final = app.rules
        self.genesis: Final = app.rules.genesis
        self.suite: Final[Suite] = app.rules.suite
        self.id: Final = app.rules.ledger
        self._seal_key: Final = seal_key
        self._offset = int(store.meta("clock_offset") or b"0")
        self._cosigned: dict[str, list[dict[str, str]]] = {}
        self._lock: Final = threading.Lock()
        self._wall: Final = clock
        self.engine: Final = Solo(app, self._clock)

    # -- beginning -----------------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, folder: Path, genesis: Genesis, seal_key: PrivateKey | None, clock: Callable[[], int] = wall_clock
    ) -> Ledger:
        """A new ledger in ``folder``. Raises LedgerError ``ledger-exists``."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / FILE).exists():
            raise LedgerError("ledger-exists", file=FILE)
        genesis = read(genesis.encode())
        store = Store(folder / FILE)
        store.write_genesis(genesis.encode(), initial_state(genesis))
        store.close()
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
        except BaseException:
            store.close()
            raise
        if callable(seal_key):
            seal_key = seal_key(app.head.epoch)
        if seal_key is not None and cosigner_set(app.rules.suite, [seal_key.public.to_jwk()]) != app.head.cosigners:
            store.close()
            raise LedgerError("wrong-seal-key", key=seal_key.public.thumbprint)
        return cls(store, app, seal_key, clock)

    # -- using -----------------------------------------------------------------------------------------------------------

    def submit(self, envelope: bytes) -> Future[Receipt]:
        """Hand in an envelope; see ``engine.Engine.submit``."""
        return self.engine.submit(envelope)

    def now(self) -> int:
        """The time that the next block would have, ms."""
        return self.engine.now()

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
        if milliseconds < 0:
            raise LedgerError("bad-time", milliseconds=milliseconds)
        self._offset += milliseconds
        self.store.set_meta("clock_offset", str(self._offset).encode())

    def _clock(self) -> int:
        return max(self._wall() + self._offset, self.genesis.time)

    # -- proving ---------------------------------------------------------------------------------------------------------

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint. Raises ProofError ``no-block`` before the first block."""
        with self.app.lock:
            head, log = self.app.head, self.app.log
            if head.seal is None:
                raise ProofError("no-block")
            size = head.seal.log.size + 1
            return Checkpoint(head.epoch, self.rules.ledger_hex, log.root_at(size).hex(), head.digest.hex(), size)

    def cosignatures(self, checkpoint: Checkpoint) -> list[dict[str, str]]:
        """This node's cosignature of a checkpoint; made when first wanted, since the block is durable already."""
        with self._lock:
            if checkpoint.root not in self._cosigned:
                if self._seal_key is None:
                    raise ProofError("no-seal-key")
                if len(self._cosigned) > 64:
                    self._cosigned.clear()
                self._cosigned[checkpoint.root] = [msgspec.to_builtins(cosign(checkpoint, self._seal_key))]
            return self._cosigned[checkpoint.root]

    def set_changes(self) -> list[dict[str, Any]]:
        """Every change of the cosigner set since genesis."""
        stored = self.store.meta("sets")
        changes: Any = [] if stored is None else canonical.decode(stored)
        return list(changes)

    def witness_signatures(self, checkpoint: Checkpoint) -> list[dict[str, Any]]:
        """What witnesses said of this very checkpoint."""
        stored = self.store.meta("witnessed")
        seen: Any = {} if stored is None else canonical.decode(stored)
        if seen.get("size") != checkpoint.size or seen.get("root") != checkpoint.root:
            return []
        return list(seen["signatures"])

    def trust(self, witnesses: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """The trust file of this ledger."""
        return trust_file(self.rules.ledger_hex, self.genesis.cosigners, witnesses or [])


def load(store: Store) -> Application:
    """The application as the store has it; every inconsistency between state, log tail and last seal is named."""
    document = store.meta("genesis")
    if document is None:
        raise StoreError("store-damaged", file=store.path.name, part="genesis", detail="missing")
    genesis = read(document)
    rules = Rules(genesis)
    tree = Tree.build(rules.suite.hash, store.leaves(), workers=os.cpu_count() or 1)
    log = integrity.load_log(store, rules)
    head = _head(store, rules)
    integrity.check_head(store, rules, tree, log, head)
    time = head.time if head.seal else genesis.time
    return Application(rules, store, tree, log, head, SpentIds(store.spent(time // MINUTE)))


def _head(store: Store, rules: Rules) -> Head:
    row = store.last_block()
    if row is None:
        cosigners = cosigner_set(rules.suite, rules.genesis.cosigners)
        return Head(0, rules.genesis.time - 1, rules.ledger, 0, cosigners)
    seal = decode_seal(row.seal)
    return Head(seal.height, seal.time, seal.digest(rules.suite), seal.epoch, seal.cosigners, seal)


__all__ = ["FILE", "Ledger", "load"]
