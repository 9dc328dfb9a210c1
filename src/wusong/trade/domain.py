"""The trade domain as the node takes it up: its library of pages.

``DOMAIN`` has the members that ``wusong.node.domains.Domain`` describes; it is no instance of it, because a
domain imports nothing above its floor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

__all__ = ["DOMAIN", "ORDER", "TradeDomain"]


@dataclass(frozen=True, slots=True)
class TradeDomain:
    """What the trade domain offers: contracts. Furniture that it has not yet is an empty list."""

    name: str = "trade"
    package: str = "wusong.trade"
    title: dict[str, str] = field(default_factory=lambda: {"en": "Trade", "zh": "贸易"})

    def projections(self) -> list[Any]:
        """Its read models."""
        return []

    def routes(self) -> list[Any]:
        """Its HTTP routes."""
        return []

    def upkeep(self, node: Any, least: int) -> None:  # noqa: ANN401 - whatever runs the domain
        """Nothing falls due."""

    def close(self, node: Any) -> None:  # noqa: ANN401
        """Nothing was opened."""

    def pages(self) -> list[Traversable]:
        """Its contract pages, so ordered that a page stands after those it reads."""
        folder = files(self.package) / "contracts"
        return [folder / f"{name}.yaml" for name in ORDER]


ORDER: Final = (
    "bill-of-lading",
    "delivery-order",
    "goods-lot",
    "warehouse-receipt",
    "payment",
    "letter-of-credit",
    "domestic-letter-of-credit",
    "credit-voucher",
    "guarantee",
    "escrow",
    "use-mark",
)
"""The library, by name of page."""
DOMAIN: Final = TradeDomain()
