"""The checker: every life that a page allows is lived once, before anybody relies on it.

    result = examine(page.compiled.page, library)
    result.findings         each with its code, its place on the page, and its story
    result.to_json()        {"leaves", "acts", "depth", "complete", "assumed", "up_to"}

* The page is explored with the real interpreter, breadth first, over few parties and few values, drawn from
  what the page itself compares (``domains``), forgetting what makes no difference (``uses``, ``canon``).
* What the page cannot decide by itself, because another asset or another deed would, is taken as free, and is
  named under ``assumed``.
* ``complete`` says that within these values nothing is left out; ``up_to`` names numbers that could grow for
  ever, with the greatest that was followed; ``pairwise`` the actions of whose arguments each two were
  combined, since all together were too many. A bounded search finds counterexamples; it is no proof for
  values that it did not try.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec

from wusong.contract import model as m
from wusong.contract.checker import codes as _codes  # noqa: F401 - registers what findings say
from wusong.contract.checker.conflicts import conflicts
from wusong.contract.checker.explore import BUDGET, Exploration, explore
from wusong.contract.checker.guards import idle
from wusong.contract.checker.judge import Case, Found, judge
from wusong.contract.checker.static import static
from wusong.contract.checker.story import Step, Teller, numbered
from wusong.contract.checker.witness import weighed
from wusong.contract.findings import Finding
from wusong.errors import JsonData

__all__ = ["BUDGET", "Examined", "Step", "examine", "forget", "numbered"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of examining a page."""

    findings: tuple[Finding, ...]
    leaves: int
    acts: int
    depth: int
    complete: bool
    assumed: tuple[str, ...]
    up_to: Mapping[str, int] = field(default_factory=dict)
    pairwise: tuple[str, ...] = ()

    def record(self) -> dict[str, JsonData]:
        """All of it as JSON data, for ``recorded``."""
        found: list[JsonData] = [
            {
                "code": f.code,
                "data": f.data,
                "path": list(f.path),
                "severity": f.severity,
                "story": list(f.story),
            }
            for f in self.findings
        ]
        return {"exploration": self.to_json(), "findings": found}

    @classmethod
    def recorded(cls, record: dict[str, Any]) -> Examined:
        """What ``record`` gave. Raises KeyError or TypeError when it is something else."""
        said = record["exploration"]
        findings = tuple(
            Finding(f["code"], tuple(f["path"]), f["data"], severity=f["severity"], story=tuple(f["story"]))
            for f in record["findings"]
        )
        return cls(
            findings, said["leaves"], said["acts"], said["depth"], said["complete"], tuple(said["assumed"]),
            said.get("up_to", {}), tuple(said.get("pairwise", ())),
        )  # fmt: skip

    def to_json(self) -> dict[str, JsonData]:
        """The exploration as the check report holds it."""
        said: dict[str, JsonData] = {
            "acts": self.acts, "assumed": list(self.assumed), "complete": self.complete, "depth": self.depth,
            "leaves": self.leaves,
        }  # fmt: skip
        more: dict[str, JsonData] = {"pairwise": list(self.pairwise), "up_to": dict(self.up_to)}
        return said | {name: value for name, value in more.items() if value}


def examine(page: m.Page, library: Mapping[str, m.Page] | None = None, budget: int = BUDGET) -> Examined:
    """Examine a sound page. ``library`` holds other pages that are known, by "name@major"; ``budget`` counts
    conditions judged and acts tried.
    """
    known = tuple(sorted((library or {}).items()))
    encoded = tuple((name, msgspec.json.encode(other)) for name, other in known if name != page.name)
    return _examined(msgspec.json.encode(page), encoded, budget)


def forget() -> None:
    """Forget what was examined in this process, as a measurement needs."""
    _examined.cache_clear()


@lru_cache(maxsize=64)
def _examined(encoded: bytes, library: tuple[tuple[str, bytes], ...], budget: int) -> Examined:
    """Remembered, because one process often checks and then installs one page."""
    page = msgspec.json.decode(encoded, type=m.Page)
    known = {name: msgspec.json.decode(other, type=m.Page) for name, other in library}
    try:
        made = explore(page, budget)
    except Exception as failure:  # noqa: BLE001 - an error of the checker is told, like all that it finds
        return Examined((_failed("page", failure),), 0, 0, 0, complete=False, assumed=())
    moves = made.moves
    acts = moves.tried
    try:
        findings = _judged(made, page, known)
    except Exception as failure:  # noqa: BLE001
        findings = (_failed("page", failure),)
    assumed = [*(f"calendars.{name}" for name in page.calendars), *made.free.assumed]
    return Examined(
        findings, made.leaves, acts, made.depth, made.complete, tuple(assumed), made.up_to,
        tuple(sorted(moves.pairwise)),
    )  # fmt: skip


def _judged(made: Exploration, page: m.Page, known: Mapping[str, m.Page]) -> tuple[Finding, ...]:
    found = [*static(page, known), *judge(made)]
    if made.complete:
        found += idle(made, Case.of(made))
    found += conflicts(made)
    teller = Teller(made)
    return tuple(_finding(each, teller) for each in sorted(weighed(made, found), key=_place))


def _failed(what: str, failure: Exception) -> Finding:
    return Finding("checker-failed", (), {"error": type(failure).__name__, "what": what})


def _place(found: Found) -> tuple[bool, str, str]:
    path = ".".join(f"{part:03}" if isinstance(part, int) else part for part in found.path)
    return found.severity == "advice", found.code, path


def _finding(found: Found, teller: Teller) -> Finding:
    story = teller.story(found.node, *found.more)
    return Finding(
        found.code, found.path, found.data, severity=found.severity, story=tuple(s.to_json() for s in story)
    )
