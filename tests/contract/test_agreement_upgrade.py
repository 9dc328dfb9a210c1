"""Moving assets to random newer pages: the interpreter and the slow second implementation agree."""

from __future__ import annotations

import copy
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.reference import moves, pages, world
from contract.test_agreement import Story, plain
from wusong.contract import ActInput, load
from wusong.errors import ContractError


class Moving(Story):
    """A story whose assets then move."""

    def move_all(self) -> Counter[str]:
        told: Counter[str] = Counter()
        text = json.dumps(pages.newer(self.seed, pages.page(self.seed, moves=True)), ensure_ascii=False)
        read = load(text)
        if read.compiled is None:
            return Counter(finding.code for finding in read.findings)
        newer, model = read.compiled, read.model
        self.there.pages[newer.name] = model
        for asset in sorted(self.there.assets):
            leaf = self.there.assets[asset]
            named, signers = {}, set(leaf.get("roles", {}).values())
            if self.rng.random() < 0.2:
                signers.discard(self.rng.choice(sorted(signers)))
            if self.rng.random() < 0.1:
                named["owner"] = self.rng.choice(pages.PARTIES)
            act = ActInput(
                "upgrade", asset, self.here.leaves[asset], named, {}, frozenset(signers), str, newer.name
            )
            what = world.Act("upgrade", asset, newer.name, dict(named), {}, set(signers), [])
            before = copy.deepcopy(self.here.leaves)
            ours: object
            theirs: object
            try:
                moved = newer.upgrade(self.here, act, self.page)
                ours = ([(n, plain(after)) for n, after in moved.effects], moved.signers, moved.informed)
            except ContractError as error:
                ours = error.code
            try:
                done = moves.upgrade(self.there, model, self.model, what)
                theirs = (done.effects, done.signers, done.informed)
            except world.Refused as error:
                theirs = error.code
            assert ours == theirs, f"seed {self.seed}, {asset}: {text}"
            assert self.here.leaves == before
            told[ours if isinstance(ours, str) else "moved"] += 1
        return told


@given(st.integers(0, 2**40))
@settings(max_examples=20, deadline=None)
def test_both_implementations_agree_on_moves(seed: int) -> None:
    Moving(seed, moves=True).live(12).move_all()


@pytest.mark.slow
@given(st.integers(0, 2**40))
@settings(max_examples=1_000, deadline=None)
def test_both_implementations_agree_on_many_moves(seed: int) -> None:
    Moving(seed, moves=True).live().move_all()


def test_moves_come_to_every_kind_of_end() -> None:
    told = sum((Moving(seed, moves=True).live(12).move_all() for seed in range(60)), Counter[str]())
    assert {"moved", "cannot-upgrade", "wrong-state", "effect-error", "missing-signer"} <= told.keys(), told
