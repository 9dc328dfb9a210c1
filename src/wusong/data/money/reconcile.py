"""Holding a statement against the records it is made of, call by call; every difference has a name.

1. The ledger: each metering of the period stands in the statement once, with its count, numbers, price and
   amount; nothing else stands there.
2. The book of calls, where this node keeps it: each metered call is there once, as it was written, and the
   calls of a metering have the root that its deed names.
3. Calls of the period that no metering covers are told, so that nobody takes the statement for all that was
   called.
4. The sums and balances of the statement itself.
5. The other statements with effect between the two: none of them covers a metering of this one.

Nothing is repaired here. A node that does not keep the book says so (``book-absent``) instead of passing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from wusong.crypto import canonical
from wusong.crypto.commitments import Batch
from wusong.data.host import Host, leaf
from wusong.data.money.metered import Metering, meterings
from wusong.data.money.overlaps import stated
from wusong.data.money.periods import Period
from wusong.data.money.statement import of_meterings, period_of
from wusong.data.products import callbook
from wusong.data.products.callbook import Call
from wusong.data.products.calls import USE, book

__all__ = ["NAMES", "Difference", "Reconciled", "reconcile"]

NAMES: Final[dict[str, dict[str, str]]] = {
    "metering-missing": {"en": "metered on the ledger, not in the statement", "zh": "账本已计量，对账单未列"},
    "metering-unknown": {"en": "in the statement, not on the ledger", "zh": "对账单所列，账本无此计量"},
    "metering-doubled": {"en": "stands in the statement twice", "zh": "对账单重复列入"},
    "metering-stated-twice": {
        "en": "another statement between the two covers it too",
        "zh": "另一份有效对账单也列有此计量",
    },
    "wrong-count": {"en": "another number of calls than metered", "zh": "次数与计量不符"},
    "wrong-price": {"en": "another price than that of the data-use", "zh": "单价与使用授权不符"},
    "wrong-amount": {"en": "another amount than the metering charges", "zh": "金额与计量不符"},
    "wrong-record": {"en": "other particulars than the metering", "zh": "明细与计量不符"},
    "wrong-sum": {"en": "the sums do not add up", "zh": "合计有误"},
    "wrong-balance": {"en": "opening or closing balance is wrong", "zh": "期初或期末余额有误"},
    "wrong-party": {"en": "another party, currency or ledger", "zh": "当事方、币种或账本不符"},
    "call-missing": {"en": "metered, but not in the book", "zh": "已计量，记录簿无此调用"},
    "call-doubled": {"en": "metered twice", "zh": "重复计量"},
    "call-unmetered": {"en": "called in the period, not metered", "zh": "本期调用尚未计量"},
    "call-changed": {"en": "not as it was written", "zh": "调用记录被改动"},
    "root-differs": {
        "en": "the calls are not those that the deed names",
        "zh": "调用记录与计量指令所载树根不符",
    },
    "book-absent": {"en": "the book of calls is kept elsewhere", "zh": "调用记录簿不在本节点"},
}
"""What each difference means."""
INNOCENT: Final = frozenset({"call-unmetered"})
"""Differences that are no fault of the statement: what is not metered is charged later or never."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``number`` is a call's, -1 where it is about no single call."""

    name: str
    use: str = ""
    deed: str = ""
    number: int = -1
    detail: str = ""

    def __str__(self) -> str:
        """For a message."""
        parts = (self.name, self.use, self.deed, "" if self.number < 0 else str(self.number), self.detail)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was compared, and every difference."""

    meterings: int
    calls: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing is wrong with the statement."""
        return all(one.name in INNOCENT for one in self.differences)


def reconcile(host: Host, statement: dict[str, Any]) -> Reconciled:
    """Compare a statement with ledger and book. Raises DataError ``period-wrong``."""
    period = period_of(statement)
    true = meterings(host, period, operator=statement["operator"], user=statement["user"])
    found = [*_against_ledger(host, statement, period, true), *_sums(statement)]
    found += _twice(host, statement, period, true)
    if not (host.folder / callbook.FILE).exists():
        return Reconciled(len(true), 0, (*found, Difference("book-absent")))
    found += _against_book(host, period, true)
    return Reconciled(len(true), sum(one.count for one in true), tuple(found))


# -- against the ledger --------

_CHECKED: Final = (("count", "wrong-count"), ("price", "wrong-price"), ("amount", "wrong-amount"))


def _against_ledger(
    host: Host, statement: dict[str, Any], period: Period, true: list[Metering]
) -> Iterator[Difference]:
    if not true:
        yield from (Difference("metering-unknown", *key[:2]) for key in sorted(_lines(statement)[0]))
        return
    expected = of_meterings(host.ledger.genesis.ledger.hex(), period, true)
    for member in ("currency", "ledger", "operator", "user"):
        if statement[member] != expected[member]:
            yield Difference("wrong-party", detail=member)
    wanted, _ = _lines(expected)
    stated, often = _lines(statement)
    yield from (Difference("metering-missing", *key[:2]) for key in sorted(wanted.keys() - stated.keys()))
    yield from (Difference("metering-unknown", *key[:2]) for key in sorted(stated.keys() - wanted.keys()))
    yield from (Difference("metering-doubled", *key[:2]) for key, n in sorted(often.items()) if n > 1)
    for key in sorted(wanted.keys() & stated.keys()):
        yield from _compared(key, wanted[key], stated[key])
    balances = {one["use"]: one for one in expected["uses"]}
    for one in statement["uses"]:
        right = balances.get(one["use"])
        if right and any(one[member] != right[member] for member in ("approved", "opening", "closing")):
            yield Difference("wrong-balance", one["use"])


_Key = tuple[str, str, int]


def _lines(statement: dict[str, Any]) -> tuple[dict[_Key, dict[str, Any]], Counter[_Key]]:
    """The lines of a statement by data-use, deed and act, and how often each stands there."""
    pairs = [
        ((use["use"], one["deed"], one["act"]), one) for use in statement["uses"] for one in use["meterings"]
    ]
    return dict(pairs), Counter(key for key, _ in pairs)


def _compared(key: _Key, wanted: dict[str, Any], stated: dict[str, Any]) -> Iterator[Difference]:
    for member, name in _CHECKED:
        if wanted[member] != stated[member]:
            yield Difference(name, key[0], key[1], detail=f"{stated[member]} != {wanted[member]}")
    others = wanted.keys() - {member for member, _ in _CHECKED}
    if any(wanted[member] != stated[member] for member in others):
        yield Difference("wrong-record", key[0], key[1])


def _sums(statement: dict[str, Any]) -> Iterator[Difference]:
    for use in statement["uses"]:
        lines = use["meterings"]
        if any(one["count"] * one["price"] != one["amount"] for one in lines):
            yield Difference("wrong-sum", use["use"])
        if any(use[member] != sum(one[member] for one in lines) for member in ("count", "amount")):
            yield Difference("wrong-sum", use["use"])
        if use["opening"] - use["closing"] != use["count"]:
            yield Difference("wrong-balance", use["use"])
    if any(
        statement[member] != sum(use[member] for use in statement["uses"]) for member in ("count", "amount")
    ):
        yield Difference("wrong-sum")


# -- against the other statements --------


def _twice(
    host: Host, statement: dict[str, Any], period: Period, true: list[Metering]
) -> Iterator[Difference]:
    """Meterings that another statement covers too; of the same period, one is this statement itself."""
    others = stated(host, statement["operator"], statement["user"], period)
    itself = next((one for one in others if one.period == period), None)
    for other in (one for one in others if one is not itself):
        for one in true:
            if other.period.start <= one.time < other.period.end:
                yield Difference("metering-stated-twice", one.use, one.deed, detail=other.asset)


# -- against the book --------


def _against_book(host: Host, period: Period, true: list[Metering]) -> Iterator[Difference]:
    for use in sorted({one.use for one in true}):
        seen: set[int] = set()
        for one in (one for one in true if one.use == use):
            yield from _calls(host, one, seen)
        yield from _unmetered(host, period, use)


def _calls(host: Host, one: Metering, seen: set[int]) -> Iterator[Difference]:
    """The calls of one metering: there, once, unchanged, under the root."""
    numbers = range(one.after, one.after + one.count)
    yield from (Difference("call-doubled", one.use, one.deed, n) for n in numbers if n in seen)
    seen.update(numbers)
    kept = {call.number: call for call in book(host).calls(one.use, one.after, one.count)}
    missing = [n for n in numbers if n not in kept]
    yield from (Difference("call-missing", one.use, one.deed, n) for n in missing)
    changed = [n for n in numbers if n in kept and not _as_written(one.use, kept[n])]
    yield from (Difference("call-changed", one.use, one.deed, n) for n in changed)
    if not missing and _root(host, [kept[n] for n in numbers]) != one.root:
        yield Difference("root-differs", one.use, one.deed)


def _as_written(use: str, call: Call) -> bool:
    said = (call.record.get("use"), call.record.get("number"), call.record.get("time"))
    return said == (use, call.number, call.time)


def _root(host: Host, calls: list[Call]) -> str:
    suite = host.ledger.suite
    digests = suite.hash_each([canonical.encode(call.record) for call in calls])
    return Batch(suite, [call.salt for call in calls], digests).root.hex()


def _unmetered(host: Host, period: Period, use: str) -> Iterator[Difference]:
    """Calls of the period beyond what the ledger has metered of the data-use until now."""
    metered = leaf(host, use, USE).fields["metered"]
    for call in book(host).calls(use, metered):
        if period.start <= call.time < period.end:
            yield Difference("call-unmetered", use, "", call.number)
