"""Read models: what screens and searches ask, built from ledger events and always rebuildable.

* SQLAlchemy Core on SQLite (``models.db``) or PostgreSQL (setting ``database_url``).
* A projection owns its tables and applies archive entries in order; it never reads the clock or anything
  but events.
* What came since is taken in by all projections in one transaction. If one of them cannot, each goes on by
  itself, so that only that one stays behind.
* Each projection remembers its version and how far it has come. Another version, or ``rebuild``, begins anew.
* A thread of its own follows the ledger, so that receipts do not wait for screens; ``wait`` gives
  read-your-writes.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

import msgspec
import sqlalchemy as sa

from wusong.node import bulk, events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from wusong.ledger.engine import Finalised
    from wusong.ledger.ledger import Ledger
    from wusong.node.events import Entry
    from wusong.node.settings import Settings

FILE: Final = "models.db"
_BATCH: Final = 500
_RETRY: Final = 5.0
"""Seconds until a catch-up that met an error is tried again."""
_PAUSE: Final = 0.05
_LOADED: Final = 0.15
"""Seconds that a block may be held back for those that follow it, while nobody waits for it, and that much
longer where several follow: many blocks at once cost far less."""
_BLOCKS: Final = 256
_log = logging.getLogger(__name__)
_own = sa.MetaData()
_progress = sa.Table(
    "progress",
    _own,
    sa.Column("projection", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer),
    sa.Column("seq", sa.Integer),
)


class Projection(Protocol):
    """One read model."""

    name: str
    version: int
    metadata: sa.MetaData

    def begin(self, connection: sa.Connection) -> None:
        """Write what is there before the first deed, into empty tables."""

    def apply(self, connection: sa.Connection, entry: Entry) -> None:
        """Take in one deed of the archive."""


@runtime_checkable
class Batched(Protocol):
    """A projection that takes many deeds at once, with the same outcome as one after the other."""

    def apply_all(self, connection: sa.Connection, entries: list[Entry]) -> None:
        """Take in deeds of the archive, in order."""


class Models:
    """All read models of a node."""

    def __init__(self, url: str, ledger: Ledger, projections: Sequence[Projection]) -> None:
        self.engine: Final = open_engine(url)
        self._ledger: Final = ledger
        self._projections: Final = list(projections)
        self._wake: Final = threading.Condition()
        self._applying: Final = threading.Lock()
        self._height = 0
        self._wanted = ledger.app.head.height
        self._stopping = False
        self._idle = False  # whether the thread waits for a block
        self.failed = False  # the last attempt to catch up met an error; it is tried again
        self._waiting = 0  # who waits for the models
        self._read: tuple[int, list[Entry]] = (0, [])
        _own.create_all(self.engine)
        for projection in projections:
            self._prepare(projection)
        ledger.engine.add_listener(self._on_block)
        self._thread: Final = threading.Thread(target=self._follow, name="wusong-models", daemon=True)
        self._thread.start()
        self.wait(ledger.app.head.height)

    def wait(self, height: int, timeout: float = 60.0) -> bool:
        """Wait until the models show block ``height``; whether they do."""
        with self._wake:
            self._waiting += 1
            self._wake.notify_all()
            try:
                self._wake.wait_for(lambda: self._height >= height or self._stopping or self.failed, timeout)
                return self._height >= height
            finally:
                self._waiting -= 1

    def rebuild(self) -> None:
        """Begin all read models anew from the archive."""
        with self._applying:
            with self.engine.begin() as connection:
                connection.execute(_progress.delete())
            for projection in self._projections:
                self._prepare(projection)
        with self._wake:
            self._height, self._wanted = 0, max(self._wanted, self._ledger.app.head.height)
            self._wake.notify_all()
        self.wait(self._wanted)

    def close(self) -> None:
        """Stop following."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        self._thread.join()
        self.engine.dispose()

    def _prepare(self, projection: Projection) -> None:
        with self.engine.begin() as connection:
            row = connection.execute(
                sa.select(_progress).where(_progress.c.projection == projection.name)
            ).first()
            if row is None or row.version != projection.version:
                projection.metadata.drop_all(connection)
                projection.metadata.create_all(connection)
                connection.execute(_progress.delete().where(_progress.c.projection == projection.name))
                values = {"projection": projection.name, "version": projection.version, "seq": 0}
                connection.execute(_progress.insert().values(values))
                projection.begin(connection)

    def _on_block(self, done: Finalised) -> None:
        with self._wake:
            self._wanted = done.seal.height
            if self._idle:
                self._wake.notify_all()

    def _follow(self) -> None:
        while not self._stopping:
            with self._wake:
                self._idle = True
                self._wake.wait_for(lambda: self._height < self._wanted or self._stopping)
                self._idle = False
                self._gather()
                wanted = self._wanted
            try:
                with self._applying:
                    self._catch_up()
            except Exception:  # noqa: BLE001 - a read model must not take the node down; it is behind instead
                _log.exception("read models could not take in block %d", wanted)
                self._pause_after_failure()
                continue
            with self._wake:
                self.failed = False
                self._height = max(self._height, wanted)
                self._wake.notify_all()

    def _gather(self) -> None:
        """Let blocks follow the one that has come, for as long as nobody waits for it."""
        first = self._wanted
        for pause, followers in ((_PAUSE, 0), (_LOADED, 2)):
            if self._wanted - self._height < _BLOCKS and self._wanted - first >= followers:
                self._wake.wait_for(lambda: self._waiting or self._stopping, pause)

    def _pause_after_failure(self) -> None:
        with self._wake:
            self.failed = True
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._stopping, _RETRY)

    def _catch_up(self) -> None:
        self._read = (0, [])
        try:
            while (taken := self._apply_together()) == _BATCH:
                pass
            if taken is not None:
                return
        except Exception:  # noqa: BLE001 - one projection's trouble must not hold the others back
            _log.info("read models take in each on its own what they could not together", exc_info=True)
        for projection in self._projections:
            while self._apply_some(projection):
                pass

    def _apply_together(self) -> int | None:
        """Take in the next deeds, in one transaction for all projections; how many there were. None: the
        projections do not stand at the same place.
        """
        names = [projection.name for projection in self._projections]
        ours = _progress.c.projection.in_(names)
        with self.engine.begin() as connection:
            places = {row.seq for row in connection.execute(sa.select(_progress.c.seq).where(ours))}
            if len(places) != 1:
                return None
            batch = self._entries(places.pop() + 1)
            if batch:
                for projection in self._projections:
                    _apply(projection, connection, batch)
                connection.execute(_progress.update().where(ours).values(seq=batch[-1].seq))
        return len(batch)

    def _apply_some(self, projection: Projection) -> bool:
        with self.engine.begin() as connection:
            row = connection.execute(
                sa.select(_progress.c.seq).where(_progress.c.projection == projection.name)
            ).one()
            batch = self._entries(row.seq + 1)
            if batch:
                _apply(projection, connection, batch)
                where = _progress.c.projection == projection.name
                connection.execute(_progress.update().where(where).values(seq=batch[-1].seq))
        return len(batch) == _BATCH

    def _entries(self, start: int) -> list[Entry]:
        """The next deeds from ``start`` on; read once for all projections that stand at the same place."""
        if self._read[0] != start:
            self._read = (start, list(events.entries(self._ledger, start, _BATCH)))
        return self._read[1]


def _apply(projection: Projection, connection: sa.Connection, batch: list[Entry]) -> None:
    if isinstance(projection, Batched):
        projection.apply_all(connection, batch)
        return
    for entry in batch:
        projection.apply(connection, entry)


def url_of(folder: Path, settings: Settings) -> str:
    """Where a node's read models are."""
    return settings.database_url or f"sqlite:///{folder / FILE}"


def open_engine(url: str) -> sa.Engine:
    """The database of read models."""
    engine = sa.create_engine(url, json_serializer=bulk.text, json_deserializer=msgspec.json.decode)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _write_ahead)
    return engine


def _write_ahead(connection: Any, _record: object) -> None:  # noqa: ANN401 - a connection of the driver
    """Readers do not wait for the writer; after a power cut the models are a little behind, and catch up."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
