"""However a table is held, questions are answered as if every cell were the text that it is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.data.intake.profile import profile
from wusong.data.products import filling, forms
from wusong.data.products.filling import Source
from wusong.data.products.product import Parameter, Question, check
from wusong.data.products.room import Room
from wusong.errors import DataError

CASES = [
    ("integers", ["1", "23", "-4"], "integer"),
    ("integers with a gap", ["1", "", "NA"], "integer"),
    ("codes with zeros in front", ["01", "23", "45"], "text"),
    ("a sign", ["+1", "2", "3"], "text"),
    ("long integers", ["9223372036854775808", "1", "2"], "decimal"),
    ("decimals alike", ["1.50", "0.25", "-3.00"], "decimal"),
    ("decimals written in several ways", ["1.5", "0.25", "3"], "text"),
    ("dates", ["2024-02-29", "2023-01-01", "2020-12-31"], "date"),
    ("a date that is none", ["2023-02-29", "2023-01-01", "2020-12-31"], "text"),
    ("dates with slashes", ["2024/02/29", "2023/01/01", "2020/12/31"], "text"),
    ("few texts", ["甲", "乙", "甲", "乙", "甲", "甲"], "dictionary"),
    ("nothing", ["", "", "-"], "text"),
]


@pytest.mark.parametrize(("cells", "kind"), [row[1:] for row in CASES], ids=[str(row[0]) for row in CASES])
def test_a_column_is_held_as_what_it_is(cells: list[str], kind: str) -> None:
    made = Room(("a", "b"), _csv([(cell, "x") for cell in cells]))
    assert made.forms[0].kind == kind
    made.close()


LATE = [
    ("integers, then a code", ["1"] * 6, "007", "text", "integer"),
    ("integers, then a decimal", ["1"] * 6, "1.50", "text", "integer"),
    ("decimals, then one of more places", ["1.5"] * 6, "1.25", "text", "decimal"),
    ("dates, then none", ["2024-02-29"] * 6, "2023-02-29", "text", "date"),
    ("nothing, then integers", [""] * 6, "12", "integer", "integer"),
    ("integers, then nothing", ["12"] * 6, "-", "integer", "integer"),
]


@pytest.mark.parametrize("hinted", [False, True])
@pytest.mark.parametrize(
    ("begins", "late", "kind", "hint"), [row[1:] for row in LATE], ids=[row[0] for row in LATE]
)
def test_what_the_beginning_does_not_show_is_seen(
    monkeypatch: pytest.MonkeyPatch, begins: list[str], late: str, kind: str, hint: str, hinted: bool
) -> None:
    content = _csv([(cell, "x") for cell in [*begins, late]])
    source = Source(lambda: io.BytesIO(content), hints=(hint if hinted else None, None))
    known = Room(("a", "b"), source)
    monkeypatch.setattr(forms, "_GLANCED", 3)
    made = Room(("a", "b"), source)
    assert made.forms == known.forms
    assert (made.forms[0].kind in {"integer", "date"}) is (kind == "integer")
    rows = [row[0] for row in made._run('SELECT CAST("c0" AS VARCHAR) FROM data', {})]
    assert rows == [cell if cell not in {"", "-"} else None for cell in [*begins, late]]
    for room in (known, made):
        room.close()


def test_numbers_stand_beside_texts_where_the_profile_says_numbers() -> None:
    content = _csv([("1.5", "x"), ("0.25", "x"), ("3", "x")] * 4)
    found = profile(io.BytesIO(content)).to_json()
    made = Room(("a", "b"), Source.of_profile(lambda: io.BytesIO(content), found))
    assert made.forms[0].kind == "beside"
    assert _ask(made, 'select sum("a") from data') == 19
    assert _ask(made, "select count(*) from data where \"a\" like '%.%'") == 8
    assert _ask(made, "select count(*) from data where \"a\" = '3.0'") == "group-too-small"
    made.close()


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return ("\n".join(["a,b", *quoted]) + "\n").encode()


def _ask(room: Room, sql: str, given: dict[str, Any] | None = None, texts: bool = False) -> object:
    declared = tuple(
        Parameter(name=name, type="integer" if isinstance(value, int) else "text")
        for name, value in (given or {}).items()
    )
    asked = Question(
        output="aggregate" if "group by" in sql else "answer", sql=sql, parameters=declared, least_group=2
    )
    try:
        answer = room.answer(check(asked, room.columns, () if texts else room.forms), given or {})
    except DataError as error:
        return error.code
    return answer.get("value", answer.get("groups"))


CELLS = st.sampled_from(
    [
        "1",
        "2",
        "10",
        "-3",
        "007",
        "+1",
        "1.0",
        "1.50",
        "2.25",
        "2024-02-29",
        "2023-02-29",
        "甲",
        "e1",
        "",
        "NA",
        " ",
    ]
)
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("select count(*) from data where \"a\" = '1'", {}),
    ('select count(*) from data where "a" = $p', {"p": "1"}),
    ('select count(*) from data where "a" = $p', {"p": "01"}),
    ('select count(*) from data where $p = "a"', {"p": " 1"}),
    ('select count(*) from data where "a" = $p', {"p": 1}),
    ('select count(*) from data where "a" = $p', {"p": "2024-02-29"}),
    ('select count(*) from data where "a" = $p', {"p": "不是"}),
    ('select count(*) from data where "a" = 1', {}),
    ('select count(*) from data where "a" > 1', {}),
    ("select count(*) from data where \"a\" > '1'", {}),
    ("select count(*) from data where not \"a\" = '1'", {}),
    ("select count(*) from data where \"a\" in ('1', '1.50', '甲')", {}),
    ('select count(*) from data where "a" in (1, 2)', {}),
    ("select count(*) from data where \"a\" like '2%'", {}),
    ("select count(*) from data where \"a\" between '1' and '3'", {}),
    ('select count(*) from data where "a" between 1 and 3', {}),
    ('select count(*) from data where "a" is null', {}),
    ('select count(*) from data where "a" = "b"', {}),
    ('select count(*) from data where "a" < "b"', {}),
    ('select count("a") from data', {}),
    ('select count(distinct "a") from data', {}),
    ('select sum("a") from data', {}),
    ('select "a", count(*) from data group by "a"', {}),
    ('select "a", count(*) from data group by "a" order by "a" desc', {}),
    ('select "b", sum("a") from data where "a" > 1 group by "b"', {}),
]


@given(
    rows=st.one_of(
        st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=14),
        st.lists(
            st.tuples(st.integers(-3, 3).map(str), st.sampled_from(["1.50", "2.25", ""])),
            min_size=4,
            max_size=14,
        ),
        st.lists(st.tuples(st.dates().map(str), st.sampled_from(["甲", "乙"])), min_size=4, max_size=14),
    )
)
@settings(max_examples=15, deadline=None)
def test_nobody_can_tell_how_a_table_is_held(rows: list[tuple[str, ...]]) -> None:
    content = _csv(rows)
    typed = Room(("a", "b"), content)
    found = profile(io.BytesIO(content), header=True).to_json()
    profiled = Room(("a", "b"), Source.of_profile(lambda: io.BytesIO(content), found))
    plain = Room(("a", "b"), Source(lambda: io.BytesIO(content), hints=("text", "text")))
    plain.forms = (forms.TEXT, forms.TEXT)  # type: ignore[misc]
    for name in ("a", "b"):
        plain._engine.execute(f'ALTER TABLE data ALTER "c{"ab".index(name)}" TYPE VARCHAR')
    for sql, given_ in QUESTIONS:
        wanted = _ask(plain, sql, given_, texts=True)
        assert _ask(typed, sql, given_) == wanted, sql
        assert _ask(profiled, sql, given_) == wanted, sql
    for room in (typed, profiled, plain):
        room.close()


PATHS = [
    ("quotes and line ends within cells", 'a,b\r\n"x,\ny","他说 ""好"""\r\n1,2\r\n'),
    ("quotes in the middle", 'a,b\nx"y,2\n1,2\n'),
    ("tabs", "a\tb\n1\t2\n3\t4\n"),
    ("blanks around", "a,b\n 1 , 2\n\u3000,-\n"),
    ("old line ends", "a,b\r1,2\r3,4\r"),
    ("a header alone", "a,b\n1,2\n"),
]


@pytest.mark.parametrize("short", [0, 1 << 20], ids=["pipe", "in memory"])
@pytest.mark.parametrize("text", [row[1] for row in PATHS], ids=[row[0] for row in PATHS])
def test_both_ways_of_filling_give_the_same_table(
    monkeypatch: pytest.MonkeyPatch, text: str, short: int
) -> None:
    monkeypatch.setattr(filling, "_SHORT", short)
    content = text.encode()
    found = profile(io.BytesIO(content), header=True).to_json()
    quick = Source.of_profile(lambda: io.BytesIO(content), found)
    slow = Source(quick.open, quick.header, hints=quick.hints)
    made = [Room(("a", "b"), source) for source in (quick, slow)]
    first, second = (
        room._run('SELECT CAST("c0" AS VARCHAR), CAST("c1" AS VARCHAR) FROM data', {}) for room in made
    )
    assert first == second
    assert len(first) == found["rows"]
    for room in made:
        room.close()


@pytest.mark.parametrize("short", [0, 1 << 20], ids=["pipe", "in memory"])
def test_a_content_that_breaks_on_the_way_is_told(monkeypatch: pytest.MonkeyPatch, short: int) -> None:
    monkeypatch.setattr(filling, "_SHORT", short)

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("damaged")
            return super().read(size)

    source = Source(lambda: Broken(b"a,b\n1,2\n"), encoding="utf-8", rows=1, regular=True)
    with pytest.raises(OSError, match="damaged"):
        Room(("a", "b"), source)


def test_a_table_that_does_not_fit_is_told() -> None:
    content = _csv([(f"{n:040}", f"{n * 7:040}") for n in range(60_000)])
    with pytest.raises(DataError, match="table-too-large"):
        Room(("a", "b"), content, memory_mb=5)
