"""``system/mandate``: a party lets a delegate (a person's key, a device, an agent) sign for it, within
limits.

* Scope: contracts (digests, ``name@major``, or system kinds) and their actions; ``*`` stands for every
  action of a contract. An item may limit amounts: the sum of a whole-number argument over all acts under
  the mandate that the item covers. Where several items cover an act, each counts it.
* ``limit`` counts acts; ``until`` ends it. Counters are effects of the acts that the mandate covers.
* Where the principal consents (``onward``: how many steps; 民法典 169), the delegate passes a narrower one
  on, ``parent`` naming its own: each item within one of the parent's, no limit higher, no end later. What
  is done under it counts on all above it; a chain has four mandates at most.
* A mandate holds while all above it do, and while every delegate in between is an active party that is not
  frozen. It is revoked by the principal, or by who passed it on; that ends all below it.
* Revocation holds from the next deed on, in the same block too; a block after it holds no deed under it. A
  delegate signs nothing of ``system/mandate`` or ``system/party`` under a mandate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from wusong.contract.leaf import Leaf
from wusong.contract.values import MAX_INT
from wusong.errors import DeedError
from wusong.ledger.protocol import allows
from wusong.ledger.system import narrowing
from wusong.ledger.system.context import Handler, SystemAct, Writes, is_did, revised

if TYPE_CHECKING:
    from wusong.ledger.deed import Act

    class Leaves(Protocol):
        """Anything leaves can be read from."""

        def leaf(self, key: bytes) -> Leaf | None:
            """The leaf at ``key``."""


KIND: Final = "system/mandate"
MAX_SCOPE: Final = 32
MAX_AMOUNTS: Final = 8
_CLOSED: Final = frozenset({KIND, "system/party"})


def grant(act: SystemAct) -> Writes:
    """A principal grants: args delegate, scope [{contract, actions, amounts? [{argument, limit}]}], limit?,
    until?, onward?; or a delegate, as grantor, passes on a narrower one: parent besides.
    """
    later = allows(act.at.version, "narrowed-mandates")
    role = "grantor" if later and "parent" in act.args else "principal"
    granter = act.signed_as(role)
    more = {"onward": "int?", "parent": "digest?"} if later else {}
    act.take(delegate="did", scope="list", limit="int?", until="int?", **more)
    if act.asset != act.created:
        raise DeedError("bad-args", argument="asset", reason="a grant creates its asset")
    delegate = act.args["delegate"]
    if act.leaf("party", delegate)[1] is None or not is_did(delegate):
        raise DeedError("unknown-party", party=delegate)
    if later:
        act.expect_free(delegate)
    check_scope(act.args["scope"], amounts=later)
    names = ("limit", "onward", "parent", "scope", "until")
    fields: dict[str, Any] = {name: act.args[name] for name in names if name in act.args}
    if fields.get("limit", 1) < 1:
        raise DeedError("bad-args", argument="limit", reason="at least 1")
    if not 0 <= fields.get("onward", 0) < narrowing.MAX_DEPTH:
        raise DeedError("bad-args", argument="onward", reason=f"0 to {narrowing.MAX_DEPTH - 1}")
    roles = {"principal": granter, "delegate": delegate}
    if role == "grantor":
        parent = _own(act, granter)
        narrowing.check(fields, parent.fields)
        roles |= {"grantor": granter, "principal": parent.roles["principal"]}
    return [
        (act.asset, Leaf(contract=KIND, state="active", rev=1, roles=roles, fields={**fields, "used": 0}))
    ]


def revoke(act: SystemAct) -> Writes:
    """The principal ends it, or who passed it on, as grantor: args reason?."""
    later = allows(act.at.version, "narrowed-mandates")
    role = "grantor" if later and "grantor" in act.act.as_ else "principal"
    party = act.signed_as(role)
    act.take(reason="text?")
    leaf = act.state.leaf(act.asset)
    if leaf is None or leaf.contract != KIND:
        raise DeedError("unknown-asset", asset=act.asset.hex())
    if leaf.roles.get(role) != party:
        holder = leaf.roles.get(role, "")
        raise DeedError("wrong-role", role=role, reason="other-party", party=holder, signer=party)
    leaf = act.expect_state(leaf, "active")
    return [(act.asset, revised(leaf, state="revoked"))]


def chain(leaves: Leaves, key: bytes) -> list[tuple[bytes, Leaf]]:
    """A mandate and those above it, the principal's own last."""
    found: list[tuple[bytes, Leaf]] = []
    while len(found) < narrowing.MAX_DEPTH:
        leaf = leaves.leaf(key)
        if leaf is None or leaf.contract != KIND:
            break
        found.append((key, leaf))
        if "parent" not in leaf.fields:
            break
        key = bytes.fromhex(leaf.fields["parent"])
    return found


def use(leaf: Leaf, act: Act, names: set[str], now: int) -> Leaf:
    """The mandate after it covered one act; ``names`` are the ways to name the act's contract.

    Raises:
        DeedError: ``mandate-ended``, ``mandate-scope``, ``mandate-limit``, ``mandate-amount``.
    """
    check_in_force(leaf, now)
    scope = leaf.fields["scope"]
    covering = [at for at, item in enumerate(scope) if _covers(item, act.action, names)]
    if act.contract in _CLOSED or not covering:
        raise DeedError("mandate-scope", action=act.action)
    spent = dict(leaf.fields.get("spent", {}))
    for at in covering:
        for place, amount in enumerate(scope[at].get("amounts", ())):
            name = f"{at}.{place}"
            spent[name] = _spend(spent.get(name, 0), amount, act)
    fields = {**leaf.fields, "used": leaf.fields["used"] + 1}
    return revised(leaf, fields=fields | {"spent": spent} if spent else fields)


def check_in_force(leaf: Leaf, now: int) -> None:
    """Whether a mandate can cover one act more at ``now``.

    Raises:
        DeedError: ``mandate-ended``, ``mandate-limit``.
    """
    if leaf.state != "active" or now >= leaf.fields.get("until", now + 1):
        raise DeedError("mandate-ended")
    if leaf.fields["used"] >= leaf.fields.get("limit", leaf.fields["used"] + 1):
        raise DeedError("mandate-limit", limit=leaf.fields["limit"])


def check_scope(scope: object, *, amounts: bool = False) -> None:
    """Whether ``scope`` is a list of contracts with actions. Raises DeedError ``bad-args``."""
    items = scope if isinstance(scope, list) else []
    if not 1 <= len(items) <= MAX_SCOPE or not all(_is_item(item, amounts=amounts) for item in items):
        raise DeedError("bad-args", argument="scope", reason=f"1 to {MAX_SCOPE} of contract and actions")


def _own(act: SystemAct, grantor: str) -> Leaf:
    """The mandate that a delegate passes on: in force, theirs, and with the principal's consent."""
    above = chain(act.state, bytes.fromhex(act.args["parent"]))
    if not above:
        raise DeedError("mandate-unknown", mandate=act.args["parent"], party=grantor)
    for _, leaf in above:
        check_in_force(leaf, act.now)
    parent = above[0][1]
    if parent.roles["delegate"] != grantor:
        holder = parent.roles["delegate"]
        raise DeedError("wrong-role", role="grantor", reason="other-party", party=holder, signer=grantor)
    return parent


def _spend(spent: int, amount: dict[str, Any], act: Act) -> int:
    """The sum after an act. What cannot be counted is not covered: an amount that is absent, or below 0."""
    value = act.args.get(amount["argument"])
    if type(value) is not int or value < 0:
        raise DeedError("mandate-scope", action=act.action)
    if spent + value > amount["limit"]:
        limit, argument = amount["limit"], amount["argument"]
        raise DeedError("mandate-amount", argument=argument, limit=limit, spent=spent, amount=value)
    return spent + value


def _covers(item: dict[str, Any], action: str, names: set[str]) -> bool:
    return item["contract"] in names and (action in item["actions"] or "*" in item["actions"])


def _is_item(item: object, *, amounts: bool) -> bool:
    optional = {"amounts"} if amounts else set()
    if not isinstance(item, dict) or set(item) - optional != {"contract", "actions"}:
        return False
    actions, limits = item["actions"], item.get("amounts", [])
    named = _is_name(item["contract"]) and isinstance(actions, list) and 0 < len(actions) <= 64
    return named and all(map(_is_name, actions)) and ("amounts" not in item or _are_amounts(limits))


def _are_amounts(limits: object) -> bool:
    if not isinstance(limits, list) or not 0 < len(limits) <= MAX_AMOUNTS:
        return False
    if not all(isinstance(one, dict) and set(one) == {"argument", "limit"} for one in limits):
        return False
    names = [one["argument"] for one in limits]
    numbers = all(type(one["limit"]) is int and 0 <= one["limit"] <= MAX_INT for one in limits)
    return numbers and all(map(_is_name, names)) and len(set(names)) == len(names)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 128


ACTIONS: Final[dict[str, Handler]] = {"grant": grant, "revoke": revoke}
