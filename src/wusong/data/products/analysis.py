"""What a question lets out, told to who writes it and to who uses it, from the question as it was checked.

* Of every column that has part: whether it leaves, and through which expression; or whether it only decides
  which rows count. With the grade that was decided for the column, or else the resource's, and what it looked
  like when it was profiled.
* Parameters, least group, what is withheld and when.
* How many of the sets of rows that can be asked about are withheld for good, when the table is at hand: only
  the operator is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from sqlglot import exp

from wusong.data.products.product import Question, check, parsed
from wusong.data.products.statement import AGGREGATES

__all__ = ["Analysis", "Use", "analyse", "uses"]

How: TypeAlias = Literal["values", "aggregate", "count", "band", "filter", "parameter", "key"]
LEAVING: Final = frozenset({"values", "aggregate", "count", "band"})
HOW: Final[dict[str, dict[str, str]]] = {
    "values": {"en": "its values leave", "zh": "列值对外提供"},
    "aggregate": {"en": "a sum or an average leaves", "zh": "对外提供合计或者平均"},
    "count": {"en": "a count leaves", "zh": "对外提供计数"},
    "band": {"en": "a band of the score leaves", "zh": "对外提供评分分档"},
    "filter": {"en": "decides which rows count", "zh": "仅用于筛选"},
    "parameter": {"en": "is compared with a parameter", "zh": "与调用参数比对"},
    "key": {"en": "the key that a caller must know", "zh": "调用方须已知的键"},
}
RULES: Final[dict[str, dict[str, str]]] = {
    "few-rows": {
        "en": "An answer or group that rests on fewer rows than the smallest group is withheld.",
        "zh": "答案或者分组所依据的记录少于最小分组数量的，不予提供。",
    },
    "few-left": {
        "en": "It is withheld too where it leaves out fewer rows than that, but not none.",
        "zh": "未计入的记录少于最小分组数量（且不为零）的，同样不予提供。",
    },
    "differences": {
        "en": (
            "What could be set against answers to other questions of the same table until few rows show is "
            "withheld, whoever asks; which answers these are is settled before the first call."
        ),
        "zh": (
            "与同一数据表其他查询的结果比对后可能推断出少数记录的，不予提供；"
            "具体范围在首次调用前确定，与由谁调用无关。"
        ),
    },
    "one-bit": {
        "en": "Only yes or no leaves.",
        "zh": "对外仅提供“是”或者“否”。",
    },
    "bands": {
        "en": "Only the band leaves; a row that is not there and one without values look alike.",
        "zh": "对外仅提供所在分档；记录不存在与记录无有效数值，结果相同。",
    },
    "open": {
        "en": "Rows leave as they are, because the resource is open to all; each copy names its receiver.",
        "zh": "该资源为无条件开放，记录按原样提供；每份文件均载明接收方。",
    },
}
_RULES: Final = {
    "answer": ("few-rows", "few-left", "differences"),
    "aggregate": ("few-rows", "few-left", "differences"),
    "yes-no": ("one-bit",),
    "score": ("bands",),
    "file": ("open",),
}


@dataclass(frozen=True, slots=True)
class Use:
    """A column's part in a question. ``through`` is the expression that it stands in."""

    column: str
    how: How
    through: str
    grade: str
    personal: str = ""

    @property
    def leaves(self) -> bool:
        """Whether something of its values leaves."""
        return self.how in LEAVING


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a question lets out. ``sets`` counts the sets of rows that can be asked about, ``held`` those of
    them that are withheld for good; None where nobody looked.
    """

    question: Question
    uses: tuple[Use, ...]
    rules: tuple[dict[str, str], ...]
    sets: int | None = None
    held: int | None = None

    def told(self) -> Analysis:
        """As those are told who use the product: neither the question's own text nor its conditions."""
        asked = self.question
        question = Question(
            output=asked.output, sql="", parameters=asked.parameters, least_group=asked.least_group
        )
        uses = tuple(use if use.leaves else replace(use, through="") for use in self.uses)
        return replace(self, question=question, uses=uses)

    def rows(self) -> list[dict[str, Any]]:
        """The columns as a page or an interface shows them: what leaves comes first."""
        ordered = sorted(self.uses, key=lambda use: (not use.leaves, use.column, use.through))
        return [
            {
                "column": use.column,
                "grade": use.grade,
                "how": HOW[use.how],
                "leaves": use.leaves,
                "personal": use.personal,
                "through": use.through,
            }
            for use in ordered
        ]

    def to_json(self) -> dict[str, Any]:
        """All of it, for interfaces."""
        told: dict[str, Any] = {
            "columns": self.rows(),
            "least_group": self.question.least_group,
            "output": self.question.output,
            "parameters": [one.name for one in self.question.parameters],
            "rules": list(self.rules),
        }
        return told | ({} if self.sets is None else {"held": self.held, "sets": self.sets})


def analyse(question: Question, profile: Mapping[str, Any], grade: str) -> Analysis:
    """What a question lets out of a table with this profile, in a resource of this grade.

    Raises DataError as ``check`` does.
    """
    columns = {column["name"]: column for column in profile["columns"]}
    check(question, tuple(columns))
    select = parsed(question)
    found = {
        (use.column, use.how, use.through): use
        for column, how, through in uses(select, question)
        for use in [_graded(columns[column], how, through, grade)]
    }
    return Analysis(question, tuple(found.values()), tuple(RULES[rule] for rule in _RULES[question.output]))


def _graded(column: Mapping[str, Any], how: How, through: str, grade: str) -> Use:
    decided = column.get("decision") or {}
    personal = column.get("personal") or {}
    return Use(column["name"], how, through, decided.get("grade") or grade, personal.get("kind", ""))


def uses(select: exp.Select, question: Question) -> Iterator[tuple[str, How, str]]:
    """Of every place where a column stands: its name, its part, and the expression around it."""
    where = select.args.get("where")
    for item in [*select.expressions, *_ordered(select)]:
        for column in item.find_all(exp.Column):
            yield column.name, _how(column, question), item.unalias().sql(dialect="duckdb")
    for column in where.find_all(exp.Column) if where else ():
        condition: exp.Expr = column
        while condition.parent is not None and not isinstance(
            condition.parent, exp.And | exp.Where | exp.Paren
        ):
            condition = condition.parent
        asked = condition.find(exp.Placeholder) is not None
        how: How = ("key" if question.output == "score" else "parameter") if asked else "filter"
        yield column.name, how, condition.sql(dialect="duckdb")


def _ordered(select: exp.Select) -> list[exp.Expr]:
    """The order tells something of what it orders by."""
    order = select.args.get("order")
    return [one.this for one in order.expressions] if order else []


def _how(column: exp.Column, question: Question) -> How:
    if question.output == "score":
        return "band"
    aggregate = column.find_ancestor(*AGGREGATES)
    if aggregate is None:
        return "values"
    return "count" if isinstance(aggregate, exp.Count) else "aggregate"
