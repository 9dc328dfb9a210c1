"""Moving an asset to a page that follows its own.

* Those whom the OLDER page's ``upgrade`` names sign, as they stand on the asset; it is not frozen and not in
  a final state, with what has become due.
* States, fields and roles of the same name carry over; the new page maps other states and computes what is
  new or renamed. An old field or role that it neither has, computes with nor drops by name stops the move.
* The quantity stays, in the same unit. Time limits that the new page has by the same name go on. One that has
  passed without moving the asset, and would move it under the new page at once, stops the move.
* What must be there is there, every value fits its type, and who stands in a role holds what the new page
  demands of it. Invariants of the new page are judged at the end of the deed, as always.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from wusong.contract import model as m
from wusong.contract.acts import ActInput, Outcome, World
from wusong.contract.deadlines import kept, suspending
from wusong.contract.leaf import Leaf
from wusong.contract.program import Program
from wusong.contract.run import Run
from wusong.errors import ContractError


def move(newer: Program, older: Program, world: World, act: ActInput) -> Outcome:
    """Carry out the move of ``act.leaf``, an asset of ``older``. Raises ContractError."""
    follows = newer.page.follows
    if follows is None or follows.page != older.page.name:
        _refuse(newer, older, "does-not-follow", older.page.name)
    if older.moving is None:
        _refuse(newer, older, "nobody-may", older.page.name)
    lost = losses(newer, older.page)
    if lost:
        _refuse(newer, older, "loses", ", ".join(lost))
    if _unit(newer.page) != _unit(older.page):
        _refuse(newer, older, "unit", f"{_unit(older.page)} / {_unit(newer.page)}")
    return _Move(newer, follows, older, world, act).outcome()


def losses(newer: Program, older: m.Page) -> list[str]:
    """Fields and stored roles of ``older`` that ``newer`` neither has, computes with, nor drops by name."""
    follows = newer.page.follows
    known = newer.uses | set(follows.drops if follows is not None else ())
    fields = {field.name for field in older.fields} - {field.name for field in newer.page.fields}
    return sorted((fields | (_stored(older) - _stored(newer.page))) - known)


def unmapped(newer: m.Page, older: m.Page) -> list[str]:
    """States of ``older`` that are not final and have no counterpart: assets in them cannot be moved."""
    states = newer.follows.states if newer.follows is not None else {}
    known = {state.name for state in newer.states}
    return [s.name for s in older.states if not s.final and states.get(s.name, s.name) not in known]


def _stored(page: m.Page) -> set[str]:
    return {role.name for role in page.roles if role.among is None}


def _unit(page: m.Page) -> str:
    return page.quantity.unit if page.quantity is not None else ""


def _refuse(newer: Program, older: Program, reason: str, what: str) -> NoReturn:
    raise ContractError(
        "cannot-upgrade", contract=older.page.name, to=newer.page.name, reason=reason, what=what
    )


class _Move(Run):
    """One move: it is judged as an act of the older page, and leaves an asset of the newer."""

    __slots__ = ("follows", "newer", "older")

    def __init__(
        self, newer: Program, follows: m.Follows, older: Program, world: World, act: ActInput
    ) -> None:
        assert older.moving is not None  # noqa: S101 - the caller has looked
        super().__init__(older, older.moving, world, act)
        self.newer, self.older, self.follows = newer, older, follows

    def assign(self) -> None:
        """Fields and roles, carried over and computed."""
        leaf = self.standing_leaf()
        stored = _stored(self.newer.page)
        self.roles = {role: party for role, party in leaf.roles.items() if role in stored}
        self.fields = {name: value for name, value in leaf.fields.items() if name in self.newer.arguments}
        for name in self.fields.keys() & _retyped(self.older.page, self.newer.page):
            self.demand(name, self.fields[name])
        for line in self.newer.carried:
            target: dict[str, Any] = self.roles if line.role else self.fields
            if line.present is not None and not self.value(line.present, line.target):
                target.pop(line.target, None)
                continue
            target[line.target] = self.assigned(line)
        self.complete()

    def page_address(self) -> str:
        """The newer page's."""
        return self.act.contract

    def standing_leaf(self) -> Leaf:
        """The asset, which stands: its state has been looked at."""
        assert self.leaf is not None  # noqa: S101 - an action with sources is refused without an asset
        return self.leaf

    def demand(self, name: str, value: object) -> None:
        """A carried value fits the type that its field has now."""
        wanted = self.newer.arguments[name]
        if not wanted.accepts(value):
            self.refuse("effect-error", target=name, reason="wrong-type")
        if wanted.asset and isinstance(value, str | list) and (wrong := self.wrong_assets(wanted, value)):
            self.refuse("effect-error", target=name, reason=wrong)

    def complete(self) -> None:
        """What the newer page demands is there."""
        page = self.newer.page
        needed = [role.name for role in page.roles if not role.optional and role.among is None]
        needed += [field.name for field in page.fields if not field.optional]
        for name in needed:
            if name not in self.roles and name not in self.fields:
                self.refuse("effect-error", target=name, reason="missing")

    def check_arrivals(self) -> None:
        """Who is new in a role, or stands in one that demands more now, may stand in it."""
        before, demands = self.standing_leaf().roles, self.newer.accredited
        for role, party in sorted(self.roles.items()):
            more = demands.get(role) not in {None, self.older.accredited.get(role)}
            if not more and before.get(role) == party:
                continue
            self.fit(role, party)
            if role in demands and not self.world.accredited(party, demands[role]):
                self.refuse("not-accredited", role=role, party=party, accreditation=demands[role])

    def effects(self) -> list[tuple[str, Leaf]]:
        """The asset under its new page."""
        leaf = self.standing_leaf()
        state = self.follows.states.get(leaf.state, leaf.state)
        if state not in {each.name for each in self.newer.page.states}:
            _refuse(self.newer, self.older, "state", leaf.state)
        if leaf.quantity and state in self.newer.final:
            self.refuse("conservation", reason="final-holds", quantity=leaf.quantity)
        # it is not frozen: holds that have lapsed must not count once more for limits that now suspend
        after = msgspec.structs.replace(
            leaf, contract=self.act.contract, state=state, rev=leaf.rev + 1, roles=self.roles,
            fields=self.fields, deadlines=self.running(leaf.deadlines, state),
            holds=[] if suspending(self.newer.limits) else leaf.holds,
        )  # fmt: skip
        return [(self.act.asset_id, after)]

    def running(self, deadlines: Mapping[str, int], state: str) -> dict[str, int]:
        """The time limits that go on: by name, wherever they lead now."""
        times = {key.partition(">")[0]: time for key, time in deadlines.items()}
        limits = self.newer.limits
        going = {key: times[limit.name] for key, limit in limits.items() if limit.name in times}
        running = kept(limits, going, state)
        for key, time in sorted(running.items()):
            if limits[key].to is not None and time <= self.world.now:
                _refuse(self.newer, self.older, "limit-passed", limits[key].name)
        return running


def _retyped(older: m.Page, newer: m.Page) -> set[str]:
    before = {field.name: field.type for field in older.fields}
    return {field.name for field in newer.fields if before.get(field.name) not in (None, field.type)}
