"""Backing up a node, and restoring it.

* A backup is a folder: copies of everything that cannot be rebuilt, and ``backup.json`` with the size and
  digest of each file.
* It may be taken while the node runs. All databases are held at one moment before any is copied, the ledger
  first, so that what the ledger names is never missing beside it: salts and calls are written down before
  their deeds. (Held last, the ledger could have a deed whose salts the copy has not; those nobody can make
  again.) Contents are copied after what names them. If the keystore changes meanwhile, the copy is made anew,
  so that keys and ledger belong together.
* The reverse, a note of a deed that came a moment after the ledger was held, is taken back when the backup is
  restored (``Keeping.restored``): such a batch of calls is metered again.
* The passphrase is never in it: whoever has the backup alone opens no key.
* Read models are left out: they are built from the ledger.
* Restoring checks every digest before anything is put in place, and marks the ledger restored: it takes no
  deeds until it is settled (``settle``, ``new_epoch``), because deeds may have been acknowledged after the
  backup.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wusong.crypto import files as durable
from wusong.crypto.suites import suite as find_suite
from wusong.errors import CryptoError, LedgerError, NodeError
from wusong.ledger import restore as restoring
from wusong.ledger.genesis import read as read_genesis
from wusong.ledger.ledger import FILE as LEDGER
from wusong.ledger.store import Store
from wusong.node import codes_care as codes_care  # noqa: PLC0414 - registers its codes
from wusong.node import witnessing
from wusong.node.domains import Keeping, domains
from wusong.node.founding import LEDGER_FOLDER
from wusong.node.keyring import FILE as KEYS
from wusong.node.library import FILE as LIBRARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wusong.crypto.suites import Suite
    from wusong.node.node import Node

MANIFEST: Final = "backup.json"
FORMAT: Final = "wusong-backup/1"
LEFT_OUT: Final = frozenset({"passphrase", "node.lock", "evidence.lock", "models.db", LIBRARY, MANIFEST})
_FIRST: Final = f"{LEDGER_FOLDER}/{LEDGER}"
_TRIES: Final = 3
_PIECE: Final = 1 << 20
_STAGE: Final = ".restoring"
_MAY_STAND: Final = frozenset({"passphrase", "node.lock", _STAGE})
"""What a folder may hold already into which a backup is restored."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup's manifest says."""

    ledger: str
    suite: str
    height: int
    size: int
    time: int
    files: dict[str, dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The manifest."""
        return {
            "files": [{"name": name, **self.files[name]} for name in sorted(self.files)],
            "format": FORMAT,
            "height": self.height,
            "ledger": self.ledger,
            "log_size": self.size,
            "suite": self.suite,
            "time": self.time,
        }


# -- taking one --------------------------------------------------------------------------------------------


def take(folder: Path, target: Path, advance: Callable[[int], None] = lambda _: None) -> Backup:
    """Copy the node in ``folder`` to the new folder ``target``; ``advance`` is told the bytes written.

    Raises:
        NodeError: ``backup-exists``, ``keys-in-motion``.
    """
    if target.exists() and any(target.iterdir()):
        raise NodeError("backup-exists", folder=str(target))
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    for _ in range(_TRIES):
        before = (folder / KEYS).read_bytes()
        _copy_all(folder, target, advance)
        if (folder / KEYS).read_bytes() == before:
            break
    else:
        raise NodeError("keys-in-motion")
    made = _describe(target)
    durable.replace(target / MANIFEST, json.dumps(made.to_json(), sort_keys=True, indent=1).encode())
    return made


def measure(folder: Path) -> int:
    """About how many bytes a backup will have."""
    return sum((folder / name).stat().st_size for name in _names(folder))


def _names(folder: Path) -> list[str]:
    """Every file to copy, relative to the folder: the ledger, other databases, other files, contents,
    keys.
    """
    found = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    ]
    wanted = [name for name in found if _wanted(name)]
    return sorted(wanted, key=lambda name: (_rank(name), name))


def _wanted(name: str) -> bool:
    parts = name.split("/")
    scratch = any(part.startswith(".") for part in parts) or name.endswith(
        ("-wal", "-shm", "-journal", ".part")
    )
    return not scratch and parts[0] not in LEFT_OUT and parts[:2] != ["vault", "incoming"]


def _rank(name: str) -> int:
    if name == _FIRST:
        return 0
    if name == KEYS:
        return 9
    return 1 if name.endswith(".db") else 2


def _copy_all(folder: Path, target: Path, advance: Callable[[int], None]) -> None:
    databases = [name for name in _names(folder) if name.endswith(".db")]
    with ExitStack() as stack:
        held = {name: stack.enter_context(_held(folder / name)) for name in databases}
        for name in [*databases, *(name for name in _names(folder) if not name.endswith(".db"))]:
            if _copy(folder / name, target / name, held.get(name)):
                advance((target / name).stat().st_size)


def _copy(source: Path, target: Path, held: sqlite3.Connection | None) -> bool:
    """Copy one file; one that went away meanwhile (an erased content) is left out by its owner's will."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    try:
        if held is not None:
            _copy_database(held, target)
        else:
            shutil.copyfile(source, target)
    except FileNotFoundError:
        target.unlink()
        return False
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return True


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    """The database as it is now, whatever another process writes to it from now on."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, timeout=30)) as held:
        held.execute("BEGIN")
        held.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # a transaction begins with its reading
        yield held


def _copy_database(held: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        held.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _describe(target: Path) -> Backup:
    suite = find_suite(json.loads((target / KEYS).read_text("utf-8"))["suite"])
    listed = {name: _stamp(suite, target / name) for name in _names(target)}
    store = Store(target / _FIRST)
    try:
        genesis, last = read_genesis(store.meta("genesis") or b""), store.last_block()
        height = 0 if last is None else last.height
        size = 0 if last is None else last.first + len(last.entries) // 32
    finally:
        store.close()
    _settle_file(target / _FIRST)
    listed[_FIRST] = _stamp(suite, target / _FIRST)
    return Backup(genesis.ledger.hex(), suite.name, height, size, time.time_ns() // 1_000_000, listed)


def _settle_file(path: Path) -> None:
    """Leave one file and no journal beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _stamp(suite: Suite, path: Path) -> dict[str, Any]:
    hasher = suite.hasher()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return {"bytes": path.stat().st_size, "digest": bytes(hasher.digest()).hex()}


# -- restoring one -----------------------------------------------------------------------------------------


def check(source: Path) -> Backup:
    """Whether a backup is whole: every file of its manifest, as it was, and no other.

    Raises:
        NodeError: ``not-a-backup``, ``backup-damaged``.
    """
    manifest = _read_manifest(source)
    present = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()} - {
        MANIFEST
    }
    if present != set(manifest.files):
        odd = min(present ^ set(manifest.files))
        raise NodeError("backup-damaged", file=odd, detail="missing, or not named in backup.json")
    suite = find_suite(manifest.suite)
    for name, said in manifest.files.items():
        if _stamp(suite, source / name) != said:
            raise NodeError("backup-damaged", file=name, detail="its size or digest differs from backup.json")
    return manifest


def restore(source: Path, folder: Path) -> Backup:
    """Make a node in ``folder`` from a backup; its ledger is marked restored.

    Raises:
        NodeError: ``node-exists``, ``not-a-backup``, ``backup-damaged``.
    """
    if folder.exists() and {entry.name for entry in folder.iterdir()} - _MAY_STAND:
        raise NodeError("node-exists", folder=folder.name)
    manifest = check(source)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    stage = folder / _STAGE
    shutil.rmtree(stage, ignore_errors=True)
    for name in manifest.files:
        _copy_plain(source / name, stage / name)
    if {name: _stamp(find_suite(manifest.suite), stage / name) for name in manifest.files} != manifest.files:
        raise NodeError("backup-damaged", file=MANIFEST, detail="a file changed while it was restored")
    store = Store(stage / _FIRST)
    try:
        restoring.mark_restored(store)
        for domain in (one for one in domains() if isinstance(one, Keeping)):
            domain.restored(stage, lambda deed: store.deed(bytes.fromhex(deed)) is not None)
    finally:
        store.close()
    for entry in sorted(stage.iterdir(), key=lambda path: path.name == LEDGER_FOLDER):
        entry.replace(folder / entry.name)
    stage.rmdir()
    return manifest


def _copy_plain(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _read_manifest(source: Path) -> Backup:
    try:
        said: Any = json.loads((source / MANIFEST).read_text("utf-8"))
        files = {row["name"]: {"bytes": row["bytes"], "digest": row["digest"]} for row in said["files"]}
        find_suite(said["suite"])
        unsafe = [
            name
            for name in files
            if Path(name).is_absolute() or ".." in Path(name).parts or not _wanted(name)
        ]
        sound = said["format"] == FORMAT and not unsafe and {KEYS, _FIRST} <= set(files)
        made = Backup(said["ledger"], said["suite"], said["height"], said["log_size"], said["time"], files)
    except FileNotFoundError:
        raise NodeError("not-a-backup", folder=str(source), detail=f"{MANIFEST} is missing") from None
    except (ValueError, KeyError, TypeError, CryptoError) as error:
        raise NodeError(
            "not-a-backup", folder=str(source), detail=f"{type(error).__name__}: {error}"[:200]
        ) from None
    if not sound:
        raise NodeError("not-a-backup", folder=str(source), detail=f"format, or files: {unsafe[:3]}")
    return made


# -- settling what came after it ---------------------------------------------------------------------------


def settle(node: Node) -> dict[str, int | None]:
    """Take deeds again when a witness has seen this ledger as far as it goes here, and none has seen more.

    What a witness had not yet seen when the node was lost (at most about a second) cannot be shown by it.

    Raises:
        NodeError: ``not-restored``, ``no-witness`` when none has seen as much, ``history-differs``.
        LedgerError: ``newer-acknowledged``.
    """
    _expect_restored(node)
    ours = node.ledger.app.log.size
    seen = witnessing.sizes(node.ledger, node.keys.log_key(), witnessing.listed(node.folder))
    known = {name: size for name, size in seen.items() if size is not None}
    if any(size > ours for size in known.values()):
        raise LedgerError("newer-acknowledged", size=ours, witnessed=max(known.values()))
    if ours not in known.values():
        told = ", ".join(f"{name}: {size}" for name, size in sorted(known.items())) or "none answered"
        raise NodeError("no-witness", detail=f"log size here: {ours}; seen by witnesses: {told}")
    node.ledger.settle_restore(ours)
    return seen


def new_epoch(node: Node) -> int:
    """Take deeds again under a new seal key, openly: every reader sees the break. Gives the new epoch."""
    _expect_restored(node)
    epoch = node.ledger.app.head.epoch + 1
    node.ledger.begin_epoch(
        node.keys.seal_key(epoch) if node.keys.has_seal_key(epoch) else node.keys.new_seal_key(epoch)
    )
    return epoch


def _expect_restored(node: Node) -> None:
    if not node.ledger.read_only:
        raise NodeError("not-restored")
