"""Whatever is tried, in whatever order: quantities are conserved, final states stay, nobody acts unsigned."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract.worlds import Place, did, stored
from wusong.contract import Leaf, Outcome
from wusong.contract.examples import run_compiled
from wusong.errors import ContractError

RECEIPT = stored("warehouse-receipt")
PARTIES = ["store", "ann", "bob", "bank"]
HEX = "cd" * 32

names = st.sampled_from(PARTIES)
signers = st.sets(names)
amounts = st.integers(-1, 60)
assets = st.integers(0, 40)
argument = st.one_of(
    names.map(did),
    amounts,
    st.just(HEX),
    st.text(max_size=3),
    st.none(),
    st.lists(amounts, max_size=5),
    st.booleans(),
)


class Receipts(RuleBasedStateMachine):
    """Parties try anything on receipts: sensible acts and nonsense."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Place(accreditations={did("store"): {"warehouse"}})
        self.minted = 0
        self.burned = 0

    @initialize()
    def begin(self) -> None:
        self.issue("ann", 50, {"store"})

    def pick(self, n: int) -> str:
        ids = sorted(self.place.leaves)
        return ids[n % len(ids)]

    def attempt(self, action: str, asset: str | None, by: set[str], **args: Any) -> Outcome | None:  # noqa: ANN401
        before = copy.deepcopy(self.place.leaves)
        roles = {"keeper": "store"} if asset is None else {}
        try:
            outcome = self.place.act(RECEIPT, action, asset, by=by, as_=roles, **args)
        except ContractError:
            assert self.place.leaves == before  # a refusal changes nothing
            return None
        self.judge(before, asset, action, by, outcome)
        return outcome

    def judge(
        self, before: dict[str, Leaf], asset: str | None, action: str, by: set[str], outcome: Outcome
    ) -> None:
        step = RECEIPT.program.steps[action]
        signed = {did(name) for name in by}
        assert set(outcome.signers.values()) <= signed
        if asset is not None:
            leaf = before[asset]
            assert leaf.state not in RECEIPT.program.final
            needed = {leaf.roles[role] for role, _ in step.by if role in leaf.roles}
            assert needed <= signed  # whoever stood in a signing role has signed
        for written, leaf in outcome.effects:
            standing = before.get(written)
            assert leaf.rev == (standing.rev + 1 if standing is not None else 1)
            assert (leaf.quantity or 0) >= 0
        total = sum(leaf.quantity or 0 for leaf in before.values())
        after = sum(leaf.quantity or 0 for leaf in self.place.leaves.values())
        self.minted += max(after - total, 0) if action == "issue" else 0
        self.burned += total - after if action == "deliver" else 0

    @rule(holder=names, weight=amounts, by=signers | st.just({"store"}))
    def issue(self, holder: str, weight: int, by: set[str]) -> None:
        self.attempt("issue", None, by, holder=did(holder), goods=HEX, lot="L", weight=weight)

    @rule(n=assets, by=signers, bank=names)
    def pledge(self, n: int, by: set[str], bank: str) -> None:
        self.attempt("pledge", self.pick(n), by, pledgee=did(bank), claim=HEX)

    @rule(n=assets, by=signers)
    def release(self, n: int, by: set[str]) -> None:
        self.attempt("release", self.pick(n), by)

    @rule(n=assets, share=st.integers(1, 59), third=st.booleans(), by=signers | st.just(set(PARTIES)))
    def split(self, n: int, share: int, third: bool, by: set[str]) -> None:
        asset = self.pick(n)
        whole = self.place.leaves[asset].quantity or 0
        parts = [share, whole - share] if not third else [share, 1, whole - share - 1]
        self.attempt("split", asset, by, parts=parts)

    @rule(n=assets, others=st.lists(assets, max_size=3), by=signers | st.just(set(PARTIES)))
    def merge(self, n: int, others: list[int], by: set[str]) -> None:
        self.attempt("merge", self.pick(n), by, others=[self.pick(other) for other in others])

    @rule(n=assets, by=signers | st.just(set(PARTIES)))
    def deliver(self, n: int, by: set[str]) -> None:
        self.attempt("deliver", self.pick(n), by)

    @rule(n=assets, action=st.sampled_from(sorted(RECEIPT.program.steps)), by=signers, data=st.data())
    def nonsense(self, n: int, action: str, by: set[str], data: st.DataObject) -> None:
        known = list(RECEIPT.program.steps[action].arguments)
        args = data.draw(st.dictionaries(st.sampled_from([*known, "x"]), argument, max_size=4))
        self.attempt(action, None if action == "issue" else self.pick(n), by, **args)

    @invariant()
    def conserved(self) -> None:
        standing = sum(leaf.quantity or 0 for leaf in self.place.leaves.values())
        assert standing == self.minted - self.burned

    @invariant()
    def final_states_hold_nothing(self) -> None:
        final = RECEIPT.program.final
        assert all(not leaf.quantity for leaf in self.place.leaves.values() if leaf.state in final)


TestReceipts = Receipts.TestCase
TestReceipts.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_examples_do_not_depend_on_each_other() -> None:
    forwards = run_compiled(RECEIPT)
    assert all(result.ok for result in forwards)
    assert run_compiled(RECEIPT) == forwards
