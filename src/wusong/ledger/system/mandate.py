"""``system/mandate``: a party lets a delegate (a person's key, a device, an agent) sign for it, within
limits.

* Scope: contracts (digests, ``name@major``, or system kinds) and their actions; ``*`` stands for every
  action of a contract.
* ``limit`` counts acts; ``until`` ends it. Counters are effects of the acts that the mandate covers.
* Revocation holds from the next deed on. A delegate signs nothing of ``system/mandate`` or
  ``system/party`` under a mandate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.context import Handler, SystemAct, Writes, is_did, revised

if TYPE_CHECKING:
    from wusong.ledger.deed import Act

KIND: Final = "system/mandate"
MAX_SCOPE: Final = 32
_CLOSED: Final = frozenset({KIND, "system/party"})


def grant(act: SystemAct) -> Writes:
    """A principal grants: args delegate, scope [{contract, actions}], limit?, until?."""
    principal = act.signed_as("principal")
    act.take(delegate="did", scope="list", limit="int?", until="int?")
    if act.asset != act.created:
        raise DeedError("bad-args", argument="asset", reason="a grant creates its asset")
    delegate = act.args["delegate"]
    if act.leaf("party", delegate)[1] is None or not is_did(delegate):
        raise DeedError("unknown-party", party=delegate)
    _check_scope(act.args["scope"])
    fields: dict[str, Any] = {
        name: act.args[name] for name in ("limit", "scope", "until") if name in act.args
    }
    if fields.get("limit", 1) < 1:
        raise DeedError("bad-args", argument="limit", reason="at least 1")
    roles = {"principal": principal, "delegate": delegate}
    return [
        (act.asset, Leaf(contract=KIND, state="active", rev=1, roles=roles, fields={**fields, "used": 0}))
    ]


def revoke(act: SystemAct) -> Writes:
    """The principal ends it."""
    principal = act.signed_as("principal")
    act.take(reason="text?")
    leaf = act.state.leaf(act.asset)
    if leaf is None or leaf.contract != KIND:
        raise DeedError("unknown-asset", asset=act.asset.hex())
    if leaf.roles["principal"] != principal:
        holder = leaf.roles["principal"]
        raise DeedError("wrong-role", role="principal", reason="other-party", party=holder, signer=principal)
    leaf = act.expect_state(leaf, "active")
    return [(act.asset, revised(leaf, state="revoked"))]


def use(leaf: Leaf, act: Act, names: set[str], now: int) -> Leaf:
    """The mandate after it covered one act; ``names`` are the ways to name the act's contract.

    Raises:
        DeedError: ``mandate-ended``, ``mandate-scope``, ``mandate-limit``.
    """
    check_in_force(leaf, now)
    if act.contract in _CLOSED or not any(_covers(item, act.action, names) for item in leaf.fields["scope"]):
        raise DeedError("mandate-scope", action=act.action)
    return revised(leaf, fields={**leaf.fields, "used": leaf.fields["used"] + 1})


def check_in_force(leaf: Leaf, now: int) -> None:
    """Whether a mandate can cover one act more at ``now``.

    Raises:
        DeedError: ``mandate-ended``, ``mandate-limit``.
    """
    if leaf.state != "active" or now >= leaf.fields.get("until", now + 1):
        raise DeedError("mandate-ended")
    if leaf.fields["used"] >= leaf.fields.get("limit", leaf.fields["used"] + 1):
        raise DeedError("mandate-limit", limit=leaf.fields["limit"])


def _covers(item: dict[str, Any], action: str, names: set[str]) -> bool:
    return item["contract"] in names and (action in item["actions"] or "*" in item["actions"])


def _check_scope(scope: list[Any]) -> None:
    if not 1 <= len(scope) <= MAX_SCOPE or not all(_is_item(item) for item in scope):
        raise DeedError("bad-args", argument="scope", reason=f"1 to {MAX_SCOPE} of contract and actions")


def _is_item(item: object) -> bool:
    if not isinstance(item, dict) or set(item) != {"contract", "actions"} or not _is_name(item["contract"]):
        return False
    actions = item["actions"]
    return isinstance(actions, list) and 0 < len(actions) <= 64 and all(map(_is_name, actions))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 128


ACTIONS: Final[dict[str, Handler]] = {"grant": grant, "revoke": revoke}
