"""Whether each line of a large CSV is a row, and whether it is ASCII throughout, from one quick look at its
bytes.

* The engine skips blank lines without a word; a file has none when it has as many line ends as rows.
* Where that does not tell (line ends within cells or of several kinds) the file is looked through for blank
  lines themselves, which takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Lines"]

_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Lines:
    """What there is of line ends: line feeds, carriage returns, and pairs of both; whether the last line has
    one.
    """

    path: Path
    ascii: bool
    feeds: int
    returns: int
    pairs: int
    ended: bool

    @classmethod
    def of(cls, path: Path) -> Lines:
        """Count them. Raises OSError."""
        feeds = returns = pairs = 0
        plain, last = True, b""
        for block in _blocks(path):
            plain = plain and block.isascii()
            feeds += block.count(b"\n")
            if found := block.count(b"\r") if b"\r" in block else 0:
                returns += found
                pairs += block.count(b"\r\n")
            if last == b"\r":
                pairs += block.startswith(b"\n")
            last = block[-1:]
        return cls(path, plain, feeds, returns, pairs, last == b"\n")

    def are_rows(self, number: int, columns: int) -> bool:
        """Whether the file is these rows, the header among them, and no blank line beside them."""
        alike = self.returns == 0 or self.returns == self.feeds == self.pairs
        # a blank line of a single column could be taken for a row
        if columns > 1 and alike and self.feeds + (not self.ended) == number:
            return True
        return not self._has_blank()

    def _has_blank(self) -> bool:
        last = b""
        for block in _blocks(self.path):
            text = last + block
            if b"\n\n" in text or (self.returns and (b"\n\r\n" in text or b"\r\r" in text)):
                return True
            last = text[-2:]
        return False


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_PIECE):
            yield block
