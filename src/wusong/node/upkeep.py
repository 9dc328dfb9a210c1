"""What the domains do now and then while a node runs: metering, for instance.

* Every few seconds each domain does what is due; every few minutes, and at the end, also what could wait.
* A failure is logged; it is never the node's end.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wusong.node import background
from wusong.node.domains import domains

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from wusong.node.node import Node

SECONDS: Final = 5.0
"""Between two rounds."""
FULL: Final = 60
"""Every so many rounds, what could still wait is done too."""
_log = logging.getLogger(__name__)


@contextmanager
def following(node: Node) -> Iterator[None]:
    """Do the domains' upkeep as long as the node runs."""

    def work(stop: threading.Event) -> None:
        background.rounds(stop, SECONDS, lambda turn: upkeep(node, full=turn % FULL == 0))
        upkeep(node, full=True)

    with background.running("wusong-upkeep", work):
        yield


def upkeep(node: Node, *, full: bool) -> None:
    """One round; ``full`` also does what could still wait."""
    for domain in domains():
        try:
            domain.upkeep(node, least=1 if full else node.settings.meter_batch)
        except Exception:  # noqa: BLE001 - one domain's trouble must not keep the others from their work
            _log.exception("upkeep of the domain %s failed", domain.name)
