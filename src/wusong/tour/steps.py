"""What happened, step by step, for whoever watches: a progress list, JSON, a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, TypeAlias

from wusong.errors import WusongError

__all__ = ["OnStep", "Recorder", "Step", "Told"]

Outcome: TypeAlias = Literal["done", "accepted", "refused"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``deed`` is empty where nothing went to the ledger; ``clause`` and ``says`` tell why one was
    refused.

    ``party`` is who acted, by its part in the story; ``facts`` are a few plain values worth showing.
    """

    number: int
    key: str
    title: dict[str, str]
    party: dict[str, str]
    outcome: Outcome
    milliseconds: int
    deed: str = ""
    clause: str = ""
    says: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The step as JSON data."""
        return asdict(self)


OnStep: TypeAlias = Callable[[Step], None]


@dataclass(slots=True)
class Told:
    """What a step found out while it ran."""

    deed: str = ""
    refusal: WusongError | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        if self.refusal is not None:
            return "refused"
        return "accepted" if self.deed else "done"


class Recorder:
    """Keeps the steps and tells them on."""

    def __init__(self, on_step: OnStep | None) -> None:
        self.steps: Final[list[Step]] = []
        self._on_step: Final = on_step

    @contextmanager
    def step(self, key: str, en: str, zh: str, party: dict[str, str] | None = None) -> Iterator[Told]:
        """Time what happens inside, then tell it."""
        began, told = time.perf_counter(), Told()
        yield told
        data: dict[str, Any] = {} if told.refusal is None else told.refusal.data
        step = Step(
            number=len(self.steps) + 1,
            key=key,
            title={"en": en, "zh": zh},
            party=party or {},
            outcome=told.outcome,
            milliseconds=round((time.perf_counter() - began) * 1000),
            deed=told.deed or str(data.get("deed", "")),
            clause=str(data.get("clause", "")),
            says=dict(data.get("says") or {}),
            facts=told.facts,
        )
        self.steps.append(step)
        if self._on_step is not None:
            self._on_step(step)
