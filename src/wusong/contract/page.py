"""A page as people write it: YAML in, canonical model out, with every finding at its line and column.

page = load(text) page.ok, page.findings      # what is wrong, and where page.model                  # what
the ledger holds; refused while there are findings page.digest(suite)          # its address: D("contract",
canonical(model))
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from wusong.contract.build import build
from wusong.contract.examples_reader import read_examples
from wusong.contract.findings import Finding, Findings, Path
from wusong.contract.interpreter import Compiled
from wusong.contract.model import MODEL_LIMIT, parse
from wusong.contract.page_parts import read_page_parts, read_timing, signers
from wusong.contract.profile import FIRST
from wusong.contract.reader import Entries, Reader
from wusong.contract.shorthand import humanised, type_of
from wusong.contract.tree import Node, read
from wusong.crypto import canonical
from wusong.crypto.suites import Suite
from wusong.errors import ContractError

_HEAD: Final = frozenset({"contract", "version", "title", "states", "actions"})
_PAGE: Final = _HEAD | {"summary", "basis", "kind", "roles", "quantity", "fields", "always", "examples"} | {
    "calendars", "zone", "deadlines", "upgrade", "follows", "text", "races",
}  # fmt: skip
_ACTION: Final = frozenset(
    {
        "title", "by", "from", "to", "args", "when", "set", "requires", "split", "merge", "mint", "burn",
        "informs", "public", "due", "until", "after", "duty",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read. ``model`` is refused while anything is wrong with it."""

    findings: list[Finding]
    compiled: Compiled | None
    _model: dict[str, Any] = field(default_factory=dict)
    _reader: Reader | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def model(self) -> dict[str, Any]:
        """The canonical model. Raises ContractError ``bad-page`` with the findings as data."""
        if self.findings:
            raise ContractError("bad-page", findings=[finding.to_json() for finding in self.findings])
        return self._model

    def placed(self, finding: Finding) -> Finding:
        """The finding with the line and column where the page says what it is about."""
        return finding if self._reader is None else self._reader.placed(finding)

    def digest(self, suite: Suite) -> str:
        """The page's address under a suite, hex."""
        return digest(self.model, suite)


def digest(model: dict[str, Any], suite: Suite) -> str:
    """The address of a canonical model under a suite, hex."""
    return suite.digest("contract", canonical.encode(model)).hex()


def load(text: str | bytes) -> Page:
    """Read a page. Never raises: what is wrong is among the page's findings."""
    findings = Findings()
    tree = read(text, findings)
    if tree is None:
        return Page(list(findings), None)
    reader = Reader(findings)
    model = _page(reader, tree)
    compiled = None if findings else _compile(model, findings)
    placed = sorted(
        (reader.placed(finding) for finding in findings), key=lambda f: (f.line, f.column, f.code)
    )
    return Page(placed, compiled if not placed else None, model, reader)


def _compile(model: dict[str, Any], findings: Findings) -> Compiled | None:
    try:
        page = parse(model)
        size = len(canonical.encode(model))
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at `")
        findings.add("page-bad-shape", _path(where), detail=detail)
        return None
    if size > MODEL_LIMIT:
        findings.add("page-too-large", (), limit=MODEL_LIMIT)
    program, found = build(page, settle=True)
    findings.extend(found)
    model["profile"] = program.page.profile
    return Compiled(program)


def _path(where: str) -> Path:
    """The path that msgspec writes as ``$.actions[0].by``."""
    steps = re.findall(r"\.([A-Za-z_]+)|\[(\d+|\.\.\.)\]", where)
    return tuple(
        int(number) if number.isdigit() else name for name, number in steps if name or number != "..."
    )


def _page(r: Reader, tree: Node) -> dict[str, Any]:
    entries = r.map(tree, (), _PAGE, _HEAD)
    name = r.name(entries, "contract", ())
    version = r.integer(entries, "version", ())
    own = f"{name}@{version}"
    title = r.bilingual(entries, "title", ())
    model: dict[str, Any] = {"contract": name, "version": version, "profile": FIRST, "title": title}
    model["kind"] = r.bilingual(entries, "kind", ()) if "kind" in entries else title
    if "summary" in entries:
        model["summary"] = r.bilingual(entries, "summary", ())
    _put(model, "basis", r.texts(entries, "basis", ()))
    _put(
        model,
        "roles",
        [_role(r, n, name, node) for n, (name, node) in enumerate(r.named(entries, "roles", (), "_"))],
    )
    if "quantity" in entries:
        model["quantity"] = _quantity(r, entries)
    _put(model, "fields", _fields(r, entries, "fields", (), own))
    model["states"] = _states(r, entries)
    model["actions"] = [
        _action(r, n, name, node, own) for n, (name, node) in enumerate(r.named(entries, "actions", ()))
    ]
    _put(model, "always", _clauses(r, entries, "always", ()))
    _put(model, "examples", read_examples(r, entries))
    model |= read_page_parts(r, entries)
    return model


def _put(model: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 - any part of a model
    """Absent is the only way to say nothing."""
    if value:
        model[key] = value


def _role(r: Reader, n: int, name: str, node: Node) -> dict[str, Any]:
    path: Path = ("roles", n)
    known = {"zh", "en", "accredited", "optional", "observer", "among"}
    entries = r.map(node, path, known, {"zh"})
    title = {"en": r.text(entries, "en", path, humanised(name)), "zh": r.text(entries, "zh", path)}
    role: dict[str, Any] = {"name": name, "title": title}
    if "accredited" in entries:
        role["accredited"] = r.name(entries, "accredited", path)
    for flag in ("optional", "observer"):
        _put(role, flag, r.flag(entries, flag, path))
    if "among" in entries:
        role["among"] = r.name(entries, "among", path, "_")
    return role


def _quantity(r: Reader, entries: Entries) -> dict[str, Any]:
    path: Path = ("quantity",)
    inner = r.map(entries["quantity"][1], path, {"unit", "zh", "en"}, {"unit"})
    unit = r.text(inner, "unit", path)
    made: dict[str, Any] = {"unit": unit}
    _put(made, "title", r.label(inner, path, unit))
    return made


def _fields(r: Reader, entries: Entries, key: str, path: Path, own: str) -> list[dict[str, Any]]:
    return [
        _field(r, name, node, (*path, key, n), own)
        for n, (name, node) in enumerate(r.named(entries, key, path, "_"))
    ]


def _field(r: Reader, name: str, node: Node, path: Path, own: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name}
    if isinstance(node.value, dict):
        entries = r.map(node, path, {"type", "zh", "en"}, {"type"})
        text = r.text(entries, "type", path)
        _put(made, "title", r.label(entries, path, humanised(name)))
    else:
        text = node.value if isinstance(node.value, str) else ""
    found = type_of(text.removesuffix("?"), own)
    if found is None:
        r.findings.add("page-unknown-type", path, type=text)
    made["type"] = found
    _put(made, "optional", text.endswith("?"))
    return made


def _states(r: Reader, entries: Entries) -> list[dict[str, Any]]:
    node = entries["states"][1] if "states" in entries else None
    if node is None:
        return []
    made = []
    if isinstance(node.value, list):
        for n, item in enumerate(node.value):
            r.mark(("states", n), item)
            made.append(_state(r, item.value if isinstance(item.value, str) else "", item))
        return made
    for n, (name, inner) in enumerate(r.named(entries, "states", (), "!")):
        state = _state(r, name, inner)
        if isinstance(inner.value, dict):
            parts = r.map(inner, ("states", n), {"zh", "en", "final"}, set())
            _put(state, "title", r.label(parts, ("states", n), humanised(state["name"])))
            _put(state, "final", r.flag(parts, "final", ("states", n)) or state.get("final"))
        made.append(state)
    return made


def _state(r: Reader, text: str, node: Node) -> dict[str, Any]:
    name = r.checked_name(text.removesuffix("!"), node)
    return {"name": name, "final": True} if text.endswith("!") else {"name": name}


def _clauses(r: Reader, entries: Entries, key: str, path: Path) -> list[dict[str, Any]]:
    made = []
    for n, (name, node) in enumerate(r.named(entries, key, path)):
        place = (*path, key, n)
        clause: dict[str, Any] = {"name": name}
        if isinstance(node.value, dict):
            inner = r.map(node, place, {"that", "says"}, {"that"})
            clause["that"] = r.expression(inner.get("that"), (*place, "that"))
            if "says" in inner:
                clause["says"] = r.bilingual(inner, "says", place)
        else:
            clause["that"] = r.expression((node, node), (*place, "that"))
        made.append(clause)
    return made


def _action(r: Reader, n: int, name: str, node: Node, own: str) -> dict[str, Any]:
    path: Path = ("actions", n)
    entries = r.map(node, path, _ACTION, {"by"})
    action: dict[str, Any] = {"name": name}
    if "title" in entries:
        action["title"] = r.bilingual(entries, "title", path)
    action |= _by(r, entries, path)
    _put(action, "from", r.names(entries, "from", path))
    if "to" in entries:
        action["to"] = r.name(entries, "to", path)
    _put(action, "args", _fields(r, entries, "args", path, own))
    _put(action, "when", _clauses(r, entries, "when", path))
    _put(action, "set", _set(r, entries, path))
    for word in ("mint", "burn"):
        if word in entries:
            action[word] = r.expression(entries[word], (*path, word))
    action |= _moves(r, entries, path, action)
    _put(action, "requires", _requires(r, entries, path))
    if "informs" in entries:
        action["informs"] = r.names(entries, "informs", path, "_")
    _put(action, "public", r.flag(entries, "public", path))
    return action | read_timing(r, entries, path)


def _by(r: Reader, entries: Entries, path: Path) -> dict[str, Any]:
    words = r.names(entries, "by", path, "_?")
    if words == ["anyone"]:
        return {"anyone": True}
    return {"by": signers(words)} if words else {}


def _set(r: Reader, entries: Entries, path: Path) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for target, node in r.named(entries, "set", path, "_"):
        place = (*path, "set", target)
        r.mark(place, node)
        made[target] = None if node.value is None else r.expression((node, node), place)
    return made


def _moves(r: Reader, entries: Entries, path: Path, action: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if "split" in entries:
        place = (*path, "split")
        node = entries["split"][1]
        standing = action.get("from", [])
        if isinstance(node.value, dict):
            inner = r.map(node, place, {"parts", "state"}, {"parts", "state"})
            made["split"] = {
                "parts": r.expression(inner.get("parts"), place),
                "state": r.name(inner, "state", place),
            }
        elif len(standing) == 1:
            made["split"] = {"parts": r.expression(entries["split"], place), "state": standing[0]}
        else:
            r.findings.add("page-split-state", place)
    if "merge" in entries:
        place = (*path, "merge")
        inner = r.map(entries["merge"][1], place, {"assets", "to"}, {"assets", "to"})
        made["merge"] = {"assets": r.expression(inner.get("assets"), place), "to": r.name(inner, "to", place)}
    return made


def _requires(r: Reader, entries: Entries, path: Path) -> list[dict[str, Any]]:
    made = []
    for n, (name, node) in enumerate(r.named(entries, "requires", path)):
        place = (*path, "requires", n)
        inner = r.map(node, place, {"contract", "action", "where", "says"}, {"contract", "action"})
        need: dict[str, Any] = {"name": name, "contract": r.text(inner, "contract", place)}
        need["action"] = r.name(inner, "action", place)
        _put(need, "where", _where(r, inner, place))
        if "says" in inner:
            need["says"] = r.bilingual(inner, "says", place)
        made.append(need)
    return made


def _where(r: Reader, inner: Entries, place: Path) -> list[str]:
    if "where" not in inner:
        return []
    key, node = inner["where"]
    nodes = node.value if isinstance(node.value, list) else [node]
    return [r.expression((key, each), (*place, "where", n)) for n, each in enumerate(nodes)]
