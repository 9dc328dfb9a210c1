"""Registering a whole catalogue workbook: good rows in as many deeds as needed, each row once.

* ``check`` reads and judges, tables included, and changes nothing; ``run`` registers the good rows.
* A deed holds at most ``ACTS`` applications. It is written into the book before it is handed in
  (``importbook``); after a kill the deed is looked for on the ledger before another is made.
* The same workbook, handed in again, registers what is not registered yet, and nothing twice.
* Nor does another workbook with the same rows, such as a corrected one: what the party has applied for with
  the registration body under that name, and what has not ended, is told and left (``applied``). So is a row
  whose 核对结果 tells such a resource, whatever its name is now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from functools import partial
from pathlib import Path
from typing import Any, Final

from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host, Intent
from wusong.data.intake import applied, attached, decisions, desk, directory
from wusong.data.intake.applied import RESOURCE, Standing
from wusong.data.intake.directory import Entry
from wusong.data.intake.importbook import Batch, Book
from wusong.data.intake.picture import Profile
from wusong.data.intake.quality import Measured
from wusong.errors import DataError, DeedError
from wusong.ledger.ids import DeedId, asset_id
from wusong.ledger.receipt import decode_receipt
from wusong.vault import ContentRef

__all__ = [
    "ACTS", "RESOURCE", "Files", "Imported", "check", "folder", "kept", "nothing", "run", "standing",
]  # fmt: skip

ACTS: Final = 32
LOCK: Final = "imports.lock"
_ENVELOPE: Final = 48_000  # bytes of arguments in one deed; the ledger takes 64 KiB with everything
Files = Callable[[str], Path | bytes | None]
"""A row's data file, by its name: where it is, or what it holds; None when it is not there."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: every row, and the resources by row (of this run and earlier ones).

    ``already``: rows that are not registered again, with the resources that stand for them.
    """

    entries: tuple[Entry, ...]
    assets: Mapping[int, str]
    deeds: tuple[str, ...]
    already: Mapping[int, str] = field(default_factory=dict)

    @property
    def faulty(self) -> tuple[Entry, ...]:
        """The rows that cannot be registered."""
        return tuple(entry for entry in self.entries if entry.faults)

    @property
    def good(self) -> tuple[Entry, ...]:
        """The rows that can be registered and are not yet."""
        done = {**self.assets, **self.already}
        return tuple(entry for entry in self.entries if not entry.faults and entry.row not in done)

    def workbook(self, content: bytes) -> bytes:
        """The workbook, with faults marked, and the resource's id where a row is registered."""
        told = {row: f"此前已申请登记，未重复提交：{asset}" for row, asset in self.already.items()}
        told |= {row: f"已提交登记申请：{asset}" for row, asset in self.assets.items()}
        return directory.marked(content, self.entries, told)


def folder(path: Path) -> Files:
    """Data files beside a workbook."""

    def find(name: str) -> Path | None:
        given = path / name
        return given if given.is_file() else None

    return find


def nothing(_: str) -> None:
    """No data files: a workbook that came alone."""
    return


def kept(host: Host, party: str, files: str) -> Files:
    """Data files that came with the workbook, by the commitment of their list; empty: none came.

    Raises DataError ``content-not-brought``, ``files-list``.
    """
    if not files:
        return nothing
    return partial(attached.read, host, attached.names(host, party, files))


def check(content: bytes, files: Files = nothing) -> list[Entry]:
    """The workbook's rows with all that is wrong with them; tables are read. Raises DataError."""
    entries = directory.read(content)
    _examine(entries, files)
    return entries


def _examine(entries: Sequence[Entry], files: Files) -> None:
    for entry in entries:
        if entry.file and not entry.faults:
            _examined(entry, files(entry.file))


def standing(host: Host, party: str, registry: str, content: bytes, files: Files = nothing) -> Imported:
    """How a workbook stands: what is wrong with it, and what of it is registered. Changes nothing."""
    entries = directory.read(content)
    with Book(host.folder) as book:
        done = book.done(_name(host, content, party, registry))
    already = _already(entries, done, applied.standing(host, party, registry))
    _examine([entry for entry in entries if entry.row not in done | already], files)
    return Imported(tuple(entries), done, (), already)


def run(
    host: Host,
    party: str,
    registry: str,
    content: bytes,
    files: Files = nothing,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Register the good rows of a workbook for ``party``. Raises DataError, DeedError, VaultError.

    ``progress`` is told how many rows were dealt with.
    """
    entries = directory.read(content)
    name = _name(host, content, party, registry)
    deeds: list[str] = []
    with _alone(host.folder), Book(host.folder) as book:
        deeds += _find_open(host, book, name)
        done = book.done(name)
        already = _already(entries, done, applied.standing(host, party, registry))
        settled = done | already
        progress(sum(bool(entry.faults) or entry.row in settled for entry in entries))
        waiting: list[tuple[Entry, dict[str, Any]]] = []
        for entry in entries:
            if entry.faults or entry.row in settled:
                continue
            args = _args(host, party, registry, entry, files)
            if args is None:
                progress(1)
                continue
            if waiting and _is_full([one for _, one in waiting], args):
                already |= _hand_in(host, book, name, party, waiting, deeds)
                progress(len(waiting))
                waiting = []
            waiting.append((entry, args))
        if waiting:
            already |= _hand_in(host, book, name, party, waiting, deeds)
            progress(len(waiting))
        return Imported(tuple(entries), book.done(name), tuple(deeds), already)


def _already(entries: Sequence[Entry], done: Mapping[int, str], known: Standing) -> dict[int, str]:
    """The good rows that another workbook, or another way, has applied for: the resources by row."""
    rows = [entry for entry in entries if not entry.faults and entry.row not in done]
    named = {entry.row: known.by_name.get(entry.args["name"], "") for entry in rows}
    found = {row: asset for row, asset in named.items() if asset}
    taken = {*done.values(), *found.values()}
    for entry in rows:  # a row that was copied with its 核对结果 and given another name is another resource
        if entry.row not in found and entry.told in known.assets and entry.told not in taken:
            found[entry.row] = entry.told
            taken.add(entry.told)
    return found


@contextmanager
def _alone(folder_: Path) -> Iterator[None]:
    """One import at a time: what another has under way looks like what a killed one left open."""
    with (folder_ / LOCK).open("a") as handle:
        flock(handle, LOCK_EX)
        yield


def _name(host: Host, content: bytes, party: str, registry: str) -> str:
    """What the book calls an import: who applies to whom with which workbook."""
    about = f"{party}\n{registry}\n".encode()
    return str(host.ledger.suite.digest("catalogue-import", about, host.ledger.suite.hash(content)).hex())


def _is_full(waiting: Sequence[dict[str, Any]], args: dict[str, Any]) -> bool:
    size = sum(len(json.dumps(one, ensure_ascii=False).encode()) + 400 for one in [*waiting, args])
    return len(waiting) >= ACTS or size > _ENVELOPE


def _examined(entry: Entry, table: Path | bytes | None) -> tuple[Profile, tuple[Measured, ...]] | None:
    """What the table of a row holds, and its quality; what is wrong with it is noted."""
    if table is None:
        entry.blame("数据文件", f"找不到数据文件：{entry.file}", f"There is no file {entry.file}")
        return None
    try:
        found = desk.examined(table, entry.file)
    except DataError as error:
        entry.blame("数据文件", f"数据文件无法读取：{error.explain('zh').what}", error.explain("en").what)
        return None
    marked = found[0].marked
    if marked and entry.args["sharing"] == "open":
        names = "、".join(column.name for column in marked)
        zh = f"有疑似个人信息或者重要数据的字段尚未判定（{names}），不得列为无条件开放"
        entry.blame("开放属性", zh, f"Columns are to be decided first: {names}")
        return None
    return found


def _args(host: Host, party: str, registry: str, entry: Entry, files: Files) -> dict[str, Any] | None:
    """The arguments of a row's application, its contents in the vault; None where the row is faulty."""
    measured: tuple[Measured, ...] = ()
    if entry.file:
        table = files(entry.file)
        examined = _examined(entry, table)
        if examined is None or table is None:
            return None
        found, measured = examined
        content = _put(host, table)
    else:
        found = _no_table()
        content = contents.put_json(host.vault, {"catalogue-entry": entry.args})
    decided = desk.pictured(host, party, content.commitment, found.to_json(), measured)
    picture = contents.put_json(host.vault, decided)
    brought(host).note(party, content.commitment, picture.commitment)
    brought(host).pair(content.commitment, picture.commitment)
    given = {"content": content.commitment, "profile": picture.commitment, "registry": registry}
    return entry.args | given | {"undecided": decisions.undecided(decided)}


def _put(host: Host, table: Path | bytes) -> ContentRef:
    if isinstance(table, bytes):
        return contents.put(host.vault, table)
    with table.open("rb") as stream:
        return contents.put(host.vault, stream)


def _no_table() -> Profile:
    """The profile of a resource whose table has not been handed in."""
    return Profile(
        encoding="", delimiter="", header=False, size=0, rows=0, blank=0, ragged=0, ragged_examples=(),
        columns=(), format="none",
    )  # fmt: skip


def _hand_in(
    host: Host,
    book: Book,
    name: str,
    party: str,
    waiting: Sequence[tuple[Entry, dict[str, Any]]],
    deeds: list[str],
) -> dict[int, str]:
    """Hand in a deed and note it; the rows that somebody else has applied for meanwhile, left out of it."""
    with applied.alone(host.folder):
        names = [entry.args["name"] for entry, _ in waiting]
        known = applied.standing(host, party, waiting[0][1]["registry"], names)
        found = _already([entry for entry, _ in waiting], {}, known)
        left = [(entry, args) for entry, args in waiting if entry.row not in found]
        if left:
            deeds.append(_registered(host, book, name, party, left))
    return found


def _registered(
    host: Host, book: Book, name: str, party: str, waiting: Sequence[tuple[Entry, dict[str, Any]]]
) -> str:
    batch = book.keep(name, [entry.row for entry, _ in waiting], [args for _, args in waiting])
    try:
        done = host.act([Intent(RESOURCE, "apply", args, {"department": party}) for args in batch.acts])
    except DeedError:
        book.drop(batch)
        raise
    book.settle(batch, done.deed, done.assets)
    return done.deed


def _find_open(host: Host, book: Book, name: str) -> list[str]:
    """Settle what an earlier run left open: its deed was accepted, or is forgotten."""
    found = []
    for batch in book.open(name):
        deed = _known(host, batch)
        if deed:
            book.settle(batch, deed, _assets(host, deed, len(batch.rows)))
            found.append(deed)
        else:
            book.drop(batch)
    return found


def _known(host: Host, batch: Batch) -> str:
    """The accepted deed that holds this batch's first content, or an empty text."""
    mark = str(batch.acts[0]["content"]).encode()
    found = (
        row.id.hex()
        for row in host.ledger.store.deeds()
        if mark in row.envelope and decode_receipt(row.receipt).accepted
    )
    return next(found, "")


def _assets(host: Host, deed: str, count: int) -> list[str]:
    suite, ledger, number = host.ledger.suite, host.ledger.id, DeedId(bytes.fromhex(deed))
    return [asset_id(suite, ledger, number, act, 0).hex() for act in range(count)]
