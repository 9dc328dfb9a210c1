from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from wusong.crypto import canonical
from wusong.errors import CryptoError

ASCII_KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
NFC_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(canonical.to_text)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-canonical.MAX_INT, canonical.MAX_INT)
    | st.text(max_size=4)
    | NFC_TEXT
).filter(lambda value: not isinstance(value, str) or canonical.is_text(value))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII_KEYS, inner, max_size=4),
    max_leaves=12,
)


def refusal(action: Any, value: Any) -> str:  # noqa: ANN401 - bytes or any value
    with pytest.raises(CryptoError) as caught:
        action(value)
    assert caught.value.code == "not-canonical"
    return str(caught.value.data["reason"])


@given(VALUES)
def test_equals_rfc8785_and_comes_back(value: Any) -> None:  # noqa: ANN401
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)
    assert canonical.decode(data) == value


@given(st.text(st.characters(max_codepoint=0x9F), max_size=20))
def test_escapes_as_rfc8785_does(text: str) -> None:
    assert canonical.encode(text) == rfc8785.dumps(text)


@given(VALUES, st.sampled_from(["indent", "spaces", "ascii", "reversed"]))
def test_any_other_writing_is_refused(value: Any, style: str) -> None:  # noqa: ANN401
    text = {
        "indent": lambda: json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False),
        "spaces": lambda: json.dumps(value, sort_keys=True, ensure_ascii=False),
        "ascii": lambda: json.dumps(value, separators=(",", ":"), sort_keys=True),
        "reversed": lambda: json.dumps(backwards(value), separators=(",", ":"), ensure_ascii=False),
    }[style]()
    data = text.encode()
    if data == canonical.encode(value):
        assert canonical.decode(data) == value
    else:
        assert refusal(canonical.decode, data) == "not-canonical-bytes"


def backwards(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in sorted(value, reverse=True)}
    return [backwards(item) for item in value] if isinstance(value, list) else value


@given(st.binary(max_size=40) | st.text('{}[]",:0123456789.-eE\\u d8tfn', max_size=20).map(str.encode))
def test_bytes_decode_to_themselves_or_are_refused(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except CryptoError:
        return
    assert canonical.encode(value) == data == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "not-json", id="nothing"),
        pytest.param(b"{", "not-json", id="cut off"),
        pytest.param(b"[1]x", "not-json", id="more behind it"),
        pytest.param(b"\xef\xbb\xbf[]", "not-json", id="byte order mark"),
        pytest.param(b"NaN", "not-json", id="NaN"),
        pytest.param(b'"\xff"', "not-json", id="not UTF-8"),
        pytest.param(b'"\xc0\xaf"', "not-json", id="overlong UTF-8"),
        pytest.param(b'"\xed\xa0\x80"', "not-json", id="surrogate in UTF-8"),
        pytest.param(b'"\\ud800"', "not-json", id="lone surrogate, escaped"),
        pytest.param(b'"\\ude02\\ud83d"', "not-json", id="surrogates the wrong way round"),
        pytest.param(b'"\\ud83d\\ude02"', "not-canonical-bytes", id="surrogate pair, escaped"),
        pytest.param(b"1.0", "float", id="float at the top"),
        pytest.param(b'{"a":1.5}', "float", id="float in an object"),
        pytest.param(b"[1e3]", "float", id="exponent"),
        pytest.param(b"[-0.0]", "float", id="negative zero as a float"),
        pytest.param(b"[-0]", "not-canonical-bytes", id="negative zero"),
        pytest.param(b"[9007199254740992]", "integer-range", id="2^53 in a list"),
        pytest.param(b'{"a":-9007199254740992}', "integer-range", id="-2^53 in an object"),
        pytest.param('{"a":"é","b":9007199254740992}'.encode(), "integer-range", id="2^53 beside text"),
        pytest.param(b"9007199254740992", "integer-range", id="2^53 at the top"),
        pytest.param(b"[" + b"9" * 4000 + b"]", "integer-range", id="an integer of 4000 digits"),
        pytest.param(b'{"a":1,"a":1}', "not-canonical-bytes", id="duplicate key"),
        pytest.param(b'{"b":1,"a":1}', "not-canonical-bytes", id="keys unsorted"),
        pytest.param(b'{"a": 1}', "not-canonical-bytes", id="a space"),
        pytest.param(b"[]\n", "not-canonical-bytes", id="line break at the end"),
        pytest.param(b'"\\/"', "not-canonical-bytes", id="escaped slash"),
        pytest.param(b'"\\u000A"', "not-canonical-bytes", id="needless escape"),
        pytest.param(b'"\\u001F"', "not-canonical-bytes", id="capitals in an escape"),
        pytest.param('{"键":1}'.encode(), "key-not-ascii", id="Chinese key"),
        pytest.param('[{"é":1}]'.encode(), "key-not-ascii", id="Chinese key further down"),
        pytest.param('"e\u0301"'.encode(), "not-nfc", id="decomposed string at the top"),
        pytest.param('{"a":["e\u0301"]}'.encode(), "not-nfc", id="decomposed string"),
        pytest.param('["\u212b"]'.encode(), "not-nfc", id="angstrom sign"),
        pytest.param('["\u0378"]'.encode(), "unassigned", id="a code point that nobody has assigned"),
        pytest.param(b"[" * 17 + b"]" * 17, "too-deep", id="17 lists"),
        pytest.param(b'{"a":' * 17 + b"1" + b"}" * 17, "too-deep", id="17 objects"),
        pytest.param(b'{"a":' * 16 + '["é"]'.encode() + b"}" * 16, "too-deep", id="17 levels with text"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "too-deep", id="100,000 levels"),
    ],
)
def test_refuses(data: bytes, reason: str) -> None:
    assert refusal(canonical.decode, data) == reason


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"[9007199254740991,-9007199254740991]", id="largest integers"),
        pytest.param(b"[" * 16 + b"]" * 16, id="16 lists"),
        pytest.param(b'{"a":' * 15 + '["吴淞"]'.encode() + b"}" * 15, id="16 levels with text"),
        pytest.param(b'"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001f\x7f/"', id="the escapes of RFC 8785 3.2.2.2"),
        pytest.param('"\u2028\x80😂"'.encode(), id="characters that some encoders escape"),
        pytest.param(b'{"":null,"A":true,"a":false}', id="key order by code"),
        pytest.param(
            b'"[[[[[[[[[[[[[[[[[[[[[{{{{{{{1.5e3 9007199254740992"', id="a string that looks like more"
        ),
    ],
)
def test_accepts(data: bytes) -> None:
    assert canonical.encode(canonical.decode(data)) == data


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(1.0, "float", id="float"),
        pytest.param({"a": [0.1]}, "float", id="float inside"),
        pytest.param(float("nan"), "not-json-value", id="NaN"),
        pytest.param((1, 2), "not-json-value", id="tuple"),
        pytest.param(b"a", "not-json-value", id="bytes"),
        pytest.param({1: 2}, "not-json-value", id="integer as key"),
        pytest.param({1, 2}, "not-json-value", id="set"),
        pytest.param(object(), "not-json-value", id="object"),
        pytest.param(Path("a"), "not-json-value", id="path"),
        pytest.param("\ud800", "lone-surrogate", id="lone surrogate"),
        pytest.param({"\udfff": 1}, "lone-surrogate", id="lone surrogate as key"),
        pytest.param({"é": 1}, "key-not-ascii", id="key not ASCII"),
        pytest.param(["e\u0301"], "not-nfc", id="decomposed"),
        pytest.param(2**53, "integer-range", id="2^53"),
        pytest.param(10**30, "integer-range", id="10^30"),
    ],
)
def test_does_not_write(value: object, reason: str) -> None:
    assert refusal(canonical.encode, value) == reason


def test_writes_enumerations_as_their_values() -> None:
    class Colour(enum.StrEnum):
        RED = "红"

    class Size(enum.IntEnum):
        HUGE = 2**53

    assert canonical.encode({"a": [Colour.RED, True, None]}) == '{"a":["红",true,null]}'.encode()
    assert refusal(canonical.encode, [Size.HUGE]) == "integer-range"
    assert refusal(canonical.encode, {"a": [{"b": ("tuple",)}]}) == "not-json-value"
    assert refusal(canonical.encode, ["红", b"bytes"]) == "not-json-value"


def test_does_not_write_what_holds_itself() -> None:
    loop: list[object] = []
    loop.append(loop)
    assert refusal(canonical.encode, loop) == "too-deep"


# What lies outside the profile among the vectors of RFC 8785's author, and why.
OUTSIDE = {
    "french": "key-not-ascii",  # keys péché, pêche
    "unicode": "not-nfc",  # "A" with a combining ring, on purpose
    "values": "float",  # five floats
    # Keys €, ö, 😂, dalet: beyond ASCII order by UTF-16 is not order by code point, hence the rule.
    "weird": "not-canonical-bytes",
}
# The input writes the integer 56 as 56.0; its canonical output is within the profile.
INSIDE = {"arrays", "structures"}


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_outside_vectors_beyond_the_profile_are_refused(vectors: Path, name: str) -> None:
    data = (vectors / "jcs" / "output" / f"{name}.json").read_bytes().rstrip(b"\n")
    assert refusal(canonical.decode, data) == OUTSIDE[name]


@pytest.mark.parametrize("name", sorted(INSIDE))
def test_outside_vectors_within_the_profile(vectors: Path, name: str) -> None:
    expected = bytes.fromhex((vectors / "jcs" / "outhex" / f"{name}.txt").read_text())
    source = json.loads((vectors / "jcs" / "input" / f"{name}.json").read_text(), parse_float=int_of)
    assert canonical.encode(source) == expected
    assert canonical.decode(expected) == source


def int_of(text: str) -> int:
    assert text.endswith(".0")
    return int(text[:-2])


def test_outside_vectors_are_all_accounted_for(vectors: Path) -> None:
    names = {path.stem for path in (vectors / "jcs" / "input").glob("*.json")}
    assert names == INSIDE | OUTSIDE.keys()
