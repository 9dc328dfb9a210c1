"""The background scrub of a running node: reads everything it keeps, slowly, and names what is damaged.

* One round after the start, then one a day. It pauses after each piece of work, so that deeds do not wait.
* Damage is logged as an error with its place; nothing is repaired. ``wusong doctor`` says the same on demand.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from wusong.errors import WusongError
from wusong.ledger import integrity
from wusong.node import background

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wusong.node.node import Node

ROUND: Final = 86_400.0
"""Seconds from the end of one round to the next."""
_PAUSE: Final = 0.02
_log = logging.getLogger(__name__)


@contextmanager
def following(node: Node) -> Iterator[None]:
    """Scrub as long as the node runs, unless its settings say not to."""
    if not node.settings.scrub:
        yield
        return
    with background.running("wusong-scrub", partial(_run, node)):
        yield


def _run(node: Node, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            for error in findings(node, stop):
                _log.error("damage found: %s", error)
        except Exception:  # noqa: BLE001 - the scrub must not end because it met something unexpected
            _log.exception("the scrub stopped before its end")
        stop.wait(ROUND)


def findings(node: Node, stop: threading.Event | None = None) -> Iterator[WusongError]:
    """One round: archive, then contents. Ends early when ``stop`` is set."""
    stop = stop or threading.Event()
    try:
        for _ in integrity.scrub(node.ledger.store, node.ledger.rules):
            if stop.wait(_PAUSE):
                return
    except WusongError as error:
        yield error
    for damage in node.vault.scrub():
        yield damage.error
        if stop.wait(_PAUSE):
            return
