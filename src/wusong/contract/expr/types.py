"""The static types of expressions.

* ``int`` and ``string`` carry a unit that says what they count or name: two different units never meet, so
  a price in yuan is not compared with a weight, nor a party with a digest. A value without a unit (a
  literal) meets any.
* ``dyn`` is a value whose type only the run knows: a member of an asset of another page, or of a companion
  act.
* A record is something whose members are known by name: ``self``, ``args``, ``as``, an asset that was read.
* Lists and strings carry the greatest length they can have; the cost bound rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UNBOUNDED: Final = 65_536  # an envelope holds at most 64 KiB, so no value in it is longer

Place = Literal["attr", "roles", "fields", "key", "id", "leaf"]
"""Where a member is found: an attribute, a leaf's roles or fields, a dict's key, the asset's id, a foreign
leaf."""


@dataclass(frozen=True, slots=True)
class Type:
    """A static type. ``values`` closes a string to an enumeration; ``of`` is the type of elements or map
    values.
    """

    name: Literal["bool", "int", "string", "list", "map", "dyn", "record"]
    unit: str = ""
    of: Type | None = None
    key: Type | None = None
    max: int = UNBOUNDED
    values: tuple[str, ...] = ()
    record: Record | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        inner = f"({self.of})" if self.of is not None else ""
        return (self.unit or self.name) + inner


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a record; reading an optional one that is absent is an error, which ``has`` prevents."""

    type: Type
    place: Place
    optional: bool = False
    later: bool = False
    """Known since the second profile only."""


@dataclass(frozen=True, slots=True)
class Record:
    """Members by name; ``open`` means that any other may be there too, of type ``dyn``, at that place."""

    members: Mapping[str, Member]
    open: Place | None = None

    def get(self, name: str) -> Member | None:
        """The member called ``name``, or None when the record cannot have it."""
        known = self.members.get(name)
        if known is not None or self.open is None:
            return known
        return Member(DYN, self.open, optional=True)


BOOL: Final = Type("bool")
INT: Final = Type("int")
STRING: Final = Type("string")
DYN: Final = Type("dyn")


def record(members: Mapping[str, Member], open_: Place | None = None) -> Type:
    """A record type over ``members``."""
    return Type("record", record=Record(members, open_))


def list_of(of: Type, longest: int) -> Type:
    """A list of at most ``longest`` elements."""
    return Type("list", of=of, max=longest)


def join(a: Type, b: Type) -> Type:
    """The narrowest type that holds values of both; ``dyn`` when they have nothing in common."""
    if a == b:
        return a
    if a.name != b.name or a.name in {"record", "map"}:
        return DYN
    of = join(a.of, b.of) if a.of is not None and b.of is not None else a.of or b.of
    unit = a.unit if a.unit == b.unit else ""
    values = a.values if a.values == b.values else ()
    return Type(a.name, unit=unit, of=of, max=max(a.max, b.max), values=values)


def meets(a: Type, b: Type) -> bool:
    """Whether values of both types may be compared for equality."""
    if "dyn" in {a.name, b.name}:
        return True
    if a.name != b.name or a.name == "record":
        return False
    if a.of is not None and b.of is not None and not meets(a.of, b.of):
        return False
    return units_meet(a.unit, b.unit)


def units_meet(a: str, b: str) -> bool:
    """Whether two units may meet: equal, one of them none, or both assets and one of any kind."""
    if not a or not b or a == b:
        return True
    return a.startswith("asset") and b.startswith("asset") and "asset" in {a, b}
