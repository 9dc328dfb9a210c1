"""For whom a copy was made that turned up somewhere: ``wusong data trace``.

Rows are read from CSV or xlsx, however they were sorted, cut or mixed, and the codes found in any cell are
compared with those of every file that this node handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wusong.data import host as hosts
from wusong.data.host import Host
from wusong.data.intake.open import table
from wusong.data.products import marks
from wusong.data.products.callrows import Delivery
from wusong.data.products.calls import book
from wusong.data.products.permits import USE
from wusong.errors import DataError

__all__ = ["Copy", "Traced", "trace"]

_MOST: Final = 10**30


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of which rows were found: so many, and that so many fit by chance happens once in ``one_in``
    times, at most 10**30. ``named``: the visible mark is in the file, too.
    """

    mark: str
    use: str
    user: str
    number: int
    time: int
    rows: int
    of_copy: int
    one_in: int
    named: bool

    @property
    def certain(self) -> bool:
        """Whether chance can be left out of account: less than once in a million times."""
        return self.rows > 0 and self.one_in >= 10**6


@dataclass(frozen=True, slots=True)
class Traced:
    """What a file tells: how many rows it has, and whose codes they bear, most rows first."""

    rows: int
    copies: tuple[Copy, ...]

    def to_json(self) -> dict[str, Any]:
        """As data."""
        names = ("mark", "use", "user", "number", "time", "rows", "of_copy", "one_in", "named", "certain")
        return {
            "rows": self.rows,
            "copies": [{name: getattr(copy, name) for name in names} for copy in self.copies],
        }


def trace(host: Host, content: bytes, operator: str = "") -> Traced:
    """Whose copy a file is; only files under data-uses of ``operator``, if one is given, are compared.

    Raises DataError ``trace-unreadable``.
    """
    rows, found, text = _read(content)
    suite, copies = host.ledger.suite, []
    for made in book(host).deliveries():
        use = hosts.leaf(host, made.use, USE)
        if operator and use.roles["operator"] != operator:
            continue
        own = found & set(marks.codes(suite, made.secret, made.rows))
        named = made.mark in text
        if own or named:
            copies.append(_copy(host, made, use.roles["user"], len(own), len(found), named=named))
    return Traced(rows, tuple(sorted(copies, key=lambda copy: (-copy.rows, copy.mark))))


def _copy(host: Host, made: Delivery, user: str, rows: int, seen: int, *, named: bool) -> Copy:
    single = max(marks.ONE_IN // max(made.rows * seen, 1), 1)
    return Copy(
        mark=made.mark,
        use=made.use,
        user=user,
        number=made.number,
        time=book(host).time_of(made.use, made.number, 0),
        rows=rows,
        of_copy=made.rows,
        one_in=min(single ** min(rows, 30), _MOST) if rows else 1,
        named=named,
    )


def _read(content: bytes) -> tuple[int, set[str], str]:
    """How many rows, what has the form of a code, and the text of the header."""
    count, found = 0, set[str]()
    try:
        opened = table(content, header=True)
        for block in opened.blocks():
            count += len(block)
            for row in block:
                found |= marks.among(row)
    except DataError as error:
        raise DataError("trace-unreadable", detail=error.explain("en").what) from None
    return count, found, " ".join(opened.columns)
