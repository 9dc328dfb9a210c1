"""Moving an asset to the page that follows its own, on a ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from ledger.kit import Net, did_of, examined
from ledger.refusing import store
from ledger.verifying import verdict
from system.standing import DAY, accredit_all, deposit, freeze, ok, refused, several, upgrade
from wusong.ledger.bundle import make_bundle
from wusong.ledger.encoding import b64
from wusong.ledger.ids import DeedId
from wusong.ledger.system.contract import report_message


@pytest.fixture
def ledger(open_net: Callable[..., Net]) -> Net:
    return open_net(pages=("deposit", "storage", "grain"))


def test_an_asset_moves_with_what_it_is_and_lives_on_under_the_later_page(ledger: Net) -> None:
    asset = deposit(ledger)
    due = ledger.leaf(asset).deadlines["term>over"]
    receipt = ok(ledger, upgrade(ledger, asset, rev=1))
    leaf = ledger.leaf(asset)
    assert (leaf.contract, leaf.state, leaf.rev, leaf.quantity) == (ledger.pages["storage"], "stored", 2, 5)
    assert (leaf.fields, leaf.roles) == ({"batch": "L"}, {"keeper": did_of("alice"), "owner": did_of("bob")})
    assert leaf.deadlines == {"term>over": due}
    bundle = make_bundle(ledger.ledger, DeedId(bytes.fromhex(receipt.deed)))
    assert verdict(bundle, ledger.ledger.trust())["code"] == "ok"
    back = several(ledger, ledger.pages["storage"], "give-back", {}, {"keeper": "alice", "owner": "bob"},
                   asset=asset, rev=2)  # fmt: skip
    ok(ledger, back)


def test_everyone_whom_the_older_page_names_signs(ledger: Net) -> None:
    asset = deposit(ledger)
    draft = ledger.draft("alice")
    draft.act(ledger.pages["storage"], "upgrade", {}, as_={"keeper": did_of("alice")}, asset=asset)
    assert refused(ledger, ledger.seal_up(draft)).startswith("missing-signer")


def test_what_was_due_stays_due(ledger: Net) -> None:
    asset = deposit(ledger, last=DAY)
    ledger.clock.time += 2 * DAY
    assert refused(ledger, upgrade(ledger, asset, rev=1)) == "wrong-state"


def test_a_frozen_asset_does_not_move(ledger: Net) -> None:
    accredit_all(ledger)
    asset = deposit(ledger)
    ok(ledger, freeze(ledger, asset))
    assert refused(ledger, upgrade(ledger, asset, rev=2)) == "asset-frozen"


def test_the_invariants_of_the_later_page_are_judged(ledger: Net) -> None:
    asset = deposit(ledger, weight=1_000)
    assert refused(ledger, upgrade(ledger, asset, rev=1)) == "invariant-broken"
    assert ledger.leaf(asset).rev == 1


def test_an_asset_moves_once_and_no_other_kind_moves(ledger: Net) -> None:
    asset = deposit(ledger)
    ok(ledger, upgrade(ledger, asset, rev=1))
    assert refused(ledger, upgrade(ledger, asset, rev=2)) == "unknown-action"
    other = store(ledger, 5)
    assert refused(ledger, upgrade(ledger, other, rev=1)) == "cannot-upgrade does-not-follow"
    assert refused(ledger, upgrade(ledger, "ab" * 32)) == "unknown-asset"


@pytest.mark.parametrize("which", ["deposit", "storage"])
def test_nothing_moves_from_or_to_a_suspended_page(which: str, ledger: Net) -> None:
    asset = deposit(ledger)
    digest = ledger.pages[which]
    args = {"contract": digest, "reason": "x"}
    ledger.system("contract", "suspend", args, "authority", ledger.state_key("page", digest))
    assert refused(ledger, upgrade(ledger, asset, rev=1)) == "contract-suspended"


@pytest.mark.parametrize(("page", "code"), [("deposit@1", "ok"), ("storage@1", "mandate-scope")])
def test_a_mandate_for_the_page_that_the_asset_leaves_covers_the_move(
    page: str, code: str, ledger: Net
) -> None:
    asset = deposit(ledger)
    mandate = ledger.mandate("alice", "carol", [{"actions": ["upgrade"], "contract": page}])
    draft = ledger.draft({"mandate": mandate, "party": "alice"}, "bob")
    roles = {"keeper": did_of("alice"), "owner": did_of("bob")}
    draft.act(ledger.pages["storage"], "upgrade", {}, as_=roles, asset=asset, rev=1)
    assert refused(ledger, ledger.seal_up(draft, ledger.key("carol"), ledger.key("bob"))) == code


# -- what the pages' own rules say of a move -------------------------------------------------------------

OLDER: Final = """
contract: locker
version: 1
title: {en: Locker, zh: 寄存}
basis: [test]
roles:
  keeper: {en: keeper, zh: 保管人}
fields:
  lot: text(64)
deadlines:
  term: {en: The term is over., zh: 期限届满。, in: [kept]}
states: [kept, over!, back!]
upgrade: [keeper]
actions:
  keep:
    by: keeper
    args: {lot: text(64), last: time}
    to: kept
    set: {lot: args.lot}
    due: {term: args.last}
  rename:
    by: keeper
    from: kept
    args: {lot: text(64)}
    set: {lot: args.lot}
  close:
    by: keeper
    from: kept
    to: over
  give-back:
    by: keeper
    from: kept
    until: term
    to: back
always:
  named: self.state in ["kept", "over", "back"] && size(self.lot) > 0
"""
NEWER: Final = (
    OLDER.replace("version: 1", "version: 2")
    .replace(
        "upgrade: [keeper]", "follows: {page: locker@1, states: {KEPT: stored}, fields: {batch: self.lot}}"
    )
    .replace("kept", "stored")
    .replace("KEPT", "kept")
    .replace("  lot: text(64)\ndead", "  batch: text(64)\ndead")
    .replace("set: {lot:", "set: {batch:")
    .replace("size(self.lot)", "size(self.batch)")
)
MOVING: Final = NEWER.replace("in: [stored]}", "in: [stored], to: over}")


def locker(net: Net, *texts: str) -> tuple[list[str], str]:
    """Pages, installed, and something that alice keeps under the first for a day."""
    digests = []
    for text in texts:
        model, digest, report = examined(text, net.suite)
        admin = net.key("admin")
        args = {
            "examiner": net.did("admin"), "key": admin.public.thumbprint, "model": model, "report": report,
            "signature": b64(admin.sign(report_message(report))),
        }  # fmt: skip
        net.system("contract", "install", args, "installer", net.state_key("page", digest))
        digests.append(digest)
    given = {"last": net.clock() + DAY, "lot": "x"}
    return digests, net.created(net.do("alice", digests[0], "keep", given, as_={"keeper": "alice"}))


@pytest.mark.parametrize("order", ["rename, upgrade", "upgrade, rename"])
def test_a_deed_that_moves_an_asset_is_judged_by_the_page_that_it_comes_under(
    order: str, ledger: Net
) -> None:
    (older, newer), asset = locker(ledger, OLDER, NEWER)
    draft = ledger.draft("alice")
    for action in order.split(", "):
        contract = older if order.startswith("rename") and action == "rename" else newer
        args = {"lot": "y"} if action == "rename" else {}
        draft.act(contract, action, args, as_={"keeper": did_of("alice")}, asset=asset)
    ok(ledger, ledger.seal_up(draft))
    leaf = ledger.leaf(asset)
    assert (leaf.contract, leaf.state, leaf.fields) == (newer, "stored", {"batch": "y"})


def test_a_limit_that_had_passed_moves_nothing_by_a_new_page(ledger: Net) -> None:
    (_, newer), asset = locker(ledger, OLDER, MOVING)
    ledger.clock.time += 2 * DAY
    move = ledger.one("alice", newer, "upgrade", as_={"keeper": "alice"}, asset=asset)
    assert refused(ledger, move) == "cannot-upgrade limit-passed"
    assert ledger.leaf(asset).state == "kept"


def test_a_limit_that_still_runs_goes_on_and_moves_by_the_new_page(ledger: Net) -> None:
    (_, newer), asset = locker(ledger, OLDER, MOVING)
    ok(ledger, ledger.one("alice", newer, "upgrade", as_={"keeper": "alice"}, asset=asset))
    assert set(ledger.leaf(asset).deadlines) == {"term>over"}


def test_a_limit_that_had_passed_and_still_only_closes_stops_no_move(ledger: Net) -> None:
    (_, newer), asset = locker(ledger, OLDER, NEWER)
    ledger.clock.time += 2 * DAY
    ok(ledger, ledger.one("alice", newer, "upgrade", as_={"keeper": "alice"}, asset=asset))
    assert set(ledger.leaf(asset).deadlines) == {"term"}
