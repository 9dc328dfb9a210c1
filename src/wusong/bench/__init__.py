"""The measured figures: ``wusong bench``. Each has a module of its own, whose text says exactly what is
measured and how.

The package itself imports nothing heavy: processes that are measured run out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wusong.bench.figure import Figure

__all__ = ["NAMES", "markdown", "run"]

NAMES: Final = (
    "deeds",
    "http",
    "latency",
    "evidence",
    "verify",
    "verify-sm2",
    "start",
    "memory",
    "guard",
    "check",
    "acts",
    "call",
    "call-p99",
    "intake",
    "split",
)
"""The figures, in the order in which they are taken and shown."""


def run(
    names: Sequence[str] = (), report: Callable[[Figure], None] | None = None, *, quick: bool = False
) -> dict[str, Any]:
    """Take figures and report on them; see ``runner.take``."""
    from wusong.bench.runner import take

    return take(names, report, quick=quick)


def markdown(report: dict[str, Any]) -> str:
    """A report as a table; see ``text.markdown``."""
    from wusong.bench import text

    return text.markdown(report)
