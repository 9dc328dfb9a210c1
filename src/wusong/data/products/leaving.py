"""Whether a question may be asked of columns that look personal, by the table's profile.

* Values of such a column leave in no question: neither as what a statistic is grouped or ordered by, nor as a
  column of a file. Unless a person decided that the column is harmless: masked, removed and restricted mean
  that it is not handed on as it stands, and undecided that nobody looked.
* It may be counted, filtered by and be the key that a caller must know.
* A range of a yes-no is of a column that holds numbers, and nothing personal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlglot import exp

from wusong.data.products.analysis import uses
from wusong.data.products.product import parsed
from wusong.data.products.question import Question
from wusong.data.products.yes_no import RANGES
from wusong.errors import DataError

__all__ = ["demand"]

_NUMBERS: Final = frozenset({"integer", "decimal"})


def demand(question: Question, profile: Mapping[str, Any]) -> None:
    """Raise DataError ``question-personal`` or ``question-forbidden`` if the columns as they were profiled
    and decided do not allow the question.
    """
    select = parsed(question)
    columns = {column["name"]: column for column in profile["columns"]}
    leaving = [name for name, how, _ in uses(select, question) if how == "values"]
    ranges = _ranges(select) if question.output == "yes-no" else []
    for name in _sorted([*leaving, *ranges]):
        if _is_personal(columns[name]):
            raise DataError("question-personal", column=name)
    for name in _sorted(ranges):
        if columns[name]["type"] not in _NUMBERS:
            raise DataError("question-forbidden", part=f"a range of {name}, which holds no numbers")


def _ranges(select: exp.Select) -> list[str]:
    where = select.args.get("where")
    compared = where.find_all(*RANGES) if where else ()
    return [column.name for one in compared for column in one.find_all(exp.Column)]


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _is_personal(column: Mapping[str, Any]) -> bool:
    decided = column.get("decision") or {}
    return bool(column.get("personal")) and decided.get("verdict") != "harmless"
