"""A ledger for each test that asks."""

from __future__ import annotations

from ledger.fixtures import net, open_net

__all__ = ["net", "open_net"]
