"""Bundles of every kind that the ledger makes, in both suites, are accepted by the stand-alone verifier."""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from ledger.kit import Net, did_of
from ledger.verifying import report, verdict
from wusong.crypto import canonical, commitments
from wusong.crypto.suites import suite as find_suite
from wusong.errors import ProofError
from wusong.ledger.bundle import Wanted, make_bundle
from wusong.ledger.ids import DeedId
from wusong.ledger.receipt import Receipt
from wusong.ledger.restore import mark_restored

both = pytest.mark.parametrize("suite", ["intl", "gm"])


def shown(net: Net, receipt: Receipt, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401 - members of Wanted
    """The bundle of a receipt."""
    return make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed)), Wanted(**wanted))


def facts(net: Net, receipt: Receipt, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401 - members of Wanted
    """What the verifier says of it."""
    return verdict(shown(net, receipt, **wanted), net.ledger.trust())


@both
def test_one_signer(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    said = facts(net, receipt)
    assert said["level"] == "operator only"
    assert said["code"] == "ok"
    assert said["deed"] == receipt.deed
    assert said["undisclosed"] == 0
    assert said["trial"] is False
    assert said["time"] == net.ledger.app.head.time
    assert [signer["party"] for signer in said["signers"]] == [did_of("alice")]


@both
def test_several_signers(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    asset = net.issue("alice")
    roles = {"holder": did_of("alice"), "issuer": did_of("alice")}
    net.submit(
        net.seal_up(
            net.draft("alice").act(net.title, "handover", {"to": did_of("bob")}, as_=roles, asset=asset)
        )
    )
    draft = net.draft("bob", {"basis": "民法典 469", "party": "alice"})
    roles = {"holder": did_of("bob"), "issuer": did_of("alice")}
    draft.act(net.title, "handover", {"to": did_of("carol")}, as_=roles, asset=asset, rev=2)
    receipt = net.submit(net.seal_up(draft))
    assert receipt.accepted
    assert [signer["party"] for signer in facts(net, receipt)["signers"]] == [did_of("bob"), did_of("alice")]


@both
def test_under_a_mandate(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    mandate = net.mandate("alice", "bob", [{"actions": ["issue"], "contract": "title@1"}], limit=3)
    draft = net.draft({"mandate": mandate, "party": "alice"})
    draft.act(net.title, "issue", {"holder": did_of("carol"), "lot": "L"}, as_={"issuer": did_of("alice")})
    receipt = net.submit(net.seal_up(draft, net.key("bob")))
    signer = facts(net, receipt)["signers"][0]
    assert (signer["party"], signer["delegate"], signer["mandate"]) == (
        did_of("alice"),
        did_of("bob"),
        mandate,
    )
    assert net.leaf(mandate).fields["used"] == 1
    effects = shown(net, receipt)["acts"][0]["effects"]
    assert [effect[0] for effect in effects] == [net.created(receipt), mandate]


@both
def test_some_acts_only(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    draft = net.draft("alice")
    for lot in ("public", "secret", "also secret"):
        draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": lot}, as_={"issuer": did_of("alice")})
    receipt = net.submit(net.seal_up(draft))
    said = facts(net, receipt, acts=frozenset({0}))
    assert said["undisclosed"] == 2
    assert b"secret" not in canonical.encode(shown(net, receipt, acts=frozenset({0}), pages=False))
    assert facts(net, receipt, acts=frozenset())["undisclosed"] == 3
    assert facts(net, receipt, acts=frozenset({0, 2}))["undisclosed"] == 1
    assert facts(net, receipt, pages=False)["undisclosed"] == 0


@both
def test_a_refused_deed(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "alice"))
    said = facts(net, receipt)
    assert (said["code"], said["clause"]) == ("guard-failed", "to-oneself")


@both
def test_state_now_and_absence(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    asset = net.issue("alice")
    receipt = net.submit(net.transfer("alice", asset, "bob"))
    for n in range(40):
        net.issue("carol", f"lot {n}")
    absent = [net.ledger.rules.key("party", f"did:web:nobody-{n}.example") for n in range(20)]
    keys = (bytes.fromhex(asset), net.ledger.rules.key("parameters"), *absent)
    proved = {one["key"]: one["value"] for one in facts(net, receipt, states=keys)["state"]}
    assert proved[asset]["roles"]["holder"] == did_of("bob")
    assert proved[net.state_key("parameters")]["fields"]["block_deeds"] == 4096
    assert all(proved[key.hex()] is None for key in absent)


@both
def test_contents(suite: str, open_net: Callable[..., Net]) -> None:
    net, hashes = open_net(suite=suite), find_suite(suite)
    content, salt = hashes.hash("热轧卷板".encode()), bytes(range(32))
    commitment = commitments.commit(hashes, salt, content).hex()
    args = {"holder": did_of("alice"), "lot": commitment}
    receipt = net.do("alice", net.title, "issue", args, as_={"issuer": "alice"})
    opening = {"act": 0, "arg": "lot", "content": content.hex(), "salt": salt.hex()}
    assert facts(net, receipt, contents=(opening,))["contents"][0]["content"] == content.hex()
    wrong = shown(net, receipt, contents=({**opening, "salt": "00" * 32},))
    assert report(wrong, net.ledger.trust()).step == 13


@both
def test_after_a_new_epoch(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    before = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    trust = net.ledger.trust()
    mark_restored(net.ledger.store)
    net.reopen()
    net.ledger.begin_epoch(net.key("seal 2"))
    after = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    for receipt in (before, after):
        bundle = shown(net, receipt, states=(net.ledger.rules.key("parameters"),))
        assert len(bundle["sets"]) == 1
        assert bundle["checkpoint"]["epoch"] == 1
        assert verdict(bundle, trust)["code"] == "ok"
    net.reopen("seal 2")
    for receipt in (before, after):
        assert verdict(shown(net, receipt), trust)["code"] == "ok"


def test_keys_of_then_after_rotation(net: Net) -> None:
    """The receipt says which key was valid when it was sealed; a revoked key stays listed, to be shown."""
    from ledger.refusing import rotate

    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    assert net.submit(rotate(net, "alice", add=["alice 2"], revoke=["alice"])).accepted
    assert facts(net, receipt)["signers"][0]["key"] == net.key("alice").public.thumbprint


def test_any_changed_byte_is_refused(net: Net) -> None:
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    bundle, trust = shown(net, receipt, states=(net.ledger.rules.key("parameters"),)), net.ledger.trust()
    data, chance = canonical.encode(bundle), random.Random(7)
    import wusong_verify

    for _ in range(200):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert wusong_verify.verify(bytes(changed), canonical.encode(trust)).status in {1, 2}


def test_no_member_can_be_exchanged_for_another_deeds(net: Net) -> None:
    """Every part of one good bundle put into another, with a right digest: each is found."""
    one, other = (
        shown(net, net.submit(net.transfer("alice", net.issue("alice"), to))) for to in ("bob", "carol")
    )
    trust = net.ledger.trust()
    for member in one:
        if one[member] == other[member] or member == "digest":
            continue
        mixed = copy.deepcopy(one) | {member: copy.deepcopy(other[member])}
        rest = {name: value for name, value in mixed.items() if name != "digest"}
        mixed["digest"] = net.ledger.suite.digest("bundle", canonical.encode(rest)).hex()
        assert report(mixed, trust).status == 1, member


def test_what_cannot_be_proved(net: Net, open_net: Callable[..., Net]) -> None:
    with pytest.raises(ProofError) as caught:
        make_bundle(net.ledger, DeedId(b"x" * 32))
    assert caught.value.code == "no-such-deed"
    with pytest.raises(ProofError) as caught:
        open_net(pages=()).ledger.checkpoint()
    assert caught.value.code == "no-block"
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    net.reopen(None)
    with pytest.raises(ProofError) as caught:
        shown(net, receipt)
    assert caught.value.code == "no-seal-key"


def test_an_erased_act_is_not_shown_and_the_rest_holds(net: Net) -> None:
    draft = net.draft("alice")
    for lot in ("stays", "personal"):
        draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": lot}, as_={"issuer": did_of("alice")})
    receipt = net.submit(net.seal_up(draft))
    asset = net.created(receipt, 1)
    order = {"act": 1, "basis": "个人信息保护法 47", "deed": receipt.deed}
    net.system("erasure", "erase", order, "authority", net.state_key("erasure", f"{receipt.deed} 1"))
    said = facts(net, receipt, states=(bytes.fromhex(asset),))
    assert said["undisclosed"] == 1
    assert [act["index"] for act in said["acts"]] == [0]
    with pytest.raises(ProofError) as caught:
        shown(net, receipt, acts=frozenset({1}))
    assert caught.value.code == "act-erased"
    net.reopen()
    assert facts(net, receipt)["undisclosed"] == 1


def test_bundles_made_while_blocks_run_all_verify(net: Net) -> None:
    """A proof never rests on a block that is not durable yet."""
    assets = [net.issue("alice", f"{n}") for n in range(4)]
    receipts = [net.submit(net.transfer("alice", asset, "bob")) for asset in assets]
    trust, stop, made = net.ledger.trust(), threading.Event(), list[dict[str, Any]]()

    def prove(receipt: Receipt, asset: str) -> None:
        while not stop.is_set():
            made.append(shown(net, receipt, states=(bytes.fromhex(asset),)))

    threads = [threading.Thread(target=prove, args=pair) for pair in zip(receipts, assets, strict=True)]
    for thread in threads:
        thread.start()
    for n in range(60):
        net.submit(
            net.transfer(
                "bob" if n % 2 == 0 else "carol", assets[n % 4 // 2 * 2], "carol" if n % 2 == 0 else "bob"
            )
        )
    stop.set()
    for thread in threads:
        thread.join()
    assert len({bundle["checkpoint"]["size"] for bundle in made}) > 1
    for bundle in random.Random(1).sample(made, min(len(made), 25)):
        assert verdict(bundle, trust)["code"] == "ok"


def test_a_reader_with_an_old_view_does_not_leave_an_old_leaf_behind(net: Net) -> None:
    """A leaf read from before a block and kept after it would let the next block act on what no longer is."""
    asset = net.issue("alice")
    net.reopen()  # nothing is in memory
    opened, written = threading.Event(), threading.Event()

    def read() -> None:
        rows = net.ledger.store.leaves()
        next(rows)  # this thread's connection sees the file as it is now, as long as the rows are not read
        opened.set()
        written.wait(10)
        net.ledger.store.get(bytes.fromhex(asset))
        del rows

    reader = threading.Thread(target=read)
    reader.start()
    opened.wait(10)
    net.submit(net.transfer("alice", asset, "bob"))
    net.ledger.store._leaves.clear()  # as happens when memory is full
    written.set()
    reader.join()
    assert net.leaf(asset).roles["holder"] == did_of("bob")
    assert net.submit(net.transfer("alice", asset, "carol")).code == "wrong-role"
