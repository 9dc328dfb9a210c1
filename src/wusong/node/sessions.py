"""Signing in: one-time links, sessions, and patience with failures.

* A link is 256 random bits, kept as a digest, used once, dead after 15 minutes.
* A session is 256 random bits in a cookie, kept as a digest, with its own token against forged forms; it
  ends when it expires, when its person signs out or is deactivated.
* After 10 failures from one source within 10 minutes, that source waits. A good link still works: nobody
  can lock others out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from wusong.errors import AccessError
from wusong.node import nodedb
from wusong.node.nodedb import failures, links, nonces, sessions
from wusong.node.people import People, Person

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

LINK_LIFETIME: Final = 15 * 60_000
MAX_FAILURES: Final = 10
FAILURE_WINDOW: Final = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Session:
    """Someone signed in, and the party worked for at the moment ("" for none)."""

    digest: str
    person: Person
    party: str
    csrf: str


class Sessions:
    """The sign-in links and sessions of one node."""

    def __init__(self, db: sa.Engine, suite: Suite, minutes: int) -> None:
        self._db: Final = db
        self._suite: Final = suite
        self._lifetime: Final = minutes * 60_000
        self.people: Final = People(db)

    # -- signing in and out --------

    def issue_link(self, person: str, lifetime: int = LINK_LIFETIME) -> str:
        """A one-time token with which ``person`` signs in. Raises AccessError ``no-such-person``."""
        self.people.get(person)
        token = secrets.token_urlsafe(32)
        values = {"digest": self._digest(token), "person": person, "expires": nodedb.now() + lifetime}
        with self._db.begin() as connection:
            connection.execute(links.delete().where(links.c.expires < nodedb.now()))
            connection.execute(links.insert().values(values))
        return token

    def is_open(self, token: str) -> bool:
        """Whether a one-time token would still sign somebody in; looking does not use it up."""
        where = (links.c.digest == self._digest(token)) & (links.c.expires > nodedb.now())
        with self._db.connect() as connection:
            return connection.execute(sa.select(links.c.person).where(where)).first() is not None

    def redeem(self, token: str, source: str) -> tuple[str, Session]:
        """Use up a one-time token: the session's secret and the session.

        Raises AccessError ``too-many-failures``, ``sign-in-link`` when it is wrong, used or too old.
        """
        found = self._take_link(token)
        if found is None or not self.people.get(found).active:
            self._check_patience(source)
            self._note_failure(source)
            raise AccessError("sign-in-link")
        return self._begin(self.people.get(found))

    def find(self, secret: str) -> Session | None:
        """The session behind a cookie, if it is alive."""
        where = (sessions.c.digest == self._digest(secret)) & (sessions.c.expires > nodedb.now())
        with self._db.connect() as connection:
            row = connection.execute(sa.select(sessions).where(where)).first()
        if row is None:
            return None
        person = self.people.get(row.person)
        party = row.party if row.party in person.roles else next(iter(person.parties), "")
        return Session(row.digest, person, party, row.csrf) if person.active else None

    def end(self, session: Session) -> None:
        """Sign out."""
        with self._db.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.digest == session.digest))

    def work_for(self, session: Session, party: str) -> None:
        """Switch the party that the person works for. Raises AccessError ``not-allowed``."""
        if party not in session.person.roles:
            raise AccessError("not-allowed", right="read")
        with self._db.begin() as connection:
            connection.execute(
                sessions.update().where(sessions.c.digest == session.digest).values(party=party)
            )

    # -- programs --------

    def spend_nonce(self, key: str, nonce: str, expires: int) -> bool:
        """Remember a request's nonce until it expires; False when it was seen before."""
        with self._db.begin() as connection:
            connection.execute(nonces.delete().where(nonces.c.expires < nodedb.now()))
            try:
                connection.execute(nonces.insert().values(key=key, nonce=nonce, expires=expires))
            except sa.exc.IntegrityError:
                return False
        return True

    # --------------------------------------------------------------------------------------------------------

    def _digest(self, secret: str) -> str:
        return self._suite.digest("node-secret", secret.encode("utf-8", "surrogatepass")).hex()

    def _take_link(self, token: str) -> str | None:
        digest = self._digest(token)
        with self._db.begin() as connection:
            row = connection.execute(sa.select(links).where(links.c.digest == digest)).first()
            taken = connection.execute(links.delete().where(links.c.digest == digest)).rowcount
        alive = row is not None and taken == 1 and row.expires > nodedb.now()
        return str(row.person) if row is not None and alive else None

    def _begin(self, person: Person) -> tuple[str, Session]:
        secret, csrf = secrets.token_urlsafe(32), secrets.token_hex(32)
        party = next(iter(person.parties), "")
        session = Session(self._digest(secret), person, party, csrf)
        values = {"digest": session.digest, "person": person.id, "party": party, "csrf": csrf}
        with self._db.begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.expires < nodedb.now()))
            connection.execute(sessions.insert().values(**values, expires=nodedb.now() + self._lifetime))
        return secret, session

    def _check_patience(self, source: str) -> None:
        since = nodedb.now() - FAILURE_WINDOW
        count = sa.select(sa.func.count()).where((failures.c.source == source) & (failures.c.time > since))
        with self._db.connect() as connection:
            if connection.execute(count).scalar_one() >= MAX_FAILURES:
                raise AccessError("too-many-failures", minutes=FAILURE_WINDOW // 60_000)

    def _note_failure(self, source: str) -> None:
        with self._db.begin() as connection:
            connection.execute(failures.delete().where(failures.c.time < nodedb.now() - FAILURE_WINDOW))
            connection.execute(failures.insert().values(source=source, time=nodedb.now()))
