"""How pending deeds, their signatures and their ends reach the nodes of the other signers.

* A node sends what one of its own parties has signed, to each other signer's node, until that node has all
  the signatures that are here; signatures come back in the same way, and so does the signed notice that one
  of its parties declined or withdrew.
* The address is ``node`` among the ``endpoints`` of the party on the ledger, and no other. It is ``https``;
  ``http`` on a trial ledger only. Redirects are not followed, and of an answer only the status is read.
* What does not arrive is tried again, each time later (5 seconds to 1 hour), until it expires. What the
  other node refuses for good (409: closed, spent) is not sent again until there is another signature.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wusong.node import background, nodedb
from wusong.node.pending import Pendings, desk

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from wusong.node.node import Node
    from wusong.node.pending_outbox import Parcel

PATH: Final = "/api/v1/pending"
SECONDS: Final = 5.0
"""Between two rounds."""
_TIMEOUT: Final = 10.0
_FIRST, _LONGEST = 5_000, 3_600_000
_PER_ROUND: Final = 50
_CLOSED: Final = 409
_log = logging.getLogger(__name__)


def address_of(node: Node, party: str) -> str:
    """Where a party's node takes pending deeds; empty when it has registered no address that will do."""
    leaf = node.ledger.rules.authority.party(node.ledger.view(), party)
    if leaf is None or leaf.state != "active":
        return ""
    url = str(leaf.fields.get("endpoints", {}).get("node", ""))
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return ""
    plain = parts.scheme == "http" and node.ledger.genesis.trial
    if not sound or "@" in parts.netloc or parts.query or parts.fragment:
        return ""
    return url.rstrip("/") + PATH if parts.scheme == "https" or plain else ""


def deliver(node: Node, pendings: Pendings, now: int) -> int:
    """Send what is due at ``now`` (this machine's clock, ms); gives how many arrived."""
    arrived = 0
    for parcel in pendings.outbox.due(now)[:_PER_ROUND]:
        url = address_of(node, parcel.party)
        status = _post(url + parcel.path, parcel) if url else 0
        done = 200 <= status < 300 or status == _CLOSED
        later = 0 if done else min(_FIRST << min(pendings.outbox.tries(parcel), 20), _LONGEST)
        pendings.outbox.noted(parcel, arrived=done, next_try=now + later)
        arrived += 200 <= status < 300
    return arrived


def _post(url: str, parcel: Parcel) -> int:
    """The status of the answer; 0 when there was none."""
    import httpx2 as httpx

    headers = {"content-type": "application/json", "accept": "application/json"}
    try:
        with httpx.stream(
            "POST", url, content=parcel.body, headers=headers, timeout=_TIMEOUT, follow_redirects=False
        ) as answer:
            status = int(answer.status_code)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        _log.info("pending deed %s did not reach its signer: %s", parcel.deed[:16], type(error).__name__)
        return 0
    if status >= 300:
        _log.info("pending deed %s was answered with %s", parcel.deed[:16], status)
    return status


def round_(node: Node, pendings: Pendings) -> None:
    """One round: what is due here, and what is to be sent."""
    pendings.tend()
    deliver(node, pendings, nodedb.now())


@contextmanager
def following(node: Node) -> Iterator[None]:
    """Tend and send pending deeds as long as the node runs."""

    def work(stop: threading.Event) -> None:
        with desk(node) as pendings:
            background.rounds(stop, SECONDS, lambda _turn: round_(node, pendings))

    with background.running("wusong-pending", work):
        yield
