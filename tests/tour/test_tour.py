from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wusong.data.intake import uscc
from wusong.errors import NodeError
from wusong.tour import Step, Tour, proofs, run
from wusong.tour.story import QUESTION, REGISTRY_USCC


@pytest.fixture(scope="module", params=["intl", "gm"])
def tour(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tour, list[Step]]:
    if request.param == "gm":
        pytest.importorskip("tongsuopy")
    told: list[Step] = []
    return run(tmp_path_factory.mktemp("tour"), suite=request.param, on_step=told.append), told


def verify(root: Path, tour: Tour, *words: str | Path) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-I", str(root / "verifier" / "wusong_verify.py"), "--json"]
    command += ["--trust", str(tour.folder / "trust.json"), *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def test_every_step_is_told_and_every_deed_has_its_proof(tour: tuple[Tour, list[Step]]) -> None:
    made, told = tour
    assert list(made.steps) == told
    assert [step.number for step in told] == list(range(1, len(told) + 1))
    deeds = [step.deed for step in told if step.deed]
    assert [proof.deed for proof in made.proofs] == deeds
    assert len(set(deeds)) == len(deeds)
    assert made.verified
    json.dumps(made.to_json())


def test_what_is_refused_names_its_clause(tour: tuple[Tour, list[Step]]) -> None:
    refused = {step.key: step.clause for step in tour[0].steps if step.outcome == "refused"}
    assert refused == {
        "code-early": "notice-ended",
        "offer-dear": "price-within-ceiling",
        "call-refused": "within-calls-approved",
        "meter-excess": "within-calls-approved",
    }
    assert all(set(step.says) == {"en", "zh"} for step in tour[0].steps if step.outcome == "refused")


def test_every_bundle_is_accepted_by_the_stand_alone_verifier(
    root: Path, tour: tuple[Tour, list[Step]]
) -> None:
    made = tour[0]
    files = sorted(file.name for file in made.folder.glob("*.bundle.json"))
    assert files == [proof.file for proof in made.proofs]
    for file in files:
        status, report = verify(root, made, made.folder / file)
        assert (status, report["reason"]) == (0, "ok"), file
        assert report["facts"]["trial"] is True
        assert report["facts"]["level"] == "operator only"


def test_a_metered_call_and_an_attested_file_are_shown(root: Path, tour: tuple[Tour, list[Step]]) -> None:
    made = tour[0]
    (meter,) = made.folder.glob("*-meter.bundle.json")
    (attest,) = made.folder.glob("*-attest.bundle.json")
    (apply,) = made.folder.glob("*-apply.bundle.json")
    assert verify(root, made, meter, "--content", made.folder / "call-3.json")[0] == 0
    assert verify(root, made, attest, "--content", made.folder / "answers.json")[0] == 0
    assert verify(root, made, apply, "--content", made.folder / "profile.json")[0] == 0
    assert verify(root, made, attest, "--content", made.folder / "trust.json")[0] == 1


@pytest.mark.parametrize("place", [0.01, 0.3, 0.5, 0.7, 0.99])
def test_one_changed_byte_is_refused(
    root: Path, tour: tuple[Tour, list[Step]], tmp_path: Path, place: float
) -> None:
    made = tour[0]
    content = bytearray((made.folder / made.proofs[3].file).read_bytes())
    at = int(len(content) * place)
    content[at] ^= 1
    altered = tmp_path / "altered.json"
    altered.write_bytes(content)
    status, report = verify(root, made, altered)
    assert status in {1, 2}
    assert report["reason"]


def test_no_row_and_no_secret_left_the_node(tour: tuple[Tour, list[Step]]) -> None:
    out = b"".join(file.read_bytes() for file in tour[0].folder.iterdir() if file.is_file())
    assert "黄浦区".encode() not in out
    assert QUESTION.sql.encode() not in out
    assert b'"salt"' in out  # of what was opened on purpose


def test_a_folder_that_holds_a_tour_is_left_alone(tour: tuple[Tour, list[Step]]) -> None:
    before = {file.name: file.stat().st_mtime_ns for file in tour[0].folder.iterdir()}
    with pytest.raises(NodeError, match="tour-exists"):
        run(tour[0].folder, suite=tour[0].suite)
    assert {file.name: file.stat().st_mtime_ns for file in tour[0].folder.iterdir()} == before


def test_the_code_rests_on_a_well_formed_credit_code() -> None:
    assert uscc.findings(REGISTRY_USCC) == ()


def test_without_the_verifier_proofs_are_made_and_not_called_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "find_verifier", lambda: None)
    made = run(tmp_path / "tour")
    assert not made.verified
    assert {proof.status for proof in made.proofs} == {-1}
    assert made.steps[-1].facts == {"bundles": len(made.proofs), "verified": False}


def test_a_proof_that_does_not_hold_stops_the_tour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "to_json", lambda value: json.dumps(value).encode())
    with pytest.raises(NodeError, match="tour-untold"):
        run(tmp_path / "tour")
