from __future__ import annotations

from typing import Any

import pytest

from wusong.data.products.analysis import analyse
from wusong.data.products.product import Output, Parameter, Question
from wusong.errors import DataError

PROFILE: dict[str, Any] = {
    "columns": [
        {"name": "省"},
        {"name": "类"},
        {"name": "额", "decision": {"grade": "important"}},
        {"name": "证号", "personal": {"kind": "id-number"}},
    ]
}


def question(sql: str, output: Output = "answer", *parameters: str, bands: tuple[str, ...] = ()) -> Question:
    declared = tuple(Parameter(name=name) for name in parameters)
    return Question(output=output, sql=sql, parameters=declared, bands=bands)


CASES: list[tuple[str, Question, set[tuple[str, str, str]]]] = [
    ("a count of rows", question("select count(*) from data"), set()),
    (
        "sums by group",
        question(
            'select "省", sum("额") / count(*) from data where "类" = $k group by "省"', "aggregate", "k"
        ),
        {
            ("省", "values", '"省"'),
            ("额", "aggregate", 'SUM("额") / COUNT(*)'),
            ("类", "parameter", '"类" = $k'),
        },
    ),
    (
        "a fixed condition, and one with or",
        question('select count("额") from data where "省" = \'江苏\' and ("类" = \'甲\' or "额" > 5)'),
        {
            ("额", "count", 'COUNT("额")'),
            ("省", "filter", "\"省\" = '江苏'"),
            ("类", "filter", '"类" = \'甲\' OR "额" > 5'),
            ("额", "filter", '"类" = \'甲\' OR "额" > 5'),
        },
    ),
    (
        "an order that tells",
        question('select "省", count(*) from data group by "省" order by sum("额")', "aggregate"),
        {("省", "values", '"省"'), ("额", "aggregate", 'SUM("额")')},
    ),
    (
        "a check",
        question('select count(*) > 0 from data where "证号" = $n', "yes-no", "n"),
        {("证号", "parameter", '"证号" = $n')},
    ),
    (
        "a score",
        question('select 2 * "额" from data where "证号" = $n', "score", "n", bands=("1",)),
        {("额", "band", '2 * "额"'), ("证号", "key", '"证号" = $n')},
    ),
    ("a file", question('select "省" as "p" from data', "file"), {("省", "values", '"省"')}),
]


@pytest.mark.parametrize(("asked", "uses"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_has_part_and_what_leaves(asked: Question, uses: set[tuple[str, str, str]]) -> None:
    found = analyse(asked, PROFILE, "general")
    assert {(use.column, use.how, use.through) for use in found.uses} == uses
    assert found.rules
    assert all(rule["zh"] and rule["en"] for rule in found.rules)


def test_a_column_has_the_grade_that_was_decided_or_the_resources() -> None:
    found = analyse(
        question('select sum("额") from data where "证号" = $n', "answer", "n"), PROFILE, "general"
    )
    rows = {row["column"]: row for row in found.rows()}
    assert rows["额"]["grade"] == "important"
    assert rows["证号"]["grade"] == "general"
    assert rows["证号"]["personal"] == "id-number"
    assert [row["leaves"] for row in found.rows()] == [True, False]
    assert found.to_json()["parameters"] == ["n"]


def test_what_may_not_be_asked_is_not_analysed() -> None:
    with pytest.raises(DataError, match="question-forbidden"):
        analyse(question('select max("额") from data'), PROFILE, "general")
