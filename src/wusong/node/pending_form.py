"""A pending deed as it travels between nodes, and what makes one readable.

* Canonical JSON: ``acts``, ``format``, ``payload`` (base64url), and ``signatures``, each with ``party``,
  ``protected`` and ``signature`` as they will stand in the envelope.
* It reads as the deed that it would be (``ledger.deed.parse``): of this ledger, within a deed's limits, its
  acts matching their digests one for one. What installs a contract is not signed by several, so 64 KiB do.
* Its signers are exactly the parties that its acts name, and at least two.
* Each signature is of a party named, by a key of that party in force now, and holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from wusong.crypto import canonical
from wusong.errors import CryptoError, DeedError, NodeError
from wusong.ledger.deed import MAX_ENVELOPE, Deed, Payload, parse
from wusong.ledger.drafting import envelope
from wusong.ledger.encoding import b64, unb64
from wusong.ledger.system.mandate import check_in_force

if TYPE_CHECKING:
    from wusong.ledger.ledger import Ledger

FORMAT: Final = "wusong-pending/1"
MAX_FORM: Final = MAX_ENVELOPE + 32_768  # each signature names its party beside

Signatures = Mapping[str, Mapping[str, str]]
"""By party: ``protected`` and ``signature``."""


class _Signature(msgspec.Struct, forbid_unknown_fields=True):
    party: str
    protected: str
    signature: str


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    acts: list[msgspec.Raw]
    format: str
    payload: str
    signatures: list[_Signature]


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of a pending deed."""

    payload: bytes
    acts: Sequence[bytes]
    signatures: Signatures

    def encode(self) -> bytes:
        """The canonical bytes that travel."""
        body = {
            "acts": [msgspec.Raw(act) for act in self.acts],
            "format": FORMAT,
            "payload": b64(self.payload),
            "signatures": [{"party": party, **one} for party, one in sorted(self.signatures.items())],
        }
        return msgspec.json.encode(body, order="sorted")


def decode(data: bytes) -> Form:
    """Read what travelled; nothing is judged yet.

    Raises:
        DeedError: ``too-large``, ``not-canonical``, ``bad-deed``.
        NodeError: ``pending-stranger`` when a party signed twice.
    """
    if len(data) > MAX_FORM:
        raise DeedError("too-large", size=len(data), limit=MAX_FORM)
    try:
        canonical.decode(data)
        form = _DECODER.decode(data)
    except CryptoError as error:
        raise DeedError("not-canonical", reason=error.code) from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DeedError("bad-deed", argument=str(error)[:120]) from None
    if form.format != FORMAT:
        raise DeedError("bad-deed", argument="format")
    signatures = {
        one.party: {"protected": one.protected, "signature": one.signature} for one in form.signatures
    }
    if len(signatures) != len(form.signatures):
        raise NodeError("pending-stranger", party=form.signatures[-1].party)
    return Form(unb64(form.payload), [bytes(act) for act in form.acts], signatures)


def judge(ledger: Ledger, form: Form) -> Deed:
    """The deed that a pending deed would be; signatures not given yet are blank in it.

    Raises:
        DeedError: whatever ``ledger.deed.parse`` refuses; whatever is wrong with a key;
            ``signature-invalid``.
        NodeError: ``pending-signers``, ``pending-stranger``.
    """
    parties = signers_of(form.payload)
    blanks = [dict(form.signatures.get(party, _BLANK)) for party in parties]
    deed = parse(envelope(form.payload, list(form.acts), blanks), ledger.suite, ledger.rules.ledger_hex)
    acting = {party for act in deed.acts for party in act.as_.values()}
    if acting != set(parties) or len(parties) < 2:
        raise NodeError("pending-signers", named=len(parties), acting=len(acting))
    if strangers := set(form.signatures) - set(parties):
        raise NodeError("pending-stranger", party=min(strangers))
    for place, party in enumerate(parties):
        if party in form.signatures:
            _check_signature(ledger, deed, place)
    return deed


def signers_of(payload: bytes) -> list[str]:
    """The parties that a payload names, in its order. Raises DeedError ``bad-deed``."""
    try:
        read = msgspec.json.decode(payload, type=Payload)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise DeedError("bad-deed", argument="payload") from None
    return [signer.party for signer in read.signers]


def _check_signature(ledger: Ledger, deed: Deed, place: int) -> None:
    signer, header = deed.payload.signers[place], deed.headers[place]
    authority, state = ledger.rules.authority, ledger.view()
    known = authority.signatory(state, signer, header.kid, header.alg)
    for mandate in authority.mandates(state, signer) if signer.mandate else ():
        check_in_force(mandate, ledger.now())
    if not known.key.verify(deed.signing_input(place), deed.signature(place)):
        raise DeedError("signature-invalid", party=signer.party)


_DECODER: Final = msgspec.json.Decoder(_Form)
_BLANK: Final = {
    "protected": b64(canonical.encode({"alg": "-", "kid": "0" * 64, "typ": "wusong-deed"})),
    "signature": "",
}
"""Stands for a signature not given yet, so that what is there can be read as a deed."""
