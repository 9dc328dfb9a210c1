"""Dividing a period's confirmed revenue among the parties of an agreement (revenue-share).

1. Every statement that the operator issued for the period is confirmed, or ended without effect; the amount
   is the sum of the confirmed ones.
2. By shares, or by contribution where the agreement names a measure: coverage (``coverage``), valued by
   Shapley (``shapley``). Where all contributions are zero, the shares stand in, and the ground says so.
3. The ground (``wusong-split/1``: statements, amounts, method, values, weights) goes into the vault, its
   commitment onto the ledger with the allotment, which the page computes again itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from wusong.contract.leaf import Leaf
from wusong.data import contents
from wusong.data.host import Host, Intent
from wusong.data.money import book as books
from wusong.data.money import coverage, overlaps, shapley, standing
from wusong.data.money.archive import carried
from wusong.data.money.book import Book, Done, Row
from wusong.data.money.periods import Period
from wusong.data.money.split import apportion
from wusong.errors import DataError, DeedError

__all__ = ["FORMAT", "Rows", "contribution", "split"]

FORMAT: Final = "wusong-split/1"
_CONFIRMED: Final = frozenset({"confirmed", "paid", "closed"})
_OPEN: Final = frozenset({"issued", "disputed"})
ORDERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Rows:
    """The input of coverage: the file of rows by call and provider, and the product's least group."""

    text: str
    least: int


def contribution(parties: Sequence[str], rows: Rows, seed: str = "") -> dict[str, Any]:
    """What each party contributed by coverage: ``method``, exact ``values`` as texts, ``weights``, and for
    more than 12 parties seed, orders, bound and errors. Raises DataError ``contribution-...``.
    """
    calls = coverage.read(rows.text, parties)
    said: dict[str, Any] = {"least": rows.least, "measure": "coverage", "parties": list(parties)}
    if len(parties) <= shapley.MOST:
        values = shapley.exact(len(parties), coverage.table(len(parties), calls, rows.least))
        said |= {"method": "exact"}
    else:
        game = coverage.Game(calls, rows.least)
        found = shapley.sampled(len(parties), game, seed=seed, orders=ORDERS)
        values = list(found.values)
        said |= {
            "confidence": str(found.confidence),
            "method": "sampled",
            "orders": found.orders,
            "seed": seed,
        }
        said |= {"bound": f"{found.bound:.6f}", "errors": [f"{one:.6f}" for one in found.errors]}
    weights = shapley.weights(values) if any(values) else []
    return said | {"values": [str(one) for one in values], "weights": weights}


def split(host: Host, operator: str, share: str, period: Period, rows: Rows | None = None) -> Row:
    """The distribution of a period, on the ledger; done once.

    Raises DataError ``statement-open``, ``statement-empty``, ``settlement-nothing``, ``split-busy``,
    ``period-overlaps``, ``contribution-...``; DeedError.
    """
    book = books.book(host)
    place = {"kind": books.SPLIT, "party": operator, "other": share}
    known = book.rows(**place, first=period.first, last=period.last)
    if known:
        return known[-1] if known[-1].deed else _hand_in(host, book, known[-1])
    for one in book.rows(**place):
        if overlaps.touch(held := Period(one.first, one.last), period):
            raise overlaps.refusal(period, held, share)
    ground = _ground(host, operator, share, period, rows)
    content = contents.put_json(host.vault, ground).commitment
    row = Row(
        **place,
        first=period.first,
        last=period.last,
        version=1,
        content=content,
        amount=ground["amount"],
        made=host.ledger.now(),
    )
    return _hand_in(host, book, book.form(row))


def _ground(host: Host, operator: str, share: str, period: Period, rows: Rows | None) -> dict[str, Any]:
    agreed = standing.now(host, share, standing.SHARE)
    if agreed.state != "in-force":
        raise DataError("split-busy", state=agreed.state)
    stated = _confirmed(host, operator, period)
    amount = sum(one["amount"] for one in stated)
    if amount == 0:  # nothing was used, or it was free
        raise DataError("settlement-nothing" if stated else "statement-empty")
    said = {"amount": amount, "format": FORMAT, "period": str(period), "share": share, "statements": stated}
    by = _by_contribution(agreed, rows) if "measure" in agreed.fields else _by_shares(agreed)
    return said | by | {"allotment": apportion(amount, by["weights"])}


def _by_shares(agreed: Leaf) -> dict[str, Any]:
    return {"method": "shares", "parties": agreed.fields["parties"], "weights": agreed.fields["shares"]}


def _by_contribution(agreed: Leaf, rows: Rows | None) -> dict[str, Any]:
    if rows is None:
        raise DataError("contribution-file", line=0, detail=",".join(coverage.HEADER))
    said = contribution(agreed.fields["parties"], rows)
    if not said["weights"]:
        said |= {"weights": agreed.fields["shares"], "fallback": "shares"}
    return said


def _confirmed(host: Host, operator: str, period: Period) -> list[dict[str, Any]]:
    """The confirmed statements of a period: asset, contents, amount."""
    rows = books.book(host).rows(kind=books.STATEMENT, party=operator, first=period.first, last=period.last)
    assets = dict.fromkeys(row.asset for row in rows if row.asset)
    leaves = {asset: standing.now(host, asset, standing.STATEMENT) for asset in assets}
    waiting = [leaf for leaf in leaves.values() if leaf.state in _OPEN]
    unsent = [row for row in rows if not row.deed]
    if waiting or unsent:
        raise DataError("statement-open", count=len(waiting) + len(unsent))
    for asset, leaf in leaves.items():
        if leaf.state in _CONFIRMED:
            overlaps.demand_free(host, operator, leaf.roles["user"], period, besides=asset)
    return [
        {"amount": leaf.fields["amount"], "asset": asset, "statement": leaf.fields["statement"]}
        for asset, leaf in leaves.items()
        if leaf.state in _CONFIRMED
    ]


def _hand_in(host: Host, book: Book, row: Row) -> Row:
    found = carried(host, "ground", row.content)
    done = Done(*found[:2]) if found else _act(host, book, row)
    book.settle(row, done)
    return replace(row, deed=done.deed, asset=done.asset)


def _act(host: Host, book: Book, row: Row) -> Done:
    ground = contents.read_json(host.vault, row.content)
    args = {"amount": row.amount, "ground": row.content}
    action = "allot"
    if ground["method"] != "shares":
        action, args = "allot-by-contribution", args | {"weights": ground["weights"]}
    try:
        done = host.act([Intent(standing.SHARE, action, args, {"member": row.party}, row.other)])
    except DeedError:
        book.forget(row)
        raise
    return Done(done.deed, row.other)
