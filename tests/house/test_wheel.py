"""What is installed is what is in the tree: pages, templates, catalogues and tables travel with the code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture(scope="module")
def tracked(root: Path) -> set[str]:
    if not (root / ".git").exists():
        pytest.skip("not a git checkout: there is no list of tracked files")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "src"], cwd=root, check=True, capture_output=True
    ).stdout
    return {name.removeprefix("src/") for name in listed.decode().split("\0") if (root / name).is_file()}


def test_every_file_of_the_package_travels(wheel: zipfile.ZipFile, tracked: set[str]) -> None:
    assert tracked
    assert tracked - set(wheel.namelist()) == set()


def test_nothing_else_travels(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/", 1)[0] for name in wheel.namelist()}
    assert {top for top in tops if top != "wusong" and not top.endswith(".dist-info")} == set()


def test_names_its_licence_and_command(wheel: zipfile.ZipFile) -> None:
    files = {name.split("/", 1)[1]: name for name in wheel.namelist() if ".dist-info/" in name}
    assert "License-Expression: Apache-2.0" in wheel.read(files["METADATA"]).decode()
    assert {"licenses/LICENSE", "licenses/NOTICE"} <= set(files)
    assert "wusong = wusong.cli:main" in wheel.read(files["entry_points.txt"]).decode()
