"""docs/contract-language.md holds: its page passes, its expressions have their values, nothing is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from wusong.contract import check, load, model
from wusong.contract.build import MAX_ACTION_COST, MAX_READS
from wusong.contract.calendar import weekdays
from wusong.contract.codes import REFUSALS
from wusong.contract.expr import MAX_COST, EvalError, ExprError, Scope, compile_expression
from wusong.contract.expr.check import MAX_NODE_DEPTH
from wusong.contract.expr.later import SHAPES
from wusong.contract.expr.parser import MAX_DEPTH, MAX_TEXT
from wusong.contract.profile import FIRST, SECOND
from wusong.contract.shorthand import type_of
from wusong.contract.tree import MAX_BYTES, MAX_NODES
from wusong.crypto.suites import INTL

PROMISE = "In these values `cn-work` has Monday to Friday as working days from 2020 to 2030."
TEXT = (Path(__file__).parents[2] / "docs" / "contract-language.md").read_text()
PAGES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
VALUES = re.findall(
    r"^\| `(.+)` \| (?:`(.+)`|(error)) \|$", TEXT.partition("| expression | value |")[2], re.MULTILINE
)


@pytest.mark.parametrize("text", PAGES)
def test_pages_pass(text: str) -> None:
    report = check(load(text), INTL)
    assert report["findings"] == []
    assert report["examples"]


def working(calendar: str, year: int) -> str | None:
    return weekdays(year) if calendar == "cn-work" and 2020 <= year <= 2030 else None


@pytest.mark.parametrize(("text", "value", "error"), VALUES)
def test_expressions(text: str, value: str, error: str) -> None:
    expression = compile_expression(text.replace(r"\|", "|"), Scope({}, {}, calendars=("cn-work",)))
    try:
        found = json.dumps(expression.function(None, "", {}, {}, 0, 0, None, None, working))
    except EvalError:
        found = "error"
    assert found == (error or value)


def test_there_are_values() -> None:
    assert len(VALUES) >= 30
    assert PROMISE in TEXT
    assert {name for name in SHAPES if not any(name in text for text, *_ in VALUES)} == set()
    assert {text for text in SHAPES if f"`{text}(" not in TEXT} == set()


def members(*structs: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for struct in structs for field in msgspec.structs.fields(struct)}


def test_every_member_of_the_grammar_is_described() -> None:
    structs = (
        model.Page, model.Action, model.Companion, model.Split, model.Merge, model.Role, model.Given,
        model.Deadline, model.Follows, model.ContractText, model.ExampleAct,
    )  # fmt: skip
    missing = {
        name for name in members(*structs) if f"`{name}`" not in TEXT and not re.search(rf"\b{name}\b", TEXT)
    }
    assert missing == set()


def test_every_code_is_described() -> None:
    assert {code for code in REFUSALS.keys() - {"bad-page"} if f"`{code}" not in TEXT} == set()


def test_every_type_is_described() -> None:
    words = re.findall(
        r"^\| `([a-z]+(?:\([A-Za-z, ]+\)|\[[a-z, ]+\])?)`", TEXT.partition("## 4. Types")[2], re.MULTILINE
    )
    known = {tag.__struct_config__.tag for tag in model.TypeModel.__subclasses__()}
    named = {re.split(r"[(\[]", word)[0] for word in words} | {"digest", "asset"}
    assert known <= named
    assert all(
        type_of(word, "own@1")
        for word in ("text(9)", "list(int, 3)", "enum[a, b]", "asset(x@1)", "money(CNY)")
    )


@pytest.mark.parametrize(
    "limit",
    [MAX_COST, MAX_ACTION_COST, MAX_READS, MAX_TEXT, MAX_DEPTH, MAX_NODE_DEPTH, MAX_NODES, MAX_BYTES // 1024],
)
def test_limits_are_those_of_the_program(limit: int) -> None:
    assert re.search(rf"\b{limit:,}\b", TEXT)


def test_the_profile_has_its_name() -> None:
    assert f"`{FIRST}`" in TEXT
    assert f"`{SECOND}`" in TEXT


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("true", 1),
        ("1 + 2 > 2", 5),
        ("[1, 2, 3].all(x, x > 0)", 4 + 1 + 3 * 3),
        ("2 in [1, 2]", 2 + 3 + 2),
        ("'" + "a" * 128 + "' == '" + "b" * 64 + "'", 3 + 1),
        ("size('" + "a" * 64 + "' + '" + "b" * 64 + "')", 4 + 2),
    ],
)
def test_costs(text: str, cost: int) -> None:
    assert compile_expression(text, Scope({}, {})).cost == cost


def test_an_expression_too_costly_is_refused_however_short() -> None:
    numbers = str(list(range(40)))
    with pytest.raises(ExprError) as caught:
        compile_expression(f"{numbers}.all(x, {numbers}.all(y, x * y + x * y + x * y < 9))", Scope({}, {}))
    assert caught.value.code == "expr-too-costly"
