"""How bytes are written in the ledger's JSON: hex for digests, base64url for signatures and payloads."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from wusong.errors import DeedError


def is_hex(text: str, size: int) -> bool:
    """Whether ``text`` is the lower-case hexadecimal form of ``size`` bytes."""
    if len(text) != 2 * size:
        return False
    try:
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False


def b64(data: bytes) -> str:
    """base64url without padding (RFC 4648 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Read base64url without padding; refuse any text that ``b64`` would not have written.

    Raises:
        DeedError: ``not-canonical``.
    """
    try:
        data = binascii.a2b_base64(text.translate(_FROM_URL) + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise DeedError("not-canonical", reason="base64url") from None
    if b64(data) != text:
        raise DeedError("not-canonical", reason="base64url")
    return data


def depth(value: Any) -> int:  # noqa: ANN401 - any JSON value
    """How deep a JSON value nests; a scalar is 0."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


_FROM_URL: Final = str.maketrans("-_+/", "+/__")
