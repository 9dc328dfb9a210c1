"""The doctor finds each ill that it names, and never calls a sick node sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from node.care_kit import attest, opened
from wusong.node import doctor, lock
from wusong.node.doctor import Check
from wusong.node.node import Node


def outside(folder: Path) -> dict[str, Check]:
    return {check.name: check for check in doctor.outside(folder)}


def inside(node: Node) -> dict[str, Check]:
    return {check.name: check for check in doctor.inside(node)}


def test_a_sound_node_is_sound(folder: Path) -> None:
    with opened(folder) as node:
        checks = outside(folder) | inside(node)
    assert {check.name for check in checks.values() if check.status == "bad"} == {"four-eyes"} - {"four-eyes"}
    assert checks["passphrase"].status == "warn"
    assert all(check.en and check.zh for check in checks.values())


OUTSIDE: list[tuple[str, str, Callable[[Path], object]]] = [
    ("settings", "bad", lambda folder: (folder / "wusong.toml").write_text("[node]\nprot = 1")),
    ("permissions", "bad", lambda folder: (folder / "keys.json").chmod(0o640)),
    ("permissions", "bad", lambda folder: folder.chmod(0o755)),
    ("passphrase", "ok", lambda folder: (folder / "passphrase").unlink()),
    ("witness-list", "bad", lambda folder: (folder / "witnesses.json").write_text("{")),
]


@pytest.mark.parametrize(("name", "status", "ill"), OUTSIDE)
def test_finds_from_outside(folder: Path, name: str, status: str, ill: Callable[[Path], object]) -> None:
    ill(folder)
    assert outside(folder)[name].status == status


@pytest.mark.parametrize(("free", "status"), [(2 << 30, "ok"), (1 << 29, "warn"), (1 << 20, "bad")])
def test_a_full_disk_is_told_before_it_is_full(
    folder: Path, monkeypatch: pytest.MonkeyPatch, free: int, status: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))
    assert outside(folder)["disk"].status == status


def test_says_that_the_node_runs(folder: Path) -> None:
    assert "running" not in outside(folder)
    with lock.holding(folder):
        assert outside(folder)["running"].status == "note"


def change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "ledger" / "ledger.db") as connection:
        assert connection.execute(statement).rowcount
    connection.close()


def test_names_an_edited_deed(folder: Path) -> None:
    change(folder, "UPDATE deeds SET receipt = replace(receipt, 'ok', 'no') WHERE seq = 2")
    with opened(folder) as node:
        checks = inside(node)
    assert (checks["archive"].status, checks["re-execution"].status) == ("bad", "bad")


def test_says_that_read_models_are_behind(folder: Path) -> None:
    with opened(folder) as node:
        with node.models.engine.begin() as connection:
            connection.execute(sa.text("UPDATE progress SET seq = 1"))
        assert inside(node)["read-models"].status == "bad"
        node.models.rebuild()
        assert inside(node)["read-models"].status == "ok"


def test_says_that_a_content_is_damaged(folder: Path) -> None:
    with opened(folder) as node:
        node.vault.put([b"x" * 1000])
        (path,) = (path for path in (folder / "vault" / "data").rglob("*") if path.is_file())
        path.chmod(0o600)
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        assert inside(node)["vault"].status == "bad"


def test_says_that_a_key_is_of_no_use(folder: Path) -> None:
    with opened(folder) as node:
        node.keys.new_party()
        assert inside(node)["keys"].status == "warn"


def test_asks_whether_a_clock_far_ahead_is_right(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as node:
        years_on = (node.ledger.app.head.time + 10 * 365 * 86_400_000) * 1_000_000
        monkeypatch.setattr("time.time_ns", lambda: years_on)
        check = doctor._clock(node)
    assert (check.status, "3650 days" in check.en) == ("warn", True)


def test_says_that_the_machine_s_clock_is_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder) as node:
        monkeypatch.setattr("time.time_ns", lambda: 0)
        assert inside(node)["clock"].status == "note", "on a trial ledger"


def test_executes_everything_anew(folder: Path) -> None:
    with opened(folder) as node:
        heights: list[int] = []
        attest(node)
        checks = {check.name: check for check in doctor.inside(node, heights.append)}
        assert checks["re-execution"].status == "ok"
        assert len(heights) == 2 * node.ledger.app.head.height
        quick = {check.name for check in doctor.inside(node, deep=False)}
    assert not {"archive", "re-execution", "vault"} & quick
