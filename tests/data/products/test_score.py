from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.data.products.asking import limit_scores
from wusong.data.products.product import Parameter, Question, check
from wusong.data.products.question import Link
from wusong.data.products.room import Room
from wusong.errors import DataError

COLUMNS = ("代码", "类型", "年限", "逾期", "省")
TABLE = """代码,类型,年限,逾期,省
A1,制造业,10,0,江苏
A2,批发业,3,2,江苏
A3,制造业,0.5,7,浙江
A4,批发业,,1,浙江
A5,批发业,不详,1,浙江
""".encode()


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    made = Room(COLUMNS, TABLE)
    yield made
    made.close()


def score(formula: str, *bands: str, key: str = "代码", link: Link = "linear") -> Question:
    return Question(
        output="score",
        sql=f'select {formula} from data where "{key}" = $k',  # noqa: S608
        parameters=(Parameter(name="k"),),
        least_group=0,
        bands=bands,
        link=link,
    )


LINEAR = '2 * "年限" - 1.5 * "逾期"'
TREES = (
    'case when "类型" = \'制造业\' and "年限" >= 5 then 3 when "年限" between 1 and 4 then 1 else 0 end'
    ' + case when not ("逾期" > 1 or "逾期" = 1) then 2.5 else -1 end'
)
SCORED: list[tuple[str, Question, str, dict[str, Any]]] = [
    (
        "above the last cut",
        score(LINEAR, "0", "10"),
        "A1",
        {"band": 2, "bands": 3, "found": True, "from": "10"},
    ),
    (
        "between two cuts",
        score(LINEAR, "0", "10"),
        "A2",
        {"band": 1, "bands": 3, "found": True, "from": "0", "below": "10"},
    ),
    (
        "below the first cut",
        score(LINEAR, "0", "10"),
        "A3",
        {"band": 0, "bands": 3, "found": True, "below": "0"},
    ),
    ("on a cut", score(LINEAR, "20"), "A1", {"band": 1, "bands": 2, "found": True, "from": "20"}),
    ("a missing value", score(LINEAR, "0"), "A4", {"found": False}),
    ("no number", score(LINEAR, "0"), "A5", {"found": False}),
    ("nobody there", score(LINEAR, "0"), "A9", {"found": False}),
    ("trees, first branch", score(TREES, "5.5"), "A1", {"band": 1, "bands": 2, "found": True, "from": "5.5"}),
    (
        "trees, second branch",
        score(TREES, "0", "1"),
        "A2",
        {"band": 1, "bands": 3, "found": True, "from": "0", "below": "1"},
    ),
    (
        "logistic",
        score('"年限" - 3', "0.5", link="logistic"),
        "A2",
        {"band": 1, "bands": 2, "found": True, "from": "0.5"},
    ),
    (
        "a formula in parentheses",
        score('-(("年限" + 1) * 2)', "-22"),
        "A1",
        {"band": 1, "bands": 2, "found": True, "from": "-22"},
    ),
]


@pytest.mark.parametrize(
    ("asked", "key", "told"), [row[1:] for row in SCORED], ids=[row[0] for row in SCORED]
)
def test_scores(room: Room, asked: Question, key: str, told: dict[str, Any]) -> None:
    checked = check(asked, COLUMNS, room.forms)
    assert room.answer(checked, {"k": key}) == {"output": "score", **told}


REFUSED = [
    ("a text leaves", score('"类型"', "1"), None),
    ("the key leaves", score('"代码" * 1', "1"), "score-wrong"),
    ("an aggregate", score("count(*)", "1"), "question-forbidden"),
    ("the parameter reckoned with", score('"年限" * $k', "1"), "score-wrong"),
    ("a constant", score("1 + 1", "1"), "score-wrong"),
    ("two formulas", score('"年限", "逾期"', "1"), "score-wrong"),
    ("no cuts", score(LINEAR), "score-wrong"),
    ("cuts that do not rise", score(LINEAR, "1", "1"), "score-wrong"),
    ("cuts that are no numbers", score(LINEAR, "NaN"), "score-wrong"),
    ("so many cuts that the value shows", score(LINEAR, *map(str, range(10))), "score-wrong"),
    ("a function", score('ln("年限")', "1"), "question-forbidden"),
    ("a division", score('1 / "年限"', "1"), "question-forbidden"),
    ("columns compared", score('case when "年限" > "逾期" then 1 end', "1"), "score-wrong"),
    ("a text in a branch", score("case when \"年限\" > 1 then 'x' end", "1"), "score-wrong"),
    ("a column elsewhere", score('"密码"', "1"), "question-forbidden"),
    ("a subquery", score('(select sum("年限") from data)', "1"), "question-forbidden"),
]


@pytest.mark.parametrize(("asked", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_score(asked: Question, code: str | None) -> None:
    if code is None:  # read as a number; its texts are none, so it never has a band
        assert check(asked, COLUMNS).score is not None
        return
    with pytest.raises(DataError, match=code):
        check(asked, COLUMNS)


KEYS = [
    "",
    'where "代码" > $k',
    'where "代码" = $k and "省" = \'江苏\'',
    'where "代码" = $k or true',
    "where \"代码\" = 'A1'",
    'where "代码" = $k group by "省"',
    'where "代码" = $k limit 1',
]


@pytest.mark.parametrize("where", KEYS)
def test_the_row_is_picked_by_its_key_alone(where: str) -> None:
    asked = Question(
        output="score",
        sql=f'select "年限" from data {where}',  # noqa: S608
        parameters=(Parameter(name="k"),),
        least_group=0,
        bands=("1",),
    )
    with pytest.raises(DataError, match=r"score-wrong|question-"):
        check(asked, COLUMNS)


def test_a_key_that_rows_share_is_none(room: Room) -> None:
    with pytest.raises(DataError, match="score-wrong"):
        room.checked("shared", lambda: score(LINEAR, "0", key="省"))
    assert room.checked("own", lambda: score(LINEAR, "0")).score is not None


def test_a_column_has_part_in_few_scores() -> None:
    def made(number: int) -> Question:
        return score(f'{number} * "年限"', "1")

    known = [check(made(number), COLUMNS) for number in range(1, 5)]
    limit_scores(known[3], known[:3])
    with pytest.raises(DataError, match="budget-spent"):
        limit_scores(check(made(5), COLUMNS), known)
    limit_scores(check(score('"逾期"', "1"), COLUMNS), known)


@given(
    weights=st.lists(st.integers(-50, 50), min_size=2, max_size=2),
    cells=st.tuples(st.integers(-20, 20), st.integers(-20, 20)),
    cuts=st.lists(st.integers(1, 99), min_size=1, max_size=9, unique=True).map(sorted),
)
@settings(max_examples=30, deadline=None)
def test_a_logistic_band_is_that_of_the_formula(
    weights: list[int], cells: tuple[int, int], cuts: list[int]
) -> None:
    room = Room(("k", "a", "b"), f"k,a,b\nx,{cells[0]},{cells[1]}\ny,1,1\n".encode())
    asked = score(
        f'{weights[0]} * "a" + ({weights[1]}) * "b"',
        *[f"0.{cut:02}" for cut in cuts],
        key="k",
        link="logistic",
    )
    found = room.answer(check(asked, room.columns, room.forms), {"k": "x"})
    room.close()
    value = weights[0] * cells[0] + weights[1] * cells[1]
    wanted = 1 / (1 + math.exp(-max(-700, min(700, value))))
    close = any(abs(wanted - cut / 100) < 1e-9 for cut in cuts)
    assert close or found["band"] == sum(wanted >= cut / 100 for cut in cuts)
