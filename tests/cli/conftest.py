"""Running the command in this process, on a node of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.kit import Ran, Wusong
from wusong.cli.app import run


@pytest.fixture
def wusong(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Wusong:
    """``wusong("status", "--json")`` in an empty folder, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUSONG_LANG", "en")

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ran(status, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trial node, made once."""
    folder = tmp_path_factory.mktemp("founded") / "node"
    assert run(["init", "--trial", "--home", str(folder), "--json"]) == 0
    return folder


@pytest.fixture
def home(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, to which ``WUSONG_HOME`` points."""
    folder = tmp_path / "node"
    shutil.copytree(founded, folder)
    monkeypatch.setenv("WUSONG_HOME", str(folder))
    return folder
