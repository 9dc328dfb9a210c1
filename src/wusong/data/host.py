"""What the data domain needs of the node that runs it, so that it imports nothing above its floor.

``Host`` is what ``wusong.node.node.Node`` offers; ``Act`` has the members of ``wusong.node.intent.Intent``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from wusong.contract.interpreter import Compiled
from wusong.contract.leaf import Leaf
from wusong.errors import DataError
from wusong.ledger.ledger import Ledger
from wusong.vault import Vault

__all__ = ["Act", "Done", "Host", "leaf", "page"]


@dataclass(frozen=True, slots=True)
class Act:
    """One act that is wanted: page, action, arguments, who signs in which role; without ``asset`` it
    creates.
    """

    contract: str
    action: str
    args: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    asset: str | None = None
    rev: int | None = None
    with_: dict[str, int] = field(default_factory=dict)


class Done(Protocol):
    """An accepted deed: its id and the asset that each act was about (hex)."""

    @property
    def deed(self) -> str:
        """The deed's id."""

    @property
    def asset(self) -> str:
        """The asset of the first act."""


class Host(Protocol):
    """A running node, as far as this domain uses it."""

    @property
    def folder(self) -> Path:
        """The node's folder; this domain keeps ``calls.db`` there."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""

    @property
    def vault(self) -> Vault:
        """Where contents lie."""

    def act(self, intents: Sequence[Any], *, wait: bool = True) -> Done:
        """Sign a deed, hand it in, wait for its receipt; a refusal is an error."""


def leaf(host: Host, asset: str, contract: str) -> Leaf:
    """An asset of this domain as it stands now. Raises DataError ``no-such-asset``."""
    found = host.ledger.view().leaf(bytes.fromhex(asset)) if len(asset) == 64 else None
    if found is None or found.contract.startswith("system/") or page(host, found.contract).name != contract:
        raise DataError("no-such-asset", asset=asset, contract=contract)
    return found


def page(host: Host, digest: str) -> Compiled:
    """An installed page, compiled."""
    return host.ledger.rules.compiled(host.ledger.view(), digest)
