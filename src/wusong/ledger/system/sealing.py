"""Sealing keys of a party: published on the ledger so that others can seal contents to it.

* They stand in the field ``sealing`` of the party's leaf, apart from the deed keys in ``keys``: only those
  ever sign. A key listed for one purpose is refused for the other (``key-purpose``), revoked or not.
* X25519 under ``intl``, SM2 under ``gm``. Such a key proves nothing, hence needs no signature of its own: the
  deed of whoever publishes it (registrar at admission, later the party) vouches for it.
* At most 16 in force, none needed; a revoked key stays listed, so that everybody sees when to stop using it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.crypto.keys import PublicKey
from wusong.crypto.sealing_keys import SEALING, SealingKey
from wusong.errors import CryptoError, DeedError
from wusong.ledger.protocol import allows

if TYPE_CHECKING:
    from wusong.ledger.system.context import SystemAct

FIELD: Final = "sealing"
MAX_IN_FORCE: Final = 16
MAX_LISTED: Final = 256


def shapes(act: SystemAct, *names: str) -> dict[str, str]:
    """The arguments about sealing keys that an act may have: none before protocol 2."""
    return dict.fromkeys(names, "list?") if allows(act.at.version, "sealing-keys") else {}


def changed(act: SystemAct, did: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a party after the act's ``sealing`` (JWKs to add) and ``unseal`` (thumbprints to revoke).

    Raises:
        DeedError: ``bad-args``, ``wrong-algorithm``, ``key-purpose``.
    """
    added, revoked = act.args.get("sealing", []), act.args.get("unseal", [])
    before = fields.get(FIELD, [])
    listed = [*before, *({"jwk": dict(_read(act, jwk).jwk)} for jwk in added)]
    names = [SealingKey.from_jwk(entry["jwk"]).thumbprint for entry in listed]
    if len(set(names)) != len(names) or not all(name in names for name in revoked):
        raise DeedError(
            "bad-args", argument="sealing", reason="a key twice, or a key the party does not have"
        )
    listed = [
        {**entry, "revoked": True} if name in revoked else entry
        for entry, name in zip(listed, names, strict=True)
    ]
    in_force = sum(not entry.get("revoked") for entry in listed)
    if in_force > MAX_IN_FORCE or len(listed) > MAX_LISTED:
        reason = f"at most {MAX_IN_FORCE} in force, {MAX_LISTED} ever"
        raise DeedError("bad-args", argument="sealing", reason=reason)
    _keep_apart(did, fields["keys"], names)
    return {**fields, FIELD: listed} if listed else fields


def _read(act: SystemAct, jwk: object) -> SealingKey:
    try:
        key = SealingKey.from_jwk(jwk)
    except CryptoError:
        raise DeedError("bad-args", argument="sealing", reason="not a public key for sealing") from None
    wanted = SEALING[act.rules.suite.name]
    if key.alg != wanted:
        raise DeedError("wrong-algorithm", expected=wanted, found=key.alg)
    return key


def _keep_apart(did: str, keys: list[dict[str, Any]], sealing: list[str]) -> None:
    """No key serves two purposes: what opens contents must not be made to sign by clever contents."""
    both = {PublicKey.from_jwk(entry["jwk"]).thumbprint for entry in keys} & set(sealing)
    for thumbprint in sorted(both):
        raise DeedError("key-purpose", party=did, key=thumbprint)
