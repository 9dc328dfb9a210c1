"""A table's profile (数据画像) as data: what ``profile`` finds, in the types that canonical JSON has.

* No floats: shares are basis points, numbers and dates are texts.
* Nothing personal: see ``profile`` for what is left out and masked.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

__all__ = [
    "Bar", "Column", "ColumnType", "Frequent", "Important", "Personal", "Profile", "Ragged", "basis_points",
]  # fmt: skip

ColumnType: TypeAlias = Literal["integer", "decimal", "date", "datetime", "boolean", "text", "empty"]


def basis_points(part: int, whole: int) -> int:
    """``part`` of ``whole`` in basis points, rounded half up; ``whole`` is above nothing."""
    return (part * 20_000 + whole) // (2 * whole)


class Frequent(msgspec.Struct, frozen=True, kw_only=True):
    """A frequent value, how often it occurs, and its share of the cells that are not missing."""

    value: str
    count: int
    share_bp: int


class Personal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a column looks personal; ``share_bp`` of ``sampled`` distinct values match."""

    kind: str
    basis: str
    share_bp: int
    sampled: int


class Important(msgspec.Struct, frozen=True, kw_only=True):
    """Why a column may be important data: the kind, and what says so."""

    kind: str
    basis: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of a histogram: from ``low`` to ``high``, and its share of the values drawn."""

    low: str
    high: str
    share_bp: int


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column.

    ``lowest`` and ``highest`` are of the column's type; ``distinct_error_bp`` is one standard error.
    ``quantiles`` are those at 5, 25, 50, 75 and 95 percent; they and ``histogram`` are exact, or of a sample
    of ``drawn_from`` rows, where a quantile's rank has a standard error of 50 percent / sqrt(drawn_from).
    """

    name: str
    type: ColumnType
    missing: int
    missing_bp: int
    other: int
    distinct: int
    distinct_method: Literal["exact", "estimate"]
    distinct_error_bp: int = 0
    lowest: str | None = None
    highest: str | None = None
    shortest: int | None = None
    longest: int | None = None
    frequent: tuple[Frequent, ...] = ()
    quantiles: tuple[str, ...] = ()
    histogram: tuple[Bar, ...] = ()
    drawn_from: int = 0
    personal: Personal | None = None
    important: Important | None = None


class Ragged(msgspec.Struct, frozen=True, kw_only=True):
    """A row that has another number of cells than the table has columns; ``line`` is where it begins."""

    line: int
    expected: int
    found: int


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a table holds. ``encoding`` and ``delimiter`` are a CSV's, ``sheet`` a workbook's.

    ``rows`` are those that the columns describe: without header, blank and ragged ones.
    """

    encoding: str
    delimiter: str
    header: bool
    size: int
    rows: int
    blank: int
    ragged: int
    ragged_examples: tuple[Ragged, ...]
    columns: tuple[Column, ...]
    format: str = "csv"
    sheet: str = ""

    def to_json(self) -> dict[str, Any]:
        """The profile in the types that canonical JSON has."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return plain

    @property
    def personal_columns(self) -> tuple[Column, ...]:
        """The columns that look personal."""
        return tuple(column for column in self.columns if column.personal)

    @property
    def marked(self) -> tuple[Column, ...]:
        """The columns about which a person has to decide: they look personal or important."""
        return tuple(column for column in self.columns if column.personal or column.important)
