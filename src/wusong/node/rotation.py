"""Replacing a party's key without ever losing the only one.

* The new key is in the keystore, under a name of its own, before the ledger hears of it.
* One deed adds the new key and revokes the old; the old key signs it.
* The keystore then signs with the new key. If the program stops in between, ``recover`` looks at what the
  ledger holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wusong.ledger.encoding import b64
from wusong.ledger.intent import Intent
from wusong.ledger.system.party import possession_message

if TYPE_CHECKING:
    from wusong.node.node import Node


def rotate(node: Node, did: str) -> tuple[str, str]:
    """Replace the key of ``did``; gives the deed and the new key's thumbprint.

    Raises:
        NodeError: ``no-key`` when this node does not sign for the party.
        DeedError: the ledger refused; the old key stays.
    """
    recover(node, did)
    old = node.keys.deed_key(did)
    new = node.keys.prepare(did)
    jwk = new.public.to_jwk()
    proof = b64(new.sign(possession_message(node.ledger.id, did, jwk)))
    args = {"add": [jwk], "proofs": [proof], "revoke": [old.public.thumbprint]}
    done = node.act(
        [Intent("system/party", "rotate", args, {"party": did}, node.ledger.rules.key("party", did).hex())]
    )
    node.keys.promote(did)
    return done.deed, new.public.thumbprint


def recover(node: Node, did: str) -> None:
    """Finish a rotation that was interrupted: the key that the ledger holds is the one to sign with."""
    prepared = node.keys.prepared(did)
    if prepared is None:
        return
    leaf = node.ledger.view().leaf(node.ledger.rules.key("party", did))
    listed = (
        [] if leaf is None else [entry["jwk"] for entry in leaf.fields["keys"] if not entry.get("revoked")]
    )
    if prepared.public.to_jwk() in listed:
        node.keys.promote(did)
    else:
        node.keys.forget(did)
