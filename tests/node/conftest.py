"""A node made once, and a copy of it for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.care_kit import attest, opened
from node.pending_kit import Place, Trade, prepare
from wusong.node.founding import Founding, found
from wusong.node.pending import desk


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


@pytest.fixture(scope="session")
def traded(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Trade]:
    folder = tmp_path_factory.mktemp("traded") / "node"
    shutil.copytree(founded, folder)
    with opened(folder) as node:
        trade = prepare(node)
    return folder, trade


@pytest.fixture
def place(traded: tuple[Path, Trade], tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(traded[0], tmp_path / "node")
    with opened(tmp_path / "node") as node, desk(node) as pendings:
        yield Place(node, pendings, traded[1])
