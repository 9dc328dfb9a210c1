"""Attacks by setting answers against each other, and what whoever asks in good faith still gets."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.products.test_cells import derives_few
from wusong.data.products.cells import Cell
from wusong.data.products.product import Output, Parameter, Question
from wusong.data.products.room import Room
from wusong.errors import DataError

COLUMNS = ("省", "类", "名", "数")


def table(rows: Sequence[tuple[object, ...]]) -> bytes:
    return ("\n".join([",".join(COLUMNS), *[",".join(map(str, row)) for row in rows]]) + "\n").encode()


ROWS = [
    *[("江苏", "甲" if n < 14 else "乙", f"苏{n}", 10 * n) for n in range(20)],
    *[("浙江", "甲" if n < 8 else "乙", f"浙{n}", n) for n in range(15)],
    *[("上海", "甲", f"沪{n}", n) for n in range(3)],
]


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room(COLUMNS, table(ROWS))
    yield made
    made.close()


def question(sql: str, output: Output = "answer", parameters: str = "", least: int = 5) -> Question:
    return Question(
        output=output,
        sql=sql,
        parameters=tuple(Parameter(name=name) for name in parameters.split()),
        least_group=least,
    )


class Asked:
    """Questions over a table, opened in order."""

    def __init__(self, room: Room, *questions: Question) -> None:
        self.room = room
        self.questions = list(questions)
        self.names = [str(number) for number in range(len(questions))]

    def ask(self, number: int, given: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """The answer, or the code that refuses."""
        checked = self.room.opened(self.names[: number + 1], lambda name: self.questions[int(name)])
        try:
            answer = self.room.answer(checked, given or {})
        except DataError as error:
            return error.code
        return answer.get("groups", answer.get("value"))


HELD = "group-too-small"
COUNT = "select count(*) from data"
ATTACKS: list[tuple[str, list[Question]]] = [
    (
        "a count, and the same without one row",
        [
            question(f"{COUNT} where \"省\" = '江苏'"),
            question(f"{COUNT} where (\"省\" = '江苏' or \"类\" = '丙') and \"名\" <> '苏0'"),
        ],
    ),
    (
        "sums that differ by one row",
        [
            question("select sum(\"数\") from data where \"省\" in ('江苏', '无')"),
            question("select sum(\"数\") from data where \"省\" in ('江苏', '无') and \"名\" not in ('苏0')"),
        ],
    ),
    (
        "a general tracker: target or tracker, target or not tracker, everything",
        [
            question(COUNT),
            question(f"{COUNT} where \"名\" = '苏0' or \"类\" = '甲'"),
            question(f"{COUNT} where \"名\" = '苏0' or not \"类\" = '甲'"),
        ],
    ),
    (
        "an individual tracker: the group, and the group but not the target",
        [
            question(f"{COUNT} where \"类\" = '甲'"),
            question(f"{COUNT} where \"类\" = '甲' and not (\"省\" = '上海' and \"名\" = '沪0')"),
        ],
    ),
    (
        "two halves that overlap in one row, and the whole",
        [
            question(f"{COUNT} where \"省\" = '江苏'"),
            question(f"{COUNT} where \"省\" = '江苏' and (\"类\" = '甲' or \"名\" = '苏19')"),
            question(f"{COUNT} where \"省\" = '江苏' and \"类\" = '乙'"),
        ],
    ),
]


@pytest.mark.parametrize("questions", [row[1] for row in ATTACKS], ids=[row[0] for row in ATTACKS])
@pytest.mark.parametrize("turned", [False, True], ids=["in order", "backwards"])
def test_the_answer_that_would_tell_is_withheld(room: Room, questions: list[Question], turned: bool) -> None:
    asked = Asked(room, *(reversed(questions) if turned else questions))
    answers = [asked.ask(number) for number in range(len(questions))]
    assert HELD in answers
    assert set(answers) != {HELD}


def test_by_group_and_in_total(room: Room) -> None:
    """Three rows of Shanghai are the total less the groups that are shown."""
    asked = Asked(
        room,
        question('select "省", count(*) from data group by "省"', "aggregate"),
        question('select sum("数") from data'),
    )
    groups = asked.ask(0)
    assert [name for name, _ in groups] == ["江苏"]  # the smaller group is withheld with the one too small
    assert asked.ask(1) == sum(int(str(row[3])) for row in ROWS)


def test_by_parameter_and_by_group(room: Room) -> None:
    asked = Asked(
        room,
        question(f'{COUNT} where "类" = $k', parameters="k"),
        question('select "省", count(*) from data where "类" = \'甲\' group by "省"', "aggregate"),
    )
    assert asked.ask(0, {"k": "甲"}) == 25
    shown = asked.ask(1)
    left = 25 - sum(number for _, number in shown)
    assert left == 0 or left >= 5


def test_the_order_of_calls_does_not_matter() -> None:
    by_kind = question(f'{COUNT} where "类" = $k', parameters="k")
    by_both = question(f'{COUNT} where "类" = $k and "省" = $p', parameters="k p")
    calls = [{"k": k, "p": p} for k, p in itertools.product("甲乙", ("江苏", "浙江", "上海"))]

    def answers(turned: bool) -> dict[str, Any]:
        made = Room(COLUMNS, table(ROWS))
        asked = Asked(made, by_kind, by_both)
        asked.ask(0, {"k": "无"})
        found = {}
        for one in reversed(calls) if turned else calls:
            found[str(one)] = asked.ask(1, one), asked.ask(0, {"k": one["k"]}), asked.ask(1, one)
        made.close()
        return found

    first = answers(turned=False)
    assert first == answers(turned=True)
    assert all(one == again for one, _, again in first.values())
    assert any(one != HELD for one, _, _ in first.values())


def test_a_preview_says_what_would_be_withheld_and_changes_nothing(room: Room) -> None:
    total, groups = question(COUNT), question('select "省", count(*) from data group by "省"', "aggregate")
    assert room.preview((), lambda _: total, groups) == (2, 1)
    assert room.preview(("0",), lambda _: total, groups) == (2, 1)
    assert room.preview((), lambda _: total, question("select count(*) > 9 from data", "yes-no")) is None
    asked = Asked(room, total, groups)
    assert [asked.ask(0), asked.ask(1)] == [38, [["江苏", 20]]]


def test_the_same_question_again_is_answered_again(room: Room) -> None:
    by_province = question('select "省", count(*) from data group by "省"', "aggregate")
    asked = Asked(room, by_province, by_province, by_province)
    first = asked.ask(0)
    assert first
    assert [asked.ask(number) for number in (0, 1, 2, 0)] == [first] * 4


def test_usual_tables_beside_each_other_are_answered(room: Room) -> None:
    """Totals by province and totals by kind meet in few rows, and still show nobody."""
    asked = Asked(
        room,
        question('select "类", count(*), sum("数") from data group by "类"', "aggregate"),
        question(COUNT),
        question('select avg("数") from data'),
        question(f'{COUNT} where "省" = $p', parameters="p"),
    )
    assert len(asked.ask(0)) == 2
    assert asked.ask(1) == 38
    assert asked.ask(2) != HELD
    assert asked.ask(3, {"p": "江苏"}) == 20


def test_columns_with_gaps_are_sets_of_their_own() -> None:
    rows = [("省", "类", f"名{n}", n if n < 18 else "") for n in range(20)]
    made = Room(COLUMNS, table(rows))
    asked = Asked(made, question(COUNT), question('select count("数") from data'))
    assert asked.ask(0) == 20
    assert asked.ask(1) == HELD
    made.close()


def test_too_many_pieces_are_withheld(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wusong.data.products.differencing.MOST_CELLS", 1)
    asked = Asked(room, question('select "省", count(*) from data group by "省"', "aggregate"))
    assert asked.ask(0) == []


CONDITIONS = ["\"省\" = 'a'", "\"类\" = 'x'", "\"名\" <> 'n0'", '"数" > 3', "not \"省\" = 'b'"]
GROUPS = ["省", "类"]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question of one of the shapes that products have."""
    where = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    by = draw(st.sampled_from([None, *GROUPS]))
    parameter = draw(st.sampled_from([None, *GROUPS]))
    item = draw(st.sampled_from(["count(*)", 'sum("数")', 'count("类")']))
    conditions = [*where, *([f'"{parameter}" = $p'] if parameter else [])]
    tail = f" where {' and '.join(conditions)}" if conditions else ""
    names = "p" if parameter else ""
    if by is None:
        return question(f"select {item} from data{tail}", "answer", names, least=3)  # noqa: S608
    return question(f'select "{by}", {item} from data{tail} group by "{by}"', "aggregate", names, least=3)  # noqa: S608


rows_ = st.lists(
    st.tuples(st.sampled_from("aab"), st.sampled_from(["x", "x", "y", ""]), st.just("n"), st.integers(0, 6)),
    min_size=6,
    max_size=11,
)


@given(made=rows_, asked=st.lists(questions(), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_all_answers_together_derive_nothing_of_few_rows(
    made: list[tuple[str, str, str, int]], asked: list[Question]
) -> None:
    """Everything is asked that can be asked; a slow reckoning tells which rows each answer was over, and
    tries whether any combination rests on fewer than the least group.
    """
    rows = [(a, b, f"{c}{n}", d) for n, (a, b, c, d) in enumerate(made)]
    room = Room(COLUMNS, table(rows))
    attack = Asked(room, *asked)
    sets: list[frozenset[int]] = []
    for number, one in enumerate(asked):
        for value in ("a", "b", "x", "y") if one.parameters else (None,):
            answer = attack.ask(number, {"p": value} if value else {})
            sets += _answered_over(rows, one, value, answer)
    room.close()
    assert all(len(one) >= 3 for one in sets)
    cells: dict[tuple[int, ...], int] = {}
    for place in range(len(rows)):
        classes = tuple(number for number, one in enumerate(sets, 1) if place in one)
        cells[classes] = cells.get(classes, 0) + 1
    assert not derives_few([Cell(classes, number) for classes, number in cells.items()], 3)


def _answered_over(
    rows: list[tuple[str, str, str, int]], asked: Question, value: str | None, answer: object
) -> list[frozenset[int]]:
    """The sets of rows that an answer was over, by plain Python from the words of the question."""
    if answer == HELD:
        return []
    named = {place: dict(zip(COLUMNS, row, strict=True)) for place, row in enumerate(rows)}
    holds: dict[str, Callable[[dict[str, Any]], bool]] = {
        CONDITIONS[0]: lambda row: row["省"] == "a",
        CONDITIONS[1]: lambda row: row["类"] == "x",
        CONDITIONS[2]: lambda row: row["名"] != "n0",
        CONDITIONS[3]: lambda row: row["数"] > 3,
        CONDITIONS[4]: lambda row: row["省"] != "b",
    }
    picked = {
        place: row
        for place, row in named.items()
        if all(rule(row) for text, rule in holds.items() if text in asked.sql)
    }
    for column in GROUPS:
        if f'"{column}" = $p' in asked.sql:
            picked = {place: row for place, row in picked.items() if row[column] == value}
    if 'count("类")' in asked.sql:
        picked = {place: row for place, row in picked.items() if row["类"]}
    if asked.output == "answer":
        return [frozenset(picked)]
    by = next(column for column in GROUPS if f'group by "{column}"' in asked.sql)
    assert isinstance(answer, list)
    return [frozenset(place for place, row in picked.items() if row[by] == label) for label, _ in answer]
