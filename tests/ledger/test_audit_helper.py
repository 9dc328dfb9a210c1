"""The helper process says what the node would find out, and may die at any moment: what waits is answered,
and the owner can still close.
"""

from __future__ import annotations

from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from wusong.bench import sample
from wusong.crypto.keys import PrivateKey
from wusong.ledger.deed import parse
from wusong.ledger.verifying import ANSWER, HOLDS, READABLE, UNREADABLE, VerifyingProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wusong.bench.sample import Sample


@pytest.fixture(params=["intl", "gm"])
def subject(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sample]:
    alg = {"intl": "Ed25519", "gm": "SM2-SM3"}[request.param]
    made = sample.make(tmp_path / "ledger", alg=alg, suite=request.param, parties=2)
    yield made
    made.ledger.close()


def helper_of(subject: Sample) -> VerifyingProcess:
    return VerifyingProcess(subject.ledger.suite.name, subject.ledger.rules.ledger_hex)


def _forged(envelope: bytes) -> bytes:
    """The envelope with another signature of the same form."""
    at = envelope.index(b'"signature":"') + len(b'"signature":"')
    return envelope[:at] + (b"B" if envelope[at : at + 1] == b"A" else b"A") + envelope[at + 1 :]


def test_it_says_what_is_readable_and_which_signatures_hold(subject: Sample) -> None:
    helper, answers = helper_of(subject), SimpleQueue[bytes | None]()
    good, other = subject.issue(0), subject.issue(1)
    asked = [good, _forged(good), good + b" ", other, b"{"]
    helper.ask(asked, [subject.keys[0].public], answers.put)
    helper.ask([other], [subject.keys[1].public], answers.put)
    first, second = answers.get(timeout=60), answers.get(timeout=60)
    helper.close()
    assert first is not None
    assert second is not None
    said = [first[at : at + ANSWER] for at in range(0, len(first), ANSWER)]
    assert [one[0] for one in said] == [HOLDS, READABLE, UNREADABLE, READABLE, UNREADABLE]
    ids = [parse(one, subject.ledger.suite, subject.ledger.rules.ledger_hex).id for one in (good, other)]
    assert [said[0][1:], said[3][1:]] == ids
    assert second == bytes([HOLDS]) + ids[1]


def test_closing_after_a_frame_that_the_dead_helper_never_took() -> None:
    key, helper = PrivateKey.generate("Ed25519"), VerifyingProcess("intl", "00" * 32)
    answers: list[bytes | None] = []
    helper.ask([b"{"], [key.public], answers.append)
    process = helper._process
    assert process is not None
    process.kill()
    process.wait()
    helper.ask([b"{"], [], answers.append)  # a small frame stays in the buffer of the broken pipe
    helper.close()
    assert len(answers) == 2
    assert answers[1] is None
