"""Leaves, values and the world of an act: what stands in sections 4 and 10 beside the acts themselves."""

# ruff: noqa: ANN401, N818 - values are whatever JSON says, and a refusal is a refusal

from __future__ import annotations

import copy
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from contract.reference.evaluate import DAY, Failed, Itself, Leaf, Scene
from contract.reference.syntax import parse

Model = dict[str, Any]
MOST = 2**53 - 1
UNSEEN = {*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"}
UNSEEN |= set(map(chr, range(0xFE00, 0xFE10)))


class Refused(Exception):
    """A refusal: its code and, for a guard or an invariant, its clause."""

    def __init__(self, code: str, clause: str = "") -> None:
        super().__init__(code, clause)
        self.code, self.clause = code, clause


@dataclass
class Village:
    """What there is: pages by address, assets, parties and what they hold, years of calendars, the time."""

    now: int
    pages: dict[str, Model]
    assets: dict[str, Leaf] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    accredited: set[tuple[str, str]] = field(default_factory=set)
    years: dict[tuple[str, int], str] = field(default_factory=dict)

    def kind(self, leaf: Leaf) -> str | None:
        page = self.pages.get(leaf["contract"])
        return f"{page['contract']}@{page['version']}" if page is not None else None

    def asset(self, asset_id: str) -> Leaf | None:
        """An asset as it is now."""
        leaf = self.assets.get(asset_id)
        page = self.pages.get(leaf["contract"]) if leaf is not None else None
        return leaf if leaf is None or page is None else as_it_is(page, leaf, self.now)


@dataclass
class Act:
    """An act of a deed."""

    action: str
    asset_id: str
    contract: str
    roles: dict[str, str]
    args: dict[str, Any]
    signers: set[str]
    children: list[str]


@dataclass
class Done:
    """What an act did."""

    effects: list[tuple[str, Leaf]]
    signers: dict[str, str]
    informed: list[str]
    needs: list[Need] = field(default_factory=list)
    before: Leaf | None = None


@dataclass
class Need:
    """A companion that an act requires, with what the act saw."""

    line: Model
    scene: Scene

    def is_met(self, page: str, what: Act, done: Done) -> bool:
        """Whether an act of the page called ``page`` discharges it: every condition is true."""
        if (page, what.action) != (self.line["contract"], self.line["action"]):
            return False
        its: dict[str, Any] = {"asset": what.asset_id, "action": what.action, "args": what.args}
        its |= {"as": done.signers, "after": Itself(*done.effects[0])}
        if done.before is not None:
            its["self"] = Itself(what.asset_id, done.before)
        scene = Scene(
            {**self.scene.names, "its": its}, self.scene.asset, self.scene.calendar, self.scene.zone
        )
        try:
            return all(scene.value(parse(text)) is True for text in self.line.get("where", []))
        except Failed:
            return False


# Deadlines, freezes


def frozen(leaf: Leaf, now: int) -> bool:
    end = 0
    for hold in leaf.get("holds", []):
        end = hold.get("since", end) + hold["days"] * DAY
        if now < end:
            return True
    return False


def resumed(page: Model, leaf: Leaf) -> Leaf:
    """An asset whose holds have all lapsed: deadlines that suspend stood still from the first to the last."""
    lines = {key_of(line): line for line in page.get("deadlines", [])}
    if not leaf.get("holds") or not any(line.get("suspends") for line in lines.values()):
        return leaf
    first = end = leaf["holds"][0].get("since", 0)
    for hold in leaf["holds"]:
        end = hold.get("since", end) + hold["days"] * DAY
    times = {
        key: min(MOST, at + end - first) if lines.get(key, {}).get("suspends") and at > first else at
        for key, at in leaf.get("deadlines", {}).items()
    }
    return tidy({**leaf, "holds": [], "deadlines": times})


def key_of(deadline: Model) -> str:
    return str(deadline["name"]) + (">" + deadline["to"] if "to" in deadline else "")


def runs_in(page: Model, deadline: Model) -> list[str]:
    return deadline.get("in") or [state["name"] for state in page["states"] if not state.get("final")]


def still_running(page: Model, times: dict[str, int], state: str) -> dict[str, int]:
    lines = {key_of(line): line for line in page.get("deadlines", [])}
    return {key: at for key, at in times.items() if key in lines and state in runs_in(page, lines[key])}


def as_it_is(page: Model, leaf: Leaf, now: int) -> Leaf:
    """The asset at ``now``: what has become due has happened."""
    if frozen(leaf, now):
        return leaf
    leaf = resumed(page, leaf)
    due = [(at, key) for key, at in leaf.get("deadlines", {}).items() if at <= now and ">" in key]
    lines = {key_of(line): line for line in page.get("deadlines", [])}
    for _, key in sorted(due):
        running = leaf.get("deadlines", {})
        if key not in running or key not in still_running(page, running, leaf["state"]):
            continue
        line, leaf = lines[key], copy.deepcopy(leaf)
        leaf["state"] = line["to"]
        if line.get("burn") == "all" and "quantity" in leaf:
            leaf["quantity"] = 0
        for name in line.get("clear", []):
            leaf.get("roles", {}).pop(name, None)
            leaf.get("fields", {}).pop(name, None)
        rest = {other: at for other, at in leaf["deadlines"].items() if other != key}
        leaf["deadlines"] = still_running(page, rest, line["to"])
        leaf = tidy(leaf)
    return leaf


def tidy(leaf: Leaf) -> Leaf:
    """Without the members that are empty."""
    return {name: value for name, value in leaf.items() if value is not None and value not in ({}, [])}


# Values


def is_party(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"did:[a-z0-9]+:[\w.:%-]+", value, re.ASCII) is not None


def is_readable(value: str) -> bool:
    seen = all(unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp"} for c in value if c not in "\n\t")
    return seen and not set(value) & UNSEEN and unicodedata.normalize("NFC", value) == value


def is_of(type_: Model, value: Any) -> bool:
    """Whether a value is exactly of a type; assets are only looked at."""
    match type_["type"]:
        case "text":
            return isinstance(value, str) and len(value) <= type_["max"] and is_readable(value)
        case "bool":
            return isinstance(value, bool)
        case "party":
            return is_party(value)
        case "asset" | "commitment" | "digest":
            return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None
        case "enum":
            return isinstance(value, str) and value in type_["values"]
        case "list":
            return (
                isinstance(value, list) and len(value) <= type_["max"]
                and all(is_of(type_["of"], each) for each in value)
            )  # fmt: skip
    least = -719_162 if type_["type"] == "date" else -MOST if type_["type"] == "int" else 0
    most = {"date": 2_932_896, "period": 366_000, "rate": 1_000_000}.get(type_["type"], MOST)
    return type(value) is int and least <= value <= most


def assets_fit(village: Village, address: str, page: Model, type_: Model, value: Any) -> bool:
    """Whether the assets in a value exist and are of their kind."""
    if type_["type"] == "list":
        return all(assets_fit(village, address, page, type_["of"], each) for each in value)
    if type_["type"] != "asset":
        return True
    leaf, kind = village.asset(value), type_.get("kind")
    if leaf is None:
        return False
    if kind == f"{page['contract']}@{page['version']}":
        return bool(leaf["contract"] == address)
    return kind is None or village.kind(leaf) == kind
