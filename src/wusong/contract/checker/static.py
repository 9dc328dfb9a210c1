"""What is seen without living through anything: companions, duties, and what a later page would lose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wusong.contract import model as m
from wusong.contract.build import build
from wusong.contract.checker.judge import Found
from wusong.contract.checker.syntax import nodes, tree
from wusong.contract.expr.ast import Name, Node, Select
from wusong.contract.upgrade import losses
from wusong.errors import JsonData

Library = Mapping[str, m.Page]
"""Pages that are known, by "name@major"."""


def static(page: m.Page, library: Library) -> Iterator[Found]:
    """Everything wrong that the pages alone show."""
    known = {**library, page.name: page}
    for n, action in enumerate(page.actions):
        yield from _duty(n, action)
        for k, need in enumerate(action.requires):
            older = known.get(need.contract)
            reason = _lacking(older, need) if older is not None else ""
            if reason:
                data: dict[str, JsonData] = {
                    "action": action.name,
                    "companion": need.action,
                    "contract": need.contract,
                    "reason": reason,
                }
                yield Found("page-companion-never", ("actions", n, "requires", k), data)
    yield from _follows(page, library)


def _duty(n: int, action: m.Action) -> Iterator[Found]:
    if action.duty is not None and action.until is None:
        data: dict[str, JsonData] = {"action": action.name, "role": action.duty}
        yield Found("page-duty-no-deadline", ("actions", n, "duty"), data)


def _lacking(page: m.Page, need: m.Companion) -> str:
    """What a known companion page lacks; empty when nothing."""
    action = next((each for each in page.actions if each.name == need.action), None)
    if action is None:
        return need.action
    args = {each.name for each in action.args}
    roles = {signer.role for signer in action.by} | ({"anyone"} if action.anyone else set())
    members = {"state", "rev", "quantity"}
    members |= {each.name for each in page.fields} | {role.name for role in page.roles}
    known = {"args": args, "as": roles, "self": members, "after": members}
    for text in need.where:
        for each in nodes(tree(text)):
            name = _of_its(each)
            if name is None:
                continue
            what, member = name
            if member not in known.get(what, {member}):
                return f"its.{what}.{member}"
            if what == "self" and not action.from_:
                return "its.self"
    return ""


def _of_its(node: Node) -> tuple[str, str] | None:
    match node:
        case Select(of=Select(of=Name(name="its"), name=what), name=member, test=False):
            return what, member
    return None


def _follows(page: m.Page, library: Library) -> Iterator[Found]:
    older = library.get(page.follows.page) if page.follows is not None else None
    if older is None:
        return
    program, _ = build(page, settle=True)
    for name in losses(program, older):
        yield Found("page-follows-loses", ("follows",), {"name": name, "older": older.name})
