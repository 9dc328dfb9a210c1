"""Reading the parts of a page that belong to the second profile: time limits, calendars, what it follows,
its text.
"""

from __future__ import annotations

import re
from typing import Any, Final

from wusong.contract.findings import Path
from wusong.contract.model import BEIJING
from wusong.contract.reader import Entries, Reader
from wusong.contract.shorthand import humanised
from wusong.contract.tree import Node

_ZONE: Final = re.compile(r"([+-])([01][0-9]):([0-5][0-9])")
_DEADLINE: Final = frozenset({"zh", "en", "in", "to", "burn", "clear", "suspends"})


def read_page_parts(r: Reader, entries: Entries) -> dict[str, Any]:
    """The page's own members; only those that it has."""
    deadlines = r.named(entries, "deadlines", ())
    made: dict[str, Any] = {
        "calendars": r.names(entries, "calendars", ()),
        "zone": _zone(r, entries),
        "deadlines": [_deadline(r, n, name, node) for n, (name, node) in enumerate(deadlines)],
        "upgrade": signers(r.names(entries, "upgrade", (), "_?")),
        "follows": _follows(r, entries),
        "text": _text(r, entries),
        "races": _races(r, entries),
    }
    return {key: value for key, value in made.items() if value not in ([], None)}


def signers(words: list[str]) -> list[dict[str, Any]]:
    """Roles as they are written (``role?``) in the model's form."""
    return [{"role": word[:-1], "optional": True} if word.endswith("?") else {"role": word} for word in words]


def read_timing(r: Reader, entries: Entries, path: Path) -> dict[str, Any]:
    """What an action says of time limits; only what it says."""
    made: dict[str, Any] = {}
    due = _expressions(r, entries, "due", path, "")
    if due:
        made["due"] = due
    for key, style in (("until", ""), ("after", ""), ("duty", "_")):
        if key in entries:
            made[key] = r.name(entries, key, path, style)
    return made


def _expressions(r: Reader, entries: Entries, key: str, path: Path, style: str) -> dict[str, Any]:
    """Names to expressions, or to null."""
    made: dict[str, Any] = {}
    for name, node in r.named(entries, key, path, style):
        place = (*path, key, name)
        r.mark(place, node)
        made[name] = None if node.value is None else r.expression((node, node), place)
    return made


def _zone(r: Reader, entries: Entries) -> int | None:
    if "zone" not in entries:
        return None
    text = r.text(entries, "zone", ())
    match = _ZONE.fullmatch(text)
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1) if match else None
    if minutes is None or not -720 <= minutes <= 840:
        r.findings.add("page-bad-zone", ("zone",), text=text)
        return None
    return None if minutes == BEIJING else minutes


def _deadline(r: Reader, n: int, name: str, node: Node) -> dict[str, Any]:
    path: Path = ("deadlines", n)
    entries = r.map(node, path, _DEADLINE, {"zh"})
    title = {"en": r.text(entries, "en", path, humanised(name)), "zh": r.text(entries, "zh", path)}
    made: dict[str, Any] = {
        "name": name,
        "title": title,
        "in": r.names(entries, "in", path),
        "clear": r.names(entries, "clear", path, "_"),
    }
    for key in ("to", "burn"):
        if key in entries:
            made[key] = r.name(entries, key, path)
    if r.flag(entries, "suspends", path):
        made["suspends"] = True
    return {key: value for key, value in made.items() if value != []}


def _follows(r: Reader, entries: Entries) -> dict[str, Any] | None:
    if "follows" not in entries:
        return None
    path: Path = ("follows",)
    inner = r.map(entries["follows"][1], path, {"page", "states", "fields", "drops"}, {"page"})
    states = {
        name: r.name({"to": (node, node)}, "to", (*path, "states", name))
        for name, node in r.named(inner, "states", path)
    }
    made: dict[str, Any] = {
        "states": states,
        "fields": _expressions(r, inner, "fields", path, "_"),
        "drops": r.names(inner, "drops", path, "_"),
    }
    return {"page": r.text(inner, "page", path)} | {key: value for key, value in made.items() if value}


def _text(r: Reader, entries: Entries) -> dict[str, Any] | None:
    if "text" not in entries:
        return None
    path: Path = ("text",)
    keys = {"en", "zh", "prevails"}
    inner = r.map(entries["text"][1], path, keys, keys)
    return {key: r.text(inner, key, path) for key in sorted(keys)}


def _races(r: Reader, entries: Entries) -> list[list[str]]:
    if "races" not in entries:
        return []
    node = entries["races"][1]
    pairs = node.value if isinstance(node.value, list) else []
    made = []
    for n, pair in enumerate(pairs):
        names = r.names({"": (pair, pair)}, "", ("races", n))
        if len(names) != 2:
            r.findings.add("page-not-a-pair", ("races", n))
        made.append(names)
    if not isinstance(node.value, list):
        r.findings.add("page-not-a-list", ("races",))
    return made
