"""Read models: many deeds at once come to the same as one after the other; a broken one stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data import market as places
from data.market import Market
from wusong.data.products import calls, metering
from wusong.data.projection import DataView
from wusong.data.projection import metadata as data_tables
from wusong.node import events, models
from wusong.node.ledger_view import LedgerView
from wusong.node.ledger_view import metadata as ledger_tables
from wusong.node.models import Models


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """A node on which a product was called and metered, twice."""
    made = places.opened(tmp_path_factory.mktemp("market") / "node", calls=4)
    for _ in range(2):
        for _ in range(2):
            calls.call(made.node, made.use, made.merchant, {"province": "江苏"})
        assert metering.meter(made.node, made.use)
    made.node.models.wait(made.node.ledger.app.head.height)
    yield made
    made.node.close()


def rows(engine: sa.Engine) -> dict[str, list[Any]]:
    """Everything in the read models, in an order of its own."""
    tables = [*ledger_tables.sorted_tables, *data_tables.sorted_tables]
    with engine.connect() as connection:
        return {t.name: sorted(map(repr, connection.execute(sa.select(t)).all())) for t in tables}


def opened(market: Market, folder: Path, *projections: Any) -> Models:  # noqa: ANN401 - projections
    return Models(f"sqlite:///{folder / 'other.db'}", market.node.ledger, projections)


def test_at_once_and_one_after_the_other_is_the_same(market: Market, tmp_path: Path) -> None:
    other = opened(market, tmp_path)
    node, entries = market.node, list(events.entries(market.node.ledger))
    with other.engine.begin() as connection:
        for projection in (LedgerView(node.ledger.genesis), DataView()):
            projection.metadata.create_all(connection)
            projection.begin(connection)
            for entry in entries:
                projection.apply(connection, entry)
    assert rows(other.engine) == rows(node.models.engine)
    other.close()


@pytest.mark.parametrize("size", [1, 2, 7, 500])
def test_batches_of_any_size_give_the_same(
    market: Market, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_BATCH", size)
    other = opened(market, tmp_path, LedgerView(market.node.ledger.genesis), DataView())
    found = rows(other.engine)
    assert found == rows(market.node.models.engine)
    assert len(found["data_meterings"]) == 2
    other.close()


class Broken:
    """A projection that cannot take in anything."""

    name, version, metadata = "broken", 1, sa.MetaData()

    def begin(self, connection: sa.Connection) -> None:
        """Nothing."""

    def apply(self, _connection: sa.Connection, _entry: object) -> None:
        """Fail."""
        raise RuntimeError("broken")


def test_a_projection_that_fails_does_not_hold_the_others_back(market: Market, tmp_path: Path) -> None:
    other = opened(market, tmp_path, LedgerView(market.node.ledger.genesis), DataView(), Broken())
    assert other.failed
    assert rows(other.engine) == rows(market.node.models.engine)
    other.close()
