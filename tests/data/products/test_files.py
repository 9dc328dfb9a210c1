from __future__ import annotations

from collections.abc import Iterator

import pytest

from wusong.data.products.product import Parameter, Question, check
from wusong.data.products.room import Room
from wusong.errors import DataError

COLUMNS = ("代码", "名称", "人口")
TABLE = "代码,名称,人口\n01,甲,5\n02,乙,\n03,丙,7.50\n".encode()


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    made = Room(COLUMNS, TABLE)
    yield made
    made.close()


def file(sql: str, *parameters: str) -> Question:
    declared = tuple(Parameter(name=name) for name in parameters)
    return Question(output="file", sql=sql, parameters=declared, least_group=0)


def test_columns_leave_as_they_stand(room: Room) -> None:
    checked = check(file('select "代码", "人口" as "数" from data'), COLUMNS, room.forms)
    assert checked.columns == ("代码", "数")
    assert [row for block in room.rows(checked, {}) for row in block] == [
        ("01", "5"),
        ("02", None),
        ("03", "7.50"),
    ]
    assert room.answer(checked, {}) == {"columns": ["代码", "数"], "output": "file", "rows": 3}


def test_rows_are_chosen_by_conditions(room: Room) -> None:
    checked = check(
        file('select "名称" from data where "代码" = $c and "人口" > 1', "c"), COLUMNS, room.forms
    )
    assert [*room.rows(checked, {"c": "01"})] == [[("甲",)]]
    assert [*room.rows(checked, {"c": "02"})] == []


REFUSED = [
    "select * from data",
    'select "代码", count(*) from data',
    "select \"代码\" || 'x' from data",
    'select "代码", "代码" from data',
    'select "代码" from data group by "代码"',
    'select "代码" from data order by "人口"',
    'select "代码" from data limit 1',
    "select '代码' from data",
    "select \"代码\" from '/etc/passwd'",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_nothing_else_leaves(sql: str) -> None:
    with pytest.raises(DataError, match="question-"):
        check(file(sql), COLUMNS)


def test_rows_of_other_questions_never_leave(room: Room) -> None:
    checked = check(Question(output="answer", sql="select count(*) from data"), COLUMNS, room.forms)
    with pytest.raises(DataError, match="file-not-open"):
        next(room.rows(checked, {}))
