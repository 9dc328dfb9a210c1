"""Acts, one rule of the interpreter at a time."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contract.worlds import NOW, Place, did, hexid, page, stored
from wusong.contract import ActInput, Compiled, Leaf, Outcome
from wusong.errors import ContractError

DAY = 86_400_000
HEX = "ab" * 32

RECEIPT = stored("warehouse-receipt")
SALE = stored("sale")


@pytest.fixture
def place() -> Place:
    return Place(accreditations={did("store"): {"warehouse"}, did("lab"): {"inspection"}})


def issue(place: Place, weight: int = 100, holder: str = "ann") -> str:
    args: dict[str, Any] = {"holder": did(holder), "goods": HEX, "lot": "L-1", "weight": weight}
    outcome = place.act(RECEIPT, "issue", by=["store"], as_={"keeper": "store"}, **args)
    return outcome.effects[0][0]


def offer(place: Place, **more: Any) -> str:  # noqa: ANN401
    args: dict[str, Any] = {"receipt": issue(place), "price": 500, "terms": "cash", **more}
    return place.act(SALE, "offer", by=["ann"], as_={"seller": "ann"}, **args).effects[0][0]


def refused(
    place: Place,
    page: Compiled,
    action: str,
    asset: str | None = None,
    **rest: Any,  # noqa: ANN401
) -> ContractError:
    before = copy.deepcopy(place.leaves)
    with pytest.raises(ContractError) as caught:
        place.act(page, action, asset, **rest)
    assert place.leaves == before
    assert "?" not in caught.value.explain("zh").why
    return caught.value


# States and arguments


def test_unknown_action(place: Place) -> None:
    assert refused(place, RECEIPT, "steal", issue(place)).code == "unknown-action"


@pytest.mark.parametrize(("action", "asset"), [("issue", hexid(1)), ("deliver", None)])
def test_creating_and_standing(place: Place, action: str, asset: str | None) -> None:
    issue(place)
    assert refused(place, RECEIPT, action, asset, by=["store", "ann"]).code == "wrong-state"


def test_a_final_state_takes_no_act(place: Place) -> None:
    asset = issue(place)
    place.act(RECEIPT, "deliver", asset, by=["ann", "store"])
    for action in RECEIPT.program.steps:
        assert refused(place, RECEIPT, action, asset, by=["ann", "store"]).code == "wrong-state"


BAD_ARGS = [
    ({"weight": 1.5}, "weight", "wrong-type"),
    ({"weight": True}, "weight", "wrong-type"),
    ({"weight": -1}, "weight", "wrong-type"),
    ({"weight": 2**53}, "weight", "wrong-type"),
    ({"weight": None}, "weight", "wrong-type"),
    ({"holder": "ann"}, "holder", "wrong-type"),
    ({"goods": HEX.upper()}, "goods", "wrong-type"),
    ({"goods": HEX[:-1]}, "goods", "wrong-type"),
    ({"lot": "x" * 65}, "lot", "wrong-type"),
    ({"lot": "a\u202eb"}, "lot", "wrong-type"),
    ({"extra": 1}, "extra", "unknown"),
]


@pytest.mark.parametrize(("change", "argument", "reason"), BAD_ARGS)
def test_arguments_are_exact(place: Place, change: dict[str, Any], argument: str, reason: str) -> None:
    args: dict[str, Any] = {"holder": did("ann"), "goods": HEX, "lot": "L", "weight": 1, **change}
    error = refused(place, RECEIPT, "issue", by=["store"], as_={"keeper": "store"}, **args)
    assert (error.code, error.data["argument"], error.data["reason"]) == ("bad-args", argument, reason)


def test_a_required_argument_is_missing(place: Place) -> None:
    error = refused(place, RECEIPT, "issue", by=["store"], as_={"keeper": "store"}, holder=did("ann"))
    assert (error.code, error.data["reason"]) == ("bad-args", "missing")


@pytest.mark.parametrize(("receipt", "reason"), [(hexid(99), "no-such-asset"), (hexid(7), "other-kind")])
def test_assets_exist_and_are_of_their_kind(place: Place, receipt: str, reason: str) -> None:
    place.leaves[hexid(7)] = Leaf("sale@2", "offered", 1)
    error = refused(
        place, SALE, "offer", by=["ann"], as_={"seller": "ann"}, receipt=receipt, price=1, terms="cash"
    )
    assert (error.code, error.data["reason"]) == ("bad-args", reason)


def test_own_kind_is_this_very_page(place: Place) -> None:
    one, other = issue(place), issue(place)
    place.leaves[other].contract = "warehouse-receipt@1, another text"
    error = refused(place, RECEIPT, "merge", one, by=["ann", "store"], others=[other])
    assert (error.code, error.data["reason"]) == ("bad-args", "other-kind")


LINK = """\
contract: link
version: 1
title: {en: Link, zh: 关联}
roles: {maker: {zh: 登记方}}
fields: {own: "asset(link)?", theirs: asset?}
states: [open]
actions:
  make:
    by: maker
    args: {source: "asset(other@1)"}
    to: open
    set: {own: args.source.link, theirs: args.source.any}
"""


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"link": hexid(1), "any": hexid(2)}, None),
        ({"link": hexid(2), "any": hexid(2)}, "other-kind"),
        ({"link": hexid(9), "any": hexid(2)}, "no-such-asset"),
        ({"link": hexid(1), "any": hexid(9)}, "no-such-asset"),
        ({"link": 7, "any": hexid(2)}, "wrong-type"),
        ({"any": hexid(2)}, None),
    ],
)
def test_assets_from_other_pages_are_looked_up(
    place: Place, fields: dict[str, Any], found: str | None
) -> None:
    link = page(LINK)
    place.leaves = {hexid(1): Leaf(link.name, "open", 1), hexid(2): Leaf("other@1", "x", 1, {}, fields)}
    place.made = 2
    act: dict[str, Any] = {"by": ["ann"], "as_": {"maker": "ann"}, "source": hexid(2)}
    if found is not None:
        error = refused(place, link, "make", **act)
        assert (error.code, error.data["reason"]) == ("effect-error", found)
    else:
        assert place.act(link, "make", **act).effects[0][1].fields["theirs"] == hexid(2)


# Roles and signatures


def test_as_fills_roles_at_creation(place: Place) -> None:
    leaf = place.leaves[issue(place)]
    assert leaf.roles == {"keeper": did("store"), "holder": did("ann")}


def test_an_optional_role_that_as_fills_signs_too(place: Place) -> None:
    args: dict[str, Any] = {"receipt": issue(place), "price": 1, "terms": "cash"}
    named = {"seller": "ann", "broker": "bob"}
    assert refused(place, SALE, "offer", by=["ann"], as_=named, **args).code == "missing-signer"
    outcome = place.act(SALE, "offer", by=["ann", "bob"], as_=named, **args)
    assert outcome.signers == {"seller": did("ann"), "broker": did("bob")}


def test_a_role_that_nobody_fills_at_creation(place: Place) -> None:
    args: dict[str, Any] = {"holder": did("ann"), "goods": HEX, "lot": "L", "weight": 1}
    error = refused(place, RECEIPT, "issue", by=["store"], **args)
    assert (error.code, error.data["reason"]) == ("wrong-role", "empty")


def test_roles_are_read_before_the_act(place: Place) -> None:
    """The seller signs as the seller that stood; the buyer, empty before, as ``set`` fills it."""
    asset = offer(place)
    assert (
        refused(place, SALE, "accept", asset, by=["ann"], as_={"buyer": "cid"}, pay_within=1).code
        == "missing-signer"
    )
    outcome = place.act(SALE, "accept", asset, by=["ann", "cid"], as_={"buyer": "cid"}, pay_within=1)
    assert outcome.signers == {"seller": did("ann"), "buyer": did("cid")}


def test_a_filled_role_is_not_signed_for_by_another(place: Place) -> None:
    pledged = issue(place)
    place.act(RECEIPT, "pledge", pledged, by=["ann", "store", "bank"], pledgee=did("bank"), claim=HEX)
    error = refused(place, RECEIPT, "release", pledged, by=["eve"], as_={"pledgee": "eve"})
    assert (error.code, error.data["reason"]) == ("wrong-role", "other-party")
    assert refused(place, RECEIPT, "release", pledged, by=["eve"]).code == "missing-signer"


def test_an_optional_signer_counts_only_when_filled(place: Place) -> None:
    free, pledged = issue(place), issue(place)
    place.act(RECEIPT, "pledge", pledged, by=["ann", "store", "bank"], pledgee=did("bank"), claim=HEX)
    place.act(RECEIPT, "deliver", free, by=["ann", "store"])
    assert refused(place, RECEIPT, "deliver", pledged, by=["ann", "store"]).code == "missing-signer"
    place.act(RECEIPT, "deliver", pledged, by=["ann", "store", "bank"])


ENDORSED = """\
contract: bearer
version: 1
title: {en: Bearer paper, zh: 无记名凭证}
roles: {maker: {zh: 出票方}, taker: {zh: 受让方, optional: true}}
states: [open]
actions:
  make: {by: maker, to: open}
  hand-over: {by: [maker, taker], from: open, set: {maker: as.taker, taker: null}}
"""


def test_a_signer_may_take_a_required_role(place: Place) -> None:
    """The taker is named by ``as`` alone, takes the maker's role, and must not be left unsigned."""
    paper = page(ENDORSED)
    asset = place.act(paper, "make", by=["ann"], as_={"maker": "ann"}).effects[0][0]
    error = refused(place, paper, "hand-over", asset, by=["ann"])
    assert (error.code, error.data["reason"]) == ("effect-error", "no-such-member")
    error = refused(place, paper, "hand-over", asset, by=["ann", "bob"], as_={"taker": "bob"})
    assert (error.code, error.data["reason"]) == ("wrong-role", "empty")


def test_as_may_not_name_who_signs_nothing(place: Place) -> None:
    error = refused(place, RECEIPT, "deliver", issue(place), by=["ann", "store"], as_={"pledgee": "eve"})
    assert (error.code, error.data["reason"]) == ("wrong-role", "signs-nothing")


def test_anyone_is_someone(place: Place) -> None:
    asset = offer(place)
    place.act(SALE, "accept", asset, by=["ann", "cid"], as_={"buyer": "cid"}, pay_within=1)
    place.now += 5 * DAY
    assert refused(place, SALE, "forget", asset).code == "missing-signer"
    outcome = place.act(SALE, "forget", asset, by=["eve"])
    assert outcome.signers == {}
    assert set(outcome.effects[0][1].fields) == {"receipt", "price", "terms"}


def test_parties_must_be_active(place: Place) -> None:
    place.banned = {did("ann")}
    args: dict[str, Any] = {"holder": did("ann"), "goods": HEX, "lot": "L", "weight": 1}
    error = refused(place, RECEIPT, "issue", by=["store"], as_={"keeper": "store"}, **args)
    assert (error.code, error.data["role"]) == ("party-not-active", "holder")


def test_accreditation(place: Place) -> None:
    args: dict[str, Any] = {"holder": did("ann"), "goods": HEX, "lot": "L", "weight": 1}
    assert (
        refused(place, RECEIPT, "issue", by=["ann"], as_={"keeper": "ann"}, **args).code == "not-accredited"
    )
    asset = offer(place)
    assert refused(place, SALE, "inspect", asset, by=["eve"], inspector=did("eve")).code == "not-accredited"
    place.act(SALE, "inspect", asset, by=["lab"], inspector=did("lab"))


# Guards, set, invariants


def test_guards_speak_with_their_clause(place: Place) -> None:
    asset = issue(place, holder="bob")
    error = refused(
        place, SALE, "offer", by=["ann"], as_={"seller": "ann"}, receipt=asset, price=1, terms="cash"
    )
    assert (error.code, error.data["clause"]) == ("guard-failed", "is-holder")
    assert error.explain("zh").what == "仅仓单持有人可以出售。"


def test_an_error_denies(place: Place) -> None:
    asset = offer(place)
    place.act(SALE, "take", asset, by=["cid"], as_={"buyer": "cid"})
    error = refused(place, SALE, "settle", asset, by=["ann", "cid"])
    assert (error.code, error.data["clause"], error.data["reason"]) == (
        "guard-error",
        "on-time",
        "no-such-member",
    )


def test_set_passes_absence_on(place: Place) -> None:
    assert "note" not in place.leaves[offer(place)].fields
    assert place.leaves[offer(place, note="n")].fields["note"] == "n"


def test_dates_are_of_beijing(place: Place) -> None:
    asset = offer(place)
    place.now = NOW + 17 * 3_600_000  # 2026-01-01 17:00 UTC is 2026-01-02 in Beijing
    place.act(SALE, "accept", asset, by=["ann", "cid"], as_={"buyer": "cid"}, pay_within=0)
    assert place.leaves[asset].fields["paid_by"] == NOW // DAY + 1


def test_invariants(place: Place) -> None:
    leaf = Leaf(RECEIPT.name, "issued", 1, {"keeper": did("store")}, {}, 1)
    with pytest.raises(ContractError) as caught:
        RECEIPT.check_always(place, hexid(1), leaf)
    assert (caught.value.code, caught.value.data["clause"]) == ("invariant-broken", "has-holder")


# Quantities


def test_mint_split_merge_burn(place: Place) -> None:
    whole = issue(place, 100)
    small, large = (
        asset
        for asset, _ in place.act(RECEIPT, "split", whole, by=["ann", "store"], parts=[30, 70]).effects[1:]
    )
    assert (place.leaves[whole].quantity, place.leaves[whole].state) == (0, "split")
    assert place.leaves[small].parent == whole
    assert place.leaves[small].roles == place.leaves[whole].roles
    effects = place.act(RECEIPT, "merge", small, by=["ann", "store"], others=[large]).effects
    assert [(leaf.state, leaf.quantity) for _, leaf in effects] == [("issued", 100), ("void", 0)]
    place.act(RECEIPT, "deliver", small, by=["ann", "store"])
    assert place.leaves[small].quantity == 0


@pytest.mark.parametrize("parts", [[], [0, 100], [100, 1], [99], [50, 49, 1, 1]])
def test_parts_make_up_the_whole(place: Place, parts: list[int]) -> None:
    assert (
        refused(place, RECEIPT, "split", issue(place), by=["ann", "store"], parts=parts).code
        == "conservation"
    )


def test_only_equals_merge(place: Place) -> None:
    one, other = issue(place), issue(place, holder="bob")
    for others in ([other], [one], []):
        error = refused(place, RECEIPT, "merge", one, by=["ann", "store"], others=others)
        assert error.code == "conservation"


# Companions and readers


def settle(place: Place) -> tuple[Outcome, str, str]:
    asset = offer(place)
    place.act(SALE, "accept", asset, by=["ann", "cid"], as_={"buyer": "cid"}, pay_within=3)
    receipt = place.leaves[asset].fields["receipt"]
    return place.act(SALE, "settle", asset, by=["ann", "cid"]), asset, receipt


def companion(
    asset: str,
    action: str,
    signers: dict[str, str],
    roles: dict[str, str],
    **args: Any,  # noqa: ANN401
) -> tuple[ActInput, Outcome]:
    given = ActInput(action, asset, None, {}, args, frozenset(), hexid)
    leaf = Leaf("x", "y", 1, {role: did(name) for role, name in roles.items()})
    return given, Outcome([(asset, leaf)], [], [], {role: did(name) for role, name in signers.items()})


def test_companions(place: Place) -> None:
    outcome, _, receipt = settle(place)
    assert outcome.public
    payment, delivery = outcome.requirements
    assert (payment.name, payment.contract, payment.action) == ("payment", "payment@1", "pay")
    paid = companion(hexid(50), "pay", {"payer": "cid"}, {"payee": "ann"}, amount=500)
    assert payment.met_by("payment@1", *paid)
    assert not payment.met_by("payment@2", *paid)
    assert not payment.met_by(
        "payment@1", *companion(hexid(50), "pay", {"payer": "cid"}, {"payee": "ann"}, amount=499)
    )
    assert not payment.met_by(
        "payment@1", *companion(hexid(50), "pay", {"payer": "cid"}, {"payee": "eve"}, amount=500)
    )
    assert not payment.met_by("payment@1", *companion(hexid(50), "pay", {}, {"payee": "ann"}, amount=500))
    assert not payment.met_by(
        "payment@1", *companion(hexid(50), "owe", {"payer": "cid"}, {"payee": "ann"}, amount=500)
    )
    assert delivery.met_by("warehouse-receipt@1", *companion(receipt, "transfer", {}, {"holder": "cid"}))
    assert not delivery.met_by(
        "warehouse-receipt@1", *companion(hexid(51), "transfer", {}, {"holder": "cid"})
    )


def test_who_is_informed(place: Place) -> None:
    asset = offer(place, auditor=did("aud"))
    outcome = place.act(SALE, "accept", asset, by=["ann", "cid"], as_={"buyer": "cid"}, pay_within=3)
    assert outcome.informed == [did("ann"), did("aud"), did("cid")]
    narrow = place.act(SALE, "inspect", asset, by=["lab"], inspector=did("lab"))
    assert narrow.informed == [did("ann"), did("lab")]


def test_the_given_leaf_is_not_changed(place: Place) -> None:
    asset = issue(place)
    leaf = place.leaves[asset]
    before = copy.deepcopy(leaf)
    RECEIPT.act(
        place,
        place.given(RECEIPT, "pledge", asset, by=["ann", "store", "bank"], pledgee=did("bank"), claim=HEX),
    )
    assert leaf == before
