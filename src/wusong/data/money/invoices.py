"""Invoice numbers (数电票) bound to claims: one invoice one claim, one claim one live invoice.

* The ledger keeps both, whoever signs and however it is handed in. ``usage-statement`` has one live invoice;
  its number is entered in the same deed in the register of ``invoice-number``, where each stands once and for
  ever, red-letter numbers too.
* The register is a list in order: a number is entered between its neighbours. Here the record before it is
  looked up; when somebody else was quicker, again.
* A ledger has one register. Opening one is for the registrar alone, and public; the one opened first counts.
* A number has 20 digits: year (2), region (2), channel (1), sequence (15). Whether the tax authority issued
  it is not asked here; that it consists of digits is asked here, not by the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from wusong.data.host import Done, Host, Intent
from wusong.data.money import standing
from wusong.data.money.archive import found
from wusong.data.money.projection import numbers
from wusong.errors import DataError, DeedError

__all__ = ["NUMBER", "Entry", "bind", "checked", "claim_of", "entries", "open_register", "red_letter"]

NUMBER: Final = "invoice-number@1"
_NUMBER: Final = re.compile(r"[1-9]\d{19}", re.ASCII)
_OVERTAKEN: Final = frozenset({"not-entered-yet", "nothing-between"})
_TRIES: Final = 8


def checked(number: str) -> str:
    """The number without blanks. Raises DataError ``invoice-number``."""
    tidy = re.sub(r"\s", "", number)
    if not _NUMBER.fullmatch(tidy):
        raise DataError("invoice-number", number=number[:40])
    return tidy


def open_register(host: Host, registrar: str) -> Done | None:
    """Open the ledger's register; None where it has one. Raises DeedError."""
    if found(host, sa.select(numbers.c.asset).limit(1)):
        return None
    return host.act([Intent(NUMBER, "open", {}, {"registrar": registrar})])


def bind(host: Host, operator: str, asset: str, number: str) -> Done:
    """Bind an invoice over the whole amount to a confirmed statement.

    Raises DataError ``no-such-asset``, ``invoice-number``, ``invoice-bound-elsewhere``,
    ``invoice-bound-already``, ``invoice-reversed``, ``invoice-register-missing``; DeedError.
    """
    amount = standing.now(host, asset, standing.STATEMENT).fields["amount"]
    tidy = checked(number)
    return _enter(host, operator, asset, tidy, "bind-invoice", {"invoice": tidy, "invoiced": amount})


def red_letter(host: Host, operator: str, asset: str, number: str) -> Done:
    """Release a statement from its invoice by a red-letter one. Raises as ``bind``."""
    standing.now(host, asset, standing.STATEMENT)
    tidy = checked(number)
    return _enter(host, operator, asset, tidy, "red-letter", {"red": tidy})


def claim_of(host: Host, number: str) -> str:
    """The claim that a number was entered for, empty when it was not. Raises DataError
    ``invoice-register-missing``.
    """
    before = _before(host, number)
    return str(before.claim) if before.number == number else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A number as a register has it: for which claim, by whom, when (ms); ``counts``: in the ledger's own
    register, the one opened first; ``live``: the statement holds it now, so it was not reversed and is no
    red-letter number.
    """

    claim: str
    issuer: str
    time: int
    counts: bool
    live: bool


def entries(host: Host, number: str) -> list[Entry]:
    """Where a number stands: nowhere, or once; more often only where a registrar opened a second register.

    Raises DataError ``invoice-number``, ``invoice-register-missing``.
    """
    tidy = checked(number)
    first = _before(host, tidy).root
    rows = found(host, sa.select(numbers).where(numbers.c.number == tidy))
    said = [
        Entry(row.claim, row.issuer, row.time, row.root == first, _live(host, row.claim, tidy))
        for row in rows
    ]
    return sorted(said, key=lambda one: (not one.counts, one.time, one.claim))


def _live(host: Host, claim: str, number: str) -> bool:
    try:
        return bool(standing.now(host, claim, standing.STATEMENT).fields.get("invoice") == number)
    except DataError:  # entered for a record of another kind
        return False


def _enter(host: Host, operator: str, asset: str, number: str, action: str, args: dict[str, Any]) -> Done:
    """The act on the statement and the number's entry, in one deed."""
    statement = Intent(standing.STATEMENT, action, args, {"operator": operator}, asset, with_={"number": 1})
    tries = 0
    while True:
        before = _before(host, number)
        if before.number == number:
            raise _refusal(host, asset, number, before.claim)
        entered = {"before": before.asset, "claim": asset, "number": number}
        entry = Intent(NUMBER, "enter", entered, {"issuer": operator}, with_={"linked": 2})
        link = Intent(NUMBER, "link", {"entry": "#1.0"}, {"anyone": operator}, before.asset)
        try:
            return host.act([statement, entry, link])
        except DeedError as error:
            tries += 1
            if tries == _TRIES or error.data.get("clause") not in _OVERTAKEN:
                raise


def _refusal(host: Host, asset: str, number: str, claim: str) -> DataError:
    """Why a number of the register is not entered for a statement."""
    if claim != asset:
        return DataError("invoice-bound-elsewhere", number=number, asset=claim)
    fields = standing.now(host, asset, standing.STATEMENT).fields
    if fields.get("invoice") == number:
        return DataError("invoice-bound-already", number=number)
    return DataError("invoice-reversed", number=number, red=fields.get("red", number))


def _before(host: Host, number: str) -> sa.Row[Any]:
    """The record of the ledger's register with the greatest number up to this one."""
    opened = sa.select(numbers.c.asset).where(numbers.c.registrar.is_not(None))
    first = opened.order_by(numbers.c.time, numbers.c.asset).limit(1).scalar_subquery()
    place = (numbers.c.root == first) & (numbers.c.number <= number)
    rows = found(host, sa.select(numbers).where(place).order_by(numbers.c.number.desc()).limit(1))
    if not rows:
        raise DataError("invoice-register-missing")
    return rows[0]
