"""Who signs an act: who stands in the roles that sign, else who an argument or a form names for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from wusong.contract.model import Action, Page
from wusong.web import offering

_ARGUMENT: Final = re.compile(r"\s*args\.([a-z0-9_]+)\s*")


def is_joint(action: Action, asset: dict[str, Any], party: str) -> bool:
    """Whether a party stands in a role that signs an action, and others sign with it."""
    if action.anyone or party not in {asset["roles"].get(signer.role) for signer in action.by}:
        return False
    signing = signing_of(action, asset)
    empty = [role for role, held in signing.items() if not held]
    return len({*signing.values(), party}) > 1 and all(filled_by(action, role) for role in empty)


def signing_of(action: Action, asset: dict[str, Any]) -> dict[str, str]:
    """Each role that signs, with who stands in it; "" where nobody does yet."""
    held = asset["roles"]
    return {
        signer.role: held.get(signer.role, "")
        for signer in action.by
        if signer.role in held or not signer.optional
    }


def filled_by(action: Action, role: str) -> str:
    """The argument that fills a role; "" for none."""
    found = _ARGUMENT.fullmatch(action.set.get(role) or "")
    return found[1] if found else ""


def parties_of(
    action: Action, record: dict[str, Any] | None, args: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, str]:
    """Who signs in which role: who stands in it, who an argument or the form names, else the proposer."""
    signing = signing_of(action, record or {"roles": {}})
    found = {}
    for role, party in signing.items():
        named = str(args.get(filled_by(action, role)) or "")
        found[role] = party or named or chosen.get(role) or chosen[""]
    if record is None:
        optional = [one.role for one in action.by if one.optional and chosen.get(one.role)]
        found |= {role: chosen[role] for role in optional}
    return found


def shown(page: Page, model: Action, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The roles that sign, with who stands in them."""
    titles = {role.name: offering.said(role.title, role.name) for role in page.roles}
    return [
        {"title": titles[role], "party": party} for role, party in signing_of(model, record).items() if party
    ]
