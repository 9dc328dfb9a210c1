"""Both verifiers give the same reason, at the same step, for whatever they refuse."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import wusong_verify

ROOT = Path(__file__).parents[2]
BUNDLES = ROOT / "tests" / "vectors" / "bundles"
INDEX: list[dict[str, Any]] = json.loads((BUNDLES / "index.json").read_bytes())

# Entries of the index for which the reasons differ, each with why that is right. None does at present.
KNOWN: dict[str, str] = {}

# Of the codes of wusong_verify.py three are not among them: the page tells in words of its own, and in no
# verdict, of a file that is absent or too large and of an original that matches no opening.


def of_the_program(row: dict[str, Any]) -> tuple[int, int, str]:
    report = wusong_verify.verify(*((BUNDLES / row[file]).read_bytes() for file in ("bundle", "trust")))
    return report.status, report.step if report.status else 0, report.reason


def of_the_page(rows: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, so the page's script cannot run outside a browser")
    harness, page = Path(__file__).with_name("verify_html.mjs"), ROOT / "verifier" / "verify.html"
    cases = json.dumps([{file: str(BUNDLES / row[file]) for file in ("bundle", "trust")} for row in rows])
    command = [node, str(harness), str(page), "cases"]
    done = subprocess.run(command, input=cases, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    # For what is accepted, the harness puts the ledger's own code in the place of "ok".
    return [(one["status"], one["step"], one["code"] if one["status"] else "ok") for one in told]


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_both_verifiers_give_the_same_reason(suite: str) -> None:
    rows = [row for row in INDEX if row["bundle"].startswith(suite)]
    pairs = zip(map(of_the_program, rows), of_the_page(rows), strict=True)
    differ = {row["name"]: pair for row, pair in zip(rows, pairs, strict=True) if pair[0] != pair[1]}
    known = {row["name"] for row in rows} & KNOWN.keys()
    assert differ.keys() == known, differ


def test_every_known_difference_has_its_reason() -> None:
    assert KNOWN.keys() <= {row["name"] for row in INDEX}
    assert all(KNOWN.values())


def test_every_code_of_the_page_is_reached_by_a_vector() -> None:
    page = (ROOT / "verifier" / "verify.html").read_text(encoding="utf-8")
    table = page[page.index("const REASONS") : page.index("// ---", page.index("const REASONS"))]
    explained = {line.split("'")[1] for line in table.splitlines() if line.startswith("  '")}
    reached = {of_the_program(row)[2] for row in INDEX} - {"ok"}
    assert explained == reached
