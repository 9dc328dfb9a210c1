from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data import market as places
from wusong.crypto.suites import INTL
from wusong.data import service
from wusong.data.host import leaf
from wusong.data.products import calls
from wusong.data.products.callbook import CallBook
from wusong.errors import DataError
from wusong.node.node import Node

SCRIPT = Path(__file__).with_name("killed.py")
ENTRY = {"request": "00", "answer": "11"}


def run(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed_after(lines: int, folder: Path) -> list[int]:
    """What a writer told before it was killed, some time after it told that many lines."""
    with run("book", folder) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    return told


def kills_itself(*words: object) -> None:
    with run(*words) as process:
        pass
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(3))
def test_no_call_is_lost_or_told_twice_by_a_kill(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    told = [number for _ in range(2) for number in killed_after(chance.randint(3, 60), tmp_path)]
    book = CallBook(tmp_path, INTL)
    kept = book.calls("use")
    assert [call.number for call in kept] == list(range(len(kept)))
    assert told == sorted(set(told))
    assert len(kept) - 2 <= len(told) <= len(kept)  # at most one call a round was kept and not told
    again = book.record("use", f"r-{len(kept) - 1}", 10**6, ENTRY, lambda *_: None)
    assert (again.number, again.record) == (len(kept) - 1, kept[-1].record)
    assert len(book.calls("use")) == len(kept)
    assert_batches_fit(book)
    book.close()


def assert_batches_fit(book: CallBook) -> None:
    """Batches follow each other without gap or overlap, and each call is in the one that covers it."""
    end = 0
    for batch in book.batches("use"):
        assert batch.first == end
        end += batch.count
        inside = {call.number for call in book.calls("use") if call.batch == batch.id}
        assert inside == set(range(batch.first, end))


def test_killed_between_record_and_answer_the_call_counts_once(tmp_path: Path) -> None:
    market = places.opened(tmp_path / "node", calls=2)
    calls.close(market.node)
    market.node.close()
    kills_itself("answer", tmp_path / "node", market.use, market.merchant)
    node = Node.open(tmp_path / "node")
    given = {"province": "江苏"}
    assert calls.book(node).pending(market.use, 0).count == 1
    answer = service.call(node, market.use, market.merchant, given, "the-call")
    assert (answer.number, answer.value["value"]) == (0, 12)
    assert service.call(node, market.use, market.merchant, given).number == 1
    with pytest.raises(DataError, match="call-refused"):
        service.call(node, market.use, market.merchant, given)
    calls.close(node)
    node.close()
    kills_itself("metered", tmp_path / "node", market.use)
    assert_metered_once(tmp_path / "node", market.use)


def assert_metered_once(folder: Path, use: str) -> None:
    """The deed that nobody heard of is found, not repeated."""
    node = Node.open(folder)
    height = node.ledger.app.head.height
    assert leaf(node, use, calls.USE).fields["metered"] == 2
    (deed,) = service.meter(node, use)
    assert node.ledger.app.head.height == height
    assert node.bundle(deed)["acts"][0]["act"]["args"]["calls_count"] == 2
    assert service.meter(node, use) == []
    calls.close(node)
    node.close()


def test_many_at_once_get_as_many_calls_as_there_are(tmp_path: Path) -> None:
    book, most = CallBook(tmp_path, INTL), 25
    taken: list[int] = []

    def permit(number: int, _: int) -> None:
        if number >= most:
            raise DataError(
                "call-refused", clause="within-calls-approved", says={"en": "", "zh": ""}, use="use"
            )

    def take(name: int) -> None:
        for turn in range(10):
            try:
                taken.append(book.record("use", f"{name}.{turn}", turn, ENTRY, permit).number)
            except DataError:
                return

    threads = [threading.Thread(target=take, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(most))
    times = [call.time for call in book.calls("use")]
    assert times == sorted(times)
    book.close()


def test_a_book_of_another_version_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "calls.db") as db:
        db.execute("PRAGMA user_version = 9")
    with pytest.raises(DataError, match="callbook-version"):
        CallBook(tmp_path, INTL)
