"""The solo engine: one bad envelope spares the others, everyone is answered, whatever fails."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from ledger.kit import Clock, Net, did_of
from wusong.crypto import canonical
from wusong.errors import LedgerError, StoreError, WusongError
from wusong.ledger import solo
from wusong.ledger.acting import Acting
from wusong.ledger.application import Application
from wusong.ledger.engine import Finalised
from wusong.ledger.receipt import Receipt
from wusong.ledger.verifying import VerifyingProcess


def outcomes(futures: list[Future[Receipt]]) -> list[str]:
    """What each was told."""
    told = []
    for future in futures:
        error = future.exception(30)
        told.append(future.result().code if error is None else getattr(error, "code", type(error).__name__))
    return told


def held(net: Net, work: Callable[[], list[Future[Receipt]]]) -> list[Future[Receipt]]:
    """Hand in while no block can be finished, so that all of it meets in one block."""
    with net.ledger.app.lock:
        first = net.ledger.submit(
            net.one(
                "carol", net.title, "issue", {"holder": did_of("carol"), "lot": "x"}, as_={"issuer": "carol"}
            )
        )
        futures = work()
        threading.Event().wait(0.2)
    assert first.result(30).accepted
    return futures


def issue(net: Net, name: str = "alice") -> bytes:
    """A deed that is accepted."""
    return net.one(name, net.title, "issue", {"holder": did_of(name), "lot": "L"}, as_={"issuer": name})


def test_a_defect_met_by_one_deed_spares_the_others(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever one deed does to the program, those in the same block are judged on their own."""
    run = Acting.run

    def stumbles(self: Acting) -> Any:  # noqa: ANN401 - as the original
        if self.deed.acts[0].args.get("lot") == "poison":
            raise RuntimeError  # no error of computation, which would be a refusal: the node's own trouble
        return run(self)

    monkeypatch.setattr(Acting, "run", stumbles)
    poison = net.one(
        "bob", net.title, "issue", {"holder": did_of("bob"), "lot": "poison"}, as_={"issuer": "bob"}
    )
    good = [issue(net) for _ in range(6)]
    futures = held(net, lambda: [net.ledger.submit(one) for one in (*good[:3], poison, *good[3:])])
    assert outcomes(futures) == ["ok"] * 3 + ["engine-failed"] + ["ok"] * 3
    error = futures[3].exception()
    assert isinstance(error, StoreError)
    assert "?" not in str(error.explain("zh"))
    assert net.leaf(net.issue("alice")).rev == 1


def test_what_a_stumbling_block_believed_of_keys_is_forgotten(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.refusing import rotate

    original = Application.conclude

    def stumbles(_self: Application, *_given: Any, **_head: Any) -> Finalised:  # noqa: ANN401 - as the original
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Application, "conclude", stumbles)
        with pytest.raises(StoreError):
            net.submit(rotate(net, "alice", add=["alice 2"], revoke=["alice"]))
    assert Application.conclude is original
    assert net.submit(issue(net)).accepted, "the old key was never revoked"


def test_many_at_once_with_broken_ones_between(net: Net) -> None:
    """Enough for the helper process: broken envelopes and signatures are refused each with its reason."""
    good = [issue(net) for _ in range(400)]
    broken = json.loads(issue(net))
    broken["signatures"][0]["signature"] = "*" * 86
    short = json.loads(issue(net))
    short["signatures"][0]["signature"] = "AAAA"
    wrong = json.loads(issue(net))
    wrong["signatures"][0]["signature"] = json.loads(issue(net))["signatures"][0]["signature"]
    bad = [b"{", canonical.encode(broken), canonical.encode(short), canonical.encode(wrong)]
    net.submit(good[0])
    futures = [
        net.ledger.submit(one)
        for n in range(1, 400)
        for one in ([good[n], bad[n // 100]] if n % 100 == 50 else [good[n]])
    ]
    told = outcomes(futures)
    assert told.count("ok") == 399
    assert sorted(code for code in told if code != "ok") == [
        "not-canonical",
        "not-canonical",
        "signature-invalid",
        "signature-invalid",
    ]


def test_without_the_helper_process_signatures_are_checked_all_the_same(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(
        _self: VerifyingProcess,
        _envelopes: object,
        _keys: object,
        answer: Callable[[bytes | None], None],
    ) -> None:
        answer(None)

    monkeypatch.setattr(VerifyingProcess, "ask", ask)
    wrong = json.loads(issue(net))
    wrong["signatures"][0]["signature"] = json.loads(issue(net))["signatures"][0]["signature"]
    envelopes = [issue(net) for _ in range(200)] + [canonical.encode(wrong)]
    assert outcomes([net.ledger.submit(one) for one in envelopes]) == ["ok"] * 200 + ["signature-invalid"]


def test_a_store_that_fails_is_told_and_the_same_deed_goes_in_later(net: Net) -> None:
    writer, envelope = net.ledger.store._writer, issue(net)
    root = net.ledger.app.tree.root
    writer.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_INSERT else sqlite3.SQLITE_OK
    )
    with pytest.raises(StoreError) as caught:
        net.submit(envelope)
    assert caught.value.code == "store-failed"
    assert "?" not in str(caught.value.explain("zh"))
    assert net.ledger.app.tree.root == root
    writer.set_authorizer(None)
    assert net.submit(envelope).accepted


def test_a_listener_that_fails_takes_nobody_with_it(net: Net) -> None:
    heard: list[int] = []

    def fails(_done: Finalised) -> None:
        raise ZeroDivisionError

    net.ledger.engine.add_listener(fails)
    net.ledger.engine.add_listener(lambda done: heard.append(done.seal.height))
    receipt = net.submit(issue(net))
    assert receipt.accepted
    assert heard == [receipt.height]


def test_closed_means_closed_and_everyone_is_answered(open_net: Callable[..., Net]) -> None:
    """What is handed in while the engine closes is answered or refused at once; nobody waits for ever."""
    net = open_net()
    envelopes = [issue(net) for _ in range(200)]
    futures: list[Future[Receipt]] = []
    refused: list[str] = []

    def client(part: list[bytes]) -> None:
        for envelope in part:
            try:
                futures.append(net.ledger.engine.submit(envelope))
            except LedgerError as error:
                refused.append(error.code)

    threads = [threading.Thread(target=client, args=(envelopes[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    net.ledger.engine.close()
    for thread in threads:
        thread.join()
    assert set(outcomes(futures)) <= {"ok"}
    assert set(refused) <= {"engine-closed"}
    assert len(futures) + len(refused) == 200
    with pytest.raises(LedgerError) as caught:
        net.ledger.engine.submit(envelopes[0])
    assert caught.value.code == "engine-closed"
    net.ledger.engine.close()


def test_too_much_waiting_is_refused(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solo, "_MAX_WAITING", 3)
    envelopes = [issue(net) for _ in range(30)]
    refused: list[WusongError] = []

    def work() -> list[Future[Receipt]]:
        made = []
        for envelope in envelopes:
            try:
                made.append(net.ledger.submit(envelope))
            except LedgerError as error:
                refused.append(error)
        return made

    futures = held(net, work)
    assert refused
    assert {error.code for error in refused} == {"engine-busy"}
    assert "?" not in str(refused[0].explain("zh"))
    assert set(outcomes(futures)) <= {"ok", "engine-busy"}
    assert net.submit(issue(net)).accepted, "it goes on when it has caught up"
    assert net.ledger.engine._shares == {}


def test_who_hands_in_much_leaves_room_for_others(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solo, "_MAX_WAITING", 40)
    monkeypatch.setattr(solo, "_GATHERED", 1)
    monkeypatch.setattr(solo, "_LOAD", 100)  # starting the helper process would take a while

    def work() -> list[Future[Receipt]]:
        greedy = [net.ledger.submit(issue(net, "alice")) for _ in range(30)]
        threading.Event().wait(0.3)  # they are read before the next comes
        return [*greedy, *(net.ledger.submit(issue(net, name)) for name in ("bob", "dave") for _ in range(3))]

    told = outcomes(held(net, work))
    assert told[30:] == ["ok"] * 6
    assert told[:30].count("ok") == 20, "half of what was free when nobody else waited"
    assert set(told[:30]) == {"ok", "engine-busy"}


def test_a_block_holds_what_the_parameter_allows_and_the_rest_follows(open_net: Callable[..., Net]) -> None:
    net = open_net(parameters={"block_deeds": 5})
    futures = held(net, lambda: [net.ledger.submit(issue(net)) for _ in range(23)])
    assert outcomes(futures) == ["ok"] * 23
    sizes = [len(row.entries) // 32 - 1 for row in net.ledger.store.blocks()]
    assert max(sizes) == 5


def test_time_never_goes_back(net: Net) -> None:
    first = net.submit(issue(net))
    net.clock.time -= 3_600_000
    second = net.submit(issue(net))
    times = [json.loads(row.seal)["time"] for row in net.ledger.store.blocks()]
    assert times == sorted(set(times))
    assert second.height == first.height + 1
    assert isinstance(net.clock, Clock)
