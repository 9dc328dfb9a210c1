"""What is wrong with the values of a table: found in the same pass as its profile, shown to nobody in full.

* Every finding has a code, a place (column, first row), a count, and an example that is masked when personal.
* Nothing is mended. A guess (lost zeros, cut digits, a key that repeats) is made for whole columns, never for
  one cell.
* Rows are counted from 1 with the header as row 1, as a spreadsheet shows them; lines inside quoted cells and
  rows that were left out are not counted.
* Equal rows are compared within the first ``COMPARED`` rows, by 16 bytes of a hash each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from wusong.crypto.suites import INTL
from wusong.data.intake import personal
from wusong.data.intake.columns import PLACES, ColumnSoFar, few
from wusong.data.intake.finding import Finding, FindingCode, shown
from wusong.data.intake.open import Rows, Source, Table, table
from wusong.data.intake.picture import Profile
from wusong.data.intake.profile import counted, described
from wusong.errors import DataError

__all__ = ["COMPARED", "Checked", "check", "encodings"]

COMPARED: Final = 1_000_000
_KEYS: Final = 200_000
_KEY_HEADER: Final = re.compile(
    r"编号|编码|代码|流水号|序号|单号|证号|^id$|_id$|code$|^no\.?$", re.IGNORECASE
)
_WIDTH_HEADER: Final = re.compile(
    rf"{_KEY_HEADER.pattern}|身份证|证件号|证照号|手机|移动电话|信用代码|mobile", re.IGNORECASE
)
_USUAL: Final = 8  # digits from which a number is expected to be as long as the others
_WIDTHS: Final = 32
_DATE_HEADER: Final = re.compile(r"日期|时间|年月日|date|生日|到期", re.IGNORECASE)
_IDENTITY: Final = re.compile(r"[1-9]\d{16}[0-9Xx]", re.ASCII)
_ERRORS: Final = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_ANY: Final = re.compile(r"[０-９]|\d,\d{3}|^\s|\s$|^#[A-Z]|\d{15}|\d\.\d+[Ee]\+1[4-9]|^\d{5}$", re.MULTILINE)
_NUMBERS: Final = frozenset({"identity-check", "digits-cut"})
_PLAIN: Final = re.compile(r"^\d+$", re.ASCII)
_SERIAL: Final = range(20_000, 60_000)


def _full_width(cell: str) -> bool:
    return re.search("[０-９]", cell) is not None


def _thousands(cell: str) -> bool:
    return re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", cell.strip(), re.ASCII) is not None


def _blanks(cell: str) -> bool:
    return bool(cell.strip()) and cell != cell.strip()


def _formula_error(cell: str) -> bool:
    return cell.strip() in _ERRORS


def _cut(cell: str) -> bool:
    """A number of 16 digits or more of which a spreadsheet kept fifteen."""
    text = cell.strip().strip("'")
    found = personal.detect(text)
    if found is not None:
        return found.kind == "identity-number-truncated"
    return re.fullmatch(r"[1-9]\d{14}0{1,5}|[1-9]\.\d{4,14}[Ee]\+1[5-9]", text, re.ASCII) is not None


def _identity_wrong(cell: str) -> bool:
    """The form, province and date of an identity number, and a check digit that does not fit."""
    text = cell.strip()
    if not _IDENTITY.fullmatch(text) or _cut(text):
        return False
    right = text[:17] + personal.identity_check_digit(text[:17])
    found = personal.detect(right)
    return found is not None and found.kind == "identity-number" and text.upper() != right


_CELLS: Final[tuple[tuple[FindingCode, Callable[[str], bool]], ...]] = (
    ("full-width-digits", _full_width),
    ("thousands-separator", _thousands),
    ("surrounding-blanks", _blanks),
    ("formula-error", _formula_error),
    ("digits-cut", _cut),
    ("identity-check", _identity_wrong),
)


@dataclass(slots=True)
class _Seen:
    """How often something was found in a column, where first, and what it was there."""

    count: int
    row: int
    example: str


@dataclass(slots=True)
class _Column:
    name: str
    found: dict[FindingCode, _Seen] = field(default_factory=dict)
    lengths: Counter[int] = field(default_factory=Counter)
    short: dict[int, tuple[int, str]] = field(default_factory=dict)
    zeros: int = 0
    digits: int = 0
    filled: int = 0
    serial: _Seen | None = None
    keys: dict[bytes, int] | None = None
    twice: _Seen | None = None
    widths: Counter[int] = field(default_factory=Counter)
    places: dict[int, list[int]] = field(default_factory=dict)

    def add(self, cells: Sequence[str], first: int) -> None:
        if _ANY.search("\n".join(cells)):
            self._look(cells, first)
        if _KEY_HEADER.search(self.name):
            self._code(cells, first)
        if len(self.widths) <= _WIDTHS and _WIDTH_HEADER.search(self.name):
            self._measure(cells, first)
        if _DATE_HEADER.search(self.name):
            self._dates(cells, first)

    def _look(self, cells: Sequence[str], first: int) -> None:
        for row, cell in enumerate(cells, first):
            if not cell or not _ANY.search(cell):
                continue
            for code, is_so in _CELLS:
                if is_so(cell):
                    # a number whose check digit fails may be somebody's all the same
                    example = personal.mask(cell) if code in _NUMBERS else shown(cell)
                    seen = self.found.setdefault(code, _Seen(0, row, example))
                    seen.count += 1

    def _code(self, cells: Sequence[str], first: int) -> None:
        for row, cell in enumerate(cells, first):
            if not cell:
                continue
            self.filled += 1
            if _PLAIN.match(cell):
                self.digits += 1
                self.zeros += cell[0] == "0"
                self.lengths[len(cell)] += 1
                self.short.setdefault(len(cell), (row, cell))
            self._key(cell, row)

    def _key(self, cell: str, row: int) -> None:
        if self.keys is None or len(self.keys) >= _KEYS:
            return
        mark = INTL.hash(cell.encode())[:16]
        if mark in self.keys:
            self.twice = self.twice or _Seen(0, row, shown(cell))
            self.twice.count += 1
        else:
            self.keys[mark] = row

    def _measure(self, cells: Sequence[str], first: int) -> None:
        """How long the values are, and where the first of each length stand."""
        found = [len(cell.strip()) for cell in cells]
        widths = Counter(found)
        del widths[0]
        self.widths += widths
        for width in widths:
            places = self.places.setdefault(width, [])
            if len(places) < PLACES:
                rows = (row for row, one in enumerate(found, first) if one == width)
                places.extend(islice(rows, PLACES - len(places)))

    def _odd_length(self, sheet: str) -> Finding | None:
        if not self.widths or len(self.widths) > _WIDTHS:
            return None
        usual, count = self.widths.most_common(1)[0]
        odd = self.widths.total() - count
        if usual < _USUAL or not few(odd, odd + count):
            return None
        rows = sorted(row for width, places in self.places.items() if width != usual for row in places)
        return Finding(
            code="odd-length",
            count=odd,
            row=rows[0],
            column=self.name,
            sheet=sheet,
            example=str(usual),
            rows=tuple(rows[:PLACES]),
        )

    def _dates(self, cells: Sequence[str], first: int) -> None:
        for row, cell in enumerate(cells, first):
            if len(cell) == 5 and cell.isdecimal() and int(cell) in _SERIAL:
                self.serial = self.serial or _Seen(0, row, cell)
                self.serial.count += 1

    def findings(self, sheet: str) -> Iterable[Finding]:
        found: dict[FindingCode, _Seen] = dict(self.found)
        if self.serial:
            found["serial-date"] = self.serial
        lost = self._lost_zeros()
        if lost:
            found["leading-zeros-lost"] = lost
        # A column of which more than one value in a hundred repeats is no key.
        if self.twice and self.keys is not None and self.twice.count * 100 <= len(self.keys):
            found["duplicate-key"] = self.twice
        odd = None if lost else self._odd_length(sheet)
        if odd is not None:
            yield odd
        for code, seen in found.items():
            yield Finding(
                code=code, count=seen.count, row=seen.row, column=self.name, sheet=sheet, example=seen.example
            )

    def _lost_zeros(self) -> _Seen | None:
        """Codes of digits, none with a zero before it, of which a few are one digit shorter than the rest."""
        if self.zeros or self.digits != self.filled or not self.lengths:
            return None
        usual, count = self.lengths.most_common(1)[0]
        fewer = self.lengths[usual - 1]
        if not fewer or usual < 4 or count + fewer != self.digits or count < 4 * fewer:
            return None
        row, cell = self.short[usual - 1]
        return _Seen(fewer, row, shown(cell))


class _Checker:
    """Looks at the blocks of a table as they pass."""

    def __init__(self, found: Table) -> None:
        self._sheet = found.sheet
        self._row = 2 if found.header else 1
        self._columns = [
            _Column(name, keys={} if _KEY_HEADER.search(name) else None) for name in found.columns
        ]
        self._marks: set[bytes] = set()
        self._twice: _Seen | None = None

    def __call__(self, block: Rows) -> None:
        self._compare(block)
        for column, cells in zip(self._columns, zip(*block, strict=True), strict=bool(block)):
            column.add(cells, self._row)
        self._row += len(block)

    def _compare(self, block: Rows) -> None:
        for row, cells in enumerate(block, self._row):
            if row > COMPARED:
                return
            mark = INTL.hash("\x1f".join(cells).encode())[:16]
            if mark in self._marks:
                self._twice = self._twice or _Seen(0, row, "")
                self._twice.count += 1
            else:
                self._marks.add(mark)

    def findings(self) -> list[Finding]:
        found = [one for column in self._columns for one in column.findings(self._sheet)]
        if self._twice:
            twice = Finding(
                code="duplicate-rows", count=self._twice.count, row=self._twice.row, sheet=self._sheet
            )
            found.append(twice)
        return found


@dataclass(frozen=True, slots=True)
class Checked:
    """A table's profile and everything that was found in it."""

    profile: Profile
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """Both, for programs."""
        return {
            "findings": [finding.to_json() for finding in self.findings],
            "profile": self.profile.to_json(),
        }


def check(source: Source, name: str = "", *, sheet: str = "") -> Checked:
    """Profile a table and look for what is wrong with it, in one pass.

    Raises DataError as ``open.table`` does; ``csv-mixed-encodings`` where that is why a CSV cannot be read.
    """
    try:
        with table(source, name, sheet=sheet) as found:
            checker = _Checker(found)
            rows, columns = counted(found, [checker])
            profile = described(found, rows, tuple(column.result(rows) for column in columns))
            odd = _odd(found, rows, columns, profile)
            return Checked(profile, (*found.findings, *checker.findings(), *odd))
    except DataError as error:
        if error.code != "csv-encoding":
            raise
        raise encodings(source) or error from None


def _odd(found: Table, rows: int, columns: Sequence[ColumnSoFar], profile: Profile) -> Iterable[Finding]:
    """Values that do not fit their column's type, with their first places."""
    begin = 2 if found.header else 1
    for column, told in zip(columns, profile.columns, strict=True):
        odd = column.odd(rows)
        if odd is None:
            continue
        example = odd.first[0][1]
        yield Finding(
            code="odd-value",
            count=odd.number,
            row=odd.first[0][0] + begin,
            column=column.name,
            sheet=found.sheet,
            example=personal.mask(example) if told.personal else shown(example),
            rows=tuple(at + begin for at, _ in odd.first),
        )


def encodings(source: Source) -> DataError | None:
    """How a text that is in no one encoding is in two: so many lines of each, and where the second begins;
    None when that is not what is wrong, or the source cannot be read again.
    """
    if isinstance(source, Path):
        with source.open("rb") as stream:
            return _mixed(stream)
    if isinstance(source, bytes):
        return _mixed_lines(source.splitlines())
    if not source.seekable():
        return None
    source.seek(0)
    return _mixed(source)


def _mixed(stream: BinaryIO) -> DataError | None:
    return _mixed_lines(stream)


def _mixed_lines(lines: Iterable[bytes]) -> DataError | None:
    counts: Counter[str] = Counter()
    first = 0
    for number, line in enumerate(lines, 1):
        encoding = _encoding(line)
        if encoding == "":
            return None
        counts[encoding] += 1
        if encoding == "gb18030" and not first:
            first = number
    if not (counts["utf-8"] and counts["gb18030"]):
        return None
    return DataError("csv-mixed-encodings", gb=counts["gb18030"], line=first, utf=counts["utf-8"])


def _encoding(line: bytes) -> str:
    """``ascii``, ``utf-8`` or ``gb18030``; empty for none. A single broken character is none: read as
    GB18030, a damaged line would make sense by accident.
    """
    if line.isascii():
        return "ascii"
    try:
        line.decode()
    except UnicodeDecodeError:
        broken = line.decode("utf-8", "replace").count("\ufffd")
    else:
        return "utf-8"
    try:
        wide = sum(not character.isascii() for character in line.decode("gb18030"))
    except UnicodeDecodeError:
        return ""
    return "gb18030" if broken > 1 and wide > 1 else ""
