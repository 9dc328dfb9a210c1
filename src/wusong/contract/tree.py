"""Strict YAML: from text to a tree of nodes with places, so that one text has one meaning for every reader.

* UTF-8, NFC, no byte order mark; one document, no directives. No invisible or direction-changing character
  anywhere, not even in a comment: U+0085, U+2028 and U+2029 end a line for YAML 1.1 and not for 1.2, so that
  what follows is a comment for one reader and a rule for the other.
* No anchors, aliases, tags, merge keys; keys are ASCII texts, none twice. At most 12 deep, 20,000 nodes,
  128 KiB.
* A scalar is a string, an integer within ±(2^53-1), ``true``, ``false`` or ``null``. An unquoted scalar
  that some YAML reader takes for anything else (``yes``, ``1.5``, ``0x1F``, ``1_000``, ``2026-01-01``) is
  refused: quote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import yaml

from wusong.contract.findings import Findings
from wusong.contract.values import MAX_INT, invisible, is_plain
from wusong.crypto import canonical

MAX_BYTES: Final = 131_072
MAX_DEPTH: Final = 12
MAX_NODES: Final = 20_000

_INT: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_AMBIGUOUS: Final = re.compile(
    r"""(?:[yYnN]|[yY]es|YES|[nN]o|NO|[tT]rue|TRUE|[fF]alse|FALSE|[oO]n|ON|[oO]ff|OFF|[nN]ull|NULL|~|=|<<)
    |[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]+(?:[eE][-+]?[0-9]+)? | [-+]?[0-9][0-9_]*\.(?:[eE][-+]?[0-9]+)?
    |[-+]?0[xbo]?[0-9a-fA-F_]+ | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the page and where it begins (line and column from 1). Maps keep their key's node."""

    value: Value
    line: int
    column: int
    quoted: bool = False


Value: TypeAlias = "str | int | bool | list[Node] | dict[str, tuple[Node, Node]] | None"


class _Stop(Exception):  # noqa: N818 - a way out, not an error
    """Nothing after this has a meaning."""


def read(text: str | bytes, findings: Findings) -> Node | None:
    """The tree of a page's text; None when there is none to go on with, and ``findings`` says why."""
    reader = _Reader(findings)
    try:
        return reader.document(_decoded(text, findings))
    except _Stop:
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        reader.note("yaml-syntax", line, column, problem=str(problem))
        return None


def _decoded(text: str | bytes, findings: Findings) -> str:
    found = text
    if isinstance(found, str):
        found = found.encode("utf-8", "surrogatepass")
    code = ""
    if len(found) > MAX_BYTES:
        code = "page-too-large"
    elif found.startswith(b"\xef\xbb\xbf"):
        code = "yaml-byte-order-mark"
    try:
        decoded = found.decode()
    except UnicodeDecodeError:
        code = code or "page-not-utf8"
        decoded = ""
    if code:
        _Reader(findings).note(code, 1, 1, limit=MAX_BYTES)
        raise _Stop
    _see_all(decoded, findings)
    return decoded


def _see_all(text: str, findings: Findings) -> None:
    """Before anything is read: lines are what ends with LF, CR or both, and every character is seen."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    at = invisible(lines)
    if at is None:
        return
    begin = lines.rfind("\n", 0, at) + 1
    _Reader(findings).note("yaml-invisible", lines.count("\n", 0, at) + 1, at - begin + 1)
    raise _Stop


class _Reader:
    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.nodes = 0
        self.depth = 0

    def note(self, code: str, line: int, column: int, **data: str | int) -> None:
        self.findings.at(code, line, column, **data)

    def stop(self, code: str, event: yaml.Event, **data: str | int) -> _Stop:
        line, column = _place(event)
        self.note(code, line, column, **data)
        return _Stop()

    def document(self, text: str) -> Node:
        events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if event.version or event.tags:
                    raise self.stop("yaml-directive", event)
                if root is not None:
                    raise self.stop("yaml-documents", event)
                root = self.node(next(events), events)
        if root is None:
            self.note("page-empty", 1, 1)
            raise _Stop
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.stop("yaml-too-many", event, limit=MAX_NODES)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self.stop("yaml-anchor", event)
        if getattr(event, "tag", None) is not None:
            raise self.stop("yaml-tag", event, tag=str(getattr(event, "tag", "")))
        place = _place(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, *place)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.stop("yaml-too-deep", event, limit=MAX_DEPTH)
        value = (
            self.sequence(events)
            if isinstance(event, yaml.SequenceStartEvent)
            else self.mapping(event, events)
        )
        self.depth -= 1
        return Node(value, *place)

    def sequence(self, events: Iterator[yaml.Event]) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.node(event, events))
        return items

    def mapping(self, start: yaml.Event, events: Iterator[yaml.Event]) -> dict[str, tuple[Node, Node]]:
        entries: dict[str, tuple[Node, Node]] = {}
        before: Node | None = None
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.node(event, events)
            value = self.node(next(events), events)
            if type(key.value) is int and 1000 <= key.value <= 9999:  # a year
                key = replace(key, value=str(key.value))
            if getattr(start, "flow_style", False) and value.value is None and _open(before):
                self.note("yaml-comma", key.line, key.column, text=str(before.value) if before else "")
            elif not isinstance(key.value, str) or not key.value.isascii():
                self.note("yaml-key", key.line, key.column)
            elif key.value in entries:
                self.note("yaml-key-twice", key.line, key.column, key=key.value)
            else:
                entries[key.value] = (key, value)
            before = value
        return entries

    def scalar(self, event: yaml.ScalarEvent, line: int, column: int) -> Node:
        text, quoted = event.value, bool(event.style)
        if not is_plain(text) or "\ud800" <= max(text, default="") <= "\udfff":
            self.note("yaml-invisible", line, column)
        if not canonical.is_text(text):
            self.note("yaml-not-nfc", line, column)
        if quoted:
            return Node(text, line, column, quoted=True)
        if text in {"", "null"}:
            return Node(None, line, column)
        if text in {"true", "false"}:
            return Node(text == "true", line, column)
        if _INT.fullmatch(text):
            if len(text) > 17 or abs(int(text)) > MAX_INT:
                self.note("yaml-number", line, column, number=text[:40])
                return Node(0, line, column)
            return Node(int(text), line, column)
        if _AMBIGUOUS.fullmatch(text):
            self.note("yaml-ambiguous", line, column, text=text)
        return Node(text, line, column)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _open(node: Node | None) -> bool:
    """Whether a value looks cut off by a comma: a bracket is open."""
    text = node.value if node is not None else None
    return isinstance(text, str) and text.count("(") > text.count(")")
