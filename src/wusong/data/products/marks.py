"""Marks of files: each copy says for whom it was made, openly, and each of its rows does, too.

* The last column, whose title says that the copy is the receiver's alone, holds in every row a code of ten
  letters and digits (``批次号``). No value of the data is touched, and nothing is hidden: a reader sees that
  there is a code, and knows no other copy's.
* A code is the first 50 bits of a MAC over the row's running number, under a secret of the copy. It survives
  sorting, removed rows, removed or changed columns, another format, and rows mixed from several copies: one
  row suffices to name the copy.
* What it does not survive: taking the column away. Whoever does that leaves a copy that its own receivers
  were told to be incomplete; it names nobody.
* Who has another's copy could put its codes into an own one. So a trace names the copy that the codes were
  made for, not who let it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from wusong.crypto.random import random_bytes
from wusong.crypto.suites import Suite

__all__ = ["CODE", "FIELD", "code", "codes", "new_mark", "title"]

FIELD: Final = "批次号"
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 10
CODE: Final = re.compile(rf"[{_LETTERS}]{{{_LENGTH}}}")
ONE_IN: Final = len(_LETTERS) ** _LENGTH
"""How many codes there are: a row bears a given copy's code by chance once in so many."""


def new_mark() -> tuple[str, bytes]:
    """A copy's mark, which may be shown, and its secret."""
    return "W" + _letters(random_bytes(8), 12), random_bytes(32)


def code(suite: Suite, secret: bytes, row: int) -> str:
    """The code of a row of a copy, counted from 0."""
    return _letters(suite.mac(secret, b"wusong:file-row\n" + row.to_bytes(8, "big")), _LENGTH)


def codes(suite: Suite, secret: bytes, rows: int) -> Iterator[str]:
    """The codes of all rows of a copy."""
    return (code(suite, secret, row) for row in range(rows))


def title(receiver: str, mark: str) -> str:
    """The title of the last column."""
    return f"{FIELD}（本副本仅供{receiver}使用，标识 {mark}）"


def among(cells: Iterable[str]) -> set[str]:
    """What of these cells has the form of a code."""
    return {found for cell in cells if CODE.fullmatch(found := cell.strip().upper())}


def _letters(data: bytes, length: int) -> str:
    number = int.from_bytes(data, "big") >> (8 * len(data) - 5 * length)
    return "".join(_LETTERS[(number >> (5 * place)) & 31] for place in reversed(range(length)))
