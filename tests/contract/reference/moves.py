"""Moving to a newer page, by section 10."""

# ruff: noqa: ANN401 - values are whatever JSON says

from __future__ import annotations

import copy
from typing import Any

from contract.reference.acts import Judge
from contract.reference.evaluate import Leaf
from contract.reference.syntax import parse
from contract.reference.world import (
    Act,
    Done,
    Model,
    Refused,
    Village,
    assets_fit,
    is_of,
    key_of,
    still_running,
    tidy,
)  # fmt: skip


def signer_lines(page: Model) -> list[Model]:
    return [dict(line) for line in page.get("upgrade", [])]


def stored_roles(page: Model) -> set[str]:
    return {role["name"] for role in page.get("roles", []) if "among" not in role}


def field_types(page: Model) -> dict[str, Model]:
    return {line["name"]: line for line in page.get("fields", [])}


def mentioned(tree: Any) -> set[str]:
    """Members of ``self`` that an expression names."""
    if not isinstance(tree, tuple):
        return set()
    own = {tree[2]} if tree[0] == "select" and tree[1] == ("name", "self") else set()
    return own.union(*(mentioned(part) for part in tree))


class Move(Judge):
    """Moving an asset of ``older`` to the page ``page``, by section 10."""

    def __init__(self, village: Village, page: Model, older: Model, what: Act) -> None:
        self.older = older
        self.newer = page
        follows = page.get("follows", {})
        if follows.get("page") != f"{older['contract']}@{older['version']}" or not older.get("upgrade"):
            raise Refused("cannot-upgrade")
        self.follows = follows
        computed = set().union(*(mentioned(parse(text)) for text in follows.get("fields", {}).values()))
        had = (field_types(older).keys() - field_types(page)) | (stored_roles(older) - stored_roles(page))
        if had - computed - set(follows.get("drops", [])):
            raise Refused("cannot-upgrade")
        if page.get("quantity", {}).get("unit") != older.get("quantity", {}).get("unit"):
            raise Refused("cannot-upgrade")
        lasting = [state["name"] for state in older["states"] if not state.get("final")]
        move = {"name": what.action, "by": signer_lines(older), "from": lasting}
        super().__init__(village, {**older, "actions": [move]}, what)

    def done(self) -> Done:
        self.standing_signer()
        self.open()
        self.scene = self.what_is_seen()
        self.carry()
        self.signatures()
        self.arrive()
        after = tidy(self.moved())
        return Done([(self.act.asset_id, after)], self.signed, self.informed())

    def carry(self) -> None:
        leaf = self.leaf or {}
        types, roles = field_types(self.newer), {role["name"]: role for role in self.newer["roles"]}
        self.after = {n: party for n, party in leaf.get("roles", {}).items() if n in stored_roles(self.newer)}
        self.fields = {n: value for n, value in leaf.get("fields", {}).items() if n in types}
        for name, value in self.fields.items():
            self.fit(types[name]["type"], value)
        for target, text in self.follows.get("fields", {}).items():
            part: dict[str, Any] = self.fields if target in types else self.after
            if self.absent(parse(text)):
                part.pop(target, None)
                continue
            value = self.worth(text)
            self.fit(types[target]["type"] if target in types else {"type": "party"}, value)
            part[target] = value
        needed = [n for n, line in types.items() if not line.get("optional")]
        needed += [n for n, line in roles.items() if not line.get("optional") and "among" not in line]
        if set(needed) - self.fields.keys() - self.after.keys():
            raise Refused("effect-error")

    def fit(self, type_: Model, value: Any) -> None:
        if not is_of(type_, value):
            raise Refused("effect-error")
        if not assets_fit(self.village, self.act.contract, self.newer, type_, value):
            raise Refused("effect-error")

    def arrive(self) -> None:
        demands = {role["name"]: role.get("accredited") for role in self.newer["roles"]}
        had = {role["name"]: role.get("accredited") for role in self.older["roles"]}
        self.roles_of = {role["name"]: role for role in self.newer["roles"]}
        for role, party in sorted(self.after.items()):
            same = (self.leaf or {}).get("roles", {}).get(role) == party
            if not same or demands[role] not in {None, had.get(role)}:
                self.may_stand(role, party)

    def moved(self) -> Leaf:
        leaf = copy.deepcopy(self.leaf or {})
        state = self.follows.get("states", {}).get(leaf["state"], leaf["state"])
        if state not in {each["name"] for each in self.newer["states"]}:
            raise Refused("cannot-upgrade")
        self.page = self.newer
        if leaf.get("quantity") and self.is_final(state):
            raise Refused("conservation")
        by_name = {key.partition(">")[0]: at for key, at in leaf.get("deadlines", {}).items()}
        lines = self.newer.get("deadlines", [])
        times = {key_of(line): by_name[line["name"]] for line in lines if line["name"] in by_name}
        running = still_running(self.newer, times, state)
        if any(">" in key and at <= self.village.now for key, at in running.items()):
            raise Refused("cannot-upgrade")
        return {
            **leaf, "contract": self.act.contract, "state": state, "rev": leaf["rev"] + 1,
            "roles": self.after, "fields": self.fields, "deadlines": running,
        }  # fmt: skip


def upgrade(village: Village, newer: Model, older: Model, what: Act) -> Done:
    """What moving an asset does, or Refused."""
    return Move(village, newer, older, what).done()
