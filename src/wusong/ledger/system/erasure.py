"""``system/erasure``: a lawful order to erase an act's content from the archives.

The deed orders; each node carries it out on its own archive. Digests, receipts and the values that the act
set remain, so every proof still holds, and a rebuild shows the act as erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.context import Handler, SystemAct, Writes

if TYPE_CHECKING:
    from wusong.ledger.execute import Executed

KIND: Final = "system/erasure"


def erase(act: SystemAct) -> Writes:
    """An authority orders: args deed (id), act (index), basis (the law and the order's number)."""
    authority = act.office("authorities", "authority")
    act.take(deed="digest", act="int", basis="text")
    key, known = act.leaf("erasure", f"{act.args['deed']} {act.args['act']}")
    act.expect_asset(key)
    if known is not None:
        raise DeedError("asset-exists", asset=key.hex())
    fields = {name: act.args[name] for name in ("act", "basis", "deed")}
    return [(key, Leaf(contract=KIND, state="ordered", rev=1, roles={"authority": authority}, fields=fields))]


def ordered(executed: list[Executed]) -> list[tuple[bytes, int]]:
    """What a block's accepted deeds order erased: deed id and index of the act."""
    leaves = [write.leaf for one in executed for record in one.records for write in record.writes]
    orders = [leaf.fields for leaf in leaves if leaf.contract == KIND]
    return [(bytes.fromhex(order["deed"]), order["act"]) for order in orders]


ACTIONS: Final[dict[str, Handler]] = {"erase": erase}
