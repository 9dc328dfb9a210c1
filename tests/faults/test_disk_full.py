"""Disk full: refused cleanly, nothing changed, and the ledger goes on when there is space again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ledger.kit import Clock, key_of
from wusong.ledger.integrity import scrub
from wusong.ledger.ledger import Ledger
from wusong.ledger.receipt import decode_receipt
from wusong.ledger.replay import replay

HERE = Path(__file__).resolve().parent
PATHS = os.pathsep.join(str(HERE.parent.parent / name) for name in ("src", "tests"))


def test_refused_while_full_and_accepted_afterwards(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "full_child.py"), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": PATHS},
        capture_output=True,
        check=True,
        timeout=120,
    )
    said = json.loads(run.stdout)
    assert said["refused"] == ["store-full"] * 5
    assert said["again"] == ["ok"] * 5
    assert "?" not in said["explained"]
    assert "释放空间" in said["explained"]
    assert len(said["given"]) > 10

    ledger = Ledger.open(tmp_path, key_of("seal", "intl"), Clock())
    try:
        for deed, height, index in said["given"]:
            row = ledger.store.deed(bytes.fromhex(deed))
            assert row is not None
            receipt = decode_receipt(row.receipt)
            assert (receipt.height, receipt.index) == (height, index)
        assert replay(ledger.store).tree.root == ledger.app.tree.root
        assert list(scrub(ledger.store, ledger.rules))[-1] == ledger.app.head.height
    finally:
        ledger.close()
