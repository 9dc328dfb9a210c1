"""Who may do what."""

from __future__ import annotations

import pytest

from contract.show.test_prose import STORY
from contract.worlds import page as load
from wusong.contract.show.table import as_html, as_markdown, as_rows, table

PAGE = load(STORY).page
ROWS = [
    ("store", ("signs", "learns", "learns", "learns", ""), "new → Stored"),
    ("pledge", ("together", "together", "together", "learns", ""), "Stored"),
    ("divide", ("learns", "together", "filled", "", ""), "Stored → Split"),
    ("release", ("learns", "learns", "learns", "learns", "signs"), "Stored → Released"),
]


@pytest.mark.parametrize(("action", "marks", "moves"), ROWS)
def test_a_row(action: str, marks: tuple[str, ...], moves: str) -> None:
    found = table(PAGE, "en")
    (row,) = [row for row in found.rows if row.action == action]
    assert (row.marks, row.moves) == (marks, moves)
    assert found.roles == ("keeper", "holder", "lender", "customs", "*")


def test_the_same_in_chinese_markdown_and_html() -> None:
    found = table(PAGE, "zh")
    heads, rows = as_rows(found, "zh")
    assert heads == ["事项", "状态", "保管人", "持有人", "质权人", "海关", "任何单位"]
    assert rows[1] == ["出质", "在库", "共同签署", "共同签署", "共同签署", "知悉", "—"]
    assert as_markdown(found, "zh").count("\n") == len(rows) + 2
    assert as_html(found, "zh").count("<tr>") == len(rows) + 1
