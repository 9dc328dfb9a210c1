"""The syntax tree of an expression. The type checker fills in ``type`` (and ``place`` of a selection)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from wusong.contract.expr.types import DYN, Place, Type


@dataclass(slots=True)
class Lit:
    """A literal: bool, int or string."""

    pos: int
    value: bool | int | str
    type: Type = DYN


@dataclass(slots=True)
class Name:
    """A variable: a root such as ``self``, or one that a macro binds (then ``depth`` says which, from outside
    in).
    """

    pos: int
    name: str
    depth: int = -1
    code: str = ""
    type: Type = DYN


@dataclass(slots=True)
class Select:
    """``of.name``, or with ``test`` its presence: ``has(of.name)``. ``read`` goes through an asset's id
    first.
    """

    pos: int
    of: Node
    name: str
    test: bool = False
    read: bool = False
    place: Place = "key"
    optional: bool = True
    type: Type = DYN


@dataclass(slots=True)
class Call:
    """An operator or a function with its arguments; a method's target is the first argument."""

    pos: int
    op: str
    args: list[Node]
    method: bool = False
    type: Type = DYN


@dataclass(slots=True)
class Macro:
    """``over.exists(var, body)`` or ``over.all(var, body)``."""

    pos: int
    op: str
    over: Node
    var: str
    body: Node
    depth: int = -1
    type: Type = DYN


@dataclass(slots=True)
class ListLit:
    """A list literal."""

    pos: int
    items: list[Node] = field(default_factory=list)
    type: Type = DYN


@dataclass(slots=True)
class MapLit:
    """A map literal, as pairs in the order written."""

    pos: int
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    type: Type = DYN


Node: TypeAlias = Lit | Name | Select | Call | Macro | ListLit | MapLit


def members(node: Node, root: str) -> set[str]:
    """The members of the variable ``root`` that an expression names."""
    match node:
        case Select(of=Name(name=name, depth=-1)) if name == root:
            return {node.name}
        case Select():
            return members(node.of, root)
        case Macro():
            return members(node.over, root) | members(node.body, root)
        case Call():
            return set().union(*(members(arg, root) for arg in node.args))
        case ListLit():
            return set().union(*(members(item, root) for item in node.items))
        case MapLit():
            return set().union(*(members(part, root) for pair in node.pairs for part in pair))
    return set()
