"""A node made once, and a copy of it for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from node.care_kit import attest, opened
from wusong.node.founding import Founding, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trial node with a few deeds."""
    folder = tmp_path_factory.mktemp("founded") / "node"
    found(folder, Founding(trial=True))
    with opened(folder) as node:
        attest(node)
    return folder


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    copy = tmp_path / "node"
    shutil.copytree(founded, copy)
    return copy
