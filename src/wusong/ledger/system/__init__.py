"""The reserved kinds, named ``system/NAME``: the only contracts that are code.

party and keys, accreditation, mandate, contract pages and their names, parameters, erasure. Everything
else is a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.ledger.system import accreditation, contract, erasure, mandate, parameters, party

if TYPE_CHECKING:
    from wusong.ledger.system.context import Handler

KINDS: Final[dict[str, dict[str, Handler]]] = {
    module.KIND: module.ACTIONS for module in (accreditation, contract, erasure, mandate, parameters, party)
}
"""Every system kind with its actions."""

__all__ = ["KINDS"]
