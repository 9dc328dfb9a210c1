"""What carries deeds to the ledger and agrees on their order: the boundary between engines and what lies
above and below.

* An **engine** (solo, CometBFT) orders envelopes into blocks and drives an ``Application``; the methods of
  ``Application`` are what ABCI 2.0 needs: check, prepare, process, finalise, commit, extend,
  verify_extension, snapshot.
* What lies above (node, tour, bench) knows only ``Engine``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future

    from wusong.ledger.execute import Executed
    from wusong.ledger.receipt import Receipt, Seal


@dataclass(frozen=True, slots=True)
class Finalised:
    """A block after execution: durable once the engine has committed it."""

    seal: Seal
    digest: bytes
    first: int
    executed: list[Executed]


class Engine(Protocol):
    """Takes envelopes, gives receipts."""

    def submit(self, envelope: bytes) -> Future[Receipt]:
        """Hand in an envelope. The future gives the receipt once its block is durable, or raises DeedError
        when no block may hold it, StoreError when the store cannot be written (the deed may then be handed
        in again).
        """

    def now(self) -> int:
        """The time (ms) that the next block would have."""

    def close(self) -> None:
        """Finish what is under way and stop."""
