"""A product's question, and the room of the table that it is asked of.

* A question is used for the operator that brought it, a table and its profile for the department that did.
* It is used only as the product's record states it: the same output, and no smaller groups. Whoever wrote the
  offer by hand is refused at each use.
* A room is filled from the vault when it is first wanted.
* A question is taken into its table's budget before it is asked for the first time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BufferedReader
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.crypto.random import random_bytes
from wusong.data import contents
from wusong.data import host as hosts
from wusong.data.brought import brought
from wusong.data.durable import OnePerNode
from wusong.data.host import Host
from wusong.data.products.budget import MOST_SCORES, Budget
from wusong.data.products.question import Parameter, Question
from wusong.errors import CryptoError, DataError, WusongError

if TYPE_CHECKING:
    from wusong.data.products.analysis import Analysis
    from wusong.data.products.product import Checked
    from wusong.data.products.room import Room
    from wusong.data.products.rooms import Rooms

__all__ = [
    "OPERATION",
    "PRODUCT",
    "RESOURCE",
    "again",
    "analysed",
    "analysed_product",
    "asked",
    "check_offer",
    "close",
    "columns_of",
    "contents_of",
    "expect_same",
    "fits",
    "parameters_of",
    "question_of",
    "room_of",
    "told",
    "warm",
]

LEAST: Final = 5
"""Fewer rows than these no statistic rests on, as the product's page demands."""
STATISTICS: Final = frozenset({"answer", "aggregate"})
PRODUCT: Final = "data-product@1"
OPERATION: Final = "data-operation@1"
RESOURCE: Final = "data-resource@1"

_budgets: Final = OnePerNode(lambda host: Budget(host.folder))


def _new_rooms(host: Host) -> Rooms:
    from wusong.data.products.rooms import Rooms  # slow to load, and not wanted where nobody asks

    return Rooms(memory_mb=host.settings.rooms_memory_mb)


_rooms: Final = OnePerNode(_new_rooms)


def question_of(host: Host, product: str) -> Question:
    """The question that a product asks, which its operator brought.

    Raises DataError ``content-not-brought``, ``content-not-here``, ``question-differs``.
    """
    offered = hosts.leaf(host, product, PRODUCT)
    brought(host).demand(offered.roles["operator"], offered.fields["question"])
    question = _question(host, offered.fields["question"])
    expect_same(question, offered.fields)
    return question


def expect_same(question: Question, offered: Mapping[str, Any]) -> None:
    """A question is what the offer states: its output, groups no smaller, and in statistics never below five.

    Raises DataError ``question-differs``.
    """
    least = max(offered["least_group"], LEAST if question.output in STATISTICS else 0)
    if question.output != offered["output"] or question.least_group < least:
        raise DataError(
            "question-differs",
            output=question.output,
            least=question.least_group,
            offered=offered["output"],
            offered_least=least,
        )


def check_offer(host: Host, party: str, args: Mapping[str, Any]) -> None:
    """Refuse an offer, whoever wrote it, whose question the party brought but that is not as the offer says,
    or does not fit the table. Raises DataError ``question-...``, ``score-wrong``, ``file-not-open``.
    """
    if not {"least_group", "operation", "output", "question"} <= args.keys():
        return  # no offer that the page takes
    question = _question(host, args["question"])
    expect_same(question, args)
    authorised = hosts.leaf(host, args["operation"], OPERATION)
    if authorised.roles["operator"] == party:  # nobody else learns whether it fits
        fits(host, authorised.fields["resource"], question)


def parameters_of(host: Host, product: str) -> tuple[Parameter, ...]:
    """What a product asks for, as far as its question is in this node's vault: never the question itself,
    which is the operator's.
    """
    try:
        return question_of(host, product).parameters
    except WusongError:
        return ()


def columns_of(host: Host, resource: str) -> tuple[str, ...]:
    """The columns of a resource's table, from its profile.

    Raises DataError ``content-not-brought``, ``content-not-here``.
    """
    profile = contents.read_json(host.vault, contents_of(host, resource)[1])
    return tuple(column["name"] for column in profile["columns"])


def contents_of(host: Host, resource: str) -> tuple[str, str]:
    """Table and profile of a resource, by commitment; its department itself must have brought both.

    Raises DataError ``content-not-brought``, ``profile-not-made``.
    """
    from wusong.data.intake import pairs  # slow to load

    standing = hosts.leaf(host, resource, RESOURCE)
    found = (standing.fields["content"], standing.fields["profile"])
    brought(host).demand(standing.roles["department"], *found)
    pairs.demand_marks(host, *found)
    return found


def asked(host: Host, product: str) -> tuple[Checked, Room]:
    """The checked question of a product, and the room to ask it in.

    Before a question is asked of a table for the first time, it is taken into the table's budget, durably.
    Raises DataError ``content-not-brought``, ``content-not-here``, ``question-...``, ``score-wrong``,
    ``question-differs``, ``question-personal``, ``file-not-open``, ``budget-spent``.
    """
    offered = hosts.leaf(host, product, PRODUCT).fields
    resource = hosts.leaf(host, offered["operation"], OPERATION).fields["resource"]
    room = room_of(host, resource)
    checked = room.settled(offered["question"]) if product in room.judged else None
    if checked is None:
        checked = _opened(host, product, resource, room)
        room.judged.add(product)
    _demand_open(host, resource, checked.question)
    return checked, room


def _opened(host: Host, product: str, resource: str, room: Room) -> Checked:
    question, name = question_of(host, product), hosts.leaf(host, product, PRODUCT).fields["question"]
    own, picture = contents_of(host, resource)
    subject = contents.find(host.vault, own).digest
    new = room.checked(name, lambda: question)
    _demand_fitting(host, picture, question)

    def permit(known: tuple[str, ...]) -> None:
        limit_scores(new, [_checked(host, room, one) for one in known])

    names = _budgets.of(host).open(subject, name, permit)
    return room.opened(names, lambda one: _question(host, one))


def _checked(host: Host, room: Room, name: str) -> Checked:
    return room.checked(name, lambda: _question(host, name), opened=True)


def _question(host: Host, name: str) -> Question:
    """Raises DataError ``question-unreadable``, ``content-not-here``."""
    try:
        return msgspec.convert(contents.read_json(host.vault, name), Question)
    except (msgspec.ValidationError, CryptoError):
        from wusong.data.products.product import MAX_SQL

        raise DataError("question-unreadable", limit=MAX_SQL) from None


def _demand_fitting(host: Host, picture: str, question: Question) -> None:
    """The question fits the table's columns as they were profiled and decided. Raises DataError
    ``question-personal``, ``question-forbidden``.
    """
    from wusong.data.products import leaving

    leaving.demand(question, contents.read_json(host.vault, picture))


def limit_scores(new: Checked, known: Sequence[Checked]) -> None:
    """A column has part in few scores, thresholds and lists, which together would say what it holds.

    Raises DataError ``budget-spent``.
    """
    for column in new.sorts:
        if sum(column in one.sorts for one in known) >= MOST_SCORES:
            raise DataError("budget-spent", limit=MOST_SCORES)


def fits(host: Host, resource: str, question: Question) -> None:
    """Whether a question can be offered over a resource's table. Raises DataError ``question-...``,
    ``score-wrong``, ``file-not-open``, ``content-not-brought``, ``content-not-here``.
    """
    from wusong.data.products.product import check

    check(question, columns_of(host, resource))
    _demand_fitting(host, contents_of(host, resource)[1], question)
    _demand_open(host, resource, question)
    if question.output == "score":
        room_of(host, resource).checked(f"offered {random_bytes(16).hex()}", lambda: question)


def analysed(host: Host, resource: str, question: Question) -> Analysis:
    """What a question would let out of a resource's table, and how many of its answers would be withheld if
    it were opened next. Raises as ``fits`` does.
    """
    from wusong.data.products.analysis import analyse

    fits(host, resource, question)
    own, picture = contents_of(host, resource)
    grade = hosts.leaf(host, resource, RESOURCE).fields["grade"]
    found = analyse(question, contents.read_json(host.vault, picture), grade)
    known = _budgets.of(host).known(contents.find(host.vault, own).digest)
    counted = room_of(host, resource).preview(known, lambda one: _question(host, one), question)
    return found if counted is None else replace(found, sets=counted[0], held=counted[1])


def analysed_product(host: Host, product: str) -> Analysis:
    """What a product lets out. Raises DataError ``content-not-brought``, ``content-not-here``."""
    from wusong.data.products.analysis import analyse

    operation = hosts.leaf(host, product, PRODUCT).fields["operation"]
    resource = hosts.leaf(host, operation, OPERATION).fields["resource"]
    profile = contents.read_json(host.vault, contents_of(host, resource)[1])
    grade = hosts.leaf(host, resource, RESOURCE).fields["grade"]
    return analyse(question_of(host, product), profile, grade)


def told(host: Host, product: str) -> Analysis | None:
    """What a product lets out, as everybody may read it, where question and profile are at hand."""
    try:
        return analysed_product(host, product).told()
    except WusongError:
        return None


def _demand_open(host: Host, resource: str, question: Question) -> None:
    """Rows leave only while the resource is open to all. Raises DataError ``file-not-open``."""
    if question.output == "file" and hosts.leaf(host, resource, RESOURCE).fields.get("sharing") != "open":
        raise DataError("file-not-open")


def room_of(host: Host, resource: str) -> Room:
    """The locked room of a resource's table, filled from the vault when it is first wanted.

    Raises DataError ``content-not-brought``, ``content-not-here``.
    """
    return _room(host, *contents_of(host, resource))


def again(host: Host, question: str, own: str, picture: str) -> tuple[Checked, Room]:
    """A question, and the room of a table, by the commitments under which they were asked once, whatever
    became of product and resource since. Raises DataError ``content-not-here``.
    """
    room = _room(host, own, picture)
    return _checked(host, room, question), room


def warm(host: Host, product: str) -> bool:
    """Open a product's room and settle what its table answers already, before anybody waits for it; whether
    there was anything to do. Nothing is taken into the table's budget.

    Raises DataError ``content-not-brought``, ``content-not-here``, ...
    """
    operation = hosts.leaf(host, product, PRODUCT).fields["operation"]
    own, picture = contents_of(host, hosts.leaf(host, operation, OPERATION).fields["resource"])
    rooms = _rooms.of(host)
    if rooms.get(f"{own} {picture}") is not None or not rooms.has_space:
        return False
    room = _room(host, own, picture)
    known = _budgets.of(host).known(contents.find(host.vault, own).digest)
    if known:
        room.opened(known, lambda one: _question(host, one))
    return True


def _room(host: Host, own: str, picture: str) -> Room:
    from wusong.data.products.filling import Source
    from wusong.data.products.room import Room

    def made() -> Room:
        profile = contents.read_json(host.vault, picture)
        columns = tuple(column["name"] for column in profile["columns"])
        table = contents.find(host.vault, own).digest
        source = Source.of_profile(lambda: BufferedReader(host.vault.open(table)), profile)
        return Room(columns, source, memory_mb=host.settings.room_memory_mb)

    return _rooms.of(host).of(f"{own} {picture}", made)


def close(host: Host) -> None:
    """Forget the host's rooms, and close its budgets."""
    _rooms.close(host)
    _budgets.close(host)
