"""A small reader of protobuf's text format: messages as dicts from field to the list of its values."""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z0-9_.+-]+)|([{}\[\]:;,/<>])""", re.DOTALL
)
_ESCAPE = re.compile(
    rb"\\(?:([abfnrtv\\'\"?])|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))"
)
_PLAIN = dict(zip(b"abfnrtv\\'\"?", b"\a\b\f\n\r\t\v\\'\"?", strict=True))


def parse(text: str) -> dict[str, list[Any]]:
    """Scalars stay str (quoted ones decoded from UTF-8, lossily where they are bytes); messages are dicts."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match is not None, text[at : at + 20]
        at = match.end()
        if match[1] is not None:
            tokens.append(("string", _unquote(match[1])))
        elif match[2] is not None:
            tokens.append(("word", match[2]))
        elif match[3] is not None:
            tokens.append(("mark", match[3]))
    message, end = _message(tokens, 0)
    assert end == len(tokens)
    return message


def _unquote(quoted: str) -> str:
    def escape(match: re.Match[bytes]) -> bytes:
        plain, x, octal, u, big = match.groups()
        if plain is not None:
            return bytes([_PLAIN[plain[0]]])
        if u or big:
            return chr(int(u or big, 16)).encode()
        return bytes([int(x, 16) if x else int(octal, 8)])

    return _ESCAPE.sub(escape, quoted[1:-1].encode()).decode("utf-8", "surrogateescape")


def _message(tokens: list[tuple[str, str]], at: int) -> tuple[dict[str, list[Any]], int]:
    message: dict[str, list[Any]] = {}
    while at < len(tokens) and tokens[at] != ("mark", "}"):
        name, at = _name(tokens, at)
        if tokens[at] == ("mark", ":"):
            at += 1
        value, at = _value(tokens, at)
        message.setdefault(name, []).extend(value if isinstance(value, list) else [value])
        while at < len(tokens) and tokens[at][1] in {",", ";"} and tokens[at][0] == "mark":
            at += 1
    return message, at


def _name(tokens: list[tuple[str, str]], at: int) -> tuple[str, int]:
    if tokens[at] != ("mark", "["):
        return tokens[at][1], at + 1
    end = tokens.index(("mark", "]"), at)
    return "".join(text for _, text in tokens[at : end + 1]), end + 1


def _value(tokens: list[tuple[str, str]], at: int) -> tuple[Any, int]:
    kind, text = tokens[at]
    if (kind, text) == ("mark", "{"):
        message, end = _message(tokens, at + 1)
        return message, end + 1
    if (kind, text) == ("mark", "["):
        items, at = [], at + 1
        while tokens[at] != ("mark", "]"):
            item, at = _value(tokens, at)
            items.append(item)
            at += tokens[at] == ("mark", ",")
        return items, at + 1
    at += 1
    while kind == "string" and at < len(tokens) and tokens[at][0] == "string":
        text += tokens[at][1]
        at += 1
    return text, at
