"""What a caller wants done, under the name by which the node's callers know it; it lives with the ledger, so that domains can
write it too."""

from __future__ import annotations

from wusong.ledger.intent import Done, Intent

__all__ = ["Done", "Intent"]
