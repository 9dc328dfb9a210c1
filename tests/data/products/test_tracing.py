"""Copies that were cut, and the order of their rows: from the ledger to the answer of a trace."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from data import market as places
from wusong.data import service
from wusong.data.domain import DOMAIN
from wusong.data.host import leaf
from wusong.data.intake.export import write_csv, write_xlsx
from wusong.data.intake.open import table
from wusong.data.products import calls, delivery, tracing
from wusong.data.products.product import Parameter, Question
from wusong.errors import DataError

ROWS = [(f"{n:06}", f"第{n}号", "东" if n % 3 else "西", str(n % 11)) for n in range(400)]
TABLE = ("代码,名称,片区,数量\n" + "".join(",".join(row) + "\n" for row in ROWS)).encode()
ALL = Question(output="file", sql='select "代码", "名称", "数量" from data', least_group=0)
SOME = Question(
    output="file",
    sql='select "代码", "名称" from data where "片区" = $area',
    parameters=(Parameter(name="area"),),
    least_group=0,
)
KEPT = Question(output="file", sql='select "代码", "名称" from data', least_group=0, ordered=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[places.Market, dict[str, str]]]:
    """A market with an open table of 400 rows, and a use of each of three file products."""
    market = places.start(tmp_path_factory.mktemp("tracing") / "node")
    node, now = market.node, market.node.ledger.now()
    application = service.Application("点位", "依法履职产生", TABLE, sharing="open", undecided=0)
    resource = service.register(node, market.department, market.registry, application).asset
    service.accept(node, market.registry, resource)
    service.examine(node, market.registry, resource, "材料齐全")
    service.publish(node, market.registry, resource)
    places.pass_notice(market, resource)
    service.assign_code(node, market.registry, resource, "T-9", node.ledger.now() + 1_000 * places.DAY)
    operation = places.in_force(market, resource)
    uses = {}
    for name, question in (("all", ALL), ("some", SOME), ("kept", KEPT)):
        product = service.offer(node, market.operator, operation, service.Offer(name, question, 0)).asset
        now = node.ledger.now()
        terms = service.UseTerms("制图", now, now + 30 * places.DAY, 100, undertaking=True)
        uses[name] = service.apply(node, market.merchant, product, terms).asset
        service.approve(node, market.operator, uses[name])
    yield market, uses
    DOMAIN.close(node)
    node.close()


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_copy_without_its_column_is_named_by_its_order(made: tuple[places.Market, dict[str, str]]) -> None:
    market, uses = made
    ours, theirs = (delivery.deliver(market.node, uses["all"], market.merchant) for _ in range(2))
    rows = rows_of(ours.content)
    assert {tuple(row[:3]) for row in rows[1:]} == {(a, b, d) for a, b, _, d in ROWS}
    assert rows[1:] != rows_of(theirs.content)[1:]
    cut = write_xlsx({"表": [["编号", "数"], *[[row[0], row[2]] for row in rows[101:]]]})
    traced = tracing.trace(market.node, cut)
    (found,) = [copy for copy in traced.copies if copy.certain]
    assert (found.mark, found.user, found.rows) == (ours.mark, market.merchant, 0)
    assert found.agreeing == found.pairs == 150
    assert tracing.trace(market.node, write_csv(sorted(row[:3] for row in rows[1:]))).copies == ()
    assert tracing.trace(market.node, write_csv([["代码"], *[[row[0]] for row in ROWS]])).copies == ()
    assert tracing.trace(market.node, cut, operator=market.body).copies == ()


def test_rows_that_a_parameter_chose_are_had_again(made: tuple[places.Market, dict[str, str]]) -> None:
    market, uses = made
    copy = delivery.deliver(market.node, uses["some"], market.merchant, "csv", {"area": "东"})
    cut = write_csv([row[:2] for row in rows_of(copy.content)])
    (found,) = tracing.trace(market.node, cut).copies
    assert (found.mark, found.rows, found.certain) == (copy.mark, 0, True)
    again = delivery.deliver(market.node, uses["all"], market.merchant, request_id="same")
    assert again == delivery.deliver(market.node, uses["all"], market.merchant, request_id="same")


def test_an_order_that_means_something_stays(made: tuple[places.Market, dict[str, str]]) -> None:
    market, uses = made
    copy = delivery.deliver(market.node, uses["kept"], market.merchant)
    assert [tuple(row[:2]) for row in rows_of(copy.content)[1:]] == [row[:2] for row in ROWS]
    traced = tracing.trace(market.node, write_csv([row[:2] for row in rows_of(copy.content)]))
    assert (traced.copies, traced.not_compared) == ((), 1)
    book = delivery.deliver(market.node, uses["kept"], market.merchant, "xlsx")
    told = {row[0]: row[1] for block in table(book.content, sheet="说明").blocks() for row in block}
    assert "次序" not in told["追溯"]


def test_what_became_of_the_product_does_not_matter(made: tuple[places.Market, dict[str, str]]) -> None:
    """Recalled, and no longer open to all: a trace still finds whose copy it is."""
    market, uses = made
    copy = delivery.deliver(market.node, uses["all"], market.merchant)
    product = leaf(market.node, uses["all"], calls.USE).fields["product"]
    service.recall(market.node, market.operator, product, "数据有误")
    cut = write_csv([row[:3] for row in rows_of(copy.content)])
    assert copy.mark in {one.mark for one in tracing.trace(market.node, cut).copies}
    with pytest.raises(DataError, match="call-refused"):
        delivery.deliver(market.node, uses["all"], market.merchant)
