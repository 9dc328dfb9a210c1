"""Truncated, swapped or edited store files: named at start or by the scrub, never repaired, no traceback."""

# ruff: noqa: S608 - the statements are put together from names that stand here
from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.kit import Clock, Net, did_of, key_of
from wusong.crypto import canonical
from wusong.crypto.suites import INTL
from wusong.errors import StoreError
from wusong.ledger.bundle import make_bundle
from wusong.ledger.ids import DeedId
from wusong.ledger.integrity import scrub
from wusong.ledger.ledger import FILE, Ledger
from wusong.ledger.replay import replay
from wusong.ledger.smt import Tree

TABLES = ("blocks", "deeds", "leaves", "meta", "pages")
Edit = Callable[[sqlite3.Connection], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sound ledger's file: pages, titles, a refused deed, more blocks than the start looks at."""
    folder = tmp_path_factory.mktemp("sound")
    net = Net.create(folder, pages=("title", "grain"))
    assets = [net.issue("alice", f"lot {n}") for n in range(4)]
    for n in range(70):
        asset = assets[n % 4]
        net.submit(net.transfer("alice" if n % 8 < 4 else "bob", asset, "bob" if n % 8 < 4 else "alice"))
    net.submit(net.transfer("carol", assets[0], "bob"))
    net.close()
    assert sorted(file.name for file in folder.iterdir()) == [FILE]
    return (folder / FILE).read_bytes()


@pytest.fixture
def folder(tmp_path: Path, sound: bytes) -> Path:
    """A copy of the sound ledger."""
    (tmp_path / FILE).write_bytes(sound)
    return tmp_path


def examine(folder: Path) -> None:
    """Open and scrub."""
    ledger = Ledger.open(folder, key_of("seal", "intl"), Clock())
    try:
        assert list(scrub(ledger.store, ledger.rules))[-1] == ledger.app.head.height
    finally:
        ledger.close()


def named(folder: Path) -> StoreError:
    """The damage that opening or the scrub names."""
    with pytest.raises(StoreError) as caught:
        examine(folder)
    for lang in ("zh", "en"):
        assert "?" not in caught.value.explain(lang).what
    return caught.value


def edit(folder: Path, change: Edit) -> None:
    """Change the file as someone with a SQLite shell would."""
    connection = sqlite3.connect(folder / FILE)
    change(connection)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def one(connection: sqlite3.Connection, query: str, *values: object) -> Any:  # noqa: ANN401 - a column
    """The first column of the first row."""
    return connection.execute(query, values).fetchone()[0]


def flip(data: bytes, at: int = -2) -> bytes:
    """One byte changed."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def edited(table: str, column: str, order: str, offset: int = 0) -> Edit:
    """One byte of one value of one row changed."""

    def change(connection: sqlite3.Connection) -> None:
        chosen = one(connection, f"SELECT {order} FROM {table} ORDER BY {order} LIMIT 1 OFFSET ?", offset)
        value = one(connection, f"SELECT {column} FROM {table} WHERE {order} = ?", chosen)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {order} = ?", (flip(value), chosen))

    return change


def swapped(table: str, columns: tuple[str, ...], order: str, first: int, second: int) -> Edit:
    """The values of two rows exchanged."""

    def change(connection: sqlite3.Connection) -> None:
        listed = ", ".join(columns)
        rows = connection.execute(f"SELECT {order}, {listed} FROM {table} ORDER BY {order}").fetchall()
        one_row, other = rows[first], rows[second]
        assert one_row[1:] != other[1:]
        if "id" in columns:  # unique
            connection.execute(f"UPDATE {table} SET id = x'00' WHERE {order} = ?", (other[0],))
        assigned = ", ".join(f"{column} = ?" for column in columns)
        connection.execute(f"UPDATE {table} SET {assigned} WHERE {order} = ?", (*other[1:], one_row[0]))
        connection.execute(f"UPDATE {table} SET {assigned} WHERE {order} = ?", (*one_row[1:], other[0]))

    return change


def sql(statement: str) -> Edit:
    """A statement."""

    def change(connection: sqlite3.Connection) -> None:
        assert connection.execute(statement).rowcount != 0

    return change


def genesis_edited(connection: sqlite3.Connection) -> None:
    """Another name in the genesis, canonical as before."""
    genesis = one(connection, "SELECT value FROM meta WHERE name = 'genesis'")
    connection.execute(
        "UPDATE meta SET value = ? WHERE name = 'genesis'", (genesis.replace(b'"Test"', b'"Best"'),)
    )


def own_act(connection: sqlite3.Connection) -> None:
    """An envelope whose act says something else, well-formed."""
    envelope = msgspec.json.decode(one(connection, "SELECT envelope FROM deeds WHERE seq = 10"))
    envelope["acts"][0]["args"] = {"to": did_of("dave")}
    connection.execute("UPDATE deeds SET envelope = ? WHERE seq = 10", (canonical.encode(envelope),))


def act_dropped(connection: sqlite3.Connection) -> None:
    """An envelope without its act."""
    envelope = msgspec.json.decode(one(connection, "SELECT envelope FROM deeds WHERE seq = 10"))
    envelope["acts"] = []
    connection.execute("UPDATE deeds SET envelope = ? WHERE seq = 10", (canonical.encode(envelope),))


EDITS: dict[str, tuple[Edit, str]] = {
    "genesis: another name": (genesis_edited, "seal of block"),
    "genesis: a byte": (edited("meta", "value", "name"), "genesis"),
    "genesis: gone": (sql("DELETE FROM meta"), "genesis"),
    "genesis: a text": (sql("UPDATE meta SET value = 'x'"), "genesis"),
    "sets: of nobody": (sql("INSERT INTO meta VALUES ('sets', x'5b7b7d5d')"), "cosigner sets"),
    "clock offset: no number": (sql("INSERT INTO meta VALUES ('clock_offset', 'x')"), "clock offset"),
    "block: an old seal": (edited("blocks", "seal", "height", 2), "seal of block 3"),
    "block: the newest seal": (edited("blocks", "seal", "height", 76), ""),
    "block: its entries": (edited("blocks", "entries", "height", 2), "log"),
    "block: entries cut short": (
        sql("UPDATE blocks SET entries = substr(entries, 1, 40) WHERE height = 5"),
        "block 5",
    ),
    "block: entries of another type": (sql("UPDATE blocks SET entries = 7 WHERE height = 5"), "blocks"),
    "block: its place in the log": (sql("UPDATE blocks SET first = first + 1 WHERE height = 5"), "block 5"),
    "block: gone": (sql("DELETE FROM blocks WHERE height = 5"), "block 5"),
    "block: the newest gone": (
        sql("DELETE FROM blocks WHERE height = (SELECT max(height) FROM blocks)"),
        "state",
    ),
    "block: all gone": (sql("DELETE FROM blocks"), "state"),
    "block: seals swapped": (swapped("blocks", ("seal",), "height", 2, 3), "seal of block 3"),
    "block: two swapped": (swapped("blocks", ("seal", "entries"), "height", 2, 3), "log"),
    "block: seal of another type": (sql("UPDATE blocks SET seal = 1.5 WHERE height = 3"), "seal of block 3"),
    "deed: receipt": (edited("deeds", "receipt", "seq", 10), "deed"),
    "deed: receipts swapped": (swapped("deeds", ("receipt",), "seq", 10, 11), "deed"),
    "deed: envelope": (edited("deeds", "envelope", "seq", 10), "deed"),
    "deed: envelopes swapped": (swapped("deeds", ("envelope",), "seq", 10, 11), "deed"),
    "deed: another act": (own_act, "deed"),
    "deed: an act dropped": (act_dropped, "deed"),
    "deed: what it wrote": (edited("deeds", "records", "seq", 10), "deed"),
    "deed: what two wrote swapped": (swapped("deeds", ("records",), "seq", 10, 11), "deed"),
    "deed: id": (edited("deeds", "id", "seq", 10), "spent deeds"),
    "deed: two swapped": (
        swapped("deeds", ("id", "envelope", "receipt", "records"), "seq", 10, 11),
        "spent deeds",
    ),
    "deed: its minute": (sql("UPDATE deeds SET minute = minute - 100 WHERE seq = 10"), "spent deeds"),
    "deed: gone": (sql("DELETE FROM deeds WHERE seq = 10"), "spent deeds"),
    "deed: all gone": (sql("DELETE FROM deeds"), "spent deeds"),
    "deed: one too many": (
        sql("INSERT INTO deeds SELECT 1000, x'11', 1, envelope, receipt, records FROM deeds WHERE seq = 10"),
        "deed number 1000",
    ),
    "deed: records of another type": (sql("UPDATE deeds SET records = 'x' WHERE seq = 10"), "deed"),
    "deed: receipt of another type": (sql("UPDATE deeds SET receipt = 5 WHERE seq = 10"), "deed"),
    "leaf: value": (edited("leaves", "value", "key", 3), "state"),
    "leaf: value of another type": (
        sql("UPDATE leaves SET value = 5 WHERE key = (SELECT min(key) FROM leaves)"),
        "leaves",
    ),
    "leaf: values swapped": (swapped("leaves", ("value",), "key", 3, 4), "state"),
    "leaf: key": (sql("UPDATE leaves SET key = x'22' WHERE key = (SELECT min(key) FROM leaves)"), "state"),
    "leaf: gone": (sql("DELETE FROM leaves WHERE key = (SELECT min(key) FROM leaves)"), "state"),
    "leaf: all gone": (sql("DELETE FROM leaves"), "state"),
    "leaf: one too many": (sql("INSERT INTO leaves VALUES (x'33', x'44')"), "state"),
    "page: model": (edited("pages", "model", "digest"), "page"),
    "page: models swapped": (swapped("pages", ("model",), "digest", 0, 1), "page"),
    "page: gone": (sql("DELETE FROM pages WHERE digest = (SELECT min(digest) FROM pages)"), "deed"),
    "page: never installed": (sql("INSERT INTO pages SELECT 'ab', model FROM pages LIMIT 1"), "page"),
    "a table gone": (sql("ALTER TABLE pages RENAME TO pagez"), ""),
    "another version": (sql("PRAGMA user_version = 9"), ""),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_named(name: str, folder: Path) -> None:
    change, part = EDITS[name]
    edit(folder, change)
    before = (folder / FILE).read_bytes()
    error = named(folder)
    assert str(error.data.get("part", "")).startswith(part), error.data
    assert (folder / FILE).read_bytes() == before, "damage is never repaired silently"


def test_the_sound_ledger_is_sound(folder: Path) -> None:
    examine(folder)
    examine(folder)


@pytest.mark.parametrize("length", [0, 1, 50, 100, 4_096, 5_000, 40_960, -4_096, -1])
def test_a_truncated_file_is_named(length: int, folder: Path, sound: bytes) -> None:
    cut = sound[:length]
    (folder / FILE).write_bytes(cut)
    named(folder)
    assert (folder / FILE).read_bytes() == cut


def test_a_file_of_something_else_is_named(folder: Path) -> None:
    (folder / FILE).write_bytes(b"not a database at all" * 1000)
    assert named(folder).code == "store-damaged"


def content(data: bytes, folder: Path) -> object:
    """All rows of a file, or None when SQLite cannot read it."""
    place = folder / "other.db"
    place.write_bytes(data)
    connection = sqlite3.connect(place)
    try:
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES]
    except sqlite3.Error:
        return None
    finally:
        connection.close()
        for file in folder.glob("other.db*"):
            file.unlink()


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_are_named_or_change_nothing(seed: int, folder: Path, sound: bytes) -> None:
    """A flipped byte is named, unless every row reads as before and SQLite finds its file sound."""
    chance = random.Random(seed)
    rows = content(sound, folder)
    found = 0
    for _ in range(12):
        changed = bytearray(sound)
        for _ in range(chance.choice((1, 1, 8))):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        (folder / FILE).write_bytes(changed)
        try:
            examine(folder)
        except StoreError:
            found += 1
        else:
            assert content(bytes(changed), folder) == rows
        for file in folder.glob(f"{FILE}-*"):
            file.unlink()
    assert found


def unfinished(folder: Path) -> list[int]:
    """A ledger whose process ended without closing it, so that its blocks stand in the write-ahead log; where
    the frames of each transaction begin.
    """
    net = Net.create(folder / "live")
    for _ in range(6):
        net.issue("alice")
    for end in ("", "-wal"):
        (folder / f"{FILE}{end}").write_bytes((folder / "live" / f"{FILE}{end}").read_bytes())
    net.close()
    log = (folder / f"{FILE}-wal").read_bytes()
    page = int.from_bytes(log[8:12])
    frames = range(32, len(log), 24 + page)
    ends = [n for n, at in enumerate(frames) if int.from_bytes(log[at + 4 : at + 8])]
    return [frames[n] for n in [0, *(end + 1 for end in ends[:-1])]]


def test_a_write_ahead_log_is_read_again(tmp_path: Path) -> None:
    starts = unfinished(tmp_path)
    assert len(starts) >= 6
    examine(tmp_path)


@pytest.mark.parametrize("behind", [3, 4, 5])
def test_a_write_ahead_log_that_breaks_off_before_blocks_is_named(behind: int, tmp_path: Path) -> None:
    starts = unfinished(tmp_path)
    log = tmp_path / f"{FILE}-wal"
    log.write_bytes(flip(log.read_bytes(), starts[-behind] + 100))
    before = log.read_bytes()
    assert named(tmp_path).data["part"] == "write-ahead log"
    assert log.read_bytes() == before, "the log is still there as evidence"


@pytest.mark.parametrize("at", [0, 8, 16, 20, 24, 31])
def test_a_write_ahead_log_with_a_broken_header_is_named(at: int, tmp_path: Path) -> None:
    unfinished(tmp_path)
    log = tmp_path / f"{FILE}-wal"
    log.write_bytes(flip(log.read_bytes(), at))
    assert named(tmp_path).data["part"] == "write-ahead log"


def test_a_transaction_that_was_being_written_is_forgotten(tmp_path: Path) -> None:
    """The newest block's frames are there in part: nobody had been told of it, and the ledger goes on."""
    starts = unfinished(tmp_path)
    log = tmp_path / f"{FILE}-wal"
    log.write_bytes(log.read_bytes()[: starts[-1] + 500])
    examine(tmp_path)
    ledger = Ledger.open(tmp_path, key_of("seal", "intl"), Clock())
    assert ledger.app.head.height == 6
    ledger.close()


def test_a_write_ahead_log_cut_anywhere_is_an_older_ledger(tmp_path: Path) -> None:
    """What a crash may leave is never called damage; that something is missing only a witness can tell."""
    starts = unfinished(tmp_path)
    files = {end: (tmp_path / f"{FILE}{end}").read_bytes() for end in ("", "-wal")}
    chance = random.Random(5)
    for number in range(12):
        place = tmp_path / f"{number}"
        place.mkdir()
        (place / FILE).write_bytes(files[""])
        (place / f"{FILE}-wal").write_bytes(files["-wal"][: chance.randrange(starts[2], len(files["-wal"]))])
        examine(place)


def test_no_proof_is_made_of_damaged_rows(folder: Path) -> None:
    edit(folder, EDITS["deed: receipts swapped"][0])
    ledger = Ledger.open(folder, key_of("seal", "intl"), Clock())
    try:
        for row in [row for row in ledger.store.deeds() if row.seq in {11, 12}]:
            with pytest.raises(StoreError) as caught:
                make_bundle(ledger, DeedId(row.id))
            assert caught.value.code == "store-damaged"
        with pytest.raises(StoreError):
            replay(ledger.store)
    finally:
        ledger.close()


def test_execution_again_finds_a_state_that_no_deed_made(folder: Path) -> None:
    """Someone who puts a leaf in and computes every digest above it anew is found by executing the deeds."""

    def forge(connection: sqlite3.Connection) -> None:
        height, first, entries = connection.execute(
            "SELECT height, first, entries FROM blocks ORDER BY height DESC LIMIT 1"
        ).fetchone()
        seal = json.loads(one(connection, "SELECT seal FROM blocks WHERE height = ?", height))
        connection.execute("INSERT INTO leaves VALUES (?, ?)", (b"k" * 32, b"{}"))
        leaves = connection.execute("SELECT key, value FROM leaves").fetchall()
        seal["state"] = Tree.build(INTL.hash, leaves).root.hex()
        written = canonical.encode(seal)
        entries = entries[:-32] + INTL.digest("seal", written)
        values = (written, entries, height)
        connection.execute("UPDATE blocks SET seal = ?, entries = ? WHERE height = ?", values)
        assert first > 0

    edit(folder, forge)
    examine(folder)  # everything fits together
    ledger = Ledger.open(folder, key_of("seal", "intl"), Clock())
    try:
        with pytest.raises(StoreError) as caught:
            replay(ledger.store)
        assert "state" in str(caught.value.data["detail"])
    finally:
        ledger.close()


THIEF = "CREATE TRIGGER thief AFTER INSERT ON deeds BEGIN DELETE FROM deeds WHERE seq = new.seq; END"
FOREIGN = {
    "a trigger that deletes what is acknowledged": (THIEF, "trigger thief"),
    "a view": ("CREATE VIEW shown AS SELECT * FROM leaves", "view shown"),
    "a table too many": ("CREATE TABLE notes (text)", "table notes"),
    "an index too many": ("CREATE INDEX by_value ON leaves (value)", "index by_value"),
    "an index that lets an id in twice": (
        "DROP INDEX deeds_id; CREATE INDEX deeds_id ON deeds (id)",
        "index deeds_id",
    ),
    "an index gone": ("DROP INDEX deeds_minute", "index deeds_minute"),
    "a column too many": ("ALTER TABLE leaves ADD COLUMN note", "table leaves"),
}


@pytest.mark.parametrize(("script", "part"), FOREIGN.values(), ids=FOREIGN.keys())
def test_names_what_does_not_belong_into_the_file(folder: Path, script: str, part: str) -> None:
    def change(connection: sqlite3.Connection) -> None:
        connection.executescript(script)

    edit(folder, change)
    error = named(folder)
    assert (error.code, error.data["part"]) == ("store-damaged", part)


def test_the_scrub_names_a_trigger_made_while_the_ledger_is_open(folder: Path) -> None:
    ledger = Ledger.open(folder, key_of("seal", "intl"), Clock())
    try:
        with sqlite3.connect(folder / FILE) as connection:
            connection.execute(THIEF)
        connection.close()
        with pytest.raises(StoreError) as caught:
            list(scrub(ledger.store, ledger.rules))
        assert "trigger thief" in str(caught.value.data)
    finally:
        ledger.close()
