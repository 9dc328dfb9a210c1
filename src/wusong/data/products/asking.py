"""A product's question, and the room of the table that it is asked of.

* A question is used for the operator that brought it, a table and its profile for the department that did.
* A room is filled from the vault when it is first wanted.
"""

from __future__ import annotations

from io import BufferedReader
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec

from wusong.data import contents
from wusong.data import host as hosts
from wusong.data.brought import brought
from wusong.data.host import Host
from wusong.data.products.filling import Source
from wusong.data.products.product import Checked, Question
from wusong.data.products.room import Room, Rooms

__all__ = ["OPERATION", "PRODUCT", "RESOURCE", "asked", "close", "columns_of", "question_of", "room_of"]

PRODUCT: Final = "data-product@1"
OPERATION: Final = "data-operation@1"
RESOURCE: Final = "data-resource@1"

_rooms: Final[WeakKeyDictionary[Any, Rooms]] = WeakKeyDictionary()


def question_of(host: Host, product: str) -> Question:
    """The question that a product asks, which its operator brought.

    Raises DataError ``content-not-brought``, ``content-not-here``.
    """
    offered = hosts.leaf(host, product, PRODUCT)
    brought(host).demand(offered.roles["operator"], offered.fields["question"])
    return msgspec.convert(contents.read_json(host.vault, offered.fields["question"]), Question)


def columns_of(host: Host, resource: str) -> tuple[str, ...]:
    """The columns of a resource's table, from its profile.

    Raises DataError ``content-not-brought``, ``content-not-here``.
    """
    profile = contents.read_json(host.vault, _own_contents(host, resource)[1])
    return tuple(column["name"] for column in profile["columns"])


def _own_contents(host: Host, resource: str) -> tuple[str, str]:
    """Table and profile of a resource, by commitment; its department itself must have brought both."""
    standing = hosts.leaf(host, resource, RESOURCE)
    found = (standing.fields["content"], standing.fields["profile"])
    brought(host).demand(standing.roles["department"], *found)
    return found


def asked(host: Host, product: str) -> tuple[Checked, Room]:
    """The checked question of a product, and the room to ask it in.

    Raises DataError ``content-not-brought``, ``content-not-here``, ``question-...``.
    """
    offered = hosts.leaf(host, product, PRODUCT).fields
    room = room_of(host, hosts.leaf(host, offered["operation"], OPERATION).fields["resource"])
    return room.checked(offered["question"], lambda: question_of(host, product)), room


def room_of(host: Host, resource: str) -> Room:
    """The locked room of a resource's table, filled from the vault when it is first wanted.

    Raises DataError ``content-not-brought``, ``content-not-here``.
    """
    own, picture = _own_contents(host, resource)
    rooms = _rooms.setdefault(host.ledger, Rooms())
    room = rooms.get(f"{own} {picture}")
    if room is not None:
        return room
    profile = contents.read_json(host.vault, picture)
    columns = tuple(column["name"] for column in profile["columns"])
    table = contents.find(host.vault, own).digest
    source = Source.of_profile(lambda: BufferedReader(host.vault.open(table)), profile)
    return rooms.put(f"{own} {picture}", Room(columns, source))


def close(host: Host) -> None:
    """Forget the host's rooms."""
    rooms = _rooms.pop(host.ledger, None)
    if rooms is not None:
        rooms.close()
