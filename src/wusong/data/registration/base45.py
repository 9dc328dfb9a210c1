"""Base45 (RFC 9285): bytes as the 45 characters that a QR code packs two to eleven bits.

>>> encode(b"Hello!!"), decode("%69 VD92EX0")
('%69 VD92EX0', b'Hello!!')
"""

from __future__ import annotations

from typing import Final

__all__ = ["decode", "encode"]

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes as three characters, a last single one as two."""
    made = []
    for at in range(0, len(data) - 1, 2):
        rest, low = divmod(data[at] << 8 | data[at + 1], 45)
        high, middle = divmod(rest, 45)
        made.append(ALPHABET[low] + ALPHABET[middle] + ALPHABET[high])
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        made.append(ALPHABET[low] + ALPHABET[high])
    return "".join(made)


def decode(text: str) -> bytes:
    """The bytes again. Raises ValueError for what no encoder writes."""
    if len(text) % 3 == 1 or not all(character in _VALUE for character in text):
        raise ValueError("not base45")
    values = [_VALUE[character] for character in text]
    made = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        width = len(group) - 1
        if number >> 8 * width:
            raise ValueError("not base45")
        made += number.to_bytes(width, "big")
    return bytes(made)
