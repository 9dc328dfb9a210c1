"""Findings: what is wrong with a page, and where.

* A finding has a stable code, the path to the place in the model, and, when the page was read from YAML,
  the line and column (both from 1) where a person finds it.
* Every finding of a page is collected; reading stops at the first only where nothing after it has a
  meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from wusong.errors import Explanation, JsonData, WusongError

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a page; ``offset`` counts characters into the expression at ``path``. An "advice"
    does not keep the page from being installed. ``story`` is how the checker came upon it, step by step.
    """

    code: str
    path: Path = ()
    data: dict[str, JsonData] = field(default_factory=dict)
    offset: int = 0
    line: int = 0
    column: int = 0
    severity: Literal["refuse", "advice"] = "refuse"
    story: tuple[dict[str, JsonData], ...] = ()

    def explain(self, lang: str = "en") -> Explanation:
        """What is wrong, why it matters, what to do."""
        return WusongError(self.code, **self.data).explain(lang)

    def to_json(self) -> dict[str, JsonData]:
        """The finding as JSON data."""
        place: dict[str, JsonData] = {"line": self.line, "column": self.column} if self.line else {}
        found: dict[str, JsonData] = {"code": self.code, "path": ".".join(map(str, self.path)), **place}
        told: dict[str, JsonData] = {"story": list(self.story)} if self.story else {}
        return found | {"severity": self.severity, "data": self.data} | told

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.code}: {self.explain().what}"


class Findings(list[Finding]):
    """Findings as they are collected."""

    def add(self, code: str, path: Path, /, offset: int = 0, **data: JsonData) -> None:
        """Note a finding."""
        self.append(Finding(code, path, data, offset))

    def at(self, code: str, line: int, column: int, **data: JsonData) -> None:
        """Note a finding at a place of the text."""
        self.append(Finding(code, (), data, 0, line, column))
