"""Execution: a pure function of block and state; a deed happens wholly or not at all; order and spending."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit import START, Net, did_of, examined
from ledger.refusing import agreed, rotate, settle, store, until_in_order
from wusong.crypto import canonical
from wusong.crypto.suites import INTL
from wusong.errors import DeedError, LedgerError
from wusong.ledger.application import Application
from wusong.ledger.deed import MINUTE, Deed, parse
from wusong.ledger.encoding import b64
from wusong.ledger.engine import Finalised
from wusong.ledger.execute import in_order
from wusong.ledger.ids import LedgerId
from wusong.ledger.integrity import scrub
from wusong.ledger.replay import begin, replay
from wusong.ledger.spent import SpentIds, record_spent
from wusong.ledger.state import BlockState
from wusong.ledger.system import KINDS
from wusong.ledger.system.context import SystemAct, Writes
from wusong.ledger.system.contract import report_message

LEDGER = LedgerId(bytes(32))


def read(net: Net, *envelopes: bytes) -> list[Deed]:
    """The deeds of envelopes."""
    return [parse(one, net.ledger.suite, net.ledger.rules.ledger_hex) for one in envelopes]


def block(net: Net, *envelopes: bytes) -> Finalised:
    """One block of these envelopes."""
    app, now = net.ledger.app, net.ledger.now()
    fit, refused = app.prepare(read(net, *envelopes), now)
    assert not refused
    app.finalise(fit, now)
    return app.commit()


def codes(done: Finalised) -> dict[str, str]:
    """Each deed's code."""
    return {one.receipt.deed: one.receipt.code for one in done.executed}


# -- wholly or not at all --------------------------------------------------------------------------------


def test_acts_see_those_before_and_all_happen(net: Net) -> None:
    draft = net.draft("alice")
    draft.act(net.title, "issue", {"holder": did_of("alice"), "lot": "L"}, as_={"issuer": did_of("alice")})
    draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset="#0.0")
    receipt = net.submit(net.seal_up(draft))
    leaf = net.leaf(net.created(receipt))
    assert (leaf.roles["holder"], leaf.rev) == (did_of("bob"), 2)


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_one_bad_act_undoes_all(bad: int, net: Net) -> None:
    assets = [net.issue("alice") for _ in range(3)]
    draft = net.draft("alice")
    for n, asset in enumerate(assets):
        to = "alice" if n == bad else "bob"
        draft.act(net.title, "transfer", {"to": did_of(to)}, as_={"holder": did_of("alice")}, asset=asset)
    receipt = net.submit(net.seal_up(draft))
    assert (receipt.code, receipt.act, receipt.clause) == ("guard-failed", bad, "to-oneself")
    assert [net.leaf(asset).rev for asset in assets] == [1, 1, 1]


def test_delivery_versus_payment(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "sale"))
    sale, left, right = agreed(net)
    draft = settle(net, net.draft("alice"), sale, {"goods": 1, "papers": 2})
    for asset in (left, right):
        draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset)
    receipt = net.submit(net.seal_up(draft))
    assert receipt.accepted, net.ledger.app.refusal(receipt.deed)
    assert {net.leaf(asset).roles["holder"] for asset in (left, right)} == {did_of("bob")}
    assert net.leaf(sale).state == "done"


def test_a_revision_is_the_one_before_the_deed(net: Net) -> None:
    asset = net.issue("alice")
    draft = net.draft("alice", "bob")
    draft.act(
        net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset, rev=1
    )
    draft.act(
        net.title, "transfer", {"to": did_of("carol")}, as_={"holder": did_of("bob")}, asset=asset, rev=1
    )
    assert net.submit(net.seal_up(draft)).accepted
    assert net.leaf(asset).rev == 3


def test_quantity_is_conserved(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "grain"))
    asset = store(net, 100)
    split = net.do(
        "alice", net.pages["grain"], "split", {"parts": [40, 60]}, as_={"holder": "alice"}, asset=asset
    )
    small, large = (net.created(split, 0, n) for n in (0, 1))
    assert [net.leaf(one).quantity for one in (asset, small, large)] == [0, 40, 60]
    assert net.leaf(small).parent == asset
    merged = net.do(
        "alice", net.pages["grain"], "merge", {"others": [large]}, as_={"holder": "alice"}, asset=small
    )
    assert merged.accepted
    assert [net.leaf(one).quantity for one in (small, large)] == [100, 0]


# -- one block -------------------------------------------------------------------------------------------


def test_in_one_block_each_deed_sees_those_before(net: Net) -> None:
    asset = net.issue("alice")
    envelopes = [net.transfer("alice", asset, to) for to in ("bob", "carol", "dave")]
    done = block(net, *envelopes)
    assert sorted(codes(done).values()) == ["ok", "wrong-role", "wrong-role"]
    assert done.executed[0].receipt.accepted, "the first in the block's order"


def test_a_new_key_signs_in_the_next_block_not_in_the_same(net: Net) -> None:
    from ledger.kit import key_of
    from wusong.crypto.keys import PrivateKey

    new: PrivateKey = key_of("alice 2", "intl")
    draft = net.draft("alice").act(
        net.title, "issue", {"holder": did_of("alice"), "lot": "L"}, as_={"issuer": did_of("alice")}
    )
    early = net.seal_up(draft, new)
    fit, refused = net.ledger.app.prepare(
        read(net, rotate(net, "alice", add=["alice 2"]), early), net.ledger.now()
    )
    assert [len(fit), [error.code for _, error in refused]] == [1, ["unknown-key"]]
    assert net.submit(rotate(net, "alice", add=["alice 2"])).accepted
    assert net.submit(early).accepted


def test_a_key_revoked_in_a_block_signed_what_came_before_in_it(net: Net) -> None:
    def pair() -> list[bytes]:
        draft = net.draft("alice")
        draft.act(
            net.title, "issue", {"holder": did_of("alice"), "lot": "L"}, as_={"issuer": did_of("alice")}
        )
        return [net.seal_up(draft), rotate(net, "alice", add=["alice 2"], revoke=["alice"])]

    assert set(codes(block(net, *until_in_order(net, pair))).values()) == {"ok"}


def test_the_same_block_on_another_node_gives_the_same_seal(net: Net) -> None:
    follower = begin(net.ledger.rules)
    for row in net.ledger.store.blocks():
        deeds = read(
            net,
            *(
                deed.envelope
                for deed in net.ledger.store.deeds()
                if b'"height":%d,' % row.height in deed.receipt
            ),
        )
        seal = json.loads(row.seal)
        follower.finalise(deeds, seal["time"])
        assert follower.commit().seal.encode() == row.seal
    envelopes = [net.transfer("alice", net.issue("alice"), "bob") for _ in range(3)]
    follower = replay(net.ledger.store)
    done = block(net, *envelopes)
    again = [one.deed for one in done.executed]
    follower.process(again, done.seal.time)
    assert follower.finalise(again, done.seal.time).digest == done.digest


Proposal = Callable[[Application, list[Deed], int], "tuple[list[Deed], int]"]


def placed(app: Application, deeds: list[Deed]) -> list[Deed]:
    """Deeds in the order of the next block."""
    return in_order(app.rules, app.head.digest, deeds)


PROPOSALS: dict[str, tuple[str, Proposal]] = {
    "another order": ("block-order", lambda app, deeds, now: (placed(app, deeds)[::-1], now)),
    "a deed twice": ("spent", lambda app, deeds, now: (placed(app, [*deeds, deeds[0]]), now)),
    "not later than the block before": (
        "block-order",
        lambda app, deeds, _now: (placed(app, deeds), app.head.time),
    ),
    "after its deeds expired": ("expired", lambda app, deeds, now: (placed(app, deeds), now + 400_000)),
    "long before its deeds": (
        "expires-too-late",
        lambda app, deeds, now: (placed(app, deeds), now - 400_000),
    ),
}


@pytest.mark.parametrize("name", PROPOSALS)
def test_a_proposal_that_breaks_the_rules_is_refused(name: str, net: Net) -> None:
    code, change = PROPOSALS[name]
    app, now = net.ledger.app, net.ledger.now() + 1_000
    deeds = read(net, *(net.transfer("alice", net.issue("alice"), "bob") for _ in range(4)))
    app.process(placed(app, deeds), now)
    with pytest.raises(LedgerError) as caught:
        app.process(*change(app, deeds, now))
    assert caught.value.code == code
    assert "?" not in str(caught.value.explain("zh"))


def test_a_block_that_is_discarded_never_was(net: Net) -> None:
    app, asset = net.ledger.app, net.issue("alice")
    before = (app.head, app.tree.root, app.log.size, app.log.root())
    app.finalise(read(net, net.transfer("alice", asset, "bob")), net.ledger.now())
    assert app.tree.root != before[1]
    app.discard()
    assert (app.head, app.tree.root, app.log.size, app.log.root()) == before
    assert net.leaf(asset).roles["holder"] == did_of("alice")
    assert net.submit(net.transfer("alice", asset, "carol")).accepted


# -- order -----------------------------------------------------------------------------------------------

deeds_of_parties = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=40)


@given(parties=deeds_of_parties, salt=st.binary(max_size=4), data=st.data())
def test_order_is_fair_and_depends_on_nothing_else(
    parties: list[str], salt: bytes, data: st.DataObject
) -> None:
    deeds = [
        SimpleNamespace(id=INTL.hash(salt + bytes([n])), submitter=party) for n, party in enumerate(parties)
    ]
    rules: Any = SimpleNamespace(suite=INTL)
    placed = in_order(rules, b"previous", cast("list[Deed]", deeds))
    mixed = data.draw(st.permutations(deeds))
    assert in_order(rules, b"previous", cast("list[Deed]", mixed)) == placed
    assert sorted(deed.id for deed in placed) == sorted(deed.id for deed in deeds)
    turns: dict[str, int] = {}
    rounds = []
    for deed in placed:
        rounds.append(turns.get(deed.submitter, 0))
        turns[deed.submitter] = rounds[-1] + 1
    assert rounds == sorted(rounds), "nobody's second deed comes before anybody's first"


# -- spending --------------------------------------------------------------------------------------------


def test_spent_ids_end_with_their_minute(net: Net) -> None:
    envelope = net.transfer("alice", net.issue("alice"), "bob")
    deed = read(net, envelope)[0]
    net.submit(envelope)
    key = bytes.fromhex(net.state_key("spent", str(deed.minute)))
    record = canonical.decode(net.ledger.store.get(key) or b"")
    assert isinstance(record, dict)
    assert record["count"] == 3
    net.clock.time = (deed.minute + 1) * MINUTE - 1
    net.issue("carol")
    assert net.ledger.store.get(key) is not None
    net.clock.time += 1
    net.issue("carol")
    assert net.ledger.store.get(key) is None
    assert deed not in net.ledger.app.spent
    with pytest.raises(DeedError, match="expired"):
        net.submit(envelope)
    net.reopen()
    assert replay(net.ledger.store).tree.root == net.ledger.app.tree.root
    assert list(scrub(net.ledger.store, net.ledger.rules))


@given(minutes=st.lists(st.integers(0, 6), max_size=30), time=st.integers(0, 7 * MINUTE))
def test_spent_ids_as_a_set(minutes: list[int], time: int) -> None:
    pairs = [(minute, INTL.hash(bytes([n]))) for n, minute in enumerate(minutes)]
    spent = SpentIds(pairs)
    assert spent.pairs() == sorted(pairs)
    assert spent.past(time) == sorted({minute for minute, _ in pairs if (minute + 1) * MINUTE <= time})
    spent.forget(time)
    assert spent.pairs() == sorted(pair for pair in pairs if (pair[0] + 1) * MINUTE > time)
    for minute, deed in pairs:
        given_deed: Any = SimpleNamespace(id=deed, minute=minute)
        assert (given_deed in spent) == ((minute + 1) * MINUTE > time)


@given(minutes=st.lists(st.integers(0, 3), max_size=12), cut=st.integers(0, 12))
def test_running_digests_do_not_depend_on_where_blocks_end(minutes: list[int], cut: int) -> None:
    deeds: list[Any] = [
        SimpleNamespace(id=INTL.hash(bytes([n])), minute=minute) for n, minute in enumerate(minutes)
    ]

    def after(*blocks: list[Any]) -> dict[bytes, bytes | None]:
        state = BlockState(cast("Any", SimpleNamespace(get=lambda _key: None, page=lambda _digest: None)))
        for part in blocks:
            record_spent(state, INTL, LEDGER, part, [])
        return state.changes

    assert after(deeds) == after(deeds[:cut], deeds[cut:])


# -- quota -----------------------------------------------------------------------------------------------


def test_a_quota_is_per_party_and_minute(open_net: Callable[..., Net]) -> None:
    net = open_net(parameters={"quota_minute": 200})
    net.clock.time = (START // MINUTE + 10) * MINUTE
    for _ in range(100):
        net.issue("alice")
    envelope = net.transfer("alice", "ab" * 32, "bob")
    assert told(net, envelope) == "quota"
    net.issue("bob")
    net.clock.time += MINUTE
    assert net.leaf(net.issue("alice")).rev == 1


def told(net: Net, envelope: bytes) -> str:
    """The code of the receipt, or of the refusal to take the deed."""
    future = net.ledger.submit(envelope)
    error = future.exception(30)
    return str(getattr(error, "code", "")) if error else future.result().code


# -- while the ledger goes on ----------------------------------------------------------------------------


def test_scrub_and_replay_find_nothing_while_blocks_run(net: Net) -> None:
    """Checks of the whole archive read what is there, not halves of what is being written."""
    stop, errors = threading.Event(), list[BaseException]()

    def check() -> None:
        while not stop.is_set():
            try:
                assert list(scrub(net.ledger.store, net.ledger.rules))
                assert replay(net.ledger.store).head.height > 0
            except BaseException as error:
                errors.append(error)
                return

    checker = threading.Thread(target=check)
    checker.start()
    asset = net.issue("alice")
    for n in range(40):
        net.submit(net.transfer("alice" if n % 2 == 0 else "bob", asset, "bob" if n % 2 == 0 else "alice"))
    stop.set()
    checker.join()
    assert not errors


# -- an act that cannot be carried out -------------------------------------------------------------------

NOTED: Final = """
contract: noted
version: 1
title: {en: Noted, zh: 记载}
basis: [test]
roles:
  holder: {en: holder, zh: 持有人}
fields:
  heaps: "list(text(64), 4)"
states: [kept, gone!]
actions:
  make:
    by: holder
    args: {heaps: "list(text(64), 4)"}
    to: kept
    set: {heaps: args.heaps}
  drop:
    by: holder
    from: kept
    to: gone
"""
HEAP: Final = """
contract: heap
version: 1
title: {en: Heap, zh: 堆}
basis: [test]
roles:
  holder: {en: holder, zh: 持有人}
quantity: {unit: kg}
fields: {}
states: [kept, gone!]
actions:
  make:
    by: holder
    args: {amount: quantity}
    to: kept
    mint: args.amount
  join:
    by: holder
    from: kept
    args: {plan: "asset(noted@1)", others: "list(asset(heap), 4)?"}
    merge: {assets: 'has(args.others) ? args.others : args.plan.heaps', to: gone}
  use:
    by: holder
    from: kept
    burn: all
    to: gone
"""


def install(net: Net, text: str) -> str:
    """Install a page of this test."""
    model, digest, report = examined(text, net.suite)
    admin = net.key("admin")
    args = {
        "examiner": net.did("admin"), "key": admin.public.thumbprint, "model": model, "report": report,
        "signature": b64(admin.sign(report_message(report))),
    }  # fmt: skip
    net.system("contract", "install", args, "installer", net.state_key("page", digest))
    return digest


@pytest.mark.parametrize("bad", [["zz"], ["#0.0"], ["AB" * 32], [""]])
def test_what_another_page_lists_need_be_no_assets(bad: list[str], net: Net) -> None:
    noted, heap = install(net, NOTED), install(net, HEAP)
    holder = {"holder": "alice"}
    kept = net.created(net.do("alice", heap, "make", {"amount": 5}, as_=holder))
    plan = net.created(net.do("alice", noted, "make", {"heaps": bad}, as_=holder))
    refused = net.do("alice", heap, "join", {"plan": plan}, as_=holder, asset=kept)
    assert (refused.code, refused.act) == ("conservation", 0)
    assert net.do("alice", heap, "use", as_=holder, asset=kept).accepted


def breaking(error: Exception) -> Callable[[SystemAct], Writes]:
    """A handler that fails."""

    def handle(_: SystemAct) -> Writes:
        raise error

    return handle


@pytest.mark.parametrize("error", [ValueError("secret"), TypeError(), KeyError("x"), ZeroDivisionError()])
def test_an_act_that_fails_takes_no_other_deed_with_it(
    error: Exception, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS["system/freeze"], "freeze", breaking(error))
    asset = net.issue("alice")
    draft = net.draft("alice")
    draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset)
    draft.act("system/freeze", "freeze", {}, as_={"authority": did_of("alice")}, asset=asset)
    failing = net.seal_up(draft)
    done = block(net, failing, net.transfer("alice", net.issue("alice"), "bob"))
    assert sorted(codes(done).values()) == ["act-failed", "ok"]
    (failed,) = [one for one in done.executed if one.receipt.code == "act-failed"]
    assert (failed.receipt.act, failed.receipt.clause, failed.receipt.acts) == (1, "", [])
    assert "secret" not in str(failed.receipt)
    assert "secret" not in str(failed.refusal)
    assert net.leaf(asset).rev == 1
    quota = net.ledger.store.get(bytes.fromhex(net.state_key("quota", did_of("alice"))))
    assert quota is not None


@pytest.mark.parametrize("error", [MemoryError(), OSError(), RecursionError(), KeyboardInterrupt()])
def test_what_one_node_alone_may_meet_is_no_refusal(
    error: Exception, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS["system/freeze"], "freeze", breaking(error))
    draft = net.draft("alice")
    draft.act("system/freeze", "freeze", {}, as_={"authority": did_of("alice")}, asset=net.issue("alice"))
    with pytest.raises(type(error)):
        block(net, net.seal_up(draft))
