"""Any bundle comes back to the byte; what is no such text is refused by name."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wusong.crypto import canonical
from wusong.data.registration import base45, compact
from wusong.errors import DataError

VECTORS = Path(__file__).parents[2] / "vectors" / "bundles"
BUNDLES = sorted(path for path in VECTORS.glob("*.bundle.json") if "-bad-" not in path.name)
FROZEN = json.loads((Path(__file__).parent / "certificate.json").read_text("utf-8"))
TEXTS = st.one_of(
    st.text('abz09-_ 证书登记"\\', max_size=12),
    st.binary(min_size=8, max_size=40).map(bytes.hex),
    st.sampled_from(["eyJhIjoxfQ", "eyJhIjogMX0AAAAAAAAAAA", "A" * 43, "A" * 42 + "B", "ab" * 40, "_-" * 20]),
)
VALUES = st.recursive(
    st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.booleans(), st.none(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abcdefgh"), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("path", BUNDLES, ids=[path.name for path in BUNDLES])
def test_every_vector_comes_back_to_the_byte(path: Path) -> None:
    data = path.read_bytes()
    bundle: Any = canonical.decode(data)
    for size in (300, 2_520, 4_296):
        parts = compact.part(compact.pack(bundle), size)
        assert max(map(len, parts)) <= size
        assert canonical.encode(compact.join(reversed(parts))) == data


@given(st.dictionaries(st.sampled_from("abcdefgh"), VALUES, max_size=5))
@settings(max_examples=60)
def test_any_value_comes_back(value: dict[str, Any]) -> None:
    assert canonical.encode(compact.unpack(compact.pack(value))) == canonical.encode(value)


def test_the_frozen_texts_are_read_as_ever() -> None:
    bundle = compact.join(FROZEN["codes"])
    assert canonical.encode(bundle) == (VECTORS / FROZEN["bundle"]).read_bytes()
    assert FROZEN["dictionary"] == compact.DICTIONARY.decode()


def squeezed(value: object) -> str:
    body = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, compact.DICTIONARY)
    data = body.compress(msgspec.msgpack.encode(value)) + body.flush()
    return base45.encode(data + zlib.crc32(data).to_bytes(4, "big"))


def extension(code: int, data: bytes) -> dict[str, Any]:
    return {"a": msgspec.msgpack.Ext(code, data)}


PARTS = compact.part(compact.pack({"acts": ["00" * 32, "00" * 31 + "01"]}), 40)
WRONG: list[tuple[str, list[str], str]] = [
    ("nothing", [], "certificate-code-unreadable"),
    ("something else", ["https://example.org/?x=1"], "certificate-code-unreadable"),
    ("a part is missing", PARTS[:-1], "certificate-code-incomplete"),
    ("a part is changed", [PARTS[0].replace("/", "+"), *PARTS[1:]], "certificate-code-unreadable"),
    ("parts of two codes", [*PARTS, "WSC1 1/9 ABC"], "certificate-code-unreadable"),
    ("one part in two versions", [*PARTS, "WSC1 1/2 ABC"], "certificate-code-unreadable"),
    ("place after the last", ["WSC1 2/1 ABC"], "certificate-code-unreadable"),
    ("letters swapped", [PARTS[0][:-2] + PARTS[0][:-3:-1], *PARTS[1:]], "certificate-code-unreadable"),
    ("no bundle", [f"WSC1 1/1 {squeezed([1])}"], "certificate-code-unreadable"),
    ("a reference to nothing", [f"WSC1 1/1 {squeezed(extension(4, b'00'))}"], "certificate-code-unreadable"),
    ("an unknown kind", [f"WSC1 1/1 {squeezed(extension(9, b'00'))}"], "certificate-code-unreadable"),
    ("a bomb", [f"WSC1 1/1 {squeezed({'a': 'x' * (2 << 20)})}"], "certificate-code-unreadable"),
]


@pytest.mark.parametrize(("texts", "code"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_no_certificate_is_refused(texts: list[str], code: str) -> None:
    with pytest.raises(DataError) as caught:
        compact.join(texts)
    assert caught.value.code == code
    assert caught.value.explain("zh").what != caught.value.explain("en").what


def test_references_cannot_make_much_of_little() -> None:
    again = [msgspec.msgpack.Ext(4, b"\0\0")] * 60_000
    with pytest.raises(DataError) as caught:
        compact.unpack(squeezed({"a": [msgspec.msgpack.Ext(1, b"\1" * 60), *again]}))
    assert caught.value.data["reason"] == "length"


def test_the_documentation_has_the_dictionary() -> None:
    text = (Path(__file__).parents[3] / "docs" / "data.md").read_text("utf-8")
    assert f"```text\n{compact.DICTIONARY.decode()}\n```" in text
