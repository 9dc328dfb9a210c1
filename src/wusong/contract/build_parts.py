"""Building what the second profile adds: time limits, roles drawn from lists, what a page follows, its text.

* A time limit runs only in states that are not final, is started by some action, and when it leads to a
  final state it empties the quantity.
* ``until`` and ``after`` name limits of the page; an action that creates has none before it.
* A role ``among`` a field is never stored: nothing sets it, no creating action knows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wusong.contract import model as m
from wusong.contract import program as p
from wusong.contract import text
from wusong.contract.deadlines import Limit, key_of
from wusong.contract.expr import Root, Scope
from wusong.contract.expr.ast import members
from wusong.contract.expr.types import Type, record
from wusong.contract.findings import Path
from wusong.contract.values import PARTY, accepts, is_did, static

if TYPE_CHECKING:
    from wusong.contract.build_ground import Ground

LAPSE: Final = "lapse"
"""The action that writes what has become due; every page with limits that move the asset has it."""
UPGRADE: Final = "upgrade"
"""What a deed calls moving an asset to a page that follows its own."""
_TIME: Final = Type("int", unit="time")


class Parts:
    """The second profile's part of a page being built."""

    def __init__(self, builder: Ground) -> None:
        self.builder = builder
        self.page = builder.page
        self.findings = builder.findings
        lasting = frozenset(state.name for state in self.page.states if not state.final)
        self.limits = {line.name: _limit(line, lasting) for line in self.page.deadlines}
        self.carried: tuple[p.Assignment, ...] = ()
        self.uses: set[str] = set()
        self.drawn = {role.name: role.among for role in self.page.roles if role.among is not None}

    def among(self, action: m.Action) -> tuple[tuple[str, str], ...]:
        """The roles of ``by`` that are drawn from lists, each with its field."""
        return tuple((s.role, self.drawn[s.role]) for s in action.by if s.role in self.drawn)

    def timing(
        self, action: m.Action, path: Path, scope: Scope
    ) -> tuple[tuple[p.Due, ...], Limit | None, Limit | None]:
        """The limits that an action starts or ends, the one that closes it, the one that opens it."""
        due = []
        for started, time in sorted(action.due.items()):
            limit = self.limit(started, (*path, "due", started))
            line = self.due(limit, time, action, (*path, "due", started), scope) if limit else None
            due += [line] if line is not None else []
        until, after = (
            self.limit(name, (*path, key)) if name is not None else None
            for key, name in (("until", action.until), ("after", action.after))
        )
        for name in (action.until, action.after, *(role for role, _ in self.among(action))):
            if name is not None and not action.from_:
                self.findings.add("page-nothing-runs-yet", path, action=action.name, name=name)
        if after is not None and after.to is not None:
            self.findings.add("page-after-never", (*path, "after"), action=action.name, name=after.name)
        if action.duty is not None and action.duty not in {signer.role for signer in action.by}:
            self.findings.add("page-duty-of-another", (*path, "duty"), action=action.name, name=action.duty)
        return tuple(due), until, after

    def limit(self, name: str, path: Path) -> Limit | None:
        """The limit of that name."""
        found = self.limits.get(name)
        if found is None:
            self.findings.add("page-unknown-deadline", path, name=name)
        return found

    def due(
        self, limit: Limit, text_: str | None, action: m.Action, path: Path, scope: Scope
    ) -> p.Due | None:
        """One line of ``due``."""
        if text_ is None:
            return p.Due(limit, None)
        for state in [action.to] if action.to is not None else action.from_:
            if state in self.builder.states and state not in limit.states:
                self.findings.add(
                    "page-deadline-ends-at-once", path, action=action.name, name=limit.name, state=state
                )
        found = self.builder.expression(text_, path, scope, _TIME)
        if found is None:
            return None
        self.builder.fits(found, _TIME, path, limit.name)
        if found.may_be_absent and found.type.name != "dyn":
            self.findings.add("page-may-be-empty", path, name=limit.name)
        return p.Due(limit, found.function)

    def lapse(self, steps: dict[str, p.Step]) -> dict[str, p.Step]:
        """The built-in action, if the page has limits that move the asset."""
        if LAPSE in steps or not any(limit.to is not None for limit in self.limits.values()):
            return {}
        return {LAPSE: p.standing(LAPSE, frozenset(self.builder.states), (), anyone=True, lapse=True)}

    def check(self) -> None:
        """Everything that is no part of an action."""
        started = {name for action in self.page.actions for name, time in action.due.items() if time}
        self.builder.unique([(("deadlines", n), line.name) for n, line in enumerate(self.page.deadlines)])
        self.builder.unique([(("calendars", n), name) for n, name in enumerate(self.page.calendars)])
        for n, line in enumerate(self.page.deadlines):
            self.deadline(line, ("deadlines", n))
            if line.name not in started:
                self.findings.add("page-deadline-never-starts", ("deadlines", n), name=line.name)
        self.reserved()
        self.races()
        for n, role in enumerate(self.page.roles):
            if role.among is not None:
                self.drawn_role(role, role.among, ("roles", n))
        self.upgrade()
        if self.page.follows is not None:
            self.follows(self.page.follows, ("follows",))
        if self.page.text is not None:
            self.text(self.page.text)

    def deadline(self, line: m.Deadline, path: Path) -> None:
        """A limit's states and what it does when it passes."""
        for k, name in enumerate(line.in_):
            state = self.builder.state(name, (*path, "in", k))
            if state is not None and state.final:
                self.findings.add("page-deadline-in-final", (*path, "in", k), name=line.name, state=name)
        to = self.builder.state(line.to, (*path, "to")) if line.to is not None else None
        if line.to is None and (line.burn or line.clear):
            self.findings.add("page-deadline-moves-nothing", path, name=line.name)
        if line.burn and self.page.quantity is None:
            self.findings.add("page-no-quantity", (*path, "burn"))
        if to is not None and to.final and self.page.quantity is not None and not line.burn:
            self.findings.add("page-deadline-holds", (*path, "to"), name=line.name, state=to.name)
        for k, name in enumerate(line.clear):
            self.cleared(name, (*path, "clear", k))

    def cleared(self, name: str, path: Path) -> None:
        """What passing empties may be empty."""
        target = self.builder.fields.get(name) or self.builder.roles.get(name)
        if target is None or name in self.drawn:
            self.findings.add("page-unknown-target", path, name=name)
        elif not target.optional:
            self.findings.add("page-empties-required", path, name=name)

    def reserved(self) -> None:
        """In the second profile two actions are the language's own."""
        if not self.builder.later:
            return
        for n, action in enumerate(self.page.actions):
            if action.name in {LAPSE, UPGRADE}:
                self.findings.add("page-name-reserved", ("actions", n), name=action.name)

    def races(self) -> None:
        """Races are between two actions of the page."""
        known = {action.name for action in self.page.actions}
        for n, pair in enumerate(self.page.races):
            for k, name in enumerate(pair):
                if name not in known:
                    self.findings.add("page-unknown-action", ("races", n, k), name=name)
            if pair[0] == pair[-1]:
                self.findings.add("page-name-twice", ("races", n), name=pair[0])

    def drawn_role(self, role: m.Role, listed: str, path: Path) -> None:
        """A role that is drawn from a list of parties."""
        field = self.builder.fields.get(listed)
        found = field is not None and isinstance(field.type, m.List) and isinstance(field.type.of, m.Party)
        problem = "" if found else "no field of type list(party, n)"
        if role.optional or role.observer:
            problem = "neither optional nor an observer"
        signers = [s for action in self.page.actions for s in action.by] + self.page.upgrade
        if any(signer.role == role.name and signer.optional for signer in signers):
            problem = "signs always, never role?"
        if problem:
            self.findings.add("page-among", path, name=role.name, field=listed, problem=problem)

    def upgrade(self) -> None:
        """Who signs moving an asset away."""
        for k, signer in enumerate(self.page.upgrade):
            role = self.builder.role(signer.role, ("upgrade", k))
            if role is not None and role.observer:
                self.findings.add("page-observer-signs", ("upgrade", k), name=signer.role)
        self.builder.unique([(("upgrade", k), s.role) for k, s in enumerate(self.page.upgrade)])

    def moving(self) -> p.Step | None:
        """The step that moves an asset of this page to a later one."""
        by = tuple((signer.role, signer.optional) for signer in self.page.upgrade)
        among = tuple((role, self.drawn[role]) for role, _ in by if role in self.drawn)
        lasting = frozenset(state.name for state in self.page.states if not state.final)
        return p.standing(UPGRADE, lasting, by, among) if by else None

    def follows(self, follows: m.Follows, path: Path) -> None:
        """What is computed from the old asset, whose members only the run knows."""
        self.builder.spent = self.builder.read = 0
        if follows.page == self.page.name:
            self.findings.add("page-follows-itself", (*path, "page"), name=follows.page)
        for old, new in follows.states.items():
            self.builder.state(new, (*path, "states", old))
        lines = [
            self.carry(target, expression, (*path, "fields", target))
            for target, expression in sorted(follows.fields.items())
        ]
        self.carried = tuple(line for line in lines if line is not None)
        self.builder.bounds(path)

    def carry(self, target: str, expression: str, path: Path) -> p.Assignment | None:
        """A field or stored role of this page, computed from the old asset."""
        field, role = self.builder.fields.get(target), self.builder.roles.get(target)
        if field is None and (role is None or target in self.drawn):
            self.findings.add("page-unknown-target", path, name=target)
            return None
        wanted = static(field.type) if field is not None else PARTY
        found = self.builder.expression(expression, path, self.older(), wanted)
        if found is None:
            return None
        self.builder.fits(found, wanted, path, target)
        self.uses |= members(found.node, "self")
        present = found.presence() if found.may_be_absent else None
        check = accepts(field.type) if field is not None else is_did
        unsure = self.builder.unsure(field, found)
        return p.Assignment(target, field is None, found.function, present, check, unsure)

    def older(self) -> Scope:
        """What an expression of ``follows`` may name: the old asset as ``self``."""
        missing = dict.fromkeys(("args", "as", "now", "today", "its"), "expr-not-here")
        return self.builder.scope_of({"self": Root(record({}, "leaf"), "s")}, missing)

    def text(self, wording: m.ContractText) -> None:
        """Every place of the text is one that the page knows."""
        known = text.places_of(self.page)
        for lang, body in (("en", wording.en), ("zh", wording.zh)):
            for problem in text.problems(body, known):
                self.findings.add(problem.code, ("text", lang), 0, **problem.data)


def _limit(line: m.Deadline, lasting: frozenset[str]) -> Limit:
    says = {"en": line.title.en, "zh": line.title.zh}
    states = frozenset(line.in_) or lasting
    return Limit(
        line.name, key_of(line.name, line.to), states, line.to, line.burn == "all", tuple(line.clear), says,
        line.suspends,
    )  # fmt: skip
