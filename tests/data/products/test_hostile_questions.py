"""A list of hostile questions (``hostile.sql``), each tried as every kind of product: refused, or harmless.

* What is refused is refused before it reaches the engine. What passes (``HARMLESS``, told one by one) gives
  nothing that rests on fewer rows than the least group.
* Cells that stand in one row only are canaries: no answer, refusal, explanation, log line or error of any
  kind may hold one. Nor may what the engine itself complains about, asked past the judgement.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wusong.data.products.product import Output, Parameter, Question, check
from wusong.data.products.room import Room
from wusong.errors import DataError

COLUMNS = ("省", "名", "数", "文", "日")
ROWS = [
    ("江苏" if n % 2 else "浙江", f"密文{n}", 7_000_003 + 1_009 * n, f"{n}x{n}金丝雀", f"2026-13-{n:02}")
    for n in range(40)
]
TABLE = ("省,名,数,文,日\n" + "".join(",".join(map(str, row)) + "\n" for row in ROWS)).encode()
CANARY = re.compile("密文[0-9]|金丝雀|2026-13|" + "|".join(str(row[2]) for row in ROWS))
LINES = (Path(__file__).parent / "hostile.sql").read_text("utf-8").splitlines()
CORPUS = [line for line in LINES if not line.startswith("-- ")]
OUTPUTS: tuple[Output, ...] = ("answer", "aggregate", "yes-no", "score", "file")
REFUSED = {
    "question-forbidden", "question-shape", "question-unreadable", "question-parameters", "score-wrong",
}  # fmt: skip
ONE_ROW = 'select count(*) > 0 from data where "名" = $p'
BITS = (
    "\"数\" like '___1%'",
    "(\"文\" like '_1%' or \"文\" like '_3%')",
    "not (\"文\" like '_1%')",
    "\"文\" >= '3'",
    "\"文\" between '1' and '2'",
    '"数" >= "日"',
)
HARMLESS: dict[tuple[str, Output], object] = {
    # files are of tables that are open to all: their columns may leave (here their number is told)
    ('select "名" from data', "file"): {"columns": ["名"], "output": "file", "rows": 40},
    ('select all "名" from data', "file"): {"columns": ["名"], "output": "file", "rows": 40},
    ('select /* "名" */ "名" from data', "file"): {"columns": ["名"], "output": "file", "rows": 40},
    ('select "名", "数" from data where "省" = \'江苏\'', "file"): {
        "columns": ["名", "数"],
        "output": "file",
        "rows": 20,
    },
    # over too few rows, whatever they would have come to
    ('select sum("数") / 0 from data where "名" = \'密文0\'', "answer"): "group-too-small",
    ("select count(*) / (count(*) - 1) from data where \"名\" = '密文0'", "answer"): "group-too-small",
    ('select count(*) from data where "数" > 1e400', "answer"): "group-too-small",
    ('select count(*) from data where "文" = 1', "answer"): "group-too-small",
    # one bit of one cell: as an answer over too few rows, and never as a yes-no
    **{(f"{ONE_ROW} and {condition}", "answer"): "group-too-small" for condition in BITS},
    # over all rows
    ("select 1 / (count(*) - 40) from data", "answer"): {"output": "answer", "value": ""},
    ('select count(*) from data -- " where 1', "answer"): {"output": "answer", "value": 40},
    # which the engine never takes, whatever the rows hold
    (f'select count(*) from data where "数" > {"9" * 53}', "answer"): "question-failed",  # noqa: S608
    ('select "省", count(*) from data group by "省" order by "名"', "aggregate"): "question-failed",
}


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    made = Room(COLUMNS, TABLE)
    yield made
    made.close()


def tried(room: Room, text: str, output: Output) -> Any:  # noqa: ANN401
    """The answer, or the error that refused."""
    parameters = (Parameter(name="p"),) if "$p" in text else ()
    least = 5 if output in ("answer", "aggregate") else 0
    bands = ("7020000",) if output == "score" else ()
    asked = Question(output=output, sql=text, parameters=parameters, bands=bands, least_group=least)
    try:
        return room.answer(check(asked, COLUMNS, room.forms), {"p": "江苏"} if parameters else {})
    except DataError as error:
        return error


def told(found: object) -> str:
    """All that anybody is told of it, in both languages."""
    if not isinstance(found, DataError):
        return str(found)
    words = [error.what + error.why + error.do for error in (found.explain("zh"), found.explain("en"))]
    return " ".join([str(found), repr(found), str(found.data), str(found.__cause__), *words])


def own_words(text: str, said: str) -> str:
    """What is told, without what the question itself says."""
    for part in re.findall(r"密文\d|金丝雀", text):
        said = said.replace(part, "")
    return said


def test_the_list_is_long() -> None:
    assert len(CORPUS) == len(set(CORPUS)) >= 200
    assert {text for text, _ in HARMLESS} <= set(CORPUS)


@pytest.mark.parametrize("text", CORPUS)
def test_refused_or_harmless(room: Room, text: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for output in OUTPUTS:
        found = tried(room, text, output)
        if isinstance(found, DataError) and found.code in REFUSED:
            assert (text, output) not in HARMLESS
        else:
            assert (text, output) in HARMLESS, (output, found)
            assert HARMLESS[text, output] == (found.code if isinstance(found, DataError) else found)
        assert not CANARY.search(own_words(text, told(found)))
    assert caplog.text == ""  # not even the question, which is its operator's


@pytest.mark.parametrize("text", CORPUS)
def test_the_engine_s_own_complaints_are_never_passed_on(
    room: Room, text: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Past the judgement: whatever the engine says to it, the error holds nothing."""
    caplog.set_level(logging.DEBUG)
    made = Room(COLUMNS, TABLE) if not text.startswith("select") else room
    error = complained(made, text)
    if made is not room:
        made.close()
    if error is not None:
        assert error.code in {"question-failed", "too-many-groups"}
        assert not CANARY.search(told(error))
        assert error.__cause__ is None
        assert error.__suppress_context__
    out, err = capfd.readouterr()
    assert not CANARY.search(caplog.text + out + err)


def complained(room: Room, text: str) -> DataError | None:
    try:
        room._run(text, {"p": "江苏"} if "$p" in text else {})
    except DataError as error:
        return error
    return None
