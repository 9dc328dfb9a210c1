"""What the XML of a sheet says beside its values: merged ranges, formulas that were saved without a value,
and references over so many cells that a program that fills them in would never end.

* Read as a stream of bytes with regular expressions: nothing is built, nothing is expanded.
* A formula has a value when one was saved with it; one whose text result is empty has (``t="str"``).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from openpyxl.utils.cell import column_index_from_string, range_boundaries

from wusong.data.intake.header import Merge

__all__ = ["Formulas", "Marks", "area", "scan"]

_PIECE: Final = 1 << 20
_KEPT: Final = 1 << 16  # no cell or reference is longer
_MERGE: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_SPREAD: Final = re.compile(
    rb'<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"'
)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*(?:(?<=/)>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v\s*/?>[^<]?)?"
)
_PLACE: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_MAX_MERGES: Final = 10_000


@dataclass(slots=True)
class Formulas:
    """Formulas of a column that have no value: how many, and the row of the first."""

    count: int
    row: int


@dataclass(slots=True)
class Marks:
    """What was found: ``merges`` (some ten thousand at most), ``empty`` formulas by column from 0."""

    merges: list[Merge] = field(default_factory=list)
    empty: dict[int, Formulas] = field(default_factory=dict)


def scan(stream: BinaryIO, path: str) -> Marks:
    """The marks of the sheet at ``path`` in a workbook. Raises what reading a broken zip raises."""
    marks = Marks()
    for text, last in _pieces(stream, path):
        for match in _settled(_MERGE, text, last):
            if len(marks.merges) < _MAX_MERGES:
                marks.merges.append(_merge(match[1].decode()))
        if _FORMULA.search(text):
            for match in _settled(_CELL, text, last):
                _formula(marks, match)
    return marks


def area(stream: BinaryIO, path: str) -> int:
    """How many cells merges and links of a sheet reach over, all together."""
    found = 0
    for text, last in _pieces(stream, path):
        for match in _settled(_SPREAD, text, last):
            first_row, first, last_row, end = _merge(match[1].decode())
            found += (last_row - first_row + 1) * (end - first + 1)
    return found


def _pieces(stream: BinaryIO, path: str) -> Iterator[tuple[bytes, int]]:
    """Overlapping pieces, each with the place up to which what begins there is whole."""
    with zipfile.ZipFile(stream) as archive, archive.open(path) as part:
        text = part.read(_PIECE)
        while piece := part.read(_PIECE):
            yield text, max(0, len(text) - _KEPT)
            text = text[-_KEPT:] + piece
        yield text, len(text)


def _settled(pattern: re.Pattern[bytes], text: bytes, last: int) -> Iterator[re.Match[bytes]]:
    """The matches that begin before ``last``; the others come again with the next piece."""
    for match in pattern.finditer(text):
        if match.start() >= last:
            return
        yield match


def _formula(marks: Marks, match: re.Match[bytes]) -> None:
    attributes, value = match[1], match[2]
    if value and (not value.endswith(b">") or b't="str"' in attributes):
        return
    place = _PLACE.search(attributes)
    if place is None:
        return
    row = int(place[2])
    found = marks.empty.setdefault(column_index_from_string(place[1].decode()) - 1, Formulas(0, row))
    found.count += 1


def _merge(text: str) -> Merge:
    first, top, last, bottom = (bound or 1 for bound in range_boundaries(text))
    return top - 1, first - 1, bottom - 1, last - 1
