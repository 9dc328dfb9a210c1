"""Which contents an act names: every argument of this domain's pages that is a commitment to a content.

* Who acts must have brought each of them to this node itself: a commitment that others read on the ledger
  would otherwise make their document part of one's own record.
* The exceptions are commitments to no content: roots of trees, which the node reckons (``ROOTS``).
* Acts signed elsewhere never come by here; where a content is read, it is asked again who brought it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

from wusong.contract.interpreter import Compiled
from wusong.contract.model import Commitment
from wusong.data.host import Host, page

__all__ = ["ROOTS", "installed", "named"]

ROOTS: Final = frozenset({("data-use", "meter", "calls"), ("evidence", "attest", "root")})
"""Arguments that name no content, by page, action and argument."""


def installed(host: Host, contract: str) -> Compiled | None:
    """The page that an act names, by ``name@major`` or digest; None where there is none."""
    view = host.ledger.view()
    if "@" in contract:
        leaf = view.leaf(host.ledger.rules.key("name", contract))
        contract = "" if leaf is None else str(leaf.fields["contract"])
    return page(host, contract) if view.page(contract) is not None else None


def named(found: Compiled, action: str, args: dict[str, Any]) -> list[str]:
    """The contents that an act on one of this domain's pages names, by commitment."""
    name = found.name.partition("@")[0]
    taken = next((one for one in found.page.actions if one.name == action), None)
    if name not in _ours() or taken is None:
        return []
    fields = [one.name for one in taken.args if isinstance(one.type, Commitment)]
    values = [args.get(field) for field in fields if (name, action, field) not in ROOTS]
    return [one for one in values if isinstance(one, str)]


@cache
def _ours() -> frozenset[str]:
    folder = files("wusong.data") / "contracts"
    return frozenset(one.name.removesuffix(".yaml") for one in folder.iterdir())
