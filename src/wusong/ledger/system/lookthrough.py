"""``system/look-through``: a supervisor's lawful look into what others keep between themselves (穿透监管).

* Every look-through is a deed: who looks, at which asset or party, by which law and document, what for, how
  far (which acts, from when to when) and until when. Without one, a supervisor sees what everybody sees.
* As many supervisors sign as the genesis says (``look_through``; one when it says nothing): different
  parties, each accredited as ``supervisor``. They stand in the roles ``supervisor``, ``supervisor_2``, ...
* It ends at ``until``, at most a year ahead, or when one of its supervisors closes it. Nodes open the
  target's acts to its supervisors while it lasts, and write each reading into their access log.
"""

from __future__ import annotations

import re
from typing import Any, Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.genesis import MAX_LOOK_THROUGH
from wusong.ledger.system.context import Handler, SystemAct, Writes, is_did, revised
from wusong.ledger.system.mandate import check_scope
from wusong.ledger.system.standing import accredited, distinct, signed_in

KIND: Final = "system/look-through"
SUPERVISOR: Final = "supervisor"
MAX_TERM: Final = 366 * 86_400_000
_ROLES: Final = (SUPERVISOR, *(f"{SUPERVISOR}_{n}" for n in range(2, MAX_LOOK_THROUGH + 1)))
_HEX: Final = re.compile(r"[0-9a-f]{64}")


def open_(act: SystemAct) -> Writes:
    """Supervisors open one: args target (asset id or DID), basis (law and article), document, purpose, until
    (ms), scope? ({acts? [{contract, actions}], from? (ms), to? (ms)}).
    """
    roles = _supervisors(act)
    act.take(target="text", basis="text", document="text", purpose="text", until="int", scope="object?")
    if act.asset != act.created:
        raise DeedError("bad-args", argument="asset", reason="a look-through creates its asset")
    _check_target(act, act.args["target"])
    if not act.now < act.args["until"] <= act.now + MAX_TERM:
        raise DeedError("bad-args", argument="until", reason="later than now, at most 366 days ahead")
    _check_extent(act.args.get("scope", {}))
    return [(act.asset, Leaf(contract=KIND, state="open", rev=1, roles=roles, fields=dict(act.args)))]


def close(act: SystemAct) -> Writes:
    """One of its supervisors ends it early: args reason."""
    (supervisor,) = signed_in(act, SUPERVISOR)
    act.take(reason="text")
    leaf = act.state.leaf(act.asset)
    if leaf is None or leaf.contract != KIND:
        raise DeedError("unknown-asset", asset=act.asset.hex())
    if supervisor not in leaf.roles.values():
        held = ", ".join(leaf.roles[role] for role in _ROLES if role in leaf.roles)
        raise DeedError("wrong-role", role=SUPERVISOR, reason="other-party", party=held, signer=supervisor)
    leaf = act.expect_state(leaf, "open")
    return [(act.asset, revised(leaf, state="closed", fields={**leaf.fields, "reason": act.args["reason"]}))]


def lasts(state: str, fields: dict[str, Any], now: int) -> bool:
    """Whether a look-through opens anything at ``now``."""
    return state == "open" and now < int(fields["until"])


def _supervisors(act: SystemAct) -> dict[str, str]:
    needed = act.genesis.supervisors_needed
    roles = _ROLES[: max(needed, min(len(act.act.as_), len(_ROLES)))]
    if len(act.act.as_) < needed:
        raise DeedError("look-through-quorum", needed=needed, found=len(act.act.as_))
    parties = signed_in(act, *roles)
    distinct(act, *roles)
    for role in roles:
        accredited(act, role, SUPERVISOR)
    return dict(zip(roles, parties, strict=True))


def _check_target(act: SystemAct, target: str) -> None:
    if is_did(target):
        if act.leaf("party", target)[1] is None:
            raise DeedError("unknown-party", party=target)
        return
    leaf = act.state.leaf(bytes.fromhex(target)) if _HEX.fullmatch(target) else None
    if leaf is None or leaf.contract in {"system/party", KIND}:
        raise DeedError("bad-args", argument="target", reason="an asset's id or a party's DID")


def _check_extent(scope: dict[str, Any]) -> None:
    times = [scope.get(name, 0) for name in ("from", "to")]
    if set(scope) - {"acts", "from", "to"} or any(type(time) is not int for time in times):
        raise DeedError("bad-args", argument="scope", reason="acts, from (ms), to (ms): each may be absent")
    if "to" in scope and times[1] <= times[0]:
        raise DeedError("bad-args", argument="scope", reason="to is later than from")
    if "acts" in scope:
        check_scope(scope["acts"])


ACTIONS: Final[dict[str, Handler]] = {"close": close, "open": open_}
