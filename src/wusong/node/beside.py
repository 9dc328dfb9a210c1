"""A node that another process runs, as a command beside it uses it.

* What is read is read from the node's own files, as they are now; nothing is written to them.
* What is done is written and signed here, with the keys in the folder, and handed in over the running node's
  own API. A deed carries the signatures of those whom it binds, so no other credential is needed.
* A proof is made from a copy of the ledger as of one moment, which is removed afterwards.
* What changes the node's own files (keys, settings of the clock, read models) is not for a process beside it:
  such commands need the node to be stopped.

``Beside`` has the face of ``Node``; of its ledger and read models there is what commands use.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
import sqlalchemy as sa

from wusong.errors import DeedError, Explanation, NodeError, WusongError
from wusong.ledger import restore
from wusong.ledger.bundle import make_bundle
from wusong.ledger.genesis import read
from wusong.ledger.ids import DeedId
from wusong.ledger.ledger import FILE as LEDGER
from wusong.ledger.ledger import Ledger
from wusong.ledger.receipt import Receipt, decode_seal
from wusong.ledger.rules import Rules
from wusong.ledger.solo import wall_clock
from wusong.ledger.state import BlockState
from wusong.ledger.store import Store
from wusong.node import lock
from wusong.node.founding import LEDGER_FOLDER
from wusong.node.keyring import Keyring, passphrase
from wusong.node.models import open_engine, url_of
from wusong.node.node import VAULT_FOLDER, Node
from wusong.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wusong.ledger.bundle import Wanted
    from wusong.ledger.intent import Intent
    from wusong.node.models import Models
    from wusong.node.settings import Settings

DEEDS: Final = "/api/v1/deeds"
_TIMEOUT: Final = 60.0
_SHOWN: Final = 10.0
"""Seconds that a command waits for the read models to show what the ledger has."""
_WITNESSED: Final = 5.0
"""Seconds that a command waits for the running node to have its newest block witnessed."""
_POLL: Final = 0.02


class AnsweredError(DeedError):
    """What the running node answered, in its own words."""

    def __init__(self, code: str, said: dict[str, dict[str, str]], /, **data: Any) -> None:  # noqa: ANN401
        super().__init__(code, **data)
        self._said: Final = said

    def explain(self, lang: str = "en") -> Explanation:
        """What happened, why, and what to do."""
        found = self._said["zh" if lang.lower().startswith("zh") else "en"]
        return Explanation(found["what"], found["why"], found["do"])


@dataclass(slots=True)
class Beside(Node):
    """A node that runs elsewhere on this machine."""

    stack: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def open(cls, folder: Path, settings: Settings | None = None) -> Beside:
        """Look at the node in ``folder`` while another process has it open. Raises NodeError, StoreError."""
        from wusong.node.settings import load

        settings = settings or load(folder)
        keys = Keyring.open(folder, passphrase(folder))
        with ExitStack() as stack:
            ledger = stack.enter_context(closing(_LedgerBeside(folder)))
            models = stack.enter_context(closing(_ModelsBeside(url_of(folder, settings), ledger)))
            vault = Vault(folder / VAULT_FOLDER, ledger.suite, keys.vault_key())
            models.wait(0)
            return cls(
                folder, settings, keys, cast("Ledger", ledger), vault, cast("Models", models), stack.pop_all()
            )
        raise AssertionError  # an ExitStack swallows nothing

    def close(self) -> None:
        """Let go of the files."""
        self.stack.close()

    def witnessed(self) -> bool:
        """Wait until the running node has had its newest block witnessed; whether it has."""
        store, until = self.ledger.store, time.monotonic() + _WITNESSED
        while (last := store.last_block()) is not None:
            seen = msgspec.json.decode(store.meta("witnessed") or b"{}", type=dict[str, Any])
            if seen.get("height", 0) >= last.height:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(_POLL)
        return True

    def refusal(self, receipt: Receipt, intents: Sequence[Intent]) -> DeedError:
        """As ``Node.refusal``, in the running node's words."""
        error = super(Beside, self).refusal(receipt, intents)
        said = cast("_LedgerBeside", self.ledger).said.get(receipt.deed)
        return error if said is None else AnsweredError(error.code, said, **error.data)

    def bundle(self, deed: str, wanted: Wanted | None = None) -> dict[str, Any]:
        """The bundle of a deed, from a copy of the ledger."""
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".proving-") as name:
            self.ledger.store.backup(Path(name) / LEDGER)
            with closing(Ledger.open(Path(name), self.keys.seal_key)) as ledger:
                return make_bundle(ledger, DeedId(bytes.fromhex(deed)), wanted)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The newest block, as far as commands ask for it."""

    height: int
    time: int


class _LedgerBeside:
    """The ledger's file as another process writes it, and the way to hand in deeds."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        path = folder / LEDGER_FOLDER / LEDGER
        self.store: Final = Store(path)
        self._db: Final = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        self.rules: Final = Rules(read(self.store.meta("genesis") or b""))
        self.genesis: Final = self.rules.genesis
        self.suite: Final = self.rules.suite
        self.id: Final = self.rules.ledger
        self.read_only: Final = restore.is_restored(self.store)
        self.app: Final = self
        self.said: Final[dict[str, dict[str, dict[str, str]]]] = {}

    def view(self) -> BlockState:
        """The newest durable state."""
        return BlockState(self)

    @property
    def head(self) -> _Standing:
        """Where the ledger stands now."""
        last = self.store.last_block()
        if last is None:
            return _Standing(0, self.genesis.time)
        return _Standing(last.height, decode_seal(last.seal).time)

    def get(self, key: bytes) -> bytes | None:
        """The value at a state key, as it is now."""
        row = self._db.execute("SELECT value FROM leaves WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def page(self, digest: str) -> bytes | None:
        """The model of an installed page."""
        return self.store.page(digest)

    def newest(self) -> int:
        """The sequence number of the newest deed."""
        return int(self._db.execute("SELECT COALESCE(MAX(seq), 0) FROM deeds").fetchone()[0])

    def now(self) -> int:
        """About the time that the next block will have, ms."""
        last = self.store.last_block()
        offset = int(self.store.meta("clock_offset") or b"0")
        return max(wall_clock() + offset, 0 if last is None else decode_seal(last.seal).time)

    def refusal(self, _deed: str) -> WusongError | None:
        """Nothing: the running node explains its refusals itself."""
        return None

    def submit(self, envelope: bytes) -> Future[Receipt]:
        """Hand in an envelope. Raises NodeError ``node-running``, ``node-silent``, AnsweredError."""
        done: Future[Receipt] = Future()
        done.set_result(self._handed_in(envelope))
        return done

    def _handed_in(self, envelope: bytes) -> Receipt:
        status, body = _post(self._folder, envelope)
        if status == 200:
            return msgspec.json.decode(body, type=Receipt)
        try:
            problem = msgspec.json.decode(body, type=_Problem)
        except msgspec.DecodeError:
            raise NodeError("node-silent", detail=f"HTTP {status}") from None
        if problem.receipt is None:
            raise AnsweredError(problem.code, problem.texts)
        self.said[problem.receipt.deed] = problem.texts
        return problem.receipt

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        self.store.close()


class _Problem(msgspec.Struct):
    """A problem document, as far as it is needed here."""

    code: str
    texts: dict[str, dict[str, str]]
    receipt: Receipt | None = None


def _post(folder: Path, envelope: bytes) -> tuple[int, bytes]:
    import httpx2 as httpx

    address = lock.address(folder)
    if not address:
        raise NodeError("node-running", folder=folder.name, holder=lock.holder(folder))
    headers = {"content-type": "application/json", "accept": "application/json"}
    try:
        with httpx.Client(trust_env=False, timeout=_TIMEOUT) as client:  # no proxy between us and ourselves
            answer = client.post(address + DEEDS, content=envelope, headers=headers)
            return int(answer.status_code), bytes(answer.content)
    except httpx.HTTPError as error:
        raise NodeError("node-silent", detail=f"{address}: {type(error).__name__}") from None


class _ModelsBeside:
    """The read models, as the running node keeps them."""

    def __init__(self, url: str, ledger: _LedgerBeside) -> None:
        self.engine: Final = open_engine(url)
        self._ledger: Final = ledger

    def wait(self, _height: int, timeout: float = _SHOWN) -> bool:
        """Wait until the models show what the ledger has now; whether they do."""
        wanted, until = self._ledger.newest(), time.monotonic() + timeout
        while self._shown() < wanted:
            if time.monotonic() > until:
                return False
            time.sleep(_POLL)
        return True

    def _shown(self) -> int:
        query = sa.text("SELECT seq FROM progress WHERE projection = 'ledger'")
        with self.engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
