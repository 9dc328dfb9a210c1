"""The exact evaluator: walks the tree and gives every expression CEL's meaning, errors included.

* ``false && error`` and ``error && false`` are false; ``true || error`` and ``error || true`` are true.
* A logical operand that is no bool counts as an error of that operand.
* ``exists`` joins its elements with ``||``, ``all`` with ``&&``.
* Compiled code (see ``emit``) is quicker and takes this one's place but for trees nested too deeply for it;
  there is one meaning, and the tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, MapLit, Name, Node, Select
from wusong.contract.expr.runtime import (
    CALENDAR,
    OPERATORS,
    EvalError,
    Value,
    boolean,
    fail,
    has_member,
    items,
    make_map,
    member,
)  # fmt: skip

Variables = Mapping[str, Value]
"""The variables of compiled code by their Python names; those of macros are ``v0`` and ``v1``."""


def evaluate(node: Node, variables: Variables) -> Value:
    """The value of ``node``. Raises EvalError when it has none."""
    match node:
        case Lit():
            return node.value
        case Name():
            return _variable(node, variables)
        case Select():
            return _select(node, variables)
        case Macro():
            return _macro(node, variables)
        case ListLit():
            return [evaluate(item, variables) for item in node.items]
        case MapLit():
            return make_map([(evaluate(k, variables), evaluate(v, variables)) for k, v in node.pairs])
        case Call():
            return _call(node, variables)


def _variable(node: Name, variables: Variables) -> Value:
    if node.depth >= 0:
        return variables[f"v{node.depth}"]
    if node.code in variables:
        return variables[node.code]
    root, _, name = node.code.partition(".")  # a named variable of a test: "a.name"
    return variables[root][name] if name in variables[root] else fail("no-such-member")


def _select(node: Select, variables: Variables) -> Value:
    if node.place == "id":
        return variables["i"]
    of = evaluate(node.of, variables)
    of = variables["w"](of) if node.read else of
    match node.place:
        case "attr":
            value = getattr(of, node.name, None)
            return value is not None if node.test else fail("no-such-member") if value is None else value
        case "roles" | "fields":
            of = fail("no-such-asset") if of is None else getattr(of, node.place)
    return has_member(of, node.name) if node.test else member(of, node.name)


def _call(node: Call, variables: Variables) -> Value:
    if node.op in {"&&", "||"}:
        return _join((evaluate_later(arg, variables) for arg in node.args), decides=node.op == "||")
    if node.op == "?:":
        chosen = 1 if boolean(evaluate(node.args[0], variables)) else 2
        return evaluate(node.args[chosen], variables)
    args = [evaluate(arg, variables) for arg in node.args]
    return OPERATORS[node.op](*args, variables["k"]) if node.op in CALENDAR else OPERATORS[node.op](*args)


def _macro(node: Macro, variables: Variables) -> Value:
    bound = f"v{node.depth}"
    elements = items(evaluate(node.over, variables))
    parts = (evaluate_later(node.body, {**variables, bound: element}) for element in elements)
    return _join(parts, decides=node.op == "exists")


def evaluate_later(node: Node, variables: Variables) -> bool | EvalError:
    """A logical operand: its value, or the error that it is."""
    try:
        return boolean(evaluate(node, variables))
    except EvalError as error:
        return error


def _join(parts: Iterator[bool | EvalError], *, decides: bool) -> bool:
    """Join operands: one that ``decides`` wins over any error; else the first error is the result."""
    first: EvalError | None = None
    for part in parts:
        if isinstance(part, EvalError):
            first = first or part
        elif part is decides:
            return decides
    if first is not None:
        raise first
    return not decides
