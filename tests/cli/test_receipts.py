"""Receipts have names of their own and are never overwritten; odd file names leave JSON whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.kit import Wusong

pytestmark = pytest.mark.usefixtures("home")


def test_a_second_receipt_leaves_the_first_alone(wusong: Wusong, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    first = Path(wusong("attest", file, "--json").json["items"][0]["receipt"])
    before = first.read_bytes()
    file.write_text("two")
    (row,) = wusong("attest", file, "--json").json["items"]
    assert (row["receipt"], row["kept"]) == (f"{file}.receipt-2.json", str(first))
    assert first.read_bytes() == before
    assert "a.txt.receipt-3.json" in wusong("attest", file).out
    assert wusong("verify", file, "--json").json["evidence"] == row["receipt"], "the earliest of this content"
    file.write_text("one")
    assert wusong("verify", file, "--json").json["evidence"] == str(first)
    (found,) = wusong("attest", tmp_path, "--json", "--no-receipts").json["batches"]
    assert found["count"] >= 1
    assert not list(tmp_path.glob("*.receipt*.receipt.json")), "receipts are not attested"


def test_files_of_one_name_in_one_folder_of_receipts(wusong: Wusong, tmp_path: Path) -> None:
    for name in ("d1", "d2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name)
    rows = wusong("attest", "d1/a", "d2/a", "--receipts", "R", "--json").json["items"]
    assert {row["file"]: row["receipt"] for row in rows} == {
        "d1/a": "R/d1/a.receipt.json",
        "d2/a": "R/d2/a.receipt.json",
    }
    for row in rows:
        assert wusong("verify", row["file"], "--receipt", row["receipt"]).status == 0


def test_a_file_that_differs_is_called_that(wusong: Wusong, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    wusong("attest", "a")
    (tmp_path / "a").write_text("two")
    ran = wusong("verify", "a", "--receipt", "a.receipt.json")
    assert ran.status == 1
    assert "content-not-opened" in ran.out
    assert "differs" in ran.out
    assert "不是当时存证的文件" in wusong("verify", "a", "--lang", "zh").out


def test_json_is_utf_8_whatever_the_name_and_the_locale(tmp_path: Path, home: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe.txt"
    Path(os.fsdecode(name)).write_text("x")
    variables = os.environ | {"LC_ALL": "C", "WUSONG_HOME": str(home)}
    command: list[str | bytes] = [sys.executable, "-m", "wusong", "attest", name, "--json"]
    done = subprocess.run(command, env=variables, capture_output=True, check=True)
    (row,) = json.loads(done.stdout.decode("utf-8"))["items"]
    assert os.fsencode(row["file"]) == name


def test_an_unknown_accreditation_is_given_with_a_warning(wusong: Wusong) -> None:
    did = wusong("party", "add", "交通局", "--json").json["party"]
    told = wusong("party", "accredit", did, "nope")
    assert told.status == 0
    assert "data-registry" in told.out
    assert wusong("party", "accredit", did, "data-registry", "--json").json["known"] is True
    assert wusong("party", "show", did, "--json").json["party"]["accreditations"] == ["data-registry", "nope"]


def test_a_bundle_of_acts_that_a_deed_has_not_is_no_bundle(wusong: Wusong, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    deed = wusong("attest", "a", "--json").json["batches"][0]["deed"]
    assert wusong("deed", "bundle", deed, "--acts", "5", "--json").code == "bad-argument"
    assert not list(tmp_path.glob("*.bundle.json"))
    assert wusong("deed", "bundle", deed, "--acts", "0").status == 0
