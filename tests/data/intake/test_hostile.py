"""Files made to exhaust or mislead whoever reads them: each is refused by name, early, in little memory.

Memory is measured where Python allocates it: a test fails when a reader gathers what it should let go.
"""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from data.intake.test_open import HEAD, ROWS, parquet, workbook, zipped
from wusong.data.intake import attached, container, directory, memory
from wusong.data.intake.checks import check
from wusong.data.intake.open import table
from wusong.errors import DataError

MIB = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


class Endless(io.RawIOBase):
    """A file of so many bytes that is nowhere: a beginning, then the same over and over."""

    def __init__(self, start: bytes, again: bytes, size: int) -> None:
        self._start, self._again, self._at, self.left = start, again, 0, size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._start:
            text, self._start = self._start, b""
            return text
        size = min(size, self.left) if size >= 0 else self.left
        text = (self._again * (size // len(self._again) + 2))[self._at : self._at + size]
        self._at = (self._at + size) % len(self._again)
        self.left -= size
        return text


def code_of(source: object, name: str = "") -> str:
    with pytest.raises(DataError) as refused, table(source, name) as found:  # type: ignore[arg-type]
        for _ in found.blocks():
            pass
    assert "{" not in str(refused.value.explain("zh"))
    return refused.value.code


def peak_of(source: object) -> tuple[str, int]:
    """What a source is refused as, and the most bytes that Python held meanwhile."""
    tracemalloc.start()
    try:
        return code_of(source), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "start", "again", "wanted"),
    [
        ("one cell of a gigabyte", "名称,数量\n甲,".encode(), b"x" * 1000, "csv-line-too-long"),
        ("a quote never closed", '名称,数量\n甲,"'.encode(), b"x\n" * 500, "csv-malformed"),
        ("a million columns", b"", b",", "csv-line-too-long"),
        ("NUL bytes after text", "名称,数量\n".encode() + b"a,1\n" * 70_000, b"a\0,1\n", "csv-nul"),
        ("nothing but NUL bytes", b"", b"\0", "csv-encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_gigabyte_of_it_is_refused_early(name: str, start: bytes, again: bytes, wanted: str) -> None:
    source = Endless(start, again, 1024 * MIB)
    found, peak = peak_of(source)
    assert found == wanted, name
    assert source.left > 1000 * MIB, "it was read on"
    assert peak < 64 * MIB


def test_a_row_of_a_million_cells_is_refused_before_there_are_many() -> None:
    row = b"," * 1_000_000 + b"\n"
    found, peak = peak_of(Endless(row, row, 64 * MIB))
    assert found == "csv-too-many-columns"
    assert peak < 256 * MIB


def test_rows_of_a_million_cells_below_a_table_are_left_out_a_few_at_a_time() -> None:
    row = b"," * 1_000_000 + b"\n"
    tracemalloc.start()
    try:
        checked = check(Endless("名称,数量\n甲,1\n".encode(), row, 12 * MIB))  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (checked.profile.rows, checked.profile.ragged > 8) == (1, True)
    assert peak < 192 * MIB


def test_ends_of_lines_may_be_mixed() -> None:
    with table("甲,乙\r\n1,2\r3,4\n5,6\r\n".encode()) as found:
        assert [row for block in found.blocks() for row in block] == [["1", "2"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize("columns", [2_000, 2_001])
def test_columns_are_taken_up_to_two_thousand(columns: int) -> None:
    content = (",".join(f"c{n}" for n in range(columns)) + "\n" + ",".join("1" * columns) + "\n").encode()
    if columns == 2_001:
        assert code_of(content) == "csv-too-many-columns"
        assert code_of(workbook([f"c{n}" for n in range(columns)], [1] * columns)) == "table-too-wide"
    else:
        with table(content) as found:
            assert len(found.columns) == columns


# -- workbooks --------


def sheet(xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    with zipfile.ZipFile(io.BytesIO(workbook(HEAD, *ROWS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(**parts | {SHEET: f"<worksheet {NAMESPACE}>{xml}</worksheet>".encode()})


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'spreadsheetml.sharedStrings+xml"/></Types>'
)


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_entities_are_expanded_in_no_part(part: str) -> None:
    bomb = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst xmlns="x"><si><t>&b;</t></si></sst>'
    with zipfile.ZipFile(io.BytesIO(workbook(HEAD, *ROWS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types if b"sharedStrings" in types else types.replace(b"</Types>", SHARED)
    assert code_of(zipped(**parts | {part: bomb})) == "table-damaged"


@pytest.mark.parametrize(
    ("name", "xml", "wanted"),
    [
        (
            "a row a thousand million rows away",
            f"<sheetData>{row(1, text('A1', '名'))}{row(999_999_999, text('A999999999', '甲'))}</sheetData>",
            "table-too-many-cells",
        ),
        (
            "a cell in column 18,278 of every row",
            "<sheetData>" + "".join(row(n, f'<c r="ZZZ{n}"/>') for n in range(1, 2_800)) + "</sheetData>",
            "table-too-many-cells",
        ),
        (
            "a column that cannot be",
            f"<sheetData>{row(1, text('ABCDE1', '名称'))}</sheetData>",
            "table-damaged",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("a ") else "",
)
def test_cells_far_away_are_refused(name: str, xml: str, wanted: str) -> None:
    assert code_of(sheet(xml)) == wanted, name


@pytest.mark.parametrize("tag", ["mergeCell", "hyperlink"])
def test_a_catalogue_in_which_one_reference_covers_a_whole_sheet_is_refused(tag: str) -> None:
    around = {"mergeCell": "mergeCells", "hyperlink": "hyperlinks"}[tag]
    cells = row(1, text("A1", "资源名称"))
    xml = f'<sheetData>{cells}</sheetData><{around}><{tag} ref="A1:XFD1048576"/></{around}>'
    with pytest.raises(DataError, match="table-too-many-cells"):
        directory.read(sheet(xml))


def test_a_catalogue_whose_last_row_is_a_million_below_is_refused() -> None:
    cells = f"{row(1, text('A1', '资源名称'))}{row(1_048_576, text('A1048576', '甲'))}"
    with pytest.raises(DataError, match="directory-too-long"):
        directory.read(sheet(f"<sheetData>{cells}</sheetData>"))


def test_formulas_without_a_value_are_told_by_their_first_cell() -> None:
    cells = (
        row(1, text("A1", "名称"), text("B1", "数量"), text("C1", "合计"))
        + row(2, text("A2", "甲"), '<c r="B2"><v>1</v></c>', '<c r="C2"><f>B2*2</f><v>2</v></c>')
        + row(3, text("A3", "乙"), '<c r="B3"><f>1+1</f></c>', '<c r="C3"><f>B3*2</f><v/></c>')
        + row(
            4, text("A4", "丙"), '<c r="B4"><f>1+2</f><v></v></c>', '<c r="C4" t="str"><f>""</f><v></v></c>'
        )
        + row(5, text("A5", "丁"), '<c r="B5"><f t="shared" si="0"/><v>5</v></c>', '<c r="C5"><v>9</v></c>')
    )
    found = {one.column: one for one in check(sheet(f"<sheetData>{cells}</sheetData>")).findings}
    told = {name: (one.code, one.count, one.row, one.example) for name, one in found.items()}
    assert told == {
        "数量": ("formula-without-value", 2, 3, "B3"),
        "合计": ("formula-without-value", 1, 3, "C3"),
    }


def test_a_formula_between_two_pieces_of_a_sheet_is_counted_once() -> None:
    rows = "".join(
        row(n, text(f"A{n}", "甲" * 30), f'<c r="B{n}"><f>1+{n}</f></c>') for n in range(2, 20_002)
    )
    content = sheet(f"<sheetData>{row(1, text('A1', '名称'), text('B1', '数'))}{rows}</sheetData>")
    (found,) = [one for one in check(content).findings if one.code == "formula-without-value"]
    assert (found.count, found.row, found.example) == (20_000, 2, "B2")


def test_a_formula_in_a_catalogue_is_a_fault_of_its_cell() -> None:
    book = openpyxl.load_workbook(io.BytesIO(directory.template()))
    at = book[directory.SHEET]
    at["A3"] = '="资源"&"一"'
    out = io.BytesIO()
    book.save(out)
    (entry,) = directory.read(out.getvalue())
    assert [one.zh for one in entry.faults if one.title == "资源名称"] == ["资源名称为公式，请粘贴为值"]


# -- zips --------


def test_a_zip_in_a_workbook_is_not_opened() -> None:
    inner = zipped(a=b"0" * MIB)
    for _ in range(20):
        inner = zipped(a=inner)
    with zipfile.ZipFile(io.BytesIO(workbook(HEAD, *ROWS))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with table(zipped(**parts | {"xl/embeddings/a.zip": inner})) as found:
        assert sum(len(block) for block in found.blocks()) == 3
    assert code_of(inner, "a.zip") == "table-format"


def names(*files: tuple[str, bytes]) -> list[tuple[str, bytes]]:
    return list(attached.unpacked(files))


def test_a_zip_of_data_files_gives_them_by_their_names_without_folders() -> None:
    packed = zipped(**{"表/甲.csv": b"1", "乙.csv": b"2", "__MACOSX/表/._甲.csv": b"3", "表/.DS_Store": b"4"})
    assert names(("目录.zip", packed), ("c:\\x\\丙.csv", b"5")) == [
        ("甲.csv", b"1"), ("乙.csv", b"2"), ("丙.csv", b"5"),
    ]  # fmt: skip


def test_names_that_windows_packed_in_gbk_are_read() -> None:
    packed = zipped(**{"XXXX.csv": b"1"}).replace(b"XXXX", "甲乙".encode("gbk"))
    assert names(("a.zip", packed)) == [("甲乙.csv", b"1")]


def test_a_zip_that_would_unpack_to_too_much_or_not_at_all_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(container, "MAX_UNPACKED", 4 * MIB)
    with pytest.raises(DataError, match="table-bomb"):
        names(("a.zip", zipped(a=bytes(5 * MIB))))
    whole = zipped(a=b"content")
    with pytest.raises(DataError, match="files-archive"):
        names(("a.zip", whole[: len(whole) // 2]))
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match="files-archive"):
        names(("a.zip", bytes(locked)))


def test_a_zip_whose_directory_lies_unpacks_no_more_than_it_says() -> None:
    packed = bytearray(zipped(a=bytes(8 * MIB)))
    at = packed.index(b"PK\x01\x02") + 24
    packed[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(DataError, match="files-archive"):
        names(("a.zip", bytes(packed)))


# -- Parquet --------


def damaged(content: bytes) -> Iterator[bytes]:
    """Footers that say something else than the file holds."""
    length = struct.unpack("<I", content[-8:-4])[0]
    for size in (0, 1, length - 1, length + 1, len(content), 0x7FFFFFFF, 0xFFFFFFFF):
        yield content[:-8] + struct.pack("<I", size) + b"PAR1"
    footer = len(content) - 8 - length
    for at in range(footer, len(content) - 8, 7):
        yield content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
    yield content[: footer // 2] + content[footer:]


def test_a_footer_that_lies_gives_a_refusal_or_a_table_and_nothing_else(tmp_path: Path) -> None:
    whole = parquet(tmp_path, "SELECT range AS a, 'x' || range AS b FROM range(1000)")
    refused = set()
    for content in damaged(whole):
        try:
            with table(content, "a.parquet") as found:
                assert sum(len(block) for block in found.blocks()) <= 1_000_000
        except DataError as error:
            refused.add(error.code)
    assert "table-damaged" in refused
    assert refused <= {
        "table-damaged",
        "table-bomb",
        "table-nested",
        "table-too-many-cells",
        "table-too-wide",
    }


# -- nothing on the disk --------


def test_no_stream_of_any_format_is_written_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = parquet(tmp_path, "SELECT range AS a, 'x' || range AS b FROM range(100)")
    every = (whole, workbook(HEAD, *ROWS), "名称,数量\n甲,1\n".encode())

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("tempfile._mkstemp_inner", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    for content in every:
        for source in (content, io.BytesIO(content), Endless(content, b" ", 0)):
            with table(source) as found:  # type: ignore[arg-type]
                assert sum(len(block) for block in found.blocks()) > 0


def test_a_stream_that_is_too_large_for_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 4 * MIB)
    source = Endless(b"PAR1", b"x" * 1000, 64 * MIB)
    assert code_of(source) == "table-stream-too-large"
    assert source.left > 50 * MIB
