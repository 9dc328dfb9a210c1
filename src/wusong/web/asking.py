"""How a form asks for the arguments of an action, as the contract's types say.

* Who is named in a role that needs an accreditation is chosen from those who hold it now.
* A record is chosen from those of the right kind that still live.
* A list has rows, each asked for as one value would be; those left empty are no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wusong.contract.model import (
    Action,
    Asset,
    Commitment,
    Enum,
    Field,
    FieldType,
    Money,
    Page,
    Quantity,
    Text,
)
from wusong.contract.model import List as ListOf
from wusong.contract.model import Party as PartyType
from wusong.web.bodies import MAX_UPLOAD, size
from wusong.web.listing import party_list
from wusong.web.offering import is_accredited, page_of, said, title_of
from wusong.web.typed import MOST_ROWS
from wusong.web.words import called, short

if TYPE_CHECKING:
    from wusong.web.faces import Caller, Faces


def inputs(faces: Faces, caller: Caller, page: Page, action: Action) -> list[dict[str, Any]]:
    """The inputs of an action's form: name, title, kind, optional, choices, and what the type adds."""
    return [_input(faces, caller, page, action, one) for one in action.args]


def titles(page: Page, action: Action) -> dict[str, dict[str, str]]:
    """What people call the arguments of an action."""
    return {one.name: title_of(page, one) for one in action.args}


def _input(faces: Faces, caller: Caller, page: Page, action: Action, field: Field) -> dict[str, Any]:
    accreditation = _needed(page, action, field.name)
    return {
        "name": field.name,
        "title": title_of(page, field),
        "optional": field.optional,
        **_asked(faces, caller, page, field.type, accreditation),
    }


def _asked(faces: Faces, caller: Caller, page: Page, kind: FieldType, accreditation: str) -> dict[str, Any]:
    """What the type of an input adds: its kind, choices, limits."""
    found: dict[str, Any] = {"kind": type(kind).__name__.lower(), "choices": []}
    match kind:
        case ListOf(of=of, max=most):
            found["rows"] = min(most, MOST_ROWS)
            found["of"] = _asked(faces, caller, page, of, accreditation)
        case Commitment():
            found["most"] = size(MAX_UPLOAD)
        case Enum(values=values):
            found["choices"] = [(value, value) for value in values]
        case Text(max=most):
            found["max"] = most
        case Money(currency=currency):
            found["currency"] = currency
        case Quantity():
            unit = page.quantity
            found["unit"] = "" if unit is None else said(unit.title, unit.unit)
        case Asset(kind=name):
            found["choices"] = _records(faces, caller, name or "")
        case PartyType():
            found["choices"] = parties(faces, accreditation)
    return found


def _records(faces: Faces, caller: Caller, kind: str) -> list[tuple[str, dict[str, str]]]:
    rows = faces.access.assets(caller.reader("portal"), name=kind, limit=200)
    return [
        (row["asset"], label(faces, row))
        for row in rows
        if not row["name"].startswith("system/") and row["state"] not in _final(faces, row["contract"])
    ]


def label(faces: Faces, row: Mapping[str, Any]) -> dict[str, str]:
    """A record in a list to choose from: its kind, what it is called, how much it is, how it stands, and the
    beginning of its id.
    """
    page = page_of(faces, row["contract"])
    state = next((one.title for one in page.states if one.name == row["state"]), None)
    parts = [said(page.kind, page.name), _same(called(row)), _much(page, row), said(state, row["state"])]
    return {
        lang: " · ".join(one[lang] for one in [*parts, _same(short(row))] if one[lang])
        for lang in ("en", "zh")
    }


def _same(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def _much(page: Page, row: Mapping[str, Any]) -> dict[str, str]:
    """The quantity of a record with its unit, and the currency whose minor units it counts."""
    unit = page.quantity
    if unit is None or row["quantity"] is None:
        return _same("")
    currency, titles = str(row["fields"].get("currency", "")), said(unit.title, unit.unit)
    return {lang: f"{row['quantity']:,} {titles[lang]} {currency}".strip() for lang in titles}


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
    return [
        (row["did"], row["name"])
        for row in party_list(faces)
        if row["state"] == "active" and (not accreditation or is_accredited(faces, row["did"], accreditation))
    ]
