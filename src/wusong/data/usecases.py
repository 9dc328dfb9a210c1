"""The use cases that a person enters and another signs: by name, with arguments that are JSON.

Contents are in the vault before an entry is made; arguments name them by their commitments. What fits a
form of the contract itself (accept, examine, approve, ...) needs no row here: the portal acts on any
contract.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from wusong.data import service
from wusong.data.brought import brought
from wusong.data.host import Host, leaf
from wusong.data.intake import usecases as intake
from wusong.data.money import usecases as money
from wusong.data.naming import installed, named
from wusong.data.operation import usecases as operation
from wusong.data.products import asking
from wusong.data.products.calls import PRODUCT, USE
from wusong.data.products.question import Question
from wusong.data.registration import usecases as registration
from wusong.data.sharing import usecases as sharing
from wusong.errors import DeedError

__all__ = ["CASES", "Case", "check_act"]


@dataclass(frozen=True, slots=True)
class Case:
    """A use case: what it is called, and what carries it out for a party."""

    title: dict[str, str]
    carry: Callable[[Host, str, dict[str, Any]], dict[str, Any]]


def check_act(host: Host, party: str, contract: str, action: str, args: dict[str, Any]) -> None:
    """Refuse an act on this domain's pages that names a content which the party did not bring itself.

    Likewise an invoice number that stands in the register already, and a wrong number of undecided columns,
    and an offer whose question is not what it states. Raises DataError ``content-not-brought``,
    ``question-...``, ``invoice-bound-elsewhere``, ``invoice-number``, ``undecided-wrong``.
    """
    found = installed(host, contract)
    name = contract if found is None else found.name
    brought(host).demand(party, *([] if found is None else named(found, action, args)))
    if (name, action) == (PRODUCT, "offer"):
        asking.check_offer(host, party, args)
    registration.check_act(host, party, name, action, args)
    money.check_act(host, name, action, args, party)


def _offer(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    wanted = service.Offer(
        args["name"],
        msgspec.convert(args["question"], Question),
        args["price"],
        tuple(args.get("purposes", ())),
        undertaking=args.get("undertaking", False),
        earlier=args.get("earlier", ""),
        class_=args.get("class", ""),
    )
    return _done(service.offer(host, party, args["operation"], wanted))


def _apply(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    terms = service.UseTerms(
        purpose=args["purpose"],
        starts=args["starts"],
        ends=args["ends"],
        calls=args["calls"],
        benefit=args["benefit"],
        purpose_class=args.get("purpose_class", ""),
        per_day=args.get("per_day", 0),
        places=tuple(args.get("places", ())),
        recipients=tuple(args.get("recipients", ())),
        undertaking=args.get("undertaking", False),
    )
    return _done(service.apply(host, party, args["product"], terms))


def _meter(host: Host, party: str, args: dict[str, Any]) -> dict[str, Any]:
    operator = leaf(host, args["asset"], USE).roles["operator"]
    if operator != party:  # the service signs with the operator's key: nobody else may ask for it
        raise DeedError(
            "wrong-role",
            action="meter",
            contract=USE,
            party=operator,
            reason="other-party",
            role="operator",
            signer=party,
        )
    return {"deeds": service.meter(host, args["asset"]), "asset": args["asset"]}


def _done(done: Any) -> dict[str, Any]:  # noqa: ANN401 - what a host gives
    return {"deed": done.deed, "asset": done.asset}


CASES: Final[dict[str, Case]] = {
    **{name: Case(*row) for name, row in registration.CASES.items()},
    **{name: Case(*row) for name, row in operation.CASES.items()},
    **{name: Case(*row) for name, row in intake.CASES.items()},
    **{name: Case(*row) for name, row in money.CASES.items()},
    **{name: Case(*row) for name, row in sharing.CASES.items()},
    "offer": Case({"en": "Offer a product", "zh": "上架产品"}, _offer),
    "apply-for-use": Case({"en": "Apply for use", "zh": "申请使用"}, _apply),
    "meter": Case({"en": "Meter calls", "zh": "计量"}, _meter),
}
