"""Why a value could not be computed, in words."""

from __future__ import annotations

from wusong.contract import codes as codes  # noqa: PLC0414 - registers its codes
from wusong.errors import ContractError


def test_a_reason_is_told_in_words_and_kept_as_a_word_for_programs() -> None:
    error = ContractError(
        "effect-error", action="a", target="t", contract="c@1", reason="calendar-unpublished"
    )
    assert "wusong calendar publish" in error.explain("en").what
    assert "尚未由日历公布单位公布" in error.explain("zh").what
    assert error.data["reason"] == "calendar-unpublished"
    assert (
        "(another)" in ContractError("effect-error", action="a", target="t", reason="another").explain().what
    )
