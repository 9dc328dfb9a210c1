"""The contract's text: its places and what fills them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wusong.contract.text import fill, places, problems


def test_what_is_absent_leaves_a_line_to_fill_by_hand() -> None:
    assert fill("{a} and {b}, {{c}}", {"a": "{b}"}) == "{b} and ______, {c}"


def test_problems_and_places() -> None:
    text = "{a} {b} {{x}} } {c"
    assert places(text) == ["a", "b"]
    assert [(problem.code, problem.at) for problem in problems(text, ["a"])] == [
        ("page-text-place", 4), ("page-text-brace", 14), ("page-text-brace", 16),
    ]  # fmt: skip


@given(st.text(alphabet="{}ab ", max_size=30))
def test_a_text_without_problems_fills_to_one_without_braces_of_places(text: str) -> None:
    if list(problems(text, places(text))):
        return
    made = fill(text, dict.fromkeys(places(text), "#"))
    assert made.count("#") == len(places(text))
    assert made.count("{") == text.count("{{")
