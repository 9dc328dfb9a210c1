"""``system/erasure``: a lawful order to erase an act's content from the archives.

The deed orders; each node carries it out on its own archive. Digests, receipts and the values that the act
set remain, so every proof still holds, and a rebuild shows the act as erased.
"""

from __future__ import annotations

from typing import Final

from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.system.context import Handler, SystemAct, Writes

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


ACTIONS: Final[dict[str, Handler]] = {"erase": erase}
