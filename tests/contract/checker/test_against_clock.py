"""The checker against a search that tries every millisecond: times, what is added to them, and deadlines.

The pages hold one time. Their conditions compare it, or an argument, with the clock; a deadline may run. The
search of this file has its own meaning of them and lets the clock tick one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wusong.contract import load
from wusong.contract.checker.explore import explore

TICKS: Final = range(26)
STATES: Final = ("s0", "s1", "s2")
OPERATORS: Final = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, "==": lambda a, b: a == b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


@dataclass(frozen=True)
class Move:
    """``clock``: now OP self.t + c. ``argument``: args.x - now OP c. ``sets``: the time becomes the argument.
    ``limit``: until or after the deadline, or nothing; ``starts``: the deadline runs so many ticks from now.
    """

    name: str
    source: str
    target: str
    clock: tuple[str, int] | None
    argument: tuple[str, int] | None
    sets: bool
    limit: str
    starts: int

    def text(self) -> str:
        when = []
        if self.clock is not None:
            when.append(f"now {self.clock[0]} self.t + {self.clock[1]}")
        if self.argument is not None:
            when.append(f"args.x - now {self.argument[0]} {self.argument[1]}")
        lines = [f"  {self.name}:", "    by: one", f"    from: {self.source}", f"    to: {self.target}"]
        lines += ["    args: {x: time}"]
        lines += ["    when:"] if when else []
        lines += [
            f"      c{k}: {{that: '{text}', says: {{en: No., zh: 否。}}}}" for k, text in enumerate(when)
        ]
        lines += ["    set: {t: args.x}"] if self.sets else []
        lines += [f"    {self.limit}: limit"] if self.limit else []
        lines += [f"    due: {{limit: 'now + {self.starts}'}}"] if self.starts else []
        return "\n".join(lines)

    def open(self, t: int, now: int, x: int, due: int | None) -> bool:
        """Whether it may be taken."""
        if self.clock is not None and not OPERATORS[self.clock[0]](now, t + self.clock[1]):
            return False
        if self.argument is not None and not OPERATORS[self.argument[0]](x - now, self.argument[1]):
            return False
        if self.limit == "until":
            return due is not None and due > now
        return self.limit != "after" or (due is not None and due <= now)


CONDITIONS: Final = st.none() | st.tuples(st.sampled_from(sorted(OPERATORS)), st.integers(0, 3))


@st.composite
def moves(draw: st.DrawFn) -> tuple[Move, ...]:
    made = []
    for k in range(draw(st.integers(1, 3))):
        sets = draw(st.booleans())
        argument = draw(CONDITIONS) if sets else None
        if sets and (argument is None or argument[0] in {">", ">="}):
            argument = ("<=", 3)  # a time that could lie anywhere would need clocks without end
        made.append(
            Move(
                f"m{k}", draw(st.sampled_from(STATES[:2])), draw(st.sampled_from(STATES)), draw(CONDITIONS),
                argument, sets, draw(st.sampled_from(["", "", "until", "after"])),
                draw(st.sampled_from([0, 0, 2])),
            )
        )  # fmt: skip
    begun = [replace(move, starts=0) if move.target == "s2" else move for move in made]
    if not any(move.starts for move in begun):  # no deadline runs, so none is asked for
        begun = [replace(move, limit="") for move in begun]
    return tuple(begun)


def naive(page: tuple[Move, ...]) -> tuple[set[str], set[str]]:
    """The states reached and the actions taken, tick by tick."""
    start: tuple[str, int, int, int | None] = (
        "s0",
        10,
        10,
        None,
    )  # state, the time on the asset, now, the deadline
    found, waiting = {start}, [start]
    taken: set[str] = set()
    while waiting:
        state, t, now, due = waiting.pop()
        nexts = [(state, t, now + 1, due)] if now + 1 in TICKS else []
        for move in page:
            if move.source != state:
                continue
            for x in TICKS:
                if not move.open(t, now, x, due):
                    continue
                taken.add(move.name)
                limit = now + move.starts if move.starts else due
                limit = limit if move.target != "s2" else None
                nexts.append((move.target, x if move.sets else t, now, limit))
                if not move.sets:
                    break
        for following in nexts:
            if following not in found:
                found.add(following)
                waiting.append(following)
    return {state for state, *_ in found}, taken


def text(page: tuple[Move, ...]) -> str:
    head = [
        "contract: small", "version: 1", "title: {en: Small, zh: 小合约}", "roles: {one: {zh: 甲方}}",
        "fields: {t: time}", "states: [s0, s1, s2!]",
        "deadlines: {limit: {zh: 期限, en: Limit}}" if any(m.limit or m.starts for m in page) else "",
        "actions:", "  begin: {by: one, to: s0, set: {t: now}}",
    ]  # fmt: skip
    return "\n".join([line for line in head if line] + [move.text() for move in page]) + "\n"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves())
def test_every_tick_agrees(page: tuple[Move, ...]) -> None:
    read = load(text(page))
    assert [str(finding) for finding in read.findings] == []
    assert read.compiled is not None
    made = explore(read.compiled.page)
    assert made.complete, text(page)
    states = {node.leaf.state for node in made.nodes if node.leaf is not None}
    taken = {step.action for node in made.nodes for step, _ in node.edges} - {"begin"}
    assert (states, taken) == naive(page), text(page)
