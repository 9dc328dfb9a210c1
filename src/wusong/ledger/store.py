"""The solo store: one SQLite file that holds state, log and archive, written one block at a time.

* A block is one transaction, durable (WAL, ``synchronous=FULL``) before anyone is told of it.
* State: leaves by key, and installed pages. The tree itself is rebuilt in memory at start and compared
  with the last seal.
* Log: the entries of each block. Archive: envelopes, receipts, and what each act wrote.
* What cannot be written leaves nothing behind: the transaction is rolled back and the ledger goes on when
  it can.
* Damage is named, never repaired silently (``ledger/integrity.py``).
* The file holds the tables and indexes of ``store_schema`` and nothing else: a trigger or view could delete
  what was acknowledged, or show what was not.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from wusong.errors import StoreError
from wusong.ledger import wal
from wusong.ledger.store_schema import SCHEMA, foreign

if TYPE_CHECKING:
    from pathlib import Path

    from wusong.ledger.execute import Executed

_WRITER_CACHE: Final = 65_536
_READER_CACHE: Final = 4_096
"""Page cache of a connection at most, KiB; each reading thread has a connection of its own."""
SCHEMA_VERSION: Final = 1
_CACHED_LEAVES: Final = 200_000
_CHECKPOINT_PAGES: Final = (
    16_000  # 64 MiB: a page that many blocks change is then copied once, not once a block
)


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One block: ``first`` is the log index of its first entry, ``entries`` its log entries joined, the
    seal's last.
    """

    height: int
    first: int
    seal: bytes
    entries: bytes


@dataclass(frozen=True, slots=True)
class DeedRow:
    """One deed of the archive. ``records``: for each act its writes [key, value] and the parties informed;
    ``page_cost``: what its pages added to its cost.
    """

    seq: int
    id: bytes
    envelope: bytes
    receipt: bytes
    records: list[tuple[list[tuple[bytes, bytes]], list[str]]]
    minute: int
    page_cost: int = 0


@dataclass(slots=True)
class BlockWrite:
    """Everything that one block makes durable."""

    row: BlockRow
    executed: list[Executed]
    changes: dict[bytes, bytes | None]
    pages: dict[str, bytes]
    erased: list[tuple[bytes, int]] = field(default_factory=list)  # deed id, index of the act


class Store:
    """One ledger's file. Writes come from one thread at a time; reads from any."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        self.path: Final = path
        self._lock: Final = threading.RLock()
        self._leaves: dict[bytes, bytes | None] = {}
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self.flushed = 0.0  # seconds that the newest commit took: writing and flushing the write-ahead log
        if not new:
            _check_length(path)
            wal.check(path)
        self._writer = self._connect(_WRITER_CACHE)
        try:
            with self._naming():
                self._open(new=new)
        except BaseException:
            self.close()
            raise

    # -- reading -------------------------------------------------------------------------------------------

    def get(self, key: bytes) -> bytes | None:
        """The value at a state key."""
        found = self._leaves.get(key, _UNREAD)
        if found is not _UNREAD:
            return found  # type: ignore[return-value]
        # By the writer's connection: a reader's may see the file as it was, and what is kept here is what the
        # next block rests on.
        with self._lock, self._naming():
            row = self._writer.execute("SELECT value FROM leaves WHERE key = ?", (key,)).fetchone()
            value: bytes | None = None if row is None else row[0]
            if len(self._leaves) >= _CACHED_LEAVES:
                self._leaves.clear()
            self._leaves[key] = value
        return value

    def page(self, digest: str) -> bytes | None:
        """The canonical model of an installed page."""
        row = self._one("SELECT model FROM pages WHERE digest = ?", digest)
        return None if row is None else row[0]

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """All installed pages, by digest."""
        yield from self._rows("SELECT digest, model FROM pages ORDER BY digest")

    def meta(self, name: str) -> bytes | None:
        """A value about the store itself."""
        row = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if row is None else row[0]

    def block(self, height: int) -> BlockRow | None:
        """One block."""
        row = self._one("SELECT height, first, seal, entries FROM blocks WHERE height = ?", height)
        return None if row is None else BlockRow(*row)

    def last_block(self) -> BlockRow | None:
        """The newest block."""
        row = self._one("SELECT height, first, seal, entries FROM blocks ORDER BY height DESC LIMIT 1")
        return None if row is None else BlockRow(*row)

    def blocks(self, start: int = 1) -> Iterator[BlockRow]:
        """All blocks from height ``start``, in order."""
        for row in self._rows(
            "SELECT height, first, seal, entries FROM blocks WHERE height >= ? ORDER BY height", start
        ):
            yield BlockRow(*row)

    def deed(self, identity: bytes) -> DeedRow | None:
        """One deed of the archive, by id."""
        row = self._one(f"{_DEEDS} WHERE id = ?", identity)
        return None if row is None else self._deed_row(row)

    def deeds(self, start: int = 0, limit: int = -1) -> Generator[DeedRow, None, None]:
        """The archive from sequence number ``start``, in order."""
        for row in self._rows(f"{_DEEDS} WHERE seq >= ? ORDER BY seq LIMIT ?", start, limit):
            yield self._deed_row(row)

    def problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file: pages, rows and indexes that do not fit together."""
        found = [str(row[0]) for row in self._rows("PRAGMA integrity_check(8)")]
        with self._naming():
            wrong = [f"{part}: {detail}" for part, detail in foreign(self._reader())]
        return wrong + ([] if found == ["ok"] else found)

    def leaves(self) -> Iterator[tuple[bytes, bytes]]:
        """All leaves, in no order that matters."""
        yield from self._rows("SELECT key, value FROM leaves")

    def spent(self, minute: int) -> list[tuple[int, bytes]]:
        """(expiry minute, id) of every deed that expires in ``minute`` or later."""
        return list(self._rows("SELECT minute, id FROM deeds WHERE minute >= ? ORDER BY minute, seq", minute))

    # -- writing -------------------------------------------------------------------------------------------

    def write(self, block: BlockWrite) -> None:
        """Make a block durable, or leave everything as it was. Raises StoreError ``store-full``,
        ``store-failed``.
        """
        with self._lock:
            with self._naming(), self._transaction() as cursor:
                _write_block(cursor, block)
            if len(self._leaves) + len(block.changes) >= _CACHED_LEAVES:
                self._leaves.clear()
            self._leaves.update(block.changes)

    def write_genesis(self, genesis: bytes, leaves: dict[Any, bytes]) -> None:
        """Begin: the genesis document and the state at height 0."""
        with self._naming(), self._transaction() as cursor:
            cursor.execute("INSERT INTO meta VALUES ('genesis', ?)", (genesis,))
            cursor.executemany("INSERT INTO leaves VALUES (?, ?)", [(bytes(k), v) for k, v in leaves.items()])

    def set_meta(self, name: str, value: bytes) -> None:
        """Set a value about the store itself."""
        with self._naming(), self._transaction() as cursor:
            cursor.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def backup(self, target: Path) -> None:
        """Copy the store to ``target`` while it is in use."""
        with self._naming(), sqlite3.connect(target) as copy:
            self._reader().backup(copy)
        copy.close()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for connection in [*self._readers, self._writer]:
                connection.close()
            self._readers.clear()

    # -- connections ---------------------------------------------------------------------------------------

    def _open(self, *, new: bool) -> None:
        if new:
            self._writer.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        version = self._writer.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            raise StoreError("store-damaged", file=self.path.name, part="tables", detail="there are none")
        if version != SCHEMA_VERSION:
            raise StoreError("store-version", found=version, expected=SCHEMA_VERSION)
        if wrong := next(foreign(self._writer), None):
            raise StoreError("store-damaged", file=self.path.name, part=wrong[0], detail=wrong[1])

    def _connect(self, cache: int) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, check_same_thread=False, isolation_level=None, cached_statements=64
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA cache_size = -{cache}")  # KiB
        except sqlite3.Error as error:
            raise _named(error, self.path) from error
        return connection

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect(_READER_CACHE)
            with self._lock:
                self._readers.append(connection)
        return connection

    def _one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - a row
        with self._naming():
            return self._reader().execute(query, values).fetchone()

    def _rows(self, query: str, *values: object) -> Iterator[Any]:
        with self._naming():
            # `yield from` would close the cursor, even of a store that is closed already.
            for row in self._reader().execute(query, values):  # noqa: UP028
                yield row

    def _deed_row(self, row: tuple[int, bytes, bytes, bytes, bytes, int]) -> DeedRow:
        seq, identity, envelope, receipt, records, minute = row
        part = f"deed number {seq}"
        try:
            if records[-4:] == _sum(identity, records[:-4]):
                done, page_cost = _unpacked(records[:-4])
                return DeedRow(seq, identity, envelope, receipt, done, minute, page_cost)
            detail = "what its acts wrote does not have its checksum"
        except (msgspec.MsgspecError, TypeError, ValueError) as error:
            detail = str(error)
        raise StoreError("store-damaged", file=self.path.name, part=part, detail=detail)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        with self._lock:
            cursor = self._writer.cursor()
            try:
                cursor.execute("BEGIN IMMEDIATE")  # it may fail with the transaction begun
                yield cursor
                started = time.perf_counter()
                cursor.execute("COMMIT")
                self.flushed = time.perf_counter() - started
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.rollback()
                raise

    @contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _named(error, self.path) from error


def _write_block(cursor: sqlite3.Cursor, block: BlockWrite) -> None:
    cursor.execute("INSERT INTO blocks VALUES (?, ?, ?, ?)", _block_values(block.row))
    cursor.executemany(
        "INSERT INTO deeds (id, minute, envelope, receipt, records) VALUES (?, ?, ?, ?, ?)",
        [_deed_values(executed) for executed in block.executed],
    )
    removed = [(key,) for key, value in block.changes.items() if value is None]
    written = [(key, value) for key, value in block.changes.items() if value is not None]
    cursor.executemany("DELETE FROM leaves WHERE key = ?", removed)
    cursor.executemany(_UPSERT, written)
    cursor.executemany("INSERT OR IGNORE INTO pages VALUES (?, ?)", list(block.pages.items()))
    for deed, act in block.erased:
        _erase(cursor, deed, act)


def _erase(cursor: sqlite3.Cursor, deed: bytes, act: int) -> None:
    """Put null in place of an archived act, in the transaction of the block that orders it."""
    row = cursor.execute("SELECT seq, envelope FROM deeds WHERE id = ?", (deed,)).fetchone()
    if row is None:
        return
    envelope = msgspec.json.decode(row[1])
    if 0 <= act < len(envelope["acts"]):
        envelope["acts"][act] = None
        # What is overwritten must not stay readable in the file's free space.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("UPDATE deeds SET envelope = ? WHERE seq = ?", (_encode(envelope), row[0]))
        cursor.execute("PRAGMA secure_delete = FAST")


def _check_length(path: Path) -> None:
    """Whether the file is as long as its header says: what SQLite would fill up with zeros, or begin anew.

    While a write-ahead log stands beside it, its pages are in both.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(100)
        logged = path.with_name(f"{path.name}-wal")
        whole = logged.exists() and logged.stat().st_size > 0
    except OSError as error:
        raise StoreError("store-failed", file=path.name, detail=str(error.strerror)) from error
    page, pages = int.from_bytes(header[16:18]) % 65_535 or 65_536, int.from_bytes(header[28:32])
    if (
        not header.startswith(b"SQLite format 3\0")
        or len(header) < 100
        or not (whole or size >= page * pages)
    ):
        raise StoreError("store-damaged", file=path.name, part="pages of the file", detail="it is cut short")


def _named(error: sqlite3.Error, path: Path) -> StoreError:
    """What SQLite says, as one of our codes."""
    code = getattr(error, "sqlite_errorname", "")
    if code in _FULL or "full" in str(error):
        return StoreError("store-full", file=path.name)
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError("store-damaged", file=path.name, part="pages of the file", detail=str(error))
    return StoreError("store-failed", file=path.name, detail=f"{code} {error}".strip())


def _block_values(row: BlockRow) -> tuple[int, int, bytes, bytes]:
    return row.height, row.first, row.seal, row.entries


def _deed_values(executed: Executed) -> tuple[bytes, int, bytes, bytes, bytes]:
    records: list[Any] = [
        ([(w.key, w.value) for w in record.writes], record.informed) for record in executed.records
    ]
    deed = executed.deed
    packed = _pack([*records, executed.page_cost] if executed.page_cost else records)
    return deed.id, deed.minute, deed.envelope, executed.receipt.encode(), packed + _sum(deed.id, packed)


def _unpacked(packed: bytes) -> tuple[list[_Record], int]:
    """What the acts of a deed wrote, and what its pages added to its cost: a number behind it, if any."""
    found = _unpack(packed)
    last = found.pop() if found and isinstance(found[-1], int) else 0
    return [each for each in found if not isinstance(each, int)], last if isinstance(last, int) else 0


def _sum(identity: bytes, packed: bytes) -> bytes:
    """Finds damage to what no receipt commits to: whom the acts inform. It keeps nobody out."""
    return zlib.crc32(packed, zlib.crc32(identity)).to_bytes(4)


_FULL: Final = frozenset(
    {
        "SQLITE_FULL",
        "SQLITE_IOERR_WRITE",
        "SQLITE_IOERR_FSYNC",
        "SQLITE_IOERR_TRUNCATE",
        "SQLITE_IOERR_SHMSIZE",
    }
)
_DEEDS: Final = "SELECT seq, id, envelope, receipt, records, minute FROM deeds"
_UNREAD: Final = object()
_UPSERT: Final = "INSERT INTO leaves VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_encode = msgspec.json.Encoder(order="sorted").encode
_pack = msgspec.msgpack.Encoder().encode
_Record: TypeAlias = tuple[list[tuple[bytes, bytes]], list[str]]
_unpack = msgspec.msgpack.Decoder(list[_Record | int]).decode
