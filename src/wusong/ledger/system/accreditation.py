"""``system/accreditation``: which party is qualified for what (资质准入), as roles of contracts demand."""

from __future__ import annotations

import re
from typing import Any, Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised

KIND: Final = "system/accreditation"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


def record_name(party: str, name: str) -> str:
    """The name of the state record that says whether ``party`` is accredited as ``name``."""
    return f"{party} {name}"


def grant(act: SystemAct) -> Writes:
    """An accreditor grants: args party, name, until? (ms), basis?."""
    accreditor = act.office("accreditors", "accreditor")
    act.take(party="did", name="text", until="int?", basis="text?")
    party, name = act.args["party"], act.args["name"]
    if not _NAME.fullmatch(name):
        raise DeedError("bad-args", argument="name", reason="lower-case letters, digits, hyphens; at most 64")
    if act.leaf("party", party)[1] is None:
        raise DeedError("unknown-party", party=party)
    key, known = act.leaf("accreditation", record_name(party, name))
    act.expect_asset(key)
    fields: dict[str, Any] = {
        member: act.args[member] for member in ("basis", "name", "party", "until") if member in act.args
    }
    roles = {"accreditor": accreditor}
    if known is None:
        return [(key, Leaf(contract=KIND, state="active", rev=1, roles=roles, fields=fields))]
    return [(key, revised(known, state="active", roles=roles, fields=fields))]


def revoke(act: SystemAct) -> Writes:
    """An accreditor withdraws: args party, name, reason."""
    act.office("accreditors", "accreditor")
    act.take(party="did", name="text", reason="text")
    key, leaf = act.leaf("accreditation", record_name(act.args["party"], act.args["name"]))
    act.expect_asset(key)
    leaf = act.expect_state(leaf, "active")
    return [(key, revised(leaf, state="revoked", fields={**leaf.fields, "reason": act.args["reason"]}))]


def holds(leaf: Leaf | None, now: int) -> bool:
    """Whether an accreditation is in force at ``now``."""
    return leaf is not None and leaf.state == "active" and now < leaf.fields.get("until", now + 1)


ACTIONS: Final[dict[str, Handler]] = {"grant": grant, "revoke": revoke}
