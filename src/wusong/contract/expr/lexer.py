"""Tokens of the expression language: CEL's lexical rules (cel-spec, doc/langdef.md, "Syntax") in our profile.

* Outside string literals and comments only ASCII is text: letters that look alike cannot meet here.
* ``u`` integers, floating-point numbers, bytes and quoted selectors are recognised and refused by name.
* String escapes are CEL's; an escape that is no Unicode scalar value is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n\f]+|//[^\n]*)
    |(?P<string>(?P<prefix>[rR]?)(?P<quote>'''|\"\"\"|'|\"))
    |(?P<bytes>[bB][rR]?['\"]|[rR][bB]['\"])
    |(?P<float>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    |(?P<int>0x[0-9a-fA-F]+|[0-9]+)(?P<unsigned>[uU]?)
    |(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    |(?P<op>&&|\|\||<=|>=|==|!=|[-+*/%!<>?:.,()\[\]{}])
    |(?P<quoted>`)""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(
    r"""\\(?:(?P<plain>[abfnrtv"'`\\?])|[xX](?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})"""
    r"""|U(?P<U>[0-9a-fA-F]{8})|(?P<o>[0-3][0-7]{2}))"""
)
_PLAIN: Final = dict(zip("abfnrtv\"'`\\?", "\a\b\f\n\r\t\v\"'`\\?", strict=True))
_OUTSIDE: Final = {"bytes": "bytes", "float": "floating-point numbers", "quoted": "quoted selectors"}


class ExprError(Exception):
    """An expression cannot be compiled: a code, the offset in its text, data for the explanation."""

    def __init__(self, code: str, pos: int, **data: str | int) -> None:
        super().__init__(code, pos, data)
        self.code = code
        self.pos = pos
        self.data = data


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind ("int", "string", "name", "op" or "end"), its text or decoded value, its offset."""

    kind: str
    text: str
    pos: int


def tokens(text: str) -> list[Token]:
    """Split ``text``; the last token is of kind "end". Raises ExprError."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExprError("expr-bad-character", at, character=text[at])
        token, at = _token(match, text)
        if token is not None:
            found.append(token)
    return [*found, Token("end", "", len(text))]


def _token(match: re.Match[str], text: str) -> tuple[Token | None, int]:
    pos, end = match.span()
    if match["space"] is not None:
        return None, end
    if match["string"] is not None:
        return _string(text, pos, end, match["quote"], raw=bool(match["prefix"]))
    for group, what in _OUTSIDE.items():
        if match[group] is not None:
            raise ExprError("expr-outside-profile", pos, what=what)
    if match["int"] is None:
        return Token("name" if match["name"] is not None else "op", match[0], pos), end
    if match["unsigned"]:
        raise ExprError("expr-outside-profile", pos, what="unsigned integers")
    if re.match(r"[_a-zA-Z0-9]", text[end : end + 1]):
        raise ExprError("expr-bad-number", pos, text=text[pos : end + 1])
    return Token("int", match["int"], pos), end


def _string(text: str, pos: int, start: int, quote: str, *, raw: bool) -> tuple[Token, int]:
    at, parts = start, []
    while not text.startswith(quote, at):
        character = text[at : at + 1]
        if character == "" or (character in "\r\n" and len(quote) == 1):
            raise ExprError("expr-open-string", pos)
        if raw or character != "\\":
            parts.append(character)
            at += 1
            continue
        escape = _ESCAPE.match(text, at)
        if escape is None:
            raise ExprError("expr-bad-escape", at, text=text[at : at + 2])
        parts.append(_unescape(escape, at))
        at = escape.end()
    return Token("string", "".join(parts), pos), at + len(quote)


def _unescape(escape: re.Match[str], at: int) -> str:
    if escape["plain"] is not None:
        return _PLAIN[escape["plain"]]
    digits = escape["x"] or escape["u"] or escape["U"]
    point = int(digits, 16) if digits is not None else int(escape["o"], 8)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise ExprError("expr-bad-escape", at, text=escape[0])
    return chr(point)
