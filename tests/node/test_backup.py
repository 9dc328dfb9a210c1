"""A backup is whole or refused; a restored ledger takes no deed before it is known what came after it."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from node.care_kit import attest, opened, serving
from wusong.errors import LedgerError, NodeError
from wusong.node import backup, witnessing
from wusong.node.node import Node


def again(source: Path, target: Path, original: Path) -> Path:
    """Restore, and put the passphrase beside it."""
    backup.restore(source, target)
    shutil.copy(original / "passphrase", target)
    return target


def test_everything_that_cannot_be_rebuilt_is_in_it(folder: Path, tmp_path: Path) -> None:
    (folder / "wusong.toml").write_text("[node]\n")
    with opened(folder) as node:
        ref = node.vault.put([b"content"])
        made = backup.take(folder, tmp_path / "b")
        state, size = node.ledger.app.tree.root, node.ledger.app.log.size
    assert {"keys.json", "ledger/ledger.db", "wusong.toml"} <= set(made.files)
    assert not {"passphrase", "models.db", "node.lock"} & {path.name for path in (tmp_path / "b").rglob("*")}
    assert made.size == size
    backup.check(tmp_path / "b")
    with opened(again(tmp_path / "b", tmp_path / "c", folder)) as node:
        assert (node.ledger.app.tree.root, node.vault.read(ref.digest)) == (state, b"content")
        assert node.ledger.read_only


def test_a_backup_under_load_is_of_one_moment(folder: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    with opened(folder) as node:
        thread = threading.Thread(target=lambda: [attest(node) for _ in iter(stop.is_set, True)])
        thread.start()
        try:
            made = [backup.take(folder, tmp_path / f"b{n}") for n in range(3)]
        finally:
            stop.set()
            thread.join()
    for n, one in enumerate(made):
        with opened(again(tmp_path / f"b{n}", tmp_path / f"c{n}", folder)) as node:
            assert node.ledger.app.log.size == one.size


def damage_nothing(folder: Path) -> None:
    (folder / backup.MANIFEST).unlink()


def flip(folder: Path) -> None:
    path = folder / "ledger" / "ledger.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def shorten(folder: Path) -> None:
    path = folder / "ledger" / "ledger.db"
    path.write_bytes(path.read_bytes()[:-1])


def add(folder: Path) -> None:
    (folder / "extra").write_text("x")


def lose(folder: Path) -> None:
    (folder / "vault" / "vault.json").unlink()


def climb(folder: Path) -> None:
    manifest = json.loads((folder / backup.MANIFEST).read_text())
    manifest["files"].append({"name": "../outside", "bytes": 0, "digest": "0" * 64})
    (folder / backup.MANIFEST).write_text(json.dumps(manifest))


DAMAGE = [
    pytest.param(damage_nothing, "not-a-backup", id="no manifest"),
    pytest.param(flip, "backup-damaged", id="one bit"),
    pytest.param(shorten, "backup-damaged", id="one byte less"),
    pytest.param(add, "backup-damaged", id="one file more"),
    pytest.param(lose, "backup-damaged", id="one file less"),
    pytest.param(climb, "not-a-backup", id="a name that climbs out"),
]


@pytest.mark.parametrize(("damage", "code"), DAMAGE)
def test_a_damaged_backup_restores_nothing(
    folder: Path, tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    backup.take(folder, tmp_path / "b")
    damage(tmp_path / "b")
    with pytest.raises(NodeError) as refused:
        backup.restore(tmp_path / "b", tmp_path / "c")
    assert refused.value.code == code
    assert not (tmp_path / "c" / "ledger").exists()


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    backup.take(folder, tmp_path / "b")
    with pytest.raises(NodeError) as refused:
        backup.take(folder, tmp_path / "b")
    assert refused.value.code == "backup-exists"
    with pytest.raises(NodeError) as refused:
        backup.restore(tmp_path / "b", folder)
    assert refused.value.code == "node-exists"


def refusal(node: Node) -> str:
    with pytest.raises((LedgerError, NodeError)) as refused:
        backup.settle(node)
    return refused.value.code


def test_a_witness_settles_what_it_has_seen(folder: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as witness:
        with opened(folder) as node:
            witness.know(node)
            attest(node)
            asking = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
            backup.take(folder, tmp_path / "early")
            asking.ask()
            backup.take(folder, tmp_path / "seen")
            attest(node)
            backup.take(folder, tmp_path / "unseen")
        with opened(again(tmp_path / "seen", tmp_path / "1", folder)) as node:
            assert refusal_of_deed(node) == "read-only"
            assert backup.settle(node) == {witness.name: node.ledger.app.log.size}
            attest(node)
        with opened(again(tmp_path / "unseen", tmp_path / "2", folder)) as node:
            assert refusal(node) == "no-witness", "the witness has seen less: it cannot say"
        with opened(folder) as node:
            asking = witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder))
            asking.ask()
        with opened(again(tmp_path / "early", tmp_path / "3", folder)) as node:
            assert refusal(node) == "newer-acknowledged"


def refusal_of_deed(node: Node) -> str:
    with pytest.raises(LedgerError) as refused:
        attest(node)
    return refused.value.code


def test_another_history_of_the_same_size_is_no_settlement(folder: Path, tmp_path: Path) -> None:
    with serving(tmp_path) as witness:
        with opened(folder) as node:
            witness.know(node)
            backup.take(folder, tmp_path / "b")
        with opened(again(tmp_path / "b", tmp_path / "1", folder)) as node:
            backup.new_epoch(node)
        with opened(folder) as node:
            attest(node)
            witnessing.Asking(node.ledger, node.keys.log_key(), witnessing.listed(folder)).ask()
            size = node.ledger.app.log.size
        other = again(tmp_path / "b", tmp_path / "2", folder)
        with opened(other) as node:
            node.ledger.settle_restore(node.ledger.app.log.size)
            attest(node)
            assert node.ledger.app.log.size == size
            with pytest.raises(NodeError) as refused:
                witnessing.sizes(node.ledger, node.keys.log_key(), witnessing.listed(other))
            assert refused.value.code == "history-differs"


def test_a_new_epoch_goes_on_openly(folder: Path, tmp_path: Path) -> None:
    backup.take(folder, tmp_path / "b")
    with opened(again(tmp_path / "b", tmp_path / "c", folder)) as node:
        assert backup.new_epoch(node) == 1
        deed = attest(node)
        bundle = node.bundle(deed)
        assert (bundle["checkpoint"]["epoch"], len(bundle["sets"])) == (1, 1)
    with opened(tmp_path / "c") as node:
        assert not node.ledger.read_only
        assert node.bundle(deed)["checkpoint"]["epoch"] == 1
