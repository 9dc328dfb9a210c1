"""Acts, by section 6 with what section 10 adds. Leaves and models are plain JSON."""

# ruff: noqa: ANN401 - values are whatever JSON says

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from contract.reference.evaluate import DAY, Failed, Itself, Leaf, Scene
from contract.reference.syntax import Tree, parse
from contract.reference.world import (
    MOST,
    Act,
    Done,
    Model,
    Need,
    Refused,
    Village,
    assets_fit,
    frozen,
    is_of,
    key_of,
    still_running,
    tidy,
)  # fmt: skip


@dataclass
class Judge:
    """One act, step by step."""

    village: Village
    page: Model
    act: Act

    def __post_init__(self) -> None:
        self.drawn = {r["name"]: r["among"] for r in self.page.get("roles", []) if "among" in r}
        actions = {action["name"]: action for action in self.page["actions"]}
        self.roles_of = {role["name"]: role for role in self.page.get("roles", [])}
        if any("to" in line for line in self.page.get("deadlines", [])):
            actions["lapse"] = {
                "name": "lapse", "anyone": True, "from": [state["name"] for state in self.page["states"]],
            }  # fmt: skip
        if self.act.action not in actions:
            raise Refused("unknown-action")
        self.action = actions[self.act.action]
        self.found = self.village.assets.get(self.act.asset_id)
        self.leaf = self.village.asset(self.act.asset_id)
        self.before: dict[str, str] = dict(self.leaf.get("roles", {})) if self.leaf is not None else {}
        self.creates = not self.action.get("from")
        self.signed: dict[str, str] = {}

    def done(self) -> Done:
        self.standing_signer()
        self.open()
        self.arguments()
        self.scene = self.what_is_seen()
        self.guards()
        self.compute()
        self.signatures()
        self.arrivals()
        effects = self.quantities()
        needs = [Need(line, self.scene) for line in self.action.get("requires", [])]
        written = [(name, tidy(leaf)) for name, leaf in effects]
        return Done(written, self.signed, self.informed(), needs, self.leaf)

    def standing_signer(self) -> None:
        signing = [line["role"] for line in self.action.get("by", [])]
        standing = [(role, self.before[role]) for role in signing if role in self.before]
        for role in signing:
            listing = self.roles_of[role].get("among")
            if listing is None:
                continue
            named = self.act.roles.get(role)
            if named not in (self.leaf or {}).get("fields", {}).get(listing, []):
                raise Refused("wrong-role")
            self.before[role] = str(named)
            standing.append((role, str(named)))
        if standing and not {party for _, party in standing} & self.act.signers:
            role, party = standing[0]
            raise Refused("wrong-role" if self.act.roles.get(role, party) != party else "missing-signer")

    def open(self) -> None:
        if self.leaf is not None and frozen(self.leaf, self.village.now):
            raise Refused("asset-frozen")
        state = self.leaf["state"] if self.leaf is not None else None
        if self.creates != (self.leaf is None) or (not self.creates and state not in self.action["from"]):
            raise Refused("wrong-state")
        if self.action["name"] == "lapse" and self.leaf == self.found:
            raise Refused("nothing-due")
        for word, code in (("until", "deadline-passed"), ("after", "deadline-not-passed")):
            if word in self.action:
                at = self.time_of(self.action[word])
                if at is None or (at > self.village.now) != (word == "until"):
                    raise Refused(code)

    def time_of(self, name: str) -> int | None:
        line = next(line for line in self.page["deadlines"] if line["name"] == name)
        times: dict[str, int] = (self.leaf or {}).get("deadlines", {})
        return times.get(key_of(line))

    def arguments(self) -> None:
        known = {argument["name"]: argument for argument in self.action.get("args", [])}
        for name, value in self.act.args.items():
            if name not in known or not is_of(known[name]["type"], value):
                raise Refused("bad-args")
            if not self.assets_fit(known[name]["type"], value):
                raise Refused("bad-args")
        if any(not line.get("optional") and name not in self.act.args for name, line in known.items()):
            raise Refused("bad-args")

    def assets_fit(self, type_: Model, value: Any) -> bool:
        address = self.leaf["contract"] if self.leaf is not None else self.act.contract
        return assets_fit(self.village, address, self.page, type_, value)

    def what_is_seen(self) -> Scene:
        signing = {line["role"] for line in self.action.get("by", [])}
        named = {role: party for role, party in self.before.items() if role in signing} | self.act.roles
        zone = self.page.get("zone", 480)
        names = {
            "self": Itself(self.act.asset_id, self.leaf, "quantity" in self.page),
            "args": self.act.args,
            "as": named,
            "now": self.village.now,
            "today": (self.village.now + zone * 60_000) // DAY,
        }
        return Scene(names, self.village.asset, self.calendar, zone)

    def calendar(self, name: str, year: int) -> str | None:
        return self.village.years.get((name, year))

    def guards(self) -> None:
        for clause in self.action.get("when", []):
            try:
                holds = self.scene.value(parse(clause["that"]))
            except Failed:
                raise Refused("guard-error", clause["name"]) from None
            if holds is not True:
                raise Refused("guard-failed", clause["name"])

    def worth(self, text: str) -> Any:
        try:
            return self.scene.value(parse(text))
        except Failed:
            raise Refused("effect-error") from None

    def compute(self) -> None:
        """Roles, fields and deadlines after the act, all from what stood before it."""
        leaf = self.leaf or {}
        self.after = dict(leaf.get("roles", {}))
        self.fields = dict(leaf.get("fields", {}))
        if self.creates:
            signing = {line["role"] for line in self.action.get("by", [])}
            self.after |= {role: party for role, party in self.act.roles.items() if role in signing}
        types = {line["name"]: line for line in self.page.get("fields", [])}
        for target, text in self.action.get("set", {}).items():
            part: dict[str, Any] = self.fields if target in types else self.after
            declared = types.get(target) or self.roles_of[target]
            if text is None or (declared.get("optional") and self.absent(parse(text))):
                part.pop(target, None)
                continue
            value = self.worth(text)
            type_ = declared.get("type", {"type": "party"})
            if not is_of(type_, value) or not self.assets_fit(type_, value):
                raise Refused("effect-error")
            part[target] = value
        self.times = dict(leaf.get("deadlines", {}))
        for name, text in self.action.get("due", {}).items():
            self.start(name, text)

    def absent(self, tree: Tree) -> bool:
        """Whether this is no more than the name of a member that is absent."""
        if tree[0] != "select":
            return False
        try:
            return not self.scene.has(tree)
        except Failed:
            return False

    def start(self, name: str, text: str | None) -> None:
        key = key_of(next(line for line in self.page["deadlines"] if line["name"] == name))
        if text is None:
            self.times.pop(key, None)
            return
        at = self.worth(text)
        if type(at) is not int or not self.village.now < at <= MOST:
            raise Refused("effect-error")
        self.times[key] = at

    def signatures(self) -> None:
        for line in self.action.get("by", []):
            role, optional = line["role"], line.get("optional", False)
            party = self.before.get(role)
            if party is None and (self.creates or not optional):
                party = self.after.get(role)
            if party is not None:
                self.sign(role, party)
            elif not optional:
                raise Refused("wrong-role")
        if self.action.get("anyone") and "anyone" in self.act.roles:
            self.sign("anyone", self.act.roles["anyone"])
        if self.act.roles.keys() - self.signed.keys():
            raise Refused("wrong-role")
        if self.action.get("anyone") and not self.act.signers:
            raise Refused("missing-signer")

    def sign(self, role: str, party: str) -> None:
        if self.act.roles.get(role, party) != party:
            raise Refused("wrong-role")
        if party not in self.act.signers:
            raise Refused("missing-signer")
        self.may_stand(role, party)
        self.signed[role] = party

    def may_stand(self, role: str, party: str) -> None:
        if party not in self.village.active:
            raise Refused("party-not-active")
        wanted = self.roles_of.get(role, {}).get("accredited")
        if wanted is not None and (party, wanted) not in self.village.accredited:
            raise Refused("not-accredited")

    def arrivals(self) -> None:
        stood = (self.leaf or {}).get("roles", {})
        for role, party in sorted(self.after.items()):
            if stood.get(role) != party:
                self.may_stand(role, party)

    def quantities(self) -> list[tuple[str, Leaf]]:
        action, leaf = self.action, self.leaf
        self.quantity: int | None = (leaf or {}).get("quantity", 0) if "quantity" in self.page else None
        state = action.get("to") or (leaf or {})["state"]
        others: list[tuple[str, Leaf]] = []
        if "mint" in action:
            self.quantity = self.amount(self.worth(action["mint"]), MOST - self.held()) + self.held()
        elif action.get("burn") == "all":
            self.quantity = 0
        elif "burn" in action:
            self.quantity = self.held() - self.amount(self.worth(action["burn"]), self.held())
        elif "split" in action:
            others = self.divide(action["split"])
        elif "merge" in action:
            others = self.join(action["merge"])
        if self.quantity and self.is_final(state):
            raise Refused("conservation")
        after = {
            **copy.deepcopy(leaf or {"contract": self.act.contract}), "state": state,
            "rev": (leaf or {"rev": 0})["rev"] + 1, "roles": self.after, "fields": self.fields,
            "quantity": self.quantity, "deadlines": still_running(self.page, self.times, state),
        }  # fmt: skip
        return [(self.act.asset_id, after), *others]

    def held(self) -> int:
        return self.quantity or 0

    def is_final(self, state: str) -> bool:
        return any(each["name"] == state and each.get("final", False) for each in self.page["states"])

    def amount(self, value: Any, most: int) -> int:
        if type(value) is not int or not 1 <= value <= most:
            raise Refused("conservation")
        return value

    def divide(self, split: Model) -> list[tuple[str, Leaf]]:
        parts = self.worth(split["parts"])
        if not parts or sum(self.amount(part, self.held()) for part in parts) != self.held():
            raise Refused("conservation")
        self.quantity = 0
        made = {
            "contract": (self.leaf or {})["contract"], "state": split["state"], "rev": 1,
            "roles": self.after, "fields": self.fields, "parent": self.act.asset_id,
            "deadlines": still_running(self.page, self.times, split["state"]),
        }  # fmt: skip
        return [
            (self.act.children[n], {**copy.deepcopy(made), "quantity": part}) for n, part in enumerate(parts)
        ]

    def join(self, merge: Model) -> list[tuple[str, Leaf]]:
        names = self.worth(merge["assets"])
        if not names or len({*names, self.act.asset_id}) <= len(names):
            raise Refused("conservation")
        gone = []
        for name in names:
            other = self.village.asset(name)
            same = ("contract", "state", "roles", "fields", "deadlines")
            if other is None or any(other.get(part) != (self.leaf or {}).get(part) for part in same):
                raise Refused("conservation")
            if frozen(other, self.village.now):
                raise Refused("asset-frozen")
            self.quantity = self.amount(self.held() + other.get("quantity", 0), MOST)
            times = still_running(self.page, other.get("deadlines", {}), merge["to"])
            gone.append((name, {
                **other, "state": merge["to"], "rev": other["rev"] + 1, "quantity": 0, "deadlines": times,
            }))  # fmt: skip
        return gone

    def informed(self) -> list[str]:
        chosen = self.action.get("informs")
        told = set(self.signed.values())
        for roles in ((self.found or {}).get("roles", {}), self.after):
            told |= {party for role, party in roles.items() if chosen is None or role in chosen}
        for role, listing in self.drawn.items():
            if chosen is None or role in chosen:
                for fields in ((self.found or {}).get("fields", {}), self.fields):
                    listed = fields.get(listing, [])
                    told |= set(listed) if isinstance(listed, list) else set()
        lists = {
            r["among"]
            for r in self.page.get("roles", [])
            if "among" in r and (chosen is None or r["name"] in chosen)
        }
        for fields in ((self.found or {}).get("fields", {}), self.fields):
            told |= {party for name in lists if isinstance(fields.get(name), list) for party in fields[name]}
        return sorted(told)


def act(village: Village, page: Model, what: Act) -> Done:
    """What an act does, or Refused."""
    return Judge(village, page, what).done()


def invariants(village: Village, page: Model, asset_id: str, leaf: Leaf) -> None:
    """Every invariant of an asset holds at the end of a deed, or Refused."""
    itself = Itself(asset_id, leaf, "quantity" in page)
    years = village.years
    scene = Scene(
        {"self": itself}, village.asset, lambda name, year: years.get((name, year)), page.get("zone", 480)
    )
    for clause in page.get("always", []):
        try:
            holds = scene.value(parse(clause["that"])) is True
        except Failed:
            holds = False
        if not holds:
            raise Refused("invariant-broken", clause["name"])
