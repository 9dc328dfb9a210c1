"""People: who works for which party in which role, and who administers the node.

* Roles towards a party: viewer (查阅) reads, clerk (经办) enters, reviewer (复核) reviews, signatory (授权)
  signs. One person may have several roles and work for several parties; nothing follows from one role but
  what ``ROLE_MAY`` says.
* Administration is split (三员分立): system makes people and sign-in links, security gives roles and
  confirms links to whoever has powers already (``resets``), audit reads the access log. Nobody holds two of
  the three, and who administers works for no party.
* Who cannot sign in is given nothing.
* What is not allowed here is denied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import sqlalchemy as sa

from wusong.crypto.random import random_bytes
from wusong.errors import AccessError
from wusong.node import nodedb
from wusong.node.credentials import plain
from wusong.node.nodedb import links, memberships, offices, persons, sessions

if TYPE_CHECKING:
    from collections.abc import Iterable

Role: TypeAlias = Literal["viewer", "clerk", "reviewer", "signatory"]
Office: TypeAlias = Literal["system", "security", "audit"]
Right: TypeAlias = Literal["read", "enter", "review", "sign"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
OFFICES: Final[tuple[Office, ...]] = get_args(Office)
ROLE_MAY: Final[dict[str, frozenset[Right]]] = {
    "viewer": frozenset({"read"}),
    "clerk": frozenset({"read", "enter"}),
    "reviewer": frozenset({"read", "review"}),
    "signatory": frozenset({"read", "enter", "sign"}),
}
_MAX_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in. ``roles`` maps the DID of a party to the person's roles there."""

    id: str
    name: str
    active: bool
    roles: dict[str, frozenset[str]]
    office: str = ""

    def may(self, right: Right, party: str) -> bool:
        """Whether one of the person's roles at ``party`` gives ``right``."""
        return self.active and any(right in ROLE_MAY[role] for role in self.roles.get(party, ()))

    @property
    def parties(self) -> list[str]:
        """The parties the person may work for, in the order in which they were given."""
        return list(self.roles)


class People:
    """The people of one node."""

    def __init__(self, db: sa.Engine) -> None:
        self._db: Final = db

    def add(self, name: str) -> str:
        """A new person without any role; gives the id. Names are what people sign in with: each is there
        once.

        Raises AccessError ``person-name``, ``person-known``.
        """
        name = plain(name)
        if not 0 < len(name) <= _MAX_NAME or not name.isprintable():
            raise AccessError("person-name", limit=_MAX_NAME)
        person = random_bytes(16).hex()
        values = {"person": person, "name": name, "active": True, "created": nodedb.now()}
        absent = ~sa.exists().where(persons.c.name == name)
        row = sa.select(*(sa.literal(value) for value in values.values())).where(absent)
        with self._db.begin() as connection:
            if connection.execute(persons.insert().from_select(list(values), row)).rowcount != 1:
                raise AccessError("person-known", name=name)
        return person

    def get(self, person: str) -> Person:
        """Raises AccessError ``no-such-person``."""
        return self._find(persons.c.person == person, person)[0]

    def all(self) -> list[Person]:
        """Everyone, by name."""
        return sorted(self._find(sa.true(), None), key=lambda one: (one.name, one.id))

    def is_empty(self) -> bool:
        """Whether nobody is known yet."""
        with self._db.connect() as connection:
            return connection.execute(sa.select(persons.c.person).limit(1)).first() is None

    def grant(self, person: str, party: str, roles: Iterable[str]) -> None:
        """Give ``person`` exactly these roles at ``party``; none ends the work for it.

        Raises AccessError ``no-such-person``, ``no-such-role``, ``office-and-role``, ``person-closed``.
        """
        chosen = sorted(set(roles))
        if unknown := set(chosen) - set(ROLES):
            raise AccessError("no-such-role", role=min(unknown))
        known = self.get(person)
        if known.office and chosen:
            raise AccessError("office-and-role", person=person)
        if chosen:
            _demand_active(known)
        here = (memberships.c.person == person) & (memberships.c.party == party)
        with self._db.begin() as connection:
            connection.execute(memberships.delete().where(here))
            if chosen:
                rows = [{"person": person, "party": party, "role": role} for role in chosen]
                connection.execute(memberships.insert(), rows)

    def appoint(self, person: str, office: str) -> None:
        """Give ``person`` an office of administration.

        Raises AccessError ``no-such-role``, ``two-offices`` when the person holds another,
        ``office-and-role`` when the person works for a party, ``person-closed``.
        """
        if office not in OFFICES:
            raise AccessError("no-such-role", role=office)
        known = self.get(person)
        _demand_active(known)
        if known.office not in ("", office):
            raise AccessError("two-offices", office=known.office, wanted=office)
        if known.roles:
            raise AccessError("office-and-role", person=person)
        if not known.office:
            with self._db.begin() as connection:
                connection.execute(offices.insert().values(person=person, office=office))

    def deactivate(self, person: str) -> None:
        """Close the person's access and end every session, at once."""
        self.get(person)
        with self._db.begin() as connection:
            connection.execute(persons.update().where(persons.c.person == person).values(active=False))
            connection.execute(sessions.delete().where(sessions.c.person == person))
            connection.execute(links.delete().where(links.c.person == person))

    def activate(self, person: str) -> None:
        """Open the access of somebody again, with the roles and the passphrase of before."""
        self.get(person)
        with self._db.begin() as connection:
            connection.execute(persons.update().where(persons.c.person == person).values(active=True))

    def _find(self, where: sa.ColumnElement[bool], wanted: str | None) -> list[Person]:
        with self._db.connect() as connection:
            rows = connection.execute(sa.select(persons).where(where)).all()
            if wanted is not None and not rows:
                raise AccessError("no-such-person", person=wanted)
            ids = [row.person for row in rows]
            roles: dict[str, dict[str, set[str]]] = {}
            for row in connection.execute(
                sa.select(memberships).where(memberships.c.person.in_(ids)).order_by(sa.text("rowid"))
            ):
                roles.setdefault(row.person, {}).setdefault(row.party, set()).add(row.role)
            held = {
                row.person: row.office
                for row in connection.execute(sa.select(offices).where(offices.c.person.in_(ids)))
            }
        return [
            Person(
                row.person,
                row.name,
                row.active,
                {party: frozenset(names) for party, names in roles.get(row.person, {}).items()},
                held.get(row.person, ""),
            )
            for row in rows
        ]


def _demand_active(person: Person) -> None:
    if not person.active:
        raise AccessError("person-closed", name=person.name)
