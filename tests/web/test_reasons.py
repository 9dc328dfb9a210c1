"""Parts of a question that is refused, in the language of who asked."""

from __future__ import annotations

import re

import pytest
from litestar.testing import TestClient

from web.portalkit import Site
from wusong.data.products.product import Parameter, Question, check
from wusong.errors import DataError, WusongError
from wusong.web import problems, reasons

COLUMNS = ("代码", "省")


def refused(sql: str) -> WusongError:
    names = set(re.findall(r"\$(\w+)", sql))
    question = Question(
        output="aggregate", sql=sql, parameters=tuple(Parameter(name=name, type="text") for name in names)
    )
    with pytest.raises(DataError) as caught:
        check(question, COLUMNS)
    return caught.value


QUESTIONS = [
    ("drop table data", "一条 SELECT"),
    ("select * from data", "“*”"),
    ('select "不存在", count(*) from data group by "不存在"', "列 不存在"),
    ('select "省", count(*) from other group by "省"', "数据表 other"),
    ('select "省" from data', "未列入 GROUP BY"),
    ('select "省", max("代码") from data group by "省"', "最大值"),
    ('select "省", count(*) from data where "省" <> $p group by "省"', "参数 p"),
    ('select "省", count(*) from data group by "省" limit 3', "限制行数"),
    ('select "省", count(*) from data, data as b group by "省"', "与其他表联接"),
]


@pytest.mark.parametrize(("sql", "words"), QUESTIONS)
def test_what_is_not_allowed_is_said_in_chinese(sql: str, words: str) -> None:
    error = refused(sql)
    assert error.code == "question-forbidden"
    said = problems.document(error, "zh")
    assert words in said["title"]
    assert words in said["texts"]["zh"]["what"]
    assert not re.search("[\u4e00-\u9fff]", said["texts"]["en"]["what"].replace("不存在", ""))


def test_other_errors_stay_as_they_are() -> None:
    error = WusongError("not-found")
    assert reasons.plain(error, "zh") is error


@pytest.mark.parametrize(("path", "limit"), [("/api/v1/pending", "96 KiB"), ("/verify", "8 MiB")])
def test_limits_are_said_in_units_of_people(site: Site, path: str, limit: str) -> None:
    client = TestClient(site.app)
    much = {"content": b"x" * 200_000} if path.startswith("/api") else {"files": {"bundle": b"x" * (9 << 20)}}
    answer = client.post(path, headers={"accept": "application/json"}, **much)
    assert answer.status_code == 413
    assert limit in answer.json()["detail"]
