"""Answers to any two or three questions together derive nothing of few rows: held against SQLite, which tells
the rows of each answer, and a search through all small sets of rows in exact arithmetic.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data.products.test_cells import derives_few
from data.products.test_differencing import COLUMNS, HELD, Asked, question, table
from wusong.data.products.cells import Cell
from wusong.data.products.product import Question
from wusong.data.products.room import Room

LEAST = 3
ATOMS = [
    "\"省\" = 'a'", "\"省\" <> 'a'", "\"省\" in ('a', 'b')", "\"省\" not in ('b', 'c')", '"类" is null',
    '"类" is not null', "\"类\" = 'x'", "\"类\" like 'x%'", "\"名\" <> 'n0'", "\"名\" = 'n1'",
    "\"名\" in ('n0', 'n1', 'n2')", "\"名\" between 'n1' and 'n4'", '"数" > 3', '"数" <= 1',
    '"数" between 1 and 4', '"数" = 2',
]  # fmt: skip
ITEMS = ["count(*)", 'sum("数")', 'avg("数")', 'count("类")', 'count(distinct "名")', 'sum("数") / count(*)']
VALUES = {"省": ("a", "b", "c"), "类": ("x", "xx", "y")}

atoms = st.sampled_from(ATOMS)
conditions = st.one_of(
    atoms,
    st.builds("not ({})".format, atoms),
    st.builds("({} or {})".format, atoms, atoms),
    st.builds("not ({} and {})".format, atoms, atoms),
    st.builds("({} or not {})".format, atoms, atoms),
)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Question, str, str, str]:
    """A question, its conditions, its parameter's column and its group's."""
    where = " and ".join(draw(st.lists(conditions, max_size=2)))
    item, by = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(["", "", "省", "类"]))
    given = draw(st.sampled_from(["", "", "省", "类"]))
    both = " and ".join(filter(None, (where, f'"{given}" = $p' if given else "")))
    tail = f" where {both}" if both else ""
    if by:
        sql = f'select "{by}", {item} from data{tail} group by "{by}"'  # noqa: S608
        return question(sql, "aggregate", "p" if given else "", LEAST), where, given, by
    return (
        question(f"select {item} from data{tail}", "answer", "p" if given else "", LEAST),  # noqa: S608
        where,
        given,
        by,
    )


rows_ = st.lists(
    st.tuples(st.sampled_from("aaabbc"), st.sampled_from(["x", "x", "xx", "y", ""]), st.integers(0, 6)),
    min_size=6,
    max_size=10,
)


def sets_of(
    db: sqlite3.Connection,
    one: tuple[Question, str, str, str],
    value: str,
    answer: Any,  # noqa: ANN401
) -> list[frozenset[int]]:
    """The sets of rows that an answer was over, as SQLite finds them."""
    asked_, where, given, by = one
    if answer == HELD:
        return []
    both = " and ".join(
        filter(None, (f"({where})" if where else "", f"\"{given}\" = '{value}'" if given else ""))
    )
    picked = f"select rowid from data{' where ' + both if both else ''}"  # noqa: S608
    rested = [""] + ([column for column in ("类",) if f'count("{column}")' in asked_.sql])
    found = []
    for label in [row[0] for row in answer] if by else [None]:
        for rest in rested:
            rules = [f'"{by}" {"is null" if not label else "= " + repr(label)}'] if by else []
            rules += [f'"{rest}" is not null'] if rest else []
            sql = picked + "".join(
                f" {'and' if both or n else 'where'} {rule}" for n, rule in enumerate(rules)
            )
            found.append(frozenset(row[0] for row in db.execute(sql)))
    return found


@given(made=rows_, three=st.lists(asked(), min_size=2, max_size=3))
@settings(max_examples=120, deadline=None)
def test_no_combination_of_what_is_answered_rests_on_few_rows(
    made: list[tuple[str, str, int]], three: list[tuple[Question, str, str, str]]
) -> None:
    rows = [(a, b, f"n{n}", c) for n, (a, b, c) in enumerate(made)]
    room = Room(COLUMNS, table(rows))
    attack = Asked(room, *[one for one, *_ in three])
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute('create table data ("省" text, "类" text, "名" text, "数" integer)')
        db.executemany("insert into data values (?, nullif(?, ''), ?, ?)", rows)
        sets: list[frozenset[int]] = []
        for number, one in enumerate(three):
            for value in VALUES[one[2]] if one[2] else ("",):
                answer = attack.ask(number, {"p": value} if one[2] else {})
                sets += sets_of(db, one, value, answer)
    room.close()
    assert all(len(one) >= LEAST for one in sets)
    cells: dict[tuple[int, ...], int] = {}
    for place in range(1, len(rows) + 1):
        classes = tuple(number for number, one in enumerate(sets, 1) if place in one)
        cells[classes] = cells.get(classes, 0) + 1
    assert not derives_few([Cell(classes, number) for classes, number in cells.items()], LEAST)
