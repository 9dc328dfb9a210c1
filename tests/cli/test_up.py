"""The node as a newcomer starts it: a process of its own, its portal answering, its witness beside it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
WUSONG = [sys.executable, "-m", "wusong"]


@contextmanager
def started(command: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is stopped at the end, whatever happens."""
    environment = {**os.environ, "WUSONG_LANG": "en"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*WUSONG, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the node's own address
        return int(answer.status)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_up_founds_serves_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    with started([*WUSONG, "up", "--port", "0", "--json"], tmp_path) as process:
        told = json.loads(first_line(process))
        assert status_of(told["sign_in"]) == 200
        second = call(tmp_path, "up", "--port", "0", "--json")
        assert json.loads(second.stdout)["error"]["code"] == "node-running"
        assert json.loads(call(tmp_path, "status", "--json").stdout)["running"]
        people = json.loads(call(tmp_path, "sign-in", "--json").stdout)["people"]
        assert {"system", "security", "audit"} <= {one["office"] for one in people}
        other = json.loads(call(tmp_path, "sign-in", people[0]["id"], "--json").stdout)["sign_in"]
        assert other.startswith(told["url"])
        assert status_of(other) == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Traceback" not in out + err
    assert call(tmp_path, "doctor").returncode == 0


def test_make_up_prints_a_link_that_works(root: Path, tmp_path: Path) -> None:
    if not (root / ".venv" / ".run").exists():
        pytest.skip("make setup has not been run here")
    command = ["make", "--no-print-directory", "up", f"ARGS=--port 0 --home {tmp_path}/node"]
    with started(command, root) as process:
        link = ""
        while not link and (line := first_line(process)):
            found = re.search(r"http://\S+/sign-in/\S+", line)
            link = found[0] if found else ""
        assert status_of(link) == 200
        process.terminate()
        process.communicate(timeout=60)
    pid = int((tmp_path / "node" / "node.lock").read_text().split()[0])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = call(tmp_path, "up", "--port", str(port), "--json")
    assert json.loads(done.stdout)["error"]["code"] == "port-taken"
    assert done.returncode == 2


def test_a_witness_of_its_own_process_signs(tmp_path: Path) -> None:
    call(tmp_path, "init")
    origin = json.loads(call(tmp_path, "witnesses", "log", "--out", "log.jwk", "--json").stdout)["origin"]
    command = [
        *WUSONG,
        "witness",
        "--dir",
        "w",
        "--port",
        "0",
        "--name",
        "w.example/1",
        "--log",
        f"{origin}=log.jwk",
        "--json",
    ]
    with started(command, tmp_path) as process:
        told = json.loads(first_line(process))
        (tmp_path / "w.jwk").write_text(json.dumps(told["jwk"]))
        assert call(tmp_path, "witnesses", "add", "w.example/1", told["url"], "w.jwk").returncode == 0
        (tmp_path / "a.txt").write_text("witnessed")
        assert call(tmp_path, "attest", "a.txt").returncode == 0
        done = json.loads(call(tmp_path, "verify", "a.txt", "--json").stdout)
        assert (done["status"], done["facts"]["level"]) == (0, "witnessed by 1")
        asked = json.loads(call(tmp_path, "witnesses", "ask", "--json").stdout)
        assert asked == {"failed": {}, "signed": ["w.example/1"]}
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_backup_of_a_running_node_restores(tmp_path: Path) -> None:
    with started([*WUSONG, "up", "--port", "0", "--json"], tmp_path) as process:
        first_line(process)
        made = json.loads(call(tmp_path, "backup", "b", "--json").stdout)
        process.terminate()
        process.communicate(timeout=60)
    back = json.loads(call(tmp_path, "restore", "b", "--home", "again", "--json").stdout)
    assert back["log_size"] == made["log_size"]
    people = json.loads(call(tmp_path, "sign-in", "--home", "again", "--json").stdout)["people"]
    assert people, "people are part of a backup"


def test_the_tour_ends_with_proofs_that_verify(tmp_path: Path, root: Path) -> None:
    done = call(tmp_path, "tour", "--dir", "t", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["proofs"]
    for bundle in sorted((tmp_path / "t").glob("*.bundle.json")):
        verifier = [
            sys.executable,
            str(root / "verifier" / "wusong_verify.py"),
            "--trust",
            str(tmp_path / "t" / "trust.json"),
        ]
        assert subprocess.run([*verifier, str(bundle)], capture_output=True, check=False).returncode == 0
        assert call(tmp_path, "verify", str(bundle), "--trust", "t/trust.json").returncode == 0
