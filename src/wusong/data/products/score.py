"""Model scores: one formula of fixed coefficients over the columns of one row, of which a band leaves.

    select 2.5 * "年限" - 0.8 * "逾期" + case when "类型" = '制造业' then 3 else 0 end
    from data where "统一社会信用代码" = $code

* The row is the one whose key the caller must know already: one equality of a column with the one parameter.
  No two rows of the table may share a key; the room looks.
* The formula adds and multiplies columns and numbers and chooses by CASE: linear models, and lists of trees;
  put through the logistic function where the question says so. It is reckoned exactly, in decimals.
* Only the band leaves that the value falls into: one to nine rising cuts, fixed with the question. A row that
  is not there, or whose columns hold no numbers, has no band, and the two cannot be told apart.
* So a call says at most log2(10) bits of one row, always the same ones. More is learned only of several
  scores over one column: ``budget`` limits these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final

from sqlglot import exp

from wusong.data.products.question import Question
from wusong.data.products.statement import COMPARISONS, TABLE, is_equality
from wusong.errors import DataError

__all__ = ["Score", "banded", "check"]

MOST_BANDS: Final = 9
MAX_NODES: Final = 400
_BINARY: Final = frozenset({"this", "expression"})
_PARTS: Final[dict[type[exp.Expr], frozenset[str]]] = {
    exp.Select: frozenset({"expressions", "from_", "where"}),
    exp.From: frozenset({"this"}),
    exp.Table: frozenset({"this"}),
    exp.Where: frozenset({"this"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Column: frozenset({"this"}),
    exp.Placeholder: frozenset({"this"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Paren: frozenset({"this"}),
    exp.Neg: frozenset({"this"}),
    exp.Not: frozenset({"this"}),
    exp.Case: frozenset({"ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.Between: frozenset({"this", "low", "high"}),
    **dict.fromkeys((exp.And, exp.Or, exp.Add, exp.Sub, exp.Mul, *COMPARISONS), _BINARY),
}
_NUMBERS: Final = (exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Case, exp.Column, exp.Literal)
_CONTEXT: Final = Context(prec=50)


@dataclass(frozen=True, slots=True)
class Score:
    """A checked score: its formula, its cuts, its key, and which columns it reads as texts and as numbers."""

    formula: exp.Expr
    cuts: tuple[Decimal, ...]
    key: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]

    def band(self, row: tuple[Any, ...], link: str) -> int | None:
        """The band of a row: 0 below the first cut; None when it has no value."""
        cells: dict[tuple[str, bool], Any] = {
            **{(name, False): cell for name, cell in zip(self.texts, row, strict=False)},
            **{(name, True): cell for name, cell in zip(self.numbers, row[len(self.texts) :], strict=True)},
        }
        value = _value(self.formula, cells)
        if value is None:
            return None
        if link == "logistic":
            value = _logistic(value)
        return sum(value >= cut for cut in self.cuts)


def banded(score: Score, band: int | None) -> dict[str, Any]:
    """What leaves, as canonical JSON data: the band and the cuts that it lies between."""
    if band is None:
        return {"found": False, "output": "score"}
    bounds = {"from": band - 1, "below": band}
    told = {name: str(score.cuts[at]) for name, at in bounds.items() if 0 <= at < len(score.cuts)}
    return {"band": band, "bands": len(score.cuts) + 1, "found": True, "output": "score", **told}


def check(select: exp.Select, question: Question, columns: tuple[str, ...]) -> Score:
    """Check a score over a table with these columns. Raises DataError ``question-forbidden``,
    ``score-wrong``.
    """
    for number, node in enumerate(select.walk()):
        _permit(node, columns, number)
    formula = _formula(select)
    key = _key(select, question)
    named = [(column.name, _as_number(column)) for column in formula.find_all(exp.Column)]
    if any(name == key for name, _ in named):
        raise DataError("score-wrong", part=f"{key} is the key")
    if not any(number for _, number in named):
        raise DataError("score-wrong", part="no column")
    return Score(
        formula=formula,
        cuts=_cuts(question.bands),
        key=key,
        texts=tuple(sorted({name for name, number in named if not number})),
        numbers=tuple(sorted({name for name, number in named if number})),
    )


def _permit(node: exp.Expr, columns: tuple[str, ...], number: int) -> None:
    allowed = _PARTS.get(type(node))
    fine = allowed is not None and number <= MAX_NODES
    if fine and isinstance(node, exp.Table):
        fine = node.name == TABLE
    if fine and isinstance(node, exp.Column):
        fine = node.name in columns
    if not fine:
        raise DataError("question-forbidden", part=type(node).__name__)
    for name, value in node.args.items():
        if name not in (allowed or ()) and value not in (None, False, []):
            raise DataError("question-forbidden", part=f"{type(node).__name__}.{name}")


def _formula(select: exp.Select) -> exp.Expr:
    if len(select.expressions) != 1:
        raise DataError("score-wrong", part="more than one formula")
    formula: exp.Expr = select.expressions[0].unalias()
    if formula.find(exp.Placeholder) is not None:
        raise DataError("score-wrong", part="$ in the formula")
    _demand_number(formula)
    return formula


def _demand_number(node: exp.Expr) -> None:
    """Every part of a formula is a number, every condition of a CASE a condition."""
    inner = node.unnest()
    if not isinstance(inner, _NUMBERS) or (isinstance(inner, exp.Literal) and inner.is_string):
        raise DataError("score-wrong", part=inner.sql(dialect="duckdb")[:80])
    if isinstance(inner, exp.Case):
        for branch in inner.args["ifs"]:
            _demand_condition(branch.this)
            _demand_number(branch.args["true"])
        if inner.args.get("default") is not None:
            _demand_number(inner.args["default"])
    elif not isinstance(inner, exp.Column | exp.Literal):
        for child in inner.iter_expressions():
            _demand_number(child)


def _demand_condition(node: exp.Expr) -> None:
    inner = node.unnest()
    if isinstance(inner, exp.And | exp.Or | exp.Not):
        for child in inner.iter_expressions():
            _demand_condition(child)
        return
    sides = [child.unnest() for child in inner.iter_expressions()]
    kinds = [type(side.this) if isinstance(side, exp.Neg) else type(side) for side in sides]
    one = kinds.count(exp.Column) == 1 and kinds.count(exp.Literal) == len(kinds) - 1
    strings = {side.is_string for side in sides if isinstance(side, exp.Literal | exp.Neg)}
    if not isinstance(inner, (*COMPARISONS, exp.Between)) or not one or len(strings) != 1:
        raise DataError("score-wrong", part=inner.sql(dialect="duckdb")[:80])


def _key(select: exp.Select, question: Question) -> str:
    where = select.args.get("where")
    condition = where.this.unnest() if where else None
    parameter = condition.find(exp.Placeholder) if condition else None
    column = condition.find(exp.Column) if condition else None
    if not is_equality(condition) or parameter is None or column is None or len(question.parameters) != 1:
        raise DataError("score-wrong", part='where "key" = $key')
    return str(column.name)


def _cuts(bands: tuple[str, ...]) -> tuple[Decimal, ...]:
    try:
        cuts = tuple(Decimal(band) for band in bands)
    except InvalidOperation:
        raise DataError("score-wrong", part="bands") from None
    rising = all(low < high for low, high in pairwise(cuts))
    if not 1 <= len(cuts) <= MOST_BANDS or not all(cut.is_finite() for cut in cuts) or not rising:
        raise DataError("score-wrong", part="bands")
    return cuts


def _as_number(column: exp.Column) -> bool:
    """Whether a column of a formula is read as a number: unless it is compared with a text."""
    parent = column.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    if not isinstance(parent, (*COMPARISONS, exp.Between)):
        return True
    return not any(isinstance(side, exp.Literal) and side.is_string for side in parent.iter_expressions())


# --- reckoning ---


def _value(node: exp.Expr, cells: Mapping[tuple[str, bool], Any]) -> Decimal | None:
    """The value of a formula; None when a cell that it needs holds no number."""
    match node.unnest():
        case exp.Literal() as literal:
            return Decimal(literal.name)
        case exp.Column() as column:
            cell = cells[column.name, True]
            return None if cell is None else Decimal(cell)
        case exp.Neg() as negative:
            inner = _value(negative.this, cells)
            return None if inner is None else -inner
        case exp.Case() as case:
            return _chosen(case, cells)
        case pair:
            return _reckoned(pair, cells)


def _chosen(case: exp.Case, cells: Mapping[tuple[str, bool], Any]) -> Decimal | None:
    for branch in case.args["ifs"]:
        if _holds(branch.this, cells) is True:
            return _value(branch.args["true"], cells)
    default = case.args.get("default")
    return None if default is None else _value(default, cells)


def _reckoned(pair: exp.Expr, cells: Mapping[tuple[str, bool], Any]) -> Decimal | None:
    left, right = _value(pair.this, cells), _value(pair.args["expression"], cells)
    if left is None or right is None:
        return None
    if isinstance(pair, exp.Mul):
        return _CONTEXT.multiply(left, right)
    return _CONTEXT.add(left, right) if isinstance(pair, exp.Add) else _CONTEXT.subtract(left, right)


def _holds(node: exp.Expr, cells: Mapping[tuple[str, bool], Any]) -> bool | None:
    """Whether a condition holds; None when a cell that it needs is missing, as in SQL."""
    inner = node.unnest()
    if isinstance(inner, exp.Not):
        found = _holds(inner.this, cells)
        return None if found is None else not found
    if isinstance(inner, exp.And | exp.Or):
        both = {_holds(inner.this, cells), _holds(inner.args["expression"], cells)}
        decides = isinstance(inner, exp.Or)
        return decides if decides in both else None if None in both else not decides
    if isinstance(inner, exp.Between):
        low, value, high = (_side(inner.args[name], inner, cells) for name in ("low", "this", "high"))
        return None if value is None else bool(low <= value <= high)
    left, right = (_side(side, inner, cells) for side in (inner.this, inner.args["expression"]))
    return None if left is None or right is None else _compared(inner, left, right)


def _side(node: exp.Expr, comparison: exp.Expr, cells: Mapping[tuple[str, bool], Any]) -> Any:  # noqa: ANN401
    inner = node.unnest()
    text = any(isinstance(side, exp.Literal) and side.is_string for side in comparison.iter_expressions())
    if not text:
        return _value(inner, cells)
    return cells[inner.name, False] if isinstance(inner, exp.Column) else inner.name


def _compared(comparison: exp.Expr, left: Any, right: Any) -> bool:  # noqa: ANN401
    less, same = bool(left < right), bool(left == right)
    holds = {
        exp.EQ: same,
        exp.NEQ: not same,
        exp.LT: less,
        exp.LTE: less or same,
        exp.GT: not less and not same,
        exp.GTE: not less,
    }
    return holds[type(comparison)]  # type: ignore[index]


def _logistic(value: Decimal) -> Decimal:
    """1 / (1 + e^-value), to 50 digits; what is beyond any cut that can be told apart is 0 or 1."""
    if abs(value) > 200:
        return Decimal(1 if value > 0 else 0)
    return _CONTEXT.divide(Decimal(1), Decimal(1) + _CONTEXT.exp(-value))
