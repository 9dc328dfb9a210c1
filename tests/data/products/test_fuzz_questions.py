"""Questions that try to bring out rows, other tables, files, the network or settings: none may.

* Pieces of SQL that do harm are put together at random, with comments, case and odd characters between them,
  and judged; what passes is run and must show no mark that stands in single rows only.
* Past the judgement, the same pieces go to the locked engine itself: it must not read files, reach the
  network, or be unlocked.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wusong.data.products.product import Output, Parameter, Question, check
from wusong.data.products.room import Room
from wusong.errors import DataError

COLUMNS = ("省", "名", "数")
MARK = "单行标记"
ROWS = [("江苏" if n % 2 else "浙江", f"{MARK}{n}", 7_000_003 + 1_009 * n) for n in range(40)]
TABLE = ("省,名,数\n" + "".join(f"{a},{b},{c}\n" for a, b, c in ROWS)).encode()
SECRET = "wusong-secret-file"


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    made = Room(COLUMNS, TABLE)
    yield made
    made.close()


ITEMS = """\
"名"
"数"
*
data
data.*
columns(*)
count(*)
sum("数")
avg("数")
min("数")
max("名")
first("名")
any_value("名")
list("名")
string_agg("名")
histogram("名")
arg_max("名", "数")
mode("名")
quantile("数", 0.5)
sum("数" * "数")
count(*) filter (where "名" = 'x')
row_number() over ()
count(*) over (partition by "名")
(select "名" from data limit 1)
getenv('HOME')
current_setting('memory_limit')
version()
read_text('{file}')
(select content from read_text('{file}'))
error("名")
to_json(data)
struct_pack(a := "名")
[x for x in ["名"]]
nextval('s')
hash("名")
md5("名")
case when true then "名" end
cast("名" as varchar)
"名"::varchar
try("数")
"名" || ''
unnest(list("名"))
ｃount(*)
cоunt(*)
""".splitlines()
SOURCES = """\
data
data d
main.data
memory.main.data
data, data b
data join data using ("省")
(select * from data)
(values (1), (2)) data(a)
'{file}'
"{file}"
read_csv('{file}')
read_csv_auto('{file}')
read_text('{file}')
read_blob('{file}')
read_json('{file}')
read_parquet('{file}')
glob('/*')
glob('{folder}/*')
read_csv('{address}/x.csv')
'{address}/x.csv'
read_parquet('https://127.0.0.1:9/x.parquet')
information_schema.tables
duckdb_settings()
duckdb_secrets()
sqlite_master
pragma_table_info('data')
range(10)
generate_series(1, 9)
query('select * from data')
query_table('data')
data using sample 1
data tablesample 5%
data pivot (count(*) for "省" in ('江苏'))
data at (version => 1)
ｄata
dаta
raw
joint
"data"
data /* x */
""".splitlines()
SOURCES.append("data -- comment\n")
TAILS = [
    "",
    *"""\
where true
where "名" = $p
where "名" <> $p
where "名" like $p
where "名" = '单行标记1'
where "名" in (select "名" from data)
where exists (select 1 from data)
group by "名"
group by "省"
group by all
group by cube ("省", "名")
group by "省" having count(*) = 1
limit 1
order by 1
union select "名" from data
union all by name select * from data
qualify row_number() over () = 1
where getenv('HOME') = 'x'
except select 1
where "数" = 7000003 or $p = $p
window w as ()
where ("名", "数") in (('x', 1))
asof join data b on true
""".splitlines(),
]
WHOLE = """\
copy data to '{folder}/out.csv'
copy (select * from data) to '{folder}/out.parquet'
attach '{folder}/x.db' as x
attach '{file}' as x (type sqlite)
export database '{folder}/out'
import database '{folder}'
install httpfs
load httpfs
install sqlite from community
force install httpfs
set enable_external_access = true
reset enable_external_access
set lock_configuration = false
set global memory_limit = '99GB'
pragma memory_limit = '99GB'
set temp_directory = '{folder}'
set home_directory = '{folder}'
set secret_directory = '{folder}'
create secret (type s3, key_id 'a', secret 'b')
create macro leak() as table select * from data
create function f(x) as x
create table t as from read_csv('{file}')
create view v as select * from '{file}'
insert into data select * from read_csv('{file}')
pivot data on "省"
unpivot data on "数"
from data
table data
summarize data
describe data
show all tables
explain select * from data
prepare q as select * from data
execute q
call pragma_version()
checkpoint
vacuum
begin
use x
detach memory
copy t from '{file}'
with recursive r as (select * from data) select count(*) from r
select count(*) from data; from data
""".splitlines()
BETWEEN = st.sampled_from(
    [" ", "\n", "\t", "/**/", "/* $p */", "--\n", "\u00a0", "\u3000", "\ufeff", "\u200b", "\0", ";", "\\"]
)


@st.composite
def statements(draw: st.DrawFn) -> str:
    """A statement out of such pieces."""
    if draw(st.integers(0, 5)) == 0:
        text = draw(st.sampled_from(WHOLE))
    else:
        items = draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=3))
        source, tail = draw(st.sampled_from(SOURCES)), draw(st.sampled_from(TAILS))
        text = f"select {', '.join(items)} from {source} {tail}"  # noqa: S608
    if draw(st.booleans()):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(BETWEEN) + text[place:]
    return text.upper() if draw(st.integers(0, 9)) == 0 else text


def _filled(text: str, file: Path, address: str) -> str:
    for name, value in (("file", file), ("folder", file.parent), ("address", address)):
        text = text.replace(f"{{{name}}}", str(value)).replace(f"{{{name.upper()}}}", str(value))
    return text


def _leaks(answer: object) -> bool:
    """Whether something of a single row stands in an answer."""
    told = str(answer)
    return MARK in told or SECRET in told or any(str(number) in told for _, _, number in ROWS)


def _judged(room: Room, text: str, output: Output) -> object:
    parameters = (Parameter(name="p"),) if "$p" in text else ()
    bands = ("7020000",) if output == "score" else ()
    asked = Question(output=output, sql=text, parameters=parameters, bands=bands)
    try:
        return room.answer(check(asked, COLUMNS, room.forms), {"p": f"{MARK}1"} if parameters else {})
    except DataError as error:
        return f"{error.code} {error.data}" if error.code in {"group-too-small", "question-failed"} else ""


OUTPUTS: tuple[Output, ...] = ("answer", "aggregate", "yes-no", "score")


@given(text=statements(), output=st.sampled_from(OUTPUTS))
@settings(max_examples=400, deadline=None)
@example(text='select sum("数") from data where "名" = $p', output="answer")
@example(text='select "名", count(*) from data group by "名"', output="aggregate")
def test_no_question_brings_rows_out(room: Room, text: str, output: Output) -> None:
    assert not _leaks(_judged(room, _filled(text, Path("/etc/passwd"), "http://127.0.0.1:9"), output))


@given(value=st.one_of(
    st.text(max_size=40),
    st.sampled_from([
        "' or 1=1 --", "$p", "'; drop table data; --", "\\", "%", "_", "江苏' union select '", "null", "NaN",
        "1e400",
        "\u202e", "\ud800", "e0", "9" * 60, "x" * 300,
    ]),
    st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text(max_size=3), max_size=2),
))  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_a_parameter_is_a_value_and_nothing_else(room: Room, value: Any) -> None:  # noqa: ANN401
    asked = Question(
        output="answer", sql='select count(*) from data where "省" = $p', parameters=(Parameter(name="p"),)
    )
    try:
        found = room.answer(check(asked, COLUMNS, room.forms), {"p": value})
    except DataError as error:
        found = {"code": error.code}
    fits = isinstance(value, str) and value in {"江苏", "浙江"}
    refusals = ({"code": "parameter-wrong"}, {"code": "group-too-small"})
    assert found == {"output": "answer", "value": 20} if fits else found in refusals


@given(number=st.one_of(st.integers(), st.sampled_from([2**53, -(2**53), 2**64, 7_000_003])))
@settings(max_examples=40, deadline=None)
def test_a_number_is_a_number_and_nothing_else(room: Room, number: int) -> None:
    asked = Question(
        output="yes-no",
        sql='select count(*) > 0 from data where "数" = $p',
        parameters=(Parameter(name="p", type="integer"),),
        least_group=0,
    )
    try:
        found = room.answer(check(asked, COLUMNS, room.forms), {"p": number})
    except DataError as error:
        found = {"code": error.code}
    wrong = {"code": "parameter-wrong"}
    right = {"output": "yes-no", "value": number in {row[2] for row in ROWS}}
    assert found == (right if abs(number) < 2**53 else wrong)


class _Listening(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_error(404)

    do_HEAD = do_GET  # noqa: N815 - the name that the library calls

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of which nobody may ask anything."""
    _Listening.asked = 0
    with http.server.HTTPServer(("127.0.0.1", 0), _Listening) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
    assert _Listening.asked == 0


REACHING = [
    text
    for text in [*WHOLE, *[f"select * from {source}" for source in SOURCES]]  # noqa: S608
    if "{" in text or "http" in text
]
UNLOCKING = [
    text
    for text in WHOLE
    if text.startswith(("set", "reset", "pragma", "install", "load", "force", "create secret"))
]


@pytest.mark.parametrize("text", REACHING)
def test_the_engine_itself_reaches_nothing(tmp_path: Path, address: str, text: str) -> None:
    made = Room(COLUMNS, TABLE)
    file = tmp_path / "secret.csv"
    file.write_text(f"a\n{SECRET}\n")
    with pytest.raises(DataError, match="question-failed") as caught:
        made._run(_filled(text, file, address), {})
    assert caught.value.data == {}
    assert [one.name for one in tmp_path.iterdir()] == ["secret.csv"]
    made.close()


@pytest.mark.parametrize("text", UNLOCKING)
def test_the_engine_itself_is_not_unlocked(tmp_path: Path, text: str) -> None:
    made = Room(COLUMNS, TABLE)
    file = tmp_path / "secret.csv"
    file.write_text(f"a\n{SECRET}\n")
    with pytest.raises(DataError, match="question-failed"):
        made._run(_filled(text, file, "http://127.0.0.1:9"), {})
    with pytest.raises(DataError, match="question-failed"):
        made._run(f"select * from read_csv('{file}')", {})  # noqa: S608
    made.close()


@given(text=statements())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_reaches_the_engine_reads_no_file(
    tmp_path_factory: pytest.TempPathFactory, address: str, text: str
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    file = folder / "secret.csv"
    file.write_text(f"a\n{SECRET}\n")
    made = Room(COLUMNS, TABLE)
    try:
        found: object = made._run(_filled(text, file, address), {"p": "x"} if "$p" in text else {})
    except DataError as error:
        found = error.data
    assert SECRET not in str(found)
    assert [one.name for one in folder.iterdir()] == ["secret.csv"]
    made.close()
