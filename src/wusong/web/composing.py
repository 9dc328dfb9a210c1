"""A deed of two acts, of which each requires the other, filled in as one form.

* What the contract says about the companion (``where``) relates the two acts; both sides are read, where the
  companion requires this act in turn.
* What follows from what is known already is not asked for twice: the companion's record that an argument
  names, an argument that must equal another, the id of a record that the deed makes.
* The act that makes a record goes first: it looks at the other's record as that stood before the deed.
* One companion deep; what it requires beyond this act is the ledger's to refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wusong.errors import WusongError
from wusong.node import library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wusong.contract.model import Action, Companion, Page
    from wusong.web.faces import Faces

_EQUAL: Final = re.compile(r"\s*([a-z_.]+[a-z0-9_]*)\s*==\s*([a-z_.]+[a-z0-9_]*)\s*")
Operand = tuple[str, str]
"""("asset", "") for the record itself, ("args", name) or ("self", field)."""


@dataclass(frozen=True, slots=True)
class Other:
    """The companion of an act: its page, its action, and what must be equal on both sides, ours first."""

    need: Companion
    page: Page
    digest: str
    action: Action
    back: str
    links: tuple[tuple[Operand, Operand], ...]

    @property
    def creates(self) -> bool:
        """Whether it makes its record."""
        return not self.action.from_

    def ours_asked(self, action: Action) -> list[str]:
        """The arguments of our act that people fill in."""
        known = {
            ours[1]
            for ours, its in self.links
            if ours[0] == "args" and (its[0] == "self" or (its[0] == "asset" and self.creates))
        }
        return [one.name for one in action.args if one.name not in known]

    def its_asked(self) -> list[str]:
        """The arguments of the companion that people fill in."""
        known = {its[1] for _ours, its in self.links if its[0] == "args"}
        return [one.name for one in self.action.args if one.name not in known]

    def record_asked(self) -> bool:
        """Whether people choose the companion's record."""
        return not self.creates and not any(its[0] == "asset" for _ours, its in self.links)

    def record(self, args: Mapping[str, Any], ours: Mapping[str, Any] | None, chosen: str) -> str | None:
        """The companion's record; None where it makes one."""
        if self.creates:
            return None
        for mine, its in self.links:
            if its[0] == "asset":
                return str(_value(mine, args, ours, ""))
        return chosen

    def complete(
        self,
        args: Mapping[str, Any],
        ours: Mapping[str, Any] | None,
        its_args: Mapping[str, Any],
        its: Mapping[str, Any] | None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The arguments of both acts, with what follows from the other side; a record that the deed makes is
        called by its place in it.
        """
        mine, theirs = dict(args), dict(its_args)
        made = "#1.0" if ours is None else "#0.0"  # what makes a record goes first
        for here, there in self.links:
            if here[0] == "args" and there[0] != "args":
                mine[here[1]] = _value(there, theirs, its, made)
        for here, there in self.links:
            if there[0] == "args":
                theirs[there[1]] = _value(here, mine, ours, "#0.0")
        return _given(mine), _given(theirs)


def _given(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if value is not None}


def _value(of: Operand, args: Mapping[str, Any], record: Mapping[str, Any] | None, made: str) -> Any:  # noqa: ANN401
    if of[0] == "asset":
        return made if record is None else record["asset"]
    if of[0] == "args":
        return args.get(of[1])
    if record is None:
        return None
    return record["quantity"] if of[1] == "quantity" else record["fields"].get(of[1])


def other(faces: Faces, page: Page, action: Action) -> Other | None:
    """The companion of an action, where it requires exactly one that this ledger knows."""
    if len(action.requires) != 1:
        return None
    need = action.requires[0]
    try:
        found = library.find(faces.node, need.contract)
    except WusongError:
        return None
    its = next((one for one in found.compiled.page.actions if one.name == need.action), None)
    if its is None:
        return None
    back = next((one for one in its.requires if (one.contract, one.action) == (page.name, action.name)), None)
    links = [*_links(need.where), *((b, a) for a, b in _links([] if back is None else back.where))]
    name = "" if back is None else back.name
    return Other(need, found.compiled.page, found.digest, its, name, tuple(dict.fromkeys(links)))


def _links(where: list[str]) -> list[tuple[Operand, Operand]]:
    """What a companion's conditions put equal: ours first, then the companion's."""
    found = []
    for text in where:
        equal = _EQUAL.fullmatch(text)
        for one, two in ((equal[1], equal[2]), (equal[2], equal[1])) if equal else ():
            its, ours = _operand(one.removeprefix("its.")), _operand(two)
            if one.startswith("its.") and not two.startswith("its.") and its and ours:
                found.append((ours, its))
    return found


def _operand(text: str) -> Operand | None:
    if text in ("asset", "self.id"):
        return ("asset", "")
    of, dot, name = text.partition(".")
    return (of, name) if dot and of in ("args", "self") and "." not in name else None
