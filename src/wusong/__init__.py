"""Wusong (吴淞): a node of a trusted data and trade network - ledger, readable contracts, offline proofs."""

from __future__ import annotations

from typing import Final

__all__ = ["__version__"]

__version__: Final = "0.1.0"
