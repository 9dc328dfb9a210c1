"""What waits for a party: records that others brought into a state from which it must take the next step.

A contract does not say whose turn it is; its lifecycle does:

* The party stands in the role that signs an act which moves the record on.
* The record is in passage: a state in which acts go on without leaving it (a use that is called and metered,
  an authorisation whose ceiling is adjusted) is where records rest, and waits for nobody.
* Whoever made the record is waited for only where its act leads back into the same procedure (a correction);
  giving up or taking back is its right, and nobody waits for it.
* What the party has already entered for a signatory waits among the entries, not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wusong.contract.model import Action, Page
from wusong.node import library
from wusong.web.offering import own_forms, role_for, said

if TYPE_CHECKING:
    from wusong.web.faces import Caller, Faces

_LIMIT: Final = 200
_SHOWN: Final = 30


def waiting_records(faces: Faces, caller: Caller, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records that wait for the caller's party, newest change first, each with the acts that it could
    take: ``record``, ``acts`` (path, title, role_title).
    """
    entered = {one["args"].get("asset") for one in entries if isinstance(one["args"], dict)}
    pages: dict[str, Page] = {}
    found = []
    for record in faces.access.assets(caller.reader("portal"), party=caller.party, limit=_LIMIT):
        contract = record["contract"]
        if contract.startswith("system/") or record["asset"] in entered:
            continue
        page = pages.setdefault(contract, library.find(faces.node, contract).compiled.page)
        acts = [_shown(page, action, record) for action in due(page, record, caller.party)]
        if acts:
            found.append({"record": record, "acts": acts})
    return found[:_SHOWN]


def due(page: Page, record: dict[str, Any], party: str) -> list[Action]:
    """The actions of which one is the party's next step with a record; empty where nothing waits for it."""
    state, roles = record["state"], record["roles"]
    able = [
        (action, role_for(page, action, record, party)) for action in page.actions if state in action.from_
    ]
    mine = [(action, role) for action, role in able if role and roles.get(role) == party]
    makers = {signer.role for action in page.actions if not action.from_ for signer in action.by}
    if _rests(page, state) or not any(_moves_on(page, action, role, state, makers) for action, role in mine):
        return []
    return [action for action, _role in mine]


def _rests(page: Page, state: str) -> bool:
    return any(state in action.from_ and action.to in (None, state) for action in page.actions)


def _moves_on(page: Page, action: Action, role: str, state: str, makers: set[str]) -> bool:
    if action.to is None:
        return False
    return role not in makers or state in _reached(page, action.to)


def _reached(page: Page, start: str) -> set[str]:
    """The states that can follow ``start``, itself included."""
    known, ahead = {start}, [start]
    while ahead:
        state = ahead.pop()
        for action in page.actions:
            if state in action.from_ and action.to is not None and action.to not in known:
                known.add(action.to)
                ahead.append(action.to)
    return known


def _shown(page: Page, action: Action, record: dict[str, Any]) -> dict[str, Any]:
    way = "propose" if action.requires else "act"
    path = own_forms().get((page.name, action.name), "/assets/{asset}/" + f"{way}/{action.name}")
    return {"path": path.format(asset=record["asset"]), "title": said(action.title, action.name)}
