"""Charts of a profile as SVG: a histogram, missing cells by column. Each has a title and is told by a table
beside it as well; colours are those of the page (``currentColor``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup, escape

__all__ = ["histogram", "missing"]

_WIDTH: Final = 240
_HEIGHT: Final = 64
_ROW: Final = 18
_NAME: Final = 120


def histogram(column: dict[str, Any], title: str) -> Markup:
    """The bars of a column's histogram; empty where it has none."""
    bars = column.get("histogram", ())
    if not bars:
        return Markup()
    most = max(bar["share_bp"] for bar in bars) or 1
    width = _WIDTH // len(bars)
    drawn = [
        Markup('<rect x="{}" y="{}" width="{}" height="{}"><title>{} – {}: {}</title></rect>').format(
            place * width,
            _HEIGHT - _tall(bar["share_bp"], most),
            max(width - 1, 1),
            _tall(bar["share_bp"], most),
            bar["low"],
            bar["high"],
            _percent(bar["share_bp"]),
        )
        for place, bar in enumerate(bars)
    ]
    return _svg(_WIDTH, _HEIGHT, title, drawn)


def missing(columns: Sequence[dict[str, Any]], title: str) -> Markup:
    """One bar a column: the share of its cells that are missing."""
    drawn = []
    for place, column in enumerate(columns):
        top, share = place * _ROW, column["missing_bp"]
        drawn.append(
            Markup(
                '<text x="0" y="{}" font-size="11">{}</text>'
                '<rect x="{}" y="{}" width="{}" height="10"></rect>'
                '<text x="{}" y="{}" font-size="11">{}</text>'
            ).format(
                top + 12,
                column["name"][:10],
                _NAME,
                top + 3,
                max(share * _WIDTH // 10_000, 1 if share else 0),
                _NAME + share * _WIDTH // 10_000 + 6,
                top + 12,
                _percent(share),
            )
        )
    return _svg(_NAME + _WIDTH + 60, _ROW * max(len(columns), 1), title, drawn)


def _tall(share: int, most: int) -> int:
    return max(share * (_HEIGHT - 2) // most, 1 if share else 0)


def _percent(share_bp: int) -> str:
    return f"{share_bp // 100}.{share_bp % 100:02}%"


def _svg(width: int, height: int, title: str, drawn: Sequence[Markup]) -> Markup:
    start = Markup(
        '<svg role="img" viewBox="0 0 {} {}" width="{}" height="{}" fill="currentColor" class="chart" '
        "><title>{}</title>"
    ).format(width, height, width, height, escape(title))
    return start + Markup().join(drawn) + Markup("</svg>")
