"""The state at height 0, as it follows from genesis: parameters, and the parties with their first keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wusong.errors import DeedError, LedgerError
from wusong.ledger import ids, protocol
from wusong.ledger.genesis import DEFAULTS
from wusong.ledger.state import encode_leaf
from wusong.ledger.system import parameters, party

if TYPE_CHECKING:
    from wusong.ledger.genesis import Genesis


def initial_state(genesis: Genesis) -> dict[ids.StateKey, bytes]:
    """The leaves at height 0: parameters, and the parties with their first keys.

    Raises:
        LedgerError: ``bad-genesis`` when a parameter is unknown or out of bounds.
    """
    suite, ledger, version = genesis.hashes, genesis.ledger, genesis.protocol
    defaults = {name: value for name, value in DEFAULTS.items() if protocol.has_parameter(version, name)}
    try:
        first = parameters.initial({**defaults, **genesis.parameters}, version)
    except DeedError as error:
        reason = f"parameter {error.data['argument']}"
        raise LedgerError("bad-genesis", reason=reason) from None
    leaves = {ids.system_key(suite, ledger, "parameters"): first}
    for member in genesis.parties:
        leaves[ids.system_key(suite, ledger, "party", member.did)] = party.initial(
            member.did, member.name, member.keys
        )
    for key, leaf in leaves.items():
        leaf.salt = ids.leaf_salt(suite, bytes.fromhex(genesis.nonce), key, leaf.rev)
    return {key: encode_leaf(leaf) for key, leaf in leaves.items()}
