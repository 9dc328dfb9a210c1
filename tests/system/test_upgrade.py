"""Moving an asset to the page that follows its own, on a ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.kit import Net, did_of
from ledger.refusing import store
from ledger.verifying import verdict
from system.standing import DAY, accredit_all, deposit, freeze, ok, refused, several, upgrade
from wusong.ledger.bundle import make_bundle
from wusong.ledger.ids import DeedId


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
