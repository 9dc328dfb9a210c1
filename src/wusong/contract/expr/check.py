"""The type checker and the cost bound.

* Every name, member, operator and function is known before the page is installed; what is not known is
  refused.
* An operator over units keeps them apart: date - date is a period, money * rate is money, date + date is
  refused.
* A comparison of an enumeration (or of the state) with a word that it cannot be is refused: it is a
  misspelling.
* ``exists`` and ``all`` run only over lists whose greatest length is known, two levels deep at most.
* The cost of an expression counts its nodes, each as often as it can run, and 1 more per 64 characters
  compared or joined; ``reads`` counts the assets it can read. Both are bounds, computed without running
  anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from wusong.contract.expr import later
from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, MapLit, Name, Node, Select
from wusong.contract.expr.lexer import ExprError
from wusong.contract.expr.types import (
    BOOL,
    DYN,
    INT,
    STRING,
    UNBOUNDED,
    Member,
    Record,
    Type,
    join,
    list_of,
    meets,
)  # fmt: skip

MAX_NODE_DEPTH: Final = 80
MAX_MACROS: Final = 2
_PERIODS: Final = {"date": "period", "time": ""}
_ORDERED: Final = {"bool", "int", "string", "dyn"}
_SIZED: Final = {"string", "list", "map", "dyn"}


@dataclass(frozen=True, slots=True)
class Root:
    """A variable: its type and the Python expression that holds it in compiled code."""

    type: Type
    code: str


@dataclass(slots=True)
class Scope:
    """What an expression may name: variables, and the records behind assets of the kinds known here."""

    roots: Mapping[str, Root]
    kinds: Mapping[str, Type]
    missing: Mapping[str, str] = field(default_factory=dict)
    """Names known elsewhere, with the code that says why not here."""
    calendars: tuple[str, ...] = ()
    zone: int = 480
    """Minutes that the page's days are ahead of UTC."""


FOREIGN: Final = Type("record", record=Record({}, "leaf"))
"""An asset of another page: its members are known only when it is read."""


class Checker:
    """Checks one expression; afterwards ``cost`` and ``reads`` hold its bounds, ``later`` what it uses that
    the first profile does not have.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.cost = 0
        self.reads = 0
        self.later: set[str] = set()
        self._times = 1
        self._depth = 0
        self._bound: list[tuple[str, Type]] = []

    def check(self, node: Node) -> Type:
        """Give ``node`` and all below it their types. Raises ExprError."""
        self._depth += 1
        if self._depth > MAX_NODE_DEPTH:
            raise ExprError("expr-too-deep", node.pos, limit=MAX_NODE_DEPTH)
        self.cost += self._times
        node.type = self._dispatch(node)
        self._depth -= 1
        return node.type

    def _dispatch(self, node: Node) -> Type:
        match node:
            case Lit():
                return _literal(node)
            case Name():
                return self._name(node)
            case Select():
                return self._select(node)
            case Call():
                return self._call(node)
            case Macro():
                return self._macro(node)
            case ListLit():
                return self._list(node)
            case MapLit():
                return self._map(node)

    def _name(self, node: Name) -> Type:
        for depth in range(len(self._bound) - 1, -1, -1):
            if self._bound[depth][0] == node.name:
                node.depth = depth
                return self._bound[depth][1]
        root = self.scope.roots.get(node.name)
        if root is None:
            raise ExprError(self.scope.missing.get(node.name, "expr-unknown-name"), node.pos, name=node.name)
        node.code = root.code
        return root.type

    def _select(self, node: Select) -> Type:
        of = self.check(node.of)
        if of.name == "string" and of.unit.startswith("asset"):
            of = self._read(node, of)
        if isinstance(node.of, Select) and node.of.place == "leaf":
            raise ExprError("expr-two-steps", node.pos, name=node.name)
        if of.name in {"map", "dyn"}:
            return BOOL if node.test else of.of or DYN
        member = of.record.get(node.name) if of.record is not None else None
        if member is None:
            raise ExprError("expr-unknown-member", node.pos, name=node.name, of=str(of))
        node.place, node.optional = member.place, member.optional
        if member.later:
            self.later.add(f"as.{node.name}")
        return BOOL if node.test else member.type

    def _read(self, node: Select, of: Type) -> Type:
        if isinstance(node.of, Select) and (node.of.read or node.of.place == "leaf"):
            raise ExprError("expr-two-steps", node.pos, name=node.name)
        node.read = True
        self.reads += self._times
        self.cost += 8 * self._times
        return self.scope.kinds.get(of.unit.removeprefix("asset:"), FOREIGN)

    def _list(self, node: ListLit) -> Type:
        of: Type | None = None
        for item in node.items:
            found = self.check(item)
            of = found if of is None else join(of, found)
        return Type("list", of=of, max=len(node.items))

    def _map(self, node: MapLit) -> Type:
        key: Type | None = None
        of: Type | None = None
        for key_node, value_node in node.pairs:
            found = self.check(key_node)
            if found.name not in {"bool", "int", "string"} or (key is not None and key.name != found.name):
                raise ExprError("expr-bad-map-key", key_node.pos)
            value = self.check(value_node)
            key, of = found, value if of is None else join(of, value)
        return Type("map", of=of, key=key, max=len(node.pairs))

    def _macro(self, node: Macro) -> Type:
        over = self.check(node.over)
        if over.name not in {"list", "map", "dyn"}:
            raise ExprError("expr-not-a-list", node.pos, type=str(over))
        if over.name == "dyn" or over.max >= UNBOUNDED:
            raise ExprError("expr-unbounded", node.pos, macro=node.op)
        if len(self._bound) >= MAX_MACROS:
            raise ExprError("expr-macro-depth", node.pos, limit=MAX_MACROS)
        node.depth = len(self._bound)
        self._bound.append((node.var, (over.key if over.name == "map" else over.of) or DYN))
        times, self._times = self._times, self._times * max(over.max, 1)
        self._expect(node.body, BOOL)
        self._times = times
        self._bound.pop()
        return BOOL

    def _expect(self, node: Node, wanted: Type) -> Type:
        found = self.check(node)
        if found.name not in {wanted.name, "dyn"}:
            raise ExprError("expr-type", node.pos, found=str(found), expected=wanted.name)
        return found

    def _call(self, node: Call) -> Type:
        if node.op in {"&&", "||", "!_"}:
            for arg in node.args:
                self._expect(arg, BOOL)
            return BOOL
        if node.op == "?:":
            self._expect(node.args[0], BOOL)
            return self._choice(node)
        if node.op in _FUNCTIONS:
            return self._function(node)
        if node.op in later.SHAPES and not node.method:
            return self._later(node)
        types = [self.check(arg) for arg in node.args]
        if node.op in {"==", "!=", "in"}:
            return self._equality(node, *types)
        if node.op == "[]":
            return self._index(node, *types)
        if node.op in {"<", "<=", ">", ">="}:
            return self._order(node, *types)
        if node.op == "-_":
            return types[0] if types[0].name in {"int", "dyn"} else _no(node, *types)
        if node.op in {"+", "-", "*", "/", "%"}:
            return self._arithmetic(node, *types)
        raise ExprError("expr-unknown-function", node.pos, name=node.op)

    def _choice(self, node: Call) -> Type:
        then, other = self.check(node.args[1]), self.check(node.args[2])
        if not meets(then, other):
            return _no(node, then, other)
        return join(then, other)

    def _function(self, node: Call) -> Type:
        least = 1 if node.op == "size" else 2
        if len(node.args) != least or (least == 2 and not node.method):
            raise ExprError("expr-unknown-function", node.pos, name=node.op)
        if node.op == "size":
            found = self.check(node.args[0])
            return INT if found.name in _SIZED else _no(node, found)
        found = self._expect(node.args[0], STRING)
        self._expect(node.args[1], STRING)
        self._charge(found, found)
        return BOOL

    def _later(self, node: Call) -> Type:
        """A function of the second profile."""
        types = [self.check(arg) for arg in node.args]
        found = later.result(node, types, self.scope.calendars, self.scope.zone)
        cost, reads = later.bounds(node.op, types)
        self.cost += self._times * cost
        self.reads += self._times * reads
        self.later.add(node.op)
        return found

    def _equality(self, node: Call, a: Type, b: Type) -> Type:
        if node.op == "in":
            if b.name not in {"list", "map", "dyn"}:
                return _no(node, a, b)
            element = (b.key if b.name == "map" else b.of) or DYN
            self.cost += self._times * (b.max if b.max < UNBOUNDED else UNBOUNDED // 64)
        else:
            element = b
        self._charge(a, element)
        if not meets(a, element):
            return _no(node, a, b)
        _words(node.args[0], node.args[1])
        _words(node.args[1], node.args[0])
        return BOOL

    def _order(self, node: Call, a: Type, b: Type) -> Type:
        if a.name not in _ORDERED or b.name not in _ORDERED or not meets(a, b):
            return _no(node, a, b)
        self._charge(a, b)
        return BOOL

    def _index(self, node: Call, of: Type, at: Type) -> Type:
        if of.name == "list" and at.name in {"int", "dyn"}:
            return of.of or DYN
        if of.name == "map" and (of.key is None or meets(of.key, at)):
            return of.of or DYN
        return DYN if of.name == "dyn" else _no(node, of, at)

    def _open_arithmetic(self, node: Call, a: Type, b: Type) -> Type:
        """With one side that only the run knows, the other tells the type of the result, if it is known."""
        known = b if a.name == "dyn" else a
        if known.name not in ({"dyn", "int", "string", "list"} if node.op == "+" else {"dyn", "int"}):
            return _no(node, a, b)
        if known.name == "int":
            return Type("int")
        self.cost += self._times * (UNBOUNDED // 64 if node.op == "+" else 0)
        if known.name == "dyn":
            return DYN
        return Type("string") if known.name == "string" else Type("list", of=known.of)

    def _arithmetic(self, node: Call, a: Type, b: Type) -> Type:
        if "dyn" in {a.name, b.name}:
            return self._open_arithmetic(node, a, b)
        if a.name != b.name or (a.name != "int" and node.op != "+"):
            return _no(node, a, b)
        if a.name == "int":
            unit = _unit(node.op, a.unit, b.unit)
            return Type("int", unit=unit) if unit is not None else _no(node, a, b)
        longest = min(a.max + b.max, UNBOUNDED)
        self.cost += self._times * (longest // 64)
        if a.name == "list":
            return Type("list", of=join(a.of, b.of) if a.of and b.of else a.of or b.of, max=longest)
        return Type("string", max=longest) if a.name == "string" else _no(node, a, b)

    def _charge(self, a: Type, b: Type) -> None:
        """Comparing ends with the shorter of two; what only the run knows may be as long as an envelope."""
        if not {a.name, b.name} & {"bool", "int"}:
            self.cost += self._times * (min(a.max, b.max) // 64)


def _literal(node: Lit) -> Type:
    if isinstance(node.value, bool):
        return BOOL
    return INT if isinstance(node.value, int) else Type("string", max=len(node.value))


def _no(node: Call, *types: Type) -> NoReturn:
    operator = node.op.rstrip("_")
    raise ExprError("expr-operands", node.pos, op=operator, types=", ".join(str(type_) for type_ in types))


def _words(closed: Node, other: Node) -> None:
    """Refuse a literal that an enumeration cannot be equal to."""
    if not closed.type.values:
        return
    literals = other.items if isinstance(other, ListLit) else [other]
    for literal in literals:
        if isinstance(literal, Lit) and literal.value not in closed.type.values:
            values = ", ".join(closed.type.values)
            raise ExprError("expr-unknown-value", literal.pos, value=str(literal.value), values=values)


def _unit(op: str, a: str, b: str) -> str | None:
    """The unit of an integer operation; None when the units do not go together."""
    if op in {"*", "/", "%"}:
        return _scaled_unit(op, a, b)
    if a in _PERIODS:  # a point in time
        if b == a:
            return _PERIODS[a] if op == "-" else None
        return a if b in {"", _PERIODS[a]} else None
    if b in _PERIODS:
        return b if op == "+" and a in {"", _PERIODS[b]} else None
    return a or b if not (a and b) or a == b else None


def _scaled_unit(op: str, a: str, b: str) -> str | None:
    if a in _PERIODS or b in _PERIODS:
        return None
    if a == b:
        return a if op == "%" else "" if op == "/" or not a else None
    if not b or (b == "rate" and op != "%"):
        return a
    if op == "*" and (not a or a == "rate" or {a, b} == {"quantity", _money(a, b)}):
        return _money(a, b) if a == "quantity" or (b == "quantity" and a.startswith("money")) else b
    return "" if op in {"/", "%"} and not a else None


def _money(a: str, b: str) -> str:
    return a if a.startswith("money") else b


_FUNCTIONS: Final = frozenset({"size", "startsWith", "endsWith", "contains"})

__all__ = ["FOREIGN", "Checker", "Member", "Root", "Scope", "list_of"]
