"""How a form asks for the arguments of an action, as the contract's types say.

* Who is named in a role that needs an accreditation is chosen from those who hold it now.
* A record is chosen from those of the right kind that still live.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wusong.contract.model import Action, Asset, Commitment, Enum, Field, Money, Page, Text
from wusong.contract.model import Party as PartyType
from wusong.web.bodies import MAX_UPLOAD, size
from wusong.web.offering import is_accredited, page_of, title_of
from wusong.web.words import heading

if TYPE_CHECKING:
    from wusong.web.faces import Caller, Faces


def inputs(faces: Faces, caller: Caller, page: Page, action: Action) -> list[dict[str, Any]]:
    """The inputs of an action's form: name, title, kind, optional, choices, and what the type adds."""
    return [_input(faces, caller, page, action, one) for one in action.args]


def titles(page: Page, action: Action) -> dict[str, dict[str, str]]:
    """What people call the arguments of an action."""
    return {one.name: title_of(page, one) for one in action.args}


def _input(faces: Faces, caller: Caller, page: Page, action: Action, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.name,
        "title": title_of(page, field),
        "kind": type(field.type).__name__.lower(),
        "optional": field.optional,
        "choices": [],
    }
    if isinstance(field.type, Commitment):
        found["most"] = size(MAX_UPLOAD)
    if isinstance(field.type, Enum):
        found["choices"] = [(value, value) for value in field.type.values]
    if isinstance(field.type, Text):
        found["max"] = field.type.max
    if isinstance(field.type, Money):
        found["currency"] = field.type.currency
    if isinstance(field.type, Asset):
        found["choices"] = _records(faces, caller, field.type.kind or "")
    if isinstance(field.type, PartyType):
        found["choices"] = parties(faces, _needed(page, action, field.name))
    return found


def _records(faces: Faces, caller: Caller, kind: str) -> list[tuple[str, str]]:
    rows = faces.access.assets(caller.reader("portal"), name=kind, limit=200)
    return [
        (row["asset"], heading(row))
        for row in rows
        if not row["name"].startswith("system/") and row["state"] not in _final(faces, row["contract"])
    ]


def _final(faces: Faces, contract: str) -> list[str]:
    return [state.name for state in page_of(faces, contract).states if state.final]


def _needed(page: Page, action: Action, argument: str) -> str:
    """The accreditation of the role that an argument fills; empty where it fills none that needs one."""
    filled = {
        role for role, how in action.set.items() if how and re.fullmatch(rf"\s*args\.{argument}\s*", how)
    }
    return next((role.accredited for role in page.roles if role.name in filled and role.accredited), "")


def parties(faces: Faces, accreditation: str) -> list[tuple[str, str]]:
    """The active parties, with their names, that hold an accreditation where one is needed."""
    from wusong.web.api import party_list

    return [
        (row["did"], row["name"])
        for row in party_list(faces)
        if row["state"] == "active" and (not accreditation or is_accredited(faces, row["did"], accreditation))
    ]
