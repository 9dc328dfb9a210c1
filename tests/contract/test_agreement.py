"""Random pages, random acts: the interpreter and the slow second implementation agree on everything.

Beside that, whatever the page: quantities are conserved, final states stay, nobody acts unsigned, what is
frozen does not move, and nothing that was given is changed.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.reference import acts as slow
from contract.reference import evaluate, pages, world
from contract.worlds import NOW, Place, hexid
from wusong.contract import ActInput, Compiled, Leaf, Outcome, load
from wusong.contract.calendar import weekdays
from wusong.errors import ContractError

SPARSE = "8" + "0" * 91  # one working day a year: 1 January
STEPS = 25


@dataclass
class Here(Place):
    """The product's world, with what has become due."""

    page: Compiled | None = None
    years: dict[tuple[str, int], str] = field(default_factory=dict)

    def asset(self, asset_id: str) -> Leaf | None:
        leaf = self.leaves.get(asset_id)
        return leaf if leaf is None or self.page is None else self.page.effective(leaf, self.now)

    def calendar(self, name: str, year: int) -> str | None:
        return self.years.get((name, year))


def plain(leaf: Leaf) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(leaf)
    return found


@dataclass
class Story:
    """One page lived through in both implementations at once."""

    seed: int
    moves: bool = False
    tally: Counter[str] = field(default_factory=Counter)
    accepted: list[tuple[ActInput, Outcome, world.Act, world.Done]] = field(default_factory=list)

    def __post_init__(self) -> None:
        read = load(json.dumps(pages.page(self.seed, moves=self.moves), ensure_ascii=False))
        self.findings = [finding.code for finding in read.findings]
        if self.findings:
            return
        assert read.compiled is not None
        self.page, self.model = read.compiled, read.model
        self.rng = random.Random(self.seed + 1)
        self.actor = pages.Actor(self.rng, self.model)
        years = {("cn-work", year): weekdays(year) for year in range(2025, 2029)}
        years |= {("sparse", year): SPARSE for year in range(2026, 2029)}
        self.here = Here(now=NOW, page=self.page, years=years, banned={pages.PARTIES[4]})
        self.here.accreditations = {party: {"trust"} for party in pages.PARTIES[:2]}
        trusted = {(party, "trust") for party in pages.PARTIES[:2]}
        self.there = world.Village(
            NOW, {self.page.name: self.model}, active=set(pages.PARTIES[:4]), accredited=trusted, years=years
        )

    def live(self, steps: int = STEPS) -> Self:
        for _ in range(steps):
            self.step()
        return self

    def step(self) -> None:
        self.pass_time()
        name, asset = self.actor.choose(self.there.assets)
        leaf = self.there.assets.get(asset) if asset is not None else None
        named, signers = self.actor.signed(name, leaf)
        arguments = self.actor.arguments(name, self.there.assets, self.here.now)
        first = self.here.made + 1
        made = ActInput(
            name, asset or hexid(first), self.here.leaves.get(asset or ""), named, arguments,
            frozenset(signers),
            lambda child: hexid(first + child), self.page.name,
        )  # fmt: skip
        theirs = world.Act(
            name, made.asset_id, self.page.name, dict(named), copy.deepcopy(arguments), set(signers),
            [hexid(first + n) for n in range(8)],
        )  # fmt: skip
        self.compare(made, theirs)

    def pass_time(self) -> None:
        due = [at for leaf in self.there.assets.values() for at in leaf.get("deadlines", {}).values()]
        later = [self.here.now, self.here.now + self.rng.choice([0, 0, 0, 1, 3_600_000, 40_000_000])]
        if due and self.rng.random() < 0.25:
            later.append(self.rng.choice(due) + self.rng.choice([-1, 0, 1]))
        self.here.now = self.there.now = max(later)
        if self.there.assets and self.rng.random() < 0.03:
            self.freeze(self.rng.choice(sorted(self.there.assets)))

    def freeze(self, asset: str) -> None:
        holds = [{"authority": "court", "document": "d", "officers": [], "days": 1}]
        holds[0]["since"] = self.here.now - self.rng.choice([0, 80_000_000, 86_400_000])
        holds += [{"authority": "tax", "document": "e", "officers": [], "days": 1}] * self.rng.randint(0, 1)
        self.here.leaves[asset] = msgspec.structs.replace(self.here.leaves[asset], holds=holds)
        self.there.assets[asset] = {**self.there.assets[asset], "holds": copy.deepcopy(holds)}

    def compare(self, made: ActInput, theirs: world.Act) -> None:
        before = copy.deepcopy(self.here.leaves)
        ours, outcome = self.ours(made)
        other, done = self.theirs(theirs)
        where = f"seed {self.seed}: {theirs}"
        assert ours == other, where
        assert self.here.leaves == before, f"{where}: what was given is changed"
        self.tally[ours[0] or f"done {made.action.partition('-')[0]}"] += 1
        if outcome is None or done is None:
            return
        effects = [(name, plain(leaf)) for name, leaf in outcome.effects]
        assert (effects, outcome.signers, outcome.informed) == (done.effects, done.signers, done.informed), (
            where
        )
        self.judge(made, outcome)
        self.accepted = [*self.accepted[-5:], (made, outcome, theirs, done)]
        self.companions(outcome, done, where)
        self.here.leaves.update(outcome.effects)
        self.there.assets.update(done.effects)
        self.here.made += sum(leaf.rev == 1 for _, leaf in outcome.effects)

    def companions(self, outcome: Outcome, done: world.Done, where: str) -> None:
        """What the act requires, met or not by each of the last acts, itself included."""
        for ours, theirs in zip(outcome.requirements, done.needs, strict=True):
            for made, came, what, did in self.accepted:
                met = ours.met_by(self.page.name, made, came)
                assert met == theirs.is_met(self.page.name, what, did), f"{where}: {theirs.line}, {what}"
                self.tally["met" if met else "unmet"] += 1

    def ours(self, made: ActInput) -> tuple[tuple[str, str], Outcome | None]:
        try:
            outcome = self.page.act(self.here, made)
            after = copy.copy(self.here)
            after.leaves = self.here.leaves | dict(outcome.effects)
            for name, leaf in outcome.effects:
                self.page.check_always(after, name, leaf)
        except ContractError as error:
            return (error.code, str(error.data.get("clause", ""))), None
        return ("", ""), outcome

    def theirs(self, what: world.Act) -> tuple[tuple[str, str], world.Done | None]:
        try:
            done = slow.act(self.there, self.model, what)
            after = copy.copy(self.there)
            after.assets = self.there.assets | dict(done.effects)
            for name, leaf in done.effects:
                slow.invariants(after, self.model, name, leaf)
        except world.Refused as error:
            return (error.code, error.clause), None
        return ("", ""), done

    def judge(self, made: ActInput, outcome: Outcome) -> None:
        """What holds whatever the page says."""
        program = self.page.program
        step = program.steps[made.action]
        standing = {name: self.here.asset(name) for name, _ in outcome.effects}
        assert set(outcome.signers.values()) <= made.signers
        was = sum((leaf.quantity or 0) for leaf in standing.values() if leaf is not None)
        becomes = sum((leaf.quantity or 0) for _, leaf in outcome.effects)
        assert (becomes > was) <= (step.mint is not None)
        assert (becomes < was) <= (step.burn_all or step.burn is not None)
        for name, leaf in outcome.effects:
            found = standing[name]
            assert (leaf.quantity or 0) >= 0
            assert not (leaf.state in program.final and leaf.quantity)
            assert leaf.rev == (found.rev + 1 if found is not None else 1)
            if found is not None:
                assert not world.frozen(plain(found), self.here.now)
                assert found.state not in program.final or made.action == "lapse"
                assert (
                    found.roles.keys() & {role for role, _ in step.by} <= outcome.signers.keys()
                    or name != made.asset_id
                )


seeds = st.integers(0, 2**40)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_both_implementations_agree(seed: int) -> None:
    story = Story(seed)
    if not story.findings:
        story.live()


@pytest.mark.slow
@given(seeds)
@settings(max_examples=3_000, deadline=None)
def test_both_implementations_agree_on_many_pages(seed: int) -> None:
    story = Story(seed)
    if not story.findings:
        story.live(60)


def test_the_random_pages_are_worth_reading() -> None:
    """Most are sound, and their acts come to every kind of end."""
    stories = [Story(seed) for seed in range(80)]
    sound = [story for story in stories if not story.findings]
    assert len(sound) > 60, Counter(code for story in stories for code in story.findings)
    tally = sum((story.live().tally for story in sound), Counter[str]())
    expected = {
        "done make", "done act", "done extend", "done lapse", "wrong-state", "bad-args", "guard-failed",
        "guard-error", "wrong-role", "effect-error", "missing-signer", "party-not-active", "not-accredited",
        "conservation", "deadline-passed", "deadline-not-passed", "asset-frozen", "nothing-due",
        "unknown-action", "invariant-broken", "met", "unmet",
    }  # fmt: skip
    assert expected <= tally.keys(), tally


def _nothing(*_: object) -> None:
    return None


WRONG = {
    "deadlines never pass": (slow.Judge, "time_of", _nothing),
    "nobody comes unfit": (slow.Judge, "arrivals", _nothing),
    "any argument will do": (slow.Judge, "arguments", _nothing),
    "guards are not looked at": (slow.Judge, "guards", _nothing),
    "a stranger may ask": (slow.Judge, "standing_signer", _nothing),
    "nobody learns": (slow.Judge, "informed", lambda _: []),
    "nothing is final": (slow.Judge, "is_final", lambda *_: False),
    "frozen assets move": (slow, "frozen", lambda *_: False),
    "a freeze takes the time to object": (world, "resumed", lambda _, leaf: leaf),
    "any companion will do": (world.Need, "is_met", lambda *_: True),
    "deadlines outlast their states": (slow, "still_running", lambda _, times, __: dict(times)),
    "division rounds down": (evaluate, "arithmetic", lambda sign, a, b: a // b if sign == "/" and b else 0),
    "texts are equal to numbers": (evaluate, "equal", lambda a, b: str(a) == str(b) or a != b),
}


ENOUGH = 600
"""So many pages are lived through before a wrong rule counts as unnoticed. One page in sixty or so shows the
rarest of them, and which pages those are changes with every change of the language."""


NOTICED = (AssertionError, AttributeError, KeyError, TypeError)
"""A difference; or the wrong rule lets values through that no page was written for."""


def live_many(count: int) -> None:
    for seed in range(count):
        story = Story(seed)
        if not story.findings:
            story.live()


@pytest.mark.parametrize(("where", "name", "wrong"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_rule_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, wrong: object
) -> None:
    monkeypatch.setattr(where, name, wrong)
    with pytest.raises(NOTICED):
        live_many(ENOUGH)
