"""Compilation to Python: from a checked tree to the source of one function.

* Source is made from the tree alone: names that a page chose appear only inside string literals (``repr``).
* Where types are known, operators become Python's own, with the int64 check written out; elsewhere they are
  calls.
* Left to right, Python's ``and``, ``or``, ``any`` and ``all`` agree with CEL wherever no operand before the
  last can fail. Elsewhere an operand that decides outweighs one that fails: the operands of the whole
  expression are statements, one after another; further in they are functions, which ``joined`` calls. So
  nothing is evaluated twice, whether or not it fails.
* An expression nested too deeply for Python's own parser is left to ``walk`` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from wusong.contract.expr import walk
from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, MapLit, Name, Node, Select
from wusong.contract.expr.runtime import (
    CALENDAR,
    OPERATORS,
    EvalError,
    Value,
    boolean,
    has_member,
    items,
    make_map,
    member,
)

PARAMETERS: Final = ("s", "i", "a", "r", "n", "d", "w", "c", "k")
"""self's leaf, its id, args, as, now, today, the reader of assets, the companion act, the calendars."""

Function = Callable[..., Value]

_RETURN: Final = """\
    try:
        return {source}
    except FAILURES as failure:
        raise named(failure) from None
"""
_STEP: Final = """\
    try:
        if {unless}{source}:
            return {decides}
    except FAILURES as failure:
        first = first or named(failure)
"""
_LAST: Final = """\
    if first is not None:
        try:
            raise first
        finally:
            del first
    return {otherwise}
"""
_MAX_PARENTHESES: Final = 150  # CPython's tokenizer refuses 200
_INLINE: Final = {"<", "<=", ">", ">="}
_PLAIN: Final = {"bool", "int", "string"}


def compile_node(node: Node) -> Function:
    """A function of ``PARAMETERS`` that evaluates ``node``, and raises EvalError when it has no value."""

    def exactly(*values: Value) -> Value:
        try:
            return walk.evaluate(node, dict(zip(PARAMETERS, values, strict=True)))
        except _FAILURES:  # none is known; were there one, it must deny, not stop the node
            raise EvalError("failed") from None

    source = _Emitter().body(node)
    if _nesting(source) > _MAX_PARENTHESES:
        return exactly
    text = f"def compiled({', '.join(PARAMETERS)}):\n{source}"
    space: dict[str, object] = dict(_GLOBALS)
    exec(compile(text, "<expression>", "exec"), space)  # noqa: S102 - the text is made from a checked tree alone
    function = space["compiled"]
    assert callable(function)  # noqa: S101 - for the type checker
    return function


def _nesting(source: str) -> int:
    deepest = depth = 0
    for character in source:  # brackets within string literals only make the estimate higher
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


class _Emitter:
    def __init__(self) -> None:
        self.temporaries = 0
        self.calls_only = 0  # inside a comprehension's iterable Python allows no assignment expression

    def body(self, node: Node) -> str:
        """The statements of the function."""
        if not (isinstance(node, Call) and node.op in {"&&", "||"} and _may_fail(node)):
            return _RETURN.format(source=self.emit(node))
        unless, decides = ("not ", False) if node.op == "&&" else ("", True)
        operands = [self.logical(operand) for operand in _chain(node, node.op)]
        steps = [_STEP.format(unless=unless, source=one, decides=decides) for one in operands]
        return "    first = None\n" + "".join(steps) + _LAST.format(otherwise=not decides)

    def emit(self, node: Node) -> str:
        match node:
            case Lit():
                return repr(node.value) if not isinstance(node.value, str) else ascii(node.value)
            case Name():
                return self.name(node)
            case Select():
                return self.select(node)
            case Macro():
                return self.macro(node)
            case ListLit():
                return "[" + ", ".join(self.emit(item) for item in node.items) + "]"
            case MapLit():
                pairs = ", ".join(f"({self.emit(key)}, {self.emit(value)})" for key, value in node.pairs)
                return f"make_map([{pairs}])"
            case Call():
                return self.call(node)

    def name(self, node: Name) -> str:
        if node.depth >= 0:
            return f"v{node.depth}"
        root, _, name = node.code.partition(".")
        return f"{root}[{name!a}]" if name else root

    def select(self, node: Select) -> str:
        if node.place == "id":
            return "i" if not node.test else "True"
        of = self.emit(node.of)
        of = f"w({of})" if node.read else of
        name = ascii(node.name)
        if node.place == "attr":
            return f"{of}.{node.name} is not None" if node.test else f"{of}.{node.name}"
        if node.place in {"roles", "fields"}:
            return f"({name} in {of}.{node.place})" if node.test else f"{of}.{node.place}[{name}]"
        if node.place == "key" and node.of.type.name == "record":
            return f"({name} in {of})" if node.test else f"{of}[{name}]"
        return f"{'has_member' if node.test else 'member'}({of}, {name})"

    def macro(self, node: Macro) -> str:
        self.calls_only += 1
        over = self.emit(node.over)
        self.calls_only -= 1
        over = over if node.over.type.name == "list" else f"items({over})"
        body = self.logical(node.body)
        if _may_fail(node.body):
            return f"joined({node.op == 'exists'}, [lambda v{node.depth}=e: {body} for e in {over}])"
        return f"{'any' if node.op == 'exists' else 'all'}([{body} for v{node.depth} in {over}])"

    def logical(self, node: Node) -> str:
        source = self.emit(node)
        return source if node.type.name == "bool" else f"boolean({source})"

    def call(self, node: Call) -> str:
        op = node.op
        if op in {"&&", "||"}:
            one, other = map(self.logical, node.args)
            if not _may_fail(node.args[0]):
                return f"({one} {'and' if op == '&&' else 'or'} {other})"
            operands = ", ".join(f"lambda: {self.logical(operand)}" for operand in _chain(node, op))
            return f"joined({op == '||'}, ({operands}))"
        if op == "!_":
            return f"(not {self.logical(node.args[0])})"
        if op == "?:":
            condition, then, other = (
                self.logical(node.args[0]),
                self.emit(node.args[1]),
                self.emit(node.args[2]),
            )
            return f"({then} if {condition} else {other})"
        args = [self.emit(arg) for arg in node.args]
        types = {arg.type.name for arg in node.args}
        if len(types) == 1 and types <= _PLAIN and op in _INLINE | {"==", "!="}:
            return f"({args[0]} {op} {args[1]})"
        if types == {"int"} and op in {"+", "-", "*"} and not self.calls_only:
            self.temporaries += 1
            t = f"t{self.temporaries}"
            return f"({t} if {_MIN} <= ({t} := {args[0]} {op} {args[1]}) <= {_MAX} else fail_overflow())"
        if op == "in" and self.plain_list(node):
            return f"({args[0]} in {args[1]})"
        if op in CALENDAR:
            args.append("k")
        return f"OPERATORS[{op!r}]({', '.join(args)})"

    def plain_list(self, node: Call) -> bool:
        """Whether Python's own ``in`` agrees with CEL: a scalar among scalars of its own type."""
        needle, hay = node.args[0].type, node.args[1].type
        return hay.name == "list" and needle.name in _PLAIN and (hay.of is None or hay.of.name == needle.name)


def _chain(node: Node, op: str) -> Iterator[Node]:
    """The operands that one operator joins, left to right; how they were bracketed makes no difference."""
    if not (isinstance(node, Call) and node.op == op):
        yield node
        return
    for operand in node.args:
        yield from _chain(operand, op)


def _may_fail(node: Node) -> bool:
    """Whether evaluating might fail: false only where nothing that is read can be absent or ill-typed."""
    match node:
        case Lit():
            return False
        case Name():
            return "." in node.code
        case Select(of=Name(name="self", depth=-1)):
            return not node.test and node.name not in _ALWAYS
        case Select(of=Name(name="args" | "as", depth=-1)):
            return not node.test
        case Call(op="&&" | "||" | "!_"):
            return any(arg.type.name != "bool" or _may_fail(arg) for arg in node.args)
        case Call(op="==" | "!="):
            return any(map(_may_fail, node.args))
        case Call(op=op) if op in _INLINE:
            types = {arg.type.name for arg in node.args}
            return len(types) > 1 or not types <= _PLAIN or any(map(_may_fail, node.args))
    return True


def joined(decides: bool, operands: Iterable[Callable[[], Value]]) -> bool:
    """CEL's ``||`` (``decides`` true) and ``&&``: an operand that decides outweighs any that fails.

    Raises EvalError, the first, when some fail and none decides.
    """
    first: EvalError | None = None
    for operand in operands:
        try:
            if boolean(operand()) is decides:
                return decides
        except FAILURES as failure:
            first = first or named(failure)
    if first is not None:
        try:
            raise first
        finally:
            del first  # its traceback holds this frame
    return not decides


def named(failure: Exception) -> EvalError:
    """What Python calls a failure, as the evaluator of trees would call it."""
    if isinstance(failure, EvalError):
        return failure
    return EvalError(_REASONS.get(type(failure), "failed"))


_ALWAYS: Final = {"id", "rev", "state"}
_REASONS: Final = {KeyError: "no-such-member", TypeError: "no-such-member", AttributeError: "no-such-asset"}
_MIN: Final = -(2**63)
_MAX: Final = 2**63 - 1


def _fail_overflow() -> Value:
    raise EvalError("overflow")


_FAILURES: Final = (KeyError, AttributeError, TypeError, IndexError, ValueError)
FAILURES: Final = (EvalError, *_FAILURES)
_GLOBALS: Final[dict[str, object]] = {
    "__builtins__": {"any": any, "all": all},
    "FAILURES": FAILURES, "joined": joined, "named": named,
    "OPERATORS": OPERATORS, "boolean": boolean, "items": items, "make_map": make_map,
    "member": member, "has_member": has_member, "fail_overflow": _fail_overflow,
}  # fmt: skip
