"""For whom a copy was made that turned up somewhere: ``wusong data trace``.

* Rows are read from CSV or xlsx, however they were cut or mixed. The codes found in any cell are compared
  with those of every file that this node handed over (``marks``).
* The rows are looked up among those that each file was made of, had again from the vault, and their order is
  compared with each file's (``order``). A file is named for its order where chance is less than one in a
  million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from wusong.data import contents
from wusong.data import host as hosts
from wusong.data.host import Host
from wusong.data.intake.open import table
from wusong.data.products import asking, marks, order
from wusong.data.products.callrows import Delivery
from wusong.data.products.calls import book
from wusong.data.products.order import Agreement, Pair
from wusong.data.products.permits import USE
from wusong.data.products.recognising import places
from wusong.data.sharing import copies as shared
from wusong.data.sharing.service import SHARING
from wusong.errors import DataError, WusongError

__all__ = ["Copy", "Traced", "trace"]

_MOST: Final = 10**30
_SURE: Final = 10**6


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy whose marks were found. ``rows`` bear its codes, which happens by chance once in ``one_in``
    times; ``agreeing`` of ``pairs`` pairs of rows stand in its order, which happens at most once in
    ``order_one_in`` times, both up to 10**30. ``named``: the visible mark is in the file, too. ``shared``: it
    was delivered to another department, and ``use`` is the request for sharing.
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
    pairs: int = 0
    agreeing: int = 0
    order_one_in: int = 1
    shared: bool = False

    @property
    def certain(self) -> bool:
        """Whether chance can be left out of account: less than once in a million times."""
        return (self.rows > 0 and self.one_in >= _SURE) or self.order_one_in >= _SURE


_TOLD: Final = (
    "mark", "use", "user", "number", "time", "rows", "of_copy", "one_in", "named", "pairs", "agreeing",
    "order_one_in", "shared", "certain",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traced:
    """What a file tells: how many rows it has, whose marks it bears, most rows first; and of how many files
    the order could not be compared, because it carries no mark or what they were made of is not here.
    """

    rows: int
    copies: tuple[Copy, ...]
    not_compared: int = 0

    def to_json(self) -> dict[str, Any]:
        """As data."""
        copies = [{name: getattr(copy, name) for name in _TOLD} for copy in self.copies]
        return {"rows": self.rows, "copies": copies, "not_compared": self.not_compared}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was read."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    codes: set[str]


def trace(host: Host, content: bytes, operator: str = "") -> Traced:
    """Whose copy a file is; only files under data-uses of ``operator``, and those that it delivered to other
    departments, if one is given, are compared.

    Raises DataError ``trace-unreadable``.
    """
    seen, suite, copies = _read(content), host.ledger.suite, []
    handed = [made for made in book(host).deliveries() if operator in ("", _roles(host, made)["operator"])]
    orders, missed = _orders(host, handed, seen)
    for made in handed:
        own = seen.codes & set(marks.codes(suite, made.secret, made.rows))
        named = any(made.mark in column for column in seen.columns)
        agreed = orders.get(made.mark, Agreement())
        if own or named or agreed.one_in(len(orders)) >= _SURE:
            copies.append(_copy(host, made, len(own), seen, agreed, len(orders), named=named))
    copies += _shared(host, seen, operator)
    best = sorted(copies, key=lambda copy: (-copy.rows, -copy.order_one_in, copy.mark))
    return Traced(len(seen.rows), tuple(best), missed)


def _roles(host: Host, made: Delivery) -> dict[str, str]:
    return hosts.leaf(host, made.use, USE).roles


def _copy(
    host: Host, made: Delivery, rows: int, seen: _Seen, agreed: Agreement, compared: int, *, named: bool
) -> Copy:
    return Copy(
        mark=made.mark,
        use=made.use,
        user=_roles(host, made)["user"],
        number=made.number,
        time=book(host).time_of(made.use, made.number, 0),
        rows=rows,
        of_copy=made.rows,
        one_in=_by_chance(rows, made.rows, seen),
        named=named,
        pairs=agreed.pairs,
        agreeing=agreed.agreeing,
        order_one_in=agreed.one_in(compared),
    )


def _shared(host: Host, seen: _Seen, provider: str) -> list[Copy]:
    """The copies delivered to other departments whose marks the file bears; their rows keep their order."""
    found = []
    for made in shared.handed(host):
        own = seen.codes & set(marks.codes(host.ledger.suite, made.secret, made.rows))
        named = any(made.mark in column for column in seen.columns)
        if not (own or named):
            continue
        if provider in ("", hosts.leaf(host, made.sharing, SHARING).roles["provider"]):
            chance = _by_chance(len(own), made.rows, seen)
            copy = Copy(
                made.mark, made.sharing, made.receiver, 0, made.time, len(own), made.rows, chance, named
            )
            found.append(replace(copy, shared=True))
    return found


def _by_chance(rows: int, of_copy: int, seen: _Seen) -> int:
    """Once in how many times so many rows would bear a copy's codes by chance."""
    single = max(marks.ONE_IN // max(of_copy * len(seen.codes), 1), 1)
    return min(single ** min(rows, 30), _MOST) if rows else 1


def _orders(host: Host, handed: Sequence[Delivery], seen: _Seen) -> tuple[dict[str, Agreement], int]:
    """How far the order of a file is that of each copy, by mark; and of how many it could not be said."""
    alike: dict[str, list[Delivery]] = defaultdict(list)
    for made in handed:
        alike[made.source].append(made)
    found: dict[str, Agreement] = {}
    missed = len(alike.pop("", ()))
    for group in _same(host, alike):
        pairs = _pairs(host, group[0].source, seen)
        if pairs is None:
            missed += len(group)
            continue
        found |= {one.mark: order.agreement(host.ledger.suite, one.secret, pairs) for one in group if pairs}
    return found, missed


def _same(host: Host, alike: dict[str, list[Delivery]]) -> list[list[Delivery]]:
    """The copies that were made of the same rows, together."""
    found: dict[bytes, list[Delivery]] = defaultdict(list)
    for source, group in alike.items():
        try:
            found[contents.read(host.vault, source)] += group
        except WusongError:  # not here, or erased
            found[source.encode()] += group
    return list(found.values())


def _pairs(host: Host, source: str, seen: _Seen) -> list[Pair] | None:
    """Which rows of one block the file has in which order; None when what they came from is not here."""
    try:
        made = contents.read_json(host.vault, source)
        checked, room = asking.again(host, made["question"], made["table"], made["profile"])
        rows = [row for block in room.rows(checked, made["parameters"]) for row in block]
    except WusongError:  # not here, or erased
        return None
    return order.pairs(places(checked.columns, rows, seen.columns, seen.rows))


def _read(content: bytes) -> _Seen:
    """The rows, what of them has the form of a code, and the header."""
    rows: list[tuple[str, ...]] = []
    codes = set[str]()
    try:
        opened = table(content, header=True)
        for block in opened.blocks():
            rows += map(tuple, block)
            for row in block:
                codes |= marks.among(row)
    except DataError as error:
        raise DataError("trace-unreadable", detail=error.explain("en").what) from None
    return _Seen(tuple(opened.columns), rows, codes)
