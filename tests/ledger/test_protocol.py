"""Protocol versions: activated by the authorities, from a height, never backward, never unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ledger.kit import Net, did_of
from ledger.verifying import verdict
from wusong.crypto import canonical
from wusong.errors import DeedError, LedgerError
from wusong.ledger import protocol, snapshot
from wusong.ledger.bundle import make_bundle
from wusong.ledger.genesis import DEFAULTS, Genesis
from wusong.ledger.ids import DeedId
from wusong.ledger.receipt import Receipt
from wusong.ledger.replay import replay
from wusong.ledger.rules import Rules
from wusong.ledger.state import BlockState
from wusong.ledger.system import KINDS
from wusong.ledger.system.accreditation import ACTIONS

NOTICE = DEFAULTS["activation_notice"]


@pytest.fixture
def old(open_net: Callable[..., Net]) -> Net:
    """A ledger that began under version 1."""
    net = open_net(protocol=1)
    assert net.ledger.app.head.seal is not None
    return net


def code(raised: pytest.ExceptionInfo[LedgerError]) -> str:
    """The code, after looking whether it is explained in full."""
    for lang in ("en", "zh"):
        assert "?" not in str(raised.value.explain(lang))
    return raised.value.code


def activation(net: Net, version: object = 2, at: int | None = None, by: str = "admin") -> bytes:
    """A deed that activates a version."""
    height = net.ledger.app.head.height + 1 + NOTICE if at is None else at
    args = {"from": height, "protocol": version, "reason": "test"}
    as_, asset = {"authority": by}, net.state_key("protocol")
    return net.one(by, "system/parameters", "activate", args, as_=as_, asset=asset)


def run_to(net: Net, height: int) -> None:
    """Empty blocks up to ``height``, as an engine with empty blocks makes them."""
    app = net.ledger.app
    while app.head.height < height:
        app.finalise([], net.ledger.now())
        app.commit()


def activated(net: Net) -> int:
    """Activate version 2; the height from which it holds."""
    receipt = net.submit(activation(net))
    assert receipt.accepted, net.ledger.app.refusal(receipt.deed)
    return receipt.height + NOTICE


def bundle_of(net: Net, receipt: Receipt) -> dict[str, Any]:
    return make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed)))


def versions(net: Net) -> list[int]:
    """The version of each seal, in order."""
    return [json.loads(row.seal)["protocol"] for row in net.ledger.store.blocks()]


def know_only(monkeypatch: pytest.MonkeyPatch, *known: int) -> None:
    """Be an older or newer program."""
    monkeypatch.setattr(protocol, "KNOWN", frozenset(known))


# --- activation in the middle of a chain ------------------------------------------------------------------


def test_a_new_ledger_begins_with_the_newest_rules(net: Net) -> None:
    assert net.ledger.genesis.protocol == protocol.NEWEST == max(protocol.KNOWN)
    assert set(versions(net)) == {protocol.NEWEST}
    assert net.ledger.protocol_status() == {"version": 2, "known": True, "next": None}


def test_the_rules_change_at_the_height_and_not_before(old: Net) -> None:
    height = activated(old)
    status = old.ledger.protocol_status()
    assert status == {"version": 1, "known": True, "next": {"from": height, "protocol": 2}}
    run_to(old, height - 2)
    before, after = old.issue("alice"), old.issue("alice")
    assert versions(old) == [1] * (height - 1) + [2]
    assert old.leaf(before) is not None
    assert old.leaf(after) is not None
    assert old.ledger.protocol_status() == {"version": 2, "known": True, "next": None}


def test_it_survives_restart_replay_and_snapshot(old: Net) -> None:
    height = activated(old)
    old.reopen()
    run_to(old, height - 1)
    old.reopen()
    old.issue("alice")
    old.reopen()
    old.issue("bob")
    again = replay(old.ledger.store)
    assert again.head == old.ledger.app.head
    assert again.tree.root == old.ledger.app.tree.root
    manifest, chunks = snapshot.take(old.ledger.app, old.ledger.store)
    content = snapshot.read(old.ledger.suite, manifest, chunks)
    rules, table = Rules(old.ledger.genesis), content.leaves[bytes.fromhex(old.state_key("protocol"))]
    from_snapshot = Source(content.leaves)
    assert b'"from":' in table
    assert [rules.version(BlockState(from_snapshot), at) for at in (height - 1, height)] == [1, 2]


class Source:
    """A snapshot's leaves, as execution reads them."""

    def __init__(self, leaves: dict[bytes, bytes]) -> None:
        self.get = leaves.get

    def page(self, _digest: str) -> bytes | None:
        """No page is asked for."""


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_proofs_of_both_versions_verify(open_net: Callable[..., Net], suite: str) -> None:
    net = open_net(protocol=1, suite=suite)
    first = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    run_to(net, activated(net) - 1)
    second = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    for receipt, version in ((first, 1), (second, 2)):
        bundle = bundle_of(net, receipt)
        assert bundle["seal"]["protocol"] == version
        assert bundle["genesis"]["protocol"] == 1
        assert verdict(bundle, net.ledger.trust())["code"] == "ok"


# --- what an activation must be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "ahead", "argument"),
    [
        (1, NOTICE, "protocol"),
        (0, NOTICE, "protocol"),
        (2, NOTICE - 1, "from"),
        (2, 0, "from"),
        (2, -9, "from"),
    ],
)
def test_never_backward_and_never_without_notice(old: Net, version: int, ahead: int, argument: str) -> None:
    at = old.ledger.app.head.height + 1 + ahead
    deed = old.ledger.app.read(activation(old, version, at))  # past what an engine would not take
    done = old.ledger.app.finalise([deed], old.ledger.now())
    old.ledger.app.discard()
    refusal = done.executed[0].refusal
    assert refusal is not None
    assert (refusal.code, refusal.data["argument"]) == ("bad-args", argument)


@pytest.mark.parametrize("value", ["2", True, None, [2]])
def test_a_version_is_a_number(old: Net, value: object) -> None:
    assert old.submit(activation(old, value)).code == "bad-args"


def test_only_an_authority_activates(old: Net) -> None:
    assert old.submit(activation(old, by="alice")).code == "wrong-role"


def test_a_second_activation_follows_the_first(old: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    know_only(monkeypatch, 1, 2, 3)
    height = activated(old)
    assert old.submit(activation(old, 2, height + 500)).code == "bad-args", "2 is activated already"
    assert old.submit(activation(old, 3, height)).code == "bad-args", "that height is taken"
    assert old.submit(activation(old, 3, height + 50)).accepted
    leaf = old.leaf(old.state_key("protocol"))
    assert leaf.fields["table"] == [{"from": height, "protocol": 2}, {"from": height + 50, "protocol": 3}]
    assert [protocol.at(1, leaf, at) for at in (1, height - 1, height, height + 49, height + 50)] == [
        *(1, 1, 2, 2, 3)
    ]


def test_the_notice_is_a_parameter_of_version_2(net: Net, old: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    know_only(monkeypatch, 1, 2, 3)
    change = {"reason": "test", "set": {"activation_notice": 3}}
    net.system("parameters", "change", change, "authority", net.state_key("parameters"))
    assert net.submit(activation(net, 3, net.ledger.app.head.height + 4)).accepted
    as_, asset = {"authority": "admin"}, old.state_key("parameters")
    refused = old.do("admin", "system/parameters", "change", change, as_=as_, asset=asset)
    assert refused.code == "bad-args"


# --- what this program does not know ----------------------------------------------------------------------


def test_an_activation_of_unknown_rules_is_not_taken(old: Net) -> None:
    height = old.ledger.app.head.height
    with pytest.raises(LedgerError) as raised:
        old.submit(activation(old, 3))
    assert code(raised) == "unknown-protocol"
    assert old.ledger.app.head.height == height


def test_but_a_block_that_holds_it_is_executed(old: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever knows the version and whoever does not make the same block of it."""
    app, made = old.ledger.app, activation(old, 3)
    digests = []
    for known in ((1, 2), (1, 2, 3)):
        know_only(monkeypatch, *known)
        digests.append(app.finalise([app.read(made)], old.ledger.now()).digest)
        app.discard()
    assert digests[0] == digests[1]


def test_it_stops_at_the_height_and_loses_nothing(old: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    height = activated(old)
    run_to(old, height - 2)
    know_only(monkeypatch, 1)
    # Refused with a receipt, since there is no such title: it makes a block all the same.
    last = old.submit(old.transfer("alice", "ab" * 32, "bob"))
    assert last.height == height - 1
    root = old.ledger.app.tree.root
    for _ in range(2):  # not until a restart, nor after it
        with pytest.raises(LedgerError) as raised:
            old.issue("alice")
        assert code(raised) == "unknown-protocol"
        assert raised.value.data == {"protocol": 2, "height": height}
        assert (old.ledger.app.head.height, old.ledger.app.tree.root) == (height - 1, root)
        status = old.ledger.protocol_status()
        assert (status["version"], status["known"]) == (2, False)
        old.reopen()
    assert verdict(bundle_of(old, last), old.ledger.trust())["code"] == last.code
    with pytest.raises(LedgerError, match="protocol"):
        old.ledger.app.process([], old.ledger.now())
    monkeypatch.undo()
    assert old.issue("alice"), "a newer program goes on from there"
    assert versions(old)[-2:] == [1, 2]


def test_it_does_not_open_what_it_does_not_know(old: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    run_to(old, activated(old))
    manifest, chunks = snapshot.take(old.ledger.app, old.ledger.store)
    know_only(monkeypatch, 1)
    for attempt in (
        lambda: replay(old.ledger.store),
        lambda: snapshot.read(old.ledger.suite, manifest, chunks),
        old.reopen,
    ):
        with pytest.raises(LedgerError) as raised:
            attempt()
        assert code(raised) == "unknown-protocol"
    monkeypatch.undo()
    old.ledger = type(old.ledger).open(old.folder, None, old.clock)
    assert old.ledger.protocol_status()["version"] == 2


def test_a_seal_of_a_later_form_is_named_by_its_version() -> None:
    with pytest.raises(LedgerError) as raised:
        protocol.check_seal(canonical.encode({"height": 7, "protocol": 9, "sealed_by": "somebody"}))
    assert (code(raised), raised.value.data) == ("unknown-protocol", {"protocol": 9, "height": 7})
    protocol.check_seal(b"no seal at all")


# --- what version 2 adds ----------------------------------------------------------------------------------


def test_features_begin_with_their_version() -> None:
    for feature, since in protocol.FEATURES.items():
        assert not protocol.allows(since - 1, feature)
        assert protocol.allows(since, feature)
    with pytest.raises(KeyError):
        protocol.allows(2, "a feature that nobody named")


def test_a_later_kind_does_not_exist_before_its_version(
    net: Net, old: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "system/calendar", ACTIONS)
    args = {"name": "warehouse", "party": did_of("alice")}
    told = []
    for ledger in (old, net):
        asset = ledger.state_key("accreditation", f"{did_of('alice')} warehouse")
        as_ = {"accreditor": "admin"}
        told.append(ledger.do("admin", "system/calendar", "grant", args, as_=as_, asset=asset).code)
    assert told == ["unknown-contract", "ok"]


def test_a_page_of_a_later_profile_is_not_installed_before_its_version(net: Net) -> None:
    model = {"profile": "wusong-cel/2"}
    with pytest.raises(DeedError) as raised:
        net.ledger.rules.admit_page("00" * 32, model, 1_000, version=1)
    assert raised.value.data["reason"] == "profile"
    with pytest.raises(DeedError) as raised:
        net.ledger.rules.admit_page("00" * 32, model, 1_000, version=2)
    assert raised.value.data["reason"] != "profile", "from then on the language judges it"


def test_a_parameter_of_a_later_version_is_not_in_an_older_genesis(old: Net, net: Net) -> None:
    later = set(protocol.PARAMETERS)
    assert not later & set(old.leaf(old.state_key("parameters")).fields)
    assert later <= set(net.leaf(net.state_key("parameters")).fields)
    assert isinstance(old.ledger.genesis, Genesis)
    with pytest.raises(LedgerError) as raised:
        Net.create(old.folder / "other", protocol=1, parameters={"growth_day": 1_000_000})
    assert raised.value.code == "bad-genesis"
