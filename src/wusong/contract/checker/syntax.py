"""Expressions as trees that the checker reads and writes: what stands in them, and their text again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, MapLit, Name, Node, Select
from wusong.contract.expr.parser import parse

COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "startsWith", "endsWith", "contains"})


@lru_cache(maxsize=4_096)
def tree(text: str) -> Node:
    """The tree of an expression that was found sound; it is shared, so nobody may change it."""
    return parse(text)


def children(node: Node) -> list[Node]:
    """The parts of a node, from left to right."""
    match node:
        case Select(of=of):
            return [of]
        case Call(args=args):
            return args
        case Macro(over=over, body=body):
            return [over, body]
        case ListLit(items=items):
            return items
        case MapLit(pairs=pairs):
            return [part for pair in pairs for part in pair]
    return []


def nodes(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    for child in children(node):
        yield from nodes(child)


def written(node: Node) -> str:
    """The text of a tree, with every bracket written out."""
    match node:
        case Lit(value=value):
            return _literal(value)
        case Name(name=name):
            return name
        case Select(of=of, name=name, test=test):
            return f"has({written(of)}.{name})" if test else f"{written(of)}.{name}"
        case Macro(op=op, over=over, var=var, body=body):
            return f"{written(over)}.{op}({var}, {written(body)})"
        case ListLit(items=items):
            return "[" + ", ".join(map(written, items)) + "]"
        case MapLit(pairs=pairs):
            return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in pairs) + "}"
        case Call():
            return _call(node)


def _call(node: Call) -> str:
    args = [written(arg) for arg in node.args]
    if node.op == "?:":
        return f"({args[0]} ? {args[1]} : {args[2]})"
    if node.op == "[]":
        return f"{args[0]}[{args[1]}]"
    if node.op in {"!_", "-_"}:
        return f"({node.op[0]}{args[0]})"
    if node.method:
        return f"{args[0]}.{node.op}({', '.join(args[1:])})"
    if node.op.isidentifier() and node.op != "in":
        return f"{node.op}({', '.join(args)})"
    return f"({args[0]} {node.op} {args[1]})"


def _literal(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    plain = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(plain.get(letter, letter) for letter in value) + '"'
