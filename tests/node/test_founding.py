"""Founding is all or nothing; so are the people and parties of a trial node."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wusong.crypto import sm2
from wusong.errors import CryptoError, NodeError
from wusong.node import demo
from wusong.node.founding import Founding, found
from wusong.node.node import Node
from wusong.node.nodedb import open_db
from wusong.node.people import OFFICES, ROLES, People
from wusong.node.working_days import days, shipped, shipped_years


def test_killed_at_any_file_operation_the_next_start_makes_a_whole_node(tmp_path: Path) -> None:
    child = Path(__file__).with_name("founding_child.py")
    ran = subprocess.run(
        [sys.executable, str(child), str(tmp_path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["through"]
    assert {one["after"] for one in told["killed"]} == {"node-exists"}
    assert {one["node"] for one in told["killed"]} == {False, True}


def test_a_suite_that_cannot_sign_here_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sm2, "_tongsuo", lambda: None)  # as where the extra is not installed
    with pytest.raises(CryptoError, match="gm-extra-missing"):
        found(tmp_path / "node", Founding(suite="gm"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["notes.txt", "keys.json", ".git"])
def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(NodeError) as refused:
        found(tmp_path)
    assert (refused.value.code, refused.value.data["name"]) == ("folder-not-empty", name)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_settings_and_a_passphrase_may_be_there_before(tmp_path: Path) -> None:
    (tmp_path / "wusong.toml").write_text("[node]\nport = 1\n")
    (tmp_path / "passphrase").write_text("chosen by the operator\n")
    found(tmp_path, None, "[node]\nport = 2\n")
    node = Node.open(tmp_path)
    assert node.settings.port == 1
    node.close()
    assert (tmp_path / "passphrase").read_text() == "chosen by the operator\n"


class _Killed(BaseException):
    """Stands for the end of the process."""


def test_people_and_parties_of_a_trial_are_finished_after_any_interruption(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted at its first step, then at its second, and so on: at the end, everything is there once."""
    node, person = Node.open(folder), ""
    people, left = People(open_db(folder)), [0]

    def counted(holder: type, name: str) -> None:
        real = getattr(holder, name)

        def step(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the real one takes
            left[0] -= 1
            if left[0] == 0:
                raise _Killed
            return real(*arguments, **named)

        monkeypatch.setattr(holder, name, step)

    for holder, name in [(Node, "act"), (People, "add"), (People, "grant"), (People, "appoint")]:
        counted(holder, name)
    for number in range(1, 100):
        left[0] = number
        try:
            person = demo.prepare(node, people)
        except _Killed:
            assert demo.is_unfinished(node.folder)
            continue
        break
    assert not demo.is_unfinished(node.folder)
    leaves = [node.ledger.view().leaf(node.ledger.rules.key("party", did)) for did in node.keys.parties()]
    names = [leaf.fields["name"] for leaf in leaves if leaf is not None]
    assert sorted(names) == sorted(["网络发起单位", *(name for name, _ in demo.PARTIES)])
    assert sorted(one.office for one in people.all()) == sorted(["", *OFFICES])
    assert all(set(roles) == set(ROLES) for roles in people.get(person).roles.values())
    assert len(people.get(person).roles) == len(names)
    for name, years in shipped_years().items():
        for year in years:
            leaf = node.ledger.view().leaf(node.ledger.rules.key("calendar", f"{name} {year}"))
            assert leaf is not None
            assert leaf.fields["days"] == days(shipped(name, year))
    node.close()
