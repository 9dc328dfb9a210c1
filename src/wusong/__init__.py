"""Wusong (吴淞): a node of a trusted data and trade network - ledger, readable contracts, offline proofs."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
