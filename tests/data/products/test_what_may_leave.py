"""Questions that would spell out cells or let personal columns leave, and offers unlike their question."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from data import market as kit
from wusong.data import contents, service
from wusong.data.brought import brought
from wusong.data.host import leaf
from wusong.data.products import calls, delivery, leaving
from wusong.data.products.asking import check_offer, limit_scores
from wusong.data.products.product import Checked, Output, Question, check
from wusong.data.products.question import Parameter
from wusong.data.products.way import Way
from wusong.errors import DataError
from wusong.ledger.intent import Intent

COLUMNS = ("码", "手机号", "收入", "省")
KEY = '"码" = $k'


def asked(condition: str, output: Output = "yes-no", *names: str) -> Question:
    sql = f"select count(*) > 0 from data where {KEY} and {condition}"  # noqa: S608
    declared = tuple(Parameter(name=name) for name in ("k", *names))
    return Question(output=output, sql=sql, parameters=declared, least_group=0)


FINE = {
    "a value": "\"省\" = '江苏'",
    "a value that the caller knows": '"手机号" = $n',
    "another value": "\"省\" <> '江苏'",
    "a list": "\"省\" in ('江苏', '浙江')",
    "not in a list": "\"省\" not in ('江苏', '浙江')",
    "values joined": "(\"省\" = '江苏' or not (\"省\" = '浙江'))",
    "a threshold": '"收入" >= 1000',
    "below nothing": '"收入" < -5',
    "the other way round": '1000 < "收入"',
    "a range": '"收入" between 1000 and 2000',
}
REFUSED = {
    "a pattern": "\"手机号\" like '___1%'",
    "a pattern under NOT": "not (\"手机号\" like '___1%')",
    "a pattern in a list of values": "(\"省\" = '江苏' or \"手机号\" like '1%')",
    "the order of texts": "\"手机号\" < '139'",
    "a range of texts": "\"手机号\" between '138' and '139'",
    "two columns": '"收入" > "手机号"',
    "two columns that are alike": '"收入" = "手机号"',
    "a list of columns": '\'a\' in ("手机号", "省")',
    "a value among columns": '5 between "收入" and "手机号"',
    "whether it is there": '"手机号" is null',
    "a function": "substr(\"手机号\", 4, 1) = '1'",
    "arithmetic": '"收入" * 2 > 5',
    "a parameter as threshold": '"收入" >= $n',
    "a column as condition": '"收入"',
    "always": "true",
}


@pytest.mark.parametrize("name", FINE)
def test_a_yes_no_compares_whole_values(name: str) -> None:
    names = ("n",) if "$n" in FINE[name] else ()
    assert check(asked(FINE[name], "yes-no", *names), COLUMNS).family is None


@pytest.mark.parametrize("name", REFUSED)
def test_a_yes_no_never_takes_a_cell_apart(name: str) -> None:
    names = ("n",) if "$n" in REFUSED[name] else ()
    with pytest.raises(DataError, match="question-forbidden"):
        check(asked(REFUSED[name], "yes-no", *names), COLUMNS)


def test_what_was_answered_by_laxer_rules_still_says_which_columns_it_sorted() -> None:
    old = check(asked(REFUSED["a pattern"]), COLUMNS, opened=True)
    assert old.sorts == ("手机号",)


def test_a_column_has_part_in_four_thresholds_lists_and_scores() -> None:
    score = Question(
        output="score",
        sql=f'select "收入" * 2 from data where {KEY}',  # noqa: S608
        parameters=(Parameter(name="k"),),
        bands=("5",),
        least_group=0,
    )
    lists = [asked('"收入" in (1, 2, 3)'), asked('"收入" <> 7'), asked('("收入" = 1 or "收入" = 2)')]
    known: list[Checked] = [check(one, COLUMNS) for one in [score, *lists]]
    for more in (score, asked('"收入" > 5'), lists[0]):
        with pytest.raises(DataError, match="budget-spent"):
            limit_scores(check(more, COLUMNS), known)
    limit_scores(check(asked('"收入" = 5'), COLUMNS), known)  # one plain equality, as the key is


def profile(verdict: str = "") -> dict[str, Any]:
    plain: list[dict[str, Any]] = [
        {"name": name, "type": "integer" if name == "收入" else "text"} for name in COLUMNS
    ]
    plain[1] = plain[1] | {"type": "integer", "personal": {"kind": "mobile-phone"}}
    if verdict:
        plain[1] = plain[1] | {"decision": {"verdict": verdict}}
    return {"columns": plain}


LEAVES: dict[str, Question] = {
    "a group": Question(output="aggregate", sql='select "手机号", count(*) from data group by "手机号"'),
    "a column of a file": Question(output="file", sql='select "码", "手机号" from data', least_group=0),
    "a threshold": asked('"手机号" > 13900000000'),
}
STAYS: dict[str, Question] = {
    "a count": Question(output="answer", sql='select count(distinct "手机号") from data'),
    "a filter": Question(output="answer", sql="select count(*) from data where \"手机号\" = '1'"),
    "a key": asked('"手机号" = $n', "yes-no", "n"),
    "other columns": Question(output="file", sql='select "码" from data', least_group=0),
}


@pytest.mark.parametrize("name", LEAVES)
@pytest.mark.parametrize("verdict", ["", "masked", "removed", "restricted"])
def test_values_that_look_personal_do_not_leave(name: str, verdict: str) -> None:
    with pytest.raises(DataError, match="question-personal") as refused:
        leaving.demand(LEAVES[name], profile(verdict))
    assert refused.value.data["column"] == "手机号"


@pytest.mark.parametrize("name", LEAVES)
def test_values_that_were_found_harmless_do(name: str) -> None:
    leaving.demand(LEAVES[name], profile("harmless"))


@pytest.mark.parametrize("name", STAYS)
def test_a_column_that_looks_personal_may_pick_rows(name: str) -> None:
    leaving.demand(STAYS[name], profile())


def test_a_threshold_is_of_numbers() -> None:
    with pytest.raises(DataError, match="question-forbidden"):
        leaving.demand(asked('"省" > 5'), profile())


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kit.Market]:
    folder: pathlib.Path = tmp_path_factory.mktemp("leaving") / "n"
    made = kit.start(folder)
    resource = kit.registered(made, sharing="open")
    operation = kit.in_force(made, resource)
    yield kit.Market(
        made.node,
        made.department,
        made.registry,
        made.body,
        made.operator,
        made.merchant,
        resource,
        operation,
    )
    made.node.close()


ANSWER = 'select sum("人口") from data where "省" = $province'
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a file told as yes-no": (
        {"output": "file", "sql": 'select "名称" from data', "parameters": [], "least_group": 0},
        {"output": "yes-no", "least_group": 0},
    ),
    "groups of two told as five": (
        {"output": "answer", "sql": ANSWER, "parameters": [{"name": "province"}], "least_group": 2},
        {"output": "answer", "least_group": 5},
    ),
    "groups of two told as a yes-no of none": (
        {"output": "answer", "sql": ANSWER, "parameters": [{"name": "province"}], "least_group": 2},
        {"output": "yes-no", "least_group": 0},
    ),
    "groups of five told as ten": (
        {"output": "answer", "sql": ANSWER, "parameters": [{"name": "province"}], "least_group": 5},
        {"output": "answer", "least_group": 10},
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_an_offer_by_hand_is_held_to_what_it_states(market: kit.Market, name: str) -> None:
    question, said = DIFFERENT[name]
    node = market.node
    brought_ = contents.put_json(node.vault, question).commitment
    brought(node).note(market.operator, brought_)
    args = {"operation": market.operation, "name": "x", "question": brought_, "price": 50, **said}
    if said["output"] == "file":
        args["resource"] = market.resource
    with pytest.raises(DataError, match="question-differs"):
        check_offer(node, market.operator, args)
    product = node.act([Intent("data-product@1", "offer", args, {"operator": market.operator})]).asset
    use = kit.approved(market, product, 5)
    for tried in (calls.call, delivery.deliver):
        given: list[Any] = [{"province": "江苏"}] if tried is calls.call else []
        with pytest.raises(DataError, match="question-differs"):
            tried(node, use, market.merchant, *given)
    with pytest.raises(DataError, match="question-differs"):
        calls.question_of(node, product)


def test_an_answer_kept_for_one_product_is_not_another_s(market: kit.Market) -> None:
    node = market.node
    offered = service.Offer("省内区划数", kit.QUESTION, 50)
    honest = service.offer(node, market.operator, market.operation, offered).asset
    calls.call(node, kit.approved(market, honest), market.merchant, {"province": "江苏"})
    question = leaf(node, honest, "data-product@1").fields["question"]
    args = {"operation": market.operation, "name": "x", "question": question, "price": 50}
    stated = {"output": "yes-no", "least_group": 0}
    other = node.act([Intent("data-product@1", "offer", args | stated, {"operator": market.operator})]).asset
    with pytest.raises(DataError, match="question-differs"):
        calls.call(node, kit.approved(market, other), market.merchant, {"province": "江苏"})


def test_a_request_that_was_answered_is_judged_again_but_for_the_count(market: kit.Market) -> None:
    node, way = market.node, Way("token", "t1", "系统甲", "10.1.1.1")
    offer = service.Offer("省内区划数，再", kit.QUESTION, 50)
    product = service.offer(node, market.operator, market.operation, offer).asset
    file = Question(output="file", sql='select "名称", "人口" from data', least_group=0)
    files = service.offer(node, market.operator, market.operation, service.Offer("f", file, 50)).asset
    now = node.ledger.now()
    narrow = {"recipients": ("系统甲",), "places": ("10.0.0.0/8",), "per_day": 1}
    uses = []
    for of, bounds in ((product, narrow), (files, {})):
        terms = service.UseTerms("选址", now, now + 30 * kit.DAY, 1, undertaking=True, **bounds)  # type: ignore[arg-type]
        uses.append(service.apply(node, market.merchant, of, terms).asset)
        service.approve(node, market.operator, uses[-1])
    given = {"province": "江苏"}

    def again(by: Way = way) -> calls.Answer:
        return calls.call(node, uses[0], market.merchant, given, "id1", way=by)

    first, copy = again(), delivery.deliver(node, uses[1], market.merchant, request_id="f1")
    assert again() == first  # used up, and the same answer
    assert delivery.deliver(node, uses[1], market.merchant, request_id="f1").content == copy.content
    assert calls.book(node).spent("token t1") == 1
    for other in (Way("token", "t1", "系统甲", "8.8.8.8"), Way("token", "t2", "系统乙", "10.1.1.1")):
        with pytest.raises(DataError, match="call-refused"):
            again(other)
    reason = contents.put(node.vault, b"reason").commitment
    service.withdraw_authorisation(node, market.body, market.operation, reason, "breach")
    with pytest.raises(DataError, match="call-refused") as refused:
        again()
    assert refused.value.data["clause"] == "authorised-when-called"
    with pytest.raises(DataError, match="call-refused"):
        delivery.deliver(node, uses[1], market.merchant, request_id="f1")
