"""What must never stand in the tree: machine paths, registries, modules that nobody can hold in mind."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES = 500

# Put together from pieces, so that this file does not hold them.
MACHINE_PATHS = re.compile(
    "(?<![A-Za-z0-9_.~-])/(" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"]) + ")/"
)
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in [
            "py" + "pi.org",
            "python" + "hosted.org",
            "registry.np" + "mjs",
            "proxy.go" + "lang",
            "repo1.ma" + "ven",
            "deb.deb" + "ian",
        ]
    )
)


@cache
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is no list of tracked files")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [path for name in names.decode().split("\0") if name and (path := ROOT / name).is_file()]


def text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        for number, line in enumerate(text(path).splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    "pattern",
    [pytest.param(MACHINE_PATHS, id="machine paths"), pytest.param(REGISTRIES, id="registry hosts")],
)
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    assert hits(pattern) == []


@pytest.mark.parametrize(
    ("line", "pattern", "found"),
    [
        pytest.param("cd " + "/wo" + "rk/main", MACHINE_PATHS, True, id="a machine path"),
        pytest.param("frame/" + "wo" + "rk/x", MACHINE_PATHS, False, id="a word in a path"),
        pytest.param("https://py" + "pi.org/simple", REGISTRIES, True, id="a registry"),
        pytest.param("https://www.rfc-editor.org/rfc/rfc9110", REGISTRIES, False, id="a standard"),
    ],
)
def test_the_patterns_bite(line: str, pattern: re.Pattern[str], *, found: bool) -> None:
    assert bool(pattern.search(line)) is found


def test_modules_can_be_held_in_mind() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix == ".py" and (lines := text(path).count("\n")) > MODULE_LINES
    }
    assert long == {}


def test_only_text_that_is_utf8_or_known_binary() -> None:
    binary = {".png", ".ico", ".gz", ".zip", ".parquet", ".woff2"}
    unread = [
        path
        for path in tracked()
        if path.suffix not in binary and path.stat().st_size and not text(path)
        if not path.is_relative_to(ROOT / "tests" / "vectors")  # some are broken on purpose
    ]
    assert unread == []
