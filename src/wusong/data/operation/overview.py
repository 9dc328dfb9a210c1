"""What stands under one authorisation: its products with their prices against the ceiling, the data-uses
under it with calls and revenue, and what was done.

``see`` is the reader's eye: of records by number, those that it may see, as they stand now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from wusong.data.host import Host, Models, page
from wusong.data.operation import projection
from wusong.data.projection import operations, products, uses

__all__ = ["CAUSES", "See", "history", "listed", "offers", "under"]

See: TypeAlias = Callable[[Sequence[str]], list[dict[str, Any]]]
CAUSES: Final[dict[str, dict[str, str]]] = {
    "breach": {"en": "breach", "zh": "违约事由"},
    "public-interest": {"en": "public interest", "zh": "公共利益事由"},
    "security": {"en": "security", "zh": "安全事由"},
}
"""What a withdrawal at once may rest on."""
_BY_DISCLOSURE: Final = ("disclose", "report")
_SAYS: Final[dict[str, tuple[str, ...]]] = {
    "authorise": ("ceiling", "classes", "class_ceilings"),
    "set-ceiling": ("ceiling", "classes", "class_ceilings", "document"),
    "renew": ("ends",),
    "suspend": ("document",),
    "give-notice": ("document", "withdrawn_at"),
    "withdraw": ("document", "cause"),
    "report-incident": ("found", "reported_late", "handling"),
    "disclose": ("disclosed",),
    "report": ("reported",),
}
"""What each act is remembered by."""


def listed(models: Models, see: See, party: str = "", part: str = "") -> list[dict[str, Any]]:
    """The authorisations that the reader may see, latest first; with ``part`` (``body``, ``operator``) those
    in which the party stands there.
    """
    query = sa.select(operations.c.asset).order_by(operations.c.updated.desc(), operations.c.asset)
    if part:
        query = query.where(operations.c[part] == party)
    with models.engine.connect() as connection:
        found = [str(one) for one in connection.execute(query).scalars()]
    seen = {one["asset"]: one for one in see(found)}
    return [seen[one] for one in found if one in seen]


def under(models: Models, asset: str, see: See) -> dict[str, Any]:
    """``products`` and ``uses`` under an authorisation that the reader may see, and their ``totals``:
    data-uses, calls, those free of charge, and revenue in minor units.
    """
    made, used = _of(models, products, asset), _of(models, uses, asset)
    seen = {one["asset"]: one for one in see([*made, *used])}
    held = [seen[one] for one in used if one in seen]
    return {"products": [seen[one] for one in made if one in seen], "totals": _totals(held), "uses": held}


def _of(models: Models, table: sa.Table, asset: str) -> list[str]:
    query = (
        sa.select(table.c.asset).where(table.c.operation == asset).order_by(table.c.created, table.c.asset)
    )
    with models.engine.connect() as connection:
        return [str(one) for one in connection.execute(query).scalars()]


def _totals(held: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    calls = [(one["fields"]["metered"], one["fields"]["benefit"]) for one in held]
    return {
        "amount": sum(one["fields"]["charged"] for one in held),
        "calls": sum(count for count, _ in calls),
        "free": sum(count for count, benefit in calls if benefit != "industry"),
        "uses": len(held),
    }


def history(models: Models, asset: str) -> list[dict[str, Any]]:
    """What was done, oldest first: ``action``, ``state``, ``time``, ``deed``, ``said``: what it is remembered
    by.
    """
    return [
        {name: step[name] for name in ("action", "deed", "state", "time")}
        | {"said": _remembered(step["action"], step["said"])}
        for step in projection.history(models, asset)
    ]


def _remembered(action: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in _SAYS.get(action, ()) if name in said}


def _incident_open(fields: Mapping[str, Any]) -> bool:
    return "incident" in fields and "measures" not in fields


def offers(host: Host, party: str, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The acts of the page that a party can begin now in its role: ``path`` of the form, ``title``. Those
    that both sign are proposed to the other.
    """
    parts = {role for role, held in record["roles"].items() if held == party}
    model = page(host, record["contract"]).page
    return [
        {
            "path": f"/assets/{record['asset']}/{'propose' if len(one.by) > 1 else 'act'}/{one.name}",
            "title": {"en": one.title.en, "zh": one.title.zh},
        }
        for one in model.actions
        if one.title
        and record["state"] in one.from_
        and parts & {signer.role for signer in one.by}
        and one.name not in _BY_DISCLOSURE
        and (one.name != "report-measures" or _incident_open(record["fields"]))
    ]
