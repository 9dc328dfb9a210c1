"""The first screen of each README shows what the programs print today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wusong.cli.app import run

_TOUR = re.compile(r"^\$ .*wusong .*tour --dir out.*\n((?:.+\n|\n)*?)(?=\$ |```)", re.MULTILINE)
_VERIFY = re.compile(r"^\$ .*wusong_verify\.py .*\n((?:.+\n)*?)```", re.MULTILINE)


def lines(found: re.Match[str] | None) -> list[str]:
    assert found is not None
    return [line for line in found[1].splitlines() if line.strip() not in {"", "…"}]


def in_order(wanted: list[str], printed: list[str]) -> list[str]:
    """The wanted lines that do not come, one after the other."""
    rest = iter(printed)
    return [line for line in wanted if line not in rest]


@pytest.mark.parametrize(("file", "lang"), [("README.md", "en"), ("README.zh.md", "zh")])
def test_the_readme_shows_what_the_tour_prints(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    file: str, lang: str,
) -> None:  # fmt: skip
    text = (root / file).read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["--lang", lang, "tour", "--dir", "out"]) == 0
    printed = capfd.readouterr().out.splitlines()
    shown = lines(_TOUR.search(text))
    assert len(shown) > 7
    assert in_order(shown, printed) == []
    assert (tmp_path / "out" / "13-meter.bundle.json").exists(), "the README verifies it"
    assert run(["--lang", lang, "verify", "out/13-meter.bundle.json", "--trust", "out/trust.json"]) == 0
    shown, printed = lines(_VERIFY.search(text)), capfd.readouterr().out.splitlines()
    assert len(shown) > 3
    assert in_order(shown, printed) == []
