"""Reading the examples of a page."""

from __future__ import annotations

from typing import Any, Final

from wusong.contract.findings import Path
from wusong.contract.reader import Entries, Reader
from wusong.contract.times import moment
from wusong.contract.tree import Node

_ACT: Final = frozenset({"do", "by", "asset", "new", "args", "wait", "at", "refused"})
_START: Final = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def read_examples(r: Reader, entries: Entries) -> list[dict[str, Any]]:
    """The examples in the model's form."""
    if "examples" not in entries:
        return []
    node = entries["examples"][1]
    if not isinstance(node.value, list):
        r.findings.add("page-not-a-list", ("examples",))
        return []
    return [_example(r, item, ("examples", n)) for n, item in enumerate(node.value)]


def _example(r: Reader, node: Node, path: Path) -> dict[str, Any]:
    entries = r.map(node, path, {"name", "given", "acts", "expect"}, {"name", "given", "acts"})
    example: dict[str, Any] = {"name": r.text(entries, "name", path), "given": _given(r, entries, path)}
    acts = entries["acts"][1].value if "acts" in entries else []
    if not isinstance(acts, list):
        r.findings.add("page-not-a-list", (*path, "acts"))
        acts = []
    example["acts"] = [_act(r, act, (*path, "acts", n)) for n, act in enumerate(acts)]
    expect = {name: plain(value) for name, value in r.named(entries, "expect", path, "_")}
    if expect:
        example["expect"] = expect
    return example


def _given(r: Reader, entries: Entries, path: Path) -> dict[str, Any]:
    place = (*path, "given")
    if "given" not in entries:
        return {"parties": {}}
    inner = r.map(entries["given"][1], place, {"parties", "now", "assets", "calendars"}, {"parties"})
    parties = inner["parties"][1].value if "parties" in inner else []
    given: dict[str, Any] = {"parties": {}}
    if isinstance(parties, list):
        given["parties"] = {name: [] for name in r.names(inner, "parties", place, "_")}
    else:
        for name, node in r.named(inner, "parties", place, "_"):
            words = [] if node.value is None else r.names({"": (node, node)}, "", place)
            given["parties"][name] = words
    now = _moment(r, inner, "now", place)
    if now is not None and now != _START:
        given["now"] = now
    assets = {name: plain(value) for name, value in r.named(inner, "assets", place, "_")}
    if assets:
        given["assets"] = assets
    calendars = {name: plain(value) for name, value in r.named(inner, "calendars", place)}
    if calendars:
        given["calendars"] = calendars
    return given


def _act(r: Reader, node: Node, path: Path) -> dict[str, Any]:
    entries = r.map(node, path, _ACT, {"do"})
    act: dict[str, Any] = {"action": r.name(entries, "do", path)}
    if "by" in entries and isinstance(entries["by"][1].value, dict):
        named = {role: plain(party) for role, party in r.named(entries, "by", path, "_")}
        act["as"] = named
        act["signers"] = list(dict.fromkeys(named.values()))
    else:
        act["signers"] = r.names(entries, "by", path, "_")
    if "asset" in entries:
        act["asset"] = r.text(entries, "asset", path)
    act["new"] = r.names(entries, "new", path, "_")
    act["args"] = {name: plain(value) for name, value in r.named(entries, "args", path, "_")}
    act["wait"] = r.integer(entries, "wait", path)
    if "at" in entries:
        act["at"] = _moment(r, entries, "at", path)
    if "refused" in entries:
        act["refused"] = r.name(entries, "refused", path)
    return {key: value for key, value in act.items() if value not in ([], {}, 0) or key == "at"}


def _moment(r: Reader, entries: Entries, key: str, path: Path) -> int | None:
    """A time: in ms, or as "2026-03-01" or "2026-03-01 17:30" in Beijing."""
    if key not in entries or not isinstance(entries[key][1].value, str):
        return r.integer(entries, key, path) if key in entries else None
    text = r.text(entries, key, path)
    try:
        return moment(text)
    except ValueError:
        r.findings.add("page-not-a-time", (*path, key), text=text)
        return 0


def plain(node: Node) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value of a node."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(value) for key, (_, value) in node.value.items()}
    return node.value
