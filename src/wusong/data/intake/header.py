"""Which rows at a table's top name its columns, and the names made of them.

* A first row that looks like data is data: the columns are then called 列1, 列2 and so on.
* In a workbook a header may stand on several rows, with cells merged over their columns: the names are
  joined, ``住所/区``; a title over the whole table is left out.
* Names are never empty, never equal, never personal, in NFC as canonical JSON demands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from wusong.crypto import canonical
from wusong.data.intake import personal
from wusong.data.intake.kinds import cell_kind
from wusong.data.names import looks_like_name

__all__ = ["Merge", "depth", "joined", "looks_like_header", "names", "title_rows"]

Merge = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, all from 0."""

_SAMPLE: Final = 2_000
_DEPTH: Final = 6


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: texts only, none of them personal, none twice, and none like
    the rows below.
    """
    named = [cell.strip() for cell in rows[0] if cell.strip()]
    if not named or len(set(named)) != len(named):
        return False
    if not all(cell_kind(cell) == "text" and not personal.contains(cell) for cell in named):
        return False
    return any(map(personal.header_kind, named)) or not _is_like_the_rest(rows)


def names(cells: Iterable[str]) -> list[str]:
    """Column names from the cells of a header, blank where there is none."""
    made: list[str] = []
    for number, cell in enumerate(cells, 1):
        text = canonical.to_text(" ".join(cell.split()))[:200] or f"列{number}"
        made.append(_unused(personal.mask(text) if personal.contains(text) else text, made))
    return made


def title_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top hold one cell only while the table below is wider: titles, units, notes."""
    wide = max((sum(bool(cell) for cell in row) for row in rows[:20]), default=0)
    count = 0
    for row in rows[:_DEPTH]:
        if sum(bool(cell) for cell in row) > 1 or wide < 3:
            break
        count += 1
    return count


def depth(top: int, merges: Iterable[Merge]) -> int:
    """How many rows the header takes that begins in row ``top``, as its merged cells tell."""
    rows, known = 1, list(merges)
    for _ in range(_DEPTH):
        reach = max((_reach(merge, top, rows) for merge in known), default=rows)
        if reach <= rows:
            break
        rows = min(reach, _DEPTH)
    return rows


def joined(rows: Sequence[Sequence[str]], top: int, merges: Iterable[Merge]) -> list[str]:
    """The cells of a header of several rows as one row; what is merged counts for every column it covers."""
    cells = [list(row) for row in rows]
    for first_row, first, last_row, last in merges:
        if not top <= first_row < top + len(cells):
            continue
        text = cells[first_row - top][first] if first < len(cells[first_row - top]) else ""
        for row in range(first_row - top, min(last_row - top + 1, len(cells))):
            for column in range(first, min(last + 1, len(cells[row]))):
                cells[row][column] = text
    return ["/".join(dict.fromkeys(part for part in column if part)) for column in zip(*cells, strict=True)]


def _reach(merge: Merge, top: int, rows: int) -> int:
    """The rows that a merged cell of the header's rows makes it take: those it covers, and the one under a
    cell that covers several columns.
    """
    first_row, first, last_row, last = merge
    if not top <= first_row < top + rows:
        return 0
    return last_row - top + (2 if last > first else 1)


def _is_like_the_rest(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is one more person, or holds nothing that does not stand below it as well."""
    below = [tuple(column) for column in zip(*(row for row in rows[1:] if row != rows[0]), strict=False)]
    if rows[0] and below and all(cell in column for cell, column in zip(rows[0], below, strict=False)):
        return True
    columns = zip(*rows[:_SAMPLE], strict=False)
    return any(looks_like_name(cells[0]) and _are_names(cells[1:]) for cells in columns)


def _are_names(cells: Iterable[str]) -> bool:
    found = personal.judge_column("", {cell for cell in cells if cell.strip()})
    return found is not None and found.kind == "person-name"


def _unused(name: str, made: list[str]) -> str:
    if name not in made:
        return name
    return next(other for n in range(2, len(made) + 3) if (other := f"{name} ({n})") not in made)
