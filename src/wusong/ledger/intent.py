"""What a caller wants done: acts by name, before they are salted, digested and signed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wusong.ledger.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Intent:
    """One act: ``contract`` is ``name@major``, a digest or ``system/NAME``; ``roles`` says who signs in
    which role; without ``asset`` the act creates one; ``rev`` is filled in where several sign.
    """

    contract: str
    action: str
    args: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    asset: str | None = None
    rev: int | None = None
    with_: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """An accepted deed: its receipt, and the asset that each act was about (hex)."""

    receipt: Receipt
    deed: str
    assets: list[str]

    @property
    def asset(self) -> str:
        """The asset of the first act."""
        return self.assets[0]
