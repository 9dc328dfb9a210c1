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
