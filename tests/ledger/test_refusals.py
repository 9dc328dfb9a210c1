"""Every way in which the ledger refuses a deed: one row each, with its code, its words, and nothing changed.

* A deed that no block may hold leaves no trace at all.
* A deed that a block holds and execution refuses has a receipt that verifies offline; it is spent and its
  submitter's quota is charged; no other leaf changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ledger import rows_admission, rows_contracts, rows_execution, rows_standing
from ledger.kit import START, Net
from ledger.refusing import (
    ROWS,
    Row,
    read,
)
from ledger.verifying import verdict
from wusong.contract import codes as contract_codes
from wusong.errors import DeedError, WusongError, codes
from wusong.ledger import codes as ledger_codes
from wusong.ledger import codes_standing, codes_store
from wusong.ledger.bundle import make_bundle
from wusong.ledger.deed import MINUTE

PARTS = (rows_admission, rows_execution, rows_contracts, rows_standing)  # each adds its rows


def ledger_leaves(net: Net, *but: str) -> dict[str, bytes]:
    """All leaves but those at these keys."""
    return {key.hex(): value for key, value in net.ledger.store.leaves() if key.hex() not in but}


def attempt(net: Net, made: list[bytes]) -> None:
    """Hand in what a row made: one deed through the engine, several as one block. Raises the refusal."""
    if len(made) == 1:
        net.submit(made[0])
        return
    app = net.ledger.app
    now = net.ledger.now()
    fit, refused = app.prepare([read(net, one) for one in made], now)
    app.finalise(fit, now)
    app.commit()
    for _deed, error in refused:
        raise error


def assert_explained(error: WusongError) -> None:
    """Both languages say what happened, why and what to do, with every blank filled in."""
    for lang in ("en", "zh"):
        said = error.explain(lang)
        for sentence in (said.what, said.why, said.do):
            assert sentence.strip(), (error, lang)
            assert "?" not in sentence, (error, lang, sentence)
    assert any("\u4e00" <= character <= "\u9fff" for character in str(error.explain("zh")))


@pytest.mark.parametrize("one", ROWS, ids=lambda one: f"{one.code}: {one.name}")
def test_refused_with_its_code_and_nothing_changed(one: Row, open_net: Callable[..., Net]) -> None:
    net = open_net(pages=one.pages, suite=one.suite)
    made = one.make(net)
    deeds = made if isinstance(made, list) else [made]
    if one.sealed:
        refused_by_receipt(net, one, deeds)
    else:
        refused_without_trace(net, one, deeds)


def refused_without_trace(net: Net, one: Row, made: list[bytes]) -> None:
    before, height, root = ledger_leaves(net), net.ledger.app.head.height, net.ledger.app.tree.root
    with pytest.raises(WusongError) as caught:
        attempt(net, made)
    assert caught.value.code == one.code, caught.value
    assert_explained(caught.value)
    if len(made) == 1:
        assert (net.ledger.app.head.height, net.ledger.app.tree.root) == (height, root)
        assert ledger_leaves(net) == before


def refused_by_receipt(net: Net, one: Row, made: list[bytes]) -> None:
    deed = read(net, made[-1])
    own = [net.state_key("quota", deed.submitter), net.state_key("spent", str(deed.minute))]
    before = ledger_leaves(net, *own)
    attempt(net, made)
    stored = net.ledger.store.deed(deed.id)
    assert stored is not None
    receipt = json.loads(stored.receipt)
    assert (receipt["code"], receipt.get("clause", "")) == (one.code, one.clause), net.ledger.app.refusal(
        deed.id.hex()
    )
    assert receipt["acts"] == []
    refusal = net.ledger.app.refusal(deed.id.hex())
    assert refusal is not None
    assert_explained(refusal)
    if len(made) == 1:
        assert ledger_leaves(net, *own) == before
    bundle = make_bundle(net.ledger, deed.id)
    assert verdict(bundle, net.ledger.trust())["code"] == one.code


#: Codes of the tables that no deed can be refused with, and where they are shown instead.
ELSEWHERE = {
    "bad-page": "wrapped as page-refused; tests/contract",
    "act-failed": "an error of the program itself; tests/ledger/test_execute.py",
    **dict.fromkeys(codes_store.STORE, "tests/faults, tests/ledger/test_engine.py"),
    **dict.fromkeys(codes_store.LEDGER, "tests/ledger/test_ledger.py, test_bundle.py"),
    **dict.fromkeys(codes_store.RESTORE, "tests/ledger/test_restore.py, test_note.py, test_witness.py"),
}


def test_every_code_has_a_row() -> None:
    assert all(part.__doc__ for part in PARTS)
    deeds = ledger_codes.UNREADABLE | ledger_codes.ADMISSION | ledger_codes.EXECUTION
    deeds |= codes_standing.STANDING | contract_codes.REFUSALS
    known = set(deeds) | set(codes_store.STORE | codes_store.LEDGER | codes_store.RESTORE)
    rows = {one.code for one in ROWS}
    assert known - rows - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) & rows == set()
    assert rows <= set(codes())


def test_codes_that_no_deed_meets_are_tested_elsewhere() -> None:
    """Each code of store, engine and restore stands in some other test, which meets it."""
    here = Path(__file__).resolve()
    tests = [file.read_text("utf-8") for file in here.parent.parent.rglob("test_*.py") if file != here]
    for code in codes_store.STORE | codes_store.LEDGER | codes_store.RESTORE:
        assert any(f'"{code}"' in text or f'"{code}:' in text for text in tests), code


def test_a_deed_names_no_clause_but_the_refusing_one(net: Net) -> None:
    refused = net.submit(net.transfer("alice", net.issue("alice"), "alice"))
    assert refused.act == 0
    assert msgspec.to_builtins(refused)["clause"] == "to-oneself"
    error = net.ledger.app.refusal(refused.deed)
    assert not isinstance(error, DeedError)
    assert START // MINUTE > 0
