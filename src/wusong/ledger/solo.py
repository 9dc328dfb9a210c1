"""The solo engine: one process, one store, group commit.

* Envelopes are read in one thread, blocks are executed and committed in another. Under load a helper process
  reads envelopes and checks their signatures (``verifying``), so that two cores do useful work.
* A block takes whatever waits. A receipt is given only after its block is durable. Under load a block lets
  those come that are on their way, for as long as the one before took to become durable: a flush and a
  seal for many cost what they cost for one (group commit, Helland and others 1987).
* When the store cannot be written, the deeds of that block are told so and nothing changed; the engine
  goes on.
* The waiting room is shared fairly: no submitter may hold more of it than is still free, so however much one
  hands in, there is room for the next (dynamic queue thresholds, Choudhury and Hahne 1998, with factor 1).
  The submitter is the one that the envelope names: its signature is judged later, in the order of arrival.
* Time is ``max(clock, previous + 1 ms)``. On a ``trial`` ledger the clock can be set forward.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wusong.errors import LedgerError, StoreError, WusongError
from wusong.ledger.deed import parsed
from wusong.ledger.ids import DeedId
from wusong.ledger.protocol import check_offered
from wusong.ledger.verifying import ANSWER, HOLDS, VerifyingProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wusong.ledger.application import Application
    from wusong.ledger.deed import Deed
    from wusong.ledger.engine import Finalised
    from wusong.ledger.receipt import Receipt

_MAX_WAITING: Final = 50_000
_GATHERED: Final = 4_096  # the larger a block, the fewer pages of the store each deed changes
_LOAD: Final = 16  # deeds that wait for their receipts: from so many on, the way to another process pays
_PATIENCE: Final = 0.005  # seconds
_FRAME: Final = 128  # envelopes that go there at once
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Submission:
    envelope: bytes
    future: Future[Receipt]
    deed: Deed | None = None


def wall_clock() -> int:
    """Milliseconds since 1970 by this machine's clock."""
    return time.time_ns() // 1_000_000


class Solo:
    """The engine of a ledger with one validator."""

    def __init__(
        self,
        app: Application,
        clock: Callable[[], int] = wall_clock,
        on_block: Sequence[Callable[[Finalised], None]] = (),
    ) -> None:
        self.app: Final = app
        self._clock: Final = clock
        self._on_block: Final = list(on_block)
        self._unread: Final[queue.SimpleQueue[_Submission | None]] = queue.SimpleQueue()
        self._ready: Final[queue.SimpleQueue[list[_Submission] | None]] = queue.SimpleQueue()
        self._closed = False
        self._waiting = 0
        self._shares: dict[str, int] = {}  # submitter to how many of its deeds wait
        self._counting = threading.Lock()
        self._crowd = 0  # how many waited, under load, when the newest block was durable
        self._patience = 0.0  # seconds that a block waits for as many
        self._verifying: Final = VerifyingProcess(app.rules.suite.name, app.rules.ledger_hex)
        self._threads: Final = [
            threading.Thread(target=self._read_all, name="wusong-read", daemon=True),
            threading.Thread(target=self._run_blocks, name="wusong-blocks", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, envelope: bytes) -> Future[Receipt]:
        """Hand in an envelope; see ``Engine.submit``. Raises LedgerError ``engine-closed``,
        ``engine-busy``.
        """
        submission = _Submission(envelope, Future())
        with self._counting:  # what is put after the end would never be answered
            if self._closed:
                raise LedgerError("engine-closed")
            if self._waiting >= _MAX_WAITING:
                raise LedgerError("engine-busy", waiting=self._waiting)
            self._waiting += 1
            self._unread.put(submission)
        return submission.future

    def now(self) -> int:
        """The time that the next block would have."""
        return max(self._clock(), self.app.head.time + 1)

    def add_listener(self, listener: Callable[[Finalised], None]) -> None:
        """Call ``listener`` with every block from now on, after it is durable and before its receipts are
        given.
        """
        self._on_block.append(listener)

    def tell(self, done: Finalised) -> None:
        """Tell every listener of a durable block: this engine's own, or one that a new epoch began with."""
        for listener in self._on_block:
            _tell(listener, done)

    def close(self) -> None:
        """Finish what is under way and stop."""
        with self._counting:
            if self._closed:
                return
            self._closed = True
            self._unread.put(None)
        for thread in self._threads:
            thread.join()

    # -- the reading thread --------------------------------------------------------------------------------

    def _read_all(self) -> None:
        stopping = False
        while not stopping:
            batch, stopping = _take(self._unread, _FRAME)
            if self._waiting < _LOAD:
                self._read(batch, None)
            else:
                self._ask(batch)
        try:
            self._verifying.close()
        finally:
            self._ready.put(None)  # whatever became of the helper, the block thread must end

    def _ask(self, batch: list[_Submission]) -> None:
        """Have envelopes read by the helper process."""
        met, keys = self.app.rules.authority.met, []
        while met:
            keys.append(met.popleft())
        envelopes = [submission.envelope for submission in batch]
        self._verifying.ask(envelopes, keys, lambda answer: self._read(batch, answer))

    def _read(self, batch: list[_Submission], answer: bytes | None) -> None:
        """Hand on what can be read, given what the helper process says of it."""
        read = []
        for index, submission in enumerate(batch):
            said = b"" if answer is None else answer[ANSWER * index : ANSWER * (index + 1)]
            try:
                self._admit(submission, self._deed(submission.envelope, said))
            except Exception as error:  # noqa: BLE001 - one envelope must not stop the engine
                self._refuse(submission, error)
                continue
            read.append(submission)
        if read:
            self._ready.put(read)

    def _deed(self, envelope: bytes, said: bytes) -> Deed:
        """Read an envelope. A signature that was not checked, or does not hold, is judged with its reason
        later.
        """
        if said and said[0]:
            deed = parsed(envelope, DeedId(said[1:]))
            deed.verified = said[0] == HOLDS
        else:
            deed = self.app.read(envelope)
        check_offered(deed)
        return deed

    def _admit(self, submission: _Submission, deed: Deed) -> None:
        """Count a deed among its submitter's. Raises LedgerError ``engine-busy`` beyond the fair share."""
        with self._counting:
            share = self._shares.get(deed.submitter, 0)
            if share >= _MAX_WAITING - self._waiting + 1:  # it is counted among the waiting already
                raise LedgerError("engine-busy", waiting=share)
            self._shares[deed.submitter] = share + 1
            submission.deed = deed

    # -- the block thread ----------------------------------------------------------------------------------

    def _run_blocks(self) -> None:
        waiting: list[_Submission] = []
        stopping = False
        while not stopping or waiting:
            if not stopping and not waiting:
                stopping = self._gather(waiting, block=True)
            while not stopping and self._gather_more(waiting):
                pass
            if not stopping and len(waiting) < min(self._crowd, _GATHERED):
                self._linger(waiting)
            if waiting:
                waiting = self._run_block(waiting)

    def _gather(self, waiting: list[_Submission], *, block: bool) -> bool:
        batch = self._ready.get(block=block)
        if batch is None:
            return True
        waiting.extend(batch)
        return False

    def _gather_more(self, waiting: list[_Submission]) -> bool:
        if len(waiting) >= _GATHERED:
            return False
        try:
            if self._gather(waiting, block=False):
                self._ready.put(None)
                return False
        except queue.Empty:
            return False
        return True

    def _linger(self, waiting: list[_Submission]) -> None:
        """Let come who is on the way."""
        end = time.monotonic() + self._patience
        while len(waiting) < min(self._crowd, _GATHERED) and (left := end - time.monotonic()) > 0:
            try:
                batch = self._ready.get(timeout=left)
            except queue.Empty:
                return
            if batch is None:
                self._ready.put(None)
                return
            waiting.extend(batch)

    def _run_block(self, waiting: list[_Submission]) -> list[_Submission]:
        """Run one block; give back what did not fit."""
        by_deed = {id(submission.deed): submission for submission in waiting}
        try:
            now = self.now()
            chosen, refused = self.app.prepare([s.deed for s in waiting if s.deed is not None], now)
            for deed, error in refused:
                self._refuse(by_deed.pop(id(deed)), error)
            if chosen:
                self.app.finalise(chosen, now)
                self._deliver(self._commit(), by_deed)
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must hear of it
            self.app.discard()
            if len(by_deed) > 1 and not _concerns_all(error):
                # One deed met a defect of the program; it must not take the others with it.
                for submission in by_deed.values():
                    self._run_block([submission])
                return []
            for submission in by_deed.values():
                self._refuse(submission, error)
            return []
        return list(by_deed.values())

    def _commit(self) -> Finalised:
        started = time.monotonic()
        done = self.app.commit()
        self._patience = min(time.monotonic() - started, _PATIENCE)
        self._crowd = self._waiting if self._waiting >= _LOAD else 0
        return done

    def _deliver(self, done: Finalised, by_deed: dict[int, _Submission]) -> None:
        self.tell(done)
        answered = [by_deed.pop(id(one.deed)) for one in done.executed]
        self._leave(answered)
        for submission, one in zip(answered, done.executed, strict=True):
            if submission.future.set_running_or_notify_cancel():
                submission.future.set_result(one.receipt)

    def _leave(self, submissions: list[_Submission]) -> None:
        """Submissions are answered: they wait no more."""
        with self._counting:
            self._waiting -= len(submissions)
            for deed in [submission.deed for submission in submissions if submission.deed is not None]:
                share = self._shares.pop(deed.submitter) - 1
                if share:
                    self._shares[deed.submitter] = share

    def _refuse(self, submission: _Submission, error: Exception) -> None:
        self._leave([submission])
        known = (
            error
            if isinstance(error, WusongError)
            else StoreError("engine-failed", detail=type(error).__name__)
        )
        if known is not error:
            _log.error("a deed met a defect of the program", exc_info=error)
        if submission.future.set_running_or_notify_cancel():
            submission.future.set_exception(known)


def _concerns_all(error: Exception) -> bool:
    """Whether no block could be made, whatever it held: the store cannot be written, or this program does
    not know the rules that hold from here on.
    """
    unknown = isinstance(error, LedgerError) and error.code == "unknown-protocol"
    return unknown or isinstance(error, StoreError)


def _tell(listener: Callable[[Finalised], None], done: Finalised) -> None:
    try:
        listener(done)
    except Exception:  # noqa: BLE001 - the block is durable whatever a listener does with it
        _log.exception("a listener failed on block %d", done.seal.height)


def _take(source: queue.SimpleQueue[_Submission | None], limit: int) -> tuple[list[_Submission], bool]:
    """At least one and at most ``limit`` of what waits, and whether the end has come."""
    batch: list[_Submission] = []
    item = source.get()
    while item is not None:
        batch.append(item)
        if len(batch) == limit:
            return batch, False
        try:
            item = source.get(block=False)
        except queue.Empty:
            return batch, False
    return batch, True
