"""One ledger, as engines drive it: check, prepare, process, finalise, commit (the calls of ABCI 2.0, in
our words).

* ``check`` judges one envelope against the newest state; ``prepare`` chooses and orders; ``process``
  judges another's proposal.
* ``finalise`` executes a block upon layers over the store; nothing is kept until ``commit``, and
  ``discard`` forgets it all.
* What ``finalise`` gives is the same on every node: receipts, seal, and the seal's digest as ``app_hash``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from wusong.crypto import canonical
from wusong.crypto.keys import PublicKey
from wusong.errors import ContractError, DeedError, LedgerError, WusongError
from wusong.ledger.admission import check
from wusong.ledger.checkpoint import Cosignature, cosign
from wusong.ledger.deed import Deed, parse
from wusong.ledger.encoding import unb64
from wusong.ledger.engine import Finalised
from wusong.ledger.execute import Block, Executed, Quota, erasures, execute, in_order
from wusong.ledger.receipt import LogHead, Seal
from wusong.ledger.spent import SpentIds
from wusong.ledger.state import BlockState, Source
from wusong.ledger.store import BlockRow, BlockWrite
from wusong.ledger.system.context import Moment

if TYPE_CHECKING:
    from wusong.crypto.keys import PrivateKey
    from wusong.ledger.checkpoint import Checkpoint
    from wusong.ledger.log import Log
    from wusong.ledger.rules import Rules
    from wusong.ledger.smt import Tree


class Writer(Source, Protocol):
    """A store that a block can be written to."""

    def write(self, block: BlockWrite) -> None:
        """Make a block durable."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger stands: the newest seal (None before the first block)."""

    height: int
    time: int
    digest: bytes
    epoch: int
    cosigners: str
    seal: Seal | None = None


@dataclass(slots=True)
class _Tentative:
    """A finalised block that is not committed."""

    state: BlockState
    finalised: Finalised
    head: Head
    entries: list[bytes]
    mark: int


class Application:
    """The state machine of one ledger. ``lock`` is held from ``finalise`` to ``commit`` or ``discard``:
    who reads tree and log holds it.
    """

    def __init__(
        self, rules: Rules, store: Writer, tree: Tree, log: Log, head: Head, spent: SpentIds
    ) -> None:
        self.rules: Final = rules
        self.store: Final = store
        self.tree: Final = tree
        self.log: Final = log
        self.spent: Final = spent
        self.head = head
        self.lock: Final = threading.RLock()
        self._keys: dict[tuple[str, str], Any] = {}
        self._tentative: _Tentative | None = None
        self._refusals: dict[str, DeedError | ContractError] = {}

    # -- before a block ------------------------------------------------------------------------------------

    def read(self, envelope: bytes) -> Deed:
        """Parse an envelope; its signatures are not yet checked."""
        return parse(envelope, self.rules.suite, self.rules.ledger_hex)

    def view(self) -> BlockState:
        """The newest durable state, to read from, in any thread.

        It remembers keys for itself: what the engine's thread remembers must not come from an older state.
        """
        return BlockState(self.store)

    def check(self, deed: Deed, now: int, state: BlockState | None = None) -> None:
        """Raise DeedError unless a block at ``now`` may hold ``deed``."""
        check(self.rules, state or self.view(), self.spent, deed, now)

    def prepare(self, deeds: list[Deed], now: int) -> tuple[list[Deed], list[tuple[Deed, DeedError]]]:
        """The deeds that the next block at ``now`` may hold, in its order, and those refused with the reason.

        What does not fit in the block is neither; it stays with the engine. What is beyond its submitter's
        quota is refused here, so that a quota limits what the archive must keep for ever.

        Raises:
            LedgerError: ``unknown-protocol``: this program must make no block at this height.
        """
        state = BlockState(self.store, keys=self._keys)
        height = self.head.height + 1
        at = Moment(height, now, self.rules.version(state, height))
        fit: list[Deed] = []
        refused: list[tuple[Deed, DeedError]] = []
        limit = self.rules.parameter(state, "block_deeds")
        seen: set[bytes] = set()
        quota = Quota(self.rules, state, at)
        for deed in deeds:
            if len(fit) == limit:
                break
            try:
                if deed.id in seen:
                    raise DeedError("spent", deed=deed.id.hex())  # noqa: TRY301 - one way out for every refusal
                self.check(deed, now, state)
                quota.charge(deed, quota.page_cost(deed))
            except DeedError as error:
                refused.append((deed, error))
                continue
            seen.add(deed.id)
            fit.append(deed)
        return in_order(self.rules, self.head.digest, fit), refused

    def process(self, deeds: list[Deed], time: int) -> None:
        """Raise DeedError or LedgerError unless ``deeds`` at ``time`` may be the next block."""
        fit, refused = self.prepare(deeds, time)
        if refused:
            raise refused[0][1]
        if time <= self.head.time or [deed.id for deed in fit] != [deed.id for deed in deeds]:
            raise LedgerError("block-order", height=self.head.height + 1)

    # -- a block -------------------------------------------------------------------------------------------

    def finalise(
        self,
        deeds: list[Deed],
        time: int,
        system: list[dict[str, Any]] | None = None,
        **head: Any,  # noqa: ANN401 - members of Head
    ) -> Finalised:
        """Execute the next block tentatively. ``head`` may change ``epoch`` and ``cosigners`` with it."""
        self.discard()
        past = self.spent.past(time)
        state = BlockState(self.store, keys=self._keys)
        height = self.head.height + 1
        try:
            version = self.rules.version(state, height)
            executed = execute(self.rules, state, Block(height, time, deeds, version), past)
        except BaseException:
            self._keys.clear()  # they may speak of what this block would have changed
            raise
        return self.conclude(state, executed, time, system, **head)

    def conclude(
        self,
        state: BlockState,
        executed: list[Executed],
        time: int,
        system: list[dict[str, Any]] | None = None,
        **head: Any,  # noqa: ANN401 - members of Head
    ) -> Finalised:
        """Seal tentatively what was executed upon ``state``."""
        # Held until commit or discard: tree and log hold the tentative block meanwhile, and proofs must
        # not rest on it.
        self.lock.acquire()
        try:
            self._tentative = self._seal(state, executed, time, system or [], head)
        except BaseException:
            self.lock.release()
            raise
        return self._tentative.finalised

    def _seal(
        self,
        state: BlockState,
        executed: list[Executed],
        time: int,
        system: list[dict[str, Any]],
        head: dict[str, Any],
    ) -> _Tentative:
        mark, first = self.tree.snapshot(), self.log.size
        try:
            return self._seal_upon(mark, state, executed, time, system, head)
        except BaseException:
            self.tree.rollback(mark)
            self.log.rollback(first)
            self._keys.clear()
            raise

    def _seal_upon(
        self,
        mark: int,
        state: BlockState,
        executed: list[Executed],
        time: int,
        system: list[dict[str, Any]],
        head: dict[str, Any],
    ) -> _Tentative:
        suite, before = self.rules.suite, self.head
        root = self.tree.update(list(state.changes.items()))
        first = self.log.size
        entries = [one.receipt.entry(suite) for one in executed]
        self.log.append_many(entries)
        seal = Seal(
            cosigners=head.get("cosigners", before.cosigners),
            epoch=head.get("epoch", before.epoch),
            height=before.height + 1,
            ledger=self.rules.ledger_hex,
            log=LogHead(self.log.root().hex(), self.log.size),
            previous=before.digest.hex(),
            protocol=self.rules.version(state, before.height + 1),
            state=root.hex(),
            system=system,
            time=time,
        )
        digest = seal.digest(suite)
        self.log.append_many([digest])
        after = Head(seal.height, time, digest, seal.epoch, seal.cosigners, seal)
        return _Tentative(state, Finalised(seal, digest, first, executed), after, [*entries, digest], mark)

    def commit(self) -> Finalised:
        """Make the finalised block durable and the newest. Raises StoreError and forgets the block when it
        cannot be.
        """
        tentative = self._tentative
        assert tentative is not None, "commit without finalise"  # noqa: S101 - a defect of the engine
        done = tentative.finalised
        row = BlockRow(done.seal.height, done.first, done.seal.encode(), b"".join(tentative.entries))
        try:
            erased = erasures(done.executed)
            self.store.write(
                BlockWrite(row, done.executed, tentative.state.changes, tentative.state.pages, erased)
            )
        except BaseException:
            self.discard()
            raise
        self.tree.commit()
        self.head = tentative.head
        self._tentative = None
        self.lock.release()
        self.spent.forget(self.head.time)
        self.spent.add((one.deed.minute, one.deed.id) for one in done.executed)
        self._remember_refusals(done.executed)
        return done

    def refusal(self, deed: str) -> DeedError | ContractError | None:
        """Why a deed was refused, with what its receipt leaves out; known for the newest few thousand
        only.
        """
        return self._refusals.get(deed)

    def _remember_refusals(self, executed: list[Executed]) -> None:
        if len(self._refusals) > 4_096:
            self._refusals.clear()
        self._refusals.update((one.receipt.deed, one.refusal) for one in executed if one.refusal is not None)

    def discard(self) -> None:
        """Forget a finalised block that was not committed."""
        tentative, self._tentative = self._tentative, None
        if tentative is None:
            return
        self.tree.rollback(tentative.mark)
        self.log.rollback(tentative.finalised.first)
        self._keys.clear()
        self.lock.release()

    # -- for engines with several validators ---------------------------------------------------------------

    def extend(self, checkpoint: Checkpoint, key: PrivateKey) -> bytes:
        """This validator's vote extension: its cosignature of the checkpoint of the block before."""
        return canonical.encode(msgspec.to_builtins(cosign(checkpoint, key)))

    def verify_extension(
        self, checkpoint: Checkpoint, extension: bytes, cosigners: list[dict[str, str]]
    ) -> bool:
        """Whether another validator's vote extension is a cosignature by a member of the set."""
        try:
            canonical.decode(extension)
            given = msgspec.json.decode(extension, type=Cosignature)
            keys = {PublicKey.from_jwk(jwk).thumbprint: PublicKey.from_jwk(jwk) for jwk in cosigners}
            return given.key in keys and keys[given.key].verify(checkpoint.message(), unb64(given.signature))
        except (WusongError, msgspec.DecodeError):
            return False
