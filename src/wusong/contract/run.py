"""Acts: from an asset's leaf and an act to new leaves, or to a refusal with its clause.

An act is judged in this order, and the first thing wrong refuses it:

1. the action exists; somebody who stands in one of its roles signs; the asset is not frozen, and stands in
   one of its states with what has become due (or, for a creating action, does not stand yet); the limit of
   ``until`` runs, that of ``after`` has passed;
2. every argument is there, exactly of its type; assets exist and are of their kind;
3. the guards hold, in the order of the page; an error denies;
4. ``set`` and ``due`` are computed from what stood before, all of it at once; at creation ``as`` fills
   roles that ``set`` does not name;
5. those who must sign do sign, are who ``as`` says, are active and accredited, as is whoever came into a
   role;
6. quantities: only ``mint`` makes, only ``burn`` destroys, ``split`` and ``merge`` move; a final state
   holds none.

Companions and invariants are judged by the ledger when the deed's acts are done: ``Requirement.met_by`` and
``Compiled.check_always``. No leaf that was given is ever changed.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

import msgspec

from wusong.contract.acts import ActInput, Env, Outcome, Requirement, World
from wusong.contract.deadlines import Limit, kept
from wusong.contract.expr import EvalError, Function
from wusong.contract.holds import in_force, until
from wusong.contract.leaf import Leaf
from wusong.contract.program import Argument, Assignment, Program, Step
from wusong.contract.signing import ANYONE, Case
from wusong.contract.times import said
from wusong.contract.values import MAX_INT, is_hex
from wusong.errors import JsonData

__all__ = ["ANYONE", "Run", "run"]

_DAY: Final = 86_400_000


def run(program: Program, step: Step, world: World, act: ActInput) -> Outcome:
    """Carry out ``act``, which is the action ``step``. Raises ContractError with code and clause."""
    return Run(program, step, world, act).outcome()


class Run(Case):
    """One act on its way through the steps."""

    __slots__ = ()

    def outcome(self) -> Outcome:
        """Take the steps in order."""
        self.check_standing()
        if self.leaf is not None and self.leaf.holds:
            self.check_free(self.leaf)
        self.check_state()
        if self.step.timed:
            self.check_time()
        self.check_arguments()
        self.env = self.environment()
        self.check_guards()
        self.assign()
        self.settle_signers()
        self.check_arrivals()
        effects = self.effects()
        requirements = [Requirement(need, self.env) for need in self.step.needs]
        return Outcome(effects, requirements, self.informed(), self.signers, self.step.public, self.leaf)

    def environment(self) -> Env:
        """What expressions see."""
        act, leaf, now = self.act, self.leaf, self.world.now
        named = dict(act.roles)
        if leaf is not None:
            for role, _ in self.step.by:
                if role in leaf.roles:
                    named.setdefault(role, leaf.roles[role])
        world, program = self.world, self.program
        today = (now + program.zone) // _DAY
        calendars = world.calendar if program.calendars else None
        return (leaf, act.asset_id, act.args, named, now, today, world.asset, None, calendars)

    # 1, 2

    def check_free(self, leaf: Leaf) -> None:
        """No hold is in force on an asset that this would write."""
        if not leaf.holds or not self.world.frozen(leaf):
            return
        found = in_force(leaf.holds, self.world.now)
        hold, since = found if found is not None else ({}, self.world.now)
        authority, document = hold.get("authority", ""), hold.get("document", "")
        end = until(hold, since)
        ends = said(end, self.program.page.zone)
        self.refuse("asset-frozen", authority=authority, document=document, until=end, ends=ends)

    def check_time(self) -> None:
        """The limits that close and open the action; with nothing due there is nothing to write."""
        step, now = self.step, self.world.now
        if step.lapse and self.leaf is self.act.leaf:
            self.refuse("nothing-due")
        if step.until is not None:
            due = self.due(step.until)
            if due is None or due <= now:
                self.refuse_limit("deadline-passed", step.until, "passed" if due is not None else "not-set")
        if step.after is not None:
            due = self.due(step.after)
            if due is None or due > now:
                self.refuse_limit("deadline-not-passed", step.after, "runs" if due is not None else "not-set")

    def due(self, limit: Limit) -> int | None:
        """When a limit of the asset passes, if it runs."""
        return self.leaf.deadlines.get(limit.key) if self.leaf is not None else None

    def refuse_limit(self, code: str, limit: Limit, reason: str) -> NoReturn:
        """Refuse for a time limit."""
        due = self.due(limit)
        time: dict[str, JsonData] = {}
        if due is not None:
            time = {"time": due, "passes": said(due, self.program.page.zone)}
        self.refuse(code, deadline=limit.name, reason=reason, says=limit.says, **time)

    def check_state(self) -> None:
        """The asset stands in a state of the action."""
        if self.step.creates:
            if self.leaf is not None:
                self.refuse("wrong-state", state=self.leaf.state, expected="")
        elif self.leaf is None:
            self.refuse("wrong-state", state="", expected=", ".join(sorted(self.step.sources)))
        elif self.leaf.state not in self.step.sources:
            self.refuse("wrong-state", state=self.leaf.state, expected=", ".join(sorted(self.step.sources)))

    def check_arguments(self) -> None:
        """Every argument is known, there, and of its type."""
        args, known = self.act.args, self.step.arguments
        for name, value in args.items():
            argument = known.get(name)
            if argument is None:
                self.refuse("bad-args", argument=name, reason="unknown")
            if not argument.accepts(value):
                self.refuse("bad-args", argument=name, reason="wrong-type", wanted={**argument.wanted})
            if argument.asset and (wrong := self.wrong_assets(argument, value)):
                self.refuse("bad-args", argument=name, reason=wrong)
        if not self.step.required <= args.keys():
            missing = next(name for name in known if name in self.step.required and name not in args)
            self.refuse("bad-args", argument=missing, reason="missing")

    def wrong_assets(self, wanted: Argument, value: str | list[str]) -> str:
        """What is wrong with an asset or a list of them; empty when nothing is."""
        for asset_id in [value] if isinstance(value, str) else value:
            leaf = self.world.asset(asset_id)
            if leaf is None:
                return "no-such-asset"
            if wanted.own:
                if leaf.contract != self.page_address():
                    return "other-kind"
            elif wanted.kind is not None and self.world.kind(leaf.contract) != wanted.kind:
                return "other-kind"
        return ""

    def page_address(self) -> str:
        """The address of the page that the asset is under when the act is done."""
        return self.act.contract if self.leaf is None else self.leaf.contract

    # 3, 4

    def check_guards(self) -> None:
        """The guards, in the order of the page."""
        for guard in self.step.guards:
            try:
                holds = guard.holds(*self.env)
            except EvalError as error:
                self.refuse(
                    "guard-error", clause=guard.name, reason=str(error), says=guard.says, **error.data
                )
            if holds is not True:
                self.refuse("guard-failed", clause=guard.name, says=guard.says)

    def value(self, function: Function, of: str) -> Any:  # noqa: ANN401 - whatever the expression gives
        """The value of an expression; without one the act is refused."""
        try:
            return function(*self.env)
        except EvalError as error:
            self.refuse("effect-error", target=of, reason=str(error), **error.data)

    def assign(self) -> None:
        """Roles, fields and time limits as they stand after the act."""
        leaf, step, named = self.leaf, self.step, self.act.roles
        self.roles = dict(leaf.roles) if leaf is not None else {}
        self.fields = dict(leaf.fields) if leaf is not None else {}
        if step.creates:  # `as` fills the roles that `set` does not name
            self.roles.update((role, named[role]) for role, _ in step.by if role in named)
        for line in step.sets:
            target = self.roles if line.role else self.fields
            if line.value is None or (line.present is not None and not self.value(line.present, line.target)):
                target.pop(line.target, None)
                continue
            target[line.target] = self.assigned(line)
        if self.program.limits:
            self.assign_deadlines()

    def assigned(self, line: Assignment) -> Any:  # noqa: ANN401 - whatever the expression gives
        """The value that a line assigns: of its target's type, its assets of their kinds."""
        assert line.value is not None  # noqa: S101 - a line that empties has been dealt with
        value = self.value(line.value, line.target)
        if not line.accepts(value):
            self.refuse("effect-error", target=line.target, reason="wrong-type")
        if line.assets is not None and (wrong := self.wrong_assets(line.assets, value)):
            self.refuse("effect-error", target=line.target, reason=wrong)
        return value

    def assign_deadlines(self) -> None:
        """Time limits that start or end."""
        self.deadlines = dict(self.leaf.deadlines) if self.leaf is not None else {}
        for line in self.step.due:
            name = line.limit.name
            if line.value is None:
                self.deadlines.pop(line.limit.key, None)
                continue
            time = self.value(line.value, name)
            if type(time) is not int or time > MAX_INT:
                self.refuse("effect-error", target=name, reason="wrong-type")
            if time <= self.world.now:
                self.refuse("effect-error", target=name, reason="deadline-in-past")
            self.deadlines[line.limit.key] = time

    # 6

    def effects(self) -> list[tuple[str, Leaf]]:
        """The leaves that the act writes, in order."""
        step, leaf, act = self.step, self.leaf, self.act
        state = step.to or (leaf.state if leaf is not None else "")
        self.quantity = self.standing(leaf)
        others = self.move()
        if self.quantity and state in self.program.final:
            self.refuse("conservation", reason="final-holds", quantity=self.quantity)
        if leaf is None:
            after = Leaf(act.contract, state, 1, self.roles, self.fields, self.quantity)
        else:
            after = msgspec.structs.replace(
                leaf,
                state=state,
                rev=leaf.rev + 1,
                roles=self.roles,
                fields=self.fields,
                quantity=self.quantity,
            )
        if self.deadlines or after.deadlines:
            after.deadlines = kept(self.program.limits, self.deadlines, state)
        return [(act.asset_id, after), *others]

    def standing(self, leaf: Leaf | None) -> int | None:
        """The quantity before the act."""
        if self.program.page.quantity is None:
            return None
        return (leaf.quantity or 0) if leaf is not None else 0

    def move(self) -> list[tuple[str, Leaf]]:
        """Change the asset's quantity; return the leaves of the other assets that this writes."""
        step = self.step
        if step.mint is not None:
            self.quantity = self.amount(self.value(step.mint, "mint"), MAX_INT - (self.quantity or 0)) + (
                self.quantity or 0
            )
        elif step.burn_all:
            self.quantity = 0
        elif step.burn is not None:
            standing = self.quantity or 0
            self.quantity = standing - self.amount(self.value(step.burn, "burn"), standing)
        elif step.parts is not None:
            return self.split(self.value(step.parts, "split"))
        elif step.merge is not None:
            return self.merge(self.value(step.merge, "merge"))
        return []

    def amount(self, value: object, most: int) -> int:
        """A positive whole number, at most ``most``."""
        if type(value) is not int or not 0 < value <= most:
            self.refuse("conservation", reason="amount", quantity=self.quantity or 0)
        return value

    def split(self, parts: object) -> list[tuple[str, Leaf]]:
        """New assets, one for each part."""
        standing = self.quantity or 0
        if (
            not isinstance(parts, list)
            or not parts
            or sum(self.amount(n, standing) for n in parts) != standing
        ):
            self.refuse("conservation", reason="parts", quantity=standing)
        self.quantity = 0
        act, state = self.act, self.step.parts_state
        contract = self.leaf.contract if self.leaf is not None else act.contract
        running = kept(self.program.limits, self.deadlines, state)
        return [
            (
                act.child(n),
                Leaf(
                    contract, state, 1, dict(self.roles), dict(self.fields), part, act.asset_id,
                    dict(running),
                ),
            )
            for n, part in enumerate(parts)
        ]  # fmt: skip

    def merge(self, ids: object) -> list[tuple[str, Leaf]]:
        """The absorbed assets."""
        if (
            not isinstance(ids, list)
            or not ids
            or not all(map(is_hex, ids))
            or len({*ids, self.act.asset_id}) != len(ids) + 1
        ):
            self.refuse("conservation", reason="merge-list", quantity=self.quantity or 0)
        effects = []
        for asset_id in ids:
            other = self.world.asset(asset_id)
            if other is None or not self.alike(other):
                self.refuse("conservation", reason="unlike", quantity=self.quantity or 0)
            self.check_free(other)
            self.quantity = self.amount((self.quantity or 0) + (other.quantity or 0), MAX_INT)
            gone = msgspec.structs.replace(other, state=self.step.merge_to, rev=other.rev + 1, quantity=0)
            gone.deadlines = kept(self.program.limits, gone.deadlines, gone.state)
            effects.append((asset_id, gone))
        return effects

    def alike(self, other: Leaf) -> bool:
        """Equal in everything that may differ between two assets of a page, but for the quantity."""
        leaf = self.leaf
        return (
            leaf is not None and other.contract == leaf.contract and other.state == leaf.state
            and other.roles == leaf.roles and other.fields == leaf.fields
            and other.deadlines == leaf.deadlines
        )  # fmt: skip
