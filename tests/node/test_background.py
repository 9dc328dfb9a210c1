"""Work beside a node's other work: it runs while the block runs, survives a bad round, and ends when told."""

from __future__ import annotations

import threading

import pytest

from wusong.node import background


def test_runs_as_long_as_the_block() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(stop: threading.Event) -> None:
        begun.set()
        assert stop.wait(60)
        ended.set()

    with background.running("aside", work):
        assert begun.wait(60)
        assert not ended.is_set()
        assert "aside" in {thread.name for thread in threading.enumerate()}
    assert ended.is_set()
    assert "aside" not in {thread.name for thread in threading.enumerate()}


def test_ends_when_the_block_fails() -> None:
    ended = threading.Event()

    def work(stop: threading.Event) -> None:
        assert stop.wait(60)
        ended.set()

    with pytest.raises(ZeroDivisionError), background.running("aside", work):
        raise ZeroDivisionError
    assert ended.is_set()


def test_a_bad_round_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    stop, seen = threading.Event(), list[int]()

    def each(turn: int) -> None:
        seen.append(turn)
        if turn == 3:
            stop.set()
        if turn == 1:
            raise ValueError("bad")

    background.rounds(stop, 0.0, each)
    assert seen == [1, 2, 3]
    assert "work in the background failed" in caplog.text


def test_does_nothing_once_it_is_told_to_end() -> None:
    stop, seen = threading.Event(), list[int]()
    stop.set()
    background.rounds(stop, 0.0, seen.append)
    assert seen == []
