"""The words of a contract for its states, roles, actions and fields, as templates show them."""

from __future__ import annotations

from typing import Any

import msgspec

from wusong.contract.model import Action, Page
from wusong.errors import AccessError, WusongError
from wusong.web.faces import Faces
from wusong.web.offering import title_of

__all__ = ["words_for", "words_of"]


def words_for(faces: Faces, contracts: set[str]) -> dict[str, dict[str, Any]]:
    """The words of each contract for its kind, states, roles, actions and fields, in both languages."""
    return {one: words_of(faces, one) for one in sorted(contracts) if not one.startswith("system/")}


def words_of(faces: Faces, contract: str) -> dict[str, Any]:
    """The words of one contract; a name stands for itself where the page gives no title."""
    try:
        page = faces.node.ledger.rules.compiled(faces.node.ledger.view(), contract).page
    except WusongError:
        raise AccessError("not-found") from None
    plain: dict[str, Any] = msgspec.to_builtins(page)
    groups = {group: _titles(plain.get(group, [])) for group in ("states", "roles", "actions", "fields")}
    acts = {action.name: _act_words(page, action) for action in page.actions}
    types = {one["name"]: one["type"] for one in plain.get("fields", [])}
    final = [state["name"] for state in plain["states"] if state.get("final")]
    basis = {action.name: [*page.basis] for action in page.actions}
    quantity = plain.get("quantity", {})
    unit = quantity.get("title", quantity.get("unit", ""))
    return {
        **groups,
        "acts": acts,
        "basis": basis,
        "final": final,
        "kind": plain["kind"],
        "name": page.name,
        "title": plain["title"],
        "types": types,
        "unit": unit,
    }


def _act_words(page: Page, action: Action) -> dict[str, Any]:
    """The titles and types of an action's arguments."""
    return {
        "args": {one.name: title_of(page, one) for one in action.args},
        "types": {one.name: msgspec.to_builtins(one.type) for one in action.args},
    }


def _titles(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["name"]: item.get("title", item["name"]) for item in items}
