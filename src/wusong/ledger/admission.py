"""Whether a block may hold an envelope (DESIGN section 4), judged against the state before the block.

In this order, cheapest first:

1. it reads as a deed of this ledger (``deed.parse``);
2. it is not expired, and does not expire too far ahead;
3. its id is not spent;
4. each signer's key is in force, and so is the mandate under which a delegate signs: a mandate that has ended
   lets nobody fill the principal's quota, nor the ledger with refusals in the principal's name;
5. each signature holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wusong.errors import DeedError
from wusong.ledger.authority import Signatory, verify_signatures
from wusong.ledger.system.mandate import check_in_force

if TYPE_CHECKING:
    from wusong.ledger.deed import Deed
    from wusong.ledger.rules import Rules
    from wusong.ledger.spent import SpentIds
    from wusong.ledger.state import BlockState


def check(rules: Rules, state: BlockState, spent: SpentIds, deed: Deed, now: int) -> None:
    """Raise DeedError unless a block at time ``now`` over ``state`` may hold ``deed``."""
    check_time(rules, state, deed, now)
    if deed in spent:
        raise DeedError("spent", deed=deed.id.hex())
    signing = signatories(rules, state, deed)
    for signer in deed.payload.signers:
        if signer.mandate:
            for mandate in rules.authority.mandates(state, signer):
                check_in_force(mandate, now)
    verify_signatures(deed, signing)


def check_time(rules: Rules, state: BlockState, deed: Deed, now: int) -> None:
    """The deed's expiry against the block's time. Raises DeedError ``expired``, ``expires-too-late``."""
    expires = deed.payload.expires
    if expires <= now:
        raise DeedError("expired", expires=expires, now=now)
    name = "deed_lifetime" if len(deed.payload.signers) == 1 else "pending_lifetime"
    limit = rules.parameter(state, name)
    if expires > now + limit:
        raise DeedError("expires-too-late", expires=expires, now=now, limit=limit)


def signatories(rules: Rules, state: BlockState, deed: Deed) -> list[Signatory]:
    """Whose keys sign, in the order of the payload's signers. Raises DeedError when one is not in force."""
    return [_signatory(rules, state, deed, index) for index in range(len(deed.payload.signers))]


def _signatory(rules: Rules, state: BlockState, deed: Deed, index: int) -> Signatory:
    signer, header = deed.payload.signers[index], deed.headers[index]
    if signer.mandate:
        return rules.authority.signatory(state, signer, header.kid, header.alg)
    memo = state.keys.get((signer.party, header.kid))
    if memo is None or memo.key.alg != header.alg:
        memo = rules.authority.signatory(state, signer, header.kid, header.alg)
        state.keys[(signer.party, header.kid)] = memo
    return memo
