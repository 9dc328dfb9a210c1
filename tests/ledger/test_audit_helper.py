"""The verifying process may die at any moment: what waits is answered, and the owner can still close."""

from __future__ import annotations

from wusong.crypto.keys import PrivateKey
from wusong.ledger.verifying import VerifyingProcess


def test_closing_after_a_frame_that_the_dead_helper_never_took() -> None:
    key, helper = PrivateKey.generate("Ed25519"), VerifyingProcess()
    check = ("Ed25519", key.public.coordinates, b"m", key.sign(b"m"))
    answers: list[bytes | None] = []
    helper.ask([check], answers.append)
    process = helper._process
    assert process is not None
    process.kill()
    process.wait()
    helper.ask([check], answers.append)  # a small frame stays in the buffer of the broken pipe
    helper.close()
    assert len(answers) == 2
    assert answers[1] is None
