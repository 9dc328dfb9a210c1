"""What is typed for commands of this domain: amounts, moments, and options in both languages."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import typer

from wusong.i18n import both

__all__ = ["moment", "option", "yuan"]

BEIJING: Final = timezone(timedelta(hours=8))


def yuan(text: str) -> int:
    """An amount in yuan as minor units. Raises typer.BadParameter."""
    try:
        cents = Decimal(text).scaleb(2)
    except InvalidOperation:
        raise typer.BadParameter(text) from None
    if not cents.is_finite() or cents != int(cents) or not 0 <= cents < 1 << 53:
        raise typer.BadParameter(text)
    return int(cents)


def moment(text: str) -> int:
    """A day, or a day and time, in Beijing, as ms. Raises typer.BadParameter."""
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp() * 1000)
    except ValueError:
        raise typer.BadParameter(text) from None


def option(name: str, en: str, zh: str, metavar: str = "TEXT", **more: Any) -> Any:  # noqa: ANN401 - what typer takes
    """An option that explains itself in both languages."""
    return typer.Option(name, metavar=metavar, help=both(en, zh), **more)
