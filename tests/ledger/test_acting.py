"""Carrying out deeds leaves nothing for the cyclic collector: on a busy ledger it would cost a fifth of the
time.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from wusong.bench import sample
from wusong.errors import WusongError

if TYPE_CHECKING:
    from pathlib import Path

DEEDS = 24


def test_deeds_leave_no_cycles_whether_accepted_or_refused(tmp_path: Path) -> None:
    subject = sample.make(tmp_path / "ledger", titles=DEEDS)
    issues = [subject.issue(DEEDS + number) for number in range(DEEDS)]
    transfers = [subject.transfer(title) for title in subject.titles]
    stale = [subject.transfer(title) for title in subject.titles]
    try:
        gc.collect()
        gc.disable()
        sample.hand_in(subject.ledger, [*issues, *transfers])
        refused = [subject.ledger.submit(envelope).result().code for envelope in stale]
        found = gc.collect()
    finally:
        gc.enable()
        subject.ledger.close()
    assert set(refused) == {"wrong-role"}
    assert found < DEEDS  # a cycle for each deed would be tens of times as many


def test_a_refusal_that_is_remembered_holds_nothing_of_the_execution(tmp_path: Path) -> None:
    subject = sample.make(tmp_path / "ledger", titles=1)
    try:
        sample.hand_in(subject.ledger, [subject.transfer(subject.titles[0])])
        receipt = subject.ledger.submit(subject.transfer(subject.titles[0])).result()
        refusal = subject.ledger.app.refusal(receipt.deed)
    finally:
        subject.ledger.close()
    assert isinstance(refusal, WusongError)
    assert refusal.__traceback__ is None
