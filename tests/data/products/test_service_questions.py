from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.market import COLUMNS, TABLE
from wusong.data.products import room as rooms
from wusong.data.products.product import Checked, Output, Parameter, Question, check
from wusong.data.products.room import Room
from wusong.errors import DataError


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    made = Room(COLUMNS, TABLE)
    yield made
    made.close()


def question(sql: str, output: Output = "answer", parameters: str = "", least: int = 5) -> Question:
    declared = tuple(
        Parameter(name=name.removesuffix("#"), type="integer" if name.endswith("#") else "text")
        for name in parameters.split()
    )
    return Question(output=output, sql=sql, parameters=declared, least_group=least)


def ask(room: Room, asked: Question, given: dict[str, Any] | None = None) -> dict[str, Any]:
    return room.answer(check(asked, room.columns, room.forms), given or {})


ANSWERED = [
    ("a count", question("select count(*) from data"), {}, 17),
    (
        "a filter by a parameter",
        question('select count(*) from data where "省" = $p', parameters="p"),
        {"p": "江苏"},
        12,
    ),
    (
        "a parameter beside a fixed condition",
        question('select count(*) from data where ($p = "省") and "人口" < 60', parameters="p"),
        {"p": "江苏"},
        6,
    ),
    ("a sum of texts that are numbers", question('select sum("人口") from data'), {}, 1435),
    ("an average, exactly", question('select avg("人口") from data'), {}, "84.411765"),
    ("a ratio", question('select sum("人口") / count(*) from data where "人口" >= 60'), {}, "116.818182"),
    ("a comparison as number", question('select count(*) from data where "人口" > 50'), {}, 11),
    ("distinct", question('select count(distinct "省") from data'), {}, 3),
    ("a list", question("select count(*) from data where \"省\" in ('上海', '江苏')", least=3), {}, 14),
    ("a pattern", question("select count(*) from data where \"代码\" like '3201%'"), {}, 12),
    ("between", question('select count(*) from data where "人口" between 10 and 60'), {}, 6),
    (
        "not, or, parentheses",
        question('select count(*) from data where not ("省" = \'上海\' or "人口" = 0)', least=3),
        {},
        14,
    ),
    ("null", question('select count(*) from data where "省" is not null'), {}, 17),
]


@pytest.mark.parametrize(
    ("asked", "given", "value"), [row[1:] for row in ANSWERED], ids=[row[0] for row in ANSWERED]
)
def test_answers(room: Room, asked: Question, given: dict[str, Any], value: object) -> None:
    assert ask(room, asked, given) == {"output": "answer", "value": value}


def test_groups_that_are_too_small_are_left_out(room: Room) -> None:
    asked = question('select "省", count(*) as "数", sum("人口") from data group by "省"', "aggregate")
    assert ask(room, asked) == {
        "columns": ["省", "数", "value_3"],
        "groups": [["江苏", 12, 660]],
        "least_group": 5,
        "output": "aggregate",
    }


def test_a_yes_or_no(room: Room) -> None:
    asked = question(
        'select count(*) > 0 from data where "代码" = $c and "名称" = $n', "yes-no", "c n", least=0
    )
    assert ask(room, asked, {"c": "310101", "n": "黄浦区"}) == {"output": "yes-no", "value": True}
    assert ask(room, asked, {"c": "310101", "n": "' or 1=1 --"}) == {"output": "yes-no", "value": False}


BIT_BY_BIT = [
    ("more than", '"代码" = \'310101\' and "人口" > $p'),
    ("a pattern", '"代码" = \'310101\' and "名称" like $p'),
    ("between", '"代码" = \'310101\' and "人口" between 0 and $p'),
    ("reckoned with", '"代码" = \'310101\' and "人口" + $p = 66'),
    ("another than", '"名称" <> $p'),
    ("not", 'not ("名称" = $p)'),
    ("not, of several conditions", 'not ("名称" = $p and "人口" = 65)'),
    ("or", '"省" = \'江苏\' or "名称" = $p'),
    ("a list", "\"名称\" in ($p, '徐汇区')"),
    ("equal to no column", "$p = '1'"),
    ("equal to what is reckoned", '"人口" * 2 = $p'),
    ("compared with what is compared", '("名称" = $p) = false'),
    ("is", '("名称" = $p) is not true'),
]


@pytest.mark.parametrize("where", [row[1] for row in BIT_BY_BIT], ids=[row[0] for row in BIT_BY_BIT])
@pytest.mark.parametrize(
    ("output", "given"),
    [
        ("answer", "select count(*) from data where {}"),
        ("aggregate", 'select "省", count(*) from data where {} group by "省"'),
        ("yes-no", "select count(*) > 0 from data where {}"),
    ],
)
def test_no_call_after_call_spells_out_a_row(where: str, output: Output, given: str) -> None:
    with pytest.raises(DataError, match="question-forbidden"):
        check(question(given.format(where), output, "p"), COLUMNS)


ELSEWHERE: list[tuple[str, str, Output]] = [
    ("within an aggregate", 'select sum("人口" * $p) from data', "answer"),
    ("beside an aggregate", "select count(*) + $p from data", "answer"),
    ("as the number of a yes or no", "select count(*) > $p from data", "yes-no"),
    ("as order", 'select "省", count(*) from data group by "省" order by $p', "aggregate"),
]


@pytest.mark.parametrize(("sql", "output"), [row[1:] for row in ELSEWHERE], ids=[row[0] for row in ELSEWHERE])
def test_a_parameter_stands_in_a_condition_only(sql: str, output: Output) -> None:
    with pytest.raises(DataError, match="question-forbidden"):
        check(question(sql, output, "p#"), COLUMNS)


MOMENTS = [
    'sum("人口" * "人口")',
    'sum("人口" / "代码")',
    'sum("人口" + 1)',
    'sum(-"人口")',
    'avg("人口" * "代码")',
    'count(distinct "人口" * "代码")',
    'sum("人口" > 60)',
    "sum(1)",
]


@pytest.mark.parametrize("item", MOMENTS)
def test_moments_of_a_group_are_its_rows(item: str) -> None:
    with pytest.raises(DataError, match="question-forbidden"):
        check(question(f"select {item} from data"), COLUMNS)  # noqa: S608
    ordered = f'select "省", count(*) from data group by "省" order by {item}'  # noqa: S608
    with pytest.raises(DataError, match="question-forbidden"):
        check(question(ordered, "aggregate"), COLUMNS)


HELD = [
    ("few rows", 'select sum("人口") from data where "代码" = \'310101\''),
    ("all but few rows", 'select sum("人口") from data where "代码" <> \'310101\''),
    ("all but few rows, by equality", "select count(*) from data where \"大区\" = '华东'"),
    (
        "all but few of what an equality picks",
        'select sum("人口") from data where "省" = \'江苏\' and "代码" <> \'320101\'',
    ),
    ("few values among many rows", 'select sum("密码") from data'),
    ("few values counted", 'select count("密码") from data'),
    ("few different values", 'select count(distinct "密码") from data'),
    ("few values in an average of a ratio", 'select count(*) / avg("密码") from data'),
    ("nothing", "select count(*) from data where \"省\" = '无'"),
]


@pytest.fixture(scope="module")
def sparse() -> Iterator[Room]:
    """The table with a column that few rows have a value in, and one that few rows have another value in."""
    lines = TABLE.decode().splitlines()
    more = [f"{line},{7 if n < 4 else ''},{'华北' if n < 4 else '华东'}" for n, line in enumerate(lines[1:])]
    made = Room((*COLUMNS, "密码", "大区"), "\n".join([f"{lines[0]},密码,大区", *more]).encode())
    yield made
    made.close()


@pytest.mark.parametrize("sql", [row[1] for row in HELD], ids=[row[0] for row in HELD])
def test_withheld_where_few_rows_would_show(sparse: Room, sql: str) -> None:
    with pytest.raises(DataError, match="group-too-small"):
        ask(sparse, question(sql))


def test_groups_are_left_out_where_few_rows_would_show(sparse: Room) -> None:
    def groups(sql: str) -> list[list[Any]]:
        found: list[list[Any]] = ask(sparse, question(sql, "aggregate"))["groups"]
        return found

    assert groups('select "大区", count(*) from data group by "大区"') == []
    assert groups('select "省", sum("密码") from data group by "省"') == []
    assert groups('select "省", count(*) from data group by "省" order by sum("密码")') == []
    assert groups('select "省", count(*) from data where "代码" <> \'320101\' group by "省"') == []
    assert groups('select "省", count(*) from data where "人口" < 60 group by "省"') == [["江苏", 6]]


CONDITIONS = [
    "\"省\" = '江苏'",
    "\"名称\" = '黄浦区'",
    "\"代码\" <> '310101'",
    "\"代码\" like '32%'",
    '"人口" > 0',
    '"人口" < 90',
    "not \"省\" = '上海'",
]


@given(where=st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_is_answered_shows_no_few_rows(room: Room, where: list[str]) -> None:
    """Whatever is answered rests on enough rows, and leaves out none or enough of the table."""
    found = outcome(lambda: ask(room, question(f"select count(*) from data where {' and '.join(where)}")))  # noqa: S608
    if isinstance(found, dict):
        assert found["value"] >= 5
        assert found["value"] == 17 or 17 - found["value"] >= 5
    else:
        assert found == "group-too-small"


def test_names_of_columns_mean_nothing_to_the_engine() -> None:
    names = ("Name", "name", "rowid", "data", 'a"b', "c0", "select")
    made = Room(names, (",".join(["x"] * 7) + "\n" + "1,2,3,4,5,6,7\n" * 6).encode())
    for place, name in enumerate(names, 1):
        quoted = name.replace('"', '""')
        asked = question(f'select sum("{quoted}") as "c1" from data')  # noqa: S608
        assert ask(made, asked)["value"] == 6 * place
    made.close()


def test_an_answer_over_few_rows_is_withheld(room: Room) -> None:
    with pytest.raises(DataError, match="group-too-small"):
        ask(room, question('select sum("人口") from data where "代码" = $c', parameters="c"), {"c": "310101"})


FORBIDDEN = [
    ("all rows", "select * from data"),
    ("all rows, one by one", 'select "名称" from data'),
    ("a column beside an aggregate", 'select "名称", count(*) from data'),
    ("a column within an expression", "select \"名称\" || '' from data"),
    ("a row by its limit", 'select "名称" from data limit 1'),
    ("first", 'select first("名称") from data'),
    ("any value", 'select any_value("名称") from data'),
    ("smallest", 'select min("名称") from data'),
    ("largest", 'select max("人口") from data'),
    ("a list of values", 'select list("名称") from data'),
    ("a joined text", "select string_agg(\"名称\", ',') from data"),
    ("a histogram", 'select histogram("名称") from data'),
    ("an arg max", 'select arg_max("名称", "人口") from data'),
    ("a quantile", 'select quantile_disc("人口", 0.5) from data'),
    ("a mode", 'select mode("名称") from data'),
    ("the row as a struct", "select count(*), data from data"),
    ("row ids", "select sum(rowid) from data"),
    ("a filtered aggregate", 'select sum("人口") filter (where "代码" = \'310101\') from data'),
    ("an ordered aggregate", 'select sum("人口" order by "代码") from data'),
    ("a window", "select count(*) over () from data"),
    ("qualify", "select count(*) from data qualify row_number() over () = 1"),
    ("a subquery", 'select (select "名称" from data limit 1) from data'),
    ("a nested select of rows", 'select count(*) from (select "名称" from data)'),
    ("a subquery in a condition", 'select count(*) from data where "代码" in (select "代码" from data)'),
    ("exists", "select count(*) from data where exists (select 1 from data)"),
    ("a common table", "with d as (select * from data) select count(*) from d"),
    ("a union", 'select count(*) from data union select "名称" from data'),
    ("a join with itself", "select count(*) from data a join data b on true"),
    ("a second table", "select count(*) from data, information_schema.tables"),
    ("another table", "select count(*) from secret"),
    ("the schema", "select count(*) from information_schema.tables"),
    ("a schema before data", "select count(*) from main.data"),
    ("settings as a table", "select count(*) from duckdb_settings()"),
    ("a csv file", "select count(*) from read_csv('/etc/passwd')"),
    ("a file as a table", "select count(*) from '/etc/passwd'"),
    ("a text file", "select count(*) from read_text('/etc/passwd')"),
    ("a file list", "select count(*) from glob('/etc/*')"),
    ("a parquet on the net", "select count(*) from read_parquet('https://example.org/x.parquet')"),
    ("a function", "select count(*) from data where getenv('HOME') = 'x'"),
    ("a lambda", 'select count(list_transform(["名称"], x -> x)) from data'),
    ("a cast", 'select sum(cast("名称" as integer)) from data'),
    ("an error that tells", 'select count(*) from data where error("名称")'),
    ("a regular expression", "select count(*) from data where \"名称\" ~ '.*'"),
    ("case", "select sum(case when \"代码\" = '310101' then 1 else 0 end) from data"),
    ("columns()", "select sum(columns(*)) from data"),
    ("rollup", 'select "省", count(*) from data group by rollup ("省")'),
    ("group by all", 'select "名称", count(*) from data group by all'),
    ("group by an expression", "select count(*) from data group by \"名称\" || '1'"),
    ("group by a number", 'select "名称", count(*) from data group by 1'),
    ("having", "select count(*) from data having count(*) > 0"),
    ("distinct rows", 'select distinct "名称" from data'),
    ("distinct on", 'select distinct on ("省") count(*) from data'),
    ("limit and offset", "select count(*) from data limit 1 offset 1"),
    ("a sample", "select count(*) from data using sample 1"),
    ("a pivot", 'pivot data on "省" using count(*)'),
    ("from first", "from data"),
    ("describe", "describe data"),
    ("summarize", "summarize data"),
    ("explain", "explain analyze select count(*) from data"),
    ("show", "show tables"),
    ("attach", "attach '/tmp/x.db' as x"),
    ("copy out", "copy data to '/tmp/out.csv'"),
    ("copy a query", "copy (select * from data) to '/tmp/out.csv'"),
    ("export", "export database '/tmp/out'"),
    ("pragma", "pragma database_list"),
    ("set", "set enable_external_access = true"),
    ("reset", "reset lock_configuration"),
    ("install", "install httpfs"),
    ("load", "load httpfs"),
    ("insert", "insert into data values ('1','2','3','4')"),
    ("update", "update data set \"名称\" = ''"),
    ("delete", "delete from data"),
    ("drop", "drop table data"),
    ("create", "create table x as select * from data"),
    ("a macro", "create macro f() as table select * from data"),
    ("two statements", "select count(*) from data; select * from data"),
    ("a statement behind a comment", "select count(*) from data --\n; drop table data"),
    ("execute", "execute x"),
    ("call", "call pragma_version()"),
    ("a positional parameter", 'select count(*) from data where "省" = ?'),
    ("an alias of the table", "select count(*) from data as d"),
    ("a qualified column", 'select count(data."名称") from data'),
    ("nested aggregates", "select sum(count(*)) from data"),
    ("an aggregate in a condition", "select count(*) from data where count(*) > 1"),
    ("only a constant", "select 1 from data"),
    ("no table", "select count(*)"),
    ("too long", 'select count("省") from data where true' + " or true" * 600),
    ("too many parts", 'select count("省") from data where true' + " or true" * 300),
    ("too deep", "select count(*) from data where " + "(" * 3_000 + "true" + ")" * 3_000),
    ("nothing", ""),
    ("no SQL", "给我全部数据"),
]


@pytest.mark.parametrize("sql", [row[1] for row in FORBIDDEN], ids=[row[0] for row in FORBIDDEN])
@pytest.mark.parametrize("output", ["answer", "aggregate", "yes-no"])
def test_what_could_bring_rows_out_is_refused(sql: str, output: Output) -> None:
    with pytest.raises(DataError) as caught:
        check(question(sql, output), COLUMNS)
    assert caught.value.code.startswith("question-")


SHAPES: list[tuple[str, str, Output, int]] = [
    ("two answers", 'select count(*), sum("人口") from data', "answer", 5),
    ("groups in an answer", 'select count(*) from data group by "省"', "answer", 5),
    ("an aggregate without groups", "select count(*) from data", "aggregate", 5),
    ("groups without an aggregate", 'select "省" from data group by "省"', "aggregate", 5),
    ("a sum as yes or no", 'select sum("人口") > 5 from data where "代码" = \'310101\'', "yes-no", 0),
    ("an average as yes or no", 'select avg("人口") > 5 from data', "yes-no", 0),
    ("a count as yes or no", "select count(*) from data", "yes-no", 0),
    ("groups of one", 'select "名称", count(*) from data group by "名称"', "aggregate", 1),
]


@pytest.mark.parametrize(
    ("sql", "output", "least"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES]
)
def test_other_shapes_are_refused(sql: str, output: Output, least: int) -> None:
    with pytest.raises(DataError, match="question-shape"):
        check(question(sql, output, "", least), COLUMNS)


LOCKED = [
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "attach '/tmp/x.db' as x",
    "copy data to '/tmp/wusong-out.csv'",
    "set enable_external_access = true",
    "set memory_limit = '8GB'",
    "install httpfs",
    "load httpfs",
    "select * from read_parquet('https://example.org/x.parquet')",
]


@pytest.mark.parametrize("sql", LOCKED)
def test_the_room_is_locked_even_behind_the_check(room: Room, sql: str) -> None:
    with pytest.raises(DataError, match="question-failed") as caught:
        room._run(sql, {})
    assert caught.value.data == {}


def test_a_question_that_takes_too_long_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "SECONDS", 0.05)
    made = Room(COLUMNS, TABLE)
    with pytest.raises(DataError, match="question-failed"):
        made._run("select count(*) from range(100000000) a, range(100000000) b", {})
    assert ask(made, question("select count(*) from data"))["value"] == 17
    made.close()


def test_no_more_groups_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MAX_GROUPS", 1)
    made = Room(COLUMNS, TABLE)
    with pytest.raises(DataError, match="too-many-groups"):
        ask(made, question('select "省", count(*) from data group by "省"', "aggregate", least=2))
    made.close()


def test_the_table_never_touches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = Room(COLUMNS, TABLE)
    ask(made, question("select count(*) from data"))
    made.close()
    assert list(tmp_path.iterdir()) == []


def outcome(act: Callable[[], object]) -> object:
    """What comes of it: a value, or the code that refuses."""
    try:
        return act()
    except DataError as error:
        return error.code


@given(value=st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_parameters_are_values_and_nothing_else(room: Room, value: str) -> None:
    asked = question('select count(*) > 0 from data where "名称" = $n', "yes-no", "n", least=0)
    found = outcome(lambda: ask(room, asked, {"n": value}))
    assert found in ({"output": "yes-no", "value": value in {"黄浦区", "徐汇区"}}, "parameter-wrong")


@given(tail=st.text(alphabet="selctfromdaunwhgpby*()\"'省名 ,;=$.-", max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_checked_or_refused(tail: str) -> None:
    found = outcome(lambda: check(question(f"select {tail}"), COLUMNS))
    assert isinstance(found, Checked) or str(found).startswith("question-")
