"""Expressions: CEL in the profiles ``wusong-cel/1`` and ``/2`` (see docs/contract-language.md).

checked = compile_expression("args.weight > 0 && args.weight <= self.quantity", scope, BOOL)
checked.function(leaf, asset_id, args, roles, now, today, read, companion, calendars)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from wusong.contract.expr.ast import Lit, Node, Select
from wusong.contract.expr.check import Checker, Root, Scope
from wusong.contract.expr.emit import Function, compile_node
from wusong.contract.expr.lexer import ExprError
from wusong.contract.expr.parser import RESERVED, parse
from wusong.contract.expr.runtime import EvalError
from wusong.contract.expr.types import BOOL, Type

__all__ = [
    "PROFILE", "RESERVED", "EvalError", "ExprError", "Expression", "Function", "Root", "Scope",
    "compile_expression",
]  # fmt: skip

PROFILE: Final = "wusong-cel/1"
MAX_COST: Final = 20_000
"""The greatest cost of one expression; about 2 ms of one core."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: its tree, its bounds, and the function that evaluates it."""

    text: str
    node: Node
    type: Type
    cost: int
    reads: int
    function: Function
    later: frozenset[str] = frozenset()
    """What it uses that the first profile does not have."""

    @property
    def is_literal(self) -> bool:
        """Whether it is one literal."""
        return isinstance(self.node, Lit)

    @property
    def may_be_absent(self) -> bool:
        """Whether it does no more than name one optional member, so that its absence can be passed on."""
        return isinstance(self.node, Select) and self.node.optional and not self.node.test

    def presence(self) -> Function:
        """A function that says whether that member is there."""
        assert isinstance(self.node, Select)  # noqa: S101 - only asked where may_be_absent
        return compile_node(replace(self.node, test=True, type=BOOL))


def compile_expression(text: str, scope: Scope, *wanted: Type) -> Expression:
    """Parse, check and compile ``text``; its type must be one of ``wanted`` by name (any, when none is
    given).

    Raises ExprError with a code, the offset in ``text`` and data.
    """
    node = parse(text)
    checker = Checker(scope)
    found = checker.check(node)
    names = {type_.name for type_ in wanted}
    if names and found.name not in names | {"dyn"}:
        raise ExprError("expr-type", node.pos, found=str(found), expected=" / ".join(sorted(names)))
    if checker.cost > MAX_COST:
        raise ExprError("expr-too-costly", 0, cost=checker.cost, limit=MAX_COST)
    function, later = compile_node(node), frozenset(checker.later)
    return Expression(text, node, found, checker.cost, checker.reads, function, later)
