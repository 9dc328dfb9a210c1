"""Companions that random pages require."""

# ruff: noqa: E501 - a table of ways to say things

from __future__ import annotations

import random
from typing import Any

WHERE = [
    "its.asset != self.id", "its.asset == self.id", "its.action != 'make'", "its.args.cost >= 0", "has(its.args.who)",
    "its.as.owner == as.owner", "its.after.quantity > 1", "its.after.state in ['held', 'fresh']", "has(its.self.guest)",
    "its.self.level / its.args.count >= 0 || its.after.rev > 1", "as.owner in its.after.crew",
    "its.after.owner in its.after.crew || its.self.price > 1", "now > 0 && its.self.rev < its.after.rev",
    "its.after.level == self.level", "its.self.price != self.price || self.rev > 2", "its.after.note.size() < 3",
]  # fmt: skip


def companion(rng: random.Random, by: list[str], *, creates: bool) -> dict[str, Any]:
    """What another act of the same deed must be."""
    ways = [text for text in WHERE if "owner" in by or " as.owner" not in f" {text}"]
    if creates:
        ways = [text for text in ways if "self." not in text.replace("its.self.", "").replace("self.id", "")]
    return {
        "contract": "thing@1", "action": rng.choice(["make", "make", "act-0", "act-1", "extend-term"]),
        "where": rng.sample(ways, rng.randint(0, 2)), "says": {"en": "With another.", "zh": "同时办理。"},
    }  # fmt: skip
