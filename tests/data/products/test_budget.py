from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from data.market import approved, opened
from wusong.data import service
from wusong.data.domain import DOMAIN
from wusong.data.products import asking
from wusong.data.products import budget as budgets
from wusong.data.products.asking import room_of
from wusong.data.products.budget import Budget
from wusong.data.products.product import Question, check
from wusong.data.products.warming import warm_one
from wusong.errors import DataError
from wusong.node.node import Node


def _no_objection(_: tuple[str, ...]) -> None:
    """Permit."""


def test_the_order_in_which_questions_came_stays(tmp_path: Path) -> None:
    first = Budget(tmp_path)
    assert first.open("table", "b", _no_objection) == ("b",)
    assert first.open("table", "a", _no_objection) == ("b", "a")
    assert first.open("other", "c", _no_objection) == ("c",)
    assert first.open("table", "b", _no_objection) == ("b",)
    first.close()
    again = Budget(tmp_path)
    assert again.known("table") == ("b", "a")
    assert again.open("table", "d", _no_objection) == ("b", "a", "d")
    again.close()


def test_two_who_have_the_file_open_agree(tmp_path: Path) -> None:
    one, two = Budget(tmp_path), Budget(tmp_path)
    assert one.open("table", "a", _no_objection) == ("a",)
    assert two.open("table", "b", _no_objection) == ("a", "b")
    assert one.open("table", "c", _no_objection) == ("a", "b", "c")
    one.close()
    two.close()


def test_what_is_refused_is_not_taken_in(tmp_path: Path) -> None:
    made = Budget(tmp_path)

    def refuse(known: tuple[str, ...]) -> None:
        raise DataError("budget-spent", limit=len(known))

    with pytest.raises(DataError, match="budget-spent"):
        made.open("table", "a", refuse)
    assert made.known("table") == ()
    made.close()


def test_a_table_answers_no_more_questions_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "MOST", 2)
    made = Budget(tmp_path)
    made.open("table", "a", _no_objection)
    made.open("table", "b", _no_objection)
    with pytest.raises(DataError, match="budget-spent"):
        made.open("table", "c", _no_objection)
    assert made.open("table", "a", _no_objection) == ("a",)
    made.close()


def test_products_of_one_table_cannot_be_set_against_each_other(tmp_path: Path) -> None:
    """Two uses of two products: who comes second does not learn of the one row between them."""
    market = opened(tmp_path, calls=3)
    near = Question(
        output="answer",
        sql="select count(*) from data where \"省\" in ('江苏', '无') and \"名称\" <> '0 区'",
    )
    room = room_of(market.node, market.resource)
    assert room.answer(check(near, room.columns, room.forms), {})["value"] == 11  # alone it would be answered
    offer = service.Offer("近似", near, 50)
    product = service.offer(market.node, market.operator, market.operation, offer).asset
    use = approved(market, product)
    try:
        assert (
            service.call(market.node, market.use, market.merchant, {"province": "江苏"}).value["value"] == 12
        )
        with pytest.raises(DataError, match="group-too-small"):
            service.call(market.node, use, market.merchant, {})
        assert (
            service.call(market.node, market.use, market.merchant, {"province": "江苏"}).value["value"] == 12
        )
    finally:
        DOMAIN.close(market.node)
        market.node.close()


def test_a_table_that_was_called_is_opened_ahead_after_a_restart(tmp_path: Path) -> None:
    market = opened(tmp_path, calls=3)
    service.call(market.node, market.use, market.merchant, {"province": "江苏"})
    other = service.Offer("总数", Question(output="answer", sql="select count(*) from data"), 50)
    never = approved(market, service.offer(market.node, market.operator, market.operation, other).asset)
    folder = market.node.folder
    DOMAIN.close(market.node)
    market.node.close()
    node = Node.open(folder)
    try:
        DOMAIN.upkeep(node, 1)  # a round in which nothing is put off
        rooms = asking._rooms.of(node)
        assert not rooms._rooms
        DOMAIN.upkeep(node, 2)
        (room,) = rooms._rooms.values()
        assert len(room._settled) == 1
        assert room is room_of(node, market.resource)
        with closing(sqlite3.connect(folder / budgets.FILE)) as book:
            assert book.execute("SELECT count(*) FROM questions").fetchone() == (1,), "nothing is taken in"
        assert service.call(node, market.use, market.merchant, {"province": "江苏"}).value["value"] == 12
        assert service.call(node, never, market.merchant, {}).value["value"] == 17
        assert not warm_one(node)
    finally:
        DOMAIN.close(node)
        node.close()
