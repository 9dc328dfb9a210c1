"""A page that can act: compiled once, run by every node alike."""

from __future__ import annotations

from typing import Final, NoReturn

import msgspec

from wusong.contract import deadlines
from wusong.contract.acts import ActInput, Env, Outcome, Requirement, World
from wusong.contract.build import build
from wusong.contract.expr import EvalError
from wusong.contract.leaf import Leaf
from wusong.contract.model import Page, parse
from wusong.contract.program import Program
from wusong.contract.run import run
from wusong.contract.upgrade import move
from wusong.errors import ContractError, JsonData

__all__ = ["ActInput", "Compiled", "Outcome", "Requirement", "World", "compile_page"]


class Compiled:
    """A page, ready to act."""

    __slots__ = ("_page", "_program", "name")

    def __init__(self, program: Program) -> None:
        self._program = program
        self._page = program.page
        self.name: Final = program.page.name

    @property
    def page(self) -> Page:
        """The page's model."""
        return self._page

    @property
    def program(self) -> Program:
        """The compiled tables, with their bounds."""
        return self._program

    def act(self, world: World, act: ActInput) -> Outcome:
        """Carry out ``act``. Raises ContractError with the code, the clause and the page's explanation."""
        step = self._program.steps.get(act.action)
        if step is None:
            self._refuse("unknown-action", act)
        return run(self._program, step, world, act)

    def effective(self, leaf: Leaf, now: int) -> Leaf:
        """The asset at ``now`` (ms): with the time limits that have passed. The same object when none has."""
        if not leaf.deadlines and not leaf.holds:
            return leaf
        return deadlines.effective(self._program.limits, leaf, now)

    def upgrade(self, world: World, act: ActInput, older: Compiled) -> Outcome:
        """Move an asset of the page ``older``, which this page follows, to this page; ``act.contract`` is its
        address. Raises ContractError.
        """
        return move(self._program, older.program, world, act)

    def check_always(self, world: World, asset_id: str, leaf: Leaf) -> None:
        """Judge the invariants at the end of a deed. Raises ContractError ``invariant-broken``."""
        calendars = world.calendar if self._program.calendars else None
        env: Env = (leaf, asset_id, {}, {}, world.now, 0, world.asset, None, calendars)
        for clause in self._program.always:
            try:
                holds = clause.holds(*env) is True
            except EvalError:
                holds = False
            if not holds:
                raise ContractError(
                    "invariant-broken", contract=self.name, clause=clause.name, says=clause.says
                )

    def _refuse(self, code: str, act: ActInput, **data: JsonData) -> NoReturn:
        raise ContractError(code, contract=self.name, action=act.action, **data)


def compile_page(model: object) -> Compiled:
    """The program of a canonical model.

    Raises ContractError ``bad-page``, with the findings as data, when the model has the wrong shape or is
    no sound page.
    """
    try:
        page = parse(model)
    except msgspec.ValidationError as error:
        raise ContractError(
            "bad-page", findings=[{"code": "page-bad-shape", "data": {"detail": str(error)}}]
        ) from None
    program, findings = build(page)
    if findings:
        raise ContractError("bad-page", findings=[finding.to_json() for finding in findings])
    return Compiled(program)
