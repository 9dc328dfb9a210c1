"""A ledger for each test that asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.kit import Net


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    """A ledger of the international suite with the page ``title``."""
    made = Net.create(tmp_path / "net")
    yield made
    made.close()


@pytest.fixture
def open_net(tmp_path: Path) -> Iterator[Callable[..., Net]]:
    """Make ledgers as ``Net.create`` does; they are closed at the end."""
    made: list[Net] = []

    def make(**options: Any) -> Net:  # noqa: ANN401 - as Net.create takes them
        made.append(Net.create(tmp_path / f"net-{len(made)}", **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
