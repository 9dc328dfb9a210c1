"""Typed reading of a page's tree: each reader takes a part, notes what is wrong with it, and goes on."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final, TypeAlias

from wusong.contract.expr.parser import MAX_TEXT
from wusong.contract.findings import Finding, Findings, Path
from wusong.contract.shorthand import humanised
from wusong.contract.tree import Node

Entries: TypeAlias = "dict[str, tuple[Node, Node]]"

_NAMES: Final = {
    "": re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*"),
    "_": re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*"),
    "_?": re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\??"),
    "!": re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*!?"),
}
_LONGEST: Final = 40


class Reader:
    """Readers for the parts of a page; ``marks`` remembers where each part stands in the text."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.marks: dict[Path, Node] = {}

    def mark(self, path: Path, node: Node) -> None:
        """Remember where ``path`` stands."""
        self.marks.setdefault(path, node)

    def placed(self, finding: Finding) -> Finding:
        """The finding with the line and column of the innermost part that is known."""
        if finding.line:
            return finding
        for length in range(len(finding.path), -1, -1):
            node = self.marks.get(finding.path[:length])
            if node is not None:
                whole = length == len(finding.path) and isinstance(node.value, str)
                column = node.column + (finding.offset + node.quoted if whole else 0)
                return replace(finding, line=node.line, column=column)
        return replace(finding, line=1, column=1)

    def map(self, node: Node, path: Path, known: AbstractSet[str], required: AbstractSet[str]) -> Entries:
        """The entries of a mapping: unknown keys and missing ones are noted."""
        self.mark(path, node)
        if not isinstance(node.value, dict):
            self.findings.add("page-not-a-mapping", path)
            return {}
        for key, (key_node, value) in node.value.items():
            self.mark((*path, key), value)
            if key in known:
                continue
            place = (key_node.line, key_node.column)
            self.findings.at("page-unknown-key", *place, key=key, known=", ".join(sorted(known)))
        for key in sorted(required - node.value.keys()):
            self.findings.add("page-missing-key", path, key=key)
        return {key: entry for key, entry in node.value.items() if key in known}

    def named(self, entries: Entries, key: str, path: Path, style: str = "") -> list[tuple[str, Node]]:
        """The entries of a mapping from names to parts, in the order of the page."""
        if key not in entries or entries[key][1].value is None:
            return []
        node = entries[key][1]
        if not isinstance(node.value, dict):
            self.findings.add("page-not-a-mapping", (*path, key))
            return []
        found = []
        for n, (name, (key_node, value)) in enumerate(node.value.items()):
            self.mark((*path, key, n), key_node)
            found.append((self.checked_name(name, key_node, style), value))
        return found

    def checked_name(self, name: str, node: Node, style: str = "") -> str:
        """``name``, noted when it is malformed."""
        if len(name) > _LONGEST or _NAMES[style].fullmatch(name) is None:
            self.findings.at("page-bad-name", node.line, node.column, name=name)
        return name

    def name(self, entries: Entries, key: str, path: Path, style: str = "") -> str:
        """A name (words joined by hyphens)."""
        text = self.text(entries, key, path)
        return self.checked_name(text, entries[key][1], style) if text else text

    def names(self, entries: Entries, key: str, path: Path, style: str = "") -> list[str]:
        """One name or a list of names."""
        if key not in entries:
            return []
        node = entries[key][1]
        items = node.value if isinstance(node.value, list) else [node]
        found = []
        for n, item in enumerate(items):
            self.mark((*path, key, n), item)
            text = item.value if isinstance(item.value, str) else ""
            found.append(self.checked_name(text, item, style))
        return found

    def text(self, entries: Entries, key: str, path: Path, default: str = "") -> str:
        """A text; noted when it is something else or empty."""
        if key not in entries:
            return default
        value = entries[key][1].value
        if not isinstance(value, str) or not value.strip():
            self.findings.add("page-not-a-text", (*path, key), key=key)
            return default
        return value

    def texts(self, entries: Entries, key: str, path: Path) -> list[str]:
        """A list of texts, or one text."""
        if key not in entries:
            return []
        node = entries[key][1]
        items = node.value if isinstance(node.value, list) else [node]
        pairs: list[Entries] = [{key: (item, item)} for item in items]
        for n, item in enumerate(items):
            self.mark((*path, key, n), item)
        return [self.text(pair, key, path) for pair in pairs]

    def integer(self, entries: Entries, key: str, path: Path, default: int = 0) -> int:
        """A whole number."""
        if key not in entries:
            return default
        value = entries[key][1].value
        if isinstance(value, bool) or not isinstance(value, int):
            self.findings.add("page-not-a-number", (*path, key), key=key)
            return default
        return value

    def flag(self, entries: Entries, key: str, path: Path) -> bool:
        """True or false."""
        if key not in entries:
            return False
        value = entries[key][1].value
        if not isinstance(value, bool):
            self.findings.add("page-not-a-flag", (*path, key), key=key)
        return value is True

    def bilingual(self, entries: Entries, key: str, path: Path) -> dict[str, str]:
        """A text in en and zh, both there."""
        if key not in entries:
            return {"en": "", "zh": ""}
        place = (*path, key)
        inner = self.map(entries[key][1], place, {"en", "zh"}, {"en", "zh"})
        return {lang: self.text(inner, lang, place) for lang in ("en", "zh")}

    def label(self, entries: Entries, path: Path, name: str) -> dict[str, str] | None:
        """An optional title given as keys ``zh`` and ``en`` beside others; en defaults to the name."""
        if "zh" not in entries and "en" not in entries:
            return None
        if "zh" not in entries:
            self.findings.add("page-missing-key", path, key="zh")
        return {"en": self.text(entries, "en", path, humanised(name)), "zh": self.text(entries, "zh", path)}

    def expression(self, entry: tuple[Node, Node] | None, path: Path) -> str:
        """An expression: a text, or a number or flag written without quotes."""
        if entry is None:
            return ""
        node = entry[1]
        self.marks[path] = node
        if isinstance(node.value, bool):
            return "true" if node.value else "false"
        if isinstance(node.value, int):
            return str(node.value)
        if not isinstance(node.value, str) or not node.value.strip():
            self.findings.add("page-not-an-expression", path)
            return ""
        if len(node.value) > MAX_TEXT:
            self.findings.add("expr-too-long", path, limit=MAX_TEXT)
        return node.value
