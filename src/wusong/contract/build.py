"""From a page's model to its program, with every finding on the way.

* Names: each is declared once, each that is used is declared, none is a word of the language.
* Types: guards, invariants and relations are bool; what ``set`` assigns fits its target; quantities are
  quantities.
* Roles: those who sign exist and may sign; whoever must be there is there from creation on.
* States: those named exist; a final state takes no act; at least one action creates.
* Cost: each expression, each action and the page stay under their bounds, for any data.
* Profile: a page names the second exactly when it uses something of it. What the second adds is checked in
  ``build_parts``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import msgspec

from wusong.contract import model as m
from wusong.contract import profile
from wusong.contract import program as p
from wusong.contract.build_ground import (
    MAX_ACTION_COST,
    MAX_READS,
    QUANTITY,
    WORDS,
    Ground,
    argument_of,
    never,
)
from wusong.contract.build_parts import Parts
from wusong.contract.expr import Expression, Function, Root, Scope
from wusong.contract.expr.ast import Name, Select
from wusong.contract.expr.check import FOREIGN
from wusong.contract.expr.types import BOOL, Member, Type, list_of, record
from wusong.contract.findings import Findings, Path
from wusong.contract.values import PARTY, accepts, is_did, static

__all__ = ["MAX_ACTION_COST", "MAX_READS", "build"]

_TIME: Final = Type("int", unit="time")
_DATE: Final = Type("int", unit="date")
_OPEN: Final = record({}, "key")
_ITS: Final = record(
    {
        "asset": Member(Type("string", unit="asset", max=64), "key"),
        "action": Member(Type("string", max=48), "key"),
        "args": Member(_OPEN, "key"),
        "as": Member(_OPEN, "key"),
        "self": Member(FOREIGN, "key", optional=True),
        "after": Member(FOREIGN, "key"),
    }
)


def build(page: m.Page, *, settle: bool = False) -> tuple[p.Program, Findings]:
    """The program of ``page`` and everything wrong with it; with findings the program must not be run.

    With ``settle`` the page is given the profile that it needs; without, it must name it.
    """
    builder = _Builder(page)
    program = builder.program()
    needed = profile.SECOND if builder.later else profile.FIRST
    if settle:
        program = replace(program, page=msgspec.structs.replace(page, profile=needed))
    elif page.profile != needed:
        used = ", ".join(sorted(builder.later))
        builder.findings.add("page-profile", ("profile",), name=page.profile, needed=needed, used=used)
    return program, builder.findings


class _Builder(Ground):
    def __init__(self, page: m.Page) -> None:
        super().__init__(page)
        self.parts = Parts(self)

    def program(self) -> p.Program:
        self.names()
        steps = {action.name: self.step(n, action) for n, action in enumerate(self.page.actions)}
        if not any(step.creates for step in steps.values()):
            self.findings.add("page-no-creating-action", ("actions",))
        always = self.always()
        self.parts.check()
        return p.Program(
            page=self.page,
            steps=steps | self.parts.lapse(steps),
            always=always,
            accredited={role.name: role.accredited for role in self.page.roles if role.accredited},
            final=frozenset(state.name for state in self.page.states if state.final),
            cost=max((step.cost for step in steps.values()), default=0),
            reads=max((step.reads for step in steps.values()), default=0),
            costs={step.name: step.cost for step in steps.values()},
            limits={limit.key: limit for limit in self.parts.limits.values()},
            zone=self.page.zone * 60_000,
            calendars=bool(self.page.calendars),
            arguments={field.name: argument_of(field, self.page.name) for field in self.page.fields},
            moving=self.parts.moving(),
            carried=self.parts.carried,
            uses=frozenset(self.parts.uses),
            drawn=self.parts.drawn,
        )

    # Names

    def names(self) -> None:
        page = self.page
        self.unique([(("roles", n), r.name) for n, r in enumerate(page.roles)]
                    + [(("fields", n), f.name) for n, f in enumerate(page.fields)])  # fmt: skip
        self.unique([(("states", n), s.name) for n, s in enumerate(page.states)])
        self.unique([(("actions", n), a.name) for n, a in enumerate(page.actions)])
        for n, declared in enumerate(page.fields):
            self.type_known(declared.type, ("fields", n, "type"))

    # Expressions

    def always(self) -> tuple[p.Condition, ...]:
        self.spent = self.read = 0
        missing = dict.fromkeys(("args", "as", "now", "today", "its"), "expr-not-here")
        scope = self.scope_of({"self": self.itself}, missing)
        self.unique([(("always", n), clause.name) for n, clause in enumerate(self.page.always)])
        clauses = tuple(
            self.condition(clause, ("always", n), scope) for n, clause in enumerate(self.page.always)
        )
        self.bounds(("always",))
        return clauses

    # Actions

    def step(self, n: int, action: m.Action) -> p.Step:
        path: Path = ("actions", n)
        self.spent = self.read = 0
        self.unique([((*path, "args", k), a.name) for k, a in enumerate(action.args)])
        self.unique([((*path, "when", k), c.name) for k, c in enumerate(action.when)])
        self.unique([((*path, "requires", k), c.name) for k, c in enumerate(action.requires)])
        self.argument_names(action, path)
        scope = self.scope(action)
        self.signers(action, path)
        self.movement(action, path)
        guards = tuple(self.guard(clause, (*path, "when", k), scope) for k, clause in enumerate(action.when))
        sets = self.sets(action, path, scope)
        due, until, after = self.parts.timing(action, path, scope)
        mint, burn, parts, merge = self.quantities(action, path, scope)
        needs = tuple(self.need(c, (*path, "requires", k), scope) for k, c in enumerate(action.requires))
        for k, name in enumerate(action.informs or []):
            self.role(name, (*path, "informs", k))
        self.bounds(path)
        return p.Step(
            name=action.name, creates=not action.from_, sources=frozenset(action.from_), to=action.to,
            by=tuple((signer.role, signer.optional) for signer in action.by), anyone=action.anyone,
            arguments={a.name: argument_of(a, self.page.name) for a in action.args},
            required=frozenset(a.name for a in action.args if not a.optional),
            guards=guards, sets=sets,
            mint=mint, burn=burn, burn_all=action.burn == "all",
            parts=parts, parts_state=action.split.state if action.split else "",
            merge=merge, merge_to=action.merge.to if action.merge else "",
            needs=needs, informs=None if action.informs is None else tuple(action.informs),
            public=action.public,
            cost=self.spent, reads=self.read,
            due=due, until=until, after=after, among=self.parts.among(action),
            timed=until is not None or after is not None,
            arriving=tuple(sorted({s.target for s in sets if s.role})),
        )  # fmt: skip

    def argument_names(self, action: m.Action, path: Path) -> None:
        for k, argument in enumerate(action.args):
            self.type_known(argument.type, (*path, "args", k))
            if argument.name in WORDS:
                self.findings.add("page-name-reserved", (*path, "args", k), name=argument.name)

    def scope(self, action: m.Action) -> Scope:
        members = {a.name: Member(static(a.type), "key", a.optional) for a in action.args}
        among = {role for role, _ in self.parts.among(action)}
        signing = {s.role: Member(PARTY, "key", optional=s.role not in among) for s in action.by}
        if action.anyone:
            signing["anyone"] = Member(PARTY, "key", optional=True, later=True)
        roots = {
            "self": self.itself if action.from_ else self.unborn,
            "args": Root(record(members), "a"),
            "as": Root(record(signing), "r"),
            "now": Root(_TIME, "n"),
            "today": Root(_DATE, "d"),
        }
        return self.scope_of(roots, {"its": "expr-not-here"})

    def guard(self, clause: m.Clause, path: Path, scope: Scope) -> p.Condition:
        if clause.says is None:
            self.findings.add("page-guard-says-nothing", path, name=clause.name)
        return self.condition(clause, path, scope)

    def signers(self, action: m.Action, path: Path) -> None:
        if action.anyone == bool(action.by):
            self.findings.add("page-who-signs", (*path, "by"), action=action.name)
        seen: set[str] = set()
        for k, signer in enumerate(action.by):
            place = (*path, "by", k)
            role = self.role(signer.role, place)
            if role is not None and role.observer:
                self.findings.add("page-observer-signs", place, name=signer.role)
            if signer.role in seen:
                self.findings.add("page-name-twice", place, name=signer.role)
            seen.add(signer.role)

    def movement(self, action: m.Action, path: Path) -> None:
        for k, name in enumerate(action.from_):
            state = self.state(name, (*path, "from", k))
            if state is not None and state.final:
                self.findings.add("page-acts-on-final", (*path, "from", k), name=name)
        if action.to is not None:
            self.state(action.to, (*path, "to"))
        elif not action.from_:
            self.findings.add("page-creates-nowhere", path, action=action.name)
        if not action.from_:
            self.birth(action, path)

    def birth(self, action: m.Action, path: Path) -> None:
        """Whatever must be there must be there from creation on."""
        signing = {signer.role for signer in action.by if not signer.optional}
        for role in self.page.roles:
            needed = not role.optional and role.among is None
            if needed and role.name not in signing and role.name not in action.set:
                self.findings.add("page-left-empty", path, action=action.name, name=role.name)
        for field in self.page.fields:
            if not field.optional and field.name not in action.set:
                self.findings.add("page-left-empty", path, action=action.name, name=field.name)

    def sets(self, action: m.Action, path: Path, scope: Scope) -> tuple[p.Assignment, ...]:
        made = []
        for target, text in sorted(action.set.items()):
            place = (*path, "set", target)
            field, role = self.fields.get(target), self.roles.get(target)
            if field is None and (role is None or role.among is not None):
                self.findings.add("page-unknown-target", place, name=target)
                continue
            optional = field.optional if field is not None else role is not None and role.optional
            wanted = static(field.type) if field is not None else PARTY
            check = accepts(field.type) if field is not None else is_did
            if text is None:
                if not optional:
                    self.findings.add("page-empties-required", place, name=target)
                made.append(p.Assignment(target, field is None, None, None, check, None))
                continue
            found = self.expression(text, place, scope, wanted)
            if found is None:
                continue
            self.fits(found, wanted, place, target)
            certain = found.type.name == "dyn" or _names_a_signer(found, action)
            if found.may_be_absent and not optional and not certain:
                self.findings.add("page-may-be-empty", place, name=target)
            present = found.presence() if found.may_be_absent and optional else None
            line = p.Assignment(
                target, field is None, found.function, present, check, self.unsure(field, found)
            )
            made.append(line)
        return tuple(made)

    def quantities(self, action: m.Action, path: Path, scope: Scope) -> tuple[Function | None, ...]:
        used = [word for word in ("mint", "burn", "split", "merge") if getattr(action, word) is not None]
        if len(used) > 1:
            self.findings.add("page-quantity-twice", path, words=", ".join(used))
        if used and self.page.quantity is None:
            self.findings.add("page-no-quantity", (*path, used[0]))
        if not action.from_ and set(used) & {"burn", "split", "merge"}:
            self.findings.add("page-nothing-to-take", (*path, used[0]), action=action.name)
        if action.split is not None:
            state = self.state(action.split.state, (*path, "split"))
            if state is not None and state.final:
                self.findings.add("page-split-into-final", (*path, "split"), name=state.name)
        if action.merge is not None:
            state = self.state(action.merge.to, (*path, "merge"))
            if state is not None and not state.final:
                self.findings.add("page-merge-not-final", (*path, "merge"), name=state.name)
        burn = None if action.burn == "all" else action.burn
        return (
            self.amount(action.mint, (*path, "mint"), scope, QUANTITY),
            self.amount(burn, (*path, "burn"), scope, QUANTITY),
            self.amount(
                action.split.parts if action.split else None, (*path, "split"), scope, list_of(QUANTITY, 64)
            ),
            self.merged(action.merge, (*path, "merge"), scope) if action.merge else None,
        )

    def merged(self, merge: m.Merge, path: Path, scope: Scope) -> Function | None:
        """A list of assets of this page. Texts are none; what another page's field holds, the run sees."""
        wanted = list_of(Type("string", unit=f"asset:{self.page.name}"), 64)
        found = self.expression(merge.assets, path, scope, wanted)
        if found is None:
            return None
        of = found.type.of
        if of is not None and of.name == "string" and not of.unit:
            type_, expected = str(found.type), str(wanted)
            self.findings.add("page-does-not-fit", path, name="merge", found=type_, expected=expected)
            return None
        self.fits(found, wanted, path, "merge")
        return found.function

    def amount(self, text: str | None, path: Path, scope: Scope, wanted: Type) -> Function | None:
        if text is None:
            return None
        found = self.expression(text, path, scope, wanted)
        if found is None:
            return None
        self.fits(found, wanted, path, str(path[-1]))
        return found.function

    def need(self, companion: m.Companion, path: Path, scope: Scope) -> p.Need:
        wider = self.scope_of({**scope.roots, "its": Root(_ITS, "c")}, {})
        where = []
        for k, text in enumerate(companion.where):
            found = self.expression(text, (*path, "where", k), wider, BOOL)
            where.append(found.function if found else never)
        says = p.says(companion.says, companion.name)
        return p.Need(companion.name, companion.contract, companion.action, tuple(where), says)


def _names_a_signer(found: Expression, action: m.Action) -> bool:
    """Whether this is ``as.role`` of a role that must sign: then it is there, or the act is refused."""
    match found.node:
        case Select(of=Name(name="as"), name=name):
            return any(name == signer.role and not signer.optional for signer in action.by)
    return False
