"""Beginning, opening and closing a ledger; what a genesis must be; the clock of a trial."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.kit import START, Clock, Net, did_of, genesis_for, key_of
from ledger.verifying import verdict
from wusong.crypto import canonical
from wusong.errors import LedgerError, StoreError
from wusong.ledger.beginning import initial_state
from wusong.ledger.bundle import make_bundle
from wusong.ledger.genesis import GenesisParty, read
from wusong.ledger.ids import DeedId
from wusong.ledger.ledger import FILE, Ledger
from wusong.ledger.store import Store


def code(raised: pytest.ExceptionInfo[LedgerError]) -> str:
    """The code, after looking whether it is explained in full."""
    for lang in ("en", "zh"):
        assert "?" not in str(raised.value.explain(lang))
    return raised.value.code


def test_created_once(net: Net) -> None:
    with pytest.raises(LedgerError) as raised:
        Ledger.create(net.folder, genesis_for(), key_of("seal", "intl"), net.clock)
    assert code(raised) == "ledger-exists"


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as raised:
        Ledger.open(tmp_path)
    assert code(raised) == "no-ledger"


def test_what_a_crash_while_creating_left_is_no_ledger(tmp_path: Path) -> None:
    Store(tmp_path / f"{FILE}.new", new=True).close()
    with pytest.raises(LedgerError) as raised:
        Ledger.open(tmp_path)
    assert code(raised) == "no-ledger"
    Ledger.create(tmp_path, genesis_for(), key_of("seal", "intl"), Clock()).close()
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_another_seal_key(net: Net) -> None:
    net.close()
    with pytest.raises(LedgerError) as raised:
        Ledger.open(net.folder, key_of("alice", "intl"), net.clock)
    assert code(raised) == "wrong-seal-key"


def test_a_version_that_this_program_does_not_know(net: Net) -> None:
    net.ledger.store._writer.execute("PRAGMA user_version = 7")
    net.close()
    with pytest.raises(StoreError) as raised:
        Ledger.open(net.folder, None, net.clock)
    assert code(raised) == "store-version"


def bad(**changes: Any) -> Callable[[], bytes]:  # noqa: ANN401 - members of a genesis
    """A genesis with members changed."""
    return lambda: canonical.encode({**genesis_for().as_dict(), **changes})


def alice(key: dict[str, Any]) -> list[dict[str, Any]]:
    """The parties, alice with this key."""
    parties: list[dict[str, Any]] = genesis_for(names=("admin", "alice")).as_dict()["parties"]
    return [{**party, "keys": [key]} if party["did"] == did_of("alice") else party for party in parties]


SEAL = key_of("seal", "intl").public.to_jwk()
GENESES: dict[str, Callable[[], bytes]] = {
    "no JSON": lambda: b"x",
    "white space": lambda: canonical.encode(genesis_for().as_dict()) + b"\n",
    "another format": bad(format="wusong-genesis/2"),
    "unknown member": bad(note="x"),
    "unknown suite": bad(suite="rot13"),
    "no Chinese name": bad(name={"en": "Test"}),
    "a third name": bad(name={"en": "Test", "fr": "Essai", "zh": "测试"}),
    "nonce too short": bad(nonce="00"),
    "time before 1970": bad(time=-1),
    "no cosigner": bad(cosigners=[]),
    "a cosigner twice": bad(cosigners=[SEAL, SEAL]),
    "a cosigner of another suite": bad(cosigners=[key_of("seal", "gm").public.to_jwk()]),
    "a cosigner that is no key": bad(cosigners=[{**SEAL, "x": "AA"}]),
    "a cosigner with a secret": bad(cosigners=[{**SEAL, "d": SEAL["x"]}]),
    "parties out of order": lambda: canonical.encode(
        {**genesis_for().as_dict(), "parties": genesis_for().as_dict()["parties"][::-1]}
    ),
    "a party without keys": bad(parties=[{"did": did_of("admin"), "keys": [], "name": "a"}]),
    "a party that is no DID": bad(
        parties=[*genesis_for().as_dict()["parties"], {"did": "zoe", "keys": [SEAL], "name": "z"}]
    ),
    "a party's key of another suite": bad(parties=alice(key_of("alice", "gm").public.to_jwk())),
    "a party's key with more members": bad(parties=alice({**SEAL, "kid": "1"})),
    "an office of nobody": bad(registrars=[did_of("zoe")]),
    "an office held twice": bad(registrars=[did_of("admin")] * 2),
    "an unknown parameter": bad(parameters={"speed": 1}),
    "a parameter out of bounds": bad(parameters={"block_deeds": 0}),
}


@pytest.mark.parametrize("name", GENESES)
def test_a_genesis_that_cannot_be_used(name: str) -> None:
    with pytest.raises(LedgerError) as raised:
        initial_state(read(GENESES[name]()))
    assert code(raised) == "bad-genesis"


def test_a_genesis_of_later_rules() -> None:
    with pytest.raises(LedgerError) as raised:
        read(bad(protocol=3)())
    assert code(raised) == "unknown-protocol"


def test_a_party_may_sign_with_any_algorithm_of_the_suite(open_net: Callable[..., Net]) -> None:
    from wusong.crypto.keys import PrivateKey

    key = PrivateKey("ES256", bytes(31) + b"\x07")
    parties = genesis_for(names=("admin", "alice")).parties
    parties = [
        GenesisParty(p.did, [key.public.to_jwk()] if "alice" in p.did else p.keys, p.name) for p in parties
    ]
    net = open_net(parties=parties)
    args = {"holder": did_of("alice"), "lot": "L"}
    draft = net.draft("alice").act(net.title, "issue", args, as_={"issuer": did_of("alice")})
    receipt = net.submit(net.seal_up(draft, key))
    shown = verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed))), net.ledger.trust())
    assert shown["signers"][0]["alg"] == "ES256"


def test_an_examiner_may_sign_with_any_algorithm_of_the_suite(open_net: Callable[..., Net]) -> None:
    from ledger.refusing import rotate  # noqa: F401 - the same kit
    from wusong.crypto.keys import PrivateKey
    from wusong.ledger.encoding import b64
    from wusong.ledger.system.contract import report_message

    key = PrivateKey("ES256", bytes(31) + b"\x07")
    parties = genesis_for(names=("admin", "bob")).parties
    parties = [
        GenesisParty(p.did, [*p.keys, key.public.to_jwk()] if "admin" in p.did else p.keys, p.name)
        for p in parties
    ]
    net = open_net(parties=parties, pages=())
    args, digest = net.install_args("title")
    args |= {"key": key.public.thumbprint, "signature": b64(key.sign(report_message(args["report"])))}
    net.system("contract", "install", args, "installer", net.state_key("page", digest))


def test_the_clock_of_a_trial_goes_forward_and_proofs_say_so(open_net: Callable[..., Net]) -> None:
    net = open_net(trial=True)
    before = net.clock()
    net.ledger.set_forward(86_400_000)
    assert net.ledger.now() >= before + 86_400_000
    net.reopen()
    assert net.ledger.now() >= before + 86_400_000
    receipt = net.submit(net.transfer("alice", net.issue("alice"), "bob"))
    shown = verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed))), net.ledger.trust())
    assert shown["trial"] is True
    assert shown["time"] >= START + 86_400_000
    for nothing in (-1, 0):
        with pytest.raises(LedgerError) as raised:
            net.ledger.set_forward(nothing)
        assert code(raised) == "bad-time"


def test_a_spent_deed_that_expires_far_ahead_is_missed_at_start(net: Net) -> None:
    """It could be handed in again for as long as it has not expired."""
    roles = {"holder": did_of("alice"), "issuer": did_of("alice")}
    asset = net.issue("alice")
    net.submit(net.transfer("alice", asset, "bob"))
    roles["holder"] = did_of("bob")
    draft = net.draft("bob", "alice").act(
        net.title, "handover", {"to": did_of("carol")}, as_=roles, asset=asset, rev=2
    )
    late = net.submit(net.seal_up(draft, lifetime=20 * 86_400_000))
    assert late.accepted
    net.ledger.close()
    with sqlite3.connect(net.folder / FILE) as file:
        file.execute("UPDATE deeds SET minute = 1 WHERE id = ?", (bytes.fromhex(late.deed),))
    file.close()
    with pytest.raises(StoreError) as raised:
        Ledger.open(net.folder, None, net.clock)
    assert (code(raised), raised.value.data["part"]) == ("store-damaged", "spent deeds")


def test_the_clock_of_a_real_ledger_cannot_be_set(net: Net) -> None:
    with pytest.raises(LedgerError) as raised:
        net.ledger.set_forward(1)
    assert code(raised) == "not-trial"


def test_the_first_block_is_not_before_the_genesis(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=())
    net.clock.time = 0
    assert net.ledger.now() >= START


def test_opened_again_it_stands_where_it_stood(net: Net) -> None:
    asset = net.issue("alice")
    head, root, size = net.ledger.app.head, net.ledger.app.tree.root, net.ledger.app.log.size
    net.reopen()
    assert (net.ledger.app.head, net.ledger.app.tree.root, net.ledger.app.log.size) == (head, root, size)
    assert net.ledger.app.spent.pairs()
    assert net.submit(net.transfer("alice", asset, "bob")).accepted
