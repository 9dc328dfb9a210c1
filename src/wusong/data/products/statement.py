"""The statement that is run for a question that was checked: written anew, never the operator's own text.

* Columns go by their place, so that names of a table mean nothing to the engine; a column that is reckoned or
  compared with numbers is read as numbers, and otherwise as the text of its cells (``forms``).
* Conditions other than plain equality move from WHERE into the aggregates, so that what they leave out can be
  counted beside.
* After what was asked for comes whether the line may leave (``product`` says from which counts), then the
  groups as texts.
* ``family`` says which sets of rows the question can ever be answered over: one for each value of its
  parameters and each group (``budget``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import exp

from wusong.data.products.forms import Form, place

__all__ = ["AGGREGATES", "COMPARISONS", "TABLE", "Family", "Writer", "conditions", "is_equality"]

TABLE: Final = "data"
AGGREGATES: Final = (exp.Count, exp.Sum, exp.Avg)
COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_ARITHMETIC: Final = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Sum, exp.Avg)


@dataclass(frozen=True, slots=True)
class Family:
    """The sets of rows that a question can be answered over, as expressions of the engine.

    ``keys`` are what must be equal to ``parameters``, one for one; ``groups`` what it is grouped by;
    ``equal`` the fixed equalities, ``other`` the other conditions, and ``rests`` the columns whose values are
    counted or added.
    """

    parameters: tuple[str, ...]
    keys: tuple[str, ...]
    groups: tuple[str, ...]
    equal: str
    other: str
    rests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the statements of one table. ``numeric`` names the parameters that are numbers."""

    columns: tuple[str, ...]
    forms: Sequence[Form]
    numeric: frozenset[str]

    def aggregate(self, select: exp.Select, least: int, *, withhold: bool) -> str:
        """The statement of a checked question over aggregates. ``withhold`` keeps the engine from reckoning
        with what may not leave, so that nothing can fail over it.
        """
        made = select.copy()
        made.set("expressions", [item.unalias() for item in made.expressions])
        equal, other = self._conditions(made)
        made.set("where", None)
        self._place(made)
        made.set("where", exp.Where(this=exp.and_(*equal)) if equal else None)
        aggregates: list[exp.Expr] = list(made.find_all(*AGGREGATES))
        allowed = _may_leave(aggregates, other, least)
        for aggregate in aggregates:
            aggregate.replace(_among(aggregate.copy(), other))
        if withhold:
            told = exp.Case(ifs=[exp.If(this=allowed.copy(), true=made.expressions[0])])
            made.set("expressions", [told])
        made.select(allowed, *self._groups(select), copy=False)
        if made.args.get("group"):
            made.having(allowed.copy(), copy=False)
            if not made.args.get("order"):
                made.order_by(*self._groups(select), copy=False)
        return made.sql(dialect="duckdb", comments=False)

    def family(self, select: exp.Select) -> Family:
        """Which sets of rows the question can be answered over."""
        asked: list[tuple[str, exp.Expr]] = []
        equal: list[exp.Expr] = []
        other: list[exp.Expr] = []
        for condition in conditions(select):
            parameter = condition.find(exp.Placeholder)
            if parameter is None:
                (equal if is_equality(condition) else other).append(self._condition(condition))
            else:
                column = condition.find(exp.Column)
                asked.append((parameter.name, self._read(column, number=self._wants_number(column))))  # type: ignore[arg-type]
        aggregates = [self._rests_on(one) for one in select.find_all(*AGGREGATES)]
        return Family(
            parameters=tuple(name for name, _ in asked),
            keys=tuple(_sql(key) for _, key in asked),
            groups=tuple(_sql(group) for group in self._groups(select)),
            equal=_sql(exp.and_(*equal)) if equal else "true",
            other=_sql(exp.and_(*other)) if other else "true",
            rests=tuple(sorted({one for one in aggregates if one})),
        )

    def rows(self, select: exp.Select) -> str:
        """The statement of rows that leave as they are: of an open table only."""
        equal, other = self._conditions(select)
        texts = [self._read(item.unalias()) for item in select.expressions]
        made = exp.select(*texts).from_(TABLE)
        for condition in [*equal, *other]:
            made = made.where(condition, copy=False)
        return made.sql(dialect="duckdb", comments=False)

    def one(self, select: exp.Select, texts: Sequence[str], numbers: Sequence[str]) -> str:
        """The statement of one row by its key: these columns as texts, then these as numbers."""
        chosen = [self._named(name) for name in texts] + [self._named(name, number=True) for name in numbers]
        equal, _ = self._conditions(select)
        made = exp.select(*chosen).from_(TABLE).where(*equal).limit(2)
        return made.sql(dialect="duckdb", comments=False)

    # -- columns --

    def _groups(self, select: exp.Select) -> list[exp.Expr]:
        group = select.args.get("group")
        return [self._read(one) for one in group.expressions] if group else []

    def _named(self, name: str, *, number: bool = False) -> exp.Expr:
        return self._read(exp.column(name, quoted=True), number=number)

    def _form(self, column: exp.Expr) -> tuple[Form, str]:
        number = self.columns.index(column.name)
        return self.forms[number], f'"{place(number)}"'

    def _read(self, column: exp.Expr, *, number: bool = False) -> exp.Expr:
        form, name = self._form(column)
        return _parsed(form.number(name) if number else form.text(name))

    def _place(self, made: exp.Expr) -> None:
        for column in list(made.find_all(exp.Column)):
            column.replace(self._placed(column))

    def _placed(self, column: exp.Column) -> exp.Expr:
        if _is_bare(column):
            return _parsed(self._form(column)[1])
        return self._read(column, number=self._wants_number(column))

    def _rests_on(self, aggregate: exp.Expr) -> str:
        column = aggregate.find(exp.Column)
        if column is None:
            return ""
        return _sql(self._placed(column))

    # -- conditions --

    def _conditions(self, select: exp.Select) -> tuple[list[exp.Expr], list[exp.Expr]]:
        """The conditions that AND joins, as they are run: the plain equalities, and the others."""
        equal: list[exp.Expr] = []
        other: list[exp.Expr] = []
        for condition in conditions(select):
            (equal if is_equality(condition) else other).append(self._condition(condition))
        return equal, other

    def _condition(self, condition: exp.Expr) -> exp.Expr:
        holder = exp.Paren(this=condition.copy())
        column = condition.find(exp.Column)
        if is_equality(condition) and column is not None and not self._wants_number(column):
            value = (
                condition.expression if isinstance(condition.this.unnest(), exp.Column) else condition.this
            )
            form, name = self._form(column)
            return _parsed(f"{name} = ({form.value(_sql(value))})")
        self._place(holder)
        inner: exp.Expr = holder.this
        return inner

    def _wants_number(self, column: exp.Expr) -> bool:
        """Whether the column is summed, reckoned with or compared with a number."""
        around = column.parent
        while isinstance(around, exp.Paren | exp.Distinct):
            around = around.parent
        if isinstance(around, _ARITHMETIC):
            return True
        if not isinstance(around, (*COMPARISONS, exp.Between, exp.In)):
            return False
        return any(self._is_number(child) for child in around.iter_expressions())

    def _is_number(self, node: exp.Expr) -> bool:
        inner = node.unnest()
        if isinstance(inner, exp.Literal):
            return not inner.is_string
        return isinstance(inner, _ARITHMETIC) or (
            isinstance(inner, exp.Placeholder) and inner.name in self.numeric
        )


def is_equality(node: exp.Expr | None) -> bool:
    """``column = value``, either way round."""
    if not isinstance(node, exp.EQ):
        return False
    sides = {type(side) for side in (node.this, node.expression)}
    return exp.Column in sides and not sides.isdisjoint({exp.Literal, exp.Placeholder})


def conditions(select: exp.Select) -> list[exp.Expr]:
    """The conditions that AND joins, in order."""
    where = select.args.get("where")
    waiting: list[exp.Expr] = [where.this] if where else []
    found: list[exp.Expr] = []
    while waiting:
        condition = waiting.pop().unnest()
        if isinstance(condition, exp.And):
            waiting += [condition.expression, condition.this]
        else:
            found.append(condition)
    return found


def _is_bare(column: exp.Column) -> bool:
    """Whether only what is there counts, or what differs: the same in every form."""
    around = column.parent
    if isinstance(around, exp.Distinct):
        around = around.parent
    return isinstance(around, exp.Count | exp.Is | exp.Group)


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


def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect="duckdb")


def _sql(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb", comments=False)
