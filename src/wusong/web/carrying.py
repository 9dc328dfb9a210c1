"""Use cases by name, as the domains offer them: what an entry names, and what carries it out.

A domain's ``use_cases`` is a function that gives a table of objects with ``title`` (zh and en) and
``carry(node, party, args)``, which gives a JSON value. Arguments are checked by the domain, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from wusong.errors import AccessError
from wusong.ledger.intent import Intent
from wusong.node.domains import domains
from wusong.node.foreseeing import foresee
from wusong.node.pending import LIFETIME, desk

if TYPE_CHECKING:
    from wusong.node.node import Node


@dataclass(frozen=True, slots=True)
class _Act:
    title: dict[str, str]
    carry: Callable[[Any, str, dict[str, Any]], Any]


def _act(node: Node, party: str, args: dict[str, Any]) -> dict[str, Any]:
    """One act, in each role that the party stands in. A party acts for itself only: what others must sign
    too is theirs to sign.
    """
    check_act(node, party, args)
    intent = Intent(
        args["contract"],
        args["action"],
        args.get("args", {}),
        dict.fromkeys(args.get("roles") or [args["role"]], party),
        args.get("asset"),
        args.get("rev"),
    )
    done = node.act([intent])
    return {"deed": done.deed, "asset": done.asset}


def check_act(node: Node, party: str, act: dict[str, Any]) -> None:
    """Domains may refuse an act for contents that the party names and did not bring."""
    for domain in domains():
        check = getattr(domain, "check_act", None)
        if check is not None:
            check(node, party, act["contract"], act["action"], act.get("args", {}))


def took_in(node: Node, party: str, commitments: Iterable[str]) -> None:
    """Tell the domains which contents a party handed in with a form."""
    found = list(commitments)
    for domain in domains():
        note = getattr(domain, "took_in", None)
        if note is not None and found:
            note(node, party, found)


ACT: Final = _Act({"en": "Act on a record", "zh": "办理"}, _act)


def _propose(node: Node, party: str, args: dict[str, Any]) -> dict[str, Any]:
    """Put acts to all whom they name, signed by the proposer; what the ledger would refuse is refused."""
    for act in args["acts"]:
        if party in act["as"].values():
            check_act(node, party, act)
    intents = [
        Intent(
            one["contract"],
            one["action"],
            one.get("args", {}),
            one["as"],
            one.get("asset"),
            one.get("rev"),
            one.get("with", {}),
        )
        for one in args["acts"]
    ]
    if args.get("alone"):  # only the portal's form says so, of a party that signs every act
        done = node.act(intents)
        return {"deed": done.deed, "asset": done.asset}
    if party in {one for intent in intents for one in intent.roles.values()}:
        foresee(node, intents, party)
    with desk(node) as pendings:
        deed = pendings.propose(intents, party, args.get("lifetime") or LIFETIME)
        found = pendings.sign(deed, party)
    return {"pending": deed, "state": found.state}


def _sign_pending(node: Node, party: str, args: dict[str, Any]) -> dict[str, Any]:
    """Sign for the party; ``deed`` is there once the last signature has put it on the ledger."""
    with desk(node) as pendings:
        found = pendings.sign(args["deed"], party)
    said = {"pending": found.deed, "state": found.state}
    return said | ({"deed": found.deed} if found.state == "done" else {})


PROPOSE: Final = _Act({"en": "Propose a deed that several sign", "zh": "发起待签指令"}, _propose)
SIGN_PENDING: Final = _Act({"en": "Sign a pending deed", "zh": "签署待签指令"}, _sign_pending)


class UseCase(Protocol):
    """One use case of a domain."""

    @property
    def title(self) -> dict[str, str]:
        """What it is called, zh and en."""

    @property
    def carry(self) -> Callable[[Any, str, dict[str, Any]], Any]:
        """Carries it out for a party."""


@cache
def use_cases() -> Mapping[str, UseCase]:
    """Every use case of every domain, and those that fit every contract: ``act``, ``propose``,
    ``sign-pending``.
    """
    found: dict[str, UseCase] = {"act": ACT, "propose": PROPOSE, "sign-pending": SIGN_PENDING}
    for domain in domains():
        found |= getattr(domain, "use_cases", dict)()
    return found


def use_case(name: str) -> UseCase:
    """Raises AccessError ``not-found``."""
    found = use_cases().get(name)
    if found is None:
        raise AccessError("not-found")
    return found


def carry(node: Node, name: str, party: str, args: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
    """Carry out a use case for a party. Raises what refuses it."""
    return use_case(name).carry(node, party, args)
