"""Why a value could not be computed, in words."""

from __future__ import annotations

import pytest

from wusong.contract import codes as codes  # noqa: PLC0414 - registers its codes
from wusong.contract import model as m
from wusong.contract.described import described
from wusong.errors import ContractError


def test_a_reason_is_told_in_words_and_kept_as_a_word_for_programs() -> None:
    error = ContractError(
        "effect-error",
        action="a",
        target="t",
        contract="c@1",
        reason="calendar-unpublished",
        calendar="cn-bank",
        year=2027,
    )
    assert (
        "working days of 2027, which nobody has published yet in the calendar cn-bank" in error.explain().what
    )
    assert "日历“cn-bank”的 2027 年，该年度尚未公布" in error.explain("zh").what
    assert error.data["reason"] == "calendar-unpublished"
    assert (
        "(another)" in ContractError("effect-error", action="a", target="t", reason="another").explain().what
    )


def test_the_wanted_type_is_told_in_the_reader_s_language() -> None:
    wanted = {"en": "a text of at most 20 characters", "zh": "不超过 20 个字符的文本"}
    error = ContractError("bad-args", action="a", argument="number", reason="wrong-type", wanted=wanted)
    assert "(wanted is a text of at most 20 characters)" in error.explain("en").what
    assert "（应为不超过 20 个字符的文本）" in error.explain("zh").what


TYPES = [
    (m.Text(20), "at most 20 characters"),
    (m.Date(), "days since 1970-01-01"),
    (m.Money("CNY"), "minor units of CNY"),
    (m.Enum(["a", "b"]), "one of a, b"),
    (m.Asset("bill-of-lading@1"), "a record under bill-of-lading@1"),
    (m.Asset(), "the id of a record"),
    (m.List(m.Rate(), 3), "a list of at most 3, each a rate in basis points"),
]


@pytest.mark.parametrize(("kind", "words"), TYPES)
def test_each_type_has_its_words(kind: m.FieldType, words: str) -> None:
    assert words in described(kind)["en"]


def test_every_type_has_words_in_both_languages() -> None:
    plain = (m.Int, m.Bool, m.Party, m.Commitment, m.Digest, m.Date, m.Period, m.Time, m.Rate, m.Quantity)
    for kind in plain:
        assert set(described(kind())) == {"en", "zh"}
