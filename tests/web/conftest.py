"""A real node with its faces, once for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from web.portalkit import Site, build


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The node that most tests share: trial clock, four eyes off."""
    made = build(tmp_path_factory.mktemp("site") / "node", four_eyes=False)
    yield made
    made.node.close()


@pytest.fixture(scope="session")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A node with four eyes."""
    made = build(tmp_path_factory.mktemp("careful") / "node", four_eyes=True)
    yield made
    made.node.close()
