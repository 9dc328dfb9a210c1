"""Offering, applying, deciding and metering in the terminal, from the question's file to the last act."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data import market as places
from wusong.cli.app import run
from wusong.data.domain import DOMAIN

QUESTION = {
    "output": "answer",
    "sql": 'select count(*) from data where "省" = $province',
    "parameters": [{"name": "province"}],
}
Words = Callable[..., Any]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> places.Market:
    made = places.start(tmp_path_factory.mktemp("dealing") / "node")
    resource = places.registered(made)
    operation = places.in_force(made, resource)
    DOMAIN.close(made.node)
    made.node.close()
    parties = (made.department, made.registry, made.body, made.operator, made.merchant)
    return places.Market(made.node, *parties, resource, operation)


@pytest.fixture
def wusong(market: places.Market, capsys: pytest.CaptureFixture[str]) -> Words:
    def said(*words: str) -> Any:  # noqa: ANN401 - whatever the command says
        capsys.readouterr()
        status = run(["data", *words, "--home", str(market.node.folder), "--json"])
        told = json.loads(capsys.readouterr().out)
        return told if status == 0 else told["error"]

    return said


def test_from_the_question_to_the_end_of_the_use(
    market: places.Market, wusong: Words, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "question.json"
    file.write_text(json.dumps(QUESTION), "utf-8")
    told = wusong("what-leaves", str(file), "--operation", market.operation)
    assert told["analysis"]["output"] == "answer"
    assert run(["data", "what-leaves", str(file), "--operation", market.operation, "--home",
                str(market.node.folder), "--lang", "zh"]) == 0  # fmt: skip
    assert "不予提供" in capsys.readouterr().out
    offering = ["offer", str(file), "--operation", market.operation, "--name", "省内区划数"]
    assert wusong(*offering, "--price", "1.01")["data"]["clause"] == "price-within-ceiling"
    made = wusong(*offering, "--price", "0.50", "--only-for", "planning", "--no-onward")
    assert "product" in made, made
    product = made["product"]
    applying = ["apply", product, "--as", "数商", "--calls", "2", "--purpose", "选址分析"]
    assert wusong(*applying)["data"]["clause"] == "purpose-allowed"
    applying += ["--class", "planning", "--undertake", "--recipient", "terminal"]
    use, other = wusong(*applying)["use"], wusong(*applying)["use"]
    assert wusong("decline", other, "--reason", "重复申请")["state"] == "declined"
    assert wusong("approve", use)["calls"] == 2
    assert wusong("call", use, "-p", "province=江苏")["answer"]["value"] == 12
    assert wusong("name-recipients", use, "--recipient", "风控系统")["recipients"] == ["风控系统"]
    assert wusong("call", use, "-p", "province=江苏")["code"] == "call-refused"
    assert wusong("name-recipients", use)["data"]["clause"] == "someone-may-call"
    assert len(wusong("meter", use)["deeds"]) == 1
    assert wusong("meter", use)["deeds"] == []
    assert wusong("stop", use)["state"] == "stopped"
    assert wusong("recall", product, "--reason", "口径有误")["product"] == product
    assert wusong("terminate", use, "--reason", "停用")["state"] == "terminated"
    assert wusong("approve", use)["code"] == "wrong-state"


def test_what_is_no_question_is_told(market: places.Market, wusong: Words, tmp_path: Path) -> None:
    file = tmp_path / "question.json"
    for text in ("", "[]", '{"output": "rows", "sql": ""}', json.dumps({**QUESTION, "more": 1})):
        file.write_text(text, "utf-8")
        assert wusong("what-leaves", str(file), "--operation", market.operation)["code"] == "question-file"
    file.write_text(json.dumps(QUESTION), "utf-8")
    assert wusong("what-leaves", str(file), "--operation", "0" * 64)["code"] == "no-such-asset"
