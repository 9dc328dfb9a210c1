"""The system kinds: what their actions do when accepted (refusals: tests/ledger/test_refusals.py)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ledger.kit import Net, did_of, key_of
from ledger.refusing import admit, agreed, rotate, settle, under_mandate
from ledger.verifying import verdict
from wusong.errors import DeedError
from wusong.ledger.bundle import make_bundle
from wusong.ledger.ids import DeedId
from wusong.ledger.receipt import Receipt

# -- parties ---------------------------------------------------------------------------------------------


def title_of(net: Net, name: str) -> bytes:
    """A deed that issues a title."""
    return net.one(name, net.title, "issue", {"holder": did_of(name), "lot": "L"}, as_={"issuer": name})


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_a_party_is_admitted_and_signs(suite: str, open_net: Callable[..., Net]) -> None:
    net = open_net(suite=suite)
    with pytest.raises(DeedError, match="unknown-party"):
        net.submit(title_of(net, "erin"))
    assert net.submit(admit(net, "erin", key_of("erin", suite))).accepted
    assert net.submit(title_of(net, "erin")).accepted


def test_a_party_keeps_its_name_when_its_keys_change(net: Net) -> None:
    asset = net.issue("alice")
    assert net.submit(rotate(net, "alice", add=["alice 2", "alice 3"], revoke=["alice"])).accepted
    draft = net.draft("alice").act(
        net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset
    )
    assert net.submit(net.seal_up(draft, key_of("alice 3", "intl"))).accepted
    keys = net.leaf(net.state_key("party", did_of("alice"))).fields["keys"]
    assert [entry.get("revoked", False) for entry in keys] == [True, False, False]


def test_a_party_is_suspended_and_reinstated(net: Net) -> None:
    asset, args = net.state_key("party", did_of("alice")), {"did": did_of("alice"), "reason": "檢查"}
    net.system("party", "suspend", args, "registrar", asset)
    with pytest.raises(DeedError, match="party-suspended"):
        net.submit(title_of(net, "alice"))
    net.system("party", "reinstate", args, "registrar", asset)
    assert net.submit(title_of(net, "alice")).accepted


def test_a_party_says_where_it_is_reached(net: Net) -> None:
    asset = net.state_key("party", did_of("alice"))
    args = {"endpoints": {"node": "https://node.example"}}
    assert net.do("alice", "system/party", "update", args, as_={"party": "alice"}, asset=asset).accepted
    assert net.leaf(asset).fields["endpoints"] == args["endpoints"]


# -- accreditation ---------------------------------------------------------------------------------------


def test_an_accreditation_is_granted_ends_and_is_granted_again(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "grain"))
    asset = net.state_key("accreditation", f"{did_of('alice')} warehouse")

    def stored() -> str:
        args = {"holder": did_of("bob"), "lot": "L", "weight": 1}
        return net.do("alice", net.pages["grain"], "store", args, as_={"keeper": "alice"}).code

    net.accredit("alice", "warehouse")
    assert stored() == "ok"
    args = {"name": "warehouse", "party": did_of("alice"), "reason": "test"}
    net.system("accreditation", "revoke", args, "accreditor", asset)
    assert stored() == "not-accredited"
    net.accredit("alice", "warehouse")
    assert stored() == "ok"
    assert net.leaf(asset).rev == 3


# -- mandates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["digest", "name", "action"])
def test_a_delegate_signs_within_its_mandate_and_is_counted(scope: str, net: Net) -> None:
    contract = "title@1" if scope == "name" else net.title
    actions = ["issue"] if scope == "action" else ["*"]
    mandate = net.mandate("alice", "bob", [{"actions": actions, "contract": contract}], limit=2)
    receipts = [net.submit(under_mandate(net, mandate)) for _ in range(2)]
    assert [receipt.code for receipt in receipts] == ["ok", "ok"]
    assert net.leaf(mandate).fields["used"] == 2
    with pytest.raises(DeedError, match="mandate-limit"):
        net.submit(under_mandate(net, mandate))
    bundle = make_bundle(net.ledger, DeedId(bytes.fromhex(receipts[1].deed)))
    assert verdict(bundle, net.ledger.trust())["signers"][0]["delegate"] == did_of("bob")


def test_a_delegate_of_one_signer_and_another_signer_in_one_deed(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "sale"))
    mandate = net.mandate("alice", "carol", [{"actions": ["agree"], "contract": "sale@1"}])
    left, right = net.issue("alice"), net.issue("alice")
    draft = net.draft({"mandate": mandate, "party": "alice"}, "bob")
    roles = {"buyer": did_of("bob"), "seller": did_of("alice")}
    draft.act(net.pages["sale"], "agree", {"left": left, "right": right}, as_=roles)
    receipt = net.submit(net.seal_up(draft, net.key("carol"), net.key("bob")))
    assert receipt.accepted, net.ledger.app.refusal(receipt.deed)
    assert net.leaf(net.created(receipt)).roles["seller"] == did_of("alice")
    assert net.leaf(mandate).fields["used"] == 1


def test_a_mandate_covers_only_its_own_partys_acts(open_net: Callable[..., Net]) -> None:
    """Another's act in the same deed neither uses it up nor is covered by it."""
    net = open_net()
    asset = net.issue("bob")
    mandate = net.mandate("alice", "carol", [{"actions": ["issue"], "contract": net.title}], limit=1)
    draft = net.draft({"mandate": mandate, "party": "alice"}, "bob")
    draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": did_of("alice")})
    draft.act(
        net.title, "transfer", {"to": did_of("alice")}, as_={"holder": did_of("bob")}, asset=asset, rev=1
    )
    receipt = net.submit(net.seal_up(draft, net.key("carol"), net.key("bob")))
    assert receipt.accepted, net.ledger.app.refusal(receipt.deed)
    assert net.leaf(mandate).fields["used"] == 1


def test_a_refused_deed_uses_up_no_mandate(net: Net) -> None:
    asset = net.issue("alice")
    mandate = net.mandate("alice", "bob", [{"actions": ["*"], "contract": net.title}])
    draft = net.draft({"mandate": mandate, "party": "alice"})
    draft.act(net.title, "transfer", {"to": did_of("alice")}, as_={"holder": did_of("alice")}, asset=asset)
    assert net.submit(net.seal_up(draft, net.key("bob"))).code == "guard-failed"
    assert net.leaf(mandate).fields["used"] == 0


# -- contracts -------------------------------------------------------------------------------------------


def test_a_name_leads_to_the_newest_page(net: Net) -> None:
    assert net.leaf(net.state_key("name", "title@1")).fields["contract"] == net.title
    page = net.leaf(net.state_key("page", net.title))
    assert (page.fields["name"], page.fields["version"], page.state) == ("title", 1, "active")
    assert page.fields["title"] == {"en": "Title", "zh": "权利凭证"}


def test_a_page_is_suspended_and_resumed(net: Net) -> None:
    args, asset = {"contract": net.title, "reason": "test"}, net.state_key("page", net.title)
    title = net.issue("alice")
    net.system("contract", "suspend", args, "authority", asset)
    assert net.submit(net.transfer("alice", title, "bob")).code == "contract-suspended"
    net.system("contract", "resume", args, "authority", asset)
    assert net.submit(net.transfer("alice", title, "bob")).accepted


def test_a_suspended_page_discharges_no_requirement(open_net: Callable[..., Net]) -> None:
    net = open_net(pages=("title", "sale"))
    sale, left, right = agreed(net)
    args = {"contract": net.title, "reason": "test"}
    net.system("contract", "suspend", args, "authority", net.state_key("page", net.title))
    draft = settle(net, net.draft("alice"), sale, {"goods": 1, "papers": 2})
    for asset in (left, right):
        draft.act(net.title, "transfer", {"to": did_of("bob")}, as_={"holder": did_of("alice")}, asset=asset)
    assert net.submit(net.seal_up(draft)).code == "contract-suspended"


# -- parameters ------------------------------------------------------------------------------------------


def test_parameters_hold_from_the_next_block(net: Net) -> None:
    asset = net.state_key("parameters")
    change = {"reason": "test", "set": {"deed_lifetime": 10_000}}
    draft = net.draft("alice").act(
        net.title, "issue", {"holder": did_of("alice"), "lot": "L"}, as_={"issuer": did_of("alice")}
    )
    long = net.seal_up(draft, lifetime=300_000)
    net.system("parameters", "change", change, "authority", asset)
    with pytest.raises(DeedError, match="expires-too-late"):
        net.submit(long)
    assert net.submit(net.seal_up(draft, lifetime=9_000)).accepted
    assert net.leaf(asset).rev == 2


# -- erasure ---------------------------------------------------------------------------------------------


def test_an_erased_act_is_gone_from_the_file_and_the_proof_holds(net: Net) -> None:
    secret = "某人的隐私内容"
    args = {"holder": did_of("alice"), "lot": secret}
    receipt = net.do("alice", net.title, "issue", args, as_={"issuer": "alice"})
    order = {"act": 0, "basis": "个人信息保护法 47", "deed": receipt.deed}
    net.system("erasure", "erase", order, "authority", net.state_key("erasure", f"{receipt.deed} 0"))
    row = net.ledger.store.deed(bytes.fromhex(receipt.deed))
    assert row is not None
    assert json.loads(row.envelope)["acts"] == [None]
    assert secret not in row.envelope.decode()
    assert proved(net, receipt)["undisclosed"] == 1


def proved(net: Net, receipt: Receipt) -> dict[str, object]:
    """What the verifier says."""
    return verdict(make_bundle(net.ledger, DeedId(bytes.fromhex(receipt.deed))), net.ledger.trust())
