"""Values of the engine as answers hold them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Context, Decimal
from math import isfinite
from typing import Final

from wusong.crypto import canonical

__all__ = ["plain"]

_PLACES: Final = Decimal("0.000001")
_WIDE: Final = Context(prec=400)
"""Room for the largest double, 309 digits before the point."""


def plain(value: object) -> str | int | bool:
    """A value as canonical JSON holds it: no fraction leaves as a number, none is lost. What is nothing, or
    not finite (something divided by 0), is the empty text.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return _decimal(Decimal(repr(value)).quantize(_PLACES, context=_WIDE)) if isfinite(value) else ""
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else canonical.to_text(str(value))


def _decimal(value: Decimal) -> str | int:
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
