"""``system/parameters``: the numbers of consensus, and the version of its rules.

* An authority changes a parameter; it is in force from the next block at the latest.
* An authority activates a later protocol version from a height that lies at least ``activation_notice``
  blocks ahead (see ``ledger/protocol.py``). Neither versions nor heights go back; what was activated stays.
"""

from __future__ import annotations

from typing import Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger import protocol
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised

KIND: Final = "system/parameters"
BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "activation_notice": (1, 10_000_000),
    "block_deeds": (1, 65_536),
    "deed_lifetime": (10_000, 3_600_000),
    "growth_day": (100_000, 1_000_000_000_000_000),
    "page_steps": (1_000, 10_000_000),
    "pending_lifetime": (60_000, 31_536_000_000),
    "quota_minute": (10, 1_000_000_000),
}
"""Lowest and highest value of each parameter; meanings in docs/formats.md section 11."""


def change(act: SystemAct) -> Writes:
    """An authority changes parameters: args set (name to number), reason."""
    act.office("authorities", "authority")
    act.take(set="object", reason="text")
    key, leaf = act.leaf("parameters", "")
    act.expect_asset(key)
    if leaf is None:
        raise DeedError("unknown-asset", asset=key.hex())
    for name, value in act.args["set"].items():
        _check(name, value, act.at.version)
    return [(key, revised(leaf, fields={**leaf.fields, **act.args["set"]}))]


def activate(act: SystemAct) -> Writes:
    """An authority activates a protocol version: args protocol, from (height), reason."""
    act.office("authorities", "authority")
    act.take(protocol="int", **{"from": "int"}, reason="text")
    key, leaf = act.leaf(protocol.TABLE, "")
    act.expect_asset(key)
    table, (version, height) = protocol.entries(leaf), (act.args["protocol"], act.args["from"])
    newest = table[-1]["protocol"] if table else act.genesis.protocol
    if version <= newest:
        raise DeedError("bad-args", argument="protocol", reason=f"later than {newest}; never backward")
    first = act.at.height + act.rules.parameter(act.state, "activation_notice")
    earliest = max(first, table[-1]["from"] + 1) if table else first
    if height < earliest:
        raise DeedError("bad-args", argument="from", reason=f"{earliest} or later: the notice must pass")
    fields = {"table": [*table, {"from": height, "protocol": version}]}
    if leaf is None:
        return [(key, Leaf(contract=KIND, state="active", rev=1, fields=fields))]
    return [(key, revised(leaf, fields=fields))]


def initial(values: dict[str, int], version: int) -> Leaf:
    """The leaf at height 0 under a protocol version."""
    for name, value in values.items():
        _check(name, value, version)
    return Leaf(contract=KIND, state="active", rev=1, fields=dict(values))


def _check(name: str, value: object, version: int) -> None:
    low, high = BOUNDS.get(name, (1, 0)) if protocol.has_parameter(version, name) else (1, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise DeedError("bad-args", argument=name, reason=f"a known parameter, {low} to {high}")


ACTIONS: Final[dict[str, Handler]] = {"activate": activate, "change": change}
