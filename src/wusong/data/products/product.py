"""Questions over a table: answers leave, rows do not (原始数据不出域).

* A question is one SELECT over the one table ``data``, written by the operator, with declared parameters:

      select "级别", count(*) from data where "省级名称" = $province group by "级别"

* What is not known to be harmless is refused: every part of the parsed question must be on the list below.
  Other tables, nested or several statements, files, functions, settings, stars and plain columns outside
  GROUP BY never are.
* ``answer`` is one value, ``aggregate`` one line for each group, ``yes-no`` one comparison of a count over
  rows that are picked by whole values and few thresholds (``yes_no``),
  ``score`` the band that a formula falls into for one row (``score``), ``file`` columns as they stand, of a
  resource that is open to all.
* In every output a parameter stands only as ``column = $parameter``, joined to the other conditions by AND:
  under NOT, OR, IN, by pattern or comparison, call after call would spell out a row.
* An aggregate is over one bare column: with arithmetic inside, the moments of a group are its rows. min and
  max are single rows, hence never; what aggregates give may be divided or added afterwards.
* An answer or a group is withheld when one of three counts is below ``least_group``: the rows it rests on,
  for each column those that have a value; the rest of the table, unless it is nothing; the rows that
  conditions other than plain equality leave out of what the equalities pick, unless they are none.
* Differencing, two or more questions whose groups differ by few rows, is what ``budget`` sees to.
* All columns are text; sums, averages and comparisons with numbers read a text as a number, or leave it out
  (``forms`` says how they are held).
* The question that is run is written anew from what was checked; parameters are bound, never pasted. It runs
  in a locked DuckDB in memory: no files, no network, no extensions, no settings, capped in time, memory and
  length.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import msgspec
import sqlglot
from sqlglot import exp

from wusong.data.products.differencing import Withheld
from wusong.data.products.forms import TEXT, Form
from wusong.data.products.question import Output, Parameter, Question, bind
from wusong.data.products.score import Score
from wusong.data.products.score import check as check_score
from wusong.data.products.statement import AGGREGATES, COMPARISONS, TABLE, Family, Writer, is_equality
from wusong.data.products.yes_no import check as check_yes_no
from wusong.data.products.yes_no import sorted_by
from wusong.errors import DataError

__all__ = ["Checked", "Output", "Parameter", "Question", "bind", "check", "parsed"]

logging.getLogger("sqlglot").disabled = True  # its warnings hold the text of the question
MAX_SQL: Final = 4_000
MAX_NODES: Final = 400

_NONE: Final = "—"
"""What stands in a refusal where a list is empty."""
_PARTS: Final[dict[type[exp.Expr], frozenset[str]]] = {
    exp.Select: frozenset({"expressions", "from_", "where", "group", "order"}),
    exp.From: frozenset({"this"}),
    exp.Table: frozenset({"this"}),
    exp.Where: frozenset({"this"}),
    exp.Group: frozenset({"expressions"}),
    exp.Order: frozenset({"expressions"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Alias: frozenset({"this", "alias"}),
    exp.Identifier: frozenset({"this", "quoted"}),
    exp.Column: frozenset({"this"}),
    exp.Placeholder: frozenset({"this"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
    exp.Star: frozenset(),
    exp.Count: frozenset({"this", "big_int"}),
    exp.Sum: frozenset({"this"}),
    exp.Avg: frozenset({"this"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Not: frozenset({"this"}),
    exp.Neg: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    **dict.fromkeys(
        (
            exp.And,
            exp.Or,
            exp.EQ,
            exp.NEQ,
            exp.GT,
            exp.GTE,
            exp.LT,
            exp.LTE,
            exp.Is,
            exp.Like,
            exp.Add,
            exp.Sub,
            exp.Mul,
        ),
        frozenset({"this", "expression"}),
    ),
    exp.Div: frozenset({"this", "expression", "typed", "safe"}),
}


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A question that may be run: the statement as written anew, the titles of what it gives, the sets of
    rows that it can be answered over, and which of them are withheld for what other questions answer.
    ``sorts`` are the columns that a score or yes-no sorts by more than one plain equality.
    """

    question: Question
    sql: str
    columns: tuple[str, ...]
    family: Family | None = None
    score: Score | None = None
    held: Withheld = Withheld()
    sorts: tuple[str, ...] = ()


def check(
    question: Question, columns: tuple[str, ...], forms: Sequence[Form] = (), *, opened: bool = False
) -> Checked:
    """Check a question over a table with these columns, and write the statement that may be run, for columns
    that are held in these forms. ``opened``: it was answered before, perhaps by rules that were laxer, and is
    only looked at for what it told.

    Raises DataError ``question-unreadable``, ``question-forbidden``, ``question-shape``,
    ``question-parameters``.
    """
    select = _parse(question.sql)
    numeric = frozenset(parameter.name for parameter in question.parameters if parameter.type == "integer")
    writer = Writer(columns, forms or [TEXT] * len(columns), numeric)
    if question.output == "score":
        _declared(select, question)
        score = check_score(select, question, columns)
        sql = writer.one(select, score.texts, score.numbers)
        sorts = tuple(sorted({*score.texts, *score.numbers}))
        return Checked(question=question, sql=sql, columns=(), score=score, sorts=sorts)
    _permit(select, frozenset(columns))
    _declared(select, question)
    items = select.expressions
    groups = list(select.args["group"].expressions) if select.args.get("group") else []
    titles = tuple(_title(item, number) for number, item in enumerate(items, 1))
    if question.output == "file":
        _bare_rows(select, groups)
        return Checked(question=question, sql=writer.rows(select), columns=titles)
    _shape(question, items, groups)
    tells = question.output == "yes-no"
    if tells and not opened:
        check_yes_no(select)
    return Checked(
        question=question,
        sql=writer.aggregate(select, question.least_group, withhold=question.output == "answer"),
        columns=titles,
        family=None if tells else writer.family(select),
        sorts=sorted_by(select) if tells else (),
    )


def parsed(question: Question) -> exp.Select:
    """The tree of a question; what it holds is for ``check`` to judge. Raises DataError
    ``question-unreadable``, ``question-forbidden``.
    """
    return _parse(question.sql)


def _title(item: exp.Expr, number: int) -> str:
    return item.alias or (item.name if isinstance(item, exp.Column) else f"value_{number}")


# --- what may stand in a question ---


def _parse(sql: str) -> exp.Select:
    if len(sql) > MAX_SQL:
        raise DataError("question-unreadable", limit=MAX_SQL)
    try:
        statements = sqlglot.parse(sql, dialect="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        raise DataError("question-unreadable", limit=MAX_SQL) from None
    select = statements[0] if len(statements) == 1 else None
    if type(select) is not exp.Select or not select.args.get("from_"):
        raise DataError("question-forbidden", part=f"anything but one SELECT from {TABLE}")
    return select


def _permit(select: exp.Select, columns: frozenset[str]) -> None:
    """Every part of the question is on the list, stands where it may, and nothing else hangs on it."""
    for number, node in enumerate(select.walk()):
        allowed = _PARTS.get(type(node))
        if allowed is None or number > MAX_NODES:
            raise DataError("question-forbidden", part=type(node).__name__)
        for name, value in node.args.items():
            if name not in allowed and value not in (None, False, []):
                raise DataError("question-forbidden", part=f"{type(node).__name__}.{name}")
        _placed(node, columns)


def _placed(node: exp.Expr, columns: frozenset[str]) -> None:
    """A part stands where it may. Raises DataError ``question-forbidden``."""
    fine, parent = True, node.parent
    match node:
        case exp.Table():
            fine = node.name == TABLE and isinstance(parent, exp.From)
        case exp.Column():
            fine = node.name in columns
        case exp.Star():
            fine = isinstance(parent, exp.Count)
        case exp.Placeholder():
            fine = bool(node.name) and _asks_equality(node)
        case exp.Distinct():
            fine = isinstance(parent, exp.Count) and len(node.expressions) == 1
        case exp.Count() | exp.Sum() | exp.Avg():
            fine = node.find_ancestor(*AGGREGATES, exp.Where, exp.Group) is None and _is_bare(node.this)
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
            fine = node.find_ancestor(*AGGREGATES, exp.Where, exp.Group) is None
    if not fine:
        raise DataError("question-forbidden", part=f"{type(node).__name__} {node.name}".strip())


def _asks_equality(parameter: exp.Placeholder) -> bool:
    """Whether it stands as ``column = $parameter`` at the top of WHERE, where only AND joins conditions."""
    equality = parameter.parent
    if not is_equality(equality):
        return False
    above = equality.parent if equality else None
    while isinstance(above, exp.And | exp.Paren):
        above = above.parent
    return isinstance(above, exp.Where)


def _is_bare(inner: exp.Expr | None) -> bool:
    """``*``, one column, or the different values of one column."""
    if isinstance(inner, exp.Distinct):
        inner = inner.expressions[0]
    return isinstance(inner, exp.Star | exp.Column)


def _declared(select: exp.Select, question: Question) -> None:
    used = {node.name for node in select.find_all(exp.Placeholder)}
    names = [parameter.name for parameter in question.parameters]
    odd = [name for name in names if not (name.isascii() and name.isidentifier())]
    if used != set(names) or len(names) != len(used) or odd:
        raise DataError(
            "question-parameters",
            used=", ".join(sorted(used)) or _NONE,
            declared=", ".join(names) or _NONE,
        )


def _shape(question: Question, items: list[exp.Expr], groups: list[exp.Expr]) -> None:
    """The items are what the output says; each stands on groups or aggregates, never on a plain column."""
    for item in items:
        inner = item.unalias()
        if inner not in groups:
            _aggregated(inner)
    for group in groups:
        if not isinstance(group, exp.Column):
            raise DataError("question-shape", output=question.output)
    fits = {
        "answer": len(items) == 1 and not groups,
        "aggregate": bool(groups) and any(item.unalias() not in groups for item in items),
        "yes-no": len(items) == 1 and not groups and _is_count_check(items[0].unalias()),
    }
    if not fits[question.output] or (question.output != "yes-no" and question.least_group < 2):
        raise DataError("question-shape", output=question.output)


def _bare_rows(select: exp.Select, groups: list[exp.Expr]) -> None:
    """The items of a file are columns as they stand, each once."""
    names = [item.unalias().name for item in select.expressions if isinstance(item.unalias(), exp.Column)]
    if groups or select.args.get("order") or len(set(names)) != len(select.expressions):
        raise DataError("question-shape", output="file")


def _aggregated(item: exp.Expr) -> None:
    """An item rests on at least one aggregate, and no column stands outside one."""
    if item.find(*AGGREGATES) is None:
        raise DataError("question-forbidden", part="a column outside GROUP BY")
    for column in item.find_all(exp.Column):
        if column.find_ancestor(*AGGREGATES) is None:
            raise DataError("question-forbidden", part=f"column {column.name} outside GROUP BY")


def _is_count_check(item: exp.Expr) -> bool:
    """``count(...) > 0``: of sums or averages even one bit, asked often, would spell out a value."""
    if not isinstance(item, COMPARISONS):
        return False
    return isinstance(item.this, exp.Count) and isinstance(item.expression, exp.Literal)
