"""How other nodes learn that a pending deed was declined or withdrawn: a notice, signed by who said so.

* Canonical JSON: ``deed``, ``format``, ``ledger``, ``party``, ``protected``, ``signature``, and ``state``,
  declined or withdrawn. Signed is what a JWS signs (RFC 7515): ``protected``, a dot, and base64url of the
  canonical deed, ledger, party and state. ``typ`` in the protected header is ``wusong-pending-end``, so that
  it is never the signature of a deed, nor the other way round.
* The key is one that could sign the deed for that party now. Only its proposer withdraws; only who has not
  signed declines.
* It says nothing about the ledger: whoever holds all signatures could hand the deed in until it expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.crypto import canonical
from wusong.errors import CryptoError, DeedError, NodeError
from wusong.ledger.encoding import b64, unb64
from wusong.ledger.system.mandate import check_in_force

if TYPE_CHECKING:
    from wusong.crypto.keys import PrivateKey
    from wusong.ledger.deed import Deed
    from wusong.ledger.ledger import Ledger

FORMAT: Final = "wusong-pending-end/1"
TYPE: Final = "wusong-pending-end"
MAX_END: Final = 4_096
ENDS: Final = ("declined", "withdrawn")


class _Notice(msgspec.Struct, forbid_unknown_fields=True):
    deed: str
    format: str
    ledger: str
    party: str
    protected: str
    signature: str
    state: str


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    alg: str
    kid: str
    typ: str


@dataclass(frozen=True, slots=True)
class End:
    """What a notice says: ``party`` declined or withdrew ``deed``."""

    deed: str
    party: str
    state: str
    notice: bytes


def write(ledger: str, deed: str, party: str, state: str, key: PrivateKey) -> bytes:
    """The notice, signed with the party's key."""
    header = {"alg": key.alg, "kid": key.public.thumbprint, "typ": TYPE}
    protected = b64(canonical.encode(header))
    signature = b64(key.sign(_signed(protected, ledger, deed, party, state)))
    said = {"deed": deed, "format": FORMAT, "ledger": ledger, "party": party, "state": state}
    return canonical.encode({**said, "protected": protected, "signature": signature})


def read(ledger: str, data: bytes) -> End:
    """Read a notice; its signature is not checked yet. Raises DeedError ``too-large``, ``not-canonical``,
    ``bad-deed``, ``wrong-ledger``.
    """
    if len(data) > MAX_END:
        raise DeedError("too-large", size=len(data), limit=MAX_END)
    notice: _Notice = _decoded(data, _Notice)
    if notice.format != FORMAT or notice.state not in ENDS:
        raise DeedError("bad-deed", argument="format" if notice.format != FORMAT else "state")
    if notice.ledger != ledger:
        raise DeedError("wrong-ledger", expected=ledger, found=notice.ledger)
    return End(notice.deed, notice.party, notice.state, data)


def check(ledger: Ledger, deed: Deed, end: End) -> None:
    """See that a notice is signed by a key that could sign ``deed`` for its party now.

    Raises:
        NodeError: ``no-such-pending`` when the party is no signer; ``pending-not-proposer``.
        DeedError: whatever is wrong with a key; ``bad-header``; ``signature-invalid``.
    """
    signer = next((one for one in deed.payload.signers if one.party == end.party), None)
    if signer is None or deed.id.hex() != end.deed:
        raise NodeError("no-such-pending")
    if end.state == "withdrawn" and deed.submitter != end.party:
        raise NodeError("pending-not-proposer", party=end.party)
    notice: _Notice = _decoded(end.notice, _Notice)
    header: _Header = _decoded(unb64(notice.protected), _Header)
    if header.typ != TYPE:
        raise DeedError("bad-header")
    authority, state = ledger.rules.authority, ledger.view()
    known = authority.signatory(state, signer, header.kid, header.alg)
    for mandate in authority.mandates(state, signer) if signer.mandate else ():
        check_in_force(mandate, ledger.now())
    signed = _signed(notice.protected, notice.ledger, end.deed, end.party, end.state)
    if not known.key.verify(signed, unb64(notice.signature)):
        raise DeedError("signature-invalid", party=end.party)


def _signed(protected: str, ledger: str, deed: str, party: str, state: str) -> bytes:
    said = canonical.encode({"deed": deed, "ledger": ledger, "party": party, "state": state})
    return f"{protected}.{b64(said)}".encode()


def _decoded(data: bytes, kind: type[Any]) -> Any:  # noqa: ANN401 - a value of ``kind``
    try:
        canonical.decode(data)
        return msgspec.json.decode(data, type=kind)
    except CryptoError as error:
        raise DeedError("not-canonical", reason=error.code) from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DeedError("bad-deed", argument=str(error)[:120]) from None
