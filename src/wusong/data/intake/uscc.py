"""Unified social credit codes (统一社会信用代码), GB 32100-2015.

* A code has 18 characters out of 31: digits and capital letters without I, O, S, V and Z.
* 1 registration authority, 2 category, 3-8 administrative division (GB/T 2260), 9-17 organisation code, 18
  check character.
* The check character weighs character i with 3^(i-1) mod 31; check = (31 - sum mod 31) mod 31.
* Characters 9-17 are an organisation code of their own right (GB 11714-1997): eight characters, A=10 to
  Z=35 with no letter left out, weights 3 7 9 10 5 8 4 2, and a check digit (11 - sum mod 11), where 10 is
  written X and 11 is written 0.
* The division is judged by form and province only: division codes are abolished, and codes given under them
  stay valid.
* ``check`` judges the code as it stands; only ``normalise`` changes anything, and it says what it changed.

    >>> check("91350100M000100Y43")
    >>> normalise(" 91350100ｍ000100y43 ").code
    '91350100M000100Y43'
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from wusong.errors import DataError

__all__ = [
    "ALPHABET",
    "Change",
    "Normalised",
    "Uscc",
    "check",
    "check_character",
    "findings",
    "normalise",
    "organisation_digit",
    "parse",
]

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18

_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, index, 31) for index in range(LENGTH - 1))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_DIGITS: Final = "0123456789X"
_LIKELY: Final = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"}

# GB/T 2260 provinces; 10 is used for units of the State, 99 by registrars that stand outside the provinces.
_RUNS: Final = ((10, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82), (99, 99))
_PROVINCES: Final = frozenset(str(code) for first, last in _RUNS for code in range(first, last + 1))

AUTHORITIES: Final = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和机构编制",
    "N": "农业农村",
    "Y": "其他",
}
"""Who gave the code, by its first character.

For people to read. A character that is not listed is no error.
"""

Change: TypeAlias = Literal["full-width", "lower-case", "spaces", "hyphens", "invisible"]


@dataclass(frozen=True, slots=True)
class Normalised:
    """A code as the standard writes it, and what had to be changed to get there, in a fixed order."""

    code: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Uscc:
    """The parts of a valid code."""

    code: str
    authority: str
    category: str
    division: str
    organisation: str

    @property
    def authority_name(self) -> str | None:
        """The registration authority in Chinese, where it is known."""
        return AUTHORITIES.get(self.authority)


def check(code: str) -> None:
    """Refuse ``code`` unless every part holds; raises ``DataError`` for the first part that fails.

    Codes: ``uscc-length``, ``uscc-character``, ``uscc-division``, ``uscc-check-character``,
    ``uscc-organisation-digit``.
    """
    found = findings(code)
    if found:
        raise found[0]


def parse(code: str) -> Uscc:
    """Check ``code`` and take it apart."""
    check(code)
    return Uscc(code, authority=code[0], category=code[1], division=code[2:8], organisation=code[8:17])


def findings(code: str) -> tuple[DataError, ...]:
    """All that is wrong with ``code``, in the order in which a person would mend it.

    Empty when it is valid.
    """
    if len(code) != LENGTH:
        return (DataError("uscc-length", length=len(code), expected=LENGTH),)
    strange = _strange_characters(code)
    if strange:
        return strange
    return (*_division(code), *_check_character(code), *_organisation(code))


def normalise(text: str) -> Normalised:
    """Write ``text`` as the standard does: half-width, upper case, without spaces and hyphens.

    Look-alike letters (O for 0, I for 1) are not touched: a guess could turn one organisation into another.
    """
    changes: set[Change] = set()
    code = "".join(_normal(character, changes) for character in text)
    order: tuple[Change, ...] = ("full-width", "lower-case", "spaces", "hyphens", "invisible")
    return Normalised(code, tuple(change for change in order if change in changes))


def check_character(first17: str) -> str:
    """The 18th character for the first seventeen (GB 32100-2015, 4.6)."""
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_digit(first8: str) -> str:
    """The check digit of an organisation code for its first eight characters (GB 11714-1997)."""
    total = sum(
        int(character, 36) * weight for character, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_DIGITS[(11 - total % 11) % 11]


def _strange_characters(code: str) -> tuple[DataError, ...]:
    return tuple(
        DataError(
            "uscc-character", position=index, character=character, likely=_LIKELY.get(character.upper())
        )
        for index, character in enumerate(code, 1)
        if character not in _VALUE
    )


def _division(code: str) -> tuple[DataError, ...]:
    division = code[2:8]
    if division.isdecimal() and division[:2] in _PROVINCES:
        return ()
    return (DataError("uscc-division", division=division),)


def _check_character(code: str) -> tuple[DataError, ...]:
    expected = check_character(code[:17])
    if code[17] == expected:
        return ()
    return (DataError("uscc-check-character", found=code[17], expected=expected),)


def _organisation(code: str) -> tuple[DataError, ...]:
    expected = organisation_digit(code[8:16])
    if code[16] == expected:
        return ()
    return (DataError("uscc-organisation-digit", organisation=code[8:17], found=code[16], expected=expected),)


def _normal(character: str, changes: set[Change]) -> str:
    if 0xFF01 <= ord(character) <= 0xFF5E:
        changes.add("full-width")
        character = chr(ord(character) - 0xFEE0)
    if character.isspace():
        changes.add("spaces")
        return ""
    if unicodedata.category(character) == "Cf":
        changes.add("invisible")
        return ""
    if unicodedata.category(character) == "Pd":
        changes.add("hyphens")
        return ""
    if "a" <= character <= "z":
        changes.add("lower-case")
        return character.upper()
    return character
