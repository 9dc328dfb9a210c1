"""What the checker cannot know of a page is set free: conditions may hold, values may be anything.

* A read of another asset, and how a companion act relates, lie outside the page. A condition keeps the parts
  that the page decides by itself; each other part is taken to allow the act (that it refuses is the act not
  taken, which is explored as well).
* A value that comes from another asset becomes a free argument of the action, of the target's type.
* What was set free is named under ``assumed``.
* The result is a page like any other: the same builder compiles it, the same interpreter runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from wusong.contract import model as m
from wusong.contract.checker.syntax import children, tree, written
from wusong.contract.expr.ast import Call, Lit, Macro, Name, Node, Select
from wusong.contract.values import asset_kind

FREE: Final = "free_"
"""How the names of free arguments begin."""


@dataclass(slots=True)
class Freed:
    """A page without what it cannot know; ``guards`` names by action the clauses that were touched."""

    page: m.Page
    assumed: list[str] = field(default_factory=list)
    guards: dict[str, set[str]] = field(default_factory=dict)


def freed(page: m.Page) -> Freed:
    """The page that is explored in place of ``page``."""
    made = Freed(page)
    fields = {each.name: each.type for each in page.fields}
    actions = [_action(action, fields, page, made) for action in page.actions]
    always = [_clause(clause, {}, fields, f"always.{clause.name}", made) for clause in page.always]
    made.page = msgspec.structs.replace(page, actions=actions, always=always, examples=[])
    return made


def reads_elsewhere(node: Node, args: Mapping[str, m.FieldType], fields: Mapping[str, m.FieldType]) -> bool:
    """Whether an expression reads an asset other than its own, or a companion act."""
    return _reads(node, args, fields, frozenset())


def _reads(
    node: Node, args: Mapping[str, m.FieldType], fields: Mapping[str, m.FieldType], bound: frozenset[str]
) -> bool:
    if isinstance(node, Select) and _is_asset(node.of, args, fields, bound):
        return True
    if isinstance(node, Name):
        return node.name == "its"
    if isinstance(node, Macro):
        inner = bound | {node.var} if _is_asset(node.over, args, fields, bound) else bound
        return _reads(node.over, args, fields, bound) or _reads(node.body, args, fields, inner)
    return any(_reads(child, args, fields, bound) for child in children(node))


def _is_asset(
    node: Node, args: Mapping[str, m.FieldType], fields: Mapping[str, m.FieldType], bound: frozenset[str]
) -> bool:
    match node:
        case Name(name=name):
            return name in bound
        case Select(of=Name(name="args"), name=name) if name in args:
            return asset_kind(args[name])[0]
        case Select(of=Name(name="self"), name=name) if name in fields:
            return asset_kind(fields[name])[0]
        case Call(op="[]", args=[of, _]):
            return _is_asset(of, args, fields, bound)
    return False


def _relaxed(
    node: Node, wanted: bool, args: Mapping[str, m.FieldType], fields: Mapping[str, m.FieldType]
) -> Node:
    """``node`` with each part that reads elsewhere replaced by what makes the whole ``wanted``."""
    if not reads_elsewhere(node, args, fields):
        return node
    if isinstance(node, Call) and node.op in {"&&", "||"}:
        return Call(node.pos, node.op, [_relaxed(arg, wanted, args, fields) for arg in node.args])
    if isinstance(node, Call) and node.op == "!_":
        return Call(node.pos, node.op, [_relaxed(node.args[0], not wanted, args, fields)])
    if isinstance(node, Call) and node.op == "?:" and not reads_elsewhere(node.args[0], args, fields):
        branches = [_relaxed(arg, wanted, args, fields) for arg in node.args[1:]]
        return Call(node.pos, node.op, [node.args[0], *branches])
    return Lit(node.pos, wanted)


def _clause(
    clause: m.Clause,
    args: Mapping[str, m.FieldType],
    fields: Mapping[str, m.FieldType],
    place: str,
    made: Freed,
) -> m.Clause:
    node = tree(clause.that)
    if not reads_elsewhere(node, args, fields):
        return clause
    made.assumed.append(place)
    return msgspec.structs.replace(clause, that=written(_relaxed(node, True, args, fields)))


def _action(action: m.Action, fields: Mapping[str, m.FieldType], page: m.Page, made: Freed) -> m.Action:
    args = {each.name: each.type for each in action.args}
    place = f"actions.{action.name}"
    when = [_clause(c, args, fields, f"{place}.when.{c.name}", made) for c in action.when]
    made.guards[action.name] = {
        old.name for old, new in zip(action.when, when, strict=True) if old is not new
    }
    made.assumed += [f"{place}.requires.{need.name}" for need in action.requires]
    values = _Values(action, args, fields, made)
    sets = {
        name: values.value(text, name, _target(page, name), f"set.{name}")
        for name, text in action.set.items()
    }
    mint = values.value(action.mint, "mint", m.Quantity(), "mint")
    burn = action.burn if action.burn == "all" else values.value(action.burn, "burn", m.Quantity(), "burn")
    split = action.split
    if split is not None:
        parts = values.value(split.parts, "split", m.List(m.Quantity(), 16), "split")
        split = msgspec.structs.replace(split, parts=parts or split.parts)
    merge = action.merge
    if merge is not None:
        kind = m.Asset(page.name)
        joined = values.value(merge.assets, "merge", m.List(kind, 16), "merge")
        merge = msgspec.structs.replace(merge, assets=joined or merge.assets)
    due = {
        name: values.value(text, f"due_{name.replace('-', '_')}", m.Time(), f"due.{name}")
        for name, text in action.due.items()
    }
    changed = msgspec.structs.replace(
        action, when=when, set=sets, mint=mint, burn=burn, split=split, merge=merge, due=due, requires=[]
    )
    return msgspec.structs.replace(changed, args=[*action.args, *values.added])


def _target(page: m.Page, name: str) -> m.Field:
    for each in page.fields:
        if each.name == name:
            return each
    optional = any(role.name == name and role.optional for role in page.roles)
    return m.Field(name, m.Party(), optional)


class _Values:
    """The values of one action, free ones replaced by arguments that it gains."""

    def __init__(
        self,
        action: m.Action,
        args: Mapping[str, m.FieldType],
        fields: Mapping[str, m.FieldType],
        made: Freed,
    ) -> None:
        self.action, self.args, self.fields, self.made = action, args, fields, made
        self.added: list[m.Field] = []

    def value(self, text: str | None, name: str, wanted: m.Field | m.FieldType, place: str) -> str | None:
        if text is None or not reads_elsewhere(tree(text), self.args, self.fields):
            return text
        free = FREE + name
        type_ = wanted.type if isinstance(wanted, m.Field) else wanted
        self.added.append(m.Field(free, type_, isinstance(wanted, m.Field) and wanted.optional))
        self.made.assumed.append(f"actions.{self.action.name}.{place}")
        return f"args.{free}"
