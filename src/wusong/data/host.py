"""What the data domain needs of the node that runs it, so that it imports nothing above its floor.

``Host`` is what ``wusong.node.node.Node`` offers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import sqlalchemy as sa

from wusong.contract.interpreter import Compiled
from wusong.contract.leaf import Leaf
from wusong.errors import DataError
from wusong.ledger.intent import Done, Intent
from wusong.ledger.ledger import Ledger
from wusong.vault import Vault

_ID: Final = re.compile("[0-9a-f]{64}")
__all__ = ["Done", "Host", "Intent", "Models", "leaf", "page"]


class Models(Protocol):
    """A node's read models, as far as this domain reads them."""

    @property
    def engine(self) -> sa.Engine:
        """The database."""

    def wait(self, height: int) -> bool:
        """Wait until they show block ``height``; whether they do."""


class Host(Protocol):
    """A running node, as far as this domain uses it."""

    @property
    def folder(self) -> Path:
        """The node's folder; this domain keeps ``calls.db``, ``tokens.db`` and ``brought.db`` there."""

    @property
    def settings(self) -> Any:  # noqa: ANN401 - the node's, of which this domain reads ``networks``
        """How the node runs."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""

    @property
    def models(self) -> Models:
        """Its read models."""

    @property
    def vault(self) -> Vault:
        """Where contents lie."""

    def act(self, intents: Sequence[Intent], *, wait: bool = True) -> Done:
        """Sign a deed, hand it in, wait for its receipt; a refusal is an error."""


def leaf(host: Host, asset: str, contract: str) -> Leaf:
    """An asset of this domain as it stands now. Raises DataError ``no-such-asset``."""
    found = host.ledger.view().leaf(bytes.fromhex(asset)) if _ID.fullmatch(asset) else None
    if found is None or found.contract.startswith("system/") or page(host, found.contract).name != contract:
        raise DataError("no-such-asset", asset=asset, contract=contract)
    return found


def page(host: Host, digest: str) -> Compiled:
    """An installed page, compiled."""
    return host.ledger.rules.compiled(host.ledger.view(), digest)
