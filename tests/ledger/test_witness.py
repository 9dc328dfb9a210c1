"""The words of a witness (C2SP tlog-witness v1.0.0, add-checkpoint), in both suites; it signs one history."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.kit import Net
from ledger.verifying import report, verdict
from ledger.witnessing import NAME, SECONDS, ask, key, signed, witness, witnessed
from wusong.crypto.suites import suite as find_suite
from wusong.errors import ProofError
from wusong.ledger.bundle import make_bundle
from wusong.ledger.ids import DeedId
from wusong.ledger.log import Log
from wusong.ledger.note import cosigned_message, read_cosignature, read_line
from wusong.ledger.witness import Witness, request_body

ORIGIN = "log.example/one"
pytestmark = pytest.mark.parametrize("suite", ["intl", "gm"])


def grown(suite: str, size: int, kind: str = "entry") -> Log:
    """A log of ``size`` entries; of another ``kind`` it is another history."""
    hashes = find_suite(suite)
    return Log(hashes.hash, [hashes.hash(f"{kind} {n}".encode()) for n in range(size)])


def text(log: Log, size: int, origin: str = ORIGIN) -> bytes:
    """The checkpoint of a log."""
    return f"{origin}\n{size}\n{base64.b64encode(log.root_at(size)).decode()}\n".encode()


def body(suite: str, log: Log, old: int, size: int, **changes: Any) -> bytes:  # noqa: ANN401
    """A request as a log makes it."""
    proof = changes.pop("proof", log.consistency(old, size) if 0 < old < size else [])
    return request_body(old, proof, signed(suite, text(log, size), ORIGIN, **changes))


@pytest.fixture
def one(tmp_path: Path, suite: str) -> Witness:
    """A witness that knows one log."""
    made = witness(tmp_path / "w", suite)
    made.trust(ORIGIN, key("log", suite).public)
    return made


def test_200_a_log_that_grew(one: Witness, suite: str) -> None:
    log, old = grown(suite, 9), 0
    for size in (1, 4, 4, 9):
        answer = one.add_checkpoint(body(suite, log, old, size))
        assert answer.status == 200
        line = read_line(answer.body.removesuffix(b"\n"))
        assert line.name == NAME
        assert read_cosignature(find_suite(suite), text(log, size), line, key("w", suite).public) == SECONDS
        old = size


def test_the_cosignature_is_over_the_words_of_the_specification(one: Witness, suite: str) -> None:
    log = grown(suite, 3)
    answer = one.add_checkpoint(body(suite, log, 0, 3))
    data = base64.b64decode(answer.body.split(b" ")[2])
    said = b"cosignature/v1\ntime %d\n" % SECONDS + text(log, 3)
    assert said == cosigned_message(text(log, 3), SECONDS)
    assert key("w", suite).public.verify(said, data[12:])
    assert int.from_bytes(data[4:12]) == SECONDS


MALFORMED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "no old size": lambda good: good.replace(b"old 0", b"0", 1),
    "old size with a leading zero": lambda good: good.replace(b"old 0", b"old 00", 1),
    "old size with a sign": lambda good: good.replace(b"old 0", b"old +0", 1),
    "old size in other digits": lambda good: good.replace(b"old 0", "old ٣".encode(), 1),
    "old size without end": lambda good: good.replace(b"old 0", b"old " + b"9" * 6_000, 1),
    "size without end": lambda good: good.replace(b"\n5\n", b"\n" + b"9" * 6_000 + b"\n", 1),
    "proof line that is no base64": lambda good: good.replace(b"old 0\n", b"old 0\n!!\n", 1),
    "proof line of another length": lambda good: good.replace(b"old 0\n", b"old 0\nAAAA\n", 1),
    "64 proof lines": lambda good: good.replace(b"old 0\n", b"old 0\n" + (b"A" * 43 + b"=\n") * 64, 1),
    "no note": lambda good: good.split(b"\n\n")[0] + b"\n\n",
    "no signature block": lambda good: good[: good.rindex(b"\n\n") + 1],
    "a note that is no text": lambda good: good.replace(b"log.example", b"\xff\xfe", 1),
    "a root of another length": lambda good: good.replace(b"\n5\n", b"\n5\nAA", 1),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_400_malformed(name: str, one: Witness, suite: str) -> None:
    good = body(suite, grown(suite, 5), 0, 5)
    assert one.add_checkpoint(MALFORMED[name](good)).status == 400
    assert one.add_checkpoint(good).status == 200


def test_400_an_old_size_greater_than_the_new(one: Witness, suite: str) -> None:
    log = grown(suite, 9)
    assert one.add_checkpoint(body(suite, log, 0, 9)).status == 200
    assert one.add_checkpoint(body(suite, log, 9, 4)).status == 400


@pytest.mark.parametrize("by", ["other", "w"])
def test_403_not_signed_by_the_log(by: str, one: Witness, suite: str) -> None:
    request = body(suite, grown(suite, 5), 0, 5, by=key(by, suite))
    assert one.add_checkpoint(request).status == 403


def test_404_a_log_that_it_does_not_know(one: Witness, suite: str) -> None:
    log = grown(suite, 5)
    note = signed(suite, text(log, 5, "log.example/two"), "log.example/two")
    assert one.add_checkpoint(request_body(0, [], note)).status == 404


def test_409_says_the_size_it_has(one: Witness, suite: str) -> None:
    log = grown(suite, 9)
    assert one.add_checkpoint(body(suite, log, 0, 5)).status == 200
    for old in (0, 4, 7):
        answer = one.add_checkpoint(body(suite, log, old, 9))
        assert (answer.status, answer.body, answer.content_type) == (409, b"5\n", "text/x.tlog.size")


def test_409_another_root_at_the_same_size(one: Witness, suite: str) -> None:
    assert one.add_checkpoint(body(suite, grown(suite, 5), 0, 5)).status == 200
    answer = one.add_checkpoint(body(suite, grown(suite, 5, "other"), 5, 5))
    assert answer.status == 409
    assert answer.content_type != "text/x.tlog.size"  # it is not the size that is wrong


def test_409_a_size_of_zero_with_another_root_than_the_empty_one(one: Witness, suite: str) -> None:
    note = f"{ORIGIN}\n0\n{base64.b64encode(bytes(32)).decode()}\n".encode()
    assert one.add_checkpoint(request_body(0, [], signed(suite, note, ORIGIN))).status == 409
    assert one.add_checkpoint(body(suite, grown(suite, 0), 0, 0)).status == 200


def test_422_a_proof_that_does_not_hold(one: Witness, suite: str) -> None:
    log, other = grown(suite, 9), grown(suite, 9, "other")
    assert one.add_checkpoint(body(suite, log, 0, 5, proof=[bytes(32)])).status == 422
    assert one.add_checkpoint(body(suite, log, 0, 5)).status == 200
    assert one.add_checkpoint(body(suite, log, 5, 5, proof=[bytes(32)])).status == 422
    assert one.add_checkpoint(body(suite, other, 5, 9)).status == 422
    assert one.add_checkpoint(body(suite, log, 5, 9, proof=log.consistency(4, 9))).status == 422
    assert one.add_checkpoint(body(suite, log, 5, 9)).status == 200


def test_what_it_has_seen_outlives_it(one: Witness, suite: str, tmp_path: Path) -> None:
    log = grown(suite, 9)
    assert one.add_checkpoint(body(suite, log, 0, 5)).status == 200
    again = witness(tmp_path / "w", suite)
    again.trust(ORIGIN, key("log", suite).public)  # naming the log again forgets nothing
    assert again.add_checkpoint(body(suite, grown(suite, 9, "other"), 0, 9)).status == 409
    assert again.add_checkpoint(body(suite, log, 5, 9)).status == 200


def test_what_cannot_be_written_is_not_signed(
    one: Witness, suite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    log = grown(suite, 9)
    with monkeypatch.context() as patched:
        patched.setattr("wusong.ledger.witness.replace", full)
        with pytest.raises(OSError, match="No space"):
            one.add_checkpoint(body(suite, log, 0, 5))
    assert (
        one.add_checkpoint(body(suite, grown(suite, 9, "other"), 0, 5)).status == 200
    )  # nothing was promised


def test_two_histories_at_once_one_is_signed(one: Witness, suite: str) -> None:
    histories = [grown(suite, 5, f"history {n}") for n in range(8)]
    answers: list[int] = []
    start = threading.Barrier(8)

    def client(log: Log) -> None:
        start.wait()
        answers.append(one.add_checkpoint(body(suite, log, 0, 5)).status)

    threads = [threading.Thread(target=client, args=(log,)) for log in histories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, *[409] * 7]


def test_a_bundle_is_witnessed(suite: str, tmp_path: Path, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    first = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    one = witness(tmp_path / "w", suite)
    trust = net.ledger.trust([witnessed(net, one)])
    shown = make_bundle(net.ledger, DeedId(bytes.fromhex(first.deed)))
    facts = verdict(shown, trust)
    assert facts["level"] == "witnessed by 1"
    assert facts["witnesses"][0]["name"] == NAME
    # Later deeds rest on later checkpoints until these are witnessed too; the first deed keeps its witness.
    size = net.ledger.app.log.size
    later = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    assert (
        verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(later.deed))), trust)["level"] == "operator only"
    )
    assert (
        verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(first.deed))), trust)["level"]
        == "witnessed by 1"
    )
    witnessed(net, one, size)
    for receipt in (first, later):
        facts = verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed))), trust)
        assert facts["level"] == "witnessed by 1"


def test_a_witness_that_signed_something_else_is_noticed(
    suite: str, tmp_path: Path, open_net: Callable[..., Net]
) -> None:
    net = open_net(suite=suite)
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    trust = net.ledger.trust([witnessed(net, witness(tmp_path / "w", suite))])
    shown = make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed)))
    shown["witnesses"][0]["time"] += 1
    shown["digest"] = net.ledger.suite.digest("bundle", canonical_without_digest(shown)).hex()
    assert (report(shown, trust).status, report(shown, trust).step) == (1, 5)


def canonical_without_digest(bundle: dict[str, Any]) -> bytes:
    """What a bundle's digest is over."""
    from wusong.crypto import canonical

    return canonical.encode({name: value for name, value in bundle.items() if name != "digest"})


def test_a_ledger_asks_as_any_log_does(suite: str, tmp_path: Path, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    one = witness(tmp_path / "w", suite)
    assert ask(one, suite, net.ledger.app.log, net.ledger.checkpoint(), 0).status == 404
    with pytest.raises(ProofError) as caught:
        read_line(b"unknown log")
    assert caught.value.code == "bad-note"
