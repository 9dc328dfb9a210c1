"""``system/parameters``: the numbers of consensus, changed by an authority, in force from the next block."""

from __future__ import annotations

from typing import Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.context import Handler, SystemAct, Writes, revised

KIND: Final = "system/parameters"
BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "block_deeds": (1, 65_536),
    "deed_lifetime": (10_000, 3_600_000),
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
        _check(name, value)
    return [(key, revised(leaf, fields={**leaf.fields, **act.args["set"]}))]


def initial(values: dict[str, int]) -> Leaf:
    """The leaf at height 0."""
    for name, value in values.items():
        _check(name, value)
    return Leaf(contract=KIND, state="active", rev=1, fields=dict(values))


def _check(name: str, value: object) -> None:
    low, high = BOUNDS.get(name, (1, 0))
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise DeedError("bad-args", argument=name, reason=f"a known parameter, {low} to {high}")


ACTIONS: Final[dict[str, Handler]] = {"change": change}
