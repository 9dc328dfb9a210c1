"""Time limits: what becomes due by itself, what they open and close, roles drawn from lists."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.worlds import NOW, Place, did, page, stored
from wusong.contract import Leaf, load
from wusong.contract.deadlines import Limit, effective, kept, key_of
from wusong.errors import ContractError

ORDER = stored("order")
DAY = 86_400_000
PROMISED = NOW // DAY + 10


@pytest.fixture
def place() -> Place:
    return Place()


def order(place: Place, agents: tuple[str, ...] = ("ann", "ben")) -> str:
    args: dict[str, Any] = {"agents": [did(name) for name in agents], "promised": PROMISED, "pieces": 9}
    signing = {"buyer": "shop", "seller": "mill"}
    return place.act(ORDER, "order", by=["shop", "mill"], as_=signing, **args).effects[0][0]


def refused(place: Place, action: str, asset: str, **rest: Any) -> ContractError:  # noqa: ANN401
    before = copy.deepcopy(place.leaves)
    with pytest.raises(ContractError) as caught:
        place.act(ORDER, action, asset, **rest)
    assert place.leaves == before
    return caught.value


def late(place: Place) -> None:
    place.now = (PROMISED + 1) * DAY


def test_a_limit_is_named_with_its_state(place: Place) -> None:
    leaf = place.leaves[order(place)]
    assert set(leaf.deadlines) == {"delivery>late", "expiry>done"}
    assert leaf.deadlines["delivery>late"] == (PROMISED + 1) * DAY - 8 * 3_600_000


def test_what_is_due_has_happened_without_anybody(place: Place) -> None:
    asset = order(place)
    raw = place.leaves[asset]
    due = raw.deadlines["delivery>late"]
    assert ORDER.effective(raw, due - 1) is raw
    seen = ORDER.effective(raw, due)
    assert (seen.state, seen.rev, set(seen.deadlines)) == ("late", 1, {"expiry>done"})
    gone = ORDER.effective(raw, raw.deadlines["expiry>done"])
    assert (gone.state, gone.quantity, gone.deadlines) == ("done", 0, {})
    assert raw.state == "open"


def test_the_next_act_writes_it(place: Place) -> None:
    asset = order(place)
    late(place)
    place.act(ORDER, "ask", asset, by=["ann"], as_={"agent": "ann"})
    leaf = place.leaves[asset]
    assert (leaf.state, leaf.fields["answerer"], leaf.deadlines["question"]) == (
        "late", did("ann"), place.now + DAY,
    )  # fmt: skip


def test_an_act_that_moves_the_asset_ends_the_limits_of_its_old_state(place: Place) -> None:
    asset = order(place)
    place.act(ORDER, "deliver", asset, by=["mill"])
    assert place.leaves[asset].deadlines == {}


def test_lapse_writes_what_is_due_and_only_that(place: Place) -> None:
    asset = order(place)
    assert refused(place, "lapse", asset, by=["zoe"]).code == "nothing-due"
    late(place)
    assert refused(place, "lapse", asset).code == "missing-signer"
    assert refused(place, "lapse", asset, by=["zoe"], extra=1).code == "bad-args"
    outcome = place.act(ORDER, "lapse", asset, by=["zoe"], as_={"anyone": "zoe"})
    assert (place.leaves[asset].state, place.leaves[asset].rev) == ("late", 2)
    assert outcome.signers == {"anyone": did("zoe")}
    assert set(outcome.informed) == {did("zoe"), did("shop"), did("mill"), did("ann"), did("ben")}
    assert refused(place, "lapse", asset, by=["zoe"]).code == "nothing-due"


def test_lapse_is_only_where_limits_move_the_asset(place: Place) -> None:
    receipt = stored("warehouse-receipt")
    with pytest.raises(ContractError) as caught:
        place.act(receipt, "lapse", order(place), by=["ann"])
    assert caught.value.code == "unknown-action"


def test_who_was_cleared_by_a_limit_learns_of_it(place: Place) -> None:
    asset = order(place)
    late(place)
    place.act(ORDER, "ask", asset, by=["ann"], as_={"agent": "ann"})
    place.now = place.leaves[asset].deadlines["expiry>done"]
    place.act(ORDER, "lapse", asset, by=["zoe"])
    assert "answerer" not in place.leaves[asset].fields


@pytest.mark.parametrize("wait", [-1, 0, 1])
def test_until_and_after_meet_without_a_gap(place: Place, wait: int) -> None:
    text = """\
contract: offer
version: 1
title: {en: Offer, zh: 要约}
roles: {seller: {zh: 卖方}}
states: [open, taken!, back!]
deadlines: {answer: {zh: 承诺期限}}
actions:
  offer: {by: seller, to: open, due: {answer: now + 1000}}
  take: {by: anyone, from: open, until: answer, to: taken}
  withdraw: {by: seller, from: open, after: answer, to: back}
"""
    offer = page(text)
    asset = place.act(offer, "offer", by=["ann"], as_={"seller": "ann"}).effects[0][0]
    place.now += 1000 + wait
    open_, shut = ("take", "withdraw") if wait < 0 else ("withdraw", "take")
    with pytest.raises(ContractError) as caught:
        place.act(offer, shut, asset, by=["ann"])
    assert caught.value.code == ("deadline-not-passed" if wait < 0 else "deadline-passed")
    assert "承诺期限" in caught.value.explain("zh").what
    place.act(offer, open_, asset, by=["ann"])


@pytest.mark.parametrize(
    ("action", "code"), [("deliver", "deadline-passed"), ("cancel", "deadline-not-passed")]
)
def test_a_limit_that_was_never_set(place: Place, action: str, code: str) -> None:
    asset = order(place)
    place.act(ORDER, "forever", asset, by=["shop"])
    assert place.leaves[asset].deadlines == {}
    error = refused(place, action, asset, by=["mill" if action == "deliver" else "shop"])
    assert (error.code, error.data["reason"]) == (code, "not-set")


def test_a_limit_in_the_past_is_refused(place: Place) -> None:
    asset = order(place)
    error = refused(place, "postpone", asset, by=["shop"], promised=NOW // DAY - 1)
    assert (error.code, error.data["target"], error.data["reason"]) == (
        "effect-error", "delivery", "deadline-in-past",
    )  # fmt: skip


def test_a_calendar_that_is_not_published(place: Place) -> None:
    with pytest.raises(ContractError) as caught:
        place.act(
            ORDER, "order", by=["shop", "mill"], as_={"buyer": "shop", "seller": "mill"},
            agents=[], promised=NOW // DAY + 3000, pieces=1,
        )  # fmt: skip
    assert (caught.value.code, caught.value.data["reason"]) == ("effect-error", "calendar-unpublished")


def test_parts_keep_the_limits_of_the_whole(place: Place) -> None:
    asset = order(place)
    before = place.leaves[asset].deadlines
    outcome = place.act(ORDER, "share", asset, by=["mill"], weights=[3333, 3333, 3334])
    assert [leaf.quantity for _, leaf in outcome.effects] == [0, 3, 3, 3]
    assert [leaf.deadlines for _, leaf in outcome.effects] == [{}, before, before, before]


def test_only_assets_with_equal_limits_are_merged(place: Place) -> None:
    one, two = order(place), order(place)
    place.act(ORDER, "postpone", two, by=["shop"], promised=PROMISED + 1)
    assert refused(place, "pool", one, by=["mill"], others=[two]).data["reason"] == "unlike"
    place.act(ORDER, "postpone", one, by=["shop"], promised=PROMISED + 1)
    place.act(ORDER, "pool", one, by=["mill"], others=[two])
    assert (place.leaves[one].quantity, place.leaves[two].state, place.leaves[two].deadlines) == (
        18,
        "done",
        {},
    )


# Roles drawn from lists


@pytest.mark.parametrize(
    ("by", "as_", "code", "reason"),
    [
        (["cid"], {"agent": "cid"}, "wrong-role", "not-among"),
        (["ann"], {}, "wrong-role", "not-among"),
        (["cid"], {"agent": "ann"}, "missing-signer", None),
        (["ann", "ben"], {"agent": "ann", "buyer": "ben"}, "wrong-role", "signs-nothing"),
    ],
)
def test_who_is_not_in_the_list(
    place: Place, by: list[str], as_: dict[str, str], code: str, reason: str | None
) -> None:
    asset = order(place)
    late(place)
    error = refused(place, "ask", asset, by=by, as_=as_)
    assert (error.code, error.data.get("reason")) == (code, reason)


def test_each_of_the_list_may_sign(place: Place) -> None:
    asset = order(place)
    late(place)
    for name in ("ann", "ben"):
        outcome = place.act(ORDER, "ask", asset, by=[name], as_={"agent": name})
        assert outcome.signers == {"agent": did(name)}
        assert "agent" not in place.leaves[asset].roles


def test_who_is_in_the_list_must_be_active(place: Place) -> None:
    asset = order(place)
    late(place)
    place.banned = {did("ann")}
    assert refused(place, "ask", asset, by=["ann"], as_={"agent": "ann"}).code == "party-not-active"


def test_whoever_takes_an_action_of_anyone_can_be_named() -> None:
    text = """\
contract: bell
version: 1
title: {en: Bell, zh: 铃}
roles: {owner: {zh: 所有人}}
fields: {last: party?}
states: [hung]
actions:
  hang: {by: owner, to: hung}
  ring: {by: anyone, from: hung, set: {last: as.anyone}}
"""
    bell, place = page(text), Place()
    assert load(text).model["profile"] == "wusong-cel/2"
    asset = place.act(bell, "hang", by=["ann"], as_={"owner": "ann"}).effects[0][0]
    place.act(bell, "ring", asset, by=["ben"], as_={"anyone": "ben"})
    assert place.leaves[asset].fields == {"last": did("ben")}
    place.act(bell, "ring", asset, by=["ben"])
    assert place.leaves[asset].fields == {}


# Holds


def test_a_frozen_asset_stands_still(place: Place) -> None:
    asset = order(place)
    leaf = place.leaves[asset]
    hold = {"authority": did("court"), "document": "(2026) 1", "officers": [], "days": 20, "since": NOW}
    leaf.holds = [hold]
    late(place)
    error = refused(place, "deliver", asset, by=["mill"])
    assert (error.code, error.data["document"]) == ("asset-frozen", "(2026) 1")
    assert error.data["until"] == NOW + 20 * DAY
    assert refused(place, "deliver", asset, by=["zoe"]).code == "missing-signer"
    assert ORDER.effective(leaf, place.now) is leaf
    assert refused(place, "lapse", asset, by=["zoe"]).code == "asset-frozen"
    place.now = NOW + 20 * DAY
    assert ORDER.effective(leaf, place.now).state == "done"
    place.act(ORDER, "lapse", asset, by=["zoe"])


def test_a_frozen_asset_is_not_absorbed(place: Place) -> None:
    one, two = order(place), order(place)
    place.leaves[two].holds = [{"authority": did("court"), "document": "x", "days": 1, "since": NOW}]
    assert refused(place, "pool", one, by=["mill"], others=[two]).code == "asset-frozen"
    place.now += DAY
    place.act(ORDER, "pool", one, by=["mill"], others=[two])


# Properties

STATES = ["a", "b", "c", "d"]
some_limits = st.lists(
    st.builds(
        lambda n, to, states, burn, clear: Limit(
            f"l{n}", key_of(f"l{n}", to), frozenset(states), to, burn and to is not None, clear if to else ()
        ),
        st.integers(0, 5),
        st.none() | st.sampled_from(STATES),
        st.sets(st.sampled_from(STATES), min_size=1),
        st.booleans(),
        st.sampled_from([(), ("x",), ("r",), ("x", "r")]),
    ),
    max_size=6,
    unique_by=lambda limit: limit.name,
)


@st.composite
def leaves(draw: st.DrawFn) -> tuple[dict[str, Limit], Leaf]:
    limits = {limit.key: limit for limit in draw(some_limits)}
    state = draw(st.sampled_from(STATES))
    times = {key: draw(st.integers(0, 9)) for key in sorted(limits) if draw(st.booleans())}
    quantity = draw(st.none() | st.integers(0, 3))
    leaf = Leaf("p", state, 7, {"r": "did:example:a"}, {"x": 1}, quantity, salt="00")
    leaf.deadlines = kept(limits, times, state)
    return limits, leaf


@settings(max_examples=150, deadline=None)
@given(leaves(), st.integers(0, 10), st.integers(0, 10))
def test_effective_is_idempotent_and_goes_forward_only(
    made: tuple[dict[str, Limit], Leaf], first: int, more: int
) -> None:
    limits, leaf = made
    before = copy.deepcopy(leaf)
    once = effective(limits, leaf, first)
    assert leaf == before
    assert effective(limits, once, first) is once
    assert effective(limits, once, first + more) == effective(limits, leaf, first + more)
    assert (once.rev, once.salt, once.contract) == (leaf.rev, leaf.salt, leaf.contract)
    assert once.deadlines.items() <= leaf.deadlines.items()
    assert all(once.state in limits[key].states for key in once.deadlines)
    assert all(time > first for key, time in once.deadlines.items() if ">" in key)
    assert (once is leaf) == all(time > first for key, time in leaf.deadlines.items() if ">" in key)


@settings(max_examples=150, deadline=None)
@given(leaves(), st.integers(0, 10))
def test_effective_is_what_happens_moment_by_moment(made: tuple[dict[str, Limit], Leaf], now: int) -> None:
    limits, leaf = made
    for moment in range(now + 1):
        stepped = effective(limits, leaf, moment)
        if stepped is not leaf:
            fired = sorted(
                (time, key) for key, time in leaf.deadlines.items() if ">" in key and time <= moment
            )
            assert leaf.state in limits[fired[0][1]].states
        leaf = stepped
    assert leaf == effective(limits, made[1], now)


# Limits that stand still while the asset is frozen

STILL = Limit("answer", "answer>over", frozenset({"open"}), "over", burn=False, clear=(), suspends=True)
CLOSES = Limit("objection", "objection", frozenset({"open"}), None, burn=False, clear=(), suspends=True)
GOES = Limit("term", "term", frozenset({"open"}), None, burn=False, clear=())
LIMITS = {limit.key: limit for limit in (STILL, CLOSES, GOES)}


def frozen_for(days: list[int], since: int, **deadlines: int) -> Leaf:
    first, *queue = [{"authority": "a", "days": n, "document": str(n), "officers": []} for n in days]
    return Leaf("c", "open", 3, deadlines=deadlines, holds=[{**first, "since": since}, *queue])


@given(
    st.lists(st.integers(1, 1_095), min_size=1, max_size=4),
    st.integers(0, 10**12),
    st.integers(-(10**9), 10**12),
)
def test_what_was_left_of_a_limit_is_left_when_its_freeze_lapses(
    days: list[int], since: int, left: int
) -> None:
    leaf = frozen_for(days, since, objection=since + left, term=since + left)
    end = since + sum(days) * DAY
    assert effective(LIMITS, leaf, end - 1) is leaf
    after = effective(LIMITS, leaf, end)
    assert after.deadlines["objection"] == (end + left if left > 0 else since + left)
    assert after.deadlines["term"] == since + left
    assert after.holds == []
    assert effective(LIMITS, after, end + DAY) is after


def test_a_limit_that_stood_still_takes_effect_later() -> None:
    leaf = msgspec.structs.replace(frozen_for([10], 0), deadlines={"answer>over": 2 * DAY})
    assert effective(LIMITS, leaf, 12 * DAY - 1).state == "open"
    assert effective(LIMITS, leaf, 12 * DAY).state == "over"


def test_holds_that_lapsed_without_limits_never_count_again() -> None:
    leaf = frozen_for([10], 0)
    assert effective(LIMITS, leaf, 10 * DAY).holds == []
    assert effective({"term": GOES}, leaf, 10 * DAY) is leaf


def test_a_limit_never_passes_the_last_time() -> None:
    leaf = frozen_for([1_000], 0, objection=2**53 - 1)
    assert effective(LIMITS, leaf, 1_000 * DAY).deadlines == {"objection": 2**53 - 1}
