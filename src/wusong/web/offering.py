"""What a party can do with a record: what its contract lets it do from the record's state in a role that it
stands in or that is still open, and what domains offer beside.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wusong.contract.model import Action, Bilingual, Field, Page
from wusong.ledger.system.accreditation import holds, record_name
from wusong.node import library
from wusong.node.domains import domains
from wusong.node.foreseeing import refused_now
from wusong.web.listing import contract_list

if TYPE_CHECKING:
    from wusong.web.faces import Caller, Faces
    from wusong.web.standing import Standing


def offers(
    faces: Faces, caller: Caller, asset: dict[str, Any], now: Standing | None = None
) -> list[dict[str, Any]]:
    """What the caller's party can do with a record; ``now`` says which actions time and freezes leave open.
    ``refused`` gives the words of a condition that is certainly not met now.
    """
    if asset["contract"].startswith("system/") or "enter" not in caller.rights():
        return []
    page = page_of(faces, asset["contract"])
    forms = own_forms()
    found = []
    for action in page.actions:
        role = role_for(page, action, asset, caller.party)
        way = "propose" if action.requires else "act"
        path = forms.get((page.name, action.name), f"/assets/{asset['asset']}/{way}/{action.name}")
        if role and path and (asset["state"] in action.from_ if now is None else now.is_open(action)):
            title = next(one.title for one in page.roles if one.name == role)
            words = {"title": said(action.title, action.name), "role_title": said(title, role)}
            refused = not_now(faces, asset["asset"], action, now)
            found.append({"path": path.format(asset=asset["asset"]), **words, "refused": refused})
    return [*found, *extras(faces, caller, asset)]


def not_now(faces: Faces, asset: str, action: Action, now: Standing | None) -> dict[str, str] | None:
    """Why the ledger is certain to refuse an action now, whatever is filled in; None where it may pass."""
    if now is None:
        return None
    ledger = faces.node.ledger
    program = ledger.rules.compiled(ledger.view(), now.leaf.contract)
    return refused_now(faces.node, program, action.name, asset, now.leaf)


def begins(faces: Faces, caller: Caller, name: str, page: Page) -> list[dict[str, Any]]:
    """The actions of a contract with which the caller's party can begin a record now: ``path``, ``title``,
    ``kind``, and the contract's ``name``. What a domain begins from another record (a use from its product)
    is offered there.
    """
    if "enter" not in caller.rights():
        return []
    forms, needs = own_forms(), {role.name: role.accredited for role in page.roles}
    found = []
    for action in page.actions:
        role = "" if action.from_ else role_for(page, action, None, caller.party)
        together = may_begin_together(faces, page, action, caller.party)
        way = "propose" if together or action.requires else "new"
        path = forms.get((page.name, action.name), f"/contracts/{name}/{way}/{action.name}")
        needed = needs.get(role)
        able = role and (not needed or is_accredited(faces, caller.party, needed))
        if path and (able or together):
            title = said(action.title, action.name)
            found.append({"path": path, "title": title, "kind": said(page.kind, page.name), "name": name})
    return found


def all_begins(faces: Faces, caller: Caller) -> list[dict[str, Any]]:
    """What the caller's party can begin under any contract of the library."""
    if "enter" not in caller.rights():
        return []
    names = [one["name"] for one in contract_list(faces)]
    return [one for name in names for one in begins(faces, caller, name, page_of(faces, name))]


def extras(faces: Faces, caller: Caller, asset: dict[str, Any]) -> list[dict[str, Any]]:
    """What domains offer beside."""
    return [
        {"role_title": "", **one}
        for domain in domains()
        for one in getattr(domain, "extras", lambda *_: [])(caller.party, asset)
        if "needs" not in one or is_accredited(faces, caller.party, one["needs"])
    ]


def is_accredited(faces: Faces, party: str, name: str) -> bool:
    """Whether a party holds an accreditation now."""
    ledger = faces.node.ledger
    return holds(
        ledger.view().leaf(ledger.rules.key("accreditation", record_name(party, name))), ledger.now()
    )


def own_forms() -> dict[tuple[str, str], str]:
    """Actions that have a page of a domain instead of the contract's own form."""
    found: dict[tuple[str, str], str] = {}
    for domain in domains():
        found |= getattr(domain, "own_forms", dict)()
    return found


def alone(page: Page, action: Action, asset: dict[str, Any] | None, party: str) -> list[str]:
    """The roles in which a party, signing alone, takes an action: every role that must sign is its own, or is
    filled by the act. Empty when it cannot.
    """
    must = [signer.role for signer in action.by if not signer.optional]
    if action.anyone or not must or (asset is None and len(must) > 1):
        return []
    drawn = {role.name: role.among for role in page.roles if role.among}
    found = []
    for signer in action.by:
        mine = _stands(action, asset, party, signer.role, drawn.get(signer.role))
        if mine is False or (mine is None and not signer.optional):
            return []
        if mine:
            found.append(signer.role)
    return found


_OWN: Final = re.compile(r"\s*self\.([a-z0-9_]+)\s*")


def _stands(
    action: Action, asset: dict[str, Any] | None, party: str, role: str, drawn: str | None
) -> bool | None:
    """Whether a party is who signs in a role; None where nobody does."""
    if asset is None:
        return None if any(one.role == role and one.optional for one in action.by) else True
    if drawn is not None:
        return party in asset["fields"].get(drawn, [])
    held: dict[str, str] = asset["roles"]
    if role in held:
        return held[role] == party
    filled = action.set.get(role)
    if not filled or any(one.role == role and one.optional for one in action.by):
        return None  # an optional role that stands empty does not sign
    own = _OWN.fullmatch(filled)
    return True if own is None else held.get(own[1], "") == party


def role_for(page: Page, action: Action, asset: dict[str, Any] | None, party: str) -> str:
    """The first role in which a party could sign an action alone; empty when it cannot."""
    return next(iter(alone(page, action, asset, party)), "")


def may_begin_together(faces: Faces, page: Page, action: Action, party: str) -> bool:
    """Whether a party may stand in one of several roles that sign together to begin a record."""
    must = [signer.role for signer in action.by if not signer.optional]
    if action.from_ or action.anyone or len(must) < 2:
        return False
    needs = {role.name: role.accredited for role in page.roles}
    return any(not needs[role] or is_accredited(faces, party, str(needs[role])) for role in must)


def page_of(faces: Faces, contract: str) -> Page:
    """The page of a contract, by its digest or its name."""
    return library.find(faces.node, contract).compiled.page


def said(text: Bilingual | None, fallback: str) -> dict[str, str]:
    """A title of a page in both languages; a name stands for itself where the page gives none."""
    return {"en": fallback, "zh": fallback} if text is None else {"en": text.en, "zh": text.zh}


def title_of(page: Page, argument: Field) -> dict[str, str]:
    """What people call an argument: its own title, else that of the field or role of the same name."""
    fields = [one.title for one in page.fields if one.name == argument.name]
    roles = [one.title for one in page.roles if one.name == argument.name]
    return said(argument.title or next(iter([*fields, *roles]), None), argument.name)
