"""The doctor names what is missing or damaged beside the ledger, and the file it is in."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from data import market
from node.care_kit import opened
from wusong.data import evidence
from wusong.data.brought import brought
from wusong.data.products import calls, metering
from wusong.errors import NodeError
from wusong.node import doctor, nodedb, stores
from wusong.node.doctor import Check

Ill = Callable[[Path], object]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with a registered table, a product, metered and waiting calls, evidence, an upload."""
    folder = tmp_path_factory.mktemp("kept") / "node"
    made = market.opened(folder)
    try:
        for _ in range(2):
            calls.call(made.node, made.use, made.merchant, {"province": "江苏"})
        assert metering.meter(made.node, made.use)
        calls.call(made.node, made.use, made.merchant, {"province": "江苏"})
        items = [("a.txt", b"\1" * 32), ("b.txt", b"\2" * 32)]
        evidence.attest(made.node, made.department, items)
        nodedb.open_db(folder).dispose()
        brought(made.node).note(made.department, made.node.vault.put([b"brought"]).commitment)
    finally:
        made.node.close()
    return folder


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    copy = tmp_path / "node"
    shutil.copytree(kept, copy)
    return copy


def examined(folder: Path) -> list[Check]:
    """All that is said of it, but for the passphrase that lies there for the tests."""
    found = list(doctor.outside(folder))
    with opened(folder) as node:
        found += list(doctor.inside(node))
    return [one for one in found if one.status in ("bad", "warn") and one.name != "passphrase"]


def sql(file: str, script: str) -> Ill:
    """Someone with a SQLite shell."""

    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / file)) as connection:
            before = connection.total_changes
            connection.executescript(script)
            assert connection.total_changes > before or "TRIGGER" in script or "DROP" in script

    return change


def garbage(file: str) -> Ill:
    return lambda folder: (folder / file).write_bytes(b"not a database at all" * 1000)


def emptied(file: str) -> Ill:
    return lambda folder: (folder / file).write_bytes(b"")


def removed(file: str) -> Ill:
    return lambda folder: (folder / file).unlink()


def one_removed(part: str) -> Ill:
    """One file of the vault."""

    def change(folder: Path) -> None:
        next(path for path in sorted((folder / "vault" / part).rglob("*")) if path.is_file()).unlink()

    return change


def vault_removed(folder: Path) -> None:
    for path in (folder / "vault").iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


TRIGGER = "CREATE TRIGGER thief AFTER INSERT ON {0} BEGIN DELETE FROM {0}; END"
ILLS: dict[str, tuple[Ill, str]] = {
    "the whole vault gone": (vault_removed, "vault"),
    "one content gone": (one_removed("data"), "contents are damaged"),
    "one key record gone": (one_removed("keys"), "vault"),
    "calls: garbage": (garbage("calls.db"), "calls.db"),
    "calls: emptied": (emptied("calls.db"), "calls.db"),
    "calls: gone": (removed("calls.db"), "calls.db"),
    "calls: the first one deleted": (sql("calls.db", "DELETE FROM calls WHERE number = 0"), "calls.db"),
    "calls: all deleted": (sql("calls.db", "DELETE FROM calls; DELETE FROM batches"), "calls.db"),
    "calls: a metered record edited": (
        sql("calls.db", "UPDATE calls SET record = replace(record, 'wusong-call/1', 'wusong-call/9')"),
        "calls.db",
    ),
    "calls: a time edited": (
        sql("calls.db", "UPDATE calls SET time = time + 1 WHERE number = 2"),
        "calls.db",
    ),
    "calls: a salt edited": (sql("calls.db", "UPDATE calls SET salt = zeroblob(32)"), "calls.db"),
    "calls: a batch's deed edited": (
        sql("calls.db", "UPDATE batches SET deed = hex(zeroblob(32))"),
        "calls.db",
    ),
    "calls: a trigger": (sql("calls.db", TRIGGER.format("calls")), "calls.db"),
    "evidence: garbage": (garbage("evidence.db"), "evidence.db"),
    "evidence: emptied": (emptied("evidence.db"), "evidence.db"),
    "evidence: gone": (removed("evidence.db"), "evidence.db"),
    "evidence: a salt edited": (
        sql("evidence.db", "UPDATE items SET salt = zeroblob(32) WHERE place = 1"),
        "evidence.db",
    ),
    "evidence: an item deleted": (sql("evidence.db", "DELETE FROM items WHERE place = 1"), "evidence.db"),
    "evidence: a batch deleted": (sql("evidence.db", "DELETE FROM batches"), "evidence.db"),
    "evidence: a deed edited": (
        sql("evidence.db", "UPDATE batches SET deed = hex(zeroblob(32))"),
        "evidence.db",
    ),
    "node: garbage": (garbage("node.db"), "node.db"),
    "node: emptied": (emptied("node.db"), "node.db"),
    "node: a table dropped": (sql("node.db", "DROP TABLE access_log"), "node.db"),
    "node: a trigger": (sql("node.db", TRIGGER.format("access_log")), "node.db"),
}


def test_all_is_well_at_first(home: Path) -> None:
    assert examined(home) == []


@pytest.mark.parametrize(("ill", "named"), ILLS.values(), ids=ILLS.keys())
def test_names(home: Path, ill: Ill, named: str) -> None:
    ill(home)
    found = examined(home)
    assert any(named in check.en for check in found), found
    assert all(check.en and check.zh for check in found)


def test_an_upload_that_is_gone_is_named(home: Path) -> None:
    vault_removed(home)
    assert any("upload of" in check.en for check in examined(home))


def test_a_node_without_node_db_is_told_so(home: Path) -> None:
    (home / "node.db").unlink()
    assert {one.name: one.status for one in doctor.outside(home)}["node.db"] == "note"


def test_garbage_read_models_are_named_and_built_anew(home: Path) -> None:
    garbage("models.db")(home)
    said = {one.name: one for one in doctor.outside(home)}["models.db"]
    assert said.status == "bad"
    assert "wusong rebuild" in said.en
    assert "wusong rebuild" in said.zh
    with pytest.raises(NodeError) as caught, opened(home):
        pass
    assert caught.value.code == "models-damaged"
    assert stores.discard(home)
    assert examined(home) == []
    assert not stores.discard(home), "what opens stays"
