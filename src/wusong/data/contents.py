"""Contents behind commitments: the ledger holds the commitment, the vault the bytes.

The vault files contents by digest; what the ledger shows is the commitment. This module finds one by the
other, by looking through the vault once and remembering what it saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from threading import Lock
from typing import Any, BinaryIO, Final

from wusong.crypto import canonical
from wusong.errors import DataError
from wusong.vault import ContentRef, Vault

__all__ = ["find", "opening", "put", "put_json", "read", "read_json"]

_seen: Final[dict[str, str]] = {}
_lock: Final = Lock()


def put(vault: Vault, content: bytes | BinaryIO | Iterable[bytes]) -> ContentRef:
    """Store a content; its ``commitment`` goes on the ledger."""
    ref = vault.put(BytesIO(content) if isinstance(content, bytes) else content)
    _seen[ref.commitment] = ref.digest
    return ref


def put_json(vault: Vault, value: Any) -> ContentRef:  # noqa: ANN401 - any canonical JSON value
    """Store a value as canonical JSON."""
    return put(vault, canonical.encode(value))


def find(vault: Vault, commitment: str) -> ContentRef:
    """The content that a commitment stands for. Raises DataError ``content-not-here``."""
    known = _seen.get(commitment)
    if known is not None and vault.holds(known):
        ref = vault.stat(known)
        if ref.commitment == commitment:
            return ref
    with _lock:
        for ref in vault.list():
            _seen[ref.commitment] = ref.digest
            if ref.commitment == commitment:
                return ref
    raise DataError("content-not-here", commitment=commitment)


def read(vault: Vault, commitment: str) -> bytes:
    """The bytes of a small content. Raises DataError ``content-not-here``, VaultError."""
    return vault.read(find(vault, commitment).digest)


def read_json(vault: Vault, commitment: str) -> Any:  # noqa: ANN401 - any canonical JSON value
    """A content that is canonical JSON."""
    return canonical.decode(read(vault, commitment))


def opening(vault: Vault, commitment: str, arg: str, act: int = 0, name: str = "") -> dict[str, Any]:
    """The opening of argument ``arg`` of an act, for a bundle (docs/formats.md section 9)."""
    ref = find(vault, commitment)
    shown: dict[str, Any] = {"act": act, "arg": arg, "content": ref.digest, "salt": ref.salt}
    return shown | ({"name": name} if name else {})
