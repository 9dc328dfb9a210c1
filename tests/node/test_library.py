"""The library is on the ledger after any start, whatever was remembered of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from wusong import __version__
from wusong.errors import NodeError
from wusong.node import founding, library
from wusong.node.domains import domains
from wusong.node.founding import Founding, found
from wusong.node.node import Node

NAMES = {f"{page.name.removesuffix('.yaml')}@1" for domain in domains() for page in domain.pages()}


def forget(file: Path) -> None:
    file.unlink()


def damage(file: Path) -> None:
    file.write_bytes(b"{")


def of_another_version(file: Path) -> None:
    kept = json.loads(file.read_bytes())
    file.write_text(json.dumps(kept | {"version": "0"}))


def lies(file: Path) -> None:
    """Every text is said to have an address that the ledger does not know."""
    kept = json.loads(file.read_bytes())
    file.write_text(json.dumps(kept | {"addresses": dict.fromkeys(kept["addresses"], "0" * 64)}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A node that was opened once."""
    folder = tmp_path / "node"
    found(folder, Founding(trial=True))
    Node.open(folder).close()
    return folder


@pytest.mark.parametrize("ill", [forget, damage, of_another_version, lies])
def test_what_was_remembered_is_no_authority(home: Path, ill: Callable[[Path], None]) -> None:
    ill(home / library.FILE)
    node = Node.open(home)
    try:
        assert {library.find(node, name).name for name in NAMES} == NAMES
        assert library.install_library(node) == []
    finally:
        node.close()
    kept = json.loads((home / library.FILE).read_bytes())
    assert (kept["version"], len(kept["addresses"])) == (__version__, len(NAMES))


def test_a_page_is_read_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(library, "load", read.append)
    Node.open(home).close()
    assert read == []


def test_an_older_ledger_gets_the_pages_that_it_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = founding.genesis_of
    monkeypatch.setattr(
        founding, "genesis_of", lambda *given: msgspec.structs.replace(made(*given), protocol=1)
    )
    found(tmp_path / "node", Founding(trial=True))
    node = Node.open(tmp_path / "node")
    try:
        assert library.find(node, "evidence@1").name == "evidence@1"
        with pytest.raises(NodeError, match="no-such-contract"):
            library.find(node, "bill-of-lading@1")
    finally:
        node.close()
