"""Tokens: what a user's program or post calls a product with, instead of a key of the party.

* A token is good for one party, one data-use, a time and, if wanted, a number of calls; it names its holder,
  a post or a system, as the data-use names recipients. It opens nothing else.
* It is shown once, when a signatory of the user issues it. Kept is only its digest (``tokens.db``); whoever
  has the file cannot call.
* A restored backup revives none: what was revoked since would come back with it, so all are revoked.
* Revoked, it is refused from the next request on; where another process revoked it, a quarter of a second
  later at most.
"""

from __future__ import annotations

import base64
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from wusong.crypto.random import random_bytes
from wusong.crypto.suites import Suite
from wusong.data import host as hosts
from wusong.data.durable import OnePerNode, open_file
from wusong.data.host import Host
from wusong.data.products.calls import book, expect_user
from wusong.data.products.permits import USE
from wusong.data.products.way import Way
from wusong.errors import DataError

__all__ = ["FILE", "PREFIX", "Token", "close", "issue", "listed", "revoke", "way_of"]

FILE: Final = "tokens.db"
PREFIX: Final = "wst_"
DAY: Final = 86_400_000
MOST_DAYS: Final = 366
_TRUSTED: Final = 0.25
"""Seconds for which what was read counts before it is asked whether another process wrote."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS tokens (
  id TEXT PRIMARY KEY, digest BLOB NOT NULL UNIQUE, party TEXT NOT NULL, use TEXT NOT NULL,
  holder TEXT NOT NULL, made INTEGER NOT NULL, expires INTEGER NOT NULL, calls INTEGER NOT NULL,
  revoked INTEGER
) WITHOUT ROWID
"""
_SELECT: Final = "SELECT id, party, use, holder, made, expires, calls, revoked FROM tokens"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept; times in ms, ``calls`` 0 for as many as the data-use allows."""

    id: str
    party: str
    use: str
    holder: str
    made: int
    expires: int
    calls: int = 0
    revoked: int | None = None

    def to_json(self, used: int) -> dict[str, Any]:
        """The token for its owners; ``used`` calls came by it."""
        return {
            "calls": self.calls,
            "expires": self.expires,
            "holder": self.holder,
            "made": self.made,
            "revoked": self.revoked,
            "token": self.id,
            "use": self.use,
            "used": used,
        }


class _Store:
    """The tokens of a node; read from memory while no other process writes."""

    def __init__(self, folder: Path, suite: Suite) -> None:
        self._suite: Final = suite
        self._lock: Final = Lock()
        self._seen: dict[bytes, Token] = {}
        self._version = -1
        self._looks_again = 0.0
        self._db: Final = open_file(folder / FILE, _TABLE)

    def add(self, token: Token, secret: str) -> None:
        with self._lock:
            self._db.execute(
                "INSERT INTO tokens (id, digest, party, use, holder, made, expires, calls) "
                "VALUES (?,?,?,?,?,?,?,?)",
                (
                    token.id,
                    self._digest(secret),
                    token.party,
                    token.use,
                    token.holder,
                    token.made,
                    token.expires,
                    token.calls,
                ),
            )

    def find(self, secret: str) -> Token | None:
        with self._lock:
            if time.monotonic() >= self._looks_again:
                version = self._db.execute("PRAGMA data_version").fetchone()[0]
                if version != self._version:
                    self._seen, self._version = {}, version
                self._looks_again = time.monotonic() + _TRUSTED
            digest = self._digest(secret)
            found = self._seen.get(digest)
            if found is None:
                row = self._db.execute(f"{_SELECT} WHERE digest = ?", (digest,)).fetchone()
                if row is None:
                    return None
                found = self._seen[digest] = Token(*row)
        return found

    def revoke(self, party: str, token: str, now: int) -> bool:
        with self._lock:
            changed = self._db.execute(
                "UPDATE tokens SET revoked = COALESCE(revoked, ?) WHERE id = ? AND party = ?",
                (now, token, party),
            )
            self._seen = {}
            return changed.rowcount == 1

    def listed(self, party: str, use: str) -> list[Token]:
        query = f"{_SELECT} WHERE party = ? AND use = ? ORDER BY made, id"
        with self._lock:
            return [Token(*row) for row in self._db.execute(query, (party, use))]

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _digest(self, secret: str) -> bytes:
        return self._suite.digest("data-token", secret.encode())


def issue(host: Host, party: str, use: str, holder: str, days: int = 30, calls: int = 0) -> tuple[str, Token]:
    """A new token for a data-use of the party: the secret, which nobody sees again, and what is kept.

    Raises DataError ``not-the-user``, ``token-terms``.
    """
    standing = hosts.leaf(host, use, USE)
    expect_user(standing, use, party)
    now = host.ledger.now()
    expires = min(now + days * DAY, standing.fields["ends"])
    wrong = {
        "holder": not 0 < len(holder.strip()) <= 64 or not holder.isprintable(),
        "days": not 0 < days <= MOST_DAYS or expires <= now,
        "calls": not 0 <= calls < 2**53,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise DataError("token-terms", field=field)
    secret = PREFIX + base64.urlsafe_b64encode(random_bytes(32)).decode().rstrip("=")
    token = Token(random_bytes(8).hex(), party, use, holder.strip(), now, expires, calls)
    _store(host).add(token, secret)
    return secret, token


def way_of(host: Host, secret: str, use: str, address: str = "") -> tuple[str, Way]:
    """Whose a token is, and the way that a call by it comes. Raises DataError ``token-refused``."""
    token = _store(host).find(secret) if secret.startswith(PREFIX) else None
    if token is None:
        raise DataError("token-refused", reason="unknown")
    if token.revoked is not None:
        raise DataError("token-refused", reason="revoked")
    if token.expires <= host.ledger.now():
        raise DataError("token-refused", reason="expired")
    if token.use != use:
        raise DataError("token-refused", reason="issued for another data-use")
    return token.party, Way("token", token.id, token.holder, address, token.calls)


def use_of(host: Host, secret: str) -> str:
    """The data-use that a token is for; empty when it is none of ours."""
    token = _store(host).find(secret) if secret.startswith(PREFIX) else None
    return "" if token is None else token.use


def revoke(host: Host, party: str, token: str) -> None:
    """Refuse a token from now on. Raises DataError ``no-such-token``."""
    if not _store(host).revoke(party, token, host.ledger.now()):
        raise DataError("no-such-token", token=token)


def listed(host: Host, party: str, use: str) -> list[dict[str, Any]]:
    """The party's tokens of a data-use, with how many calls came by each."""
    return [token.to_json(book(host).spent(f"token {token.id}")) for token in _store(host).listed(party, use)]


def revoke_all(path: Path) -> None:
    """Revoke every token of a file, which came from a backup."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE tokens SET revoked = made WHERE revoked IS NULL")


_stores: Final = OnePerNode(lambda host: _Store(host.folder, host.ledger.suite))


def _store(host: Host) -> _Store:
    return _stores.of(host)


def close(host: Host) -> None:
    """Close the host's tokens, before the host itself."""
    _stores.close(host)
