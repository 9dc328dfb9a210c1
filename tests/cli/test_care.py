"""Founding, looking, examining, backing up, restoring, the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.kit import Wusong
from wusong.crypto.suites import suite
from wusong.node import lock
from wusong.node.credentials import Credentials
from wusong.node.nodedb import open_db
from wusong.node.people import People
from wusong.node.resets import Resets


def test_init_founds_what_it_was_told(wusong: Wusong) -> None:
    ran = wusong("init", "--home", "n", "--name", "Harbour", "--founder", "港务局", "--trial", "--json")
    status = wusong("status", "--home", "n", "--json").json
    assert (status["ledger"], status["trial"], status["name"]) == (
        ran.json["ledger"],
        True,
        {"en": "Harbour", "zh": "Harbour"},
    )
    assert wusong("party", "list", "--home", "n", "--json").json["parties"][0]["name"] == "港务局"
    assert (Path("n").stat().st_mode & 0o077, Path("n/passphrase").stat().st_mode & 0o077) == (0, 0)


def test_what_is_told_to_be_typed_next_names_the_same_node(wusong: Wusong) -> None:
    assert "wusong up --home 'a b'" in wusong("init", "--home", "a b").out


def test_init_never_overwrites(wusong: Wusong, home: Path) -> None:
    before = (home / "keys.json").read_bytes()
    assert wusong("init", "--json").code == "node-exists"
    assert (home / "keys.json").read_bytes() == before


def test_gm_is_a_choice_at_founding(wusong: Wusong) -> None:
    pytest.importorskip("tongsuopy")
    wusong("init", "--suite", "gm", "--home", "g")
    Path("a.txt").write_text("国密")
    assert wusong("attest", "a.txt", "--home", "g").status == 0
    assert wusong("verify", "a.txt", "--home", "g").status == 0


@pytest.mark.usefixtures("home")
def test_a_passphrase_can_come_from_the_environment(
    wusong: Wusong, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = (home / "passphrase").read_text().strip()
    (home / "passphrase").unlink()
    assert wusong("status", "--json").code == "no-passphrase"
    monkeypatch.setenv("WUSONG_PASSPHRASE", "wrong")
    assert wusong("status", "--json").code == "keystore-passphrase"
    monkeypatch.setenv("WUSONG_PASSPHRASE", known)
    assert wusong("status", "--json").status == 0


def test_a_second_process_is_told_what_to_do(wusong: Wusong, home: Path) -> None:
    Path("a.txt").write_text("a")
    with lock.holding(home, "rebuild"):
        assert wusong("attest", "a.txt", "--json").code == "node-running"
        assert wusong("status", "--json").json["running"]
        assert wusong("trust", "export").status == 0
        assert wusong("backup", "b").status == 0
        assert wusong("doctor").status == 0
    assert not wusong("status", "--json").json["running"]
    assert wusong("attest", "a.txt").status == 0


def test_a_lock_of_a_dead_process_holds_nobody(wusong: Wusong, home: Path) -> None:
    (home / lock.FILE).write_text("1 up")
    assert wusong("status").status == 0


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_port(wusong: Wusong, tmp_path: Path, port: str) -> None:
    assert wusong("up", "--port", port, "--home", tmp_path / "new", "--json").status == 2
    assert not (tmp_path / "new").exists()


def test_a_link_to_who_has_powers_waits_for_a_second_administrator(wusong: Wusong, home: Path) -> None:
    db = open_db(home)
    people, credentials = People(db), Credentials(db, suite("intl"))
    clerk, security = people.add("经办人"), people.add("安全员")
    people.appoint(security, "security")
    people.grant(clerk, "did:key:zParty", ["clerk"])
    credentials.choose(security, "安全员", "lantern oak 57 meadow")
    assert wusong("sign-in", "经办人", "--json").json == {"person": clerk, "sign_in": None, "waits": True}
    assert "confirmed" in wusong("sign-in", "经办人").out
    resets = Resets(db, suite("intl"))
    (waiting,) = resets.open()
    resets.decide(waiting.reset, people.get(security), confirm=True)
    assert wusong("sign-in", "经办人", "--json").json["sign_in"]
    assert wusong("sign-in", "安全员", "--json").code == "no-confirmer"
    assert wusong("sign-in", "安全员", "--alone", "--json").json["sign_in"]
    assert [one["passphrase"] for one in wusong("sign-in", "--json").json["people"]] == [True, False]
    db.dispose()


def test_sign_in_links(wusong: Wusong, home: Path) -> None:
    people = People(open_db(home))
    clerk = people.add("经办人")
    assert [one["name"] for one in wusong("sign-in", "--json").json["people"]] == ["经办人"]
    first, second = (wusong("sign-in", who, "--json").json["sign_in"] for who in ("经办人", clerk))
    assert first != second
    assert first.startswith("http://127.0.0.1:8440/")
    with lock.holding(home, "up http://127.0.0.1:5555"):
        assert wusong("sign-in", "经办人", "--json").json["sign_in"].startswith("http://127.0.0.1:5555/")
    assert wusong("sign-in", "nobody", "--json").code == "no-such-person"


@pytest.mark.usefixtures("home")
def test_the_clock_of_a_trial_goes_forward_only(wusong: Wusong) -> None:
    now = wusong("clock", "--json").json["time"]
    assert wusong("clock", "--forward", "10d", "--json").json["time"] >= now + 10 * 86_400_000
    assert wusong("clock", "--json").json["time"] >= now + 10 * 86_400_000
    for wrong in ("-1d", "1y", "d", "99999999d", ""):
        if wrong:
            assert wusong("clock", "--forward", wrong, "--json").code in {"bad-argument", "unknown-option"}


def test_the_clock_of_a_ledger_in_earnest_stands(wusong: Wusong) -> None:
    wusong("init", "--home", "n")
    assert wusong("clock", "--forward", "1d", "--home", "n", "--json").code == "not-trial"


@pytest.mark.usefixtures("home")
def test_read_models_are_rebuilt(wusong: Wusong) -> None:
    Path("a.txt").write_text("a")
    wusong("attest", "a.txt")
    before = wusong("asset", "list", "--json").json
    assert wusong("rebuild", "--json").json["deeds"] > 0
    assert wusong("asset", "list", "--json").json == before


def test_backup_and_restore_on_the_terminal(wusong: Wusong, home: Path) -> None:
    Path("a.txt").write_text("a")
    wusong("attest", "a.txt")
    made = wusong("backup", "b", "--json").json
    assert wusong("backup", "b", "--json").code == "backup-exists"
    assert wusong("restore", "b", "--json").code == "node-exists"
    back = wusong("restore", "b", "--home", "again", "--json").json
    assert (back["height"], back["log_size"], back["read_only"]) == (made["height"], made["log_size"], True)
    Path("again/passphrase").write_text((home / "passphrase").read_text())
    assert wusong("attest", "a.txt", "--home", "again", "--json").code == "read-only"
    assert wusong("doctor", "--home", "again", "--json").json["sound"] is False
    assert wusong("restore", "--settle", "--home", "again", "--json").code == "no-witness"
    assert wusong("restore", "--new-epoch", "--home", "again", "--json").json["epoch"] == 1
    assert wusong("restore", "--new-epoch", "--home", "again", "--json").code == "not-restored"
    assert wusong("attest", "a.txt", "--home", "again").status == 0
    assert wusong("verify", "a.txt", "--home", "again").status == 0
    assert wusong("verify", "a.txt", "--json").status == 0, "the first node's trust file still does"


def test_doctor_says_what_is_wrong(wusong: Wusong, home: Path) -> None:
    assert wusong("doctor", "--json").json["sound"]
    (home / "keys.json").chmod(0o644)
    (home / "wusong.toml").write_text("[node]\nprot = 1\n")
    ran = wusong("doctor", "--json")
    bad = {check["name"] for check in ran.json["checks"] if check["status"] == "bad"}
    assert (ran.status, {"settings", "permissions"} <= bad) == (1, True)


def test_damage_is_named(wusong: Wusong, home: Path) -> None:
    database = home / "ledger" / "ledger.db"
    data = database.read_bytes()
    database.write_bytes(data[: len(data) // 2])
    ran = wusong("status", "--json")
    assert (ran.status, ran.code) == (2, "store-damaged")
    ran = wusong("doctor", "--json")
    assert "start" in {check["name"] for check in ran.json["checks"] if check["status"] == "bad"}


def test_a_folder_of_other_files_is_no_place_for_a_node_or_a_tour(wusong: Wusong, home: Path) -> None:
    Path("junk").mkdir()
    Path("junk/mine.txt").write_text("mine")
    assert wusong("init", "--home", "junk", "--json").code == "folder-not-empty"
    assert wusong("tour", "--dir", "junk", "--json").code == "folder-not-empty"
    assert wusong("tour", "--dir", home, "--json").code == "node-exists"
    assert [entry.name for entry in Path("junk").iterdir()] == ["mine.txt"]
