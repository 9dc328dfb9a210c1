"""The data domain as the node takes it up: its library of pages and its read model.

``DOMAIN`` has the members that ``wusong.node.domains.Domain`` describes; it is no instance of it, because a
domain imports nothing above its floor.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from wusong.commands import DomainCommand, both
from wusong.data.catalogue.projection import CatalogueView
from wusong.data.money.projection import MoneyView
from wusong.data.operation.projection import OperationView
from wusong.data.projection import DataView
from wusong.data.registration.projection import RegistrationView
from wusong.data.sharing.projection import SharingView
from wusong.tasks import Task

__all__ = ["DOMAIN", "DataDomain"]


@dataclass(frozen=True, slots=True)
class DataDomain:
    """What the data domain offers."""

    name: str = "data"
    package: str = "wusong.data"
    title: dict[str, str] = field(default_factory=lambda: {"en": "Data", "zh": "数据"})
    menu: list[dict[str, Any]] = field(default_factory=lambda: [dict(entry) for entry in MENU])

    def projections(self) -> list[Any]:
        """Its read models."""
        return [DataView(), RegistrationView(), OperationView(), CatalogueView(), MoneyView(), SharingView()]

    def commands(self) -> list[DomainCommand]:
        """Its commands, room by room."""
        return [
            replace(command, heading=heading)
            for room, heading in COMMANDS.items()
            for command in import_module(f"wusong.data.{room}.commands").COMMANDS
        ]

    def routes(self) -> list[Any]:
        """Its HTTP routes: portal pages and API."""
        return [route for module in ROUTED for route in import_module(f"wusong.data.{module}").ROUTES]

    def use_cases(self) -> dict[str, Any]:
        """What people enter and sign by name."""
        from wusong.data.usecases import CASES

        return dict(CASES)

    def check_act(self, node: Any, party: str, contract: str, action: str, args: dict[str, Any]) -> None:  # noqa: ANN401
        """Refuse an act that names contents of this domain which the party did not bring itself."""
        from wusong.data.usecases import check_act

        check_act(node, party, contract, action, args)

    def took_in(self, node: Any, party: str, commitments: Sequence[str]) -> None:  # noqa: ANN401
        """Remember that a party handed in these contents."""
        from wusong.data.brought import brought

        brought(node).note(party, *commitments)

    def guarding(self, node: Any, intents: Sequence[Any]) -> AbstractContextManager[None]:  # noqa: ANN401
        """Refuse acts that give a registration code which is taken; others pass."""
        if not any(one.action == "assign-code" for one in intents):
            return nullcontext()  # what is slow to load is not loaded for other acts
        from wusong.data.registration.numbering import guarding

        return guarding(node, intents)

    def own_forms(self) -> dict[tuple[str, str], str]:
        """Actions of contracts that have a page of this domain instead of the contract's own form."""
        from wusong.data.pages import OWN_FORMS

        return OWN_FORMS

    def extras(self, party: str, asset: dict[str, Any]) -> list[dict[str, Any]]:
        """What else the party can do with a record."""
        from wusong.data.pages import extras

        return extras(party, asset)

    def todo(self, node: Any, party: str, records: Sequence[dict[str, Any]]) -> list[Task]:  # noqa: ANN401
        """What a party has to do here, beside what the lifecycles of its ``records`` tell."""
        from wusong.data.todo import todo

        return todo(node, party, records)

    def begin_trial(self, node: Any, accredited: dict[str, str]) -> None:  # noqa: ANN401
        """Open the register of invoice numbers, of which a ledger has one."""
        from wusong.data.money.invoices import open_register

        open_register(node, accredited["invoice-registrar"])

    def upkeep(self, node: Any, least: int) -> None:  # noqa: ANN401 - whatever runs the domain
        """Meter the data-uses that have at least ``least`` calls waiting; open a room that will be wanted, in
        rounds that may put things off.
        """
        from wusong.data.products.metering import meter_all
        from wusong.data.products.warming import warm_one

        meter_all(node, least)
        if least > 1:
            warm_one(node)

    def stores(self) -> dict[str, frozenset[str]]:
        """Its files in the node's folder, each with the tables that stand in it."""
        return {name: frozenset(tables.split()) for name, tables in STORES.items()}

    def restored(self, folder: Path, holds: Callable[[str], bool]) -> None:
        """Take back what the books say of deeds that a restored ledger does not hold."""
        from wusong.data import attest
        from wusong.data.intake import importbook
        from wusong.data.money import book
        from wusong.data.products import callbook, tokens

        attest.unsettle(folder / attest.FILE, holds)
        callbook.unsettle(folder / callbook.FILE, holds)
        tokens.revoke_all(folder / tokens.FILE)
        importbook.unsettle(folder, holds)
        book.unsettle(folder / book.FILE, holds)

    def close(self, node: Any) -> None:  # noqa: ANN401
        """Close the book of calls, the rooms and the record of contents, as far as they were opened."""
        from wusong.data import brought

        brought.close(node)
        calls = sys.modules.get(
            "wusong.data.products.calls"
        )  # unloaded, it opened nothing, and is slow to load
        if calls is not None:
            calls.close(node)
        tokens = sys.modules.get("wusong.data.products.tokens")
        if tokens is not None:
            tokens.close(node)
        money = sys.modules.get("wusong.data.money.book")
        if money is not None:
            money.close(node)
        sharing = sys.modules.get("wusong.data.sharing.copies")
        if sharing is not None:
            sharing.close(node)

    def pages(self) -> list[Traversable]:
        """Its contract pages, so ordered that a page stands after those it reads."""
        folder = files(self.package) / "contracts"
        return [folder / f"{name}.yaml" for name in ORDER]


MENU: Final[tuple[dict[str, Any], ...]] = (
    {"path": "/intake", "title": {"en": "Take tables in", "zh": "数据表核对"}},
    {"path": "/registrations", "title": {"en": "Registration", "zh": "资源登记"}},
    {
        "path": "/operations",
        "also": ("/contracts/data-operation@1/new",),
        "title": {"en": "Authorised operation", "zh": "授权运营"},
    },
    {"path": "/sharing", "title": {"en": "Sharing", "zh": "共享回流"}},
    {
        "path": "/statements",
        "also": ("/settlements", "/invoice-numbers"),
        "title": {"en": "Statements", "zh": "对账结算"},
    },
    {
        "path": "/catalogue",
        "also": ("/products", "/uses", "/holders", "/trace"),
        "title": {"en": "Catalogue", "zh": "数据目录"},
    },
)
"""The rooms in the portal's menu; ``also``: where else one is in them."""
ROUTED: Final = (
    "pages",
    "api",
    "intake.pages",
    "intake.pages_catalogue",
    "intake.api",
    "registration.pages",
    "registration.api",
    "operation.pages",
    "operation.api",
    "sharing.pages",
    "sharing.api",
    "catalogue.pages",
    "catalogue.api",
    "products.pages",
    "products.api",
    "money.pages",
    "money.api",
)
"""The modules that bring ``ROUTES``: portal pages and API."""
COMMANDS: Final = {
    "intake": both("Tables and catalogue workbooks", "数据表与目录工作簿"),
    "registration": both("Registration", "资源登记"),
    "operation": both("Authorised operation", "授权运营"),
    "sharing": both("Sharing between departments", "共享与回流"),
    "products": both("Products and calls", "产品与调用"),
    "money": both("Statements and settlement", "对账与结算"),
    "catalogue": both("Catalogue", "数据目录"),
}
"""The rooms that bring commands (``commands.py``), with headings, in the order of ``wusong data --help``."""
ORDER: Final = (
    "evidence", "data-resource", "data-operation", "data-sharing", "data-product", "data-use",
    "revenue-share", "invoice-number", "usage-statement", "proposal", "registration-certificate",
    "stage-gate",
)  # fmt: skip
STORES: Final = {
    "brought.db": "brought",
    "budget.db": "questions",
    "calls.db": "batches calls",
    "decisions.db": "decisions judgements",
    "evidence.db": "batches items",
    "imports.db": "batches entries",
    "money.db": "accounts steps",
    "samples.db": "samples",
    "sharing.db": "copies",
    "tables.db": "tables",
    "tokens.db": "tokens",
}
DOMAIN: Final = DataDomain()
