"""The only source of randomness: the operating system's.

Nothing under ``ledger/`` or ``contract/`` execution may import this module.
"""

from __future__ import annotations

import os
from typing import Final

__all__ = ["SALT_BYTES", "nonce", "random_bytes", "salt", "salts"]

SALT_BYTES: Final = 32
NONCE_BYTES: Final = 12


def random_bytes(size: int) -> bytes:
    """``size`` unpredictable bytes (getrandom(2) or the platform's equal)."""
    return os.urandom(size)


def salt() -> bytes:
    """A commitment's salt, 32 bytes."""
    return os.urandom(SALT_BYTES)


def salts(count: int) -> list[bytes]:
    """``count`` salts from one call to the system: for batches of many thousands."""
    pool = os.urandom(SALT_BYTES * count)
    return [pool[at : at + SALT_BYTES] for at in range(0, len(pool), SALT_BYTES)]


def nonce() -> bytes:
    """A cipher's nonce, 12 bytes."""
    return os.urandom(NONCE_BYTES)
