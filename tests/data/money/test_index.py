"""The index of money says what a reading of the whole archive says, and a month costs what stands in it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.market import Market, approved, opened
from wusong.data import service
from wusong.data.host import Host, page
from wusong.data.money import archive, issuing, metered
from wusong.data.money.metered import Metering, meterings
from wusong.data.money.periods import Period
from wusong.data.products.calls import USE
from wusong.errors import DataError
from wusong.ledger.receipt import decode_receipt, decode_seal
from wusong.ledger.store import DeedRow, Store

DAY = 86_400_000
HOUR = 3_600_000


def scanned(host: Host) -> list[Metering]:
    """Every metering, found by reading every deed."""
    found = []
    for row in host.ledger.store.deeds():
        receipt = decode_receipt(row.receipt)
        if not receipt.accepted:
            continue
        block = host.ledger.store.block(receipt.height)
        assert block is not None
        for place, act in enumerate(msgspec.json.decode(row.envelope)["acts"]):
            if act is None or act["action"] != "meter":
                continue
            leaf = archive.written(row, place)[0][1]
            if page(host, leaf.contract).name == USE:
                time = decode_seal(block.seal).time
                found.append(metered.metering(row.id.hex(), place, time, act, leaf))
    return found


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """Two users, three uses, meterings over three days, with hours between."""
    market = opened(tmp_path_factory.mktemp("busy") / "node", calls=50)
    uses = [market.use, approved(market, market.product, 50), approved(market, market.product, 50)]
    for turn in range(9):
        use = uses[turn % 3]
        for _ in range(turn % 2 + 1):
            service.call(market.node, use, market.merchant, {"province": "江苏"})
        service.meter(market.node, use)
        market.node.ledger.set_forward(7 * HOUR)
    yield market
    market.node.close()


def names(market: Market) -> list[str]:
    return ["", market.operator, market.merchant, market.department, market.registry]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_it_finds_what_the_scan_finds(busy: Market, data: st.DataObject) -> None:
    everything = scanned(busy.node)
    assert len(everything) == 9
    today = (everything[0].time + 8 * HOUR) // DAY
    first = data.draw(st.integers(today - 2, today + 4))
    period = Period(first, data.draw(st.integers(first, today + 5)))
    operator, user, party = (data.draw(st.sampled_from(names(busy))) for _ in range(3))
    wanted = [
        one
        for one in everything
        if period.start <= one.time < period.end
        and operator in ("", one.operator)
        and user in ("", one.user)
        and party in ("", one.operator, one.user, one.provider)
    ]
    assert meterings(busy.node, period, operator=operator, user=user, party=party) == wanted


def whole(market: Market) -> Period:
    today = (market.node.ledger.now() + 8 * HOUR) // DAY
    return Period(today - 9, today + 1)


def test_rebuilt_it_says_the_same(busy: Market) -> None:
    before = meterings(busy.node, whole(busy))
    busy.node.models.rebuild()
    assert meterings(busy.node, whole(busy)) == before == scanned(busy.node)


@pytest.fixture
def read(busy: Market, monkeypatch: pytest.MonkeyPatch) -> tuple[Market, int, list[str]]:
    """The market, the first day, and what is read of its archive: deeds by id, and where readings begin."""
    store, found = type(busy.node.ledger.store), list[str]()
    day = (meterings(busy.node, whole(busy))[0].time + 8 * HOUR) // DAY
    one, many = store.deed, store.deeds

    def deed(self: Store, key: bytes) -> DeedRow | None:
        found.append(key.hex())
        return one(self, key)

    def deeds(self: Store, start: int = 0, limit: int = -1) -> Iterator[DeedRow]:
        found.append(str(start))
        return many(self, start, limit)

    monkeypatch.setattr(store, "deed", deed)
    monkeypatch.setattr(store, "deeds", deeds)
    return busy, day, found


def test_a_month_reads_the_deeds_that_stand_in_it(read: tuple[Market, int, list[str]]) -> None:
    market, day, seen = read
    found = meterings(market.node, Period(day, day))
    assert seen == [one.deed for one in found]
    assert 0 < len(found) < 9


def test_issuing_reads_the_deeds_of_its_month(read: tuple[Market, int, list[str]]) -> None:
    """Beside them only what its own deed added, which the read models take in."""
    market, day, seen = read
    length = sum(1 for _ in market.node.ledger.store.deeds())
    seen.clear()
    (row,) = issuing.issue_all(market.node, market.operator, Period(day, day))
    assert [int(start) for start in seen if len(start) < 64 and int(start) < length] == []
    of_day = {one.deed for one in meterings(market.node, Period(day, day))}
    assert {key for key in seen if len(key) == 64} <= of_day | {row.deed}
    assert archive.carried(market.node, "statement", row.content) is not None
    assert archive.carried(market.node, "ground", row.content) is None
    assert issuing.issue_all(market.node, market.operator, Period(day, day)) == [row]


def test_an_index_that_is_behind_is_told(busy: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(busy.node.models), "wait", lambda *_: False)
    with pytest.raises(DataError) as caught:
        meterings(busy.node, whole(busy))
    assert caught.value.code == "index-behind"
