"""Naming parties as people do: by DID, by a name, or by words of a name; it must be one party's only."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import sqlalchemy as sa

from wusong.cli.reading import rows
from wusong.cli.terminal import UsageError, say

if TYPE_CHECKING:
    from wusong.node.node import Node


def party_of(node: Node, given: str) -> str:
    """The DID of the party that is meant; ``founder`` is the founder; whole names go before words of them.

    Raises:
        UsageError: ``ambiguous-party``.
    """
    from wusong.node.ledger_view import parties

    if not given.strip():
        raise UsageError("missing-argument", name="PARTY")
    if given.startswith("did:"):
        return given
    if given == "founder":
        return node.founder
    known = rows(node, sa.select(parties.c.did, parties.c.name))
    found = [row["did"] for row in known if row["name"] == given]
    found = found or [row["did"] for row in known if _says(row["name"], given)]
    if len(found) != 1:
        near = get_close_matches(given, [row["name"] for row in known] if not found else [], 3, 0.4)
        hint = near and f"{say('Did you mean', '是否指')} {say(', ', '、').join(near)}? "
        raise UsageError("ambiguous-party", name=given, found=len(found), near=hint or "")
    return str(found[0])


def _says(name: str, words: str) -> bool:
    """Whether words stand in a name, one after another; capital letters make no difference."""
    said, wanted = (f" {' '.join(text.casefold().split())} " for text in (name, words))
    return bool(words.strip()) and wanted in said


def names_of(node: Node) -> dict[str, str]:
    """The name of every party by its DID."""
    from wusong.node.ledger_view import parties

    return {row["did"]: row["name"] for row in rows(node, sa.select(parties.c.did, parties.c.name))}
