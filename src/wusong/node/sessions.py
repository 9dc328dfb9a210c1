"""Signing in: one-time links, passphrases, sessions, and patience with failures.

* A link is 256 random bits, kept as a digest, used once, dead after 15 minutes. Who opens one chooses a
  passphrase (``credentials``) and is signed in; on a trial network the choice can be put off, once.
* From then on the person signs in with name and passphrase. A link replaces a passphrase only as a reset that
  two administrators agreed on (``resets``); it ends every session that the person has.
* A session is 256 random bits in a cookie, kept as a digest, with its own token against forged forms; it
  ends when it expires, when its person signs out or is deactivated.
* After 10 wrong links from one source within 10 minutes, that source waits. A good link still works: nobody
  can lock others out.
* Who signed in, how, and who could not, is in the access log.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.errors import AccessError
from wusong.node import nodedb
from wusong.node.credentials import Credentials, check
from wusong.node.nodedb import access_log, failures, links, nonces, sessions
from wusong.node.people import People, Person
from wusong.node.resets import LINK_LIFETIME, Resets

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

MAX_FAILURES: Final = 10
FAILURE_WINDOW: Final = 10 * 60_000
_SIGN_INS: Final = ("sign-in", "passphrase", "sign-in-refused")


@dataclass(frozen=True, slots=True)
class Session:
    """Someone signed in, and the party worked for at the moment ("" for none)."""

    digest: str
    person: Person
    party: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a link that still works opens: for whom; whether the passphrase that is there is replaced; whether
    choosing one can be put off.
    """

    person: Person
    resets: bool
    may_put_off: bool


class Sessions:
    """The sign-in links and sessions of one node."""

    def __init__(self, db: sa.Engine, suite: Suite, minutes: int, *, trial: bool = False) -> None:
        self._db: Final = db
        self._lifetime: Final = minutes * 60_000
        self._trial: Final = trial
        self.people: Final = People(db)
        self.credentials: Final = Credentials(db, suite)
        self.resets: Final = Resets(db, suite)

    # -- signing in and out --------

    def issue_link(self, person: str, lifetime: int = LINK_LIFETIME) -> str:
        """A one-time token with which ``person`` chooses a first passphrase. Raises AccessError
        ``no-such-person``.
        """
        return self.resets.issue(person, lifetime)

    def opening(self, token: str) -> Opening | None:
        """What a one-time token would open; looking does not use it up."""
        digest = self.resets.digest(token)
        where = (links.c.digest == digest) & (links.c.expires > nodedb.now())
        with self._db.connect() as connection:
            found = connection.execute(sa.select(links.c.person).where(where)).scalar_one_or_none()
        if found is None or not (person := self.people.get(found)).active:
            return None
        standing = self.credentials.of(found)
        if standing.changed and not self.resets.allows(digest, found):
            return None
        fresh = not standing.changed and not standing.put_off
        return Opening(person, bool(standing.changed), self._trial and fresh)

    def redeem(
        self, token: str, source: str, passphrase: str = "", *, put_off: bool = False
    ) -> tuple[str, Session]:
        """Use up a one-time token, and choose a passphrase: the session's secret and the session.

        Raises:
            AccessError: ``too-many-failures``; ``sign-in-link`` when it is wrong, used or too old;
                ``passphrase-weak``, ``passphrase-now`` (nothing is used up).
        """
        opened = self.opening(token)
        if opened is None:
            self._check_patience(source)
            self._note_failure(source)
            raise AccessError("sign-in-link")
        if not put_off:
            check(passphrase, opened.person.name)
        elif not opened.may_put_off:
            raise AccessError("passphrase-now")
        person, way = self._take_link(token, opened, source), "link-put-off"
        if put_off:
            self.credentials.put_off(person.id)
        else:
            self.credentials.choose(person.id, person.name, passphrase)
            self._end_all(person.id)
            way = "reset" if opened.resets else "link"
        self._log(person.id, "sign-in", f"{way} {source}".strip())
        return self._begin(person)

    def sign_in(self, name: str, passphrase: str, source: str) -> tuple[str, Session]:
        """Sign in with name and passphrase. Raises AccessError ``sign-in-wrong``, ``sign-in-later``."""
        try:
            found = self.credentials.identify(name, passphrase, source)
        except AccessError as error:
            if (
                error.code == "sign-in-wrong"
            ):  # who must wait is not written down each time: that would fill disks
                self._log(self.credentials.named(name), "sign-in-refused", source)
            raise
        self._log(found, "sign-in", f"passphrase {source}")
        return self._begin(self.people.get(found))

    def begin(self, person: str) -> tuple[str, Session]:
        """A session for somebody whom another part of the program has identified."""
        return self._begin(self.people.get(person))

    def change_passphrase(self, session: Session, old: str, new: str, source: str) -> None:
        """Replace one's own passphrase; other sessions end. Raises AccessError ``sign-in-wrong``,
        ``sign-in-later``, ``passphrase-weak``.
        """
        person = session.person
        check(new, person.name)
        if self.credentials.of(person.id).changed:
            self.credentials.identify(person.id, old, source)
        self.credentials.choose(person.id, person.name, new)
        self._end_all(person.id, but=session.digest)
        self._log(person.id, "passphrase", f"changed {source}")

    def sign_ins(self, person: str, limit: int = 20) -> list[dict[str, Any]]:
        """When and how a person signed in or changed the passphrase, newest first: ``time``, ``what``,
        ``target``.
        """
        query = (
            sa.select(access_log.c.time, access_log.c.what, access_log.c.target)
            .where((access_log.c.person == person) & access_log.c.what.in_(_SIGN_INS))
            .order_by(access_log.c.id.desc())
            .limit(limit)
        )
        with self._db.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def find(self, secret: str) -> Session | None:
        """The session behind a cookie, if it is alive."""
        where = (sessions.c.digest == self.resets.digest(secret)) & (sessions.c.expires > nodedb.now())
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

    def _take_link(self, token: str, opened: Opening, source: str) -> Person:
        """Use the link up: of two who come at once, one gets it."""
        digest = self.resets.digest(token)
        with self._db.begin() as connection:
            taken = connection.execute(links.delete().where(links.c.digest == digest)).rowcount
        if taken != 1:
            self._note_failure(source)
            raise AccessError("sign-in-link")
        self.resets.note_used(digest)
        return opened.person

    def _end_all(self, person: str, but: str = "") -> None:
        """End the sessions and the links that somebody has."""
        with self._db.begin() as connection:
            mine = (sessions.c.person == person) & (sessions.c.digest != but)
            connection.execute(sessions.delete().where(mine))
            connection.execute(links.delete().where(links.c.person == person))

    def _log(self, person: str, what: str, target: str) -> None:
        row = {"time": nodedb.now(), "party": "", "person": person, "way": "portal"}
        with self._db.begin() as connection:
            connection.execute(access_log.insert().values(**row, what=what, target=target))

    def _begin(self, person: Person) -> tuple[str, Session]:
        secret, csrf = secrets.token_urlsafe(32), secrets.token_hex(32)
        party = next(iter(person.parties), "")
        session = Session(self.resets.digest(secret), person, party, csrf)
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
