"""How bytes are written in the ledger's JSON: hex for digests, base64url for signatures and payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wusong.crypto.algorithm import b64u as b64
from wusong.crypto.algorithm import unb64u
from wusong.crypto.canonical import MAX_INT
from wusong.errors import CryptoError, DeedError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["b64", "depth", "is_hex", "is_plain", "unb64"]


def is_hex(text: str, size: int) -> bool:
    """Whether ``text`` is the lower-case hexadecimal form of ``size`` bytes."""
    if len(text) != 2 * size:
        return False
    try:
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False


def unb64(text: str) -> bytes:
    """Read base64url without padding; refuse any text that ``b64`` would not have written.

    Raises:
        DeedError: ``not-canonical``.
    """
    try:
        return unb64u(text)
    except CryptoError:
        raise DeedError("not-canonical", reason="base64url") from None


def depth(value: Any) -> int:  # noqa: ANN401 - any JSON value
    """How deep a JSON value nests; a scalar is 0."""
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def is_plain(value: Any, levels: int) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a JSON value has only what canonical JSON admits (strings apart), ``levels`` deep at most."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-MAX_INT <= value <= MAX_INT)
    if kind is dict:
        return levels > 0 and all(map(str.isascii, value)) and _all_plain(value.values(), levels - 1)
    return kind is list and levels > 0 and _all_plain(value, levels - 1)


def _all_plain(values: Iterable[Any], levels: int) -> bool:
    return all(type(value) is str or is_plain(value, levels) for value in values)
