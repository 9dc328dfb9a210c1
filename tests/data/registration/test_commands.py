"""The same story in the terminal: registered, listed, changed, certified, verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data import market as places
from wusong.cli.app import run

CODE = "12310000000000107C"  # valid by its check characters, assigned to nobody


def told(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*map(str, words), "--json"]) == status
    said = capsys.readouterr()
    found: dict[str, dict[str, Any]] = json.loads(said.out or said.err)
    return found.get("error", found)


def act(capsys: pytest.CaptureFixture[str], action: str, asset: str, *words: object) -> None:
    told(capsys, "act", "data-resource@1", action, "--asset", asset, "--as", "登记机构", *words)


def test_from_a_file_to_a_certificate(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = places.start(tmp_path / "node")
    market.node.close()
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "node"))
    table = tmp_path / "区划.csv"
    table.write_bytes(places.TABLE)
    risk = tmp_path / "risk.txt"
    risk.write_text("风险可控", "utf-8")
    stated = ("--source-basis", "依法履职产生", "--uscc", CODE, "--rights", "holding,use", "--risk", risk)
    parties = ("--as", "数源部门", "--to", "登记机构")
    made = told(capsys, "data", "register", table, *parties, *stated)
    asset = made["asset"]
    (listed,) = told(capsys, "data", "registrations")["registrations"]
    assert (listed["name"], listed["state"], listed["due"][0]["left"]) == ("区划", "applied", 3)
    assert told(capsys, "data", "registrations", "--stage", "accepted")["registrations"] == []
    refused = told(capsys, "data", "certificate", asset, status=1)
    assert refused["code"] == "certificate-not-in-force"


WRONG = [
    (("--uscc", "12310000000000107X"), "uscc-check-character"),
    (("--rights", "holding,owning"), "right-unknown"),
    (("--source-basis", ""), "guard-failed"),
]


@pytest.mark.parametrize(("words", "code"), WRONG)
def test_what_is_not_right_is_said_before_anything_is_written(
    words: tuple[str, ...],
    code: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places.start(tmp_path / "node").node.close()
    monkeypatch.setenv("WUSONG_HOME", str(tmp_path / "node"))
    table = tmp_path / "t.csv"
    table.write_bytes(places.TABLE)
    said = told(capsys, "data", "register", table, "--as", "数源部门", "--to", "登记机构", *words, status=1)
    assert said["code"] == code
    assert told(capsys, "data", "registrations")["registrations"] == []
