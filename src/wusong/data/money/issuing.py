"""Issuing statements: made, held against the records, written down, then on the ledger; each once.

1. A statement that does not agree with ledger and book is not issued (``statement-differs``).
2. Its contents go into the vault and its step into ``money.db`` before the deed. After a kill the archive is
   asked whether the deed was accepted; it is never handed in a second time.
3. A corrected version names the one before; both contents stay.
4. A period that shares a day with another statement between the same two is refused (``period-overlaps``): a
   call is charged once. One at a time is looked at and issued.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import Any, Final

from wusong.crypto import canonical
from wusong.data import contents
from wusong.data.brought import brought
from wusong.data.host import Host, Intent
from wusong.data.money import book as books
from wusong.data.money import overlaps, standing, statement
from wusong.data.money.archive import carried
from wusong.data.money.book import Book, Done, Row
from wusong.data.money.metered import meterings
from wusong.data.money.periods import Period
from wusong.data.money.reading import readable
from wusong.data.money.reconcile import INNOCENT, reconcile
from wusong.errors import CryptoError, DataError, DeedError

__all__ = ["content_of", "correct", "issue", "issue_all"]

_one_at_a_time: Final = Lock()


def issue_all(host: Host, operator: str, period: Period) -> list[Row]:
    """A statement for every user of the period; those that stand already are given as they are."""
    users = sorted({one.user for one in meterings(host, period, operator=operator)})
    for user in users:
        if not _known(books.book(host), operator, user, period):
            overlaps.demand_free(host, operator, user, period)
    return [issue(host, operator, user, period) for user in users]


def issue(host: Host, operator: str, user: str, period: Period) -> Row:
    """The statement to a user for a period, on the ledger.

    Raises DataError ``period-not-over``, ``statement-empty``, ``statement-differs``, ``period-overlaps``;
    DeedError.
    """
    book = books.book(host)
    with _one_at_a_time:
        known = _known(book, operator, user, period)
        if known:
            return known[-1] if known[-1].deed else _hand_in(host, book, known[-1])
        overlaps.demand_free(host, operator, user, period)
        said = statement.make(host, operator, user, period)
        return _hand_in(host, book, _formed(host, book, said))


def _known(book: Book, operator: str, user: str, period: Period) -> list[Row]:
    """The versions of the statement of just this period, as this node wrote them down."""
    place = {"kind": books.STATEMENT, "party": operator, "other": user}
    return book.rows(**place, first=period.first, last=period.last)


def correct(host: Host, operator: str, asset: str) -> Row:
    """A statement computed anew in place of the one that stands.

    Raises DataError ``no-such-statement``, ``statement-differs``; DeedError.
    """
    book = books.book(host)
    known = book.rows(kind=books.STATEMENT, party=operator, asset=asset)
    if not known:
        raise DataError("no-such-statement")
    last = known[-1]
    open_ = book.rows(
        kind=books.STATEMENT, party=operator, other=last.other, first=last.first, last=last.last
    )
    if not open_[-1].deed:
        return _hand_in(host, book, open_[-1], asset)
    period = Period(last.first, last.last)
    said = statement.make(host, operator, last.other, period, version=last.version + 1, previous=last.content)
    return _hand_in(host, book, _formed(host, book, said), asset)


def _formed(host: Host, book: Book, said: dict[str, Any]) -> Row:
    """The step of a statement that agrees with the records."""
    found = reconcile(host, said)
    wrong = [one for one in found.differences if one.name not in INNOCENT]
    if wrong:
        raise DataError("statement-differs", count=len(wrong), first=str(wrong[0]))
    content = contents.put_json(host.vault, said).commitment
    brought(host).note(said["operator"], content)
    period = statement.period_of(said)
    return book.form(
        Row(
            kind=books.STATEMENT,
            party=said["operator"],
            other=said["user"],
            first=period.first,
            last=period.last,
            version=said["version"],
            content=content,
            amount=said["amount"],
            made=host.ledger.now(),
        )
    )


def _hand_in(host: Host, book: Book, row: Row, asset: str = "") -> Row:
    found = carried(host, "statement", row.content)
    done = Done(*found[:2]) if found else _act(host, book, row, asset)
    book.settle(row, done)
    return replace(row, deed=done.deed, asset=done.asset)


def _act(host: Host, book: Book, row: Row, asset: str) -> Done:
    said = contents.read_json(host.vault, row.content)
    args = {"amount": row.amount, "calls": said["count"], "statement": row.content}
    signed = {"operator": row.party}
    if row.version == 1:
        args |= {"first": row.first, "last": row.last, "user": row.other}
        intent = Intent(standing.STATEMENT, "issue", args, signed)
    else:
        intent = Intent(standing.STATEMENT, "correct", args, signed, asset or _asset(book, row))
    try:
        done = host.act([intent])
    except DeedError:
        book.forget(row)
        raise
    return Done(done.deed, asset or done.asset or "")


def _asset(book: Book, row: Row) -> str:
    """The record that a correction is about: that of the version before."""
    return next(
        one.asset
        for one in book.rows(
            kind=row.kind,
            party=row.party,
            other=row.other,
            first=row.first,
            last=row.last,
            version=row.version - 1,
        )
    )


def content_of(host: Host, party: str, asset: str) -> dict[str, Any]:
    """What a statement says, for one of its two sides. A commitment is no key: the record's operator must
    have formed or brought the content itself.

    Raises DataError ``no-such-statement``, ``statement-unreadable``.
    """
    leaf = standing.now(host, asset, standing.STATEMENT)
    if party not in leaf.roles.values():
        raise DataError("no-such-statement")
    operator, content = leaf.roles["operator"], str(leaf.fields["statement"])
    try:
        if not books.book(host).rows(kind=books.STATEMENT, party=operator, content=content):
            brought(host).demand(operator, content)
        raw = contents.read(host.vault, content)
    except DataError:
        raise DataError("no-such-statement") from None
    try:
        said = canonical.decode(raw)
    except CryptoError:
        raise DataError("statement-unreadable", detail="JSON") from None
    return readable(said, operator, leaf.roles["user"])
