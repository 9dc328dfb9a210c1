"""Commands that a domain brings, told without anything of the terminal that runs them.

* A domain imports nothing above its floor, so its commands are functions whose first argument, ``tools``, is
  the terminal's hand: the node, the language, how parties are named, how tables are laid out.
* The other arguments are annotated for typer; they become what one types. ``Said`` is what comes back: data
  for programs, lines for people.
* ``opens`` says what the command needs: ``nothing``; the node for itself alone (``node``); the node as
  another process may be running it meanwhile (``beside``); or that only once ``tools.node`` is asked for
  (``asked``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

import typer

from wusong.errors import DataError, Lang
from wusong.i18n import both

__all__ = [
    "DomainCommand", "Opens", "Said", "Tools", "both", "day", "demand_new", "moment", "option", "write_new",
    "yuan",
]  # fmt: skip

_BEIJING: Final = timezone(timedelta(hours=8))
_EPOCH: Final = date(1970, 1, 1)

DONE = 0
Opens: TypeAlias = Literal["nothing", "node", "beside", "asked"]


@dataclass(frozen=True, slots=True)
class Said:
    """The result of a command: ``data`` for programs, ``lines`` for people, and the exit status."""

    data: dict[str, Any]
    lines: Sequence[str] = ()
    status: int = DONE


class Tools(Protocol):
    """What a command is given of the terminal."""

    @property
    def node(self) -> Any:  # noqa: ANN401 - a domain knows the node by its own protocol of what it needs
        """The node, open; an error where the command opens nothing."""

    @property
    def lang(self) -> Lang:
        """The language of what is said."""

    def say(self, en: str, zh: str) -> str:
        """The text in that language."""

    def party(self, given: str) -> str:
        """The DID of the party that is meant by a DID or a name. Raises UsageError ``ambiguous-party``."""

    def names(self) -> dict[str, str]:
        """The name of every party by its DID."""

    def standing(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """These records, as they stand now."""

    def table(self, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
        """Rows in columns, as lines."""

    def pairs(self, items: Sequence[tuple[str, str]]) -> list[str]:
        """Names and values, as lines."""

    def money(self, cents: int) -> str:
        """An amount in minor units as people read it."""

    def progress(self, text: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A bar on a terminal, and a function that advances it."""


@dataclass(frozen=True, slots=True)
class DomainCommand:
    """One command: ``run(tools, ...)``; ``help``, and the heading it stands under, by :func:`both`."""

    name: str
    help: str
    run: Callable[..., Said]
    opens: Opens = "beside"
    heading: str = ""


# -- what is written --------


def demand_new(*paths: Path | None) -> None:
    """Refuse to write over a file, before anything is done. Raises DataError ``output-exists``."""
    for path in paths:
        if path is not None and os.path.lexists(path):
            raise DataError("output-exists", file=str(path))


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet. Raises DataError ``output-exists``."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise DataError("output-exists", file=str(path)) from None


# -- what is typed --------

_YUAN: Final = both("Yuan, at most two decimals: 12.50.", "应为金额（元），最多两位小数，例如 12.50。")
_MOMENT: Final = both(
    "A day or a time in Beijing: 2026-09-24T09:00.", "应为日期或者北京时间，例如 2026-09-24T09:00。"
)
_DAY: Final = both("A day: 2026-09-24.", "应为日期，例如 2026-09-24。")


def option(name: str, en: str, zh: str, metavar: str = "TEXT", **more: Any) -> Any:  # noqa: ANN401 - as typer's
    """An option with its help in both languages."""
    return typer.Option(name, metavar=metavar, help=both(en, zh), **more)


def yuan(text: str) -> int:
    """An amount in yuan (``1.50``) as minor units. Raises ``typer.BadParameter``."""
    try:
        cents = Decimal(text).scaleb(2)
    except InvalidOperation:
        raise typer.BadParameter(_YUAN) from None
    if not cents.is_finite() or cents != int(cents) or not 0 <= cents < 1 << 53:
        raise typer.BadParameter(_YUAN)
    return int(cents)


def moment(text: str) -> int:
    """A day, or a day and time (``2026-09-24T09:00``), in Beijing, as ms. Raises ``typer.BadParameter``."""
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=_BEIJING).timestamp() * 1000)
    except ValueError:
        raise typer.BadParameter(_MOMENT) from None


def day(text: str) -> int:
    """A day as days since 1970-01-01. Raises ``typer.BadParameter``."""
    try:
        return (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise typer.BadParameter(_DAY) from None
