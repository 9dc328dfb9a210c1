from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data import market as places
from data.market import DAY, QUESTION, Market
from wusong.data import projection, service
from wusong.data.host import leaf
from wusong.data.products import calls
from wusong.data.products.product import Parameter, Question
from wusong.errors import DataError, DeedError
from wusong.ledger.intent import Intent


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    made = places.opened(tmp_path_factory.mktemp("market") / "node")
    yield made
    calls.close(made.node)
    made.node.close()


def refused_by(act: Callable[[], object]) -> str:
    """The clause, or the code, that refuses."""
    with pytest.raises((DeedError, DataError)) as caught:
        act()
    assert caught.value.explain("zh").what != caught.value.explain("en").what
    return str(caught.value.data.get("clause") or caught.value.code)


def call(market: Market, use: str, province: str = "江苏", name: str = "") -> calls.Answer:
    return service.call(market.node, use, market.merchant, {"province": province}, name)


def rows(market: Market, table: sa.Table) -> list[dict[str, Any]]:
    with market.node.models.engine.connect() as connection:
        return [
            dict(row._mapping) for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]


def test_calls_are_answered_counted_and_refused_beyond_their_number(market: Market) -> None:
    use = places.approved(market, market.product, calls=3)
    answers = [service.call(market.node, use, market.merchant, {"province": "江苏"}).value for _ in range(2)]
    assert answers == [{"output": "answer", "value": 12}] * 2
    (first,) = service.meter(market.node, use)
    service.call(market.node, use, market.merchant, {"province": "江苏"})
    assert refused_by(lambda: call(market, use)) == "within-calls-approved"
    (second,) = service.meter(market.node, use)
    assert first != second
    assert refused_by(lambda: call(market, use)) == "within-calls-approved"
    standing = leaf(market.node, use, calls.USE)
    assert (standing.quantity, standing.fields["metered"]) == (0, 3)
    assert service.meter(market.node, use) == []
    metered = [row for row in rows(market, projection.meterings) if row["use"] == use]
    assert {(row["deed"], row["count"], row["fee"]) for row in metered} == {(first, 2, 100), (second, 1, 50)}


def test_a_withheld_answer_counts_so_that_nobody_probes_without_end(market: Market) -> None:
    use = places.approved(market, market.product, calls=3)
    for name in ("r-1", "r-1", "r-2"):
        wanted = partial(call, market, use, "上海", name)
        assert refused_by(wanted) == "group-too-small"
    assert call(market, use).number == 2
    assert refused_by(lambda: call(market, use, "上海")) == "within-calls-approved"
    book = calls.book(market.node)
    kept = [one.record["answer"] for one in book.calls(use)]
    assert kept[0] == kept[1] != kept[2]
    service.meter(market.node, use)
    assert leaf(market.node, use, calls.USE).fields["metered"] == 3


def test_failed_calls_are_not_counted(market: Market) -> None:
    use = places.approved(market, market.product, calls=1)
    for given in ({"city": "上海"}, {"province": 7}, {}):
        wrong = lambda given=given: service.call(market.node, use, market.merchant, given)  # noqa: E731
        assert refused_by(wrong) == "parameter-wrong"
    assert call(market, use).number == 0


def test_a_call_repeated_under_its_request_id_counts_once(market: Market) -> None:
    use = places.approved(market, market.product, calls=1)
    assert call(market, use, name="r-1") == call(market, use, name="r-1")
    assert refused_by(lambda: call(market, use, "浙江", "r-1")) in {"request-id-reused", "group-too-small"}
    assert calls.book(market.node).pending(use, 0).count == 1


def test_only_the_user_calls(market: Market) -> None:
    assert (
        refused_by(lambda: service.call(market.node, market.use, market.operator, {"province": "江苏"}))
        == "not-the-user"
    )


def test_a_use_not_approved_or_declined_is_not_called(market: Market) -> None:
    now = market.node.ledger.now()
    terms = service.UseTerms("选址分析", now, now + DAY, 1)
    use = service.apply(market.node, market.merchant, market.product, terms).asset
    assert refused_by(lambda: call(market, use)) == "wrong-state"
    service.decline(market.node, market.operator, use, "用途不明确")
    assert refused_by(lambda: call(market, use)) == "wrong-state"


def test_public_benefit_is_free_of_charge(market: Market) -> None:
    now = market.node.ledger.now()
    terms = service.UseTerms("防汛调度", now, now + DAY, 1, "public-governance")
    use = service.apply(market.node, market.merchant, market.product, terms).asset
    assert leaf(market.node, use, calls.USE).fields["price"] == 0


def test_withdrawing_the_authorisation_stops_calls_and_still_meters_earlier_ones(market: Market) -> None:
    operation = places.in_force(market, market.resource)
    wanted = service.Offer("省内区划数", QUESTION, 50)
    product = service.offer(market.node, market.operator, operation, wanted).asset
    use = places.approved(market, product)
    call(market, use)
    service.withdraw_authorisation(market.node, market.body, operation, "违反安全约定")
    assert refused_by(lambda: call(market, use)) == "authorised-when-called"
    assert len(service.meter(market.node, use)) == 1


def test_a_stopped_use_is_not_called_and_can_be_terminated(market: Market) -> None:
    use = places.approved(market, market.product)
    call(market, use)
    service.stop(market.node, market.merchant, use)
    assert refused_by(lambda: call(market, use)) == "not-stopped-when-called"
    service.terminate(market.node, market.operator, use, "使用方停用")
    standing = leaf(market.node, use, calls.USE)
    assert (standing.state, standing.quantity, standing.fields["metered"]) == ("terminated", 0, 1)


def test_the_term_ends_for_calls_and_is_metered_afterwards(market: Market) -> None:
    now = market.node.ledger.now()
    terms = service.UseTerms("选址分析", now, now + DAY, 3)
    use = service.apply(market.node, market.merchant, market.product, terms).asset
    service.approve(market.node, market.operator, use)
    call(market, use)
    market.node.ledger.set_forward(2 * DAY)
    assert refused_by(lambda: call(market, use)) == "calls-within-term"
    assert service.meter_all(market.node, least=1_000) == []
    assert service.meter_all(market.node) != []
    assert leaf(market.node, use, calls.USE).fields["metered"] == 1


def test_one_use_that_cannot_be_metered_does_not_hold_up_the_others(market: Market) -> None:
    late, other = places.approved(market, market.product), places.approved(market, market.product)
    for use in (late, other):
        call(market, use)
    market.node.ledger.set_forward(61 * DAY)
    fresh = places.approved(market, market.product)
    call(market, fresh)
    assert len(service.meter_all(market.node)) == 1
    assert refused_by(lambda: service.meter(market.node, late)) == "settlement-open"


def test_a_metering_of_calls_that_were_metered_before_is_refused(market: Market) -> None:
    use = places.approved(market, market.product)
    service.call(market.node, use, market.merchant, {"province": "江苏"})
    (deed,) = service.meter(market.node, use)
    row = next(row for row in rows(market, projection.meterings) if row["deed"] == deed)
    args = {"after": 0, "calls": row["root"], "calls_count": 1, "first": row["first"], "last": row["last"]}
    again = Intent(calls.USE, "meter", args, {"operator": market.operator}, use)
    assert refused_by(lambda: market.node.act([again])) == "calls-in-sequence"


def test_one_metered_call_is_shown_without_the_others(market: Market) -> None:
    from wusong.crypto import canonical
    from wusong.crypto.commitments import Opening, verify_opening

    use = places.approved(market, market.product)
    for _ in range(3):
        service.call(market.node, use, market.merchant, {"province": "江苏"})
    service.meter(market.node, use)
    book, suite = calls.book(market.node), market.node.ledger.suite
    (batch,) = book.batches(use)
    shown = book.opening(use, 1)
    content = suite.hash(canonical.encode(book.calls(use, 1, 1)[0].record))
    assert shown["content"] == content.hex()
    opening = Opening(bytes.fromhex(shown["salt"]), shown["index"], tuple(map(bytes.fromhex, shown["path"])))
    assert verify_opening(suite, batch.root, batch.count, content, opening)
    assert refused_by(lambda: book.opening(use, 9)) == "no-such-call"


def test_registration_is_sent_back_corrected_objected_to_and_cancelled(market: Market) -> None:
    node, department, registry = market.node, market.department, market.registry
    application = service.Application("人口统计", "依法履职产生", places.TABLE)
    made = service.register(node, department, registry, application)
    assert [column.name for column in made.profile.columns] == list(places.COLUMNS)
    service.send_back(node, registry, made.asset, "请补充来源说明")
    service.supplement(node, department, made.asset, source_basis="依法履职产生，已核对", table=places.TABLE)
    service.accept(node, registry, made.asset)
    service.examine(node, registry, made.asset, "材料齐全")
    service.publish(node, registry, made.asset)
    service.raise_objection(node, market.merchant, made.asset, "异议函".encode())
    service.dismiss_objection(node, registry, made.asset, "经核查不成立")
    places.pass_notice(market, made.asset)
    service.assign_code(node, registry, made.asset, "T-2", node.ledger.now() + DAY)
    service.apply_to_cancel(node, department, made.asset, "职能调整")
    service.cancel(node, registry, made.asset)
    (row,) = [row for row in rows(market, projection.resources) if row["asset"] == made.asset]
    assert (row["state"], row["code"], row["department"]) == ("cancelled", "T-2", department)
    assert refused_by(lambda: places.in_force(market, made.asset)) == "resource-registered"


TERMS = service.UseTerms("选址分析", 0, 1, 1)
ELSEWHERE = Question(output="answer", sql='select count("密码") from data')

WRONG: list[tuple[str, Callable[[Market], object], str]] = [
    ("another party accepts", lambda m: service.accept(m.node, m.merchant, m.resource), "wrong-role"),
    (
        "an offer above the ceiling",
        lambda m: service.offer(m.node, m.operator, m.operation, service.Offer("贵", QUESTION, 101)),
        "price-within-ceiling",
    ),
    (
        "another operator's authorisation",
        lambda m: service.offer(m.node, m.body, m.operation, service.Offer("他", QUESTION, 1)),
        "operator-authorised",
    ),
    ("a use approved twice", lambda m: service.approve(m.node, m.operator, m.use), "wrong-state"),
    ("an asset that is none", lambda m: service.apply(m.node, m.merchant, "0" * 64, TERMS), "no-such-asset"),
    ("an asset of another kind", lambda m: service.apply(m.node, m.merchant, m.use, TERMS), "no-such-asset"),
    ("an id that is none", lambda m: service.apply(m.node, m.merchant, "x", TERMS), "no-such-asset"),
    (
        "a column that is not there",
        lambda m: service.offer(m.node, m.operator, m.operation, service.Offer("无", ELSEWHERE, 1)),
        "question-forbidden",
    ),
]


@pytest.mark.parametrize(("act", "code"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_refused(market: Market, act: Callable[[Market], object], code: str) -> None:
    assert refused_by(lambda: act(market)) == code


def test_read_model_rebuilt_is_the_same(market: Market) -> None:
    use = places.approved(market, market.product)
    call(market, use)
    service.meter(market.node, use)
    tables = list(projection.metadata.sorted_tables)
    before = [rows(market, table) for table in tables]
    assert all(before)
    market.node.models.rebuild()
    assert [rows(market, table) for table in tables] == before


def test_no_service_signs_for_a_party_without_a_key(market: Market) -> None:
    stranger = dataclasses.replace(
        market, merchant="did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    )
    with pytest.raises(Exception, match="no-key"):
        places.approved(stranger, market.product)


def test_parameters_are_declared_as_used(market: Market) -> None:
    odd = Question(output="answer", sql="select count(*) from data", parameters=(Parameter(name="x"),))
    wanted = service.Offer("多余参数", odd, 1)
    assert refused_by(lambda: service.offer(market.node, market.operator, market.operation, wanted)) == (
        "question-parameters"
    )


def test_evidence_is_kept_before_it_is_sent(market: Market) -> None:
    made = service.attest(
        market.node, market.merchant, [("a.txt", b"\1" * 32), ("b.txt", b"\2" * 32)], "两件"
    )
    assert [opening["name"] for opening in made.openings] == ["a.txt", "b.txt"]
    assert refused_by(lambda: service.attest(market.node, market.merchant, [])) == "nothing-to-attest"


def test_anyone_closes_what_is_used_up_or_has_ended(market: Market) -> None:
    use = places.approved(market, market.product, calls=1)
    assert refused_by(lambda: service.close(market.node, market.body, use)) == "used-up-or-settled"
    call(market, use)
    service.meter(market.node, use)
    service.close(market.node, market.body, use)
    assert leaf(market.node, use, calls.USE).state == "closed"
    assert refused_by(lambda: service.expire(market.node, market.body, market.operation)) == "term-over"


def test_a_book_that_was_lost_gives_no_number_twice(tmp_path: Path) -> None:
    market = places.opened(tmp_path / "node", calls=2)
    call(market, market.use)
    service.meter(market.node, market.use)
    calls.close(market.node)
    for file in (tmp_path / "node").glob("calls.db*"):
        file.unlink()
    assert call(market, market.use).number == 1
    assert refused_by(lambda: call(market, market.use)) == "within-calls-approved"
    assert len(service.meter(market.node, market.use)) == 1
    calls.close(market.node)
    market.node.close()
