"""The figures of a disclosure: calls, revenue and statements of account.

* Every metering of the year is counted once, in the row of its data-use and product.
* Of each statement is told whether it agrees with the meterings of its period, and of each user how much of
  the year's revenue stands in no statement yet: stated and open add up to the revenue.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from wusong.data.host import leaf, page
from wusong.data.money.metered import Metering
from wusong.data.money.standing import STATEMENT
from wusong.data.operation.gathering import Book
from wusong.data.products.calls import USE

__all__ = ["BENEFITS", "FREE", "of"]

FREE: Final = ("public-governance", "public-welfare")
BENEFITS: Final = ("industry", *FREE)
_VOID: Final = ("withdrawn", "unresolved")
"""States in which a statement has no effect."""


def of(book: Book) -> dict[str, Any]:
    """``uses`` and ``totals`` of a disclosure where the party operates or provides data, ``revenue`` and
    ``statements`` where it operates.
    """
    operates = any("operator" in book.parts(one) for one in book.operations)
    provides = any(done[0]["said"].get("provider") == book.party for done in book.operations.values())
    said: dict[str, Any] = {}
    if operates or provides:
        uses = _uses(book)
        said = {"totals": _totals(uses), "uses": uses}
    return said | ({"revenue": _revenue(book), "statements": _statements(book)} if operates else {})


def _uses(book: Book) -> list[dict[str, Any]]:
    """The calls metered in the year, by data-use and product."""
    by_use: dict[tuple[str, str], list[Metering]] = defaultdict(list)
    for one in book.this_year():
        by_use[one.use, one.product].append(one)
    return [_use(book, use, product, rows) for (use, product), rows in sorted(by_use.items())]


def _use(book: Book, use: str, product: str, rows: list[Metering]) -> dict[str, Any]:
    benefit = leaf(book.host, use, USE).fields["benefit"]
    calls = sum(one.count for one in rows)
    return {
        "amount": sum(one.fee for one in rows),
        "approved": rows[-1].approved,
        "benefit": benefit,
        "calls": calls,
        "free": calls if benefit in FREE else 0,
        "meterings": len(rows),
        "operation": rows[0].operation,
        "product": product,
        "use": use,
        "user": rows[0].user,
    }


def _totals(uses: list[dict[str, Any]]) -> dict[str, Any]:
    benefits = dict.fromkeys(BENEFITS, 0)
    for one in uses:
        benefits[one["benefit"]] += one["calls"]
    sums = {what: sum(one[what] for one in uses) for what in ("amount", "calls", "free")}
    return sums | {"benefits": benefits}


def _statements(book: Book) -> list[dict[str, Any]]:
    """Statements of account whose period touches the year, held against the meterings of their period; two
    with effect that cover a day both do not agree.
    """
    found = []
    live = [asset for asset in book.statements if _standing(book, asset) not in _VOID]
    for asset, done in book.statements.items():
        said, rows = done[-1]["said"], book.between(done[-1]["said"])
        calls, amount = sum(one.count for one in rows), sum(one.fee for one in rows)
        once = not any(book.share_a_day(asset, other) for other in live if asset in live)
        found.append(
            {
                "agrees": once and (calls, amount) == (said["calls"], said["amount"]),
                "amount": said["amount"],
                "asset": asset,
                "calls": said["calls"],
                "first": said["first"],
                "last": said["last"],
                "ledger_amount": amount,
                "ledger_calls": calls,
                "state": _standing(book, asset),
                "user": said["user"],
                "version": said["version"],
            }
        )
    return sorted(found, key=lambda one: (one["first"], one["user"], one["asset"]))


def _standing(book: Book, asset: str) -> str:
    """The state of a statement at the block: who says nothing in time has confirmed."""
    found = leaf(book.host, asset, STATEMENT)
    return page(book.host, found.contract).effective(found, book.time).state


def _revenue(book: Book) -> list[dict[str, Any]]:
    """What an operator's users owe for the year, and how much of it statements hold."""
    own = [one for one in book.this_year() if one.operator == book.party]
    stated = {
        (one.deed, one.act)
        for asset, done in book.statements.items()
        if _standing(book, asset) not in _VOID
        for one in book.between(done[-1]["said"])
    }
    found = []
    for user in sorted({one.user for one in own}):
        rows = [one for one in own if one.user == user]
        amount = sum(one.fee for one in rows)
        held = sum(one.fee for one in rows if (one.deed, one.act) in stated)
        calls = sum(one.count for one in rows)
        found.append({"amount": amount, "calls": calls, "open": amount - held, "stated": held, "user": user})
    return found
