"""The rooms of a node: few, each opened once, each answering while others are settled in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from data.market import COLUMNS, TABLE
from wusong.data.products.differencing import Differencing, Key
from wusong.data.products.product import Question, check
from wusong.data.products.room import Room
from wusong.data.products.rooms import Rooms
from wusong.errors import DataError

COUNT = Question(output="answer", sql="select count(*) from data")
BY_PROVINCE = Question(output="aggregate", sql='select "省", count(*) from data group by "省"')


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def _count(room: Room) -> object:
    return room.answer(check(COUNT, room.columns, room.forms), {})["value"]


def test_rooms_are_few_and_answer_after_moving_out_no_more() -> None:
    some = Rooms(most=1)
    first, second = Room(COLUMNS, TABLE), Room(COLUMNS, TABLE)
    assert some.put("first", first) is first
    assert some.put("second", second) is second
    assert some.get("first") is None
    with pytest.raises(DataError, match="question-failed"):
        _count(first)
    assert _count(second) == 17
    some.close()


def test_many_who_want_a_room_at_once_open_it_once(beside: ThreadPoolExecutor) -> None:
    some, made = Rooms(), []

    def make() -> Room:
        time.sleep(0.05)
        made.append(Room(COLUMNS, TABLE))
        return made[-1]

    found = list(beside.map(lambda _: some.of("table", make), range(8)))
    assert len(made) == 1
    assert set(map(id, found)) == {id(made[0])}
    some.close()


def test_a_room_that_could_not_be_opened_is_tried_again() -> None:
    some = Rooms()

    def fail() -> Room:
        raise DataError("table-too-large", limit=1)

    with pytest.raises(DataError):
        some.of("table", fail)
    assert _count(some.of("table", lambda: Room(COLUMNS, TABLE))) == 17
    some.close()


def test_rooms_opened_ahead_leave_half_of_the_space() -> None:
    some = Rooms(most=4)
    for name in ("first", "second"):
        assert some.has_space
        some.put(name, Room(COLUMNS, TABLE))
    assert not some.has_space
    some.close()


def test_what_is_settled_is_answered_while_more_is_being_settled(
    beside: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, questions = Room(COLUMNS, TABLE), {"count": COUNT, "province": BY_PROVINCE}
    first = room.opened(["count"], questions.__getitem__)
    under_way, go_on = Event(), Event()
    held = Differencing._held

    def slow(*given: object) -> frozenset[Key]:
        under_way.set()
        go_on.wait(30)
        return held(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Differencing, "_held", slow)
    second = beside.submit(room.opened, ["count", "province"], questions.__getitem__)
    assert under_way.wait(30)
    assert room.settled("count") is first
    assert room.settled("province") is None
    assert room.answer(first, {})["value"] == 17
    assert not second.done()
    closed = beside.submit(room.close)
    go_on.set()
    assert second.result(30).columns[0] == "省"
    closed.result(30)
