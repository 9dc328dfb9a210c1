"""Pending deeds (待签指令): what several parties sign waits here until all have signed.

* It is not on the ledger and binds nobody; it dies at ``expires``.
* Its id is the deed's id, the digest of its payload, which holds the digests of its acts: who signs under an
  id signs exactly the acts that were shown under it, and they are checked again at that moment.
* The node that has the last signature hands it in and keeps what came of it. Where two do, it takes effect
  once: a deed is spent. A node whose copy of the ledger takes no deeds learns it from the ledger.
* Declining and withdrawing close it at this node. A signature that went out cannot be called back: until
  ``expires``, whoever holds all signatures could hand the deed in.
* Only its signers read it.

    deed = pendings.propose([Intent(...)], holder)
    pendings.sign(deed, holder)
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from wusong.errors import DeedError, LedgerError, NodeError, WusongError
from wusong.ledger.drafting import envelope, signature
from wusong.ledger.intent import Intent
from wusong.ledger.receipt import Receipt
from wusong.node import nodedb
from wusong.node.nodedb import pending, pending_signers
from wusong.node.pending_form import Form, decode, judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wusong.ledger.deed import Deed
    from wusong.node.node import Node

LIFETIME: Final = 7 * 86_400_000
"""How long a pending deed waits unless its proposer says otherwise, ms."""
KEPT: Final = 90 * 86_400_000
"""How long a node remembers a pending deed after its expiry, ms."""
MAX_OPEN: Final = 200
"""Open pending deeds of one proposer that a node keeps."""
OPEN: Final = ("waiting", "signed")
"""``signed``: all have signed, what comes of it is not known yet."""
_LATER: Final = frozenset({"quota"})
_MAX_LIST: Final = 200


@dataclass(frozen=True, slots=True)
class Seat:
    """One signer: ``signed`` is when the signature came in (ms), None while it is missing."""

    party: str
    signed: int | None
    protected: str
    signature: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending deed as this node knows it. ``result`` has what came of it: deed and height, or code and
    data.
    """

    deed: str
    proposer: str
    created: int
    expires: int
    state: str
    payload: bytes
    act_bytes: list[bytes]
    seats: list[Seat]
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def acts(self) -> list[dict[str, Any]]:
        """What the signers sign, in order."""
        return [msgspec.json.decode(act) for act in self.act_bytes]

    @property
    def missing(self) -> list[str]:
        """Who has not signed."""
        return [seat.party for seat in self.seats if seat.signed is None]

    @property
    def signed(self) -> set[str]:
        """Who has signed."""
        return {seat.party for seat in self.seats if seat.signed is not None}

    @property
    def form(self) -> Form:
        """What travels."""
        given = [seat for seat in self.seats if seat.signed is not None]
        signatures = {one.party: {"protected": one.protected, "signature": one.signature} for one in given}
        return Form(self.payload, self.act_bytes, signatures)

    def to_json(self) -> dict[str, Any]:
        """As faces and programs see it."""
        return {
            "acts": self.acts,
            "created": self.created,
            "deed": self.deed,
            "expires": self.expires,
            "proposer": self.proposer,
            "result": self.result or None,
            "signers": [{"party": seat.party, "signed": seat.signed} for seat in self.seats],
            "state": self.state,
        }


class Pendings:
    """The pending deeds of one node."""

    def __init__(self, node: Node, db: sa.Engine) -> None:
        self._node: Final = node
        self._db: Final = db

    # -- coming in -----------------------------------------------------------------------------------------

    def propose(self, intents: Sequence[Intent], proposer: str, lifetime: int = LIFETIME) -> str:
        """Write a deed that waits for all whom its acts name, the proposer first; gives its id.

        Raises:
            NodeError: ``no-key``, ``pending-signers``, ``pending-full``, ``no-such-contract``.
            DeedError: what no ledger would take.
        """
        self._node.keys.deed_key(proposer)
        acting = list(dict.fromkeys(party for intent in intents for party in intent.roles.values()))
        if proposer not in acting:
            raise NodeError("pending-stranger", party=proposer)
        draft = self._node.draft(intents, [proposer, *(party for party in acting if party != proposer)])
        form = Form(draft.payload(self._node.ledger.now(), lifetime), draft.acts, {})
        deed = self._judged(form)
        self._keep(deed, form)
        return deed.id.hex()

    def receive(self, data: bytes) -> str:
        """Take in what another node sent, new or with more signatures; gives the deed's id.

        Raises:
            DeedError: it is no deed of this ledger, or a signature does not hold; ``spent``; ``expired``.
            NodeError: ``pending-unsigned``, ``pending-signers``, ``pending-stranger``, ``pending-not-ours``,
                ``pending-closed``, ``pending-full``.
        """
        form = decode(data)
        deed = self._judged(form)
        if deed.submitter not in form.signatures:
            raise NodeError("pending-unsigned")
        identity = deed.id.hex()
        if self._row(identity) is None:
            if not any(self._node.keys.holds(signer.party) for signer in deed.payload.signers):
                raise NodeError("pending-not-ours")
            self._keep(deed, form)
        self._open(identity)
        for party, given in form.signatures.items():
            self._note_signature(identity, party, given)
        self._complete(identity)
        return identity

    def _judged(self, form: Form) -> Deed:
        ledger = self._node.ledger
        deed = judge(ledger, form)
        if ledger.store.deed(deed.id) is not None:
            raise DeedError("spent", deed=deed.id.hex())
        if deed.payload.expires <= ledger.now():
            raise DeedError("expired", expires=deed.payload.expires, now=ledger.now())
        limit = ledger.rules.parameter(ledger.view(), "pending_lifetime")
        if deed.payload.expires > ledger.now() + limit:
            raise DeedError("expires-too-late", expires=deed.payload.expires, now=ledger.now(), limit=limit)
        return deed

    def _keep(self, deed: Deed, form: Form) -> None:
        identity, proposer = deed.id.hex(), deed.submitter
        acts = msgspec.json.encode([msgspec.Raw(act) for act in form.acts])
        row: dict[str, Any] = {"deed": identity, "proposer": proposer, "payload": form.payload, "acts": acts}
        row |= {"created": nodedb.now(), "expires": deed.payload.expires, "state": "waiting"}
        blank: dict[str, Any] = {"deed": identity, "sent": 0, "tries": 0, "next_try": 0}
        seats = [
            blank | {"party": signer.party, "place": place}
            for place, signer in enumerate(deed.payload.signers)
        ]
        count = sa.select(sa.func.count()).where((pending.c.proposer == proposer) & pending.c.state.in_(OPEN))
        with self._db.begin() as connection:
            if connection.execute(count).scalar_one() >= MAX_OPEN:
                raise NodeError("pending-full", limit=MAX_OPEN)
            # The same may come in twice at once, from two nodes.
            connection.execute(sqlite.insert(pending).values(row).on_conflict_do_nothing())
            connection.execute(sqlite.insert(pending_signers).on_conflict_do_nothing(), seats)

    # -- signing -------------------------------------------------------------------------------------------

    def sign(self, deed: str, party: str) -> Pending:
        """Sign for ``party`` with the key that this node holds; the last signature hands the deed in.

        Raises:
            NodeError: ``no-key``, ``no-such-pending``, ``pending-closed``, ``pending-signed``.
            DeedError: the ledger refused it: ``code`` and ``clause`` say why; ``expired``.
        """
        found = self.get(deed, party)
        self._open(deed)
        if party not in found.missing:
            raise NodeError("pending-signed", party=party)
        known = self._judged(found.form)
        key = self._node.keys.deed_key(self._signing(known, party))
        given = signature(found.payload, key)
        judge(self._node.ledger, Form(found.payload, found.act_bytes, {party: given}))
        self._note_signature(deed, party, given)
        refused = self._complete(deed)
        if refused is not None:
            raise refused
        return self.get(deed, party)

    def _signing(self, deed: Deed, party: str) -> str:
        """Whose key signs: the party's own, or the delegate's under its mandate."""
        signer = next(one for one in deed.payload.signers if one.party == party)
        if not signer.mandate:
            return party
        ledger = self._node.ledger
        return str(ledger.rules.authority.mandate(ledger.view(), signer).roles["delegate"])

    def decline(self, deed: str, party: str) -> None:
        """Refuse to sign: closed here, whatever else comes in. Raises NodeError ``no-such-pending``,
        ``pending-closed``, ``pending-signed``.
        """
        found = self.get(deed, party)
        if party not in found.missing:
            raise NodeError("pending-signed", party=party)
        self._close(deed, "declined", {"party": party})

    def withdraw(self, deed: str, party: str) -> None:
        """Take back what one proposed. Raises NodeError ``no-such-pending``, ``pending-closed``,
        ``pending-not-proposer``.
        """
        found = self.get(deed, party)
        if found.proposer != party:
            raise NodeError("pending-not-proposer", party=party)
        self._close(deed, "withdrawn", {"party": party})

    def _close(self, deed: str, state: str, result: dict[str, Any]) -> None:
        self._open(deed)
        if not self._move(deed, ("waiting",), state, result):
            raise NodeError("pending-closed", state=self._get(deed).state)

    # -- handing in ----------------------------------------------------------------------------------------

    def tend(self) -> None:
        """What is due: let the expired die, hand in what is signed, learn what came of the rest, and forget
        what died long ago.
        """
        now = self._node.ledger.now()
        self._forget(now - KEPT)
        with self._db.begin() as connection:
            late = pending.c.state.in_(OPEN) & (pending.c.expires <= now)
            for (deed,) in connection.execute(sa.select(pending.c.deed).where(late)).all():
                if self._node.ledger.store.deed(bytes.fromhex(deed)) is None:
                    connection.execute(pending.update().where(pending.c.deed == deed).values(state="expired"))
            open_ = connection.execute(sa.select(pending.c.deed).where(pending.c.state.in_(OPEN))).all()
        for (deed,) in open_:
            self._complete(deed)

    def _forget(self, before: int) -> None:
        """Nothing is lost to a replay: it is expired, or spent."""
        old = sa.select(pending.c.deed).where(pending.c.expires <= before)
        with self._db.begin() as connection:
            connection.execute(pending_signers.delete().where(pending_signers.c.deed.in_(old)))
            connection.execute(pending.delete().where(pending.c.expires <= before))

    def _complete(self, deed: str) -> WusongError | None:
        """Hand in what all have signed; a refusal is kept, and given back."""
        found = self._get(deed)
        if self._learn(found) or found.missing:
            return None
        if found.state == "waiting" and not self._move(deed, ("waiting",), "signed", {}):
            return None  # closed meanwhile, or somebody else is handing it in
        try:
            receipt = self._hand_in(found)
        except LedgerError as error:
            if not isinstance(error, DeedError) or error.code in _LATER:
                return None  # the ledger is busy, or takes no deeds: ``tend`` tries again
            if error.code == "spent" and self._learn(found):
                return None
            self._move(deed, OPEN, "expired" if error.code == "expired" else "refused", _told(error))
            return error
        return self._conclude(found, receipt)

    def _hand_in(self, found: Pending) -> Receipt:
        given = [{"protected": seat.protected, "signature": seat.signature} for seat in found.seats]
        receipt = self._node.ledger.submit(envelope(found.payload, found.act_bytes, given)).result()
        self._node.models.wait(receipt.height)
        return receipt

    def _learn(self, found: Pending) -> bool:
        """Whether the ledger has the deed already; what came of it is kept."""
        row = self._node.ledger.store.deed(bytes.fromhex(found.deed))
        if row is None:
            return False
        self._conclude(found, msgspec.json.decode(row.receipt, type=Receipt))
        return True

    def _conclude(self, found: Pending, receipt: Receipt) -> WusongError | None:
        placed = {"deed": receipt.deed, "height": receipt.height, "receipt": msgspec.to_builtins(receipt)}
        if receipt.accepted:
            self._move(found.deed, OPEN, "done", placed)
            return None
        error = self._node.refusal(receipt, [_intent(act) for act in found.acts])
        self._move(found.deed, OPEN, "refused", placed | _told(error))
        return error

    # -- reading -------------------------------------------------------------------------------------------

    def get(self, deed: str, party: str) -> Pending:
        """A pending deed, for one of its signers. Raises NodeError ``no-such-pending``."""
        found = self._row(deed)
        if found is None or party not in {seat.party for seat in found.seats}:
            raise NodeError("no-such-pending")
        return found

    def of(self, party: str, *, open_: bool = False) -> list[Pending]:
        """The pending deeds that a party is a signer of, newest first."""
        query = (
            sa.select(pending.c.deed)
            .join(pending_signers, pending_signers.c.deed == pending.c.deed)
            .where(pending_signers.c.party == party)
            .order_by(pending.c.created.desc(), pending.c.deed)
            .limit(_MAX_LIST)
        )
        if open_:
            query = query.where(pending.c.state.in_(OPEN) & (pending.c.expires > self._node.ledger.now()))
        with self._db.connect() as connection:
            deeds = connection.execute(query).scalars().all()
        return [self._get(deed) for deed in deeds]

    # -- travelling (``pending_travel``) ------------------------------------------------------------------

    def due(self, now: int) -> list[tuple[Pending, str]]:
        """What is to be sent, and to which signer's node: signatures that it may not have. ``now`` is this
        machine's clock. A node sends what one of its own parties has signed.
        """
        query = (
            sa.select(pending_signers.c.deed, pending_signers.c.party, pending_signers.c.sent)
            .join(pending, pending.c.deed == pending_signers.c.deed)
            .where(pending.c.state.in_(OPEN) & (pending_signers.c.next_try <= now))
            .where(pending.c.expires > self._node.ledger.now())
            .order_by(pending_signers.c.next_try, pending_signers.c.deed, pending_signers.c.party)
        )
        with self._db.connect() as connection:
            rows = connection.execute(query).all()
        holds = set(self._node.keys.parties())
        return [
            (found, party)
            for deed, party, sent in rows
            if party not in holds and (found := self._row(deed)) is not None
            if len(found.signed) > sent and holds & found.signed
        ]

    def sent(self, found: Pending, party: str, *, arrived: bool, next_try: int) -> None:
        """Note a delivery that arrived, or when to try again."""
        where = (pending_signers.c.deed == found.deed) & (pending_signers.c.party == party)
        tries = 0 if arrived else pending_signers.c.tries + 1
        values: dict[str, Any] = {"tries": tries, "next_try": next_try}
        if arrived:
            values["sent"] = len(found.signed)
        with self._db.begin() as connection:
            connection.execute(pending_signers.update().where(where).values(values))

    def tries(self, deed: str, party: str) -> int:
        """How often in a row a delivery failed."""
        where = (pending_signers.c.deed == deed) & (pending_signers.c.party == party)
        with self._db.connect() as connection:
            return int(connection.execute(sa.select(pending_signers.c.tries).where(where)).scalar_one())

    def _get(self, deed: str) -> Pending:
        found = self._row(deed)
        if found is None:
            raise NodeError("no-such-pending")
        return found

    def _row(self, deed: str) -> Pending | None:
        with self._db.connect() as connection:
            row = connection.execute(sa.select(pending).where(pending.c.deed == deed)).mappings().first()
            places = sa.select(pending_signers).where(pending_signers.c.deed == deed)
            rows = connection.execute(places.order_by(pending_signers.c.place)).mappings().all()
        if row is None:
            return None
        seats = [
            Seat(one["party"], one["signed"], one["protected"] or "", one["signature"] or "") for one in rows
        ]
        dead = row["state"] in OPEN and row["expires"] <= self._node.ledger.now()
        parts = {name: row[name] for name in ("deed", "proposer", "created", "expires", "payload")}
        acts = [bytes(act) for act in msgspec.json.decode(row["acts"], type=list[msgspec.Raw])]
        state = "expired" if dead else row["state"]
        return Pending(**parts, state=state, act_bytes=acts, seats=seats, result=row["result"] or {})

    def _open(self, deed: str) -> None:
        state = self._get(deed).state
        if state not in OPEN:
            raise NodeError("pending-closed", state=state)

    def _note_signature(self, deed: str, party: str, given: Any) -> None:  # noqa: ANN401 - protected, signature
        where = (pending_signers.c.deed == deed) & (pending_signers.c.party == party)
        values = {**given, "signed": nodedb.now()}
        with self._db.begin() as connection:
            connection.execute(
                pending_signers.update().where(where & pending_signers.c.signed.is_(None)).values(values)
            )

    def _move(self, deed: str, before: tuple[str, ...], after: str, result: dict[str, Any]) -> bool:
        where = (pending.c.deed == deed) & pending.c.state.in_(before)
        with self._db.begin() as connection:
            changed = connection.execute(
                pending.update().where(where).values(state=after, result=result or None)
            )
        return changed.rowcount == 1


@contextmanager
def desk(node: Node) -> Iterator[Pendings]:
    """The pending deeds of a node, for as long as one piece of work takes."""
    db = nodedb.open_db(node.folder)
    try:
        yield Pendings(node, db)
    finally:
        db.dispose()


def _told(error: WusongError) -> dict[str, Any]:
    return {"code": error.code, "data": msgspec.to_builtins(dict(error.data))}


def refusal_of(found: Pending) -> WusongError | None:
    """Why the ledger refused a pending deed, if it did."""
    if "code" not in found.result:
        return None
    return DeedError(found.result["code"], **found.result["data"])


def _intent(act: dict[str, Any]) -> Intent:
    return Intent(act["contract"], act["action"], act["args"], act["as"], act["asset"])


__all__ = ["Pending", "Pendings", "Seat", "desk", "refusal_of"]
