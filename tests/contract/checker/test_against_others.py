"""The checker against two others that share nothing with it: a naive search, and z3.

Small pages are made at random: states, two parties, a number, conditions and rules over it. All three must
agree on which states are reached, which actions are ever taken and which rules are ever broken.

* The naive search runs this file's own meaning of the page, over every number within wide bounds.
* z3 unrolls the same meaning over unbounded numbers, to the depth that the checker says it has explored.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wusong.contract import load
from wusong.contract.checker.explore import Exploration, explore

STATES: Final = ("s0", "s1", "s2", "s3")
OPERATORS: Final = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, ">": operator.gt, ">=": operator.ge,
    "!=": operator.ne,
}  # fmt: skip
WIDE: Final = range(-9, 12)


@dataclass(frozen=True)
class Rule:
    """``left OP right``, where a side is ``n``, ``x`` or a number."""

    left: str
    op: str
    right: str | int

    def text(self) -> str:
        sides = {"n": "self.number", "x": "args.x"}
        return f"{sides[self.left]} {self.op} {sides.get(str(self.right), self.right)}"

    def holds(self, n: Any, x: Any) -> Any:  # noqa: ANN401 - numbers, or z3's
        sides = {"n": n, "x": x}
        right = sides[self.right] if isinstance(self.right, str) else self.right
        return OPERATORS[self.op](sides[self.left], right)


@dataclass(frozen=True)
class Move:
    """An action: between states, under rules, ``n`` becoming ``gives``."""

    name: str
    source: str
    target: str
    rules: tuple[Rule, ...]
    gives: str | int  # "n", "n+1", "n-1", "x" or a number

    def after(self, n: Any, x: Any) -> Any:  # noqa: ANN401 - numbers, or z3's
        return {"n": n, "n+1": n + 1, "n-1": n - 1, "x": x}.get(str(self.gives), self.gives)


@dataclass(frozen=True)
class Small:
    """A page: where it begins, its moves, and rules ``(state or all, rule over n)``."""

    begins: int
    moves: tuple[Move, ...]
    always: tuple[tuple[str, Rule], ...]
    final: bool = True

    def text(self) -> str:
        lines = [
            "contract: small", "version: 1", "title: {en: Small, zh: 小合约}",
            "roles: {one: {zh: 甲方}, two: {zh: 乙方}}", "fields: {number: int}",
            f"states: [s0, s1, s2, s3{'!' if self.final else ''}]", "actions:",
            f'  begin: {{by: [one, two], to: s0, set: {{number: "{self.begins}"}}}}',
        ]  # fmt: skip
        for k, move in enumerate(self.moves):
            lines += [f"  {move.name}:", f"    by: {('one', 'two')[k % 2]}", f"    from: {move.source}"]
            lines += [f"    to: {move.target}", "    args: {x: int}"]
            if move.rules:
                lines.append("    when:")
            for r, rule in enumerate(move.rules):
                lines.append(f"      r{r}: {{that: '{rule.text()}', says: {{en: No., zh: 否。}}}}")
            value = {"n": "self.number", "n+1": "self.number + 1", "n-1": "self.number - 1", "x": "args.x"}
            lines.append(f"    set: {{number: '{value.get(str(move.gives), move.gives)}'}}")
        if self.always:
            lines.append("always:")
        for a, (state, rule) in enumerate(self.always):
            lines.append(f"""  a{a}: 'self.state != "{state}" || {rule.text()}'""")
        return "\n".join(lines) + "\n"


@dataclass
class Seen:
    """What a search found."""

    states: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    broken: set[tuple[str, str]] = field(default_factory=set)


OPS = st.sampled_from(sorted(OPERATORS))
NUMBERS = st.integers(-1, 3)
RULES = st.one_of(
    st.builds(Rule, st.just("n"), OPS, NUMBERS),
    st.builds(Rule, st.just("x"), OPS, NUMBERS),
    st.builds(Rule, st.just("x"), OPS, st.just("n")),
)
GIVES = st.one_of(st.sampled_from(["n", "n+1", "n-1", "x"]), NUMBERS)


@st.composite
def smalls(draw: st.DrawFn) -> Small:
    """Pages whose numbers cannot run away: counting steps are bounded by a rule."""
    moves = []
    for k in range(draw(st.integers(1, 4))):
        gives = draw(GIVES)
        rules = draw(st.lists(RULES, max_size=2))
        if gives == "n+1":
            rules.append(Rule("n", "<", draw(st.integers(0, 3))))
        if gives == "n-1":
            rules.append(Rule("n", ">", draw(st.integers(-1, 2))))
        if gives == "x":
            rules += [Rule("x", "<=", draw(st.integers(0, 3))), Rule("x", ">=", draw(st.integers(-1, 0)))]
        source, target = draw(st.sampled_from(STATES[:3])), draw(st.sampled_from(STATES))
        moves.append(Move(f"m{k}", source, target, tuple(rules), gives))
    rules_over_n = st.tuples(st.sampled_from(STATES), st.builds(Rule, st.just("n"), OPS, NUMBERS))
    return Small(draw(st.integers(0, 2)), tuple(moves), tuple(draw(st.lists(rules_over_n, max_size=2))))


def breaks(page: Small, state: str, n: int) -> str:
    """The first rule that an asset breaks; empty when none."""
    names = [
        f"a{a}" for a, (where, rule) in enumerate(page.always) if where == state and not rule.holds(n, 0)
    ]
    return names[0] if names else ""


def naive(page: Small) -> Seen:
    """Every situation, by trying every number."""
    seen, start = Seen(), ("s0", page.begins)
    if breaks(page, *start):
        seen.broken.add(("begin", breaks(page, *start)))
        return seen
    found, waiting = {start}, [start]
    seen.taken.add("begin")
    while waiting:
        state, n = waiting.pop()
        seen.states.add(state)
        for move in page.moves:
            if move.source != state:
                continue
            for x in WIDE:
                if not all(rule.holds(n, x) for rule in move.rules):
                    continue
                after = (move.target, move.after(n, x))
                if wrong := breaks(page, *after):
                    seen.broken.add((move.name, wrong))
                    continue
                seen.taken.add(move.name)
                if after not in found:
                    found.add(after)
                    waiting.append(after)
    return seen


def checked(page: Small) -> tuple[Exploration, Seen]:
    """What the checker's exploration found."""
    read = load(page.text())
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    made, seen = explore(read.compiled.page), Seen()
    for node in made.nodes:
        if node.leaf is not None:
            seen.states.add(node.leaf.state)
        for taken, _ in node.edges:
            if taken.broken:
                seen.broken.add((taken.action, taken.broken))
            else:
                seen.taken.add(taken.action)
    return made, seen


def solved(page: Small, depth: int) -> Seen:
    """What z3 finds within so many acts, over all whole numbers."""
    z3 = pytest.importorskip("z3")
    seen = Seen()
    if breaks(page, "s0", page.begins):
        seen.broken.add(("begin", breaks(page, "s0", page.begins)))
        return seen
    seen.taken.add("begin")
    solver = z3.Solver()
    solver.set("random_seed", 0)
    at, n = z3.Int("at0"), z3.Int("n0")
    solver.add(at == 0, n == page.begins)
    for step in range(depth + 1):
        for s, state in enumerate(STATES):
            if state not in seen.states and solver.check(at == s) == z3.sat:
                seen.states.add(state)
        if step == depth:
            return seen
        x, next_at, next_n = z3.Int(f"x{step}"), z3.Int(f"at{step + 1}"), z3.Int(f"n{step + 1}")
        ways = []
        for move in page.moves:
            target = STATES.index(move.target)
            rules = [rule.holds(n, x) for rule in move.rules]
            way = z3.And(
                at == STATES.index(move.source), next_at == target, next_n == move.after(n, x), *rules
            )
            kept = [rule.holds(next_n, 0) for where, rule in page.always if where == move.target]
            good = z3.And(way, *kept)
            ways.append(good)
            if move.name not in seen.taken and solver.check(good) == z3.sat:
                seen.taken.add(move.name)
            before: list[Any] = []
            for a, (where, rule) in enumerate(page.always):
                if where != move.target:
                    continue
                wrong = z3.And(way, z3.Not(rule.holds(next_n, 0)), *before)
                before.append(rule.holds(next_n, 0))
                if (move.name, f"a{a}") not in seen.broken and solver.check(wrong) == z3.sat:
                    seen.broken.add((move.name, f"a{a}"))
        solver.add(z3.Or(*ways))
        at, n = next_at, next_n
    return seen


def same(one: Seen, other: Seen) -> bool:
    return (one.states, one.taken, {a for a, _ in one.broken}) == (
        other.states, other.taken, {a for a, _ in other.broken},
    )  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(smalls())
def test_a_naive_search_agrees(page: Small) -> None:
    made, found = checked(page)
    assert made.complete
    wanted = naive(page)
    assert (found.states, found.taken) == (wanted.states, wanted.taken), page.text()
    assert found.broken == wanted.broken, page.text()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(smalls())
def test_z3_agrees(page: Small) -> None:
    made, found = checked(page)
    assert made.complete
    wanted = solved(page, made.depth + 1)
    assert (found.states, found.taken) == (wanted.states, wanted.taken), page.text()
    assert found.broken == wanted.broken, page.text()


def test_they_would_notice() -> None:
    """The two others do find what a checker could overlook: the boundary of a rule, four acts deep."""
    climb = Move("m0", "s0", "s0", (Rule("n", "<", 3),), "n+1")
    leave = Move("m1", "s0", "s1", (Rule("n", ">=", 3),), "n")
    page = Small(0, (climb, leave), (("s1", Rule("n", "<", 3)),))
    for seen in (naive(page), solved(page, 5), checked(page)[1]):
        assert seen.broken == {("m1", "a0")}
    short = Small(0, (climb, leave), ())
    assert "s1" in naive(short).states
    assert "s1" not in solved(short, 3).states
    assert "s1" in solved(short, 4).states
