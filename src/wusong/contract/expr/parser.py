"""A Pratt parser for CEL's grammar (cel-spec, doc/langdef.md, "Syntax") in our profile.

* ``?:`` binds weakest, then ``||``, ``&&``, relations (all one level, left to right), ``+ -``, ``* / %``,
  unary.
* ``!`` and ``-`` repeat but do not mix, as in CEL; ``-9223372036854775808`` is one literal.
* ``has(e.f)``, ``e.exists(x, p)`` and ``e.all(x, p)`` are macros; ``&&`` and ``||`` nest to the left.
* CEL reserves the word ``as``; here it is the variable that says who signs in which role. Nothing else
  differs.
"""

from __future__ import annotations

from typing import Final

from wusong.contract.expr.ast import Call, ListLit, Lit, Macro, MapLit, Name, Node, Select
from wusong.contract.expr.lexer import ExprError, Token, tokens
from wusong.contract.expr.types import INT_MAX, INT_MIN

MAX_TEXT: Final = 4_000
MAX_DEPTH: Final = 64

KEYWORDS: Final = frozenset({"false", "in", "null", "true"})
RESERVED: Final = KEYWORDS | frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_LEVEL: Final = (
    {"||": 2, "&&": 3, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
    | dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "in"), 4)
)  # fmt: skip
_TERNARY: Final = 1


def parse(text: str) -> Node:
    """Parse an expression. Raises ExprError with the offset of what is wrong."""
    if len(text) > MAX_TEXT:
        raise ExprError("expr-too-long", MAX_TEXT, limit=MAX_TEXT)
    parser = _Parser(tokens(text))
    node = parser.expression(0)
    parser.expect("end", "")
    return node


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.found[self.at]

    def take(self, text: str) -> bool:
        """Step over an operator or word, if it is next."""
        if self.next.kind not in {"op", "name"} or self.next.text != text:
            return False
        self.at += 1
        return True

    def expect(self, kind: str, text: str) -> Token:
        token = self.next
        if token.kind != kind or (text and token.text != text):
            raise ExprError("expr-syntax", token.pos, found=token.text or "the end", expected=text or kind)
        self.at += 1
        return token

    def expression(self, weakest: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExprError("expr-too-deep", self.next.pos, limit=MAX_DEPTH)
        left = self.unary()
        while True:
            token = self.next
            level = _LEVEL.get(token.text, 0) if token.kind in {"op", "name"} else 0
            if level <= weakest:
                break
            self.at += 1
            left = Call(token.pos, token.text, [left, self.expression(level)])
        if weakest < _TERNARY and self.next.text == "?" and self.next.kind == "op":
            left = self.ternary(left)
        self.depth -= 1
        return left

    def ternary(self, condition: Node) -> Node:
        pos = self.expect("op", "?").pos
        then = self.expression(_TERNARY)
        self.expect("op", ":")
        return Call(pos, "?:", [condition, then, self.expression(0)])

    def unary(self) -> Node:
        token = self.next
        if token.kind != "op" or token.text not in {"!", "-"}:
            return self.member()
        starts: list[int] = []
        while self.next.kind == "op" and self.next.text == token.text:
            starts.append(self.next.pos)
            self.at += 1
        node: Node
        if token.text == "-" and self.next.kind == "int":
            node = self.member(minus=starts.pop())
        else:
            node = self.member()
        for pos in reversed(starts):
            node = Call(pos, token.text + "_", [node])
        return node

    def member(self, minus: int | None = None) -> Node:
        node = self.primary(minus)
        while self.next.kind == "op":
            pos = self.next.pos
            if self.take("."):
                node = self.selection(node, pos)
            elif self.take("["):
                node = Call(pos, "[]", [node, self.expression(0)])
                self.expect("op", "]")
            else:
                break
        return node

    def selection(self, of: Node, pos: int) -> Node:
        name = self.expect("name", "").text
        if name in KEYWORDS:
            raise ExprError("expr-syntax", pos + 1, found=name, expected="name")
        if not self.take("("):
            return Select(pos, of, name)
        args = self.sequence(")")
        if name not in {"exists", "all"}:
            return Call(pos, name, [of, *args], method=True)
        if len(args) != 2 or not isinstance(args[0], Name):
            raise ExprError("expr-bad-macro", pos, macro=name)
        return Macro(pos, name, of, args[0].name, args[1])

    def sequence(self, close: str) -> list[Node]:
        """Expressions between commas up to ``close``; a list may end with a comma, a call may not."""
        items: list[Node] = []
        while not self.take(close):
            items.append(self.expression(0))
            if self.take(close):
                break
            self.expect("op", ",")
            if close == ")" and self.next.text == ")" and self.next.kind == "op":
                raise ExprError("expr-syntax", self.next.pos, found=")", expected="expression")
        return items

    def primary(self, minus: int | None) -> Node:
        token = self.next
        self.at += 1
        if token.kind == "int":
            return _integer(token, minus)
        if token.kind == "string":
            return Lit(token.pos, token.text)
        if token.kind == "name":
            return self.word(token)
        if token.text == "(" and token.kind == "op":
            node = self.expression(0)
            self.expect("op", ")")
            return node
        if token.text == "[":
            return ListLit(token.pos, self.sequence("]"))
        if token.text == "{":
            return self.map_literal(token.pos)
        raise ExprError("expr-syntax", token.pos, found=token.text or "the end", expected="expression")

    def word(self, token: Token) -> Node:
        if token.text in {"true", "false"}:
            return Lit(token.pos, token.text == "true")
        if token.text == "null":
            raise ExprError("expr-outside-profile", token.pos, what="null")
        if token.text in RESERVED - {"as"}:
            raise ExprError("expr-syntax", token.pos, found=token.text, expected="expression")
        if not self.take("("):
            return Name(token.pos, token.text)
        args = self.sequence(")")
        if token.text != "has":
            return Call(token.pos, token.text, args)
        if len(args) != 1 or not isinstance(args[0], Select):
            raise ExprError("expr-bad-macro", token.pos, macro="has")
        args[0].test = True
        return args[0]

    def map_literal(self, pos: int) -> Node:
        pairs: list[tuple[Node, Node]] = []
        while not self.take("}"):
            key = self.expression(0)
            self.expect("op", ":")
            pairs.append((key, self.expression(0)))
            if self.take("}"):
                break
            self.expect("op", ",")
        return MapLit(pos, pairs)


def _integer(token: Token, minus: int | None) -> Lit:
    value = int(token.text, 16) if token.text.startswith("0x") else int(token.text)
    value = value if minus is None else -value
    if not INT_MIN <= value <= INT_MAX:
        raise ExprError("expr-bad-number", token.pos, text=token.text)
    return Lit(token.pos if minus is None else minus, value)
