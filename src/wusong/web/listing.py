"""What is listed of the ledger for pages and API alike: its parties and its contracts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from wusong.node import library
from wusong.node.access import PUBLIC
from wusong.node.ledger_view import parties as parties_table
from wusong.web.faces import Faces

__all__ = ["contract_list", "party_list", "party_names"]


def party_list(faces: Faces) -> list[dict[str, Any]]:
    """Every party with its name and standing."""
    with faces.node.models.engine.connect() as connection:
        query = sa.select(parties_table).order_by(parties_table.c.admitted, parties_table.c.did)
        return [dict(row) for row in connection.execute(query).mappings()]


def party_names(faces: Faces) -> dict[str, str]:
    """The name of every party, by DID."""
    return {row["did"]: row["name"] for row in party_list(faces)}


def contract_list(faces: Faces) -> list[dict[str, Any]]:
    """Every name on the ledger with the page that it stands for."""
    found = []
    for row in faces.access.assets(PUBLIC, name="system/name"):
        page = library.find(faces.node, row["fields"]["contract"])
        model = page.compiled.page
        found.append(
            {
                "name": page.name,
                "digest": page.digest,
                "title": _texts(model.title),
                "kind": _texts(model.kind),
                "basis": list(model.basis),
            }
        )
    return sorted(found, key=lambda one: str(one["name"]))


def _texts(text: Any) -> dict[str, str]:  # noqa: ANN401 - a contract's bilingual text
    return {"en": text.en, "zh": text.zh}
