"""A commitment is no key: contents are used for the party that brought them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from data import market as places
from data.market import DAY, QUESTION, Market
from wusong.data import contents, service
from wusong.data.brought import Brought, brought
from wusong.data.host import Intent, leaf
from wusong.data.naming import ROOTS, installed, named
from wusong.data.products import calls
from wusong.data.products.product import Question
from wusong.data.usecases import check_act
from wusong.errors import DataError, DeedError

_COUNT = count(1)
OWN = places.TABLE.replace("江苏".encode(), "安徽".encode())


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = places.opened(tmp_path_factory.mktemp("market") / "node")
    yield made
    calls.close(made.node)
    made.node.close()


def args(market: Market, content: str, profile: str) -> dict[str, Any]:
    return {
        "content": content,
        "grade": "general",
        "name": "他人的表",
        "profile": profile,
        "registry": market.registry,
        "source_basis": "依法履职产生",
        "update": "yearly",
        "description": "",
        "holding": True,
        "operation": False,
        "registrant_code": "",
        "undecided": 0,
        "risk_conclusion": "",
        "sharing": "conditional",
        "use": True,
    }


def foreign(market: Market) -> tuple[str, str]:
    fields = leaf(market.node, market.resource, calls.RESOURCE).fields
    return fields["content"], fields["profile"]


def own(market: Market, party: str) -> tuple[str, str]:
    application = service.Application(f"本单位的表 {next(_COUNT)}", "依法履职产生", OWN)
    asset = service.register(market.node, party, market.registry, application).asset
    fields = leaf(market.node, asset, calls.RESOURCE).fields
    return fields["content"], fields["profile"]


def applied(market: Market, content: str, profile: str) -> str:
    wanted = Intent(
        "data-resource@1", "apply", args(market, content, profile), {"department": market.merchant}
    )
    return str(market.node.act([wanted]).asset)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DataError) as caught:
        act()
    assert caught.value.explain("zh").what != caught.value.explain("en").what
    return caught.value.code


MIXTURES: list[tuple[str, Callable[[Market], tuple[str, str]], str]] = [
    ("table and profile of another", foreign, "content-not-brought"),
    (
        "own table, profile of another",
        lambda m: (own(m, m.merchant)[0], foreign(m)[1]),
        "content-not-brought",
    ),
    (
        "own profile, table of another",
        lambda m: (foreign(m)[0], own(m, m.merchant)[1]),
        "content-not-brought",
    ),
    ("nobody's", lambda _: ("1" * 64, "2" * 64), "content-not-brought"),
]


@pytest.mark.parametrize(("pick", "code"), [row[1:] for row in MIXTURES], ids=[row[0] for row in MIXTURES])
def test_a_table_is_used_for_the_department_that_brought_it(
    market: Market, pick: Callable[[Market], tuple[str, str]], code: str
) -> None:
    content, profile = pick(market)
    asset = applied(market, content, profile)
    assert refused(lambda: calls.room_of(market.node, asset)) == code
    assert refused(lambda: calls.columns_of(market.node, asset)) == code
    judged = {"content": content, "profile": profile}
    assert (
        refused(lambda: check_act(market.node, market.merchant, "data-resource@1", "apply", judged)) == code
    )
    assert refused(
        lambda: check_act(market.node, market.merchant, "data-resource@1", "supplement", judged)
    ) == (code)


def test_who_brings_the_same_table_uses_it(market: Market) -> None:
    application = service.Application("同一张表", "依法履职产生", places.TABLE)
    made = service.register(market.node, market.body, market.registry, application)
    assert calls.columns_of(market.node, made.asset) == places.COLUMNS
    assert calls.room_of(market.node, made.asset).columns == places.COLUMNS
    content, profile = own(market, market.merchant)
    digest = leaf(market.node, made.asset, calls.RESOURCE).contract
    for contract in ("data-resource@1", digest):
        check_act(market.node, market.merchant, contract, "apply", {"content": content, "profile": profile})


def test_a_call_is_not_answered_from_another_departments_table(market: Market) -> None:
    """All the way by deeds alone: registered, authorised, offered, approved, called."""
    node = market.node
    asset = applied(market, *foreign(market))
    service.accept(node, market.registry, asset)
    service.examine(node, market.registry, asset, "材料齐全")
    service.publish(node, market.registry, asset)
    places.pass_notice(market, asset)
    service.assign_code(node, market.registry, asset, "T-9", node.ledger.now() + DAY * 900)
    operation = places.in_force(market, asset)
    wanted = service.Offer("他人的产品", QUESTION, 50)
    assert refused(lambda: service.offer(node, market.operator, operation, wanted)) == "content-not-brought"
    question = leaf(node, market.product, calls.PRODUCT).fields["question"]
    given = {"least_group": 5, "name": "他人的产品", "operation": operation}
    given |= {"output": "answer", "price": 50, "question": question}
    product = node.act([Intent("data-product@1", "offer", given, {"operator": market.operator})]).asset
    use = places.approved(market, product)
    asked = {"province": "江苏"}
    assert refused(lambda: service.call(node, use, market.merchant, asked)) == "content-not-brought"
    assert calls.book(node).pending(use, 0).count == 0


def test_a_question_is_used_for_the_operator_that_brought_it(market: Market) -> None:
    question = leaf(market.node, market.product, calls.PRODUCT).fields["question"]
    check_act(market.node, market.operator, "data-product@1", "offer", {"question": question})
    assert (
        refused(
            lambda: check_act(market.node, market.body, "data-product@1", "offer", {"question": question})
        )
        == "content-not-brought"
    )


NAMING: list[tuple[str, str, str]] = [
    ("data-resource@1", "apply", "evidence"),
    ("data-resource@1", "apply-to-change", "risk"),
    ("data-resource@1", "object", "objection"),
    ("data-operation@1", "authorise", "plan"),
    ("data-operation@1", "authorise", "decision"),
    ("data-operation@1", "authorise", "agreement"),
    ("data-operation@1", "authorise", "security"),
    ("data-operation@1", "report-incident", "incident"),
    ("data-operation@1", "report-measures", "measures"),
    ("data-operation@1", "disclose", "disclosure"),
    ("data-sharing@1", "request-correction", "wrong"),
    ("data-use@1", "apply", "undertaking"),
    ("usage-statement@1", "issue", "statement"),
    ("usage-statement@1", "dispute", "reason"),
    ("revenue-share@1", "dispute", "reason"),
]


@pytest.mark.parametrize(("contract", "action", "field"), NAMING)
def test_no_act_names_a_document_of_another(market: Market, contract: str, action: str, field: str) -> None:
    theirs = foreign(market)[0]
    given = {field: theirs}
    assert (
        refused(lambda: check_act(market.node, market.merchant, contract, action, given))
        == "content-not-brought"
    )
    own = contents.put(market.node.vault, b"own").commitment
    brought(market.node).note(market.merchant, own)
    check_act(market.node, market.merchant, contract, action, {field: own})


def test_every_commitment_of_the_library_is_a_content_or_a_root(market: Market) -> None:
    for name, action, field in ROOTS:
        found = installed(market.node, f"{name}@1")
        assert found is not None
        taken = next(one for one in found.page.actions if one.name == action)
        assert field in {one.name for one in taken.args}
        assert named(found, action, {field: "1" * 64}) == []


OTHER_ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("evidence@1", "attest", {"root": "1" * 64}),
    ("system/party", "admit", {}),
    ("no-such@1", "apply", {"content": "1" * 64}),
    ("0" * 64, "apply", {"content": "1" * 64}),
    ("data-resource@1", "apply", {"content": 7, "profile": None}),
]


@pytest.mark.parametrize(("contract", "action", "given"), OTHER_ACTS)
def test_other_acts_are_judged_elsewhere(
    market: Market, contract: str, action: str, given: dict[str, Any]
) -> None:
    check_act(market.node, market.merchant, contract, action, given)


def test_only_the_operator_learns_whether_a_question_fits(market: Market) -> None:
    """Otherwise the refusals would tell the names of the columns."""
    told = set()
    for column in ("省", "没有这一列"):
        asked = Question(output="answer", sql=f'select count("{column}") from data')  # noqa: S608
        wanted = service.Offer("探查", asked, 1)
        with pytest.raises(DeedError) as caught:
            service.offer(market.node, market.body, market.operation, wanted)
        told.add(caught.value.data["clause"])
    assert told == {"operator-authorised"}


def test_the_record_outlives_the_process(tmp_path: Path) -> None:
    first = Brought(tmp_path)
    first.note("did:a", "1" * 64, "2" * 64)
    first.note("did:a", "1" * 64)
    first.close()
    again = Brought(tmp_path)
    again.demand("did:a", "1" * 64, "2" * 64)
    again.demand("did:a")
    assert refused(lambda: again.demand("did:a", "1" * 64, "3" * 64)) == "content-not-brought"
    assert refused(lambda: again.demand("did:b", "1" * 64)) == "content-not-brought"
    again.close()


def test_the_vault_alone_gives_nobody_a_table(market: Market) -> None:
    """What a node merely holds is not thereby anybody's."""
    content = contents.put(market.node.vault, b"a,b\n1,2\n").commitment
    asset = applied(market, content, content)
    assert refused(lambda: calls.room_of(market.node, asset)) == "content-not-brought"
