"""One-time links, and who must agree to one (三员分立).

* Whoever opens a person's link chooses that person's passphrase. A link to somebody without passphrase, role
  and office gives nothing: one administrator makes it. A link to anybody else is a *reset*: one asks for it,
  another confirms it, and only then is it made, for the asker to hand over.
* A security administrator confirms; where none but the person concerned could, an audit administrator. Only
  people with a passphrase of their own confirm, and never what they asked for, or what concerns them.
* Where nobody could confirm (a new node, whose administrators have no passphrases yet) a first link is made
  at once; a passphrase is then replaced only by whoever commands the machine, and it is kept as such.
* Every reset is kept, and told to the person concerned when signing in.
* So that this cannot be got round, the last person with a passphrase in one of the confirming offices cannot
  be closed out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.crypto.random import random_bytes
from wusong.errors import AccessError
from wusong.node import nodedb
from wusong.node.credentials import Credentials
from wusong.node.nodedb import links, resets
from wusong.node.people import People, Person

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

LINK_LIFETIME: Final = 15 * 60_000
"""How long a link works, ms."""
PATIENCE: Final = 24 * 3_600_000
"""How long a reset waits to be confirmed, and then for its link to be made, ms."""
TOLD_FOR: Final = 30 * 24 * 3_600_000
"""How long a person is told of a reset at each sign-in, ms."""
MACHINE: Final = "machine"
"""Stands for whoever commands the machine, as the asker of a link."""
CONFIRMING: Final = ("security", "audit")


@dataclass(frozen=True, slots=True)
class Reset:
    """A link that was asked for. ``state``: waiting, confirmed, refused, made, used. ``asker`` and
    ``decider`` are ids of persons, ``machine``, or "" where nobody confirmed.
    """

    reset: str
    person: str
    asker: str
    asked: int
    decider: str
    decided: int | None
    state: str
    used: int | None


class Resets:
    """The links of one node."""

    def __init__(self, db: sa.Engine, suite: Suite) -> None:
        self._db: Final = db
        self._suite: Final = suite
        self._people: Final = People(db)
        self._credentials: Final = Credentials(db, suite)

    # -- making links --------

    def ask(self, person: str, asker: str, *, alone: bool = False) -> str:
        """Ask for a link for ``person``: the token, or "" while it waits for confirmation.

        Asking again for what is confirmed makes the link. ``alone`` is for whoever commands the machine, when
        those who should confirm cannot: it is kept as confirmed by nobody.

        Raises AccessError ``no-such-person``, ``person-closed``, ``own-link``, ``no-confirmer``.
        """
        known = self._people.get(person)
        if not known.active:
            raise AccessError("person-closed", name=known.name)
        if person == asker:
            raise AccessError("own-link")
        chosen, confirmers = self._credentials.of(person).changed, self.confirmers(known, asker)
        if not self.has_powers(known) or not (chosen or confirmers):
            return self.issue(person)
        if not (alone or confirmers):
            raise AccessError("no-confirmer")
        for one in self.open():
            if one.person == person and one.asker == asker and not alone:
                return self._made(one) if one.state == "confirmed" else ""
        made = self._keep(known.id, asker, "confirmed" if alone else "waiting")
        return self._made(made) if alone else ""

    def issue(self, person: str, lifetime: int = LINK_LIFETIME) -> str:
        """A one-time token for somebody without a passphrase, made without asking anybody. Raises AccessError
        ``no-such-person``.
        """
        self._people.get(person)
        token = secrets.token_urlsafe(32)
        values = {"digest": self.digest(token), "person": person, "expires": nodedb.now() + lifetime}
        with self._db.begin() as connection:
            connection.execute(links.delete().where(links.c.expires < nodedb.now()))
            connection.execute(links.insert().values(values))
        return token

    def decide(self, reset: str, decider: Person, *, confirm: bool) -> Reset:
        """Confirm or refuse. Raises AccessError ``no-such-reset``, ``own-entry``, ``not-confirmer``."""
        found = next((one for one in self.open() if one.reset == reset and one.state == "waiting"), None)
        if found is None:
            raise AccessError("no-such-reset")
        if decider.id in (found.person, found.asker):
            raise AccessError("own-entry")
        if decider.id not in {one.id for one in self.confirmers(self._people.get(found.person), found.asker)}:
            raise AccessError("not-confirmer")
        state = "confirmed" if confirm else "refused"
        self._move(found, state, decider=decider.id, decided=nodedb.now())
        return found

    # -- who may, who must --------

    def has_powers(self, person: Person) -> bool:
        """Whether a link to this person gives its holder anything."""
        return bool(person.roles or person.office or self._credentials.of(person.id).changed)

    def confirmers(self, person: Person, asker: str) -> list[Person]:
        """Who may confirm a link for ``person`` that ``asker`` asked for."""
        able = self._able()
        for office in CONFIRMING:
            found = [one for one in able if one.office == office and one.id not in (person.id, asker)]
            if found:
                return found
        return []

    def is_guarded(self) -> bool:
        """Whether there is anybody who could confirm."""
        return any(one.office in CONFIRMING for one in self._able())

    def demand_closable(self, person: Person) -> None:
        """Raise AccessError ``last-confirmer`` for the last one of a confirming office with a passphrase, or
        the last one at all.
        """
        if person.office not in CONFIRMING:
            return
        if not any(one.office == person.office and one.id != person.id for one in self._able()):
            raise AccessError("last-confirmer", office=person.office)

    def _able(self) -> list[Person]:
        standing = self._credentials.all()
        return [
            one
            for one in self._people.all()
            if one.active and one.office and one.id in standing and standing[one.id].changed
        ]

    # -- what there is --------

    def open(self) -> list[Reset]:
        """What waits for confirmation, and what is confirmed and waits for its link to be made."""
        since = nodedb.now() - PATIENCE
        return self._rows(resets.c.state.in_(("waiting", "confirmed")) & (resets.c.asked > since))

    def of(self, person: str) -> list[Reset]:
        """Every link to the person that had to be confirmed, newest first."""
        return self._rows(resets.c.person == person)

    def news(self, person: str) -> list[Reset]:
        """What the person must be told at sign-in."""
        return [one for one in self.of(person) if one.asked > nodedb.now() - TOLD_FOR]

    # -- redeeming (``sessions``) --------

    def digest(self, secret: str) -> str:
        """A secret as the store keeps it."""
        return self._suite.digest("node-secret", secret.encode("utf-8", "surrogatepass")).hex()

    def note_used(self, link: str) -> None:
        """Note that the link of a reset was used."""
        with self._db.begin() as connection:
            connection.execute(
                resets.update().where(resets.c.link == link).values(state="used", used=nodedb.now())
            )

    def allows(self, link: str, person: str) -> bool:
        """Whether a link, by its digest, may replace the person's passphrase."""
        return bool(self._rows((resets.c.link == link) & (resets.c.person == person)))

    # --------------------------------------------------------------------------------------------------------

    def _keep(self, person: str, asker: str, state: str) -> Reset:
        now = nodedb.now()
        values = {"reset": random_bytes(16).hex(), "person": person, "asker": asker, "asked": now}
        values |= {
            "decider": "",
            "decided": now if state == "confirmed" else None,
            "state": state,
            "link": "",
        }
        with self._db.begin() as connection:
            connection.execute(resets.insert().values(values))
        return next(one for one in self.of(person) if one.reset == values["reset"])

    def _made(self, reset: Reset) -> str:
        token = self.issue(reset.person)
        self._move(reset, "made", link=self.digest(token))
        return token

    def _move(self, reset: Reset, state: str, **values: Any) -> None:  # noqa: ANN401 - columns
        where = (resets.c.reset == reset.reset) & (resets.c.state == reset.state)
        with self._db.begin() as connection:
            if connection.execute(resets.update().where(where).values(state=state, **values)).rowcount != 1:
                raise AccessError("no-such-reset")

    def _rows(self, where: sa.ColumnElement[bool]) -> list[Reset]:
        columns = [resets.c[name] for name in Reset.__slots__]
        query = sa.select(*columns).where(where).order_by(resets.c.asked.desc(), resets.c.reset)
        with self._db.connect() as connection:
            return [Reset(*row) for row in connection.execute(query)]
