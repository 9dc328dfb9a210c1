"""Opening the node that a command works on, for as long as the command takes."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
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
def opened(given: Path | None, what: str = "", *, beside: bool = False) -> Iterator[Node]:
    """The node, open and locked. With ``beside``, a node that another process runs is used as it runs.

    Raises NodeError ``no-node``, ``node-running``, and what opening raises.
    """
    folder = folder_of(given)
    settings = load(folder)
    with ExitStack() as stack:
        try:
            stack.enter_context(lock.holding(folder, what))
        except NodeError as error:
            if not beside or error.code != "node-running":
                raise
            from wusong.node.beside import Beside

            yield stack.enter_context(closing(Beside.open(folder, settings)))
            return
        from wusong.node import rotation
        from wusong.node.node import Node

        node = stack.enter_context(closing(Node.open(folder, settings)))
        for party in node.keys.in_motion():
            rotation.recover(node, party)
        yield node
