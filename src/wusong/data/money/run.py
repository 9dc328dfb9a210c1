"""A period from statements to settlement file: each call of ``run`` goes as far as it can.

    statements issued -> confirmed (by users, or by silence) -> split on the ledger -> confirmed (by members,
    or by silence) -> settlement file

* Every step is written down before it is done, and done once (``book``, ``issuing``, ``splitting``): whoever
  runs a period again, after a kill or out of habit, gets the same statements, split and file.
* What must be waited for is said, not worked around.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wusong.data import contents
from wusong.data.host import Host
from wusong.data.money import accounts, issuing, settlement, splitting, standing
from wusong.data.money import book as books
from wusong.data.money.archive import carried
from wusong.data.money.book import Row
from wusong.data.money.periods import Period
from wusong.data.money.splitting import Rows
from wusong.errors import DataError

__all__ = ["Progress", "files", "run", "settle", "settlement_of"]

_WAITING = frozenset({"statement-open", "split-open", "split-busy"})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a period is. ``waiting`` is the code of what it waits for, empty when it is done."""

    statements: tuple[Row, ...]
    split: Row | None = None
    settlement: Row | None = None
    waiting: str = ""


def run(host: Host, operator: str, share: str, period: Period, rows: Rows | None = None) -> Progress:
    """Go on with a period as far as possible. Raises what is wrong, never for what must be waited for."""
    stated = tuple(issuing.issue_all(host, operator, period))
    divided: Row | None = None
    try:
        divided = splitting.split(host, operator, share, period, rows)
        return Progress(stated, divided, settle(host, operator, share, period))
    except DataError as error:
        if error.code not in _WAITING:
            raise
        return Progress(stated, divided, waiting=error.code)


def settle(host: Host, operator: str, share: str, period: Period) -> Row:
    """The settlement of a period's distribution, made once. Raises DataError ``split-open``,
    ``settlement-nothing``.
    """
    book = books.book(host)
    place = {"kind": books.SETTLEMENT, "party": operator, "other": share}
    known = book.rows(**place, first=period.first, last=period.last)
    if known:
        return known[-1]
    round_, parts = _confirmed(host, operator, share, period)
    made = host.ledger.now()
    due = settlement.settlement(share, round_, operator, parts, made, str(period))
    content = contents.put_json(host.vault, due).commitment
    amount = due["control_sum"]
    row = Row(
        **place, first=period.first, last=period.last, version=1, content=content, amount=amount, made=made
    )
    return book.form(row)


def _confirmed(host: Host, operator: str, share: str, period: Period) -> tuple[int, list[tuple[str, int]]]:
    """Round and parts of a period's distribution once nobody can dispute it any more."""
    divided = books.book(host).rows(
        kind=books.SPLIT, party=operator, other=share, first=period.first, last=period.last
    )
    found = carried(host, "ground", divided[-1].content) if divided else None
    if found is None:
        raise DataError("split-open")
    agreed, then = standing.now(host, share, standing.SHARE), found[2]
    if (
        agreed.state not in ("in-force", "changing", "ended")
        or agreed.fields["round"] != then.fields["round"]
    ):
        raise DataError("split-open")
    if "allotment" not in agreed.fields:
        raise DataError("split-open")
    return agreed.fields["round"], list(
        zip(agreed.fields["parties"], agreed.fields["allotment"], strict=True)
    )


def settlement_of(host: Host, operator: str, share: str, period: Period) -> dict[str, Any]:
    """The settlement that was made. Raises DataError ``split-open``."""
    known = books.book(host).rows(
        kind=books.SETTLEMENT, party=operator, other=share, first=period.first, last=period.last
    )
    if not known:
        raise DataError("split-open")
    due: dict[str, Any] = contents.read_json(host.vault, known[-1].content)
    return due


def files(host: Host, due: dict[str, Any]) -> dict[str, bytes]:
    """The files of a settlement by name. Raises DataError ``account-missing``."""
    parties = [due["payer"], *(one["party"] for one in due["payments"])]
    known = {party: accounts.paying(host, due["payer"], party) for party in parties}
    name = due["message"]
    return {f"{name}.xml": settlement.pain(due, known), f"{name}.csv": settlement.batch(due, known)}
