"""Assets as they stand now: read models hold what acts have written, time does the rest.

* A time limit that has passed moves its asset without anybody acting. What a reader is shown is what the
  next act would find: state, roles, fields and quantity by the page's own rule (``Compiled.effective``).
* A list by state asks for both: assets that stand so as written, and assets of pages whose time limits lead
  there; then it keeps those that stand so now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from wusong.node.ledger_view import assets

if TYPE_CHECKING:
    from wusong.node.node import Node


class Current:
    """What rows of the table ``assets`` say now."""

    def __init__(self, node: Node) -> None:
        self._node: Final = node
        self._leads: Final[dict[str, frozenset[str]]] = {}

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row as its asset stands now; the same row when no time limit has passed."""
        if not self._leads_of(row["contract"]):
            return row
        ledger = self._node.ledger
        view = ledger.view()
        leaf = view.leaf(bytes.fromhex(row["asset"]))
        if leaf is None or leaf.rev != row["rev"]:  # the read models are about to learn of the next act
            return row
        now = ledger.rules.compiled(view, row["contract"]).effective(leaf, ledger.now())
        if now is leaf:
            return row
        return row | {"fields": now.fields, "quantity": now.quantity, "roles": now.roles, "state": now.state}

    def may_stand_in(self, state: str) -> sa.ColumnElement[bool]:
        """Which assets may stand in a state now: ``row`` then says which do."""
        leading = sorted(c for c in self._contracts() if state in self._leads_of(c))
        return sa.or_(assets.c.state == state, assets.c.contract.in_(leading))

    def _leads_of(self, contract: str) -> frozenset[str]:
        """The states to which time limits of a page lead; none for the ledger's own kinds."""
        if contract.startswith("system/"):
            return frozenset()
        known = self._leads.get(contract)
        if known is None:
            program = self._node.ledger.rules.compiled(self._node.ledger.view(), contract).program
            known = frozenset(limit.to for limit in program.limits.values() if limit.to is not None)
            self._leads[contract] = known
        return known

    def _contracts(self) -> list[str]:
        with self._node.models.engine.connect() as connection:
            return list(connection.execute(sa.select(assets.c.contract).distinct()).scalars())
