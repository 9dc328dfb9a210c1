"""Expressions of section 5: text to nested tuples ``(kind, ...)``. Only sound expressions are read."""

from __future__ import annotations

from typing import Any

Tree = tuple[Any, ...]
LEVELS = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]]
SIGNS = ["&&", "||", "<=", ">=", "==", "!=", *"+-*/%!<>?:.,()[]{}"]
ESCAPES = {
    "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "?": 63, '"': 34, "'": 39, "`": 96,
}  # fmt: skip


def word_end(text: str, at: int) -> int:
    while at < len(text) and (text[at].isalnum() or text[at] == "_"):
        at += 1
    return at


def split(text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    at = 0
    while at < len(text):
        rest = text[at:]
        if rest[0] in " \t\r\n\f":
            at += 1
        elif rest.startswith("//"):
            at = text.find("\n", at) if "\n" in rest else len(text)
        elif rest[0] in "'\"" or (rest[0] in "rR" and rest[1:2] in {"'", '"'}):
            value, at = quoted(text, at)
            found.append(("string", value))
        elif rest[0].isdigit():
            end = word_end(text, at)
            found.append(("int", int(text[at:end], 16 if rest.startswith("0x") else 10)))
            at = end
        elif rest[0].isalpha() or rest[0] == "_":
            end = word_end(text, at)
            found.append(("name", text[at:end]))
            at = end
        else:
            sign = next(sign for sign in SIGNS if rest.startswith(sign))
            found.append(("sign", sign))
            at += len(sign)
    return [*found, ("end", "")]


def quoted(text: str, at: int) -> tuple[str, int]:
    raw = text[at] in "rR"
    at += raw
    mark = text[at : at + 3] if text[at : at + 3] in {"'''", '"""'} else text[at]
    at += len(mark)
    value = ""
    while not text.startswith(mark, at):
        if raw or text[at] != "\\":
            value, at = value + text[at], at + 1
            continue
        letter = text[at + 1]
        if letter in ESCAPES:
            value, at = value + chr(ESCAPES[letter]), at + 2
            continue
        length = {"x": 2, "X": 2, "u": 4, "U": 8}.get(letter, 0)
        digits = text[at + 2 : at + 2 + length] if length else text[at + 1 : at + 4]
        value, at = value + chr(int(digits, 16 if length else 8)), at + (2 + length if length else 4)
    return value, at + len(mark)


class Reader:
    """One expression, read from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = split(text)

    def takes(self, *words: str) -> str:
        kind, value = self.tokens[0]
        if kind in {"sign", "name"} and value in words:
            self.tokens.pop(0)
            return str(value)
        return ""

    def needs(self, word: str) -> None:
        assert self.takes(word), (word, self.tokens)

    def whole(self) -> Tree:
        tree = self.choice()
        assert self.tokens == [("end", "")]
        return tree

    def choice(self) -> Tree:
        tree = self.level(0)
        if not self.takes("?"):
            return tree
        then = self.level(0)
        self.needs(":")
        return ("?:", tree, then, self.choice())

    def level(self, n: int) -> Tree:
        if n == len(LEVELS):
            return self.unary()
        tree = self.level(n + 1)
        while sign := self.takes(*LEVELS[n]):
            tree = (sign, tree, self.level(n + 1))
        return tree

    def unary(self) -> Tree:
        if self.takes("!"):
            return ("not", self.unary())
        if not self.takes("-"):
            return self.member()
        if self.tokens[0][0] == "int":  # the least number is written with its sign
            self.tokens[0] = ("int", -self.tokens[0][1])
            return self.member()
        return ("minus", self.unary())

    def member(self) -> Tree:
        tree = self.primary()
        while sign := self.takes(".", "["):
            if sign == "[":
                tree = ("index", tree, self.choice())
                self.needs("]")
                continue
            name = self.tokens.pop(0)[1]
            tree = self.method(tree, name) if self.takes("(") else ("select", tree, name)
        return tree

    def method(self, over: Tree, name: str) -> Tree:
        if name not in {"exists", "all"}:
            return ("call", name, over, *self.several(")"))
        variable = self.tokens.pop(0)[1]
        self.needs(",")
        body = self.choice()
        self.needs(")")
        return (name, over, variable, body)

    def several(self, end: str) -> list[Tree]:
        found: list[Tree] = []
        while not self.takes(end):
            found.append(self.choice())
            if not self.takes(","):
                self.needs(end)
                break
        return found

    def primary(self) -> Tree:
        kind, value = self.tokens.pop(0)
        if kind in {"int", "string"}:
            return ("literal", value)
        if value == "(":
            tree = self.choice()
            self.needs(")")
            return tree
        if value == "[":
            return ("list", *self.several("]"))
        if value == "{":
            return self.pairs()
        if value in {"true", "false"}:
            return ("literal", value == "true")
        if not self.takes("("):
            return ("name", value)
        return ("has" if value == "has" else "call", *([] if value == "has" else [value]), *self.several(")"))

    def pairs(self) -> Tree:
        found = []
        while not self.takes("}"):
            key = self.choice()
            self.needs(":")
            found.append((key, self.choice()))
            if not self.takes(","):
                self.needs("}")
                break
        return ("map", *found)


def parse(text: str) -> Tree:
    """The tree of an expression."""
    return Reader(text).whole()
