"""The statement that is run for a question that was checked: written anew, never the operator's own text.

* Columns go by their place, so that names of a table mean nothing to the engine; a column that is reckoned or
  compared with numbers is read as numbers.
* Conditions other than plain equality move from WHERE into the aggregates, so that what they leave out can be
  counted beside.
* The last column says whether the line may leave: ``product`` says from which counts.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

__all__ = ["AGGREGATES", "COMPARISONS", "TABLE", "is_equality", "place", "written"]

TABLE: Final = "data"
AGGREGATES: Final = (exp.Count, exp.Sum, exp.Avg)
COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Sum, exp.Avg)


def written(
    select: exp.Select, columns: tuple[str, ...], numeric: frozenset[str], least: int, *, withhold: bool
) -> str:
    """The statement of a checked question. ``numeric`` names the parameters that are numbers; ``withhold``
    keeps the engine from reckoning with what may not leave, so that nothing can fail over it.
    """
    made = select.copy()
    made.set("expressions", [item.unalias() for item in made.expressions])
    _place(made, columns, numeric)
    equal, other = _conditions(made)
    made.set("where", exp.Where(this=exp.and_(*equal)) if equal else None)
    aggregates: list[exp.Expr] = list(made.find_all(*AGGREGATES))
    allowed = _may_leave(aggregates, other, least)
    for aggregate in aggregates:
        aggregate.replace(_among(aggregate.copy(), other))
    if withhold:
        told = exp.Case(ifs=[exp.If(this=allowed.copy(), true=made.expressions[0])])
        made.set("expressions", [told])
    made.select(allowed, copy=False)
    if made.args.get("group"):
        made.having(allowed.copy(), copy=False)
        if not made.args.get("order"):
            made.order_by(*[group.copy() for group in made.args["group"].expressions], copy=False)
    return made.sql(dialect="duckdb", comments=False)


def _place(made: exp.Select, columns: tuple[str, ...], numeric: frozenset[str]) -> None:
    for column in list(made.find_all(exp.Column)):
        placed: exp.Expr = exp.column(place(columns.index(column.name)), quoted=True)
        if _wants_number(column, numeric):
            placed = exp.TryCast(this=placed, to=exp.DataType.build("DECIMAL(38, 6)"))
        column.replace(placed)


def _conditions(made: exp.Select) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The conditions that AND joins: the plain equalities, and the others."""
    where = made.args.get("where")
    waiting: list[exp.Expr] = [where.this] if where else []
    equal: list[exp.Expr] = []
    other: list[exp.Expr] = []
    while waiting:
        condition = waiting.pop().unnest()
        if isinstance(condition, exp.And):
            waiting += [condition.expression, condition.this]
        else:
            (equal if _is_placed_equality(condition) else other).append(condition)
    return equal, other


def is_equality(node: exp.Expr | None) -> bool:
    """``column = value``, either way round."""
    if not isinstance(node, exp.EQ):
        return False
    sides = {type(side) for side in (node.this, node.expression)}
    return exp.Column in sides and not sides.isdisjoint({exp.Literal, exp.Placeholder})


def _is_placed_equality(condition: exp.Expr) -> bool:
    plain = condition.copy()
    for cast in list(plain.find_all(exp.TryCast)):
        cast.replace(cast.this)
    return is_equality(plain)


def _among(aggregate: exp.Expr, other: list[exp.Expr]) -> exp.Expr:
    """An aggregate over the rows that the other conditions pick too."""
    if not other:
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=exp.and_(*other)))


def _may_leave(aggregates: list[exp.Expr], other: list[exp.Expr], least: int) -> exp.Expr:
    """Whether a line may leave, from the three counts that the head of ``product`` names."""
    size, enough = _among(_counted(exp.Star()), other), exp.Literal.number(least)
    whole = exp.select(_counted(exp.Star())).from_(TABLE).subquery()
    resting = {_rests_on(aggregate).sql(): _rests_on(aggregate) for aggregate in aggregates}
    rules: list[exp.Expr] = [
        exp.GTE(this=_among(count, other), expression=enough.copy()) for count in resting.values()
    ]
    rules.append(exp.GTE(this=size, expression=enough.copy()))
    for around in [whole, *([_counted(exp.Star())] if other else [])]:
        left = exp.Paren(this=exp.Sub(this=around, expression=size.copy()))
        none = exp.EQ(this=left, expression=exp.Literal.number(0))
        rules.append(exp.or_(none, exp.GTE(this=left.copy(), expression=enough.copy())))
    return exp.and_(*rules)


def _rests_on(aggregate: exp.Expr) -> exp.Expr:
    """How many rows an aggregate rests on: those that have a value in its column."""
    inner = aggregate.this
    return _counted(inner.expressions[0] if isinstance(inner, exp.Distinct) else inner)


def _counted(what: exp.Expr) -> exp.Expr:
    return exp.Count(this=what.copy(), big_int=True)


def place(number: int) -> str:
    """What the column at a place is called in the engine, where names of a table thus mean nothing."""
    return f"c{number}"


def _wants_number(column: exp.Column, numeric: frozenset[str]) -> bool:
    """Whether the column is summed, reckoned with or compared with a number."""
    around = column.parent
    while isinstance(around, exp.Paren | exp.Distinct):
        around = around.parent
    if isinstance(around, _ARITHMETIC):
        return True
    if not isinstance(around, (*COMPARISONS, exp.Between, exp.In)):
        return False
    return any(_is_number(child, numeric) for child in around.iter_expressions())


def _is_number(node: exp.Expr, numeric: frozenset[str]) -> bool:
    inner = node.unnest()
    if isinstance(inner, exp.Literal):
        return not inner.is_string
    return isinstance(inner, _ARITHMETIC) or (isinstance(inner, exp.Placeholder) and inner.name in numeric)
