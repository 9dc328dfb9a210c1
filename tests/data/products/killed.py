"""A process that works on the book of calls, or on a whole node, until it is killed.

python killed.py book FOLDER            records calls for ever; prints each number once it is on the disk
python killed.py answer NODE USE DID    is killed between the record of a call and its answer
python killed.py metered NODE USE       is killed between an accepted metering and its note in the book
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from wusong.crypto.suites import INTL
from wusong.data.products.callbook import Call, CallBook


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill(folder: Path) -> None:
    made = CallBook(folder, INTL)
    start = len(made.calls("use"))
    for number in count(start):
        made.record("use", f"r-{number}", number, {"request": "00", "answer": "11"}, lambda *_: None)
        print(number, flush=True)
        if number % 7 == 3:
            batch = made.form("use", 5)
            assert batch is not None
            made.settle(batch.id, f"deed-{batch.first}")


def answer(folder: Path, use: str, merchant: str) -> None:
    from wusong.data import service
    from wusong.node.node import Node

    node = Node.open(folder)
    record = CallBook.record_all

    def recorded(*args: object, **more: object) -> list[Call]:
        record(*args, **more)  # type: ignore[arg-type]
        die()
        raise AssertionError

    CallBook.record_all = recorded  # type: ignore[method-assign,assignment]
    service.call(node, use, merchant, {"province": "江苏"}, "the-call")


def metered(folder: Path, use: str) -> None:
    from wusong.data.products import metering
    from wusong.node.node import Node

    node = Node.open(folder)
    CallBook.settle = die  # type: ignore[method-assign,assignment]
    metering.meter(node, use)


if __name__ == "__main__":
    job, folder, *rest = sys.argv[1:]
    jobs: dict[str, Callable[..., None]] = {"book": fill, "answer": answer, "metered": metered}
    jobs[job](Path(folder), *rest)
