"""The reserved kinds, named ``system/NAME``: the only contracts that are code.

party and keys, accreditation, mandate, contract pages and their names, parameters, erasure, calendars,
freezes, look-throughs. Everything else is a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.ledger.system import (
    accreditation,
    calendar,
    contract,
    erasure,
    freeze,
    lookthrough,
    mandate,
    parameters,
    party,
)

if TYPE_CHECKING:
    from wusong.ledger.system.context import Handler

_MODULES: Final = (
    accreditation, calendar, contract, erasure, freeze, lookthrough, mandate, parameters, party,
)  # fmt: skip
KINDS: Final[dict[str, dict[str, Handler]]] = {module.KIND: module.ACTIONS for module in _MODULES}
"""Every system kind with its actions."""

__all__ = ["KINDS"]
