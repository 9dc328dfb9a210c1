"""kill -9 at random moments under load: no acknowledged deed is lost, the state is what the deeds make it.

A killed process leaves what it had handed to the operating system; loss of power is another fault, against
which each block is flushed before its receipts are given (``synchronous=FULL``).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger.kit import Clock, Net, key_of
from ledger.verifying import verdict
from wusong.errors import LedgerError
from wusong.ledger.bundle import make_bundle
from wusong.ledger.ids import DeedId
from wusong.ledger.integrity import scrub
from wusong.ledger.ledger import FILE, Ledger
from wusong.ledger.receipt import decode_receipt
from wusong.ledger.replay import replay

HERE = Path(__file__).resolve().parent
PATHS = os.pathsep.join(str(HERE.parent.parent / name) for name in ("src", "tests"))


def live_and_die(folder: Path, seed: str, chance: random.Random) -> list[str]:
    """Run a node until it is killed at a random moment; the lines that it said."""
    command = [sys.executable, str(HERE / "storm_child.py"), str(folder), seed]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": PATHS}
    ) as child:
        assert child.stdout is not None
        lines: list[str] = []
        if chance.random() < 0.85:  # the rest is killed while it starts
            lines.append(child.stdout.readline().decode().strip())
            assert lines == ["ready"]
            time.sleep(chance.uniform(0, 0.4))
        else:
            time.sleep(chance.uniform(0.4, 1.2))
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().decode().splitlines()
        assert child.wait() == -signal.SIGKILL
    return [*lines, *rest]


def check(folder: Path, said: list[str], *, must_exist: bool) -> int:
    """What must hold after the kill; the number of deeds that had been acknowledged."""
    acknowledged = [line.split() for line in said if line != "ready"]
    if not must_exist and not (folder / FILE).exists():  # killed while it was made
        with pytest.raises(LedgerError, match="no-ledger"):
            Ledger.open(folder, key_of("seal", "intl"), Clock())
        return 0
    ledger = Ledger.open(folder, key_of("seal", "intl"), Clock())
    try:
        for deed, height, index, code in acknowledged:
            row = ledger.store.deed(bytes.fromhex(deed))
            assert row is not None, f"deed {deed} was acknowledged and is lost"
            receipt = decode_receipt(row.receipt)
            assert [str(receipt.height), str(receipt.index), receipt.code] == [height, index, code]
        again = replay(ledger.store)
        assert again.tree.root == ledger.app.tree.root
        assert again.head.digest == ledger.app.head.digest
        assert (
            list(scrub(ledger.store, ledger.rules))[-1:] == [ledger.app.head.height][: ledger.app.head.height]
        )
        for deed, *_ in acknowledged[-1:]:
            facts = verdict(make_bundle(ledger, DeedId(bytes.fromhex(deed))), ledger.trust())
            assert facts["deed"] == deed
        goes_on(folder, ledger)
    finally:
        ledger.close()
    return len(acknowledged)


def goes_on(folder: Path, ledger: Ledger) -> None:
    """The reopened ledger takes deeds."""
    net = Net(folder, ledger, Clock(), "intl")
    if ledger.store.page(net.title) is not None:
        assert net.leaf(net.issue("alice")).rev == 1


def rounds(folder: Path, seeds: range) -> int:
    """Fresh stores, each killed once or twice; the number of acknowledged deeds that were looked for."""
    total = 0
    for seed in seeds:
        chance = random.Random(seed)
        place, said, ready = folder / f"{seed}", [], False
        for life in range(2 if seed % 4 == 0 else 1):
            said += live_and_die(place, f"{seed} {life}", chance)
            ready = ready or "ready" in said
        total += check(place, said, must_exist=ready)
    print(f"{total} acknowledged deeds were looked for")
    return total


def test_a_killed_node_loses_nothing(tmp_path: Path) -> None:
    assert rounds(tmp_path, range(1, 3)) > 0


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1_000, 1_100, 10))
def test_storm(first: int, tmp_path: Path) -> None:
    assert rounds(tmp_path, range(first, first + 10)) > 0
