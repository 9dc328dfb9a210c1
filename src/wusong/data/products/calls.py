"""Calling a product: allowed by the page, answered in the locked room, written down, then told.

1. Who calls is the user of the data-use.
2. The call is allowed (``permits``).
3. The question is answered in the locked room, or was lately (``answers``).
4. The call is written down durably (who, how, when, for what, digests of request and answer); 2 is judged
   again within. Calls that come at once share one flush (``desk``).
5. The answer is given, or the caller told that it is withheld.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wusong.contract.leaf import Leaf
from wusong.crypto import canonical
from wusong.crypto.random import random_bytes
from wusong.data import brought as bringing
from wusong.data import host as hosts
from wusong.data.durable import OnePerNode
from wusong.data.host import Host
from wusong.data.products import answers, asking, permits
from wusong.data.products.answers import Found
from wusong.data.products.asking import OPERATION, PRODUCT, RESOURCE, columns_of, question_of, room_of
from wusong.data.products.callbook import CallBook
from wusong.data.products.callrows import Call, Delivery, Standing, Wanted
from wusong.data.products.desk import Desk
from wusong.data.products.permits import USE
from wusong.data.products.way import Way, place_of
from wusong.errors import DataError, WusongError

__all__ = [
    "OPERATION",
    "PRODUCT",
    "RESOURCE",
    "USE",
    "Answer",
    "ask",
    "book",
    "call",
    "close",
    "columns_of",
    "left",
    "question_of",
    "room_of",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answered call: what leaves, its number within the data-use, its time, and the answer's digest."""

    value: dict[str, Any]
    number: int
    time: int
    digest: str


_HERE: Final = Way()


def call(
    host: Host,
    use: str,
    caller: str,
    parameters: dict[str, Any],
    request_id: str = "",
    purpose: str = "",
    way: Way = _HERE,
) -> Answer:
    """Ask the product of a data-use.

    ``purpose`` defaults to that of the data-use. The same ``request_id`` again gives the same call's answer
    and counts once.

    Raises:
        DataError: ``call-refused`` with the clause that refuses, ``not-the-user``, ``parameter-wrong``,
            ``group-too-small`` (which counts), ``question-failed``, ``content-not-here``,
            ``request-id-reused``, ``way-used-up``.
    """
    asked = _Asked.of(host, use, caller, parameters, request_id, purpose, way)
    found = asked.known()
    if found is None:
        found = asked.find()
    return asked.answer(written(host, asked.wanted(found)), found)


async def ask(
    host: Host,
    use: str,
    caller: str,
    parameters: dict[str, Any],
    request_id: str = "",
    purpose: str = "",
    way: Way = _HERE,
) -> Answer:
    """``call`` on an event loop, where calls that come at once share one flush."""
    asked = _Asked.of(host, use, caller, parameters, request_id, purpose, way)
    found = asked.known()
    if found is None:
        found = await asyncio.to_thread(asked.find)
    return asked.answer(await _desks.of(host).ask(asked.wanted(found)), found)


def expect_user(use: Leaf, asset: str, caller: str) -> None:
    """Raise DataError ``not-the-user`` unless the data-use is the caller's."""
    if use.roles.get("user") != caller:
        raise DataError("not-the-user", caller=caller, use=asset)


def written(host: Host, wanted: Wanted) -> Call:
    """Write one call down; durable when this returns. Raises what refuses it."""
    (made,) = _record(host, [wanted])
    if isinstance(made, WusongError):
        raise made
    return made


def entry_of(host: Host, use: Leaf, caller: str, purpose: str, way: Way) -> dict[str, Any]:
    """What a record says of who calls, how and for what."""
    places = use.fields.get("places")
    place = "" if places is None else place_of(way.address, places, host.settings.networks)
    return {
        "caller": caller,
        "product": use.fields["product"],
        "purpose": purpose or use.fields["purpose"],
        "recipient": way.recipient,
        "way": way.label,
        **({"place": place} if place else {}),
    }


def permit(host: Host, use: str, entry: dict[str, Any], request_id: str) -> Call | None:
    """Refuse a call that the page would refuse as the next one, or, of a request that was answered before, as
    one asked for again; gives that call. Raises DataError ``call-refused``.
    """
    now, known = host.ledger.now(), book(host).named(use, request_id)
    if known is None:
        number, time, today = book(host).coming(use, now)
        standing = Standing(use, number, time, today, (entry,))
    else:
        standing = Standing.once_more(use, known.number, max(now, known.time), entry)
    permits.judge(host, book(host), standing)
    return known


@dataclass(frozen=True, slots=True)
class _Asked:
    """One call on its way."""

    host: Host
    use: str
    parameters: dict[str, Any]
    request_id: str
    entry: dict[str, Any]
    limit: int

    @classmethod
    def of(
        cls,
        host: Host,
        use: str,
        caller: str,
        parameters: dict[str, Any],
        request_id: str,
        purpose: str,
        way: Way,
    ) -> _Asked:
        standing = hosts.leaf(host, use, USE)
        expect_user(standing, use, caller)
        entry = entry_of(host, standing, caller, purpose, way)
        return cls(host, use, parameters, request_id or random_bytes(16).hex(), entry, way.limit)

    def known(self) -> Found | None:
        return answers.known(self.host, self.entry["product"], self.parameters)

    def find(self) -> Found:
        """The answer from the room, which only who may call makes work."""
        permit(self.host, self.use, self.entry, self.request_id)
        return answers.find(self.host, self.entry["product"], self.parameters)

    def wanted(self, found: Found) -> Wanted:
        said = {
            "parameters": self.parameters,
            "product": self.entry["product"],
            "purpose": self.entry["purpose"],
        }
        request = self.host.ledger.suite.hash(canonical.encode(said)).hex()
        entry = {**self.entry, "answer": found.digest, "request": request}
        return Wanted(self.use, self.request_id, entry, self.limit)

    def answer(self, made: Call, found: Found) -> Answer:
        if made.record["answer"] != found.digest:
            raise DataError("answer-changed", number=made.number)
        found.expect_given()
        return Answer(found.value, made.number, made.time, found.digest)


def _record(host: Host, wanted: Sequence[Wanted]) -> list[Call | WusongError]:
    return book(host).record_all(
        wanted,
        host.ledger.now(),
        lambda standing: permits.judge(host, book(host), standing),
        lambda use: int(hosts.leaf(host, use, USE).fields["metered"]),
    )


def book(host: Host) -> CallBook:
    """The host's book of calls."""
    return _books.of(host)


def left(host: Host, use: str, quantity: int | None) -> int:
    """How many calls of a data-use can still be made, of the ``quantity`` that the ledger shows: those that
    wait to be metered are used.
    """
    return max(0, (quantity or 0) - book(host).pending(use, 0).count)


def deliveries(host: Host, use: str = "") -> list[Delivery]:
    """The files that were handed over, of one data-use or of all."""
    return book(host).deliveries(use)


def close(host: Host) -> None:
    """Close the host's desk, book, rooms and record of contents, before the host itself."""
    _desks.close(host)
    answers.close(host)
    bringing.close(host)
    asking.close(host)
    _books.close(host)


_books: Final = OnePerNode(lambda host: CallBook(host.folder, host.ledger.suite))
_desks: Final = OnePerNode(lambda host: Desk(lambda group: _record(host, group)))
