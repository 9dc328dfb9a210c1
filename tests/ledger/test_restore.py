"""A node restored from an old backup reads only, until it is known that nothing newer was acknowledged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.kit import Net, key_of
from ledger.verifying import report, verdict
from ledger.witnessing import ask, key, witness, witnessed
from wusong.errors import LedgerError, ProofError
from wusong.ledger.bundle import make_bundle
from wusong.ledger.checkpoint import origin
from wusong.ledger.ids import DeedId
from wusong.ledger.integrity import scrub
from wusong.ledger.ledger import FILE, Ledger
from wusong.ledger.receipt import Receipt
from wusong.ledger.replay import replay
from wusong.ledger.restore import mark_restored
from wusong.ledger.store import Store


@dataclass
class Restored:
    """A ledger restored from a backup, and what came before and after the backup was made."""

    net: Net
    old: Net
    before: Receipt
    after: Receipt


def restore(net: Net, folder: Path, *, newer: bool = True) -> Restored:
    """Back up, go on, and restore the backup elsewhere, as the restore command does."""
    before = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    folder.mkdir()
    net.ledger.store.backup(folder / FILE)
    after = net.submit(net.transfer("alice", net.issue("alice"), "bob")) if newer else before
    store = Store(folder / FILE)
    mark_restored(store)
    store.close()
    ledger = Ledger.open(folder, key_of("seal", net.suite), net.clock)
    return Restored(Net(folder, ledger, net.clock, net.suite), net, before, after)


def proved(net: Net, receipt: Receipt, trust: dict[str, object]) -> dict[str, object]:
    """What the verifier says of a receipt's bundle."""
    return verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed))), trust)


@pytest.fixture
def restored(net: Net, tmp_path: Path) -> Restored:
    """A restored ledger; something newer was acknowledged."""
    return restore(net, tmp_path / "restored")


def test_it_reads_only(restored: Restored) -> None:
    net = restored.net
    assert net.ledger.read_only
    with pytest.raises(LedgerError) as caught:
        net.issue("carol")
    assert caught.value.code == "read-only"
    assert "?" not in str(caught.value.explain("zh"))
    assert proved(net, restored.before, net.ledger.trust())["code"] == "ok"
    with pytest.raises(ProofError, match="no-such-deed"):
        make_bundle(net.ledger, DeedId(bytes.fromhex(restored.after.deed)))
    net.reopen()
    assert net.ledger.read_only, "closing and opening settles nothing"
    net.close()


def test_a_witness_that_saw_no_more_settles_it(net: Net, tmp_path: Path) -> None:
    one = witness(tmp_path / "w", net.suite)
    backup = restore(net, tmp_path / "restored", newer=False)
    witnessed(backup.net, one)
    answer = ask(one, net.suite, backup.net.ledger.app.log, backup.net.ledger.checkpoint(), 0)
    assert (answer.status, answer.content_type) == (409, "text/x.tlog.size")
    backup.net.ledger.settle_restore(int(answer.body))
    assert not backup.net.ledger.read_only
    assert backup.net.leaf(backup.net.issue("carol")).rev == 1
    backup.net.reopen()
    assert not backup.net.ledger.read_only
    backup.net.close()


def test_a_witness_that_saw_more_does_not(net: Net, tmp_path: Path) -> None:
    one = witness(tmp_path / "w", net.suite)
    backup = restore(net, tmp_path / "restored")
    witnessed(net, one)  # the node that was lost had its newer deeds witnessed
    ledger = backup.net.ledger
    size = int(ask(one, net.suite, ledger.app.log, ledger.checkpoint(), 0).body)
    with pytest.raises(LedgerError) as caught:
        ledger.settle_restore(size)
    assert caught.value.code == "newer-acknowledged"
    assert caught.value.data == {"size": ledger.app.log.size, "witnessed": size}
    assert ledger.read_only
    backup.net.close()


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_a_new_epoch_shows_the_break_and_one_trust_file_serves_both(
    suite: str, tmp_path: Path, open_net: Callable[..., Net]
) -> None:
    backup = restore(open_net(suite=suite), tmp_path / "restored")
    net, trust = backup.net, backup.old.ledger.trust()
    size, root = net.ledger.app.log.size, net.ledger.app.log.root().hex()
    net.ledger.begin_epoch(net.key("seal 2"))
    assert not net.ledger.read_only
    later = net.submit(net.transfer("alice", net.issue("alice"), "carol"))

    head = net.ledger.app.head
    assert head.epoch == 1
    row = net.ledger.store.block(head.height - 2)
    assert row is not None
    assert b'{"root":"%s","size":%d,"type":"restored"}' % (root.encode(), size) in row.seal

    assert proved(net, backup.before, trust)["code"] == "ok"
    assert proved(net, later, trust)["code"] == "ok"
    assert proved(backup.old, backup.after, trust)["code"] == "ok"  # acknowledged, and provable for ever

    net.reopen("seal 2")
    assert proved(net, later, trust)["code"] == "ok"
    assert list(scrub(net.ledger.store, net.ledger.rules))[-1] == net.ledger.app.head.height
    assert replay(net.ledger.store).head.digest == net.ledger.app.head.digest
    net.ledger.close()
    with pytest.raises(LedgerError) as caught:
        Ledger.open(net.folder, key_of("seal", suite), net.clock)
    assert caught.value.code == "wrong-seal-key"


def test_a_trust_file_whose_old_key_ended_refuses_what_that_key_signs_later(restored: Restored) -> None:
    """The old key may have been stolen with the old machine: ``until`` ends it where the new epoch begins."""
    net = restored.net
    size = net.ledger.app.log.size
    net.ledger.begin_epoch(net.key("seal 2"))
    trust = restored.old.ledger.trust()
    trust["cosigners"][0]["until"] = size
    fork = make_bundle(restored.old.ledger, DeedId(bytes.fromhex(restored.after.deed)))
    assert report(fork, trust).step == 4
    net.close()


def test_what_was_witnessed_in_the_old_epoch_does_not_spoil_bundles_of_the_new(
    net: Net, tmp_path: Path
) -> None:
    one = witness(tmp_path / "w", net.suite)
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    trust = net.ledger.trust([witnessed(net, one)])
    assert proved(net, receipt, trust)["level"] == "witnessed by 1"
    with pytest.raises(LedgerError) as raised:
        net.ledger.begin_epoch(net.key("seal 2"))
    assert raised.value.code == "not-read-only"
    mark_restored(net.ledger.store)
    net.reopen()
    net.ledger.begin_epoch(net.key("seal 2"))
    assert proved(net, receipt, trust)["level"] == "operator only"
    witnessed(net, one)  # under the origin of the new epoch, which the witness follows from its beginning
    assert proved(net, receipt, trust)["level"] == "witnessed by 1"
    assert origin(net.ledger.rules.ledger_hex, 1) != origin(net.ledger.rules.ledger_hex, 0)
    assert key("w", net.suite).public.thumbprint


def test_an_interrupted_epoch_is_begun_again(restored: Restored, monkeypatch: pytest.MonkeyPatch) -> None:
    net = restored.net

    def fails(*_: object) -> None:
        raise OSError("power lost")

    with monkeypatch.context() as patched:
        patched.setattr(type(net.ledger.app), "commit", fails)
        with pytest.raises(OSError, match="power"):
            net.ledger.begin_epoch(net.key("seal 2"))
    net.ledger.app.discard()
    net.reopen()
    assert net.ledger.read_only
    assert proved(net, restored.before, net.ledger.trust())["code"] == "ok"
    net.ledger.begin_epoch(net.key("seal 3"))
    later = net.submit(net.transfer("alice", net.issue("alice"), "carol"))
    assert proved(net, later, restored.old.ledger.trust())["code"] == "ok"
    net.close()


def test_a_ledger_without_its_seal_key_begins_no_epoch(restored: Restored) -> None:
    net = restored.net
    net.reopen(None)
    with pytest.raises(LedgerError) as caught:
        net.ledger.begin_epoch(net.key("seal 2"))
    assert caught.value.code == "wrong-seal-key"
    net.close()


def test_a_second_restore_makes_a_second_epoch(restored: Restored, tmp_path: Path) -> None:
    net, trust = restored.net, restored.old.ledger.trust()
    net.ledger.begin_epoch(net.key("seal 2"))
    middle = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    net.ledger.store.backup(tmp_path / "backup.db")
    net.close()
    shutil.copy(tmp_path / "backup.db", net.folder / FILE)
    store = Store(net.folder / FILE)
    mark_restored(store)
    store.close()
    net.ledger = Ledger.open(net.folder, net.key("seal 2"), net.clock)
    net.ledger.begin_epoch(net.key("seal 3"))
    last = net.submit(net.transfer("alice", net.issue("alice"), "carol"))
    for receipt in (restored.before, middle, last):
        assert proved(net, receipt, trust)["code"] == "ok"
    assert net.ledger.app.head.epoch == 2
    assert replay(net.ledger.store).head.digest == net.ledger.app.head.digest
    net.close()
