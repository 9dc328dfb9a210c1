"""People's own credentials: passphrases, kept so that nobody can read them, and patience with guesses.

* A passphrase has at least 12 characters and is checked by four small rules, not against a list. What is kept
  is what the suite's key derivation makes of it (scrypt, or PBKDF2 with SM3), with a salt of its own.
* A wrong passphrase, a wrong name, a person whose access is closed, a person without a passphrase: one
  answer, after the same work.
* After a few failures each further one makes the next attempt wait longer, for the account and for the
  address it comes from, up to a minute: guessing ends, and nobody can lock others out for longer.
* An attempt counts as a failure before it is judged, so that many at once are no way around the wait.
* Passkeys would be a second kind of ``kept``; its place is ``Kept.kind``.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from wusong.crypto.random import random_bytes
from wusong.errors import AccessError
from wusong.node import nodedb
from wusong.node.nodedb import attempts, credentials, persons

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

LEAST: Final = 12
MOST: Final = 256
FREE_FOR_ACCOUNT: Final = 3
FREE_FOR_SOURCE: Final = 10
LONGEST_WAIT: Final = 60_000
"""The longest wait between two attempts, ms."""
WINDOW: Final = 24 * 3_600_000
"""For how long failures are remembered, ms."""
_SALT_BYTES: Final = 16
_SIZE: Final = 32
_GATE: Final = threading.BoundedSemaphore(2)
"""Key derivation takes 32 MiB and a tenth of a second: few at a time, or a crowd of guesses is an attack."""
_GATE_SECONDS: Final = 10


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """A credential as it is kept."""

    kind: str
    kdf: str
    parameters: dict[str, int]
    salt: str
    value: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a person has a passphrase (ms), and when the choice was put off; None for never."""

    changed: int | None = None
    put_off: int | None = None


class Credentials:
    """The passphrases of the people of one node."""

    def __init__(self, db: sa.Engine, suite: Suite) -> None:
        self._db: Final = db
        self._suite: Final = suite

    def of(self, person: str) -> Standing:
        """Whether, and since when, a person has a passphrase."""
        return self.all().get(person, Standing())

    def all(self) -> dict[str, Standing]:
        """The standing of everyone who has chosen a passphrase or put it off."""
        query = sa.select(credentials.c.person, credentials.c.changed, credentials.c.put_off)
        with self._db.connect() as connection:
            return {row.person: Standing(row.changed, row.put_off) for row in connection.execute(query)}

    def choose(self, person: str, name: str, passphrase: str) -> None:
        """Keep a passphrase for a person, in place of an earlier one. Raises AccessError
        ``passphrase-weak``.
        """
        check(passphrase, name)
        values = {"kept": msgspec.to_builtins(self._made(passphrase)), "changed": nodedb.now()}
        put = sqlite.insert(credentials).values(person=person, **values)
        with self._db.begin() as connection:
            connection.execute(put.on_conflict_do_update(index_elements=["person"], set_=values))
            connection.execute(attempts.delete().where(attempts.c.account == self._account(name)))

    def put_off(self, person: str) -> None:
        """Note that the choice was put off. Raises AccessError ``passphrase-now`` the second time."""
        put = sqlite.insert(credentials).values(person=person, put_off=nodedb.now()).on_conflict_do_nothing()
        with self._db.begin() as connection:
            if connection.execute(put).rowcount != 1:
                raise AccessError("passphrase-now")

    def identify(self, name: str, passphrase: str, source: str) -> str:
        """The id of the active person of that name whose passphrase it is.

        Raises:
            AccessError: ``sign-in-wrong``, whatever is wrong; ``sign-in-later`` with ``seconds``.
        """
        attempt = self._begin(self._account(name), source)
        found = self._candidate(name)
        if not self._matches(found[1] if found else None, passphrase) or found is None:
            raise AccessError("sign-in-wrong")
        self._succeeded(attempt, self._account(name))
        return found[0]

    def named(self, name: str) -> str:
        """The id of the person who would sign in under a name; "" when there is none."""
        found = self._candidate(name)
        return found[0] if found else ""

    # --------------------------------------------------------------------------------------------------------

    def _candidate(self, name: str) -> tuple[str, Any] | None:
        query = (
            sa.select(persons.c.person, credentials.c.kept)
            .join(credentials, credentials.c.person == persons.c.person)
            .where(persons.c.active & ((persons.c.name == plain(name)) | (persons.c.person == name.strip())))
        )
        with self._db.connect() as connection:
            rows = [row for row in connection.execute(query) if row.kept is not None]
        return (rows[0].person, rows[0].kept) if len(rows) == 1 else None

    def _made(self, passphrase: str) -> Kept:
        kdf, salt = self._suite.kdf, random_bytes(_SALT_BYTES)
        parameters = dict(kdf.parameters)
        value = self._derive(passphrase, salt, parameters)
        return Kept("passphrase", kdf.name, parameters, salt.hex(), value.hex())

    def _matches(self, kept: Any, passphrase: str) -> bool:  # noqa: ANN401 - a JSON value of the store
        if kept is None:
            self._derive(passphrase, bytes(_SALT_BYTES), dict(self._suite.kdf.parameters))
            return False
        record = msgspec.convert(kept, Kept)
        value = self._derive(passphrase, bytes.fromhex(record.salt), record.parameters)
        return record.kdf == self._suite.kdf.name and secrets.compare_digest(value.hex(), record.value)

    def _derive(self, passphrase: str, salt: bytes, parameters: dict[str, int]) -> bytes:
        if not _GATE.acquire(timeout=_GATE_SECONDS):
            raise AccessError("sign-in-later", seconds=_GATE_SECONDS)
        try:
            return self._suite.kdf.derive(_bytes(passphrase), salt, parameters, _SIZE)
        finally:
            _GATE.release()

    # -- patience --------

    def _account(self, name: str) -> str:
        """A name as it is counted: a digest, so that what was typed by mistake is not kept."""
        return self._suite.digest("sign-in-name", plain(name)[:MOST].encode("utf-8", "replace")).hex()

    def _begin(self, account: str, source: str) -> int:
        """Note the attempt, unless it comes too early. Raises AccessError ``sign-in-later``."""
        now = nodedb.now()
        with self._db.begin() as connection:
            connection.execute(attempts.delete().where(attempts.c.time < now - WINDOW))
            noted = attempts.insert().values(account=account, source=source, time=now)
            attempt = int(connection.execute(noted.returning(attempts.c.id)).scalar_one())
            waits = [
                _wait(connection, column == value, attempt, free)
                for column, value, free in (
                    (attempts.c.account, account, FREE_FOR_ACCOUNT),
                    (attempts.c.source, source, FREE_FOR_SOURCE),
                )
            ]
            if (until := max(waits)) > now:
                raise AccessError("sign-in-later", seconds=-(-(until - now) // 1000))
            return attempt

    def _succeeded(self, attempt: int, account: str) -> None:
        mine = (attempts.c.id == attempt) | (attempts.c.account == account)
        with self._db.begin() as connection:
            connection.execute(attempts.delete().where(mine))


def _wait(connection: sa.Connection, where: sa.ColumnElement[bool], attempt: int, free: int) -> int:
    """Until when (ms) the next attempt waits: a second after the first failure too many, then twice as long
    each time.
    """
    query = sa.select(sa.func.count(), sa.func.max(attempts.c.time)).where(where & (attempts.c.id != attempt))
    count, last = connection.execute(query).one()
    if count < free:
        return 0
    return int(last) + int(min(1_000 << min(count - free, 10), LONGEST_WAIT))


def plain(name: str) -> str:
    """A name as it is compared: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def check(passphrase: str, name: str) -> None:
    """Raise AccessError ``passphrase-weak`` with the reason: too short or too long; too few different
    characters; one thing over and over, or a row of neighbours; the name of its person.
    """
    text = unicodedata.normalize("NFC", passphrase)
    reason = _weakness(text, name)
    if reason:
        raise AccessError("passphrase-weak", reason=reason, least=LEAST, most=MOST)


def _weakness(text: str, name: str) -> str:
    if not LEAST <= len(text) <= MOST:
        return "length"
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    if len(set(text)) < 5 or len(steps) < 3 or text in (text + text)[1:-1]:
        return "monotonous"
    rest = text.casefold()
    for word in plain(name).casefold().split():
        rest = rest.replace(word, "") if len(word) > 1 else rest
    return "" if len(rest) >= LEAST else "name"


def _bytes(passphrase: str) -> bytes:
    """What is derived from: NFC, as RFC 8265 (OpaqueString) has it."""
    return unicodedata.normalize("NFC", passphrase)[: MOST * 2].encode("utf-8", "surrogatepass")


__all__ = ["Credentials", "Kept", "Standing", "check", "plain"]
