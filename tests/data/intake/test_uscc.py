"""Unified social credit codes. `91350100M000100Y43` is the standard's own example (GB 32100-2015)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.data.intake import uscc
from wusong.errors import DataError

STANDARD = "91350100M000100Y43"
_BODY = st.text(alphabet=uscc.ALPHABET, min_size=8, max_size=8)


def _code(authority: str, division: str, organisation: str) -> str:
    first17 = authority + division + organisation + uscc.organisation_digit(organisation)
    return first17 + uscc.check_character(first17)


def test_the_standards_own_example() -> None:
    uscc.check(STANDARD)


@pytest.mark.parametrize(
    ("name", "code", "refusals"),
    [
        ("empty", "", ["uscc-length"]),
        ("a character short", STANDARD[:-1], ["uscc-length"]),
        ("a character long", STANDARD + "0", ["uscc-length"]),
        ("the standard's counter-example has a Z", "91350100M000100Y4Z", ["uscc-character"]),
        ("letter O for zero", "9135O100M000100Y43", ["uscc-character"]),
        ("lower case is not the code itself", STANDARD.lower(), ["uscc-character", "uscc-character"]),
        ("inner digit wrong, check character right", "91350100M000100Y56", ["uscc-organisation-digit"]),
        ("check character wrong", "91350100M000100Y44", ["uscc-check-character"]),
        ("two characters swapped", "91351000M000100Y43", ["uscc-check-character"]),
        ("letters in the division", _code("91", "3501A0", "M000100Y"), ["uscc-division"]),
        (
            "no such province",
            _code("91", "990000", "M000100Y").replace("99", "97", 1),
            ["uscc-division", "uscc-check-character"],
        ),
    ],
)
def test_refusals(name: str, code: str, refusals: list[str]) -> None:
    assert [error.code for error in uscc.findings(code)] == refusals, name
    with pytest.raises(DataError) as refused:
        uscc.check(code)
    assert refused.value.code == refusals[0]
    assert "{" not in str(refused.value.explain("zh")) + str(refused.value.explain("en"))


def test_a_look_alike_letter_is_named_not_mended() -> None:
    (found,) = uscc.findings("9135O100M000100Y43")
    assert found.data == {"position": 5, "character": "O", "likely": "0"}
    assert uscc.normalise("9135O100M000100Y43").code == "9135O100M000100Y43"


def test_parts() -> None:
    parts = uscc.parse(STANDARD)
    assert (parts.authority_name, parts.category, parts.division, parts.organisation) == (
        "市场监督管理",
        "1",
        "350100",
        "M000100Y4",
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (STANDARD, ()),
        (STANDARD.lower(), ("lower-case",)),
        ("９１３５０１００Ｍ０００１００Ｙ４３", ("full-width",)),
        ("９１３５０１００ｍ０００１００ｙ４３", ("full-width", "lower-case")),
        ("\u30009135 0100\u00a0M000\t100Y43\n", ("spaces",)),
        ("91350100-M000100Y-43", ("hyphens",)),
        ("\ufeff91350100M000100Y43\u200b", ("invisible",)),
    ],
)
def test_normalise(text: str, changes: tuple[str, ...]) -> None:
    assert uscc.normalise(text) == uscc.Normalised(STANDARD, changes)  # type: ignore[arg-type]


@given(body=_BODY, division=st.sampled_from(["310000", "100000", "440300", "650000"]))
def test_every_composed_code_is_valid(body: str, division: str) -> None:
    uscc.check(_code("91", division, body))


@given(body=_BODY, position=st.integers(0, 17), other=st.sampled_from(uscc.ALPHABET))
def test_every_single_wrong_character_is_found(body: str, position: int, other: str) -> None:
    code = _code("52", "310115", body)
    wrong = code[:position] + other + code[position + 1 :]
    assert bool(uscc.findings(wrong)) == (wrong != code)


@settings(max_examples=200)
@given(st.text(max_size=24))
def test_no_text_crashes(text: str) -> None:
    once = uscc.normalise(text)
    uscc.findings(text)
    assert uscc.normalise(once.code).code == once.code
