"""One text has one meaning: what strict reading accepts, a plain YAML reader reads the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wusong.contract import load
from wusong.contract.examples_reader import plain
from wusong.contract.findings import Findings
from wusong.contract.tree import read
from wusong.crypto import canonical

PAGES = [path.read_text() for path in sorted((Path(__file__).parent / "pages").glob("*.yaml"))]
PIECES = [
    "a", "b", "contract", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ", ", "? ", "|\n", ">\n", '"', "'", "#",
    " #", "&x ", "*x", "!t ", "!!int ", "<<: ", "%TAG ! x\n", "---\n", "...\n", "1", "-1", "0", "007", "1e3",
    "1.0", "yes", "on", "null", "~", "true", "True", "2026-01-01", "9" * 20, "0x1F", "1:30", "é", "е", "\t",
    "\u2028", "\x85", "\x00", "\ufeff", "😀",
]  # fmt: skip


def years_as_text(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    """The one freedom: a year as a key needs no quotes."""
    if isinstance(value, list):
        return [years_as_text(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {str(k) if isinstance(k, int) else k: years_as_text(item) for k, item in value.items()}


def both(text: str) -> None:
    """Reading never raises; where it finds nothing wrong, it means what a plain YAML reader reads."""
    findings = Findings()
    tree = read(text, findings)
    assert (tree is None) <= bool(findings)
    assert all(finding.explain("zh").what and finding.line for finding in findings)
    if tree is not None and not findings:
        assert plain(tree) == years_as_text(yaml.load(text, Loader=yaml.CSafeLoader))
        canonical.encode(plain(tree))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("a: &a [*a]")
@example("a: |\n b\n  c\n")
@example("? a\n: b")
@example("a: 'it''s'")
@example("{a: b, 'a': c}")
def test_pieces(text: str) -> None:
    both(text)


@settings(max_examples=150)
@given(st.sampled_from(PAGES), st.data())
def test_damaged_pages(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(["", *PIECES])) + text[at + gone :]
    both(text)
    page = load(text)
    assert page.ok == (page.compiled is not None)
    if page.ok:
        assert load(text).model == page.model
        canonical.encode(page.model)


@settings(max_examples=100)
@given(st.binary(max_size=60))
def test_bytes(data: bytes) -> None:
    load(data)


@pytest.mark.parametrize("depth", [13, 1_000, 30_000])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_ends_soon(opening: str, depth: int) -> None:
    assert load(opening * depth).findings


def test_lone_surrogates_are_refused() -> None:
    assert [finding.code for finding in load("a: \ud800").findings] == ["page-not-utf8"]


SPLITTING = {"next line": "\u0085", "line separator": "\u2028", "paragraph separator": "\u2029"}
UNSEEN = {
    **SPLITTING,
    "soft hyphen": "\u00ad", "grapheme joiner": "\u034f", "arabic letter mark": "\u061c",
    "hangul choseong filler": "\u115f", "hangul jungseong filler": "\u1160", "vowel separator": "\u180e",
    "zero width space": "\u200b", "right-to-left mark": "\u200f", "override": "\u202e", "isolate": "\u2066",
    "word joiner": "\u2060", "invisible plus": "\u2064", "braille blank": "\u2800", "hangul filler": "\u3164",
    "variation selector": "\ufe0f", "no-break space without width": "\ufeff", "half filler": "\uffa0",
    "annotation": "\ufff9", "tag": "\U000e0041", "variation selector 17": "\U000e0100", "bell": "\x07",
}  # fmt: skip
PLACES = {
    "a comment": "a: 1\nb: 2 # x{}y: 3\n",
    "a line of comment": "a: 1\n# x{}b: 2\n",
    "between lines": "a: 1\n{}\nb: 2\n",
    "a plain text": "a: 1\nb: x{}y\n",
    "a quoted text": 'a: 1\nb: "x{}y"\n',
    "a key": 'a: 1\n"x{}y": 2\n',
}


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_what_nobody_sees_stands_nowhere_not_even_in_a_comment(text: str, unseen: str) -> None:
    findings = Findings()
    assert read(text.format(unseen), findings) is None
    (found,) = findings
    assert (found.code, found.line) == ("yaml-invisible", 2)


def test_lines_end_with_any_of_the_three_ends() -> None:
    for end in ("\n", "\r", "\r\n"):
        findings = Findings()
        assert read(f"a: 1{end}b: x\u200by{end}", findings) is None
        assert [(found.line, found.column) for found in findings] == [(2, 5)]
