"""Opening the node that a command works on, for as long as the command takes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from wusong.errors import NodeError
from wusong.node import lock
from wusong.node.founding import is_node
from wusong.node.settings import home, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wusong.node.node import Node


def folder_of(given: Path | None) -> Path:
    """The folder of the node that is meant. Raises NodeError ``no-node``."""
    folder = home(given)
    if not is_node(folder):
        raise NodeError("no-node", folder=str(folder))
    return folder


@contextmanager
def opened(given: Path | None, what: str = "") -> Iterator[Node]:
    """The node, open and locked. Raises NodeError ``no-node``, ``node-running``, and what opening raises."""
    folder = folder_of(given)
    settings = load(folder)
    with lock.holding(folder, what):
        from wusong.node import rotation
        from wusong.node.node import Node

        node = Node.open(folder, settings)
        try:
            for party in node.keys.in_motion():
                rotation.recover(node, party)
            yield node
        finally:
            node.close()
