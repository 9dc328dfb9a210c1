"""Money and rates as people type them: one rule for the terminal and the portal's forms.

* Money is in the currency's main unit, with at most two decimals: ``1000`` and ``1,000.00`` are the same.
* A rate says its unit: ``30%`` or ``3000bp``, hundredths of a per cent. A bare number is none, for it could
  mean either.
* In a JSON file and on a page both are whole numbers: hundredths of the main unit, and of a per cent.
"""

from __future__ import annotations

import re
from typing import Final

_DECIMAL: Final = re.compile(r"([0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.([0-9]{1,2}))?")
_POINTS: Final = re.compile(r"([0-9]{1,9})bp")


def minor(text: str) -> int | None:
    """Hundredths of the main unit; None where the text is no amount."""
    match = _DECIMAL.fullmatch(text)
    return (
        None if match is None else int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))
    )


def points(text: str) -> int | None:
    """Hundredths of a per cent; None where the text is no rate or names no unit."""
    text = text.replace("％", "%").replace(" ", "")
    if text.endswith("%"):
        return minor(text[:-1])
    match = _POINTS.fullmatch(text)
    return None if match is None else int(match[1])
