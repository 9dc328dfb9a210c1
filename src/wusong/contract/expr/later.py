"""The functions of the second profile: what they take and give, and what they cost.

* Dates, times and amounts keep their units: ``workday`` takes a date and gives one, ``apportion`` gives
  shares in the unit of the total.
* A calendar is named by a literal that the page declares, so that a reader of the page knows which.
* ``day_of`` and ``day_end`` count in the page's zone; the checker hands it to them as one argument more.
"""

from __future__ import annotations

from typing import Final

from wusong.contract.expr.ast import Call, Lit
from wusong.contract.expr.lexer import ExprError
from wusong.contract.expr.types import BOOL, DYN, INT, UNBOUNDED, Type, list_of, meets

_DATE: Final = Type("int", unit="date")
_TIME: Final = Type("int", unit="time")

SHAPES: Final = {
    "workday": "workday(date, n, \"calendar\")",
    "is_workday": "is_workday(date, \"calendar\")",
    "day_end": "day_end(date)",
    "day_of": "day_of(time)",
    "months": "months(date, n)",
    "apportion": "apportion(total, weights)",
    "position": "position(list, element)",
}  # fmt: skip
"""The functions by name, as people write them."""

_FIXED: Final = {"workday": (600, 3), "is_workday": (32, 1)}
_OPEN_LENGTH: Final = UNBOUNDED // 64


def result(node: Call, types: list[Type], calendars: tuple[str, ...], zone: int) -> Type:
    """The type of a call, its arguments being of ``types``. Raises ExprError."""
    if len(types) != SHAPES[node.op].count(",") + 1:
        raise ExprError("expr-unknown-function", node.pos, name=node.op)
    if node.op in _FIXED:
        _calendar(node, calendars)
    if node.op in {"day_end", "day_of"}:
        node.args.append(Lit(node.pos, zone, INT))
    found = _result(node.op, types)
    if found is None:
        raise ExprError("expr-operands", node.pos, op=node.op, types=", ".join(map(str, types)))
    return found


def _result(op: str, types: list[Type]) -> Type | None:
    first, second = types[0], types[1] if len(types) > 1 else DYN
    match op:
        case "workday" | "months":
            return _DATE if _counts(first, "date") and _counts(second, "period") else None
        case "is_workday":
            return BOOL if _counts(first, "date") else None
        case "day_end":
            return _TIME if _counts(first, "date") else None
        case "day_of":
            return _DATE if _counts(first, "time") else None
        case "apportion":
            return _shares(first, second)
    return INT if _list(first) and meets(first.of or DYN, second) else None


def _counts(type_: Type, unit: str) -> bool:
    """Whether this is a number of that unit, or a plain one."""
    return type_.name == "dyn" or (type_.name == "int" and type_.unit in {"", unit})


def _list(type_: Type) -> bool:
    return type_.name in {"list", "dyn"}


def _shares(total: Type, weights: Type) -> Type | None:
    if total.name not in {"int", "dyn"} or not _list(weights) or not _counts(weights.of or DYN, "rate"):
        return None
    return list_of(INT if total.name == "dyn" else total, weights.max)


def _calendar(node: Call, calendars: tuple[str, ...]) -> None:
    named = node.args[-1]
    value = named.value if isinstance(named, Lit) else None
    if value not in calendars:
        raise ExprError("expr-calendar", named.pos, name=str(value or ""), calendars=", ".join(calendars))


def bounds(op: str, types: list[Type]) -> tuple[int, int]:
    """What a call costs beside its node, and how many records it reads, at most."""
    if op not in {"apportion", "position"}:
        return _FIXED.get(op, (0, 0))
    of = types[1] if op == "apportion" else types[0]
    length = _OPEN_LENGTH if of.name == "dyn" or of.max >= UNBOUNDED else of.max
    return (2 * length if op == "apportion" else length), 0
