"""Line ends tell whether a file has blank lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from wusong.data.intake import lines
from wusong.data.intake.lines import Lines

CASES = [
    ("rows", b"a,b\n1,2\n", 2, True),
    ("rows, the last without an end", b"a,b\n1,2", 2, True),
    ("a blank line", b"a,b\n\n1,2\n", 2, False),
    ("a blank line at the end", b"a,b\n1,2\n\n", 2, False),
    ("a blank line that a missing end makes up for", b"a,b\n\n1,2", 2, False),
    ("an end within a cell", b'a,b\n"1\n2",2\n', 2, True),
    ("an end within a cell, and a blank line", b'a,b\n"1\n2",2\n\n', 2, False),
    ("Windows", b"a,b\r\n1,2\r\n", 2, True),
    ("Windows, a blank line", b"a,b\r\n\r\n1,2\r\n", 2, False),
    ("of both kinds", b"a,b\r\n1,2\n", 2, True),
    ("old, a blank line", b"a,b\r\r1,2\r", 2, False),
    ("old, made up for by new ones", b"a,b\r1,2\n\n3,4\n", 3, False),
]


@pytest.mark.parametrize("piece", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize(
    ("content", "rows", "fine"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_lines_are_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, rows: int, fine: bool, piece: int
) -> None:
    monkeypatch.setattr(lines, "_PIECE", piece)
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert Lines.of(path).are_rows(rows, columns=2) is fine


def test_a_single_column_is_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n\n1\n")
    assert not Lines.of(path).are_rows(3, columns=1)


def test_what_is_beyond_ascii_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, plain in ((b"a,b\n", True), ("a,甲\n".encode(), False)):
        path.write_bytes(content)
        assert Lines.of(path).ascii is plain
