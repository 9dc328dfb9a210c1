"""Whatever is put into a page's text: it is read to one meaning or refused, and nothing breaks.

What another YAML reader makes of a text that is accepted is the same data. The other reader here is PyYAML's
own (YAML 1.1, in Python), not the library (libyaml) that the product reads with.
"""

# ruff: noqa: E501 - a table of traps

from __future__ import annotations

import random
import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.worlds import PAGES
from wusong.contract import load
from wusong.contract.findings import Findings
from wusong.contract.tree import MAX_NODES, Node, read

TEXTS = [path.read_text("utf-8") for path in sorted(PAGES.glob("*.yaml"))]
HEAD = "contract: thing\nversion: 1\ntitle: {en: Thing, zh: 物}\n"
SMALL = HEAD + "states: [open]\nroles: {owner: {zh: 甲}}\nactions: {make: {by: owner, to: open}}\n"
TRAPS = [
    "&a ", "*a", "<<: *a", "!!python/object/apply:os.system [id]", "!!int 3", "!!binary aGk=", "!x", "%YAML 1.1\n---\n",
    "---\n", "...\n", "\t", "\r", "\r\n", "\u0085", "\u2028", "\ufeff", "\u00a0", "\u3000", "\u00ad", "\u061c", "\u202e",
    "\U000e0041", "\ufe0f", "\u3164", "\u2800", "e\u0301", "\x00", "\x1b", "\ud800", "yes", "No", "on", "~", "null", "Null",
    "1_000", "0o17", "017", "0x1F", "1e9", "1.5", ".inf", "-.INF", ".nan", "1:30", "190:20:30", "2026-01-01",
    "2026-01-01T00:00:00Z", "+1", "-0", "0b1", "=", "9" * 400, "-" + "9" * 17, "9007199254740992", "? ", "? [a]\n: b\n",
    ": ", "- ", "[", "]", "{", "}", ",", "#", " #", "'", '"', "|", ">", "|-\n", ">2\n", "@", "`", "[[[[[[[[[[[[[[", "{a: {b: {c: ",
    "a: 1\na: 2\n", "{a: 1, a: 2}", "1: 1\n", "2026: 1\n", "true: 1\n", "цены: 1\n", '"\\ud83d"', '"\\x41"', '"\\u200b"',
    '"\\0"', "оpen", "ｏpen", "оwner", "\u0391", "contract: twice\n", "version: 1.0\n", "version: '1'\n", "version: true\n",
]  # fmt: skip


def data(node: Node) -> Any:  # noqa: ANN401 - whatever the page says
    if isinstance(node.value, dict):
        return {key: data(value) for key, (_, value) in node.value.items()}
    return [data(item) for item in node.value] if isinstance(node.value, list) else node.value


def years_as_text(value: Any) -> Any:  # noqa: ANN401
    """The same data with years that are keys written as texts, as the specification has it."""
    if isinstance(value, dict):
        year = {key: str(key) if type(key) is int and 1000 <= key <= 9999 else key for key in value}
        return {year[key]: years_as_text(inner) for key, inner in value.items()}
    return [years_as_text(item) for item in value] if isinstance(value, list) else value


def judge(text: str | bytes) -> bool:
    """Whether a text is accepted as YAML; it never raises and never means two things."""
    page = load(text)
    assert page.ok == (page.compiled is not None)
    assert all(finding.line >= 1 and finding.column >= 1 for finding in page.findings)
    findings = Findings()
    tree = read(text, findings)
    if tree is None or list(findings):
        return False
    mine, plain = data(tree), text.decode() if isinstance(text, bytes) else text
    try:
        other = yaml.load(plain, yaml.SafeLoader)
    except yaml.YAMLError:
        return True  # more careful than we are
    assert repr(years_as_text(other)) == repr(mine)
    return True


def spoiled(seed: int) -> str:
    """A sound page with a few traps put in, lines moved, pieces cut out or doubled."""
    rng = random.Random(seed)
    text = rng.choice([*TEXTS, SMALL, SMALL])
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at, way = rng.randrange(len(text) + 1), rng.random()
        words = [n for n in range(1, len(text)) if text[n - 1] in " \n" and text[n] not in " \n"]
        at = rng.choice(words) if words and rng.random() < 0.6 else at
        end = min(at + rng.choice([0, 1, 1, 4, 30]), len(text))
        if way < 0.6:
            text = text[:at] + rng.choice(TRAPS) + text[end:]
        elif way < 0.8:
            text = text[:at] + text[end:]
        else:
            text = text[:at] + text[at:end] * 2 + text[end:]
    return text


@given(st.integers(0, 2**40))
@settings(max_examples=250, deadline=None)
def test_a_spoiled_page_is_refused_or_means_one_thing(seed: int) -> None:
    judge(spoiled(seed))


@pytest.mark.slow
@given(st.integers(0, 2**40))
@settings(max_examples=8_000, deadline=None)
def test_many_spoiled_pages(seed: int) -> None:
    judge(spoiled(seed))


@given(
    st.lists(st.sampled_from([*TRAPS, " ", "\n", "  ", "a", "b: ", "1", "x: y\n"]), max_size=12).map("".join)
)
@settings(max_examples=250, deadline=None)
def test_nothing_but_traps(text: str) -> None:
    judge(text)


@given(st.binary(max_size=80), st.integers(0, 400))
@settings(max_examples=100, deadline=None)
def test_bytes_that_are_no_text(noise: bytes, at: int) -> None:
    whole = SMALL.encode()
    judge(whole[:at] + noise + whole[at:])
    judge(whole[:at])  # cut off anywhere, also within a character


def test_the_small_page_is_sound() -> None:
    """So that what spoils it is what is refused."""
    assert load(SMALL).ok
    assert judge(SMALL)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_do_not_change_the_meaning(newline: str) -> None:
    other = load(SMALL.replace("\n", newline))
    assert other.model == load(SMALL).model


INVISIBLE = [
    c for c in map(chr, range(0x20, 0xE1000))
    if (unicodedata.category(c) == "Cf" and not 0x600 <= ord(c) <= 0x605) or c in "\u115f\u2028\u3164\ufe0f\U000e0100"
]  # fmt: skip
SEEN = {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
"""Of format characters those that have a shape of their own: number signs, Egyptian joiners."""


def test_what_nobody_sees_stands_nowhere() -> None:
    found = [c for c in INVISIBLE if ord(c) not in SEEN and load(SMALL.replace("物", f"物{c}件")).ok]
    assert found == [], [hex(ord(c)) for c in found]


@pytest.mark.parametrize(
    ("true", "alike"),
    [
        ("owner", "оwner"),
        ("open", "οpen"),
        ("make", "mаke"),
        ("thing", "thіng"),
        ("make", "ｍake"),
        ("open", "Open"),
    ],
)
def test_names_that_look_alike_are_no_names(true: str, alike: str) -> None:
    """Cyrillic, Greek and full-width letters in names and words."""
    codes = {finding.code for finding in load(SMALL.replace(true, alike)).findings}
    assert codes & {"page-bad-name", "yaml-key", "page-bad-shape"}, codes


def test_words_of_an_enumeration_are_ascii() -> None:
    for word, ok in (("fine", True), ("fіne", False), ("fine\u200b", False), ("Fine", False)):
        text = SMALL + f'fields: {{grade: "enum[{word}, poor]?"}}\n'
        assert load(text).ok is ok, word


DEEP = {
    "lists": "[" * 50_000,
    "maps": "{a: " * 20_000,
    "blocks": "".join(f"{' ' * n}a:\n" for n in range(400)),
    "laughs": 'a: &a ["x"]\n' + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(50)),
    "nodes": "[" + "1," * (MAX_NODES + 10) + "]",
    "digits": f"version: {'9' * 100_000}",
    "groups": SMALL + f'always: {{deep: "{"(" * 1_900}true{")" * 1_900}"}}\n',
    "nots": SMALL + f'always: {{deep: "{"!" * 3_900}true"}}\n',
    "minus": SMALL + f'always: {{deep: "0 < {"-" * 3_900}1"}}\n',
    "choices": SMALL + f'always: {{deep: "{"true ? true : " * 280}true"}}\n',
    "brackets": SMALL + f'fields: {{grade: "{"list(" * 5_000}"}}\n',
    "names": SMALL.replace("owner", "o" * 60_000),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_what_is_too_deep_or_too_much_is_refused(text: str) -> None:
    assert not load(text).ok
