"""What every handler needs of the node, and who is calling."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency

from wusong.errors import AccessError, Lang
from wusong.i18n import choose, negotiate
from wusong.node.access import Access, Reader
from wusong.node.entries import Entries
from wusong.node.nodedb import open_db
from wusong.node.pending import Pendings
from wusong.node.people import ROLE_MAY, People, Person, Right
from wusong.node.sessions import Session, Sessions
from wusong.web import signatures
from wusong.web.inbox import Inbox

if TYPE_CHECKING:
    from wusong.node.node import Node

COOKIE: Final = "wusong-session"
LANGUAGE_COOKIE: Final = "wusong-language"


class Faces:
    """The parts that handlers work with."""

    def __init__(self, node: Node) -> None:
        self.node: Final = node
        self.db: Final = open_db(node.folder)
        self.people: Final = People(self.db)
        self.sessions: Final = Sessions(
            self.db, node.ledger.suite, node.settings.session_minutes, trial=node.ledger.genesis.trial
        )
        self.access: Final = Access(node, self.db)
        self.entries: Final = Entries(self.db, four_eyes=node.settings.four_eyes)
        self.pendings: Final = Pendings(node, self.db)
        self.inbox: Final = Inbox(node.ledger.submit)
        self.secure: Final = node.settings.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the session cookie; under https one that no other host can set."""
        return f"__Host-{COOKIE}" if self.secure else COOKIE

    def close(self) -> None:
        """Let go of the node's own store."""
        self.db.dispose()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a person with a session, a program that signed, or nobody."""

    party: str = ""
    session: Session | None = None
    key: str = ""

    @property
    def person(self) -> Person | None:
        """The person, if it is one."""
        return None if self.session is None else self.session.person

    @property
    def known(self) -> bool:
        """Whether the caller is anybody."""
        return bool(self.party or self.session)

    def reader(self, way: str = "api") -> Reader:
        """The caller as one who reads. Raises AccessError ``not-signed-in``, ``not-allowed``."""
        self.demand("read")
        return Reader(self.party, self.person.id if self.person else "", way)

    def demand(self, right: Right) -> None:
        """Raise AccessError unless the caller has ``right``. A program with its party's key has every right
        of the party.
        """
        if not self.known:
            raise AccessError("not-signed-in")
        if self.person is not None and not self.person.may(right, self.party):
            raise AccessError("not-allowed", right=right)

    def office(self, office: str) -> Person:
        """The person, who must hold ``office``. Raises AccessError ``not-signed-in``, ``not-office``."""
        if self.person is None:
            raise AccessError("not-signed-in")
        if self.person.office != office:
            raise AccessError("not-office", office=office)
        return self.person

    def rights(self) -> list[str]:
        """What the caller may do for the party, for pages that offer only that."""
        if self.person is None:
            return []
        return sorted({right for role in self.person.roles.get(self.party, ()) for right in ROLE_MAY[role]})


async def find_caller(request: Request[Any, Any, Any], faces: NamedDependency[Faces]) -> Caller:
    """Who sends a request. A signature that does not hold refuses; a cookie that is not alive is nobody."""
    if signatures.is_signed(request.headers):
        return await _program(request, faces)
    secret = request.cookies.get(faces.cookie)
    if not secret:
        return Caller()
    session = await sync_to_thread(faces.sessions.find, secret)
    return Caller() if session is None else Caller(session.party, session)


async def _program(request: Request[Any, Any, Any], faces: Faces) -> Caller:
    host, port = request.scope["server"] or ("", 0)
    authority = request.headers.get("host", "").lower()
    if authority not in signatures.authorities(faces.node.settings.public_url, host, int(port or 0)):
        raise AccessError("request-elsewhere", authority=authority[:200])
    message = signatures.Message(
        method=request.method,
        authority=authority,
        path=request.scope["raw_path"].decode("latin-1").partition("?")[0],
        query="?" + request.scope["query_string"].decode("latin-1"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
    signed = signatures.verify(faces.node.ledger, message, int(time.time()))
    if not await sync_to_thread(faces.sessions.spend_nonce, signed.key, signed.nonce, signed.expires):
        raise AccessError("request-replayed")
    return Caller(signed.party, key=signed.key)


def find_lang(request: Request[Any, Any, Any]) -> Lang:
    """The language of the answer: as chosen before, else as the browser says."""
    chosen = choose(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or negotiate(request.headers.get("accept-language"))
