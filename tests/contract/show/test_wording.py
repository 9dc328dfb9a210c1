"""A contract's text: filled in, which wording prevails, and its Markdown as HTML."""

from __future__ import annotations

import pytest

from contract.show.test_diff import read
from wusong.contract import Leaf
from wusong.contract.show.markdown import to_html
from wusong.contract.show.wording import filled

PAGE = read("acceptance-1")
LEAF = Leaf(
    "acceptance@1",
    "accepted",
    2,
    {"drawer": "did:example:a", "acceptor": "did:example:b"},
    {"due": 1_769_875_200_000},
    12_345,
)
NAMES = {"did:example:a": "甲公司 *", "did:example:b": "乙银行"}


def test_places_are_filled_from_the_asset() -> None:
    told = filled(PAGE, LEAF, "zh", NAMES, "ab")
    assert "出票人：甲公司 \\*；承兑人：乙银行。" in told
    assert "1. 金额：12,345 分。\n2. 到期日：2026-02-01 00:00:00。" in told
    assert told.endswith("本合同各文本不一致的，以中文文本为准。\n")


def test_without_an_asset_there_are_blanks() -> None:
    told = filled(PAGE, None, "en", {})
    assert "Drawer: ______; acceptor: ______." in told
    assert told.endswith("the Chinese text prevails.\n")


def test_a_page_without_text_has_none() -> None:
    assert filled(read("pallet-note-1"), None, "zh", {}) == ""


MARKDOWN = [
    ("# A & B", "<h1>A &amp; B</h1>"),
    ("one\ntwo", "<p>one<br>two</p>"),
    ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
    ("3. c", '<ol start="3"><li>c</li></ol>'),
    ("- a\n  goes on\n- b", "<ul><li>a goes on</li><li>b</li></ul>"),
    ("**x** <script> [l](u) \\*", "<p><strong>x</strong> &lt;script&gt; [l](u) *</p>"),
    ("## H\ntext", "<h2>H</h2>\n<p>text</p>"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "html"), MARKDOWN)
def test_markdown(text: str, html: str) -> None:
    assert to_html(text) == html
