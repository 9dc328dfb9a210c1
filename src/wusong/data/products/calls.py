"""Calling a product: allowed by the page, answered in the locked room, written down, then told.

1. Who calls is the user of the data-use.
2. The call is allowed: a metering of all calls that are not metered yet, this one included, would be accepted
   by the data-use's own page now. So what refuses a call is the clause that would refuse its metering, and no
   second rule.
3. The question is answered in the locked room. "Too few rows" is an answer too: it says something of the
   table, and whoever could ask it free of count could ask without end. So a withheld answer is written down
   and counts. What never reached the table, or says nothing of it (a wrong parameter, a question that failed,
   too many groups), does not.
4. The call is written down durably (who, when, for what, digests of request and answer); 2 is judged again
   within.
5. The answer is given, or the caller told that it is withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from wusong.contract.holds import frozen
from wusong.contract.interpreter import ActInput
from wusong.contract.leaf import Leaf
from wusong.crypto import canonical
from wusong.crypto.random import random_bytes
from wusong.data import brought as bringing
from wusong.data import host as hosts
from wusong.data.host import Host
from wusong.data.products import asking
from wusong.data.products.asking import OPERATION, PRODUCT, RESOURCE, columns_of, question_of, room_of
from wusong.data.products.callbook import Call, CallBook
from wusong.data.products.product import Checked
from wusong.data.products.room import Room
from wusong.errors import ContractError, DataError, DeedError
from wusong.ledger.state import BlockState
from wusong.ledger.system import calendar
from wusong.ledger.system.accreditation import holds, record_name

__all__ = [
    "OPERATION",
    "PRODUCT",
    "RESOURCE",
    "USE",
    "Answer",
    "book",
    "call",
    "close",
    "columns_of",
    "permit",
    "question_of",
    "room_of",
]

USE: Final = "data-use@1"
WITHHELD: Final = "group-too-small"
_NO_ROOT: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Answer:
    """An answered call: what leaves, its number within the data-use, its time, and the answer's digest."""

    value: dict[str, Any]
    number: int
    time: int
    digest: str


def call(
    host: Host, use: str, caller: str, parameters: dict[str, Any], request_id: str = "", purpose: str = ""
) -> Answer:
    """Ask the product of a data-use.

    ``purpose`` defaults to that of the data-use. The same ``request_id`` again gives the same call's answer
    and counts once.

    Raises:
        DataError: ``call-refused`` with the clause that refuses, ``not-the-user``, ``parameter-wrong``,
            ``group-too-small`` (which counts), ``question-failed``, ``content-not-here``,
            ``request-id-reused``.
    """
    standing = hosts.leaf(host, use, USE)
    if standing.roles.get("user") != caller:
        raise DataError("not-the-user", caller=caller, use=use)
    request_id = request_id or random_bytes(16).hex()
    known = book(host).named(use, request_id)
    if known is None:
        number, latest = book(host).next(use)
        permit(host, use, number, max(host.ledger.now(), latest))
    checked, room = asking.asked(host, standing.fields["product"])
    value, withheld = _answered(checked, room, parameters)
    entry = _entry(host, standing, caller, purpose or standing.fields["purpose"], parameters, value)
    made = book(host).record(
        use,
        request_id,
        host.ledger.now(),
        entry,
        lambda number, time: permit(host, use, number, time),
        standing.fields["metered"],
    )
    answer = _answer(made, entry, value)
    if withheld is not None:
        raise withheld
    return answer


def _answered(
    checked: Checked, room: Room, parameters: dict[str, Any]
) -> tuple[dict[str, Any], DataError | None]:
    """What is written down as the answer, and why it is withheld if it is."""
    try:
        return room.answer(checked, parameters), None
    except DataError as error:
        if error.code != WITHHELD:
            raise
        return {"least_group": error.data["least"], "output": "withheld"}, error


def _entry(
    host: Host, use: Leaf, caller: str, purpose: str, parameters: dict[str, Any], value: dict[str, Any]
) -> dict[str, Any]:
    suite, product = host.ledger.suite, use.fields["product"]
    request = canonical.encode({"parameters": parameters, "product": product, "purpose": purpose})
    return {
        "answer": suite.hash(canonical.encode(value)).hex(),
        "caller": caller,
        "product": product,
        "purpose": purpose,
        "request": suite.hash(request).hex(),
    }


def _answer(made: Call, entry: dict[str, Any], value: dict[str, Any]) -> Answer:
    if made.record["answer"] != entry["answer"]:
        raise DataError("answer-changed", number=made.number)
    return Answer(value, made.number, made.time, entry["answer"])


def book(host: Host) -> CallBook:
    """The host's book of calls."""
    found = _books.get(host.ledger)
    if found is None:
        found = _books.setdefault(host.ledger, CallBook(host.folder, host.ledger.suite))
    return found


def close(host: Host) -> None:
    """Close the host's book, rooms and record of contents, before the host itself."""
    bringing.close(host)
    asking.close(host)
    open_ = _books.pop(host.ledger, None)
    if open_ is not None:
        open_.close()


_books: Final[WeakKeyDictionary[Any, CallBook]] = WeakKeyDictionary()


# --- allowed by the page ---


def permit(host: Host, use: str, number: int, time: int) -> None:
    """Refuse the call with this number and time if the page would refuse to meter all up to it.

    Raises DataError ``call-refused`` with the clause.
    """
    state = host.ledger.view()
    standing = hosts.leaf(host, use, USE)
    metered: int = standing.fields["metered"]
    metering = ActInput(
        action="meter",
        asset_id=use,
        leaf=standing,
        roles={"operator": standing.roles["operator"]},
        args={
            "after": metered,
            "calls": _NO_ROOT,
            "calls_count": max(number, metered) + 1 - metered,
            "first": book(host).time_of(use, metered, time),
            "last": time,
        },
        signers=frozenset({standing.roles["operator"]}),
        child=lambda _: _NO_ROOT,
        contract=standing.contract,
    )
    try:
        hosts.page(host, standing.contract).act(_Now(host, state, max(host.ledger.now(), time)), metering)
    except ContractError as error:
        raise _refusal(error, use) from None


def _refusal(error: ContractError, use: str) -> DataError:
    clause, says = error.data.get("clause"), error.data.get("says")
    if clause is None:
        what = {lang: error.explain(lang).what for lang in ("en", "zh")}
        return DataError("call-refused", clause=error.code, says=what, use=use)
    return DataError("call-refused", clause=clause, says=says, use=use)


@dataclass(frozen=True, slots=True)
class _Now:
    """The ledger as it stands, as a page's guards see it."""

    host: Host
    state: BlockState
    now: int

    def asset(self, asset_id: str, /) -> Leaf | None:
        leaf = self.state.leaf(bytes.fromhex(asset_id))
        if leaf is None or not leaf.deadlines:
            return leaf
        return self.host.ledger.rules.compiled(self.state, leaf.contract).effective(leaf, self.now)

    def kind(self, contract: str, /) -> str | None:
        try:
            return self.host.ledger.rules.compiled(self.state, contract).name
        except DeedError:
            return None

    def party_active(self, did: str, /) -> bool:
        return self.host.ledger.rules.authority.active(self.state, did)

    def accredited(self, did: str, name: str, /) -> bool:
        key = self.host.ledger.rules.key("accreditation", record_name(did, name))
        return holds(self.state.leaf(key), self.now)

    def calendar(self, name: str, year: int, /) -> str | None:
        key = self.host.ledger.rules.key(calendar.RECORD, calendar.name_of(name, year))
        leaf = self.state.leaf(key)
        return None if leaf is None else str(leaf.fields["days"])

    def frozen(self, leaf: Leaf, /) -> bool:
        return frozen(leaf, self.now)
