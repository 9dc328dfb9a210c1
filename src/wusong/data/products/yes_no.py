"""What a yes or no may rest on: whole values, and a few thresholds.

    select count(*) > 0 from data where "代码" = $code and "状态" in ('存续', '在业') and "注册资本" >= 1000

* A column is compared as a whole: ``=``, ``<>`` or ``in`` with values. Never a part of it (LIKE, functions),
  never another column: a few dozen such questions, each of one bit, would spell out a cell.
* A range is of one column against numbers that stand in the question. The table's profile must say that the
  column holds numbers, and nothing personal (``leaving``).
* A column that a question compares otherwise than by one plain equality has part in it as in a score, and a
  column has part in few of these (``budget``): fixed lists and ranges sort values as bands do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from wusong.data.products.statement import conditions, is_equality
from wusong.errors import DataError

__all__ = ["RANGES", "check", "sorted_by"]

RANGES: Final = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
_WHOLE: Final = (exp.EQ, exp.NEQ, exp.In)


def check(select: exp.Select) -> None:
    """Raise DataError ``question-forbidden`` unless every condition compares whole values or is a range."""
    for condition in conditions(select):
        for part in _compared(condition):
            if not _is_fine(part):
                raise DataError("question-forbidden", part=f"{type(part).__name__} in a yes-no")


def sorted_by(select: exp.Select) -> tuple[str, ...]:
    """The columns that are compared otherwise than by one plain equality, sorted."""
    others = [one for one in conditions(select) if not is_equality(one)]
    return tuple(sorted({column.name for one in others for column in one.find_all(exp.Column)}))


def _compared(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The comparisons that AND, OR and NOT join."""
    inner = condition.unnest()
    if not isinstance(inner, exp.And | exp.Or | exp.Not):
        yield inner
        return
    for child in inner.iter_expressions():
        yield from _compared(child)


def _is_fine(part: exp.Expr) -> bool:
    sides = [side.unnest() for side in part.iter_expressions()]
    columns = [side for side in sides if isinstance(side, exp.Column)]
    values = [side for side in sides if not isinstance(side, exp.Column)]
    if len(columns) != 1 or not values:
        return False
    if isinstance(part, exp.In | exp.Between) and sides[0] is not columns[0]:
        return False
    if isinstance(part, RANGES):
        return all(_is_number(value) for value in values)
    return isinstance(part, _WHOLE) and all(_is_value(value) for value in values)


def _is_value(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal | exp.Placeholder) or _is_number(node)


def _is_number(node: exp.Expr) -> bool:
    inner = node.this.unnest() if isinstance(node, exp.Neg) else node
    return isinstance(inner, exp.Literal) and not inner.is_string
