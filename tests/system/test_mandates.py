"""Mandates: amounts, passing on, revocation. No chain of narrowing allows what its root does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.kit import Net, did_of
from ledger.refusing import limits, read, suspend, under_mandate, until_in_order
from system.standing import ok, refused
from wusong.contract.leaf import Leaf
from wusong.errors import DeedError
from wusong.ledger.deed import Act
from wusong.ledger.system import narrowing
from wusong.ledger.system.mandate import check_scope, use

PRICED = [{"actions": ["price"], "amounts": [{"argument": "price", "limit": 100}], "contract": "title@1"}]
ANY = [{"actions": ["*"], "contract": "title@1"}]
ISSUE = [{"actions": ["issue"], "contract": "title@1"}]


def price(net: Net, mandate: str, asset: str, amount: object, delegate: str = "bob") -> bytes:
    """A price that a delegate sets for alice."""
    draft = net.draft({"mandate": mandate, "party": "alice"})
    args: dict[str, Any] = {"by_part": 1} if amount is None else {"by_part": 1, "price": amount}
    draft.act(net.title, "price", args, as_={"holder": did_of("alice")}, asset=asset)
    return net.seal_up(draft, net.key(delegate))


def issue(net: Net, mandate: str, delegate: str) -> bytes:
    """A title that a delegate issues for alice."""
    draft = net.draft({"mandate": mandate, "party": "alice"})
    draft.act(net.title, "issue", {"holder": did_of("bob"), "lot": "L"}, as_={"issuer": did_of("alice")})
    return net.seal_up(draft, net.key(delegate))


def pass_on(net: Net, parent: str, by: str, to: str, scope: list[dict[str, Any]], **limits_: int) -> bytes:
    """A delegate passes its mandate on."""
    args = {"delegate": did_of(to), "parent": parent, "scope": scope, **limits_}
    return net.one(by, "system/mandate", "grant", args, as_={"grantor": by})


def chained(net: Net, *, root: dict[str, Any], child: dict[str, Any]) -> tuple[str, str]:
    """alice mandates bob, who passes it on to carol; the ids of both mandates."""
    first = net.mandate("alice", "bob", root.pop("scope", ANY), onward=1, **root)
    return first, net.created(
        ok(net, pass_on(net, first, "bob", "carol", child.pop("scope", ISSUE), **child))
    )


# -- amounts ---------------------------------------------------------------------------------------------


def test_amounts_add_up_to_the_limit_and_no_further(net: Net) -> None:
    asset, mandate = net.issue("alice"), net.mandate("alice", "bob", PRICED)
    ok(net, price(net, mandate, asset, 60))
    assert refused(net, price(net, mandate, asset, 41)) == "mandate-amount price"
    ok(net, price(net, mandate, asset, 40))
    assert net.leaf(mandate).fields["spent"] == {"0.0": 100}
    assert refused(net, price(net, mandate, asset, 1)) == "mandate-amount price"


@pytest.mark.parametrize("item", [0, 1])
def test_where_two_items_cover_an_act_each_counts_it(item: int, net: Net) -> None:
    low = {**PRICED[0], "amounts": [{"argument": "price", "limit": 10}]}
    scope = [low, PRICED[0]] if item == 0 else [PRICED[0], low]
    asset, mandate = net.issue("alice"), net.mandate("alice", "bob", scope)
    assert refused(net, price(net, mandate, asset, 11)) == "mandate-amount price"
    ok(net, price(net, mandate, asset, 10))


def test_what_cannot_be_counted_is_not_covered(net: Net) -> None:
    """A refused act leaves no count; an act without the argument has nothing to count."""
    scope = [{**PRICED[0], "actions": ["*"]}]
    mandate = net.mandate("alice", "bob", scope)
    assert refused(net, under_mandate(net, mandate)) == "mandate-scope"
    assert "spent" not in net.leaf(mandate).fields


@pytest.mark.parametrize("value", [-1, True, "5", None])
def test_an_amount_is_a_whole_number_not_below_zero(value: object) -> None:
    args = {} if value is None else {"price": value}
    with pytest.raises(DeedError, match="mandate-scope"):
        use(mandate_leaf(scope=PRICED), act("price", args), {"title@1"}, 0)


@pytest.mark.parametrize(
    "amounts",
    [
        [], [{}], [{"argument": "a"}], [{"argument": "a", "limit": -1}], [{"argument": "a", "limit": True}],
        [{"argument": "", "limit": 1}], [{"argument": "a", "limit": 1}] * 2, "a",
        [{"argument": "a", "limit": 2**53}],
    ],
)  # fmt: skip
def test_amounts_that_are_none(amounts: object) -> None:
    with pytest.raises(DeedError, match="bad-args"):
        check_scope([{**ANY[0], "amounts": amounts}], amounts=True)


# -- passing on ------------------------------------------------------------------------------------------


def test_a_mandate_is_passed_on_and_counts_on_all_above_it(net: Net) -> None:
    first, second = chained(net, root={"limit": 2}, child={"limit": 2})
    ok(net, issue(net, second, "carol"))
    ok(net, issue(net, first, "bob"))
    assert [net.leaf(one).fields["used"] for one in (first, second)] == [2, 1]
    with pytest.raises(DeedError, match="mandate-limit"):
        net.submit(issue(net, second, "carol"))


def test_the_receipt_names_the_delegate_at_the_end_of_the_chain(net: Net) -> None:
    _, second = chained(net, root={}, child={})
    (signer,) = ok(net, issue(net, second, "carol")).signers
    assert (signer.party, signer.delegate, signer.mandate) == (did_of("alice"), did_of("carol"), second)


@pytest.mark.parametrize(
    ("root", "child", "what"),
    [
        ({"scope": ISSUE}, {"scope": ANY}, "scope"),
        ({"scope": ISSUE}, {"scope": [{"actions": ["price"], "contract": "title@1"}]}, "scope"),
        ({"scope": ISSUE}, {"scope": [{"actions": ["issue"], "contract": "other@1"}]}, "scope"),
        ({"scope": PRICED}, {"scope": [{"actions": ["price"], "contract": "title@1"}]}, "scope"),
        (
            {"scope": PRICED},
            {"scope": [{**PRICED[0], "amounts": [{"argument": "price", "limit": 101}]}]},
            "scope",
        ),
        ({"limit": 5}, {"limit": 6}, "limit"),
        ({"limit": 5}, {}, "limit"),
        ({"until": 1_800_000_000_000}, {}, "until"),
        ({"until": 1_800_000_000_000}, {"until": 1_800_000_000_001}, "until"),
        ({}, {"onward": 1}, "onward"),
    ],
)
def test_a_wider_one_is_not_passed_on(
    root: dict[str, Any], child: dict[str, Any], what: str, net: Net
) -> None:
    first = net.mandate(
        "alice", "bob", root.get("scope", ANY), onward=1, **{k: v for k, v in root.items() if k != "scope"}
    )
    more = {name: value for name, value in child.items() if name != "scope"}
    made = pass_on(net, first, "bob", "carol", child.get("scope", ISSUE), **more)
    assert refused(net, made) == f"mandate-wider {what}"


def test_nothing_is_passed_on_without_the_principal_s_consent(net: Net) -> None:
    first = net.mandate("alice", "bob", ANY)
    assert refused(net, pass_on(net, first, "bob", "carol", ISSUE)) == "mandate-wider onward"


def test_only_its_delegate_passes_a_mandate_on(net: Net) -> None:
    first = net.mandate("alice", "bob", ANY, onward=1)
    assert refused(net, pass_on(net, first, "carol", "dave", ISSUE)) == "wrong-role other-party"
    assert refused(net, pass_on(net, "ab" * 32, "bob", "dave", ISSUE)) == "mandate-unknown"


def test_a_chain_has_four_mandates(net: Net) -> None:
    scope, mandate = ISSUE, net.mandate("alice", "bob", ANY, onward=narrowing.MAX_DEPTH - 1)
    for by, to, onward in (("bob", "carol", 2), ("carol", "dave", 1), ("dave", "bob", 0)):
        mandate = net.created(ok(net, pass_on(net, mandate, by, to, scope, onward=onward)))
    ok(net, issue(net, mandate, "bob"))
    assert refused(net, pass_on(net, mandate, "bob", "carol", scope)) == "mandate-wider onward"
    args = {"delegate": did_of("bob"), "onward": 4, "scope": scope}
    made = net.one("alice", "system/mandate", "grant", args, as_={"principal": "alice"})
    assert refused(net, made) == "bad-args onward"


# -- the end ---------------------------------------------------------------------------------------------


def revoke(net: Net, mandate: str, by: str, role: str) -> bytes:
    """Who granted a mandate, or passed it on, ends it."""
    return net.one(by, "system/mandate", "revoke", as_={role: by}, asset=mandate)


@pytest.mark.parametrize(
    ("which", "by", "role"), [(0, "alice", "principal"), (1, "alice", "principal"), (1, "bob", "grantor")]
)
def test_revoking_one_ends_all_below_it(which: int, by: str, role: str, net: Net) -> None:
    both = chained(net, root={}, child={})
    ok(net, revoke(net, both[which], by, role))
    with pytest.raises(DeedError, match="mandate-ended"):
        net.submit(issue(net, both[1], "carol"))
    assert which == 0 or net.submit(issue(net, both[0], "bob")).accepted


@pytest.mark.parametrize(("by", "role"), [("carol", "grantor"), ("carol", "principal"), ("bob", "principal")])
def test_who_neither_granted_nor_passed_on_revokes_nothing(by: str, role: str, net: Net) -> None:
    _, second = chained(net, root={}, child={})
    assert refused(net, revoke(net, second, by, role)) == "wrong-role other-party"


def test_an_ended_parent_passes_nothing_on(net: Net) -> None:
    first = net.mandate("alice", "bob", ANY, onward=1, until=net.ledger.now() + 5_000)
    net.clock.time += 6_000
    assert refused(net, pass_on(net, first, "bob", "carol", ISSUE, until=net.ledger.now())) == "mandate-ended"


def test_a_suspended_delegate_in_between_stops_what_it_passed_on(net: Net) -> None:
    _, second = chained(net, root={}, child={})
    suspend(net, "bob")
    with pytest.raises(DeedError, match="party-suspended"):
        net.submit(issue(net, second, "carol"))


@pytest.mark.parametrize("depth", [0, 1])
def test_revocation_in_one_block_holds_for_what_the_block_orders_after_it(depth: int, net: Net) -> None:
    both = chained(net, root={}, child={})
    delegate = ("bob", "carol")[depth]

    def pair() -> list[bytes]:
        return [revoke(net, both[0], "alice", "principal"), issue(net, both[depth], delegate)]

    codes = in_one_block(net, until_in_order(net, pair))
    assert codes == ["ok", "mandate-ended"]


@pytest.mark.parametrize("depth", [0, 1])
def test_what_a_block_orders_before_the_revocation_stands(depth: int, net: Net) -> None:
    both = chained(net, root={}, child={})
    delegate = ("bob", "carol")[depth]

    def pair() -> list[bytes]:
        return [issue(net, both[depth], delegate), revoke(net, both[0], "alice", "principal")]

    assert in_one_block(net, until_in_order(net, pair)) == ["ok", "ok"]


@pytest.mark.parametrize("depth", [0, 1])
def test_no_later_block_holds_a_deed_under_it(depth: int, net: Net) -> None:
    both = chained(net, root={}, child={})
    late = issue(net, both[depth], ("bob", "carol")[depth])  # signed while the mandate was in force
    ok(net, revoke(net, both[0], "alice", "principal"))
    height = net.ledger.app.head.height
    with pytest.raises(DeedError, match="mandate-ended"):
        net.submit(late)
    assert net.ledger.app.head.height == height


def in_one_block(net: Net, envelopes: list[bytes]) -> list[str]:
    """The codes of deeds that one block holds."""
    now = net.ledger.now()
    fit, refused_ = net.ledger.app.prepare([read(net, one) for one in envelopes], now)
    assert not refused_
    finalised = net.ledger.app.finalise(fit, now)
    net.ledger.app.commit()
    return [executed.receipt.code for executed in finalised.executed]


def test_before_protocol_2_nothing_is_passed_on_and_no_amount_limited(open_net: Callable[..., Net]) -> None:
    net = open_net(protocol=1)
    first = net.mandate("alice", "bob", ANY)
    assert refused(net, pass_on(net, first, "bob", "carol", ISSUE)) == "wrong-role signs-nothing"
    for change in ({"onward": 1}, {"scope": PRICED}):
        args = {"delegate": did_of("bob"), "scope": ANY, **change}
        made = net.one("alice", "system/mandate", "grant", args, as_={"principal": "alice"})
        assert refused(net, made) == f"bad-args {next(iter(change))}"


def test_a_chain_of_mandates_is_charged_to_growth(net: Net) -> None:
    limits(net, growth_day=100_000)
    _, second = chained(net, root={}, child={})
    codes = {net.submit(issue(net, second, "carol")).code for _ in range(120)}
    assert codes == {"ok", "growth-limit"}


# -- no chain allows what its root does not --------------------------------------------------------------


@dataclass
class Tried:
    """One act that somebody tries under a chain."""

    contract: str
    action: str
    args: dict[str, int]
    now: int


def act(action: str, args: dict[str, Any], contract: str = "title@1") -> Act:
    """An act as a mandate sees it."""
    return Act(action=action, args=args, as_={}, asset="#0.0", contract=contract, salt="00" * 16)


def mandate_leaf(**fields: Any) -> Leaf:  # noqa: ANN401 - as the act says them
    """A mandate that nobody has used."""
    return Leaf(contract="system/mandate", state="active", rev=1, fields={**fields, "used": 0})


CONTRACTS, ACTIONS, ARGUMENTS = ("a@1", "b@1"), ("buy", "sell"), ("sum", "lots")
amount = st.fixed_dictionaries({"argument": st.sampled_from(ARGUMENTS), "limit": st.integers(0, 12)})
item = st.fixed_dictionaries(
    {
        "actions": st.lists(st.sampled_from((*ACTIONS, "*")), min_size=1, max_size=2),
        "contract": st.sampled_from(CONTRACTS),
    },
    optional={"amounts": st.lists(amount, min_size=1, max_size=2, unique_by=lambda one: one["argument"])},
)
wanted = st.fixed_dictionaries(
    {"scope": st.lists(item, min_size=1, max_size=3)},
    optional={"limit": st.integers(1, 4), "until": st.integers(1, 10)},
)
tried = st.builds(
    Tried,
    st.sampled_from(CONTRACTS), st.sampled_from(ACTIONS),
    st.dictionaries(st.sampled_from(ARGUMENTS), st.integers(0, 12)), st.integers(0, 10),
)  # fmt: skip


def narrowed(mandates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of these and those after it that are each narrower than the last that was taken."""
    chain = [{**mandates[0], "onward": narrowing.MAX_DEPTH - 1}]
    for wanted_ in mandates[1:]:
        fields = {**wanted_, "onward": chain[-1]["onward"] - 1}
        try:
            narrowing.check(fields, chain[-1])
        except DeedError:
            continue
        chain.append(fields)
    return chain


def allowed(chain: list[Leaf], one: Tried) -> list[Leaf] | None:
    """The chain after an act, or None when one of its mandates refuses it."""
    try:
        return [
            use(leaf, act(one.action, dict(one.args), one.contract), {one.contract}, one.now)
            for leaf in chain
        ]
    except DeedError:
        return None


def oracle(root: dict[str, Any], done: list[Tried], one: Tried) -> bool:
    """Whether the root alone allows an act after others: written from the words, not from the program."""
    if len(done) >= root.get("limit", 99) or one.now >= root.get("until", 99):
        return False
    items = [
        i for i in root["scope"] if i["contract"] == one.contract and {one.action, "*"} & set(i["actions"])
    ]
    for covering in items:
        same = [d for d in done if d.contract == one.contract and {d.action, "*"} & set(covering["actions"])]
        for bound in covering.get("amounts", ()):
            name = bound["argument"]
            if name not in one.args or sum(d.args.get(name, 0) for d in [*same, one]) > bound["limit"]:
                return False
    return bool(items)


@given(
    mandates=st.lists(wanted, min_size=1, max_size=8),
    acts=st.lists(st.tuples(st.integers(0, 3), tried), max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_no_chain_of_narrowing_allows_what_its_root_does_not(
    mandates: list[dict[str, Any]], acts: list[tuple[int, Tried]]
) -> None:
    """Acts are tried by any delegate of the chain, in any order; each counts on all above it."""
    fields = narrowed(mandates)
    leaves = [mandate_leaf(**one) for one in fields]
    done: list[Tried] = []
    for depth, one in acts:
        through = min(depth, len(leaves) - 1) + 1
        after = allowed(leaves[:through], one)
        if after is None:
            continue
        assert oracle(fields[0], done, one), (fields, done, one)
        done.append(one)
        leaves[:through] = after


@given(root=wanted, acts=st.lists(tried, max_size=8))
@settings(max_examples=80, deadline=None)
def test_the_root_itself_allows_exactly_what_its_words_say(root: dict[str, Any], acts: list[Tried]) -> None:
    leaves, done = [mandate_leaf(**root)], list[Tried]()
    for one in acts:
        after = allowed(leaves, one)
        assert (after is not None) == oracle(root, done, one)
        if after is not None:
            leaves, done = after, [*done, one]
