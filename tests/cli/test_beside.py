"""Commands on a node that another process runs: they read its files, and hand deeds in over its API."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.kit import Wusong
from wusong.node import lock

ROOT = "cd" * 32


@pytest.fixture(scope="module")
def running(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the trial node, running in a process of its own as ``wusong up`` runs it."""
    folder = tmp_path_factory.mktemp("running") / "node"
    shutil.copytree(founded, folder)
    command = [sys.executable, "-m", "wusong", "up", "--port", "0", "--json", "--home", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["url"] == lock.address(folder)
        yield folder
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def home(running: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``WUSONG_HOME`` points to it."""
    monkeypatch.setenv("WUSONG_HOME", str(running))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # which nobody shall use to reach the node
    return running


pytestmark = pytest.mark.usefixtures("home")


def attest(*more: str) -> list[str]:
    """A command that attests a root."""
    given = ["evidence@1", "attest", "--as", "submitter=founder", f"root={ROOT}"]
    return ["act", *given, *(more or ("root_count=3",)), "--json"]


def test_an_act_is_done_and_seen_at_once(wusong: Wusong) -> None:
    done = wusong(*attest()).json
    (asset,) = done["assets"]
    shown = wusong("asset", "show", asset, "--json").json["asset"]
    assert (shown["state"], shown["fields"]["root"]) == ("attested", ROOT)
    (row,) = wusong("asset", "history", asset[:12], "--json").json["history"]
    assert (row["deed"], row["height"]) == (done["deed"], done["height"])
    assert wusong("deed", "show", done["deed"], "--json").json["deed"]["code"] == "ok"
    assert asset in {one["asset"] for one in wusong("asset", "list", "--json").json["assets"]}


def test_a_refusal_says_what_the_node_says(wusong: Wusong) -> None:
    ran = wusong(*attest("root_count=0"))
    assert (ran.status, ran.code) == (1, "guard-failed")
    error = ran.json["error"]
    assert error["data"]["clause"]
    assert "{" not in error["what"] + error["why"]
    assert "?" not in error["what"] + error["why"]
    zh = wusong(*attest("root_count=0"), "--lang", "zh").json["error"]
    assert zh["what"] != error["what"]


def test_several_acts_are_one_deed(wusong: Wusong) -> None:
    one = {"contract": "evidence@1", "action": "attest", "as": {"submitter": "founder"}}
    Path("acts.json").write_text(json.dumps([one | {"args": {"root": ROOT, "root_count": 1}}] * 2), "utf-8")
    assert len(set(wusong("act", "--file", "acts.json", "--json").json["assets"])) == 2


def test_proofs_are_made_beside_a_running_node(wusong: Wusong, home: Path) -> None:
    done = wusong(*attest()).json
    assert wusong("asset", "bundle", done["assets"][0], "-o", "a.json").status == 0
    assert wusong("deed", "bundle", done["deed"], "--acts", "0", "--state-now", "-o", "d.json").status == 0
    assert wusong("verify", "a.json").status == wusong("verify", "d.json").status == 0
    assert not [entry for entry in home.iterdir() if entry.name.startswith(".proving")]


def test_files_are_attested_by_several_at_once(wusong: Wusong, home: Path) -> None:
    files = [Path(f"{n}.txt") for n in range(3)]
    for file in files:
        file.write_text(file.name)
    environment = {**os.environ, "WUSONG_HOME": str(home)}
    commands = [[sys.executable, "-m", "wusong", "attest", str(file)] for file in files]
    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for command in commands]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    for file in files:
        assert wusong("verify", file).status == 0
    assert wusong("receipt", files[0], "--json").status == 0


def test_parties_and_contracts(wusong: Wusong, root: Path) -> None:
    (founder,) = (row for row in wusong("party", "list", "--json").json["parties"] if row["signs"])
    assert wusong("party", "accredit", founder["did"], "data-registry", "--basis", "x").status == 0
    assert wusong("party", "show", founder["did"], "--json").json["party"]["accreditations"] == [
        "data-registry"
    ]
    assert wusong("contract", "show", "evidence@1", "--json").json["digest"]
    text = (root / "src" / "wusong" / "data" / "contracts" / "evidence.yaml").read_text("utf-8")
    Path("page.yaml").write_text(text.replace("contract: evidence", "contract: beside", 1), "utf-8")
    assert wusong("contract", "install", "page.yaml", "--json").json["installed"]
    assert not wusong("contract", "install", "page.yaml", "--json").json["installed"]
    assert "beside@1" in {row["contract"] for row in wusong("contract", "list", "--json").json["contracts"]}


@pytest.mark.parametrize(
    "command", [["party", "add", "甲"], ["clock", "--forward", "1d"], ["rebuild"]], ids=lambda row: row[0]
)
def test_what_changes_the_node_s_own_files_waits_until_it_stopped(wusong: Wusong, command: list[str]) -> None:
    assert wusong(*command, "--json").code == "node-running"


def test_a_process_that_serves_nothing_takes_no_deeds(
    wusong: Wusong, founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "busy"
    shutil.copytree(founded, folder)
    monkeypatch.setenv("WUSONG_HOME", str(folder))
    with lock.holding(folder, "doctor"):
        assert wusong(*attest()).code == "node-running"
        assert wusong("asset", "list", "--json").status == 0


def test_a_node_that_does_not_answer_is_named(
    wusong: Wusong, founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "silent"
    shutil.copytree(founded, folder)
    monkeypatch.setenv("WUSONG_HOME", str(folder))
    with lock.holding(folder, "up http://127.0.0.1:9"):
        ran = wusong(*attest())
    assert (ran.status != 0, ran.code) == (True, "node-silent")
