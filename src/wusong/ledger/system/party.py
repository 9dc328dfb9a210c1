"""``system/party``: who is admitted, and with which keys.

* A registrar admits a party, with proof that whoever asks holds each key (a signature over the admission
  statement).
* A party rotates its keys itself; its DID does not change. A revoked key stays listed, so that the refusal
  can say why.
* Beside its deed keys a party may publish keys for sealing contents to it (``system/sealing.py``).
* A registrar suspends and reinstates a party. One to 16 keys are in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.contract.leaf import Leaf
from wusong.crypto import canonical
from wusong.crypto.keys import PublicKey
from wusong.crypto.sealing_keys import SealingKey
from wusong.errors import CryptoError, DeedError
from wusong.ledger.encoding import unb64
from wusong.ledger.system import sealing
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised

if TYPE_CHECKING:
    from wusong.ledger.ids import LedgerId

KIND: Final = "system/party"
MAX_KEYS: Final = 16
MAX_LISTED: Final = 256
"""Keys that a party ever had; so many rotations must be possible, and none may be forgotten."""


def possession_message(ledger: LedgerId, did: str, jwk: dict[str, str]) -> bytes:
    """What a key signs to prove that its holder wants it used for ``did`` on ``ledger``."""
    return b"wusong:possession\n" + canonical.encode({"did": did, "jwk": jwk, "ledger": ledger.hex()})


def admit(act: SystemAct) -> Writes:
    """A registrar admits a party: args did, name, keys (JWKs), proofs (one signature for each key),
    endpoints?, sealing? (JWKs).
    """
    act.office("registrars", "registrar")
    more = sealing.shapes(act, "sealing")
    act.take(did="did", name="text", keys="list", proofs="list", endpoints="object?", **more)
    did = act.args["did"]
    key, known = act.leaf("party", did)
    act.expect_asset(key)
    if known is not None:
        raise DeedError("asset-exists", asset=key.hex())
    _check_keys(act, did, act.args["keys"], act.args["proofs"])
    leaf = initial(did, act.args["name"], act.args["keys"])
    if act.args.get("endpoints"):
        leaf.fields["endpoints"] = _endpoints(act.args["endpoints"])
    leaf.fields = sealing.changed(act, did, leaf.fields)
    return [(key, leaf)]


def initial(did: str, name: str, keys: list[dict[str, str]]) -> Leaf:
    """The leaf of a newly admitted party."""
    return Leaf(
        contract=KIND,
        state="active",
        rev=1,
        fields={"did": did, "keys": [{"jwk": k} for k in keys], "name": name},
    )


def rotate(act: SystemAct) -> Writes:
    """A party adds and revokes keys of its own: args add?, proofs?, revoke? (thumbprints); for sealing
    sealing?, unseal? (thumbprints).
    """
    did = act.signed_as("party")
    act.take(add="list?", proofs="list?", revoke="list?", **sealing.shapes(act, "sealing", "unseal"))
    key, leaf = _own(act, did)
    added, revoked = act.args.get("add", []), act.args.get("revoke", [])
    _check_keys(act, did, added, act.args.get("proofs", []), required=0)
    entries = [*leaf.fields["keys"], *({"jwk": jwk} for jwk in added)]
    known = [PublicKey.from_jwk(entry["jwk"]).thumbprint for entry in entries]
    if len(set(known)) != len(known) or not all(thumbprint in known for thumbprint in revoked):
        raise DeedError("bad-args", argument="revoke", reason="a key twice, or a key the party does not have")
    entries = [
        _revoke(entry) if thumb in revoked else entry for entry, thumb in zip(entries, known, strict=True)
    ]
    in_force = sum(not entry.get("revoked") for entry in entries)
    if not 1 <= in_force <= MAX_KEYS or len(entries) > MAX_LISTED:
        raise DeedError(
            "bad-args", argument="keys", reason=f"1 to {MAX_KEYS} in force, at most {MAX_LISTED} ever"
        )
    return [(key, revised(leaf, fields=sealing.changed(act, did, {**leaf.fields, "keys": entries})))]


def update(act: SystemAct) -> Writes:
    """A party changes where other nodes reach it: args endpoints."""
    did = act.signed_as("party")
    act.take(endpoints="object")
    key, leaf = _own(act, did)
    return [(key, revised(leaf, fields={**leaf.fields, "endpoints": _endpoints(act.args["endpoints"])}))]


def listed(leaf: Leaf) -> list[dict[str, Any]]:
    """The keys of a party, for people and programs: ``purpose`` (deed, sealing), ``key`` (thumbprint),
    ``alg``, ``jwk``, ``revoked``; deed keys first, each kind in the order in which they were added.
    """
    deed = [_listed("deed", PublicKey.from_jwk(entry["jwk"]), entry) for entry in leaf.fields["keys"]]
    others = leaf.fields.get(sealing.FIELD, [])
    return deed + [_listed("sealing", SealingKey.from_jwk(entry["jwk"]), entry) for entry in others]


def _listed(purpose: str, key: PublicKey | SealingKey, entry: dict[str, Any]) -> dict[str, Any]:
    shown = {"alg": key.alg, "jwk": entry["jwk"], "key": key.thumbprint, "purpose": purpose}
    return {**shown, "revoked": bool(entry.get("revoked"))}


def suspend(act: SystemAct) -> Writes:
    """A registrar suspends a party: args did, reason. The last registrar stays: only one can reinstate."""
    writes = _standing(act, "active", "suspended")
    others = [did for did in act.genesis.registrars if did != act.args["did"]]
    if not any(act.rules.authority.active(act.state, did) for did in others):
        raise DeedError("bad-args", argument="did", reason="the last registrar in force")
    return writes


def reinstate(act: SystemAct) -> Writes:
    """A registrar lifts a suspension: args did, reason."""
    return _standing(act, "suspended", "active")


def _standing(act: SystemAct, before: str, after: str) -> Writes:
    act.office("registrars", "registrar")
    act.take(did="did", reason="text")
    key, leaf = _own(act, act.args["did"])
    leaf = act.expect_state(leaf, before)
    return [(key, revised(leaf, state=after, fields={**leaf.fields, "reason": act.args["reason"]}))]


def _own(act: SystemAct, did: str) -> tuple[bytes, Leaf]:
    key, leaf = act.leaf("party", did)
    act.expect_asset(key)
    if leaf is None:
        raise DeedError("unknown-party", party=did)
    return key, leaf


def _check_keys(act: SystemAct, did: str, keys: list[Any], proofs: list[Any], required: int = 1) -> None:
    if not required <= len(keys) <= MAX_KEYS or len(keys) != len(proofs):
        raise DeedError(
            "bad-args", argument="keys", reason=f"{required} to {MAX_KEYS} keys, each with its proof"
        )
    for jwk, proof in zip(keys, proofs, strict=True):
        _check_possession(act, did, jwk, proof)


def _check_possession(act: SystemAct, did: str, jwk: dict[str, str], proof: str) -> None:
    try:
        key = PublicKey.from_jwk(jwk)
        held = key.verify(possession_message(act.rules.ledger, did, jwk), unb64(proof))
    except (CryptoError, TypeError, AttributeError):
        raise DeedError("bad-args", argument="keys", reason="not a public key") from None
    if jwk != key.to_jwk():
        raise DeedError("bad-args", argument="keys", reason="a JWK with no members but the key's own")
    if not held or key.alg not in act.rules.suite.signatures:
        raise DeedError("no-possession", party=did, key=key.thumbprint)


def _revoke(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "revoked": True}


def _endpoints(value: dict[str, Any]) -> dict[str, str]:
    if len(value) > 8 or any(not isinstance(url, str) or len(url) > 512 for url in value.values()):
        raise DeedError("bad-args", argument="endpoints", reason="at most 8, each at most 512 characters")
    return value


ACTIONS: Final[dict[str, Handler]] = {
    "admit": admit,
    "reinstate": reinstate,
    "rotate": rotate,
    "suspend": suspend,
    "update": update,
}
