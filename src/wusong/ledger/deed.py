"""Deeds: signed instructions, the only way a party changes anything (docs/formats.md section 3).

What makes a deed readable, before any state is looked at:

* its envelope is canonical JSON of at most 64 KiB (512 KiB when its only act installs a contract);
* its payload is canonical JSON and has 1 to 32 act digests, and signers each named once;
* its acts match their digests one for one;
* it has one signature for each signer, in the same order, each with a well-formed protected header.

Whether the signatures hold, and by keys in force, is judged against a state (``ledger/admission.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from wusong.crypto import canonical
from wusong.errors import DeedError, WusongError
from wusong.ledger import ids
from wusong.ledger.encoding import depth, is_hex, is_plain, unb64

if TYPE_CHECKING:
    from wusong.crypto.suites import Suite

MAX_ENVELOPE: Final = 65_536
MAX_INSTALL: Final = 524_288
MAX_ACTS: Final = 32
MAX_TOUCHED: Final = 64
MAX_ACT_DEPTH: Final = 12  # leaves room for the bundle that will hold the act within canonical JSON's 16
MINUTE: Final = 60_000
_MAX_PROTECTED: Final = 256  # no header of a known algorithm is longer; headers are remembered

JsonObject: TypeAlias = dict[str, Any]


class Signer(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Who must sign: a party, perhaps through the delegate of a mandate, perhaps with a stated legal
    basis.
    """

    party: str
    mandate: str = ""
    basis: str = ""


class Payload(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """What is signed."""

    acts: list[str]
    expires: int
    ledger: str
    nonce: str
    signers: list[Signer]


class Act(
    msgspec.Struct,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"as_": "as", "with_": "with"},
    gc=False,
):
    """One action of a contract on an asset. Only its digest is signed, so it can be withheld or erased."""

    salt: str
    contract: str
    action: str
    asset: str
    as_: dict[str, str]
    args: JsonObject
    rev: int | None = None
    with_: dict[str, int] = {}


class Signature(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One signature of a JWS in general JSON serialisation (RFC 7515 7.2.1)."""

    protected: str
    signature: str


class Header(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """The protected header of a deed's signature."""

    alg: str
    kid: str
    typ: str


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    acts: list[msgspec.Raw]
    payload: str
    signatures: list[Signature]


@dataclass(slots=True)
class Deed:
    """A readable deed. ``acts[i]`` is None where an act was erased (only in an archive, never when
    submitted).
    """

    id: ids.DeedId
    payload: Payload
    acts: list[Act]
    signatures: list[Signature]
    headers: list[Header]
    payload_b64: str
    envelope: bytes
    verified: bool = field(
        default=False, compare=False
    )  # signature mathematics done, never the keys' standing

    @property
    def act_bytes(self) -> list[bytes]:
        """The canonical bytes of each act, which its digest is of."""
        return [bytes(raw) for raw in _ENVELOPE.decode(self.envelope).acts]

    @property
    def submitter(self) -> str:
        """The first signer: quota and place in the order are theirs."""
        return self.payload.signers[0].party

    @property
    def minute(self) -> int:
        """The minute in which the deed expires, under which its id is kept as spent."""
        return self.payload.expires // MINUTE

    @property
    def cost(self) -> int:
        """Cost units against the submitter's quota (docs/formats.md section 11)."""
        cost = 1 + len(self.acts)
        for act in self.acts:
            if act.contract == "system/contract" and _installs(act):
                cost += 99
        return cost

    def signing_input(self, index: int) -> bytes:
        """What signature ``index`` signs (RFC 7515 5.1)."""
        return f"{self.signatures[index].protected}.{self.payload_b64}".encode()

    def signature(self, index: int) -> bytes:
        """The raw bytes of signature ``index``."""
        return unb64(self.signatures[index].signature)


def parse(data: bytes, suite: Suite, ledger: str) -> Deed:
    """Read an envelope.

    Raises:
        DeedError: ``too-large``, ``not-canonical``, ``bad-deed``, ``wrong-ledger``, ``too-many-acts``,
            ``act-mismatch``, ``missing-signature``, ``extra-signature``, ``bad-header``.
    """
    if len(data) > MAX_INSTALL:
        raise DeedError("too-large", size=len(data), limit=MAX_ENVELOPE)
    envelope, known = _read_envelope(data)
    payload_bytes = unb64(envelope.payload)
    payload = _read_payload(payload_bytes)
    _check_payload(payload, ledger)
    act_bytes = [bytes(raw) for raw in envelope.acts]
    acts = list(map(_check_act, known, act_bytes)) if known else [_read_act(raw) for raw in act_bytes]
    if len(data) > MAX_ENVELOPE and not (len(acts) == 1 and _installs(acts[0])):
        raise DeedError("too-large", size=len(data), limit=MAX_ENVELOPE)
    if [ids.act_digest(suite, raw).hex() for raw in act_bytes] != payload.acts:
        raise DeedError("act-mismatch")
    headers = _check_signatures(envelope.signatures, len(payload.signers))
    identity = ids.deed_id(suite, payload_bytes)
    return Deed(identity, payload, acts, envelope.signatures, headers, envelope.payload, data)


def parsed(data: bytes, identity: ids.DeedId) -> Deed:
    """The deed of an envelope that ``parse`` has read before, and found to have this id; nothing is judged
    again.
    """
    envelope: _Envelope = _ENVELOPE.decode(data)
    payload: Payload = _PAYLOAD.decode(unb64(envelope.payload))
    acts = [_ACT.decode(raw) for raw in envelope.acts]
    headers = [read_header(signature.protected) for signature in envelope.signatures]
    return Deed(identity, payload, acts, envelope.signatures, headers, envelope.payload, data)


def _read_envelope(data: bytes) -> tuple[_Envelope, list[Act] | None]:
    """The envelope, and its acts where the quick way has read them already.

    The quick way: whatever the types and limits of a deed admit, and is written again as the same bytes, is
    canonical. Everything else goes the long way, which says what is wrong with it.
    """
    try:
        envelope: _Envelope = _ENVELOPE.decode(data)
        acts = [_ACT.decode(raw) for raw in envelope.acts]
        if _write(envelope) == data and all(map(_is_canonical_act, acts, envelope.acts)) and _is_nfc(data):
            return envelope, acts
    except (msgspec.MsgspecError, ValueError, RecursionError):  # UnicodeError is a ValueError
        pass
    return _strict(_ENVELOPE, data), None


def _is_canonical_act(act: Act, raw: msgspec.Raw) -> bool:
    numbers = [*act.with_.values(), act.rev or 0]
    return (
        _write(act) == bytes(raw)
        and is_plain(act.args, MAX_ACT_DEPTH - 1)
        and all(map(str.isascii, (*act.as_, *act.with_)))
        and -canonical.MAX_INT <= min(numbers) <= max(numbers) <= canonical.MAX_INT
    )


def _is_nfc(data: bytes) -> bool:
    """Whether a text, and so each string in it, is in normal form C."""
    return data.isascii() or canonical.is_text(data.decode())


def _read_payload(data: bytes) -> Payload:
    """The payload, by the quick way or the long one (see ``_read_envelope``)."""
    try:
        payload: Payload = _PAYLOAD.decode(data)
        if _write(payload) == data and abs(payload.expires) <= canonical.MAX_INT and _is_nfc(data):
            return payload
    except (msgspec.MsgspecError, ValueError):
        pass
    long: Payload = _strict(_PAYLOAD, data)
    _refuse_empty(long, data, "signers")
    return long


def _check_payload(payload: Payload, ledger: str) -> None:
    if payload.ledger != ledger:
        raise DeedError("wrong-ledger", expected=ledger, found=payload.ledger)
    if len(payload.acts) > MAX_ACTS:
        raise DeedError("too-many-acts", count=len(payload.acts), limit=MAX_ACTS)
    parties = [signer.party for signer in payload.signers]
    if not payload.acts or not parties or len(set(parties)) != len(parties):
        raise DeedError("bad-deed", argument="signers" if payload.acts else "acts")
    if not is_hex(payload.nonce, 16):
        raise DeedError("bad-deed", argument="nonce")
    if payload.expires < 0:
        raise DeedError("bad-deed", argument="expires")
    for signer in payload.signers:
        _check_signer(signer)


def _check_signer(signer: Signer) -> None:
    if not signer.party or len(signer.party) > 512 or len(signer.basis) > 256:
        raise DeedError("bad-deed", argument="signers")
    if signer.mandate and not is_hex(signer.mandate, 32):
        raise DeedError("bad-deed", argument="mandate")


def _read_act(raw: bytes) -> Act:
    act: Act = _typed(_ACT, raw)  # part of a canonical envelope, hence canonical
    _refuse_empty(act, raw, "act")
    return _check_act(act, raw)


def _refuse_empty(value: msgspec.Struct, raw: bytes, argument: str) -> None:
    """What has no value is absent (section 1): with a null or an empty member there would be two writings."""
    if _write(value) != raw:
        raise DeedError("bad-deed", argument=argument)


def _check_act(act: Act, raw: bytes) -> Act:
    if not is_hex(act.salt, 16):
        raise DeedError("bad-deed", argument="salt")
    if not (is_hex(act.contract, 32) or (act.contract.startswith("system/") and len(act.contract) > 7)):
        raise DeedError("bad-deed", argument="contract")
    if not (is_hex(act.asset, 32) or _CHILD.fullmatch(act.asset)):
        raise DeedError("bad-deed", argument="asset")
    if any(index < 0 for index in act.with_.values()):
        raise DeedError("bad-deed", argument="with")
    if act.rev is not None and act.rev < 0:
        raise DeedError("bad-deed", argument="rev")
    if raw.count(b"{") + raw.count(b"[") > MAX_ACT_DEPTH and depth(act.args) + 1 > MAX_ACT_DEPTH:
        raise DeedError("bad-deed", argument="args")
    return act


def _check_signatures(signatures: list[Signature], signers: int) -> list[Header]:
    if len(signatures) < signers:
        raise DeedError("missing-signature", expected=signers, found=len(signatures))
    if len(signatures) > signers:
        raise DeedError("extra-signature", expected=signers, found=len(signatures))
    if any(len(signature.protected) > _MAX_PROTECTED for signature in signatures):
        raise DeedError("bad-header")
    return [read_header(signature.protected) for signature in signatures]


@lru_cache(maxsize=65_536)
def read_header(protected: str) -> Header:
    """Read a protected header (a key signs many deeds under the same one, so it is remembered)."""
    header: Header = _strict(_HEADER, unb64(protected))
    if header.typ != "wusong-deed" or not is_hex(header.kid, 32):
        raise DeedError("bad-header")
    return header


_Struct: TypeAlias = Any


def _strict(decoder: msgspec.json.Decoder[Any], data: bytes) -> _Struct:
    """Decode typed, and refuse bytes that are not the canonical ones of what they say."""
    try:
        canonical.decode(data)
    except WusongError as error:
        raise DeedError("not-canonical", reason=error.code) from None
    return _typed(decoder, data)


def _typed(decoder: msgspec.json.Decoder[Any], data: bytes | msgspec.Raw) -> _Struct:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DeedError("bad-deed", argument=str(error)[:120]) from None


def _installs(act: Act) -> bool:
    return act.contract == "system/contract" and act.action == "install"


_CHILD: Final = re.compile(r"#(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_PAYLOAD: Final = msgspec.json.Decoder(Payload)
_ACT: Final = msgspec.json.Decoder(Act)
_HEADER: Final = msgspec.json.Decoder(Header)
_write: Final = msgspec.json.Encoder(order="sorted").encode
