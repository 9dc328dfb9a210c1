"""The repertoire is Unicode 14.0 with the ideographs since, whatever the Python in use knows."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wusong.crypto import canonical
from wusong.crypto.assigned import UNASSIGNED, is_assigned, replaced
from wusong.errors import CryptoError

LATER_IDEOGRAPHS = [(0x2B739, 0x2B739), (0x2EBF0, 0x2EE5D), (0x31350, 0x323AF)]
KNOWS_14 = unicodedata.unidata_version == "14.0.0"


def outside(point: int) -> bool:
    return any(first <= point <= last for first, last in UNASSIGNED)


def test_ranges_are_in_order_and_apart() -> None:
    flat = [point for pair in UNASSIGNED for point in pair]
    assert flat == sorted(flat)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(UNASSIGNED))


@pytest.mark.skipif(not KNOWS_14, reason="only Python 3.11 has the tables of Unicode 14.0 themselves")
def test_the_table_is_that_of_unicode_14() -> None:
    later = {point for first, last in LATER_IDEOGRAPHS for point in range(first, last + 1)}
    listed = {point for first, last in UNASSIGNED for point in range(first, last + 1)}
    found = {point for point in range(0x110000) if unicodedata.category(chr(point)) == "Cn"}
    assert listed == found - later


def test_nothing_in_the_repertoire_was_taken_back() -> None:
    """What is allowed is assigned, or an ideograph that this Python does not know yet."""
    gone = [p for p in range(0x110000) if unicodedata.category(chr(p)) == "Cn" and not outside(p)]
    later = [p for p in gone if any(first <= p <= last for first, last in LATER_IDEOGRAPHS)]
    assert gone == later
    assert not gone or KNOWS_14 or unicodedata.unidata_version.startswith("15.0")


@pytest.mark.parametrize(("first", "last"), LATER_IDEOGRAPHS)
def test_later_ideographs_are_normal_in_any_version(first: int, last: int) -> None:
    """What a library does not know it leaves alone; what it knows of them, too."""
    for point in (first, last):
        for text in (chr(point), f"e{chr(point)}\u0301", f"\u0301{chr(point)}\u0316"):
            assert unicodedata.normalize("NFC", text) == text
        assert (unicodedata.combining(chr(point)), unicodedata.decomposition(chr(point))) == (0, "")
        assert is_assigned(chr(point))


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        pytest.param("吴淞 é 😂 \ue000 \U00020000", True, id="Chinese, an emoji of 6.0, private use"),
        pytest.param("䶿\U0002a6df\U0002b738", True, id="ideographs of 13.0 and 14.0"),
        pytest.param("葛\U000e0101", True, id="an ideographic variation"),
        pytest.param("\U0001fae8", False, id="an emoji of 15.0"),
        pytest.param("\U00010efd", False, id="a combining mark of 15.0"),
        pytest.param("\U0001e4ec\u0301", False, id="marks that only newer libraries would reorder"),
        pytest.param("\u0378", False, id="assigned by nobody yet"),
        pytest.param("\ufffe", False, id="a noncharacter"),
        pytest.param("\U00033479", False, id="an ideograph of 17.0"),
    ],
)
def test_what_may_be_hashed(text: str, sound: bool) -> None:
    assert canonical.is_text(text) == is_assigned(text) == sound
    if sound:
        assert canonical.decode(canonical.encode([text])) == [text]
        return
    for action in (lambda: canonical.encode([text]), lambda: canonical.decode(f'["{text}"]'.encode())):
        with pytest.raises(CryptoError) as caught:
            action()
        assert caught.value.data == {"reason": "unassigned"}


@given(st.text(st.characters()))
def test_any_text_has_a_nearest_one_that_may_be_hashed(text: str) -> None:
    made = canonical.to_text(text)
    assert canonical.encode(made)
    assert canonical.to_text(made) == made
    if canonical.is_text(text) and not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert made == text


def test_what_is_replaced_shows() -> None:
    assert replaced("a\u0378b\U0001fae8") == "a\ufffdb\ufffd"
