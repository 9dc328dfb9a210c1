"""What still counts of an asset in each state: only what some later act, limit or rule may read.

* A member counts by its value (2), its presence (1), or not at all. In a state it counts as far as an action
  that starts there reads it; and as far as it counts in a state to which an action or a limit leads, unless
  that sets it anew, where what it is set from counts.
* An invariant reads only where it may become untrue: where an action or a limit sets some of what it speaks
  of, or leads to a state for which it says something else. What the state alone decides
  (``self.state != "pledged" || has(self.lender)``) reads nothing.
* Two assets that differ only in what no longer counts have the same future (see ``canon``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from wusong.contract import model as m
from wusong.contract.checker.syntax import children, tree, written
from wusong.contract.checker.uses import PRESENCE, VALUE, Part, amounts, part_of, parts
from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, Name, Node, Select

Levels: TypeAlias = dict[str, int]
_LIMIT: Final = "due "
"""Before the names of limits among the members."""


def live(page: m.Page) -> Mapping[str, Levels]:
    """How far each field, role, quantity and (as ``due NAME``) limit counts in each state."""
    found: dict[str, Levels] = {state.name: {} for state in page.states}
    rules = _Rules(page)
    for action in page.actions:
        for state in action.from_:
            _reads(found[state], action, page)
    changed = True
    while changed:
        steps = [_flows(found, action, rules) for action in page.actions]
        steps += [_passes(found, limit, rules) for limit in page.deadlines]
        changed = any(steps)
    return found


def limit_of(name: str) -> str:
    """What a limit is called among the members."""
    return _LIMIT + name


def _reads(levels: Levels, action: m.Action, page: m.Page) -> None:
    """What an action reads whatever becomes of it."""
    for clause in action.when:
        _read(levels, tree(clause.that), action.name)
    for text in amounts(action):
        _read(levels, tree(text), action.name)
    for text in filter(None, action.set.values()):  # were it absent, the act would be refused
        node = tree(text)
        for part, _ in parts(node, action.name) if part_of(node, action.name) is None else ():
            if (member := _member(part)) is not None:
                _raise(levels, member, PRESENCE)
    among = {role.name: role.among for role in page.roles}
    for signer in action.by:
        _raise(levels, among.get(signer.role) or signer.role, VALUE if among.get(signer.role) else PRESENCE)
    if action.mint or action.burn or action.split or action.merge:
        _raise(levels, "quantity", VALUE)
    for limit in filter(None, (action.until, action.after)):
        _raise(levels, limit_of(limit), VALUE)


def _flows(found: dict[str, Levels], action: m.Action, rules: _Rules) -> bool:
    """What counts behind an action counts before it, or what it is set from."""
    changed = False
    fresh = set(action.set)
    if action.mint or action.burn or action.split or action.merge:
        fresh.add("quantity")
    for state in action.from_:
        targets = [action.to or state, *([action.split.state] if action.split else [])]
        targets += [action.merge.to] if action.merge else []
        for target in targets:
            wanted = [*found[target].items(), *rules.asked(state, target, fresh)]
            for name, level in wanted:
                changed |= _flow(found[state], action, name, level)
    return changed


def _flow(levels: Levels, action: m.Action, name: str, level: int) -> bool:
    if name.removeprefix(_LIMIT) in action.due and name.startswith(_LIMIT):
        return False
    if name not in action.set:
        return _raise(levels, name, level)
    text = action.set[name]
    if text is None:
        return False
    changed = False
    for part, test in parts(tree(text), action.name):
        if (member := _member(part)) is not None:
            changed |= _raise(levels, member, PRESENCE if test else level)
    return changed


def _passes(found: dict[str, Levels], limit: m.Deadline, rules: _Rules) -> bool:
    if limit.to is None:
        return False
    changed = False
    fresh = {*limit.clear, *(["quantity"] if limit.burn else [])}
    for state in limit.in_ or rules.lasting:
        for name, level in [*found[limit.to].items(), *rules.asked(state, limit.to, fresh)]:
            changed |= name not in limit.clear and _raise(found[state], name, level)
    return changed


class _Rules:
    """The invariants, as each state leaves them."""

    def __init__(self, page: m.Page) -> None:
        self.lasting = [state.name for state in page.states if not state.final]
        self._said: dict[str, list[tuple[str, Levels]]] = {}
        for state in page.states:
            nodes = [_in_state(tree(clause.that), state.name) for clause in page.always]
            self._said[state.name] = [(written(node), _levels(node)) for node in nodes]

    def asked(self, before: str, after: str, changed: set[str]) -> list[tuple[str, int]]:
        """What the invariants read when ``changed`` is set on the way from one state to another."""
        pairs = zip(self._said[before], self._said[after], strict=True)
        asked = [now for (was, _), (text, now) in pairs if was != text or changed & now.keys()]
        return [item for levels in asked for item in levels.items()]


def _levels(node: Node) -> Levels:
    found: Levels = {}
    _read(found, node, "self")
    return found


def _read(levels: Levels, node: Node, action: str) -> None:
    for part, test in parts(node, action):
        if (member := _member(part)) is not None:
            _raise(levels, member, PRESENCE if test else VALUE)


def _member(part: Part) -> str | None:
    return part[1] if part[0] == "self" or part[0].endswith(" as") else None


def _raise(levels: Levels, name: str, level: int) -> bool:
    if levels.get(name, 0) >= level:
        return False
    levels[name] = level
    return True


# What the state alone decides


def _in_state(node: Node, state: str) -> Node:
    """A condition as it stands in a state: what the state decides is a literal."""
    if not isinstance(node, Call):
        return node
    args = [_in_state(arg, state) for arg in node.args]
    decided = _decided(node.op, args, state)
    return (
        Lit(node.pos, decided) if decided is not None else _joined(Call(node.pos, node.op, args, node.method))
    )


def _decided(op: str, args: list[Node], state: str) -> bool | None:
    if op in {"==", "!="} and any(map(_is_state, args)):
        words = [arg.value for arg in args if isinstance(arg, Lit)]
        return (words[0] == state) == (op == "==") if len(words) == 1 else None
    if op == "in" and _is_state(args[0]) and isinstance(args[1], ListLit):
        items = args[1].items
        return any(item.value == state for item in items if isinstance(item, Lit)) if items else False
    if op == "!_" and isinstance(args[0], Lit):
        return not args[0].value
    return None


def _joined(node: Call) -> Node:
    if node.op not in {"&&", "||"}:
        return node
    decides = node.op == "||"
    known = [arg for arg in node.args if isinstance(arg, Lit)]
    if any(arg.value is decides for arg in known):
        return Lit(node.pos, decides)
    rest = [arg for arg in node.args if not isinstance(arg, Lit)]
    return node if len(rest) == len(node.args) else rest[0] if rest else known[0]


def _is_state(node: Node) -> bool:
    return (
        isinstance(node, Select)
        and isinstance(node.of, Name)
        and (node.of.name, node.name) == ("self", "state")
    )


# Lists whose order tells nothing

_SETS: Final = frozenset({"in", "size"})
_CARRY: Final = frozenset({"+", "?:"})


def unordered(page: m.Page, expressions: Iterable[tuple[str, Node]]) -> frozenset[str]:
    """The lists on an asset of which only is asked what stands in them."""
    lists = {each.name for each in page.fields if isinstance(each.type, m.List)}
    for _, node in expressions:
        lists -= _ordered(node, lists)
    grown = -1
    while grown != len(lists):
        grown = len(lists)
        for action in page.actions:
            for target, text in action.set.items():
                if text is not None:
                    node = tree(text)
                    lists -= _ordered(node, lists) if target in lists else _named(node) & lists
    return frozenset(lists)


def _ordered(node: Node, lists: set[str]) -> set[str]:
    """Those of ``lists`` that stand where their order, or they as a whole, may tell."""
    match node:
        case Select(of=Name(name="self")):
            return set()
        case Macro(over=over, body=body):
            return _ordered(over, lists) | _ordered(body, lists)
        case Call(op=op, args=args) if op in _SETS | _CARRY:
            return set().union(*(_ordered(arg, lists) for arg in args))
        case Call(op="&&" | "||" | "!_", args=args):
            return set().union(*(_ordered(arg, lists) for arg in args))
    return set().union(*(_outside(child, lists) | _ordered(child, lists) for child in children(node)))


def _outside(node: Node, lists: set[str]) -> set[str]:
    """A list that stands here by itself."""
    part = part_of(node, "")
    test = isinstance(node, Select) and node.test
    return {part[1]} & lists if part is not None and part[0] == "self" and not test else set()


def _named(node: Node) -> set[str]:
    return {part[1] for part, test in parts(node, "") if part[0] == "self" and not test}
