"""Pending deeds (待签指令): what several parties sign waits here until all have signed.

* It is not on the ledger and binds nobody; it dies at ``expires``.
* Its id is the deed's id, the digest of its payload, which holds the digests of its acts: who signs under an
  id signs exactly the acts that were shown under it, and they are checked again at that moment.
* The node that has the last signature hands it in and keeps what came of it. Where two do, it takes effect
  once: a deed is spent. A node whose copy of the ledger takes no deeds learns it from the ledger.
* Declining and withdrawing close it here, and at the other signers' nodes as soon as they learn of it, by a
  signed notice. A signature that went out cannot be called back: until ``expires``, whoever holds all
  signatures could hand the deed in.
* Only its signers read it.

    deed = pendings.propose([Intent(...)], holder)
    pendings.sign(deed, holder)
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from wusong.errors import DeedError, LedgerError, NodeError, WusongError
from wusong.ledger.drafting import envelope, signature
from wusong.ledger.intent import Intent
from wusong.ledger.receipt import Receipt
from wusong.node import nodedb, pending_end
from wusong.node.domains import guarded
from wusong.node.nodedb import pending, pending_ends, pending_signers
from wusong.node.pending_form import Form, decode, judge
from wusong.node.pending_outbox import OPEN, Outbox
from wusong.node.pending_record import Pending, Seat

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
_LATER: Final = frozenset({"quota"})
_MAX_LIST: Final = 200


class Pendings:
    """The pending deeds of one node."""

    def __init__(self, node: Node, db: sa.Engine) -> None:
        self._node: Final = node
        self._db: Final = db
        self.outbox: Final = Outbox(node, db, self._row)

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
        with guarded(self._node, [Intent(act["contract"], act["action"], act["args"]) for act in found.acts]):
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

    # -- ending it -----------------------------------------------------------------------------------------

    def decline(self, deed: str, party: str) -> None:
        """Refuse to sign: closed, whatever else comes in. Raises NodeError ``no-such-pending``,
        ``pending-closed``, ``pending-signed``.
        """
        found = self.get(deed, party)
        if party not in found.missing:
            raise NodeError("pending-signed", party=party)
        self._end(found, "declined", party, self._notice(found, "declined", party))

    def withdraw(self, deed: str, party: str) -> None:
        """Take back what one proposed. Raises NodeError ``no-such-pending``, ``pending-closed``,
        ``pending-not-proposer``.
        """
        found = self.get(deed, party)
        if found.proposer != party:
            raise NodeError("pending-not-proposer", party=party)
        self._end(found, "withdrawn", party, self._notice(found, "withdrawn", party))

    def receive_end(self, data: bytes, about: str = "") -> str:
        """Take in that another node's party declined or withdrew, ``about`` the deed that is meant; gives its
        id.

        Raises:
            DeedError: it is no notice of this ledger, or its signature does not hold.
            NodeError: ``no-such-pending``, ``pending-closed``, ``pending-signed``, ``pending-not-proposer``.
        """
        end = pending_end.read(self._node.ledger.rules.ledger_hex, data)
        if about not in ("", end.deed):
            raise NodeError("no-such-pending")
        found = self._get(end.deed)
        pending_end.check(
            self._node.ledger, judge(self._node.ledger, Form(found.payload, found.act_bytes, {})), end
        )
        if end.state == "declined" and end.party in found.signed:
            raise NodeError("pending-signed", party=end.party)
        if (found.state, found.result) != (end.state, {"party": end.party}):  # told twice is told
            self._end(found, end.state, end.party, b"")
        return end.deed

    def _notice(self, found: Pending, state: str, party: str) -> bytes:
        """What other nodes are told; nothing where the party's key is not here."""
        try:
            key = self._node.keys.deed_key(self._signing(self._deed_of(found), party))
        except NodeError:
            return b""
        return pending_end.write(self._node.ledger.rules.ledger_hex, found.deed, party, state, key)

    def _deed_of(self, found: Pending) -> Deed:
        """The deed, whatever has become of the keys that signed it."""
        return judge(self._node.ledger, Form(found.payload, found.act_bytes, {}))

    def _end(self, found: Pending, state: str, party: str, notice: bytes) -> None:
        self._open(found.deed)
        where = (pending.c.deed == found.deed) & (pending.c.state == "waiting")
        with self._db.begin() as connection:
            done = connection.execute(
                pending.update().where(where).values(state=state, result={"party": party})
            )
            if done.rowcount == 1:
                if notice:
                    self.outbox.keep_end(connection, found.deed, notice)
                return
        raise NodeError("pending-closed", state=self._get(found.deed).state)

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
            for table in (pending_signers, pending_ends):
                connection.execute(table.delete().where(table.c.deed.in_(old)))
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
