"""What goes into an act and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec import Struct

from wusong.contract.expr import EvalError
from wusong.contract.leaf import Leaf
from wusong.contract.program import Need


class World(Protocol):
    """What an act may see beside its own asset."""

    @property
    def now(self) -> int:
        """The block's time, ms."""

    def asset(self, asset_id: str, /) -> Leaf | None:
        """An asset as the deed has left it so far, with what has become due: see ``Compiled.effective``."""

    def kind(self, contract: str, /) -> str | None:
        """The "name@major" of an installed page, by the address that leaves name."""

    def party_active(self, did: str, /) -> bool:
        """Whether a party is admitted and active."""

    def accredited(self, did: str, name: str, /) -> bool:
        """Whether a party holds an accreditation now."""

    def calendar(self, name: str, year: int, /) -> str | None:
        """The working days of a year by a calendar, as contract/calendar.py reads them; None: unpublished."""

    def frozen(self, leaf: Leaf, /) -> bool:
        """Whether an asset is frozen now; ``holds.frozen(leaf, now)`` says it from the leaf."""


@dataclass(frozen=True, slots=True)
class ActInput:
    """An act, references resolved: ``roles`` is the act's ``as``, ``child`` gives the ids of new assets."""

    action: str
    asset_id: str
    leaf: Leaf | None
    roles: Mapping[str, str]
    args: Mapping[str, Any]
    signers: frozenset[str]
    child: Callable[[int], str]
    contract: str = ""


class Outcome(Struct, frozen=True):
    """What an act does: new leaves in order, companions needed, who signed as what, who learns of it.
    ``before`` is the asset as the act found it, with what had become due.
    """

    effects: list[tuple[str, Leaf]]
    requirements: list[Requirement]
    informed: list[str]
    signers: dict[str, str] = {}
    public: bool = False
    before: Leaf | None = None


Env = tuple[Any, ...]
"""The arguments of a compiled expression, in the order of ``expr.emit.PARAMETERS``."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """An act of another page that must stand in the same deed."""

    need: Need
    env: Env

    @property
    def name(self) -> str:
        """What the act's ``with`` calls it."""
        return self.need.name

    @property
    def contract(self) -> str:
        """The page of the companion: "name@major"."""
        return self.need.contract

    @property
    def action(self) -> str:
        """The action of the companion."""
        return self.need.action

    @property
    def says(self) -> dict[str, str]:
        """The page's explanation, in en and zh."""
        return self.need.says

    def met_by(self, contract: str, act: ActInput, outcome: Outcome) -> bool:
        """Whether an act of the page ``contract`` ("name@major") is the one wanted; an error is a no."""
        if contract != self.need.contract or act.action != self.need.action:
            return False
        its: dict[str, Any] = {
            "asset": act.asset_id,
            "action": act.action,
            "args": act.args,
            "as": outcome.signers,
        }
        its["after"] = outcome.effects[0][1]
        if outcome.before is not None:
            its["self"] = outcome.before
        env = (*self.env[:-2], its, self.env[-1])
        try:
            return all(where(*env) is True for where in self.need.where)
        except EvalError:
            return False
