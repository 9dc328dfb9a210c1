"""What it means that a mandate is narrower than the one it is passed on from.

* Each of its items lies within an item of the parent: the same contract, no other actions, and every amount
  that the parent limits limited no higher.
* It has a count and an end where the parent has them, no higher and no later.
* It may be passed on fewer steps than the parent.

Whatever this lets through, what is done under a mandate counts on every one above it as well, each with its
own scope and limits: a chain never allows what its root does not.
"""

from __future__ import annotations

from typing import Any, Final

from wusong.errors import DeedError

MAX_DEPTH: Final = 4
"""Mandates in a chain at most: the principal's own and three passed on."""


def check(fields: dict[str, Any], parent: dict[str, Any]) -> None:
    """Whether a mandate of these ``fields`` may be passed on from one with the fields ``parent``.

    Raises:
        DeedError: ``mandate-wider``, with what is wider.
    """
    if fields.get("onward", 0) >= parent.get("onward", 0):
        raise DeedError("mandate-wider", member="onward")
    for member in ("limit", "until"):
        if member in parent and not (member in fields and fields[member] <= parent[member]):
            raise DeedError("mandate-wider", member=member)
    for item in fields["scope"]:
        if not any(_within(item, above) for above in parent["scope"]):
            raise DeedError("mandate-wider", member="scope")


def _within(item: dict[str, Any], above: dict[str, Any]) -> bool:
    actions = set(above["actions"])
    if item["contract"] != above["contract"] or not ("*" in actions or set(item["actions"]) <= actions):
        return False
    limits = {one["argument"]: one["limit"] for one in item.get("amounts", ())}
    return all(
        limits.get(one["argument"], one["limit"] + 1) <= one["limit"] for one in above.get("amounts", ())
    )
