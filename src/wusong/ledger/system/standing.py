"""Who signs an act of a system kind, where more than one office or one party is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wusong.errors import DeedError
from wusong.ledger.system.accreditation import holds, record_name

if TYPE_CHECKING:
    from wusong.ledger.system.context import SystemAct


def signed_in(act: SystemAct, *roles: str) -> list[str]:
    """The parties that sign in ``roles``, in that order; the act must name these roles and no others."""
    named = act.act.as_
    for role in roles:
        if role not in named:
            raise DeedError("wrong-role", role=role, reason="empty", party="", signer="")
    for role in sorted(set(named) - set(roles)):
        raise DeedError("wrong-role", role=role, reason="signs-nothing", party="", signer=named[role])
    return [named[role] for role in roles]


def distinct(act: SystemAct, *roles: str) -> None:
    """No party signs in two of ``roles``: what two must see to, one cannot."""
    seen: set[str] = set()
    for role in roles:
        party = act.act.as_[role]
        if party in seen:
            raise DeedError("wrong-role", role=role, reason="signs-twice", party="", signer=party)
        seen.add(party)


def accredited(act: SystemAct, role: str, name: str) -> str:
    """The party that signs in ``role``, which must be accredited as ``name`` now."""
    party = act.act.as_[role]
    if not holds(act.leaf("accreditation", record_name(party, name))[1], act.now):
        raise DeedError("not-accredited", role=role, party=party, accreditation=name)
    return party
