"""Taking figures one after the other, and the report: ``{"machine": ..., "figures": [...]}``.

``machine`` says what the figures were taken on, how busy others kept it, and under ``notes`` how each
figure came about. A figure that cannot be taken here is missing from ``figures``, and ``notes`` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wusong.bench import (
    NAMES,
    acts,
    call,
    call_p99,
    check,
    deeds,
    evidence,
    guard,
    http,
    intake,
    latency,
    machine,
    memory,
    split,
    start,
    verify,
)
from wusong.bench.figure import Figure, Goal, Measured, UnavailableError, figure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class _Row:
    goal: Goal
    measure: Callable[[bool], Measured]


_ROWS: Final = {
    row.goal.name: row
    for row in (
        _Row(deeds.GOAL, deeds.measure),
        _Row(http.GOAL, http.measure),
        _Row(latency.GOAL, latency.measure),
        _Row(evidence.GOAL, evidence.measure),
        _Row(verify.GOAL, verify.measure),
        _Row(verify.SM2_GOAL, verify.measure_sm2),
        _Row(start.GOAL, start.measure),
        _Row(memory.GOAL, memory.measure),
        _Row(guard.GOAL, guard.measure),
        _Row(check.GOAL, check.measure),
        _Row(acts.GOAL, acts.measure),
        _Row(call.GOAL, call.measure),
        _Row(call_p99.GOAL, call_p99.measure),
        _Row(intake.GOAL, intake.measure),
        _Row(split.GOAL, split.measure),
    )
}


def take(
    names: Sequence[str] = (), report: Callable[[Figure], None] | None = None, *, quick: bool = False
) -> dict[str, Any]:
    """Take the figures called ``names`` (all, when none is named), in the table's order.

    ``report`` hears of each as it is taken. ``quick`` is for tests: the sizes are small and the values mean
    nothing.

    Raises:
        ValueError: a name that is none of ``NAMES``.
    """
    unknown = set(names) - set(NAMES)
    if unknown:
        raise ValueError(f"no such figure: {', '.join(sorted(unknown))}")
    notes: dict[str, str] = {}
    busy: dict[str, float] = {}
    figures: list[Figure] = []
    for name in [name for name in NAMES if not names or name in names]:
        busy[name] = machine.others(0.05 if quick else 1.0)
        taken = _one(_ROWS[name], quick, notes)
        if taken is not None:
            figures.append(taken)
            if report is not None:
                report(taken)
    return {"machine": _machine(busy, notes, quick), "figures": msgspec.to_builtins(figures)}


def _one(row: _Row, quick: bool, notes: dict[str, str]) -> Figure | None:
    try:
        measured = row.measure(quick)
    except UnavailableError as error:
        notes[row.goal.name] = f"not taken: {error}"
        return None
    notes[row.goal.name] = measured.notes
    return figure(row.goal, measured)


def _machine(busy: dict[str, float], notes: dict[str, str], quick: bool) -> dict[str, Any]:
    used = {name: cores for name, cores in busy.items() if machine.is_busy(cores)}
    said = {
        "busy": sorted(used),
        "load": machine.load(),
        "notes": notes,
        "others_cores": busy,
        "quick": quick,
    }
    return machine.describe() | said
