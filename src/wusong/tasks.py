"""What a party has to do, as the parts of a domain tell it and the faces show it.

* A task is about one record in which the party stands in a role, and says where it is done.
* What only comes near (a term that ends, calls nearly used up) is a reminder: ``last`` is true.
* The order is the same everywhere: by due time, what has none behind, reminders at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Task", "in_order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do: ``what`` in both languages, ``about`` which record by its name, ``path`` in the
    portal.

    ``due``: ms; None: no time limit. ``left``: working days to it, negative when it has passed; None: not
    counted in working days.
    """

    what: dict[str, str]
    about: str
    path: str
    asset: str
    due: int | None = None
    left: int | None = None
    last: bool = False


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Tasks before reminders, each by due time; those without one behind, by name."""
    return sorted(
        tasks, key=lambda one: (one.last, one.due is None, one.due or 0, one.about, one.asset, one.path)
    )
